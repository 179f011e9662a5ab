"""When a customer is visited: planned by rule when a deal ends, changed by hand, ended, begun anew (S8.2)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import holders_of, principal_of
from tuoke.base.accounts.rules import Permission, Principal, system
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import changes_between, record
from tuoke.spine.catalog.rules import Market, Scale
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.reviews.revisits.actions.doors import held, is_visited, must, tell
from tuoke.steps.reviews.revisits.models import Revisit, RevisitPlan, SegmentRhythm
from tuoke.steps.reviews.revisits.rules import (
    USUAL,
    Calendar,
    Occasion,
    Rhythm,
    State,
    calendar_after_losing,
    calendar_after_winning,
)
from tuoke.steps.reviews.revisits.rules.schedule import SOON_DAYS, may_be_due, series_faults

PLANNED_WITHIN = timedelta(days=365)
MOST_A_NIGHT = 1000
_OCCASIONS = {Outcome.WON: Occasion.WON, Outcome.LOST: Occasion.LOST}


def rhythm_of(market: str, scale: str) -> Rhythm:
    """How often customers of this type are visited: as the company said, else as is usual."""
    return rhythm_in(SegmentRhythm.objects.filter(market=market, scale=scale).first(), market, scale)


def rhythm_in(said: SegmentRhythm | None, market: str, scale: str) -> Rhythm:
    """The same with the company's word, or None, at hand."""
    if said is None:
        return USUAL[Market(market), Scale(scale)]
    return Rhythm(said.every_months, said.first_after_days, said.lasts_months)


def follow_deal(deal: Opportunity, by: Principal, now: datetime) -> None:
    """``deals.hooks.on_changed``: won or lost begins a plan, taken up again or void ends it. Said again it does nothing."""
    occasion = _OCCASIONS.get(Outcome(deal.outcome))
    plan = RevisitPlan.objects.filter(opportunity=deal).first()
    if occasion is None:
        if plan is not None and not plan.ended_with_deal:
            _end(plan, deal, by=by, now=now, with_deal=True)
    elif plan is None or plan.ended_with_deal:
        _begin(deal, occasion, plan, by=by, now=now)


@transaction.atomic
def plan_series(
    *,
    deal: Opportunity,
    version: int | None,
    first_on: date | None,
    every_months: int,
    until_on: date | None,
    owner_id: int | None,
    by: Principal,
    now: datetime,
) -> RevisitPlan:
    """The deal's own rhythm from ``first_on`` on (``every_months`` 0: once): what is due moves there.

    ``version``: of the plan that was looked at, None where there was none. Raises Conflict; Refused: deal_still_open,
    due_missing, due_in_past, due_too_far, every_out_of_range, until_before_first, owner_not_allowed.
    """
    deal = held(deal, by=by)
    plan = RevisitPlan.objects.filter(opportunity=deal).first()
    if (plan.version if plan else None) != version:
        raise Conflict(plan)
    verdict = is_visited(deal)
    verdict &= series_faults(
        first_on=first_on, every_months=every_months, until_on=until_on, today=timezone.localdate(now)
    )
    must(verdict & _may_visit(owner_id, deal))
    assert first_on is not None
    before = _said(plan) if plan else {}
    plan = _stored(plan, deal, Calendar(first_on, every_months, until_on), owner_id=owner_id)
    _put_due(plan, deal, first_on, now=now)
    after = _said(plan)
    facts = {**after, "is_new": not before}
    tell(
        "planned", deal, plan, by=by, now=now, facts=facts, changes=changes_between(before=before or after, after=after)
    )
    return plan


@transaction.atomic
def end_series(*, plan: RevisitPlan, by: Principal, now: datetime) -> RevisitPlan:
    """No more visits; ``resume_series`` takes it back."""
    deal = held(plan.opportunity, by=by)
    plan = RevisitPlan.objects.get(pk=plan.pk)
    if plan.ended_at is None:
        _end(plan, deal, by=by, now=now)
    return plan


