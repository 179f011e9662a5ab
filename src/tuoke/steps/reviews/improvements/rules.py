"""An improvement's way from a proposal to what carries it out (S8.3): plain Python, no Django, no clock, no words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import text_fault

TITLE_LIMIT = 120
LINE_LIMIT = 300
TEXT_LIMIT = 4_000
LONGEST = timedelta(days=730)
"""An improvement that is due later isn't one."""
DUE_AFTER = timedelta(days=30)
"""What is proposed without a date of its own."""


class State(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DRAFTING = "in_draft"  # somebody writes it into the next version
    PUBLISHED = "published"  # a version that says it is in use: ``carried_out_as`` names it
    DONE = "done"  # carried out otherwise: a rule of conduct, a training


OPEN = frozenset({State.PROPOSED, State.ACCEPTED, State.DRAFTING})
TO_BE_DONE = frozenset({State.ACCEPTED, State.DRAFTING})
CARRIED_OUT = frozenset({State.PUBLISHED, State.DONE})


class Target(StrEnum):
    """What is to say something else."""

    PROFILE = "profile"
    SCRIPT = "script"
    OPENING = "opening"
    QUESTION = "question"
    BLOCK = "block"
    OBJECTION = "objection"
    CLAUSE = "clause"
    STEP = "step"
    CRITERION = "criterion"
    OTHER = "other"


LIBRARY = frozenset({Target.SCRIPT, Target.OPENING, Target.QUESTION, Target.BLOCK, Target.OBJECTION, Target.CLAUSE})
PROCESS = frozenset({Target.STEP, Target.CRITERION})


class Origin(StrEnum):
    """Why somebody wants it changed."""

    REVIEW = "review"
    MARKET = "market"  # a new policy, rival, price; a review-by date that has come
    PRACTICE = "practice"  # found in daily work


@dataclass(frozen=True, slots=True)
class ImprovementDraft:
    """What is proposed. ``target_key`` names the very item, profile, step or criterion; blank: a new one, or not known."""

    title: str
    target: Target
    proposal: str
    why: str = ""
    target_key: str = ""
    owner_id: int | None = None
    due_on: date | None = None
    problem_id: int | None = None

    def faults(self, *, today: date) -> Verdict:
        verdict = YES if self.title.strip() else no("title_missing", field="title")
        if not self.proposal.strip():
            verdict &= no("proposal_missing", field="proposal")
        verdict &= text_fault(self.title, field="title", limit=TITLE_LIMIT)
        verdict &= text_fault(self.proposal, field="proposal", limit=TEXT_LIMIT)
        verdict &= text_fault(self.why, field="why", limit=TEXT_LIMIT)
        if self.owner_id is None:
            verdict &= no("owner_missing", field="owner")
        return verdict & due_fault(self.due_on, today=today)


def due_fault(due_on: date | None, *, today: date) -> Verdict:
    if due_on is None:
        return no("due_missing", field="due_on")
    if due_on < today:
        return no("due_in_past", field="due_on", today=today.isoformat())
    if due_on > today + LONGEST:
        return no("due_too_far", field="due_on", latest=(today + LONGEST).isoformat())
    return YES


def may_edit(state: State) -> Verdict:
    """What was decided on stays what was decided on; what is drafted or done is another matter."""
    return YES if state is State.PROPOSED else no("already_decided")


def may_be_decided(state: State, *, decision: State, reason: str) -> Verdict:
    """Accept or decline; a no has its reason."""
    verdict = YES if state is State.PROPOSED else no("already_decided")
    if decision is State.DECLINED and not reason.strip():
        verdict &= no("reason_missing", field="reason")
    return verdict & text_fault(reason, field="reason", limit=LINE_LIMIT)


def may_be_reconsidered(state: State) -> Verdict:
    """A decision is taken back until somebody writes it down."""
    return YES if state in {State.ACCEPTED, State.DECLINED} else no("not_decided")


def may_be_drafted(state: State, target: Target) -> Verdict:
    verdict = YES if state in TO_BE_DONE else no("not_accepted")
    return verdict & (no("nothing_to_write") if target is Target.OTHER else YES)


def may_be_done(state: State, *, note: str) -> Verdict:
    """Carried out without a version: what was done instead is said."""
    verdict = YES if state in TO_BE_DONE else no("not_accepted")
    if not note.strip():
        verdict &= no("note_missing", field="note")
    return verdict & text_fault(note, field="note", limit=LINE_LIMIT)


def may_be_unlinked(state: State) -> Verdict:
    """It turned out that this version didn't carry it out."""
    return YES if state in CARRIED_OUT else no("not_carried_out")


def is_overdue(state: State, *, due_on: date | None, today: date) -> bool:
    return state in OPEN and due_on is not None and due_on < today


STEPS_ON: Mapping[State, int] = {
    State.PROPOSED: 1,
    State.ACCEPTED: 2,
    State.DECLINED: 2,
    State.DRAFTING: 3,
    State.PUBLISHED: 4,
    State.DONE: 4,
}
"""How far along the way, for the page's path."""
