"""What an item says, by its kind; and what a version must have to be kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import sound
from tuoke.spine.library.rules.measures import MeasureWrong, measure_in
from tuoke.spine.library.rules.placeholders import CONTRACT_PLACES, PLACEHOLDERS, is_broken, nearest, places_of
from tuoke.spine.library.rules.vocabulary import (
    BlockPart,
    ClausePart,
    ClauseUse,
    EvidenceKind,
    ItemKind,
    NeedType,
    ObjectionKind,
    PhraseField,
    SignalKind,
    Weight,
)

TITLE_LIMIT = 80
NOTE_LIMIT = 200
LINES_LIMIT = 20
"""Lines in one part of a script, probes of a question, figures of a case."""
LIMITS: Mapping[str, int] = {
    "who": 500, "what": 500, "learn": 500, "text": 2000, "probes": 300, "listen_for": 1000, "customer": 80,
    "situation": 2000, "action": 2000, "result": 2000, "figures": 200, "quote": 500, "source": 300, "subject": 200,
    "body": 8000, "measures": 120, "need_words": 20, "objection": 300, "meaning": 1000, "answer": 2000, "proposal": 1000,
    "extra": 300, "statement": 1000, "url": 500, "heading": 40, "values": 80, "alternatives": 1000, "advice": 1000,
}  # fmt: skip
"""Most characters of a part; of a line where the part has lines."""


@dataclass(frozen=True, slots=True)
class ScriptContent:
    """《初次沟通脚本模板》: 我是谁 / 能为你解决什么问题 / 希望知晓什么信息 (S3.2), line by line."""

    who: tuple[str, ...] = ()
    what: tuple[str, ...] = ()
    learn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpeningContent:
    text: str = ""


@dataclass(frozen=True, slots=True)
class QuestionContent:
    """``probes`` ask on; ``listen_for`` is what a good answer tells."""

    text: str = ""
    probes: tuple[str, ...] = ()
    listen_for: str = ""


@dataclass(frozen=True, slots=True)
class CaseContent:
    """``may_name``: the customer allows to be named to others. ``figures`` are results with their units, ``measures``
    lines of 指标：前 → 后, from which what was gained can be reckoned (``proof_quantities``)."""

    customer: str = ""
    situation: str = ""
    action: str = ""
    result: str = ""
    figures: tuple[str, ...] = ()
    quote: str = ""
    may_name: bool = False
    source: str = ""
    dated_on: date | None = None
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MailContent:
    subject: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class PhraseContent:
    text: str = ""
    field: str = PhraseField.FREE.value


@dataclass(frozen=True, slots=True)
class BlockContent:
    """A building block of proposals (S5.1). ``need_words`` are the customer's words that call for it, beside its
    ``need_types``; ``priority`` says for how pressing a need it is meant, empty for any."""

    text: str = ""
    part: str = BlockPart.SOLUTION.value
    need_types: tuple[str, ...] = ()
    need_words: tuple[str, ...] = ()
    priority: str = ""


@dataclass(frozen=True, slots=True)
class ObjectionContent:
    """What customers object, in their words; what stands behind it; the answer; how to ask on; and the library's items
    (cases, evidence), by id, on which the answer rests (S5.3)."""

    objection: str = ""
    kind: str = ObjectionKind.PRICE.value
    meaning: str = ""
    answer: str = ""
    probes: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosingContent:
    """A proposal to sign, fit for a ``signal`` or, where empty, for any. ``extra`` is what is given with it, if anything:
    a concession (S6.4)."""

    proposal: str = ""
    signal: str = ""
    extra: str = ""

    @property
    def gives(self) -> bool:
        return bool(self.extra)


@dataclass(frozen=True, slots=True)
class EvidenceContent:
    """Third-party data, a certificate, a customer's word or a measurement, with source and date (S5.4)."""

    statement: str = ""
    kind: str = EvidenceKind.REPORT.value
    figures: tuple[str, ...] = ()
    source: str = ""
    url: str = ""
    dated_on: date | None = None
    valid_until: date | None = None
    may_name: bool = False