@transaction.atomic
def resume_series(*, plan: RevisitPlan, by: Principal, now: datetime) -> RevisitPlan:
    """Go on with the visits: at the series' next day. Refused: deal_still_open, series_over."""
    deal = held(plan.opportunity, by=by)
    plan = RevisitPlan.objects.get(pk=plan.pk)
    if plan.ended_at is None:
        return plan
    following = calendar_of(plan).after(timezone.localdate(now) - timedelta(days=1))
    must(is_visited(deal) & (YES if following else no("series_over")))
    plan.ended_at = None
    _save(plan)
    if following:
        _put_due(plan, deal, following, now=now)
    tell("resumed", deal, plan, by=by, now=now, facts=_said(plan) | {"due_on": following})
    return plan


@transaction.atomic
def postpone(
    *, revisit: Revisit, version: int, due_on: date | None, owner_id: int | None, by: Principal, now: datetime
) -> Revisit:
    """改期, or another colleague goes. Raises Conflict; Refused: not_due, due_missing, due_in_past, due_too_far,
    owner_not_allowed."""
    deal = held(revisit.opportunity, by=by)
    revisit = Revisit.objects.get(pk=revisit.pk)
    if revisit.version != version:
        raise Conflict(revisit)
    verdict = YES if revisit.is_due else no("not_due")
    if due_on != revisit.due_on:
        verdict &= may_be_due(due_on, today=timezone.localdate(now))
    if owner_id != revisit.owner_id:
        verdict &= _may_visit(owner_id, deal)
    must(verdict)
    before = {"due_on": revisit.due_on, "owner": revisit.owner_id}
    revisit.due_on, revisit.owner_id = due_on, owner_id  # type: ignore[assignment]  # judged above
    save_visit(revisit, "due_on", "owner")
    changes = changes_between(before=before, after={"due_on": revisit.due_on, "owner": revisit.owner_id})
    if changes:
        facts = {"due_on": revisit.due_on, "owner": revisit.owner.name if revisit.owner else ""}
        tell("postponed", deal, revisit, by=by, now=now, changes=changes, facts=facts)
    return revisit


def plan_next(deal: Opportunity, *, after: date, now: datetime) -> Revisit | None:
    """The visit that follows one that was made or left out; the caller holds the deal's lock. None: it was the last."""
    plan = RevisitPlan.objects.running().filter(opportunity=deal).first()
    following = calendar_of(plan).after(after) if plan else None
    if plan is None or following is None:
        return None
    return _put_due(plan, deal, following, now=now)


def draw_near(deal: Opportunity, *, now: datetime) -> Revisit:
    """Somebody is to speak with this customer within SOON_DAYS; the caller holds the deal's lock."""
    soon = timezone.localdate(now) + timedelta(days=SOON_DAYS)
    due = Revisit.objects.due().filter(opportunity=deal).first()
    if due is None:
        return Revisit.objects.create(opportunity=deal, due_on=soon, state=State.DUE, created_at=now)
    if due.due_on > soon:
        due.due_on = soon
        save_visit(due, "due_on")
    return due


@transaction.atomic
def set_rhythm(*, market: Market, scale: Scale, version: int | None, rhythm: Rhythm, by: Principal, now: datetime) -> SegmentRhythm:  # fmt: skip
    """How often customers of one type are visited from now on; plans that are there stay. The caller has asked whether
    ``by`` may. Raises Conflict; Refused: every_out_of_range, first_out_of_range, lasts_out_of_range."""
    must(rhythm.faults())
    said = SegmentRhythm.objects.select_for_update().filter(market=market, scale=scale).first()
    if (said.version if said else None) != version:
        raise Conflict(said)
    before = rhythm_of(market, scale)
    said = said or SegmentRhythm(market=market, scale=scale, version=0)
    said.every_months, said.first_after_days = rhythm.every_months, rhythm.first_after_days
    said.lasts_months, said.version = rhythm.lasts_months, said.version + 1
    said.save()
    changes = changes_between(before=_rhythm_said(before), after=_rhythm_said(rhythm))
    record(kind="revisits.rhythm_set", subject=said, by=by, at=now, changes=changes)
    return said


