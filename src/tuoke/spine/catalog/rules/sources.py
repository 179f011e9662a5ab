"""Where leads come from (S2.1), as a tree, and what a source costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tuoke.base.kernel.verdict import YES, Reason, Verdict, no
from tuoke.services.exchange.rules import sound

SOURCE_NAME_LIMIT = 60
DEPTH_LIMIT = 4
NOTE_LIMIT = 500
COST_LIMIT = Decimal(10) ** 11
"""No channel costs a hundred billion; more is a slip of the unit."""

# S2.1: the channels every company begins with; children may be added.
SOURCE_TREE: dict[str, tuple[str, ...]] = {
    "市场活动": ("展会", "线上研讨会"),
    "客户转介绍": (),
    "公域平台": ("行业社群", "招投标信息"),
    "官网": (),
    "陌生拜访": (),
    "其他": (),
}

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class CostDraft:
    """What was paid for a source in a period, both days included; ``amount`` in yuan."""

    source_id: int
    starts_on: date
    ends_on: date
    amount: Decimal
    note: str = ""


def sound_source_name(name: str) -> Verdict:
    """Codes with ``field``: text_broken, name_missing, name_too_long(limit)."""
    if not sound(name):
        return no("text_broken", field="name")
    if not name.strip():
        return no("name_missing", field="name")
    too_long = len(name.strip()) > SOURCE_NAME_LIMIT
    return no("name_too_long", field="name", limit=SOURCE_NAME_LIMIT) if too_long else YES


def sound_cost(draft: CostDraft) -> Verdict:
    """Codes with ``field``: period_reversed, amount_not_positive, too_big, text_broken, too_long(limit, found)."""
    reasons = []
    if draft.ends_on < draft.starts_on:
        reasons.append(Reason("period_reversed", {"field": "ends_on"}))
    if draft.amount <= 0:
        reasons.append(Reason("amount_not_positive", {"field": "amount"}))
    if draft.amount >= COST_LIMIT:
        reasons.append(Reason("too_big", {"field": "amount"}))
    if not sound(draft.note):
        reasons.append(Reason("text_broken", {"field": "note"}))
    if len(draft.note) > NOTE_LIMIT:
        reasons.append(Reason("too_long", {"field": "note", "limit": NOTE_LIMIT, "found": len(draft.note)}))
    return Verdict(tuple(reasons))


def share_of(amount: Decimal, *, paid: tuple[date, date], within: tuple[date | None, date | None]) -> Fraction:
    """What of an amount paid for the days ``paid`` falls into the days ``within`` (an open end is None), exactly."""
    first, last = paid
    since, until = within
    days = (min(last, until or last) - max(first, since or first)).days + 1
    return Fraction(amount) * max(0, days) / ((last - first).days + 1)


def in_cents(share: Fraction) -> Decimal:
    """Rounded once, after everything was added up."""
    return (Decimal(share.numerator) / Decimal(share.denominator)).quantize(_CENT, ROUND_HALF_UP)


def lineage(source: int, parents: Mapping[int, int | None]) -> tuple[int, ...]:
    """A source and what it lies below, nearest first. A cycle ends, never hangs."""
    found: list[int] = []
    here: int | None = source
    while here is not None and here not in found:
        found.append(here)
        here = parents.get(here)
    return tuple(found)


def below(roots: Iterable[int], parents: Mapping[int, int | None]) -> frozenset[int]:
    """The sources and all that lie below them."""
    wanted = frozenset(roots)
    return frozenset(source for source in {*parents, *wanted} if wanted & set(lineage(source, parents)))
