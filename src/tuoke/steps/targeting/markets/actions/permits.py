"""What every verb here asks first, and how what it changes is told."""

from __future__ import annotations

from typing import Any

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.catalog.rules import said_amounts
from tuoke.steps.targeting.markets.models import MarketAnalysis, Statement
from tuoke.steps.targeting.markets.rules import StatementDraft, in_unit


def may_write(by: Principal) -> Verdict:
    return YES if by.may(Permission.PROFILE_WRITE) else no("may_not_write")


def must(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def held(analysis: MarketAnalysis) -> MarketAnalysis:
    """Locked until the verb is done: whoever changes what an analysis says takes turns here."""
    return MarketAnalysis.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=analysis.pk)


def held_statement(statement: Statement, *, version: int | None = None) -> Statement:
    """Locked with its analysis. Raises Conflict where somebody saved since ``version`` was seen."""
    held(statement.analysis)
    current = Statement.objects.select_related("analysis__campaign", "competitor").get(pk=statement.pk)
    if version is not None and current.version != version:
        raise Conflict(current)
    return current


def columns(draft: StatementDraft) -> dict[str, Any]:
    return {
        "title": draft.title.strip(),
        "text": draft.text.strip(),
        "year": draft.year,
        "amount": draft.amount,
        "unit": draft.unit,
        "share": draft.share,
        "points": [[point.year, str(point.amount)] for point in sorted(draft.points, key=lambda p: p.year)],
        "competitor_id": draft.competitor_id,
        "price_low": draft.price.low,
        "price_high": draft.price.high,
        "strengths": list(draft.strengths),
        "weaknesses": list(draft.weaknesses),
        "counters": list(draft.counters),
        "source_kind": draft.source.kind.value,
        "reference": draft.source.reference.strip(),
        "sourced_on": draft.source.on,
    }


def said(draft: StatementDraft) -> dict[str, Any]:
    """As the history keeps it: readable lines, blank where nothing is said."""
    unit = draft.unit or "元"
    rival = Competitor.objects.filter(pk=draft.competitor_id).first() if draft.competitor_id else None
    return {
        "title": draft.title.strip(),
        "competitor": rival.name if rival else "",
        "text": draft.text.strip(),
        "year": draft.year or "",
        "amount": f"{in_unit(draft.amount, unit)}{unit}" if draft.amount is not None else "",
        "share": f"{draft.share.normalize():f}%" if draft.share is not None else "",
        "points": "；".join(
            f"{p.year} {in_unit(p.amount, unit)}{unit}" for p in sorted(draft.points, key=lambda p: p.year)
        ),
        "price": said_amounts(draft.price),
        "strengths": "；".join(draft.strengths),
        "weaknesses": "；".join(draft.weaknesses),
        "counters": "；".join(draft.counters),
        "source_kind": draft.source.kind.value,
        "reference": draft.source.reference.strip(),
        "sourced_on": draft.source.on,
    }
