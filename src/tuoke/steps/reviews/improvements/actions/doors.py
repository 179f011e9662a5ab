"""What every verb begins and ends with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.base.records.actions import Changes, record
from tuoke.steps.reviews.actions.doors import tell as tell_deal
from tuoke.steps.reviews.improvements.models import Improvement, may_decide
from tuoke.steps.reviews.improvements.rules import State

ACCEPTED_AGAIN: dict[str, Any] = {"state": State.ACCEPTED.value, "drafting_by_id": None, "drafted_in": ""}
"""What an improvement is that nobody writes any more."""


def held(row: Improvement, *, by: Principal, version: int | None = None) -> Improvement:
    """The improvement, locked, if ``by`` may write it (else DoesNotExist)."""
    rows = Improvement.objects.visible_to(by, "write").select_related("owner", "review__opportunity")
    current = rows.select_for_update(of=("self",)).get(pk=row.pk)
    if version is not None and current.version != version:
        raise Conflict(current)
    return current


def must(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def is_listed(row: Improvement) -> Verdict:
    return no("withdrawn") if row.withdrawn_at else YES


def answers_for(row: Improvement, by: Principal) -> Verdict:
    """Carrying out is its owner's, or whoever decides."""
    return YES if may_decide(by) or row.owner_id == by.user_id else no("not_yours")


def save(row: Improvement, **values: Any) -> Improvement:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    return row


def tell(
    kind: str,
    row: Improvement,
    *,
    by: Principal,
    now: datetime,
    changes: Changes | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Into the improvement's own history: who reads it needn't be somebody who reads the deal."""
    said = {"title": row.title, **(facts or {})}
    record(
        kind=f"improvements.{kind}", subject=row, thread=row, by=by, at=now, changes=changes, facts=said,
        section="improvements",
    )  # fmt: skip


def tell_review(kind: str, row: Improvement, *, by: Principal, now: datetime, facts: Mapping[str, Any]) -> None:
    """Into the timeline of the deal that it comes from, where there is one."""
    if row.review is not None:
        tell_deal(kind, row.review, row, by=by, now=now, facts={"title": row.title, "id": row.pk, **facts})
