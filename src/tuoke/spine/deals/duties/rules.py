"""Responsibilities of a complex deal (P4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tuoke.base.accounts.rules import Function
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.spine.catalog.rules import Scale
from tuoke.spine.playbook.rules import DEAL_STEPS, Raci, ResolvedPlaybook, StepKey

COMPLEX_AMOUNT = Decimal(1_000_000)
"""Yuan from which a deal counts as complex by default."""
COMPLEX_DEPARTMENTS = 2
"""More functions than these at work on a deal make it complex by default."""
WHAT_LIMIT, STANDARD_LIMIT, NOTE_LIMIT = 120, 200, 500
MOST = 80
"""Duties of one deal."""


class State(StrEnum):
    OPEN = "open"
    DELIVERED = "delivered"  # the person says so; whoever accepts it hasn't yet
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class DutyDraft:
    """``person_id``: who does it; ``accepter_id``: who accepts it. Both may be open yet."""

    step: str
    function: str
    part: str
    what: str
    standard: str = ""
    person_id: int | None = None
    due_on: date | None = None
    accepter_id: int | None = None


def why_complex(*, scale: Scale, amount: Decimal | None, functions: Collection[Function]) -> tuple[str, ...]:
    """What speaks for treating the deal as a complex one: large_customer, amount, departments. Whoever sells decides."""
    found = []
    if scale is Scale.LARGE:
        found.append("large_customer")
    if amount is not None and amount >= COMPLEX_AMOUNT:
        found.append("amount")
    if len(set(functions)) > COMPLEX_DEPARTMENTS:
        found.append("departments")
    return tuple(found)


def shipped(process: ResolvedPlaybook) -> list[tuple[str, DutyDraft]]:
    """What the deal's own playbook says of it, each with a key that stays the same: made again, nothing doubles."""
    return [
        (f"{step.key}-{number}", DutyDraft(step.key, said.function.value, said.part.value, said.what, said.standard))
        for step in process.steps
        if step.key in DEAL_STEPS
        for number, said in enumerate(step.responsibilities, start=1)
    ]


def sound(draft: DutyDraft, *, steps: Collection[str], opened_on: date) -> Verdict:
    """step_unknown · function_unknown · part_unknown · what_missing · too_long · due_before_deal · due_too_far, each with
    its ``field``."""
    verdict = YES
    if draft.step not in steps:
        verdict &= no("step_unknown", field="step")
    if draft.function not in {one.value for one in Function}:
        verdict &= no("function_unknown", field="function")
    if draft.part not in {one.value for one in Raci}:
        verdict &= no("part_unknown", field="part")
    if not draft.what.strip():
        verdict &= no("what_missing", field="what")
    for field, text, limit in (("what", draft.what, WHAT_LIMIT), ("standard", draft.standard, STANDARD_LIMIT)):
        if len(text.strip()) > limit:
            verdict &= no("too_long", field=field, limit=limit, length=len(text.strip()))
    if draft.due_on is not None and draft.due_on < opened_on:
        verdict &= no("due_before_deal", field="due_on", day=opened_on)
    if draft.due_on is not None and (draft.due_on - opened_on).days > 3650:
        verdict &= no("due_too_far", field="due_on")
    if draft.person_id is not None and draft.person_id == draft.accepter_id:
        verdict &= no("accepts_himself", field="accepter")
    return verdict


def unanswered(duties: Iterable[tuple[str, str]]) -> Mapping[StepKey, str]:
    """Steps whose duties have nobody accountable ("none"), or more than one function ("several"). ``duties`` are (step,
    part)."""
    counts: dict[StepKey, int] = {}
    for step, part in duties:
        key = StepKey(step)
        counts[key] = counts.get(key, 0) + (part == Raci.ACCOUNTABLE)
    return {key: "none" if not count else "several" for key, count in counts.items() if count != 1}
