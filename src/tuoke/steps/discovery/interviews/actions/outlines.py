from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.actions import plan_action
from tuoke.spine.followups.models import NextAction
from tuoke.spine.followups.queries import possible_owners
from tuoke.spine.followups.rules import Plan
from tuoke.steps.discovery.interviews.actions.checks import held, is_open, may_plan, may_write, must, saved, tell
from tuoke.steps.discovery.interviews.models import Answer, Outline, OutlineQuestion, Participant
from tuoke.steps.discovery.interviews.rules import OUTLINES_MOST, OutlineDraft, sound_outline

MEETING_MINUTES = 60


@transaction.atomic
def draw_up(
    *, deal: Opportunity, draft: OutlineDraft, by: Principal, now: datetime, in_calendar: bool = False
) -> Outline:
    """Begin an outline for a meeting of a deal that ``by`` may record follow-ups with (else Opportunity.DoesNotExist).

    ``in_calendar`` makes the meeting a next action, so that it stands on 今日 and in the calendar (ADR 14).
    """
    if not by.may(Permission.FOLLOWUP_WRITE):
        raise Opportunity.DoesNotExist
    deal = Opportunity.objects.visible_to(by).select_for_update(of=("self",)).get(pk=deal.pk)
    verdict = _sound(draft, deal, by=by, now=now) & is_open(deal) & _has_room(deal)
    must(verdict)
    outline = Outline.objects.create(
        opportunity=deal, created_at=now, created_by_id=by.user_id, **_columns(draft)
    )  # fmt: skip
    _seat(outline, draft, now=now)
    if in_calendar and draft.on and not draft.action_id:
        outline.next_action = _meeting(deal, draft, by=by, now=now)
        outline.save(update_fields=["next_action"])
    tell("outline_drawn_up", outline, by=by, at=now, in_deal=True, on=draft.on)
    return outline


@transaction.atomic
def change_outline(*, outline: Outline, version: int, draft: OutlineDraft, by: Principal, now: datetime) -> Outline:
    """Title, meeting and people. Raises Conflict (stale ``version``)."""
    current = held(outline.pk, by=by, version=version)
    must(_sound(draft, current.opportunity, by=by, now=now, kept=current) & may_write(current))
    before = _said(current)
    for name, value in _columns(draft).items():
        setattr(current, name, value)
    saved(current)
    _seat(current, draft, now=now)
    current = Outline.objects.select_related("opportunity__customer", "next_action").get(pk=current.pk)
    if changes := changes_between(before=before, after=_said(current)):
        tell("outline_changed", current, by=by, at=now, changes=changes)
    return current


@transaction.atomic
def withdraw_outline(*, outline: Outline, by: Principal, now: datetime) -> Outline:
    """Put it aside; ``restore_outline`` brings it back (O5). Raises Refused: outline_held, outline_has_answers."""
    current = held(outline.pk, by=by)
    if current.withdrawn_at:
        return current
    must(may_plan(current) & (no("outline_has_answers") if _is_answered(current) else YES))
    current.withdrawn_at = now
    tell("outline_withdrawn", saved(current), by=by, at=now, in_deal=True)
    return current


@transaction.atomic
def restore_outline(*, outline: Outline, by: Principal, now: datetime) -> Outline:
    current = held(outline.pk, by=by)
    if current.withdrawn_at is None:
        return current
    must(is_open(current.opportunity) & _has_room(current.opportunity))
    current.withdrawn_at = None
    tell("outline_restored", saved(current), by=by, at=now, in_deal=True)
    return current


@transaction.atomic
def carry_over(*, outline: Outline, title: str, by: Principal, now: datetime) -> Outline:
    """The questions that got no answer become the next meeting's outline, with the same people.

    Raises Refused: outline_not_held, nothing_open, too_many_outlines, deal_closed. Pressed twice it is the one that is there.
    """
    current = held(outline.pk, by=by)
    deal = Opportunity.objects.select_for_update(of=("self",)).get(pk=current.opportunity_id)
    if before := current.carried_into.filter(withdrawn_at=None, state="planned").first():
        return before
    unanswered = _open_questions(current)
    verdict = (YES if current.is_held else no("outline_not_held")) & may_write(current)
    must(verdict & _has_room(deal) & (YES if unanswered else no("nothing_open")))
    following = Outline.objects.create(
        opportunity=deal, title=title, carried_from=current, created_at=now, created_by_id=by.user_id
    )
    OutlineQuestion.objects.bulk_create(_copied(question, following) for question in unanswered)
    people = current.participants.filter(withdrawn_at=None)
    Participant.objects.bulk_create(
        Participant(outline=following, contact_id=one.contact_id, user_id=one.user_id) for one in people
    )
    tell("outline_drawn_up", following, by=by, at=now, in_deal=True, carried=len(unanswered))
    return following


