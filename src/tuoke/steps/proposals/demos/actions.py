"""Verbs on demonstrations and trials. Each raises Refused with every reason, Conflict where somebody saved first, and
Opportunity.DoesNotExist where ``by`` may not write the deal (O1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Principal, system
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import Changes, changes_between, record
from tuoke.spine.customers.actions import repointer
from tuoke.spine.customers.models import Contact, Customer
from tuoke.spine.customers.rules import Channel
from tuoke.spine.deals.doors import is_open, must, of_customer
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import RUNNING
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups.models import NextAction
from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.steps.proposals.actions.checks import held
from tuoke.steps.proposals.demos.models import KIND_NAMES, Demo, Trial
from tuoke.steps.proposals.demos.rules import (
    MOST_OF_DEAL,
    REMIND_DAYS,
    DemoDraft,
    DemoKind,
    DemoState,
    HeldDraft,
    Reaction,
    TrialDraft,
    is_reminder_due,
    may_extend,
    note_faults,
)

AT_ONCE = 500
"""Trials that one tick looks at."""
_OUTCOMES = {
    Reaction.CONVINCED: FollowUpOutcome.PROGRESS,
    Reaction.INTERESTED: FollowUpOutcome.PROGRESS,
    Reaction.NEUTRAL: FollowUpOutcome.STALLED,
    Reaction.DOUBTFUL: FollowUpOutcome.STALLED,
}

repoint = repointer((Demo, "contact"), (Trial, "contact"))
"""Wired into ``customers.hooks.repointers``: both follow when two contacts turn out to be one person."""


# Demonstrations


@transaction.atomic
def plan_demo(*, deal: Opportunity, draft: DemoDraft, by: Principal, now: datetime) -> Demo:
    """It becomes a next action of ``by``, with a time a meeting (F2). Refused: the draft's faults, contact_elsewhere,
    too_many, deal_closed, and what ``followups.plan_action`` refuses (due_in_past …)."""
    deal = held(deal, by=by)
    verdict = is_open(deal) & draft.faults() & of_customer(draft.contact_id, deal)
    if Demo.objects.filter(opportunity=deal).count() >= MOST_OF_DEAL:
        verdict &= no("too_many", most=MOST_OF_DEAL)
    must(verdict)
    action = followups.plan_action(subject=deal, plan=_plan_of(draft), by=by, now=now)
    demo = Demo.objects.create(
        opportunity=deal,
        kind=draft.kind.value,
        planned_on=draft.planned_on,
        planned_time=draft.planned_time,
        contact_id=draft.contact_id,
        purpose=draft.purpose.strip(),
        action=action,
        created_at=now,
        created_by_id=by.user_id,
    )
    _tell("planned", demo, by=by, now=now, facts=_said(demo))
    return demo


@transaction.atomic
def hold_demo(*, demo: Demo, version: int, draft: HeldDraft, channel: Channel, by: Principal, now: datetime) -> Demo:
    """It took place: its next action is done and the deal has a follow-up (F1). Raises Conflict; Refused: not_planned,
    the draft's faults, contact_elsewhere, deal_closed."""
    current = _locked(demo, by=by, version=version)
    deal, today = current.opportunity, timezone.localdate(now)
    verdict = YES if current.state == DemoState.PLANNED else no("not_planned")
    must(verdict & is_open(deal) & draft.faults(today=today) & of_customer(draft.contact_id, deal))
    _store(current, draft, state=DemoState.HELD)
    contact = Contact.objects.filter(pk=draft.contact_id).first() if draft.contact_id else None
    summary = "\n".join(
        filter(None, (f"{KIND_NAMES[DemoKind(current.kind)]}：{draft.shown.strip()}", draft.feedback.strip()))
    )
    action = current.action
    followups.record_followup(
        subject=deal,
        at=_moment(current, now=now),
        channels=[channel.value],
        outcome=_OUTCOMES[draft.reaction],
        summary=summary,
        contact=contact,
        answers=action if action and _waits(action) else None,
        by=by,
        now=now,
    )
    _tell("held", current, by=by, now=now, facts={**_said(current), "reaction": current.reaction})
    return current


@transaction.atomic
def edit_held(*, demo: Demo, version: int, draft: HeldDraft, by: Principal, now: datetime) -> Demo:
    """What was noted of it is put right; the follow-up stays as it was written. Raises Conflict; Refused: not_held …"""
    current = _locked(demo, by=by, version=version)
    verdict = YES if current.state == DemoState.HELD else no("not_held")
    verdict &= is_open(current.opportunity) & draft.faults(today=timezone.localdate(now))
    must(verdict & of_customer(draft.contact_id, current.opportunity))
    names = ("held_on", "shown", "feedback", "reaction", "presented")
    before = {name: getattr(current, name) for name in names}
    _store(current, draft, state=DemoState.HELD)
    after = {name: getattr(current, name) for name in names}
    if changes := changes_between(before=before, after=after):
        _tell("edited", current, by=by, now=now, changes=changes, facts=_said(current))
    return current


