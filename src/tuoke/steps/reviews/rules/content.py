"""What stands in 《项目复盘报告》, as values and as JSON: the screen, the papers and the frozen report are drawn from it."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from tuoke.steps.reviews.rules.figures import Figures


@dataclass(frozen=True, slots=True)
class Part:
    """What one person wrote; ``function`` is his department's."""

    name: str
    function: str
    went_well: str
    went_wrong: str
    advice: str
    excuse: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """A problem: in which step (its name; blank: in none of its own), and why."""

    step: str
    text: str
    cause: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """An improvement that the review has led to."""

    title: str
    target: str
    proposal: str
    owner: str
    due_on: date | None
    state: str
    url: str


@dataclass(frozen=True, slots=True)
class Content:
    """One review, complete. Codes (``outcome``, ``cause``, functions) are said by whoever draws it."""

    deal: str
    customer: str
    owner: str
    outcome: str
    outcome_on: date | None
    outcome_reason: str
    lost_to: str
    held_on: date | None
    summary: str
    cause: str
    cause_text: str
    nothing_to_change: str
    cost: Decimal | None
    figures: Figures
    parts: tuple[Part, ...]
    problems: tuple[Found, ...]
    improvements: tuple[Proposed, ...]


def stored(content: Content) -> dict[str, Any]:
    """As JSON takes it: amounts and days as text, so that nothing is rounded."""
    return cast("dict[str, Any]", _plain(content))


def read(said: Mapping[str, Any]) -> Content:
    """What ``stored`` has written."""
    return cast("Content", _typed(Content, said))


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal | date):
        return str(value)
    return value


def _typed(kind: Any, said: Any) -> Any:
    if said is None:
        return None
    if get_origin(kind) in (Union, types.UnionType):
        return _typed(next(one for one in get_args(kind) if one is not type(None)), said)
    if get_origin(kind) is tuple:
        return tuple(_typed(get_args(kind)[0], one) for one in said)
    if is_dataclass(kind):
        return cast("Any", kind)(
            **{name: _typed(hint, said.get(name)) for name, hint in _hints(cast("Any", kind)).items()}
        )
    if kind is date:
        return date.fromisoformat(said)
    return kind(said) if kind is Decimal else said


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
