"""Somebody says what should change, out of a review, the market or daily work (S8.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.base.records.models import key_of
from tuoke.spine.playbook import actions as playbook
from tuoke.steps.reviews.actions.doors import work_on
from tuoke.steps.reviews.improvements import hooks
from tuoke.steps.reviews.improvements.actions.doors import (
    ACCEPTED_AGAIN,
    held,
    is_listed,
    must,
    save,
    tell,
    tell_review,
)
from tuoke.steps.reviews.improvements.models import Improvement
from tuoke.steps.reviews.improvements.queries import owners_for, targets_of
from tuoke.steps.reviews.improvements.rules import ImprovementDraft, Origin, State, may_edit
from tuoke.steps.reviews.models import Problem, Review
from tuoke.steps.reviews.rules import may_write

MOST_OF_REVIEW = 50


@transaction.atomic
def propose(
    *,
    draft: ImprovementDraft,
    by: Principal,
    now: datetime,
    review: Review | None = None,
    origin: Origin = Origin.PRACTICE,
) -> Improvement:
    """Who decides hears of it. With a ``review`` it stands in its report. Refused: the draft's faults, owner_elsewhere,
    target_elsewhere, problem_elsewhere, may_not_propose, review_final, too_many."""
    today = timezone.localdate(now)
    if review is not None:
        review, origin = work_on(review, by=by), Origin.REVIEW
    must(_may_propose(review, by) & draft.faults(today=today) & _fits(draft, review, by))
    row = Improvement.objects.create(
        review=review, origin=origin.value, department_id=by.department_id, proposed_by_id=by.user_id, proposed_at=now,
        **_columns(draft, by),
    )  # fmt: skip
    tell("proposed", row, by=by, now=now, facts={"origin": origin.value, "target": row.target})
    tell_review("improvement_proposed", row, by=by, now=now, facts={"target": row.target})
    for told in hooks.on_proposed:
        told(row, by, now)
    return row


@transaction.atomic
def edit(*, row: Improvement, version: int, draft: ImprovementDraft, by: Principal, now: datetime) -> Improvement:
    """Until it is decided on. Raises Conflict; Refused: already_decided, withdrawn, review_final, as ``propose``."""
    current = held(row, by=by, version=version)
    verdict = may_edit(current.standing) & is_listed(current) & _open_review(current)
    must(verdict & draft.faults(today=timezone.localdate(now)) & _fits(draft, current.review, by))
    after = _columns(draft, by)
    changes = changes_between(before={name: getattr(current, name) for name in after}, after=after)
    if changes:
        save(current, **after)
        tell("edited", current, by=by, now=now, changes=changes)
    return current


@transaction.atomic
def withdraw(*, row: Improvement, by: Principal, now: datetime) -> Improvement:
    """Nobody needs it any more, nobody writes it; ``restore`` brings it back (O5). Refused: already_carried_out, review_final."""
    current = held(row, by=by)
    done = no("already_carried_out") if current.carried_out_at else YES
    must(done & _open_review(current))
    if current.withdrawn_at is None:
        is_drafted = current.standing is State.DRAFTING
        save(current, withdrawn_at=now, **(ACCEPTED_AGAIN if is_drafted else {}))
        playbook.drop_wishes(source=key_of(current), by=by, now=now)
        tell("withdrawn", current, by=by, now=now)
    return current


@transaction.atomic
def restore(*, row: Improvement, by: Principal, now: datetime) -> Improvement:
    """Refused: review_final."""
    current = held(row, by=by)
    must(_open_review(current))
    if current.withdrawn_at is not None:
        save(current, withdrawn_at=None)
        tell("restored", current, by=by, now=now)
    return current


def _may_propose(review: Review | None, by: Principal) -> Verdict:
    if review is None:
        return YES if by.may(Permission.IMPROVEMENT_WRITE) else no("may_not_propose")
    full = Improvement.objects.listed().filter(review=review).count() >= MOST_OF_REVIEW
    return may_write(review.standing) & (no("too_many", most=MOST_OF_REVIEW) if full else YES)


def _open_review(row: Improvement) -> Verdict:
    """What a final report names stays; deciding on it goes on."""
    is_named = row.review is not None and row.standing is State.PROPOSED
    return may_write(row.review.standing) if row.review is not None and is_named else YES


def _fits(draft: ImprovementDraft, review: Review | None, by: Principal) -> Verdict:
    verdict = YES
    if draft.owner_id is not None and draft.owner_id not in {user.pk for user in owners_for(by)}:
        verdict &= no("owner_elsewhere", field="owner")
    if draft.target_key and draft.target_key not in dict(targets_of(by, draft.target)):
        verdict &= no("target_elsewhere", field="target_key")
    if draft.problem_id is not None and not Problem.objects.filter(pk=draft.problem_id, review=review).exists():
        verdict &= no("problem_elsewhere", field="problem")
    return verdict


def _columns(draft: ImprovementDraft, by: Principal) -> dict[str, Any]:
    return {
        "title": draft.title.strip(),
        "why": draft.why.strip(),
        "proposal": draft.proposal.strip(),
        "target": draft.target.value,
        "target_key": draft.target_key,
        "target_label": dict(targets_of(by, draft.target)).get(draft.target_key, "")[:160],
        "owner_id": draft.owner_id,
        "due_on": draft.due_on,
        "problem_id": draft.problem_id,
    }