@transaction.atomic
def cancel_demo(*, demo: Demo, by: Principal, now: datetime) -> Demo:
    """Its next action goes with it; ``restore_demo`` brings both back. Refused: not_planned, deal_closed."""
    current = _locked(demo, by=by)
    must(is_open(current.opportunity) & (YES if current.state == DemoState.PLANNED else no("not_planned")))
    if current.action and _waits(current.action):
        followups.cancel_action(action=current.action, version=current.action.version, by=by, now=now)
    _set(current, state=DemoState.CANCELLED.value)
    _tell("cancelled", current, by=by, now=now, facts=_said(current))
    return current


@transaction.atomic
def restore_demo(*, demo: Demo, by: Principal, now: datetime) -> Demo:
    """Refused: not_cancelled, deal_closed."""
    current = _locked(demo, by=by)
    must(is_open(current.opportunity) & (YES if current.state == DemoState.CANCELLED else no("not_cancelled")))
    if current.action and current.action.cancelled_at:
        followups.reopen_action(action=current.action, by=by, now=now)
    _set(current, state=DemoState.PLANNED.value)
    _tell("restored", current, by=by, now=now, facts=_said(current))
    return current


# Trials


@transaction.atomic
def open_trial(*, deal: Opportunity, draft: TrialDraft, by: Principal, now: datetime) -> Trial:
    """Refused: the draft's faults, already_past, contact_elsewhere, too_many, deal_closed."""
    deal = held(deal, by=by)
    verdict = is_open(deal) & draft.faults() & of_customer(draft.contact_id, deal)
    today = timezone.localdate(now)
    if draft.expires_on < today:
        verdict &= no("already_past", field="expires_on", today=today.isoformat())
    if Trial.objects.filter(opportunity=deal).count() >= MOST_OF_DEAL:
        verdict &= no("too_many", most=MOST_OF_DEAL)
    must(verdict)
    values = {name: said.strip() if isinstance(said, str) else said for name, said in asdict(draft).items()}
    trial = Trial.objects.create(opportunity=deal, created_at=now, created_by_id=by.user_id, **values)
    _tell("trial_opened", trial, by=by, now=now, facts=_said(trial))
    return trial


@transaction.atomic
def extend_trial(*, trial: Trial, to: date, by: Principal, now: datetime) -> date:
    """Until a later day; its owner will be reminded anew. Returns the day before. Refused: trial_ended, not_later …"""
    current = _locked_trial(trial, by=by)
    today, before = timezone.localdate(now), current.expires_on
    must(_runs(current) & may_extend(starts_on=current.starts_on, expires_on=before, to=to, today=today))
    current.expires_on = to
    _done_with(current, note=_("试用已延期到 %(date)s") % {"date": to.isoformat()}, by=by, now=now)
    _set(current, action=None)
    _tell("trial_extended", current, by=by, now=now, changes={"expires_on": (before, to)}, facts=_said(current))
    return before


@transaction.atomic
def note_usage(*, trial: Trial, version: int, usage: str, by: Principal, now: datetime) -> Trial:
    """How the customer uses it. Raises Conflict; Refused: too_long, text_broken, holds_password."""
    current = _locked_trial(trial, by=by, version=version)
    must(is_open(current.opportunity) & note_faults(usage, field="usage"))
    before, after = current.usage, usage.strip()
    if before != after:
        _set(current, usage=after)
        _tell("trial_noted", current, by=by, now=now, changes={"usage": (before, after)}, facts=_said(current))
    return current


@transaction.atomic
def end_trial(*, trial: Trial, note: str, by: Principal, now: datetime) -> Trial:
    """It is over, with what came of it; ``reopen_trial`` takes it back. Refused: trial_ended, too_long …"""
    current = _locked_trial(trial, by=by)
    must(_runs(current) & note_faults(note, field="end_note"))
    _done_with(current, note=_("试用已结束"), by=by, now=now)
    _set(current, ended_at=now, end_note=note.strip(), action=None)
    _tell("trial_ended", current, by=by, now=now, facts={**_said(current), "note": current.end_note})
    return current


@transaction.atomic
def reopen_trial(*, trial: Trial, by: Principal, now: datetime) -> Trial:
    """Refused: trial_runs, deal_closed."""
    current = _locked_trial(trial, by=by)
    must(is_open(current.opportunity) & (no("trial_runs") if current.ended_at is None else YES))
    _set(current, ended_at=None)
    _tell("trial_reopened", current, by=by, now=now, facts=_said(current))
    return current


# The tick