def _sound(
    draft: OutlineDraft, deal: Opportunity, *, by: Principal, now: datetime, kept: Outline | None = None
) -> Verdict:
    """``kept``: who sits in it and which meeting it is may stay as it is."""
    verdict = sound_outline(draft, today=timezone.localdate(now))
    contacts, users = set(draft.contact_ids), set(draft.user_ids)
    if kept:
        contacts -= set(kept.participants.filter(withdrawn_at=None).values_list("contact_id", flat=True))
        users -= set(kept.participants.filter(withdrawn_at=None).values_list("user_id", flat=True))
    if contacts and Contact.objects.filter(pk__in=contacts, customer_id=deal.customer_id).count() < len(contacts):
        verdict &= no("person_unknown", field="contacts")
    if users and not users <= {user.pk for user in possible_owners(by, deal)}:
        verdict &= no("person_unknown", field="users")
    if draft.action_id and not (kept and kept.next_action_id == draft.action_id):
        waiting = NextAction.objects.waiting().filter(pk=draft.action_id, opportunity=deal)
        verdict &= YES if waiting.exists() else no("action_unknown", field="action")
    return verdict


def _has_room(deal: Opportunity) -> Verdict:
    full = Outline.objects.standing().filter(opportunity=deal).count() >= OUTLINES_MOST
    return no("too_many_outlines", limit=OUTLINES_MOST) if full else YES


def _columns(draft: OutlineDraft) -> dict[str, Any]:
    own = draft.action_id is None  # else the next action says when it is
    return {
        "title": draft.title.strip(),
        "meets_on": draft.on if own else None,
        "meets_at": draft.at if own else None,
        "next_action_id": draft.action_id,
    }


def _meeting(deal: Opportunity, draft: OutlineDraft, *, by: Principal, now: datetime) -> NextAction:
    plan = Plan(
        title=draft.title.strip(),
        due_on=draft.on,
        due_time=draft.at,
        minutes=MEETING_MINUTES if draft.at else None,
        contact_id=draft.contact_ids[0] if draft.contact_ids else None,
    )
    return plan_action(subject=deal, plan=plan, by=by, now=now)


def _seat(outline: Outline, draft: OutlineDraft, *, now: datetime) -> None:
    """Who isn't named any more has left; who is named anew sits down. Rows stay (O5)."""
    present = list(outline.participants.filter(withdrawn_at=None))
    left = [
        one.pk for one in present if one.contact_id not in draft.contact_ids and one.user_id not in draft.user_ids
    ]  # fmt: skip
    if left:
        Participant.objects.filter(pk__in=left).update(withdrawn_at=now)
    contacts = _new(draft.contact_ids, (one.contact_id for one in present))
    users = _new(draft.user_ids, (one.user_id for one in present))
    Participant.objects.bulk_create(
        [
            *(Participant(outline=outline, contact_id=pk) for pk in contacts),
            *(Participant(outline=outline, user_id=pk) for pk in users),
        ]
    )


def _new(wanted: Iterable[int], present: Iterable[int | None]) -> list[int]:
    known = set(present)
    return [pk for pk in dict.fromkeys(wanted) if pk not in known]


def _is_answered(outline: Outline) -> bool:
    return Answer.objects.filter(question__outline=outline, withdrawn_at=None).exists()


def _open_questions(outline: Outline) -> list[OutlineQuestion]:
    answered = Answer.objects.filter(question__outline=outline, withdrawn_at=None).values("question_id")
    return list(outline.questions.filter(withdrawn_at=None).exclude(pk__in=answered))


def _copied(question: OutlineQuestion, outline: Outline) -> OutlineQuestion:
    return OutlineQuestion(
        outline=outline, dimension=question.dimension, text=question.text, probes=question.probes,
        listen_for=question.listen_for, source_id=question.source_id, position=question.position,
    )  # fmt: skip


def _said(outline: Outline) -> Mapping[str, Any]:
    people = outline.participants.filter(withdrawn_at=None).select_related("contact", "user")
    names = [person.name for one in people if (person := one.contact or one.user)]
    return {"title": outline.title, "on": outline.on, "at": outline.at, "people": "、".join(names)}
