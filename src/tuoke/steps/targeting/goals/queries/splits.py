"""What a split would give: parts in proportion to heads, last year, weights, or even; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tuoke.steps.targeting.goals.hooks import Slice
from tuoke.steps.targeting.goals.models import Goal
from tuoke.steps.targeting.goals.queries.board import Known
from tuoke.steps.targeting.goals.rules import Actuals, Axis, Basis, Node, NothingToSplitBy, Slot, split

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Part:
    """``now`` is what it has, ``proposed`` what the split gives, ``last_year`` what was reached a year before."""

    slot: Slot
    name: str
    heads: int
    last_year: Decimal
    weight: Decimal
    now: Decimal | None
    version: int
    proposed: Decimal | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """``impossible``: there is nothing to split by on this basis (nobody sells there, nothing was reached last year)."""

    total: Decimal
    parts: list[Part]
    impossible: bool = False


def proposal(
    known: Known, node: Node, slot: Slot, *, axis: Axis, basis: Basis, total: Decimal, weights: Mapping[str, Decimal]
) -> Proposal:
    """``weights`` by part key (``part_key``); a part that isn't named weighs nothing. One query more than ``known``."""
    places = _places(node, slot, axis)
    reached = _last_year(known, slot, axis)
    said = [
        Part(
            slot=place,
            name=name,
            heads=heads,
            last_year=reached.get(part_key(place, axis), ZERO),
            weight=weights.get(part_key(place, axis), ZERO),
            now=goal.amount if (goal := _goal(known, place)) else None,
            version=goal.version if goal else 0,
            proposed=None,
        )
        for place, name, heads in places
    ]
    measured = [_measure(part, basis) for part in said]
    if basis is Basis.BY_HAND:
        return Proposal(total, [_with(part, part.now) for part in said])
    try:
        amounts = split(total, measured, unit=known.source.unit)
    except NothingToSplitBy:
        return Proposal(total, [_with(part, part.now) for part in said], impossible=True)
    return Proposal(total, [_with(part, amount) for part, amount in zip(said, amounts, strict=True)])


def part_key(slot: Slot, axis: Axis) -> str:
    return slot.holder.key if axis is Axis.PEOPLE else str(slot.period)


def _places(node: Node, slot: Slot, axis: Axis) -> list[tuple[Slot, str, int]]:
    if axis is Axis.PERIODS:
        return [(Slot(slot.metric, part, slot.holder, slot.campaign_id), str(part), 1) for part in slot.period.parts]
    return [(Slot(slot.metric, slot.period, n.holder, slot.campaign_id), n.name, n.heads) for n in node.children]


def _last_year(known: Known, slot: Slot, axis: Axis) -> dict[str, Decimal]:
    """Reached a year before, as the records stand: by part."""
    before = slot.period.a_year_before
    year = Slice(date(before.year, 1, 1), date(before.year, 12, 31), slot.campaign_id)
    actuals = Actuals(list(known.source.tally(year)))
    if axis is Axis.PEOPLE:
        return {holder.key: value for holder, value in actuals.of_tree(known.root, before).items()}
    return {
        str(part): actuals.of_tree(known.root, part.a_year_before).get(slot.holder, ZERO) for part in slot.period.parts
    }


def _measure(part: Part, basis: Basis) -> Decimal:
    measures = {
        Basis.HEADS: Decimal(part.heads),
        Basis.LAST_YEAR: part.last_year,
        Basis.WEIGHTS: part.weight,
        Basis.EVEN: Decimal(1),
    }
    return measures.get(basis, ZERO)


def _goal(known: Known, slot: Slot) -> Goal | None:
    return known.goals.get((slot.holder.key, slot.period))


def _with(part: Part, proposed: Decimal | None) -> Part:
    return replace(part, proposed=proposed)
