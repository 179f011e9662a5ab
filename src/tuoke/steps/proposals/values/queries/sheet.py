from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.values import hooks
from tuoke.steps.proposals.values.hooks import Investment
from tuoke.steps.proposals.values.models import ValueItem, ValueModel
from tuoke.steps.proposals.values.rules import (
    Band,
    Basis,
    Direction,
    FrozenLine,
    FrozenWorth,
    Line,
    Measure,
    Spending,
    Worth,
    worth,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line as it is shown: what was typed, and what it comes to."""

    item: ValueItem
    line: Line

    @property
    def benefit(self) -> Band:
        return self.line.benefit

    @property
    def is_share(self) -> bool:
        return self.item.share_of_id is not None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole value model of a deal. ``model`` None: nothing was typed yet. ``investment``: what an offer says."""

    model: ValueModel | None
    worth: Worth
    entries: tuple[Entry, ...]
    withdrawn: tuple[ValueItem, ...]
    investment: Investment | None

    @property
    def items(self) -> list[ValueItem]:
        return [entry.item for entry in self.entries]


def sheet_of(deal: Opportunity) -> Sheet:
    """Everything of the model, two queries beside what the offer asks. Whoever asks may see the deal's proposals."""
    model = ValueModel.objects.filter(opportunity=deal).first()
    related = ("need", "share_of", "proof__item")
    rows = list(model.items.select_related(*related)) if model else []
    listed = [row for row in rows if row.withdrawn_at is None]
    investment = investment_of(deal)
    found = _worth(model, listed, investment)
    return Sheet(
        model=model,
        worth=found,
        entries=tuple(Entry(item, line) for item, line in zip(listed, found.lines, strict=True)),
        withdrawn=tuple(row for row in rows if row.withdrawn_at is not None),
        investment=investment,
    )


def worth_of(deal: Opportunity) -> Worth | None:
    """What it comes to; None while nothing is worked out. Two queries beside what the offer asks."""
    model = ValueModel.objects.filter(opportunity=deal).first()
    listed = list(model.items.filter(withdrawn_at=None)) if model else []
    return _worth(model, listed, investment_of(deal)) if listed else None


def investment_of(deal: Opportunity) -> Investment | None:
    """The present offer's total, where there is an offer."""
    return next((found for ask in hooks.investment_of if (found := ask(deal))), None)


def frozen_of(deal: Opportunity) -> Mapping[str, Any] | None:
    """For ``proposals.hooks.parts``: the model as a version keeps it (``rules.parse_frozen``); None without lines."""
    return stored(sheet_of(deal))


def values_by_need(deal: Opportunity) -> dict[int, tuple[Entry, ...]]:
    """The lines by the need that they answer: what solving it is worth."""
    found: dict[int, list[Entry]] = {}
    for entry in sheet_of(deal).entries:
        if entry.item.need_id is not None:
            found.setdefault(entry.item.need_id, []).append(entry)
    return {need_id: tuple(entries) for need_id, entries in found.items()}


def stored(sheet: Sheet) -> Mapping[str, Any] | None:
    """The sheet as a version keeps it; None without lines."""
    if not sheet.entries:
        return None
    found = sheet.worth
    return FrozenWorth(
        lines=tuple(_frozen_line(entry) for entry in sheet.entries),
        spending=found.spending,
        yearly=found.yearly,
        net=found.net,
        payback=found.payback,
        course=found.course(),
        investment_label=sheet.investment.label if sheet.investment else "",
        note=sheet.model.note if sheet.model else "",
    ).store()


def _worth(model: ValueModel | None, listed: Sequence[ValueItem], investment: Investment | None) -> Worth:
    spending = model.spending if model else Spending()
    if investment is not None:
        spending = replace(spending, investment=investment.amount)
    return worth([(item.pk, Basis(item.basis), item.figures) for item in listed], spending)


def _frozen_line(entry: Entry) -> FrozenLine:
    item = entry.item
    kept = FrozenLine(
        name=item.name,
        basis=Basis(item.basis),
        benefit=entry.benefit,
        source=item.source,
        need=item.need.description if item.need else "",
        proof=item.proof.item.title if item.proof else "",
    )
    if item.share_of is not None:
        return replace(kept, share_of=item.share_of.name, percent=item.percent)
    figures = item.figures
    assert isinstance(figures, Measure)
    return replace(
        kept,
        unit=item.unit,
        direction=Direction(item.direction),
        current=item.current,
        expected=figures.expected,
        unit_value=item.unit_value,
        times=item.times_per_year,
    )
