from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.spine.customers.models import Contact
from tuoke.spine.followups.actions import record_followup
from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.steps.discovery.interviews.actions.checks import held, known_contact, may_plan, may_write, must, saved, tell
from tuoke.steps.discovery.interviews.models import Outline, Participant
from tuoke.steps.discovery.interviews.queries import sheet_of
from tuoke.steps.discovery.interviews.rules import PEOPLE_MOST

MINUTES_MOST = 24 * 60


@dataclass(frozen=True, slots=True)
class Closing:
    """How an interview ended: what the follow-up says of it. ``at`` is aware; ``contact_id`` is whom it was with."""

    at: datetime
    channels: tuple[str, ...]
    outcome: FollowUpOutcome
    summary: str
    minutes: int | None = None
    contact_id: int | None = None
    plan: Plan | None = None


@transaction.atomic
def begin(*, outline: Outline, by: Principal, now: datetime) -> Outline:
    """Start the clock; an interview that has begun goes on."""
    current = held(outline.pk, by=by)
    must(may_plan(current))
    if current.begun_at is None:
        current.begun_at = now
        current.save(update_fields=["begun_at"])
        tell("begun", current, by=by, at=now)
    return current


@transaction.atomic
def bring_in(*, outline: Outline, contact: Contact, by: Principal, now: datetime) -> None:
    """Somebody of the customer has joined the meeting."""
    current = held(outline.pk, by=by)
    present = Participant.objects.present().filter(outline=current)
    full = no("too_many_people", field="contact", limit=PEOPLE_MOST) if present.count() >= PEOPLE_MOST else YES
    must(known_contact(contact.pk, current.opportunity) & may_write(current) & full)
    if not present.filter(contact=contact).exists():
        Participant.objects.create(outline=current, contact=contact)
        saved(current)
        tell("brought_in", current, by=by, at=now, name=contact.name)


@transaction.atomic
def hold(*, outline: Outline, closing: Closing, by: Principal, now: datetime) -> Outline:
    """The interview is over: outline held, follow-up recorded, next action planned, the meeting's own one done — all or
    nothing (S4.1, F1, F2). Raises Refused: outline_held, minutes_unlikely, what ``record_followup`` refuses.
    """
    current = held(outline.pk, by=by)
    must(may_plan(current) & _sound_minutes(closing.minutes))
    meeting = current.next_action
    followup = record_followup(
        subject=current.opportunity,
        at=closing.at,
        channels=closing.channels,
        outcome=closing.outcome,
        summary=closing.summary,
        by=by,
        now=now,
        contact=Contact.objects.filter(pk=closing.contact_id).first() if closing.contact_id else None,
        plan=closing.plan,
        answers=meeting if meeting and meeting.is_waiting else None,
    )
    _met(current, at=closing.at)
    current.state, current.held_at, current.followup, current.minutes = "held", now, followup, closing.minutes
    saved(current)
    meter = sheet_of(current).meter
    tell(
        "held", current, by=by, at=now, in_deal=True,
        minutes=closing.minutes, answered=meter.answered, asked=meter.asked, covered=meter.covered,
        missing=[dimension.value for dimension in meter.missing],
    )  # fmt: skip
    return current


def _met(outline: Outline, *, at: datetime) -> None:
    """Everybody who was there has been in contact with us, not only the one whom the follow-up names."""
    there = Participant.objects.present().filter(outline=outline).exclude(contact=None).values("contact_id")
    day = timezone.localdate(at)
    later = Q(contacted_on=None) | Q(contacted_on__gt=day)
    Contact.objects.filter(later, pk__in=there).update(contacted_on=day)


def _sound_minutes(minutes: int | None) -> Verdict:
    if minutes is None or 1 <= minutes <= MINUTES_MOST:
        return YES
    return no("minutes_unlikely", field="minutes", limit=MINUTES_MOST)
