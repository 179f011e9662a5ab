"""沟通机制: how often both sides talk, and the meetings that come of it (S7.2, ADR 14)."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal, system
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.services.calendar.queries import workdays
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.queries import keeper_of
from tuoke.spine.deals.rules import GIVEN_UP
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups.rules import Plan
from tuoke.steps.contracts.teams.actions.doors import is_open, must, opened, tell
from tuoke.steps.contracts.teams.models import Meeting, ProjectContact, Rhythm
from tuoke.steps.contracts.teams.queries import possible_owners
from tuoke.steps.contracts.teams.rules import MEETINGS_AHEAD, MOST_RHYTHMS, Every, RhythmDraft, Side, wanted

AT_ONCE = 500
"""Rhythms that one tick looks at."""

logger = logging.getLogger("tuoke.teams")


@transaction.atomic
def start_rhythm(*, deal: Opportunity, draft: RhythmDraft, by: Principal, now: datetime) -> Rhythm:
    """Its next meetings are made at once. Refused: the draft's faults, owner_elsewhere, contact_elsewhere, too_many,
    nothing_to_come, deal_closed."""
    deal = opened(deal, by=by)
    verdict = is_open(deal) & draft.faults() & _people(draft, deal)
    if Rhythm.objects.standing().filter(opportunity=deal).count() >= MOST_RHYTHMS:
        verdict &= no("too_many", most=MOST_RHYTHMS)
    must(verdict)
    must(_comes(draft, today=timezone.localdate(now)))
    rhythm = Rhythm.objects.create(opportunity=deal, created_at=now, created_by_id=by.user_id, **_values(draft))
    rhythm.contacts.set(draft.contact_ids)
    made = _fill(rhythm, by=by, now=now)
    tell("rhythm_started", deal, rhythm, by=by, now=now, facts=said_of(rhythm) | {"meetings": made})
    return rhythm


@transaction.atomic
def change_rhythm(*, rhythm: Rhythm, version: int, draft: RhythmDraft, by: Principal, now: datetime) -> Rhythm:
    """Meetings that stand as they were made are called off and made anew; those that somebody moved or cancelled, and those
    that were held, stay. Raises Conflict; Refused as ``start_rhythm``, rhythm_ended."""
    current = _fresh(rhythm, by=by)
    if current.version != version:
        raise Conflict(current)
    verdict = is_open(current.opportunity) & draft.faults() & _people(draft, current.opportunity)
    must(verdict & (no("rhythm_ended") if current.ended_at else YES))
    must(_comes(draft, today=timezone.localdate(now)))
    _call_off(current, now=now)
    for name, value in _values(draft).items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    current.contacts.set(draft.contact_ids)
    made = _fill(current, by=by, now=now)
    tell("rhythm_changed", current.opportunity, current, by=by, now=now, facts=said_of(current) | {"meetings": made})
    return current


@transaction.atomic
def end_rhythm(*, rhythm: Rhythm, by: Principal, now: datetime) -> Rhythm:
    """Its coming meetings are called off. Refused: rhythm_ended, deal_closed."""
    current = _fresh(rhythm, by=by)
    must(is_open(current.opportunity) & (no("rhythm_ended") if current.ended_at else YES))
    _call_off(current, now=now)
    current.ended_at, current.version = now, current.version + 1
    current.save()
    tell("rhythm_ended", current.opportunity, current, by=by, now=now, facts=said_of(current))
    return current


@transaction.atomic
def resume_rhythm(*, rhythm: Rhythm, by: Principal, now: datetime) -> Rhythm:
    """Refused: rhythm_runs, too_many, deal_closed."""
    current = _fresh(rhythm, by=by)
    verdict = is_open(current.opportunity) & (YES if current.ended_at else no("rhythm_runs"))
    if Rhythm.objects.standing().filter(opportunity=current.opportunity).count() >= MOST_RHYTHMS:
        verdict &= no("too_many", most=MOST_RHYTHMS)
    must(verdict)
    current.ended_at, current.version = None, current.version + 1
    current.save()
    _fill(current, by=by, now=now)
    tell("rhythm_resumed", current.opportunity, current, by=by, now=now, facts=said_of(current))
    return current


def keep_ahead(now: datetime) -> None:
    """Every day: each running rhythm has its next meetings. One that can't have them waits for tomorrow, not the others."""
    running = Rhythm.objects.standing().exclude(opportunity__outcome__in=GIVEN_UP).exclude(every=Every.ONCE)
    after = 0
    while keys := list(running.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        for pk in keys:
            try:
                _kept_ahead(pk, now=now)
            except Refused as refused:
                logger.warning("rhythm %s has no next meeting: %s", pk, refused)
        after = keys[-1]


@transaction.atomic
def _kept_ahead(pk: int, *, now: datetime) -> None:
    deal_id = Rhythm.objects.values_list("opportunity_id", flat=True).get(pk=pk)
    deal = Opportunity.objects.select_for_update(of=("self",)).select_related("customer").get(pk=deal_id)
    rhythm = Rhythm.objects.standing().filter(pk=pk).first()
    if rhythm is not None and not deal.is_given_up:
        rhythm.opportunity = deal
        _fill(rhythm, by=system("teams.rhythms"), now=now)


def draft_of(rhythm: Rhythm, contact_ids: Iterable[int] = ()) -> RhythmDraft:
    return RhythmDraft(
        title=rhythm.title, every=Every(rhythm.every), starts_on=rhythm.starts_on, at=rhythm.at, minutes=rhythm.minutes,
        owner_id=rhythm.owner_id, until=rhythm.until, weekday=rhythm.weekday, channel=rhythm.channel, place=rhythm.place,
        contact_ids=tuple(contact_ids),
    )  # fmt: skip


def said_of(rhythm: Rhythm) -> dict[str, Any]:
    return {
        "title": rhythm.title, "every": rhythm.every, "weekday": rhythm.weekday, "at": rhythm.at.strftime("%H:%M"),
        "starts_on": rhythm.starts_on, "until": rhythm.until,
    }  # fmt: skip


def _fill(rhythm: Rhythm, *, by: Principal, now: datetime) -> int:
    """Make what is missing of the next meetings; says how many. The deal is locked by the caller."""
    today, deal = timezone.localdate(now), rhythm.opportunity
    known = list(Meeting.objects.filter(rhythm=rhythm, is_off=False).values_list("slot", flat=True))
    coming = wanted(draft_of(rhythm), today=today, known=known, is_workday=workdays().is_workday, ahead=MEETINGS_AHEAD)
    if not coming:
        return 0
    owner_id = _convener(rhythm)
    theirs = rhythm.contacts.filter(side=Side.THEIRS, withdrawn_at=None, contact__customer_id=deal.customer_id)
    main = theirs.order_by("-is_main", "id").first()
    for slot, day in coming:
        plan = Plan(
            title=rhythm.title, due_on=day, due_time=rhythm.at, owner_id=owner_id,
            channel=rhythm.channel, minutes=rhythm.minutes, place=rhythm.place,
            contact_id=main.contact_id if main else None,
        )  # fmt: skip
        action = followups.plan_action(subject=deal, plan=plan, by=by, now=now)
        Meeting.objects.create(rhythm=rhythm, slot=slot, action=action)
    return len(coming)


def _convener(rhythm: Rhythm) -> int:
    """Whoever is to convene it; where he has left the company or the deal, the deal's owner does; where he has left too,
    who leads him, until the deal is handed on."""
    deal = rhythm.opportunity
    present = {user.pk for user in possible_owners(deal)}
    return next((pk for pk in (rhythm.owner_id, deal.owner_id) if pk in present), keeper_of(deal).pk)


def _call_off(rhythm: Rhythm, *, now: datetime) -> None:
    """What still waits as it was made. A day that somebody gave it is his decision."""
    today = timezone.localdate(now)
    ahead = Meeting.objects.filter(rhythm=rhythm, is_off=False, action__done_at=None, action__cancelled_at=None)
    for meeting in ahead.filter(action__due_on__gte=today).select_related("action"):
        action = meeting.action
        if action.version == 1:
            followups.cancel_action(action=action, version=action.version, by=system("teams.rhythms"), now=now)
            meeting.is_off = True
            meeting.save(update_fields=["is_off"])


def _fresh(rhythm: Rhythm, *, by: Principal) -> Rhythm:
    deal = opened(rhythm.opportunity, by=by)
    current = Rhythm.objects.get(pk=rhythm.pk)
    current.opportunity = deal
    return current


def _values(draft: RhythmDraft) -> dict[str, Any]:
    is_once = draft.every is Every.ONCE
    return {
        "title": draft.title.strip(), "every": draft.every.value, "starts_on": draft.starts_on, "at": draft.at,
        "weekday": draft.starts_on.weekday() if is_once else draft.weekday, "minutes": draft.minutes,
        "owner_id": draft.owner_id, "until": None if is_once else draft.until, "channel": draft.channel,
        "place": draft.place.strip(),
    }  # fmt: skip


def _comes(draft: RhythmDraft, *, today: date) -> Verdict:
    """A rhythm that makes no meeting is none: its days are over, or free."""
    coming = wanted(draft, today=today, known=(), is_workday=workdays().is_workday, ahead=1)
    far = coming and coming[0][1] > today + timedelta(days=366)
    if far:
        return no("starts_too_far", field="starts_on")
    return YES if coming else no("nothing_to_come", field="until" if draft.until else "starts_on")


def _people(draft: RhythmDraft, deal: Opportunity) -> Verdict:
    verdict = YES
    if draft.owner_id and draft.owner_id not in {user.pk for user in possible_owners(deal)}:
        verdict = no("owner_elsewhere", field="owner")
    known = ProjectContact.objects.standing().filter(opportunity=deal, pk__in=draft.contact_ids).count()
    return verdict & (YES if known == len(set(draft.contact_ids)) else no("contact_elsewhere", field="contacts"))
