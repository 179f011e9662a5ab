"""A review becomes due, people are asked for their parts, the meeting is held (S8.1)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal, system
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.services.calendar.queries import workdays
from tuoke.spine.deals import doors
from tuoke.spine.deals.doors import must
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.playbook.rules import StepKey
from tuoke.steps.reviews import hooks, queries
from tuoke.steps.reviews.actions.doors import has_ended, lead, tell
from tuoke.steps.reviews.models import Contribution, Review
from tuoke.steps.reviews.queries import askable, function_of
from tuoke.steps.reviews.rules import MOST_ASKED, HeldDraft, ReviewState, held_fault, may_write

DAYS_TO_HOLD, DAYS_TO_WRITE = 5, 3
"""Working days in which a review is to be held, and one's part to be written."""
AT_ONCE = 200
"""Reviews that one tick opens."""
MOST_COST = Decimal(10) ** 11


@transaction.atomic
def open_review(*, deal: Opportunity, by: Principal, now: datetime) -> Review:
    """There is one from now on, and whoever has joined the deal is asked for his part; opening it again changes nothing.
    For whoever answers for the deal. Refused: deal_runs."""
    deal = doors.held(deal, by=by, permission=Permission.REVIEW_WRITE)
    must(has_ended(deal))
    return _opened(deal, by=by, now=now)


def opened_on_closing(deal: Opportunity, by: Principal, now: datetime) -> None:
    """``deals.hooks.on_closed``: lost and void lead straight to the review (P2a). Practice is left alone."""
    if not deal.is_practice:
        _opened(deal, by=by, now=now)


