"""Which sentence speaks of the same thing: by the pairs of signs that two texts have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from tuoke.steps.contracts.rules.findings import Said
from tuoke.steps.contracts.rules.reading import Value, values_of

ENOUGH = 0.5
"""So much of what was agreed stands in a sentence: it speaks of it."""
_IGNORED = re.compile(
    r"[\s，,。；;：:、（）()《》“”\"'【】\[\]·.…!！?？/—–\-]|免费|额外|赠送|提供|包含|另外|附加|一次性|我方|乙方|甲方|客户"
)
_SENTENCE = re.compile(r"[^。；;\n]+")


@dataclass(frozen=True, slots=True)
class Sentence:
    said: Said
    text: str
    pairs: frozenset[str]
    values: tuple[Value, ...]


def sentences_of(clauses: Iterable[Said]) -> list[Sentence]:
    """Each sentence of each clause, the clause's title with its first one."""
    found = []
    for said in clauses:
        for place, match in enumerate(_SENTENCE.finditer(said.text)):
            text = match[0].strip()
            if text:
                named = f"{said.title}{text}" if place == 0 else text
                found.append(Sentence(said, text, pairs_of(named), values_of(text)))
    return found


def pairs_of(text: str) -> frozenset[str]:
    """The pairs of neighbouring signs, without values and the words that say nothing of the matter."""
    plain = subject(text)
    if len(plain) < 2:
        return frozenset({plain} if plain else ())
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))


def subject(text: str) -> str:
    """What a line is about: 免费提供 3 次管理员培训 → 管理员培训."""
    bare, end = [], 0
    for value in values_of(text):
        bare.append(text[end : value.start])
        end = value.end
    bare.append(text[end:])
    return _IGNORED.sub("", normalize("NFKC", "".join(bare))).casefold()


def nearest(text: str, sentences: Sequence[Sentence]) -> tuple[Sentence | None, float]:
    """The sentence that has most of what ``text`` is about; 1.0 is all of it. Of equals the one with more values."""
    wanted = pairs_of(text)
    if not wanted or not sentences:
        return None, 0.0
    best = max(sentences, key=lambda one: (len(wanted & one.pairs), len(one.values)))
    return best, len(wanted & best.pairs) / len(wanted)