@dataclass(frozen=True, slots=True)
class ClauseContent:
    """A clause of contracts (S7.1): under which ``heading`` it stands, ``text`` with contract places to be filled
    (``CONTRACT_PLACES``), the ``values`` that may be bargained as lines of 名称：值, what may be said instead, and what
    whoever bargains should know, which the customer never reads."""

    text: str = ""
    part: str = ClausePart.SCOPE.value
    heading: str = ""
    values: tuple[str, ...] = ()
    use: str = ClauseUse.USUAL.value
    alternatives: tuple[str, ...] = ()
    advice: str = ""

    @property
    def must_keep(self) -> bool:
        """Whoever takes it out of a contract asks legal."""
        return self.use == ClauseUse.MUST

    @property
    def is_drafted(self) -> bool:
        """It comes into a contract by itself."""
        return self.use != ClauseUse.ON_CALL


Content = (
    ScriptContent | OpeningContent | QuestionContent | CaseContent | MailContent | PhraseContent
    | BlockContent | ObjectionContent | ClosingContent | EvidenceContent | ClauseContent
)  # fmt: skip
CONTENT_OF: Mapping[ItemKind, type[Content]] = {
    ItemKind.SCRIPT: ScriptContent,
    ItemKind.OPENING: OpeningContent,
    ItemKind.QUESTION: QuestionContent,
    ItemKind.CASE: CaseContent,
    ItemKind.MAIL: MailContent,
    ItemKind.PHRASE: PhraseContent,
    ItemKind.BLOCK: BlockContent,
    ItemKind.OBJECTION: ObjectionContent,
    ItemKind.CLOSING: ClosingContent,
    ItemKind.EVIDENCE: EvidenceContent,
    ItemKind.CLAUSE: ClauseContent,
}
NEEDED: Mapping[ItemKind, tuple[str, ...]] = {
    ItemKind.SCRIPT: ("who", "what", "learn"),
    ItemKind.OPENING: ("text",),
    ItemKind.QUESTION: ("text",),
    ItemKind.CASE: ("customer", "situation", "action", "result"),
    ItemKind.MAIL: ("subject", "body"),
    ItemKind.PHRASE: ("text",),
    ItemKind.BLOCK: ("text", "part"),
    ItemKind.OBJECTION: ("objection", "kind", "answer"),
    ItemKind.CLOSING: ("proposal",),
    ItemKind.EVIDENCE: ("statement", "kind", "source", "dated_on"),
    ItemKind.CLAUSE: ("text", "part", "heading", "use"),
}
"""The parts without which an item says nothing."""
CHOSEN: Mapping[type[Content], Mapping[str, frozenset[str]]] = {
    PhraseContent: {"field": frozenset(f.value for f in PhraseField)},
    BlockContent: {
        "part": frozenset(p.value for p in BlockPart),
        "need_types": frozenset(n.value for n in NeedType),
        "priority": frozenset(w.value for w in Weight),
    },
    ObjectionContent: {"kind": frozenset(k.value for k in ObjectionKind)},
    ClosingContent: {"signal": frozenset(s.value for s in SignalKind)},
    EvidenceContent: {"kind": frozenset(k.value for k in EvidenceKind)},
    ClauseContent: {"part": frozenset(p.value for p in ClausePart), "use": frozenset(u.value for u in ClauseUse)},
}
"""The parts that are picked from a list, and what may be picked."""
TOPICS: Mapping[ItemKind, str] = {
    ItemKind.BLOCK: "part",
    ItemKind.OBJECTION: "kind",
    ItemKind.CLOSING: "signal",
    ItemKind.EVIDENCE: "kind",
    ItemKind.CLAUSE: "part",
}
"""The part by which the items of a kind are sorted into drawers (``Item.topic``)."""
CODED = frozenset({"field", "part", "need_types", "priority", "kind", "signal", "proofs", "use"})
"""Parts that are codes or ids, not text that somebody reads or looks for."""

_VALUE = re.compile(r"[^：:]{1,30}[：:]\s*\S+")
"""验收期限：10 个工作日."""


class WrongContent(ValueError):
    """Stored or shipped content that isn't of its kind."""


def parse(kind: ItemKind | str, data: Mapping[str, Any]) -> Content:
    """The content as it is stored; parts that are left out are empty. Raises WrongContent for what doesn't belong."""
    of = CONTENT_OF[ItemKind(kind)]
    names = {field.name: field.default for field in fields(of)}
    if unknown := data.keys() - names.keys():
        raise WrongContent(f"{kind}: {', '.join(sorted(unknown))}")
    return of(**{name: _read(name, data.get(name), default) for name, default in names.items()})


def stored(content: Content) -> dict[str, Any]:
    """As JSON takes it: the reverse of ``parse``."""
    return {name: _plain(value) for name, value in asdict(content).items()}