def plan_missing(now: datetime) -> int:
    """Deals that ended in the last year without anybody planning a visit (imported, won before this was there) get their
    plan. Run every night, at most MOST_A_NIGHT; returns how many."""
    by, since = system("revisits are planned by rule"), timezone.localdate(now) - PLANNED_WITHIN
    ended = Opportunity.objects.real().filter(outcome__in=list(_OCCASIONS), outcome_on__gte=since, revisit_plan=None)
    found = list(ended.order_by("-outcome_on", "-id").values_list("pk", flat=True)[:MOST_A_NIGHT])
    for pk in found:
        with transaction.atomic():
            follow_deal(Opportunity.objects.select_for_update().get(pk=pk), by, now)
    return len(found)


def calendar_of(plan: RevisitPlan) -> Calendar:
    return Calendar(plan.first_on, plan.every_months, plan.until_on)


def save_visit(revisit: Revisit, *fields: str) -> None:
    revisit.version += 1
    revisit.save(update_fields=[*fields, "version"])


def _begin(deal: Opportunity, occasion: Occasion, plan: RevisitPlan | None, *, by: Principal, now: datetime) -> None:
    today = timezone.localdate(now)
    ended_on = deal.outcome_on or today
    if occasion is Occasion.WON:
        days = calendar_after_winning(ended_on, rhythm_of(deal.market, deal.scale), today=today)
    else:
        days = calendar_after_losing(ended_on)
    first = days.after(today - timedelta(days=1))
    if first is None:  # long past: nothing is asked for any more
        return
    owner_id = plan.owner_id if plan else None
    plan = _stored(plan, deal, days, owner_id=owner_id, occasion=occasion)
    _put_due(plan, deal, first, now=now)
    tell("planned", deal, plan, by=by, now=now, facts=_said(plan) | {"is_new": True, "by_rule": True})


def _stored(
    plan: RevisitPlan | None, deal: Opportunity, days: Calendar, *, owner_id: int | None, occasion: Occasion | None = None
) -> RevisitPlan:  # fmt: skip
    plan = plan or RevisitPlan(opportunity=deal, version=0)
    plan.occasion = (occasion or _OCCASIONS[Outcome(deal.outcome)]).value
    plan.first_on, plan.every_months, plan.until_on = days.first_on, days.every_months, days.until_on
    plan.owner_id, plan.ended_at, plan.ended_with_deal = owner_id, None, False
    _save(plan)
    return plan


def _save(plan: RevisitPlan) -> None:
    plan.version += 1
    plan.save()


def _put_due(plan: RevisitPlan, deal: Opportunity, day: date, *, now: datetime) -> Revisit:
    """The one visit that is due: moved there, or made."""
    due = Revisit.objects.due().filter(opportunity=deal).first()
    if due is None:
        return Revisit.objects.create(
            opportunity=deal, due_on=day, owner_id=plan.owner_id, state=State.DUE, created_at=now
        )
    due.due_on, due.owner_id = day, plan.owner_id
    save_visit(due, "due_on", "owner")
    return due


def _end(plan: RevisitPlan, deal: Opportunity, *, by: Principal, now: datetime, with_deal: bool = False) -> None:
    was_running, plan.ended_at, plan.ended_with_deal = plan.ended_at is None, plan.ended_at or now, with_deal
    _save(plan)
    for due in Revisit.objects.due().filter(opportunity=deal):
        due.withdrawn_at = now
        save_visit(due, "withdrawn_at")
    if was_running:
        tell("ended", deal, plan, by=by, now=now, facts=_said(plan))


def _may_visit(owner_id: int | None, deal: Opportunity) -> Verdict:
    """The deal's owner, or somebody who may write reviews and sees the deal."""
    if owner_id is None or owner_id == deal.owner_id:
        return YES
    user = User.objects.filter(pk=owner_id, is_active=True).first()
    if user is None or not holders_of(Permission.REVIEW_WRITE, among=[user]):
        return no("owner_not_allowed", field="owner")
    sees = Opportunity.objects.visible_to(principal_of(user)).filter(pk=deal.pk).exists()
    return YES if sees else no("owner_not_allowed", field="owner")


def _said(plan: RevisitPlan) -> dict[str, object]:
    return {"first_on": plan.first_on, "every_months": plan.every_months, "until_on": plan.until_on}


def _rhythm_said(rhythm: Rhythm) -> dict[str, object]:
    return {
        "every_months": rhythm.every_months,
        "first_after_days": rhythm.first_after_days,
        "lasts_months": rhythm.lasts_months,
    }
