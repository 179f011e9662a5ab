from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import changes_between, record
from tuoke.services.exchange.rules import sound
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.markets.actions.permits import held, may_write, must
from tuoke.steps.targeting.markets.models import MarketAnalysis, Statement

GOAL_LIMIT = 2000
REVIEW_AFTER = timedelta(days=90)
"""Markets are looked at again every quarter unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class AnalysisDraft:
    """The head of an analysis: the company goal that it serves, who answers for it, when it is looked at again."""

    goal: str
    owner_id: int
    review_by: date | None = None


@transaction.atomic
def begin(*, campaign: Campaign, by: Principal, now: datetime) -> MarketAnalysis:
    """Begin the market analysis of a campaign with the campaign's own goal and owner; one that exists is returned.

    It is looked at again after a quarter, at the latest when the campaign ends. Raises Refused: may_not_write.
    """
    must(may_write(by))
    found, _ = _begun(_held_campaign(campaign), copied_from=None, by=by, now=now)
    return found


@transaction.atomic
def copy_from(*, campaign: Campaign, source: MarketAnalysis, by: Principal, now: datetime) -> MarketAnalysis:
    """Begin with what another campaign's analysis says; statements keep their sources and dates, voided ones stay behind.

    Raises Refused: may_not_write, analysis_not_empty (nothing is mixed into what somebody wrote), nothing_to_copy.
    """
    must(may_write(by))
    analysis, is_new = _begun(_held_campaign(campaign), copied_from=source, by=by, now=now)
    said = list(Statement.objects.filter(analysis=source).listed())
    verdict = no("nothing_to_copy") if not said else YES
    if analysis.statements.exists():
        verdict &= no("analysis_not_empty")
    must(verdict)
    for statement in said:
        statement.pk, statement.analysis, statement.version, statement.created_at = None, analysis, 1, now
    Statement.objects.bulk_create(said)
    if not is_new:
        analysis.copied_from, analysis.version = source, analysis.version + 1
        analysis.save(update_fields=["copied_from", "version"])
    record(
        kind="markets.copied", subject=analysis, thread=analysis, by=by, at=now,
        facts={"campaign": source.campaign.name, "count": len(said)},
    )  # fmt: skip
    return analysis


@transaction.atomic
def change_analysis(
    *, analysis: MarketAnalysis, version: int, draft: AnalysisDraft, by: Principal, now: datetime
) -> MarketAnalysis:
    """Change its head; nothing changed: nothing is saved.

    Raises Conflict (stale ``version``) or Refused: may_not_write, owner_inactive, too_long, text_broken.
    """
    current = held(analysis)
    if current.version != version:
        raise Conflict(current)
    must(_sound(draft, current) & may_write(by))
    before = _said(current)
    current.goal, current.owner_id, current.review_by = draft.goal.strip(), draft.owner_id, draft.review_by
    changes = changes_between(before=before, after=_said(current))
    if changes:
        current.version += 1
        current.save()
        record(kind="markets.changed", subject=current, thread=current, by=by, at=now, changes=changes)
    return current


def _held_campaign(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_for_update().get(pk=campaign.pk)


def _begun(
    campaign: Campaign, *, copied_from: MarketAnalysis | None, by: Principal, now: datetime
) -> tuple[MarketAnalysis, bool]:
    found = MarketAnalysis.objects.filter(campaign=campaign).first()
    if found is not None:
        return found, False
    today = timezone.localdate(now)
    end = campaign.ends_on if campaign.ends_on > today else today + REVIEW_AFTER
    analysis = MarketAnalysis.objects.create(
        campaign=campaign,
        goal=campaign.company_goal,
        owner_id=campaign.owner_id,
        review_by=min(end, today + REVIEW_AFTER),
        copied_from=copied_from,
        created_at=now,
    )
    changes = {name: (None, value) for name, value in _said(analysis).items() if value}
    record(kind="markets.begun", subject=analysis, thread=analysis, by=by, at=now, changes=changes)
    return analysis, True


def _sound(draft: AnalysisDraft, current: MarketAnalysis) -> Verdict:
    verdict = YES
    if not sound(draft.goal):
        verdict &= no("text_broken", field="goal")
    if len(draft.goal) > GOAL_LIMIT:
        verdict &= no("too_long", field="goal", limit=GOAL_LIMIT, found=len(draft.goal))
    stays = draft.owner_id == current.owner_id
    if not stays and not User.objects.filter(pk=draft.owner_id, is_active=True).exists():
        verdict &= no("owner_inactive", field="owner")
    return verdict


def _said(analysis: MarketAnalysis) -> dict[str, object]:
    owner = User.objects.filter(pk=analysis.owner_id).first()
    return {"goal": analysis.goal, "owner": owner.name if owner else "", "review_by": analysis.review_by}