def parts_of(content: Content) -> dict[str, str]:
    """Every part as text, lines joined, for search and comparison; in the order in which it is read."""
    return {field.name: _text(getattr(content, field.name)) for field in fields(content)}


def texts_of(content: Content) -> tuple[str, ...]:
    """What people read and look for: without codes."""
    return tuple(text for name, text in parts_of(content).items() if text and name not in CODED)


def topic_of(kind: ItemKind, content: Content) -> str:
    """The drawer into which it belongs: a block's part, an objection's kind …; empty for kinds without drawers."""
    return str(getattr(content, TOPICS[kind])) if kind in TOPICS else ""


def need_types_in(content: Content) -> tuple[str, ...]:
    return content.need_types if isinstance(content, BlockContent) else ()


def sound_content(kind: ItemKind, content: Content) -> Verdict:
    """Every reason against keeping it: part_missing, too_long, too_many, text_broken, placeholder_unknown (with the
    ``nearest`` known name), placeholder_broken. A reason names its ``field``. Markup is just text."""
    verdict = YES
    for name in NEEDED[kind]:
        if not getattr(content, name):
            verdict &= no("part_missing", field=name)
    for name, value in asdict(content).items():
        verdict &= _sound_part(name, value, places_for(kind))
    for name, choices in CHOSEN.get(type(content), {}).items():
        if wrong := next((value for value in _lines(getattr(content, name)) if value and value not in choices), ""):
            verdict &= no("choice_unknown", field=name, found=wrong[:20])
    return verdict & _sound_special(content)


def places_for(kind: ItemKind) -> tuple[str, ...]:
    """The places that texts of a kind may ask for: a contract fills more than a call."""
    return (*CONTRACT_PLACES, *PLACEHOLDERS) if kind is ItemKind.CLAUSE else PLACEHOLDERS


def _sound_special(content: Content) -> Verdict:
    """What a case's measures, evidence's dates and address, a clause's values and an objection's proofs must be."""
    verdict = YES
    if isinstance(content, CaseContent):
        for line in content.measures[:LINES_LIMIT]:
            try:
                measure_in(line)
            except MeasureWrong:
                verdict &= no("measure_broken", field="measures", found=line[:30])
    if isinstance(content, EvidenceContent):
        if content.dated_on and content.valid_until and content.valid_until < content.dated_on:
            verdict &= no("valid_before_dated", field="valid_until")
        if content.url and not content.url.startswith(("https://", "http://")):
            verdict &= no("url_strange", field="url")
    if isinstance(content, ClauseContent):
        for line in content.values[:LINES_LIMIT]:
            if not _VALUE.match(line):
                verdict &= no("value_broken", field="values", found=line[:30])
    if isinstance(content, ObjectionContent):
        if len(content.proofs) > LINES_LIMIT:
            verdict &= no("too_many", field="proofs", limit=LINES_LIMIT, found=len(content.proofs))
        if not all(proof.isascii() and proof.isdigit() and len(proof) < 19 for proof in content.proofs):
            verdict &= no("proof_unknown", field="proofs")
    return verdict


def _sound_part(name: str, value: Any, known: Sequence[str]) -> Verdict:
    limit, lines = LIMITS.get(name), tuple(_lines(value))
    verdict = YES
    if limit is None:
        return verdict
    if len(lines) > LINES_LIMIT:
        verdict &= no("too_many", field=name, limit=LINES_LIMIT, found=len(lines))
    if (longest := max(map(len, lines), default=0)) > limit:
        verdict &= no("too_long", field=name, limit=limit, found=longest)
    if not all(map(sound, lines)):
        verdict &= no("text_broken", field=name)
    for asked in places_of(lines):
        if asked not in known:
            alike = nearest(asked, known)
            code = "placeholder_unknown" if alike else "placeholder_strange"
            verdict &= no(code, field=name, found=asked[:20], nearest=alike)
    if any(map(is_broken, lines)):
        verdict &= no("placeholder_broken", field=name)
    return verdict


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        yield from value


def _read(name: str, value: Any, default: Any) -> Any:
    if value is None:
        return default
    if isinstance(default, tuple):
        if not isinstance(value, list | tuple):
            raise WrongContent(f"{name}: lines expected")
        return tuple(str(line).strip() for line in value if str(line).strip())
    if name in ("dated_on", "valid_until"):
        return value if isinstance(value, date) else date.fromisoformat(value)
    if isinstance(default, bool):
        return bool(value)
    return str(value).strip()


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return "\n".join(value)
    if isinstance(value, bool) or value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value
