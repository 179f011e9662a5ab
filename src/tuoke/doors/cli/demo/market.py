"""Step 1 of the demo's story, the market: products, competitors, what sources cost, and one campaign's analysis."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.services.exchange.rules import Span
from tuoke.spine.catalog import actions as catalog
from tuoke.spine.catalog.models import Campaign, LeadSource, Product
from tuoke.spine.catalog.rules import CompetitorDraft, CostDraft, PainHelp, ProductDraft, ProductFits
from tuoke.steps.targeting.markets import actions as markets
from tuoke.steps.targeting.markets.rules import Point, Source, SourceKind, StatementDraft, StatementKind

YI = Decimal(10) ** 8


def fill_the_catalogue(script: Mapping[str, Any], *, by: Principal, now: datetime) -> None:
    """What we sell and to whom it fits, who sells against us, what our sources cost."""
    for said in script["products"]:
        catalog.create_product(draft=_product(said), by=by, now=now)
    products = dict(Product.objects.values_list("name", "pk"))
    for said in script["competitors"]:
        own = frozenset(products[name] for name in said["products"])
        lines = {name: tuple(said[name]) for name in ("strengths", "weaknesses", "counters")}
        draft = CompetitorDraft(said["name"], _yuan(said["price"]), **lines, product_ids=own, note=said["note"])
        catalog.list_competitor(draft=draft, by=by, now=now)
    for parent, name in script["sources"]:
        catalog.add_source(name=name, parent=LeadSource.objects.get(name=parent), by=by, now=now)
    sources = dict(LeadSource.objects.values_list("name", "pk"))
    for said in script["costs"]:
        for ago in said["months_ago"]:
            first, last = month_before(timezone.localdate(now), ago)
            cost = CostDraft(sources[said["source"]], first, last, Decimal(said["amount"]), said["note"])
            catalog.enter_cost(draft=cost, by=by, now=now)


def analyse(script: Mapping[str, Any], *, campaign: Campaign, review_by: date, by: Principal, now: datetime) -> None:
    """A whole market analysis; the script's days and years count from ``now``, when it is written."""
    analysis = markets.begin(campaign=campaign, by=by, now=now)
    head = markets.AnalysisDraft(script["goal"], analysis.owner_id, review_by)
    markets.change_analysis(analysis=analysis, version=analysis.version, draft=head, by=by, now=now)
    for draft, rival in _statements(script, timezone.localdate(now)):
        markets.add_statement(analysis=analysis, draft=draft, rival=rival, by=by, now=now)


def month_before(day: date, ago: int) -> tuple[date, date]:
    """First and last day of the month so many months before the day's own."""
    year, month = divmod(day.year * 12 + day.month - 1 - ago, 12)
    return date(year, month + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1])


def _product(said: Mapping[str, Any]) -> ProductDraft:
    pains = tuple(PainHelp(pain, help_) for pain, help_ in said["pains"])
    fits = ProductFits(tuple(said["industries"]), Span(*said["staff"]), _yuan(said["revenue"]), pains)
    return ProductDraft(
        said["name"], _yuan(said["price"]), said["unit"], said["custom_quote"], fits=fits, note=said["note"]
    )


def _statements(script: Mapping[str, Any], today: date) -> Iterator[tuple[StatementDraft, str]]:
    """Each with the competitor that it is about, if it is about one."""
    for said in script["sizes"]:
        size = StatementDraft(
            StatementKind.SIZE, _source(said, today), title=said["title"], text=said.get("text", ""),
            year=today.year + said["year"], amount=_yi(said["yi"]), unit="亿元",
        )  # fmt: skip
        yield size, ""
    for said in script["growth"]:
        points = tuple(Point(today.year + year, _yi(yi)) for year, yi in said["points"].items())
        source = _source(said, today)
        yield StatementDraft(StatementKind.GROWTH, source, title=said["title"], points=points, unit="亿元"), ""
    for said in script["segments"]:
        segment = StatementDraft(
            StatementKind.SEGMENT, _source(said, today), title=said["title"], text=said["text"],
            share=Decimal(str(said["share"])), amount=_yi(said["yi"]) if "yi" in said else None, unit="亿元",
        )  # fmt: skip
        yield segment, ""
    for said in script["rivals"]:
        yield StatementDraft(StatementKind.COMPETITOR, _source(said, today)), said["name"]
    for said in script["unmet"]:
        source = _source(said, today)
        yield StatementDraft(StatementKind.UNMET, source, title=said["title"], text=said["text"]), ""


def _source(said: Mapping[str, Any], today: date) -> Source:
    kind, reference, days_ago = said["source"]
    return Source(SourceKind(kind), reference, today - timedelta(days=days_ago))


def _yi(amount: float) -> Decimal:
    return Decimal(str(amount)) * YI


def _yuan(ends: Sequence[int]) -> Span[Decimal]:
    low, high = ends
    return Span(Decimal(low), Decimal(high))