def remind_trials(now: datetime) -> int:
    """The owner of a deal has each trial that ends soon among his next actions, and a notice of it; once for each
    expiry, each in a transaction of its own. Says how many."""
    today = timezone.localdate(now)
    due = Trial.objects.running().filter(
        expires_on__lte=today + timedelta(days=REMIND_DAYS), opportunity__outcome__in=RUNNING
    )
    due = due.filter(Q(reminded_on=None) | ~Q(reminded_on=F("expires_on"))).order_by("expires_on", "pk")
    return sum(_remind(pk, now=now) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _remind(pk: int, *, now: datetime) -> int:
    by, today = system("trials"), timezone.localdate(now)
    found = Trial.objects.select_related("opportunity").get(pk=pk)
    deal = Opportunity.objects.select_for_update().get(pk=found.opportunity_id)
    trial = Trial.objects.get(pk=pk)
    trial.opportunity = deal
    is_due = is_reminder_due(expires_on=trial.expires_on, reminded_on=trial.reminded_on, today=today)
    if trial.ended_at or deal.outcome not in RUNNING or not is_due:
        return 0
    said = {"account": trial.account[:80], "date": trial.expires_on.isoformat()}
    title = _("试用账号 %(account)s %(date)s 到期：问使用情况，定下续期还是结束") % said
    plan = Plan(title=title, due_on=max(today, trial.expires_on), owner_id=deal.owner_id)
    action = followups.plan_action(subject=deal, plan=plan, by=by, now=now)
    _set(trial, reminded_on=trial.expires_on, action=action)
    _tell("trial_reminded", trial, by=by, now=now, facts=_said(trial))
    return 1


# What the verbs are made of


def _locked(demo: Demo, *, by: Principal, version: int | None = None) -> Demo:
    """The deal's lock is that of its demonstrations."""
    deal = held(demo.opportunity, by=by)
    current = Demo.objects.select_related("action", "contact").get(pk=demo.pk)
    current.opportunity = deal
    if version is not None and current.version != version:
        raise Conflict(current)
    return current


def _locked_trial(trial: Trial, *, by: Principal, version: int | None = None) -> Trial:
    deal = held(trial.opportunity, by=by)
    current = Trial.objects.select_related("action", "contact").get(pk=trial.pk)
    current.opportunity = deal
    if version is not None and current.version != version:
        raise Conflict(current)
    return current


def _runs(trial: Trial) -> Verdict:
    return is_open(trial.opportunity) & (no("trial_ended") if trial.ended_at else YES)


def _plan_of(draft: DemoDraft) -> Plan:
    kind = str(KIND_NAMES[draft.kind])
    purpose = draft.purpose.strip()
    return Plan(
        title=(f"{kind}：{purpose}" if purpose else kind)[:200],
        due_on=draft.planned_on,
        due_time=draft.planned_time,
        minutes=60 if draft.planned_time else None,
        place=draft.place.strip(),
        contact_id=draft.contact_id,
    )


def _waits(action: NextAction) -> bool:
    return action.done_at is None and action.cancelled_at is None


def _moment(demo: Demo, *, now: datetime) -> datetime:
    """When it was held: on the day at the time planned, never after now."""
    assert demo.held_on is not None, "just stored"
    at = timezone.make_aware(datetime.combine(demo.held_on, demo.planned_time or time(10)))
    return min(at, now)


def _store(demo: Demo, draft: HeldDraft, *, state: DemoState) -> None:
    _set(
        demo,
        state=state.value,
        held_on=draft.held_on,
        shown=draft.shown.strip(),
        feedback=draft.feedback.strip(),
        reaction=draft.reaction.value,
        presented=draft.presented,
        contact_id=draft.contact_id,
    )


def _done_with(trial: Trial, *, note: str, by: Principal, now: datetime) -> None:
    """What the reminder asked for is answered."""
    if trial.action and _waits(trial.action):
        followups.complete_action(action=trial.action, version=trial.action.version, note=note, by=by, now=now)


def _set(row: Demo | Trial, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()


def _said(row: Demo | Trial) -> dict[str, Any]:
    who = row.contact.name if row.contact else ""
    if isinstance(row, Trial):
        return {"account": row.account, "expires_on": row.expires_on, "contact": who}
    return {
        "kind": row.kind, "planned_on": row.planned_on, "held_on": row.held_on, "purpose": row.purpose,
        "presented": row.presented, "contact": who,
    }  # fmt: skip


def _tell(
    kind: str,
    row: models.Model,
    *,
    by: Principal,
    now: datetime,
    changes: Changes | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Into the deal's timeline and the customer's."""
    assert isinstance(row, Demo | Trial)
    deal = row.opportunity
    record(
        kind=f"demos.{kind}",
        subject=row,
        thread=deal,
        party=f"{Customer._meta.label_lower}:{deal.customer_id}",
        by=by,
        at=now,
        changes=changes,
        facts=facts,
    )
