from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max, Q

from tuoke.base.accounts.rules import Principal, PrincipalKind
from tuoke.base.ui.charts import Chart, ChartKind, Series
from tuoke.services.exchange.rules import UNITS
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.markets import words
from tuoke.steps.targeting.markets.models import MarketAnalysis, Statement
from tuoke.steps.targeting.markets.rules import (
    Apart,
    Figure,
    Growth,
    Source,
    SourceKind,
    StatementDraft,
    StatementKind,
    apart,
    best_unit,
    growth_of,
    is_forecast,
)


def analysis_of(campaign: Campaign, who: Principal) -> MarketAnalysis | None:
    """The market analysis of a campaign, with its people. One query."""
    found = MarketAnalysis.objects.visible_to(who).filter(campaign=campaign)
    return found.select_related("campaign", "owner", "copied_from__campaign").first()


def due_reviews(who: Principal, today: date) -> list[MarketAnalysis]:
    """The analyses whose review-by date has come, the longest overdue first: a person's own, for the system everybody's."""
    due = MarketAnalysis.objects.visible_to(who).filter(review_by__lte=today).select_related("campaign", "owner")
    if who.kind is not PrincipalKind.SYSTEM:
        due = due.filter(owner_id=who.user_id)
    return list(due.order_by("review_by", "id"))


def copyable(campaign: Campaign, who: Principal) -> list[MarketAnalysis]:
    """Analyses of other campaigns with at least one statement, newest first: a start for this one."""
    said = Count("statements", filter=Q(statements__voided_at=None))
    found = MarketAnalysis.objects.visible_to(who).exclude(campaign=campaign).annotate(said=said).filter(said__gt=0)
    return list(found.select_related("campaign")[:50])


def counts_of(analysis: MarketAnalysis) -> dict[StatementKind, int]:
    """How much of each kind an analysis says, for competitors how many different ones. One query."""
    found = (
        Statement.objects.filter(analysis=analysis)
        .listed()
        .order_by()
        .values("kind")
        .annotate(said=Count("pk"), rivals=Count("competitor", distinct=True))
    )
    counts = {StatementKind(row["kind"]): row for row in found}
    return {kind: row["rivals"] if kind is StatementKind.COMPETITOR else row["said"] for kind, row in counts.items()}


@dataclass(frozen=True, slots=True)
class Report:
    """An analysis as it is read: statements by kind in their order, and what their figures tell together."""

    analysis: MarketAnalysis
    listed: Mapping[StatementKind, Sequence[Statement]]
    voided: Sequence[Statement]
    apart: tuple[Apart, ...]
    latest_on: date | None

    @property
    def sizes(self) -> Sequence[Statement]:
        return self.listed[StatementKind.SIZE]

    @property
    def newest_size(self) -> Statement | None:
        """The size of the latest year; of several the one that its authors put first."""
        return max(self.sizes, key=lambda said: said.year or 0, default=None)

    @property
    def growth(self) -> list[tuple[Statement, Growth | None]]:
        return [(series, growth_of(series.series)) for series in self.listed[StatementKind.GROWTH]]

    @property
    def is_empty(self) -> bool:
        return not any(self.listed.values())

    @property
    def counts(self) -> dict[StatementKind, int]:
        rivals = {said.competitor_id for said in self.listed[StatementKind.COMPETITOR]}
        return {kind: len(said) for kind, said in self.listed.items()} | {StatementKind.COMPETITOR: len(rivals)}


def report_of(analysis: MarketAnalysis) -> Report:
    """Everything that an analysis says. One query."""
    listed: dict[StatementKind, list[Statement]] = {kind: [] for kind in StatementKind}
    voided: list[Statement] = []
    for said in Statement.objects.filter(analysis=analysis).select_related("competitor"):
        (voided if said.voided_at else listed[StatementKind(said.kind)]).append(said)
    sizes = [Figure(s.pk, s.year or 0, s.amount or Decimal(0), s.title) for s in listed[StatementKind.SIZE]]
    days = [said.sourced_on for group in listed.values() for said in group]
    return Report(analysis, listed, voided, apart(sizes), max(days, default=None))


def growth_chart(report: Report) -> Chart | None:
    """The growth series over their years, in the unit in which they read best; None where there are none.

    A year that a series doesn't say is a gap; a year that wasn't over when its source appeared is marked as estimated.
    """
    series = report.listed[StatementKind.GROWTH]
    if not series:
        return None
    points = {said.pk: {point.year: point.amount for point in said.series} for said in series}
    years = sorted({year for known in points.values() for year in known})
    unit = best_unit([amount for known in points.values() for amount in known.values()])
    estimated = {
        year
        for year in years
        if all(is_forecast(year, sourced_on=said.sourced_on) for said in series if year in points[said.pk])
    }

    def scaled(value: Decimal | None) -> Decimal | None:
        return None if value is None else value / UNITS[unit]

    return Chart(
        ChartKind.COLUMNS if len(series) == 1 else ChartKind.LINE,
        words.growth_title(),
        tuple(words.year_label(year, estimated=year in estimated) for year in years),
        tuple(Series(said.title, tuple(scaled(points[said.pk].get(year)) for year in years)) for said in series),
        unit=words.unit(unit),
    )


def draft_of(statement: Statement) -> StatementDraft:
    """What stands, as it would be entered."""
    return StatementDraft(
        kind=StatementKind(statement.kind),
        source=Source(SourceKind(statement.source_kind), statement.reference, statement.sourced_on),
        title=statement.title,
        text=statement.text,
        year=statement.year,
        amount=statement.amount,
        unit=statement.unit,
        share=statement.share,
        points=statement.series,
        competitor_id=statement.competitor_id,
        price=statement.price,
        strengths=tuple(statement.strengths),
        weaknesses=tuple(statement.weaknesses),
        counters=tuple(statement.counters),
    )


def last_place(analysis: MarketAnalysis, kind: StatementKind) -> int:
    """Where the last statement of a kind stands, voided ones too; 0 for none."""
    found = Statement.objects.filter(analysis=analysis, kind=kind.value).aggregate(last=Max("place"))
    return int(found["last"] or 0)
