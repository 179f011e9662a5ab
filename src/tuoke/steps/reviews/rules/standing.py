from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no


class ReviewState(StrEnum):
    OPEN = "open"  # to be held
    HELD = "held"
    FINAL = "final"  # the report is made; ``reopen`` makes it held again


class Cause(StrEnum):
    """What decided a lost or void deal, as the review found it; the reason noted at closing may say something else."""

    PRICE = "price"
    PRODUCT = "product"
    RIVAL = "rival"
    RELATION = "relation"
    TIMING = "timing"
    BUDGET = "budget"
    SERVICE = "service"
    OURSELVES = "ourselves"
    OTHER = "other"


def may_write(state: ReviewState) -> Verdict:
    """What stands in a report stays as it was; the review is reopened first."""
    return no("review_final") if state is ReviewState.FINAL else YES


def may_reopen(state: ReviewState) -> Verdict:
    return YES if state is ReviewState.FINAL else no("review_not_final")


def missing_functions(wanted: Collection[str], *, heard: Iterable[str]) -> tuple[str, ...]:
    """Functions that worked on the deal, and of which nobody has said anything yet: neither a part nor why there is none."""
    return tuple(sorted(set(wanted) - set(heard)))


def may_finish(
    *,
    state: ReviewState,
    summary: str,
    given_up: bool,
    cause: str,
    missing: Collection[str],
    improvements: int,
    nothing_to_change: str,
    unowned: int,
) -> Verdict:
    """Every reason against the report (S8.1): a meeting without anything to do afterwards has to say why."""
    verdict = may_write(state)
    if state is ReviewState.OPEN:
        verdict &= no("review_not_held")
    if not summary.strip():
        verdict &= no("summary_missing")
    if given_up and not cause:
        verdict &= no("cause_missing")
    if missing:
        verdict &= no("functions_missing", functions=tuple(missing))
    if not improvements and not nothing_to_change.strip():
        verdict &= no("improvements_missing")
    if unowned:
        verdict &= no("improvements_unowned", count=unowned)
    return verdict


def held_fault(held_on: date | None, *, today: date, opened_on: date) -> Verdict:
    """The meeting was between the deal's beginning and today."""
    if held_on is None:
        return no("held_on_missing", field="held_on")
    if held_on > today:
        return no("held_in_future", field="held_on", today=today.isoformat())
    if held_on < opened_on:
        return no("held_before_deal", field="held_on", opened=opened_on.isoformat())
    return YES
