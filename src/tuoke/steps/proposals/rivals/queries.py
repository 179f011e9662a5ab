"""Reads of a deal's competitors. Each starts from ``visible_to``, or from a deal that the caller holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tuoke.base.accounts.rules import Principal
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions.models import PurchaseCriterion
from tuoke.steps.discovery.decisions.rules import Standing
from tuoke.steps.proposals.rivals import hooks
from tuoke.steps.proposals.rivals.models import Rival, RivalMark
from tuoke.steps.proposals.rivals.rules import MOST_RIVALS, Place, Tally, Threat, names_him, place, tally

_GRAVEST = {Threat.HIGH: 0, Threat.MEDIUM: 1, Threat.UNKNOWN: 2, Threat.LOW: 3}


def rivals_of(deal: Opportunity) -> list[Rival]:
    """Whom the customer compares us with, the gravest first, with their competitor; one query. Prices in yuan or None."""
    found = Rival.objects.listed().filter(opportunity=deal).select_related("competitor")
    return sorted(found, key=lambda rival: (_GRAVEST[Threat(rival.threat)], rival.pk))


def competitor_ids(deal: Opportunity) -> list[int]:
    """Wired into ``deals.hooks.rivals_named``."""
    return [rival.competitor_id for rival in rivals_of(deal)]


def our_price(deal: Opportunity) -> Decimal | None:
    return next((found for find in hooks.our_price if (found := find(deal)) is not None), None)


@dataclass(frozen=True, slots=True)
class Cell:
    """How one rival stands by one criterion, and we beside him."""

    rival: Rival
    standing: Standing
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class Row:
    criterion: PurchaseCriterion
    ours: Standing
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """One rival, and how we stand beside him on the whole. ``dearer_by``: our price less his nearest, in yuan; below 0 we
    are cheaper, None where a price isn't known or ours lies within his band."""

    rival: Rival
    tally: Tally
    dearer_by: Decimal | None
    is_named: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """The deal's rivals beside us, by what the customer chooses by. ``suggested``: named in a criterion, not compared."""

    columns: list[Column]
    rows: list[Row]
    withdrawn: list[Rival]
    suggested: list[Competitor]
    our_price: Decimal | None

    @property
    def has_room(self) -> bool:
        return len(self.columns) < MOST_RIVALS


def comparison_of(who: Principal, deal: Opportunity) -> Comparison:
    """Five queries and what our price costs, however many rivals and criteria there are."""
    found = list(Rival.objects.visible_to(who).filter(opportunity=deal).select_related("competitor"))
    listed = sorted(
        (rival for rival in found if rival.withdrawn_at is None),
        key=lambda rival: (_GRAVEST[Threat(rival.threat)], rival.pk),
    )
    criteria = list(PurchaseCriterion.objects.listed().filter(opportunity=deal).select_related("competitor"))
    marks = {(mark.rival_id, mark.criterion_id): mark for mark in RivalMark.objects.filter(rival__in=listed)}
    rows = [_row(criterion, listed, marks) for criterion in criteria]
    price = our_price(deal)
    compared = {rival.competitor_id for rival in listed}
    named = {criterion.competitor_id: criterion.competitor for criterion in criteria if criterion.competitor}
    return Comparison(
        columns=[_column(rival, place, rows, price) for place, rival in enumerate(listed)],
        rows=rows,
        withdrawn=[rival for rival in found if rival.withdrawn_at],
        suggested=[one for key, one in named.items() if key not in compared and one.voided_at is None],
        our_price=price,
    )


def criteria_seen(deal: Opportunity) -> Sequence[PurchaseCriterion]:
    return list(PurchaseCriterion.objects.listed().filter(opportunity=deal))


def _row(criterion: PurchaseCriterion, rivals: Sequence[Rival], marks: dict[tuple[int, int], RivalMark]) -> Row:
    ours = Standing(criterion.standing)
    cells = []
    for rival in rivals:
        mark = marks.get((rival.pk, criterion.pk))
        theirs = Standing(mark.standing) if mark else Standing.UNKNOWN
        cells.append(Cell(rival, theirs, mark.note if mark else "", place(ours, theirs)))
    return Row(criterion, ours, cells)


def _column(rival: Rival, index: int, rows: Sequence[Row], price: Decimal | None) -> Column:
    told = tally((row.criterion.weight, row.ours, row.cells[index].standing) for row in rows)
    is_named = names_him(rival.our_difference, rival.competitor.name)
    return Column(rival, told, _dearer_by(rival, price), is_named)


def _dearer_by(rival: Rival, price: Decimal | None) -> Decimal | None:
    if price is None:
        return None
    high = rival.price_high if rival.price_high is not None else rival.price_low
    low = rival.price_low if rival.price_low is not None else rival.price_high
    if high is not None and price > high:
        return price - high
    return price - low if low is not None and price < low else None
