"""What an item says, by its kind; and what a version must have to be kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import sound
from tuoke.spine.library.rules.placeholders import PLACEHOLDERS, is_broken, nearest, places_of
from tuoke.spine.library.rules.vocabulary import ItemKind, PhraseField

TITLE_LIMIT = 80
NOTE_LIMIT = 200
LINES_LIMIT = 20
"""Lines in one part of a script, probes of a question, figures of a case."""
LIMITS: Mapping[str, int] = {
    "who": 500, "what": 500, "learn": 500, "text": 2000, "probes": 300, "listen_for": 1000, "customer": 80,
    "situation": 2000, "action": 2000, "result": 2000, "figures": 200, "quote": 500, "source": 300, "subject": 200,
    "body": 8000,
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
    """``may_name``: the customer allows to be named to others. ``figures`` are results with their units."""

    customer: str = ""
    situation: str = ""
    action: str = ""
    result: str = ""
    figures: tuple[str, ...] = ()
    quote: str = ""
    may_name: bool = False
    source: str = ""
    dated_on: date | None = None


@dataclass(frozen=True, slots=True)
class MailContent:
    subject: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class PhraseContent:
    text: str = ""
    field: str = PhraseField.FREE.value


Content = ScriptContent | OpeningContent | QuestionContent | CaseContent | MailContent | PhraseContent
CONTENT_OF: Mapping[ItemKind, type[Content]] = {
    ItemKind.SCRIPT: ScriptContent,
    ItemKind.OPENING: OpeningContent,
    ItemKind.QUESTION: QuestionContent,
    ItemKind.CASE: CaseContent,
    ItemKind.MAIL: MailContent,
    ItemKind.PHRASE: PhraseContent,
}
NEEDED: Mapping[ItemKind, tuple[str, ...]] = {
    ItemKind.SCRIPT: ("who", "what", "learn"),
    ItemKind.OPENING: ("text",),
    ItemKind.QUESTION: ("text",),
    ItemKind.CASE: ("customer", "situation", "action", "result"),
    ItemKind.MAIL: ("subject", "body"),
    ItemKind.PHRASE: ("text",),
}
"""The parts without which an item says nothing."""


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
    return tuple(text for text in parts_of(content).values() if text)


def sound_content(kind: ItemKind, content: Content) -> Verdict:
    """Every reason against keeping it: part_missing, too_long, too_many, text_broken, placeholder_unknown (with the
    ``nearest`` known name), placeholder_broken. A reason names its ``field``. Markup is just text."""
    verdict = YES
    for name in NEEDED[kind]:
        if not getattr(content, name):
            verdict &= no("part_missing", field=name)
    for name, value in asdict(content).items():
        verdict &= _sound_part(name, value)
    if isinstance(content, PhraseContent) and content.field not in set(PhraseField):
        verdict &= no("choice_unknown", field="field", found=content.field)
    return verdict


def _sound_part(name: str, value: Any) -> Verdict:
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
        if asked not in PLACEHOLDERS:
            known = nearest(asked)
            code = "placeholder_unknown" if known else "placeholder_strange"
            verdict &= no(code, field=name, found=asked[:20], nearest=known)
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
    if name == "dated_on":
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
