"""What people of several departments write: their own parts, and the problems that they found (S8.1, P4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.spine.deals.doors import must
from tuoke.spine.deals.queries import process_of
from tuoke.steps.reviews.actions.doors import tell, work_on
from tuoke.steps.reviews.models import Contribution, Problem, Review
from tuoke.steps.reviews.queries import function_of
from tuoke.steps.reviews.rules import MOST_PROBLEMS, ContributionDraft, ProblemDraft, may_write

_WORDS = ("went_well", "went_wrong", "advice", "excuse")


@transaction.atomic
def write_part(
    *, part: Contribution, version: int, draft: ContributionDraft, by: Principal, now: datetime
) -> Contribution:
    """One's own part, and nobody else's. Raises Conflict; Refused: review_final, part_withdrawn, the draft's faults."""
    review = work_on(part.review, by=by)
    current = Contribution.objects.select_related("user").get(pk=part.pk, user_id=by.user_id or 0)
    if current.version != version:
        raise Conflict(current)
    is_asked = no("part_withdrawn") if current.withdrawn_at else YES
    must(may_write(review.standing) & is_asked & draft.faults())
    return _written(review, current, draft, by=by, now=now)


@transaction.atomic
def add_own_part(*, review: Review, draft: ContributionDraft, by: Principal, now: datetime) -> Contribution:
    """Whoever works on the deal may say something unasked. Refused: part_exists, review_final, the draft's faults."""
    current = work_on(review, by=by)
    user = User.objects.select_related("department").get(pk=by.user_id or 0)
    part = Contribution.objects.filter(review=current, user=user).first()
    verdict = no("part_exists") if part is not None and part.withdrawn_at is None else YES
    must(verdict & may_write(current.standing) & draft.faults())
    part = part or Contribution(review=current, user=user)
    part.function, part.due_on, part.withdrawn_at = function_of(user), timezone.localdate(now), None
    part.asked_at, part.asked_by_id = now, by.user_id
    return _written(current, part, draft, by=by, now=now)


@transaction.atomic
def add_problem(*, review: Review, draft: ProblemDraft, by: Principal, now: datetime) -> Problem:
    """Refused: review_final, problem_missing, step_unknown, too_many, too_long, text_broken."""
    current = work_on(review, by=by)
    verdict = may_write(current.standing) & draft.faults() & _has_step(current, draft.step)
    if Problem.objects.filter(review=current).count() >= MOST_PROBLEMS:
        verdict &= no("too_many", most=MOST_PROBLEMS)
    must(verdict)
    problem = Problem.objects.create(review=current, created_at=now, created_by_id=by.user_id, **_said(draft))
    tell("problem_added", current, problem, by=by, now=now, facts={"text": problem.text, "step": problem.step})
    return problem


@transaction.atomic
def edit_problem(*, problem: Problem, version: int, draft: ProblemDraft, by: Principal, now: datetime) -> Problem:
    """One's own, or any for whoever answers for the deal. Raises Conflict; Refused as ``add_problem``,
    problem_withdrawn."""
    review, current = _locked(problem, by=by)
    if current.version != version:
        raise Conflict(current)
    is_there = no("problem_withdrawn") if current.withdrawn_at else YES
    must(may_write(review.standing) & is_there & draft.faults() & _has_step(review, draft.step))
    after = _said(draft)
    changes = changes_between(before={name: getattr(current, name) for name in after}, after=after)
    if changes:
        for name, value in after.items():
            setattr(current, name, value)
        current.version += 1
        current.save()
        tell("problem_edited", review, current, by=by, now=now, changes=changes, facts={"text": current.text})
    return current


@transaction.atomic
def withdraw_problem(*, problem: Problem, by: Principal, now: datetime) -> Problem:
    """It was none after all; ``restore_problem`` brings it back (O5). Refused: review_final."""
    return _shelve(problem, "problem_withdrawn", at=now, by=by, now=now)


@transaction.atomic
def restore_problem(*, problem: Problem, by: Principal, now: datetime) -> Problem:
    """Refused: review_final."""
    return _shelve(problem, "problem_restored", at=None, by=by, now=now)


def _shelve(problem: Problem, kind: str, *, at: datetime | None, by: Principal, now: datetime) -> Problem:
    review, current = _locked(problem, by=by)
    must(may_write(review.standing))
    if (current.withdrawn_at is None) != (at is None):
        current.withdrawn_at, current.version = at, current.version + 1
        current.save()
        tell(kind, review, current, by=by, now=now, facts={"text": current.text})
    return current


def _written(
    review: Review, part: Contribution, draft: ContributionDraft, *, by: Principal, now: datetime
) -> Contribution:
    before = {name: getattr(part, name) for name in _WORDS}
    after = {name: getattr(draft, name).strip() for name in _WORDS}
    changes = changes_between(before=before, after=after)
    if not changes:
        return part
    for name, value in after.items():
        setattr(part, name, value)
    is_first, part.written_at, part.version = part.written_at is None, now, part.version + 1
    part.save()
    facts = {"name": part.user.name, "function": part.function, "excused": bool(part.excuse), "again": not is_first}
    tell("part_written", review, part, by=by, now=now, changes=changes, facts=facts)
    return part


def _locked(problem: Problem, *, by: Principal) -> tuple[Review, Problem]:
    return work_on(problem.review, by=by), Problem.objects.visible_to(by, "write").get(pk=problem.pk)


def _has_step(review: Review, step: str) -> Verdict:
    is_one = not step or step in {one.key for one in process_of(review.opportunity).steps}
    return YES if is_one else no("step_unknown", field="step")


def _said(draft: ProblemDraft) -> dict[str, Any]:
    return {"text": draft.text.strip(), "step": draft.step, "cause": draft.cause.strip()}
