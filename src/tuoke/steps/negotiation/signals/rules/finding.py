"""Signs that the customer is ready, in what a colleague wrote down (S6.4). Plain Python over the lexicon.

A note is cut into sentences, a sentence into clauses. Each clause belongs to whoever speaks or acts in it: the customer,
we, or somebody else (a competitor, the present supplier). Where nobody is named the clause before decides; at the beginning
of a sentence it is the customer, unless it begins with something that only we do (讲解, 下一步 …). A thing counts where the
customer asks about it in the same breath; what is denied, put off, supposed, or ours doesn't.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tuoke.spine.library.rules import SignalKind
from tuoke.steps.negotiation.signals.rules.lexicon import Entries, Lexicon, lexicon

TEXT_MOST = 20_000
"""So many characters of a note are read; nobody writes more of one contact."""
SENTENCE_MOST = 500

_SENTENCE = re.compile(r"[^。！!；;\n？?]+[。！!；;？?]?")
_CLAUSE = re.compile(r"[^，,：:]+[，,：:]?")


@dataclass(frozen=True, slots=True)
class Found:
    """A sign: ``sentence`` as it was written, ``start``/``end`` of what gave it away in there, and ``rule`` (``asked``: a
    thing that was asked about; ``said``: a phrase that says it by itself)."""

    kind: SignalKind
    sentence: str
    start: int
    end: int
    rule: str


class Speaker(StrEnum):
    CUSTOMER = "customer"
    US = "us"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    at: int
    speaker: Speaker
    is_named: bool
    is_put_off: bool


def find(text: str, *, words: Lexicon | None = None) -> tuple[Found, ...]:
    """Every sign in a note, the first of each kind, in their order."""
    words = words or lexicon()
    found: dict[SignalKind, Found] = {}
    for match in _SENTENCE.finditer(text[:TEXT_MOST]):
        sentence = match.group().strip()[:SENTENCE_MOST]
        for one in _in_sentence(sentence, words):
            found.setdefault(one.kind, one)
    return tuple(found.values())


def _in_sentence(sentence: str, words: Lexicon) -> Iterator[Found]:
    clauses = list(_clauses(sentence, words))
    supposes = _is_supposed(sentence, words)
    for run in _runs(clauses):
        if run[0].speaker is not Speaker.CUSTOMER:
            continue
        asks = any(words.asks.search(_affirmed(clause.text, words)) for clause in run)
        for clause in run:
            if not (supposes or clause.is_put_off):
                yield from _in_clause(clause, sentence, asks=asks, words=words)


def _in_clause(clause: _Clause, sentence: str, *, asks: bool, words: Lexicon) -> Iterator[Found]:
    for kind, entries in words.kinds.items():
        for rule, match in _matches(entries, clause.text, asks=asks):
            if not _is_denied(clause.text[: match.start()], words):
                yield Found(kind, sentence, clause.at + match.start(), clause.at + match.end(), rule)
                break


def _matches(entries: Entries, text: str, *, asks: bool) -> Iterator[tuple[str, re.Match[str]]]:
    if entries.things and asks:
        yield from (("asked", match) for match in entries.things.finditer(text))
    if entries.phrases:
        yield from (("said", match) for match in entries.phrases.finditer(text))


def _clauses(sentence: str, words: Lexicon) -> Iterator[_Clause]:
    speaker: Speaker | None = None
    for match in _CLAUSE.finditer(sentence):
        text = match.group()
        named = _named(text, words)
        speaker = _speaker(text, named=named, before=speaker, words=words)
        yield _Clause(text, match.start(), speaker, named is not None, words.put_off.search(text) is not None)


def _runs(clauses: list[_Clause]) -> Iterator[list[_Clause]]:
    """Neighbouring clauses of one speaker; where he is named again something new begins."""
    run: list[_Clause] = []
    for clause in clauses:
        if run and (clause.is_named or clause.speaker is not run[-1].speaker):
            yield run
            run = []
        run.append(clause)
    if run:
        yield run


def _speaker(text: str, *, named: Speaker | None, before: Speaker | None, words: Lexicon) -> Speaker:
    if words.others.search(text):
        return Speaker.OTHER
    if before is None and words.plans.match(text):
        return Speaker.US
    if named or before:
        return named or before or Speaker.CUSTOMER
    return Speaker.US if words.our_verbs.match(text) else Speaker.CUSTOMER


def _named(text: str, words: Lexicon) -> Speaker | None:
    """Whoever is named first and isn't only addressed (向客户, 让我们)."""
    named = [
        (match.start(), speaker)
        for speaker, pattern in ((Speaker.CUSTOMER, words.customers), (Speaker.US, words.ours))
        for match in pattern.finditer(text)
        if not words.toward.search(text[: match.start()])
    ]
    return min(named)[1] if named else None


def _is_denied(before: str, words: Lexicon) -> bool:
    """Whether something before it in the clause says no."""
    return words.negations.search(_affirmed(before, words)) is not None


def _affirmed(text: str, words: Lexicon) -> str:
    """Without what looks like a no and is none (能不能, 没问题, 不但)."""
    return words.not_negations.sub("", text)


def _is_supposed(sentence: str, words: Lexicon) -> bool:
    """If, later, perhaps — unless the customer asks about it here and now."""
    match = words.hypotheticals.search(sentence)
    if match is None:
        return False
    question = words.questions.search(sentence)
    return question is None or re.search(r"可能会|可能要|也许|或许", sentence[: question.start()]) is not None