def open_due(now: datetime) -> int:
    """The tick: won deals that have come to their review without one. Each in a transaction of its own; says how many."""
    due = Opportunity.objects.real().filter(
        outcome=Outcome.WON.value, step=StepKey.REVIEWS.value, finished_at=None, review=None
    )
    return sum(_open_one(pk, now=now) for pk in list(due.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _open_one(pk: int, *, now: datetime) -> int:
    deal = Opportunity.objects.select_for_update().get(pk=pk)
    if deal.outcome != Outcome.WON or deal.step != StepKey.REVIEWS or Review.objects.filter(opportunity=deal).exists():
        return 0
    _opened(deal, by=system("reviews"), now=now)
    return 1


def _opened(deal: Opportunity, *, by: Principal, now: datetime) -> Review:
    """The deal is locked: two who open at once get the same review."""
    due_on = workdays().add(timezone.localdate(now), DAYS_TO_HOLD)
    values = {"due_on": due_on, "opened_at": now, "opened_by_id": by.user_id}
    review, is_new = Review.objects.get_or_create(opportunity=deal, defaults=values)
    review.opportunity = deal
    if not is_new:
        return review
    tell("opened", review, by=by, now=now, facts={"due_on": due_on, "outcome": deal.outcome})
    for told in hooks.on_opened:
        told(review, by, now)
    joined = deal.memberships.filter(user__is_active=True).values_list("user_id", flat=True)
    people = [user for user in askable(deal) if user.pk in set(joined) and user.pk != by.user_id]
    _ask(review, people, due_on=workdays().add(timezone.localdate(now), DAYS_TO_WRITE), by=by, now=now)
    return review


@transaction.atomic
def ask(*, review: Review, user_ids: Collection[int], due_on: date, by: Principal, now: datetime) -> list[Contribution]:
    """People are asked for their parts; whoever was asked already isn't asked twice. Refused: review_final,
    nobody_chosen, person_elsewhere, too_many, due_in_past, due_too_far."""
    current = lead(review, by=by)
    people = {user.pk: user for user in askable(current.opportunity)}
    asked = Contribution.objects.asked().filter(review=current).count()
    verdict = may_write(current.standing) & _due_fault(due_on, today=timezone.localdate(now))
    if not user_ids:
        verdict &= no("nobody_chosen", field="people")
    if set(user_ids) - set(people):
        verdict &= no("person_elsewhere", field="people")
    if asked + len(user_ids) > MOST_ASKED:
        verdict &= no("too_many", field="people", most=MOST_ASKED)
    must(verdict)
    return _ask(current, [people[pk] for pk in user_ids], due_on=due_on, by=by, now=now)


@transaction.atomic
def unask(*, part: Contribution, by: Principal, now: datetime) -> Contribution:
    """He needn't write any more; asking him again brings it back (O5). Refused: review_final, part_written."""
    review = lead(part.review, by=by)
    current = Contribution.objects.select_related("user").get(pk=part.pk)
    must(may_write(review.standing) & (no("part_written") if current.written_at else YES))
    if current.withdrawn_at is None:
        current.withdrawn_at = now
        current.save(update_fields=["withdrawn_at"])
        tell("unasked", review, current, by=by, now=now, facts={"name": current.user.name})
    return current


@transaction.atomic
def hold(*, review: Review, version: int, draft: HeldDraft, by: Principal, now: datetime) -> Review:
    """The meeting took place, with what it came to; said again it is put right. Raises Conflict; Refused: deal_runs, review_final,
    held_on_missing, held_in_future, held_before_deal, the draft's faults."""
    current = lead(review, by=by, version=version)
    deal, today = current.opportunity, timezone.localdate(now)
    held = held_fault(draft.held_on, today=today, opened_on=doors.began_on(deal))
    must(has_ended(deal) & may_write(current.standing) & held & draft.faults())
    names = ("held_on", "summary", "cause", "cause_text", "nothing_to_change")
    before = {name: getattr(current, name) for name in names}
    after = {name: _stripped(getattr(draft, name)) for name in names}
    is_first = current.standing is ReviewState.OPEN
    changes = changes_between(before=before, after=after)
    if not changes and not is_first:
        return current
    for name, value in after.items():
        setattr(current, name, value)
    current.state, current.version = ReviewState.HELD.value, current.version + 1
    current.save()
    facts = {"held_on": current.held_on, "summary": current.summary, "cause": current.cause}
    tell("held" if is_first else "edited", current, by=by, now=now, changes=None if is_first else changes, facts=facts)
    return current


@transaction.atomic
def note_cost(*, review: Review, cost: Decimal | None, by: Principal, now: datetime) -> Review:
    """What the project has cost us, as finance says; None: not known. Finance says it, or whoever answers for the deal.
    Refused: review_final, cost_negative, cost_too_big."""
    current = _costing(review, by=by)
    verdict = may_write(current.standing)
    if cost is not None and cost < 0:
        verdict &= no("cost_negative", field="cost")
    if cost is not None and cost >= MOST_COST:
        verdict &= no("cost_too_big", field="cost")
    must(verdict)
    if current.cost != cost:
        changes = {"cost": (current.cost, cost)}
        current.cost, current.version = cost, current.version + 1
        current.save(update_fields=["cost", "version"])
        tell("cost_noted", current, by=by, now=now, changes=changes, section="offers")
    return current


def _costing(review: Review, *, by: Principal) -> Review:
    """Finance joins as a collaborator: it writes this although it doesn't answer for the deal, as it writes payments;
    sales, joined, only reads what a deal costs (P4)."""
    if not queries.may_cost(by):
        raise Opportunity.DoesNotExist
    deal = doors.worked_on(review.opportunity, by=by, permission=Permission.REVIEW_WRITE)
    current = Review.objects.get(opportunity=deal)
    current.opportunity = deal
    return current


def _ask(review: Review, people: Collection[User], *, due_on: date, by: Principal, now: datetime) -> list[Contribution]:
    found = {part.user_id: part for part in Contribution.objects.filter(review=review)}
    asked = []
    for user in people:
        part = found.get(user.pk) or Contribution(review=review, user=user)
        if part.pk is not None and part.withdrawn_at is None:
            continue
        part.function, part.due_on, part.withdrawn_at = function_of(user), due_on, None
        part.asked_at, part.asked_by_id = now, by.user_id
        part.save()
        asked.append(part)
        for told in hooks.on_asked:
            told(part, by, now)
    if asked:
        names = [part.user.name for part in asked]
        tell("asked", review, by=by, now=now, facts={"names": names, "due_on": due_on})
    return asked


def _due_fault(due_on: date, *, today: date) -> Verdict:
    if due_on < today:
        return no("due_in_past", field="due_on", today=today.isoformat())
    latest = today + timedelta(days=90)
    return no("due_too_far", field="due_on", latest=latest.isoformat()) if due_on > latest else YES


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value
