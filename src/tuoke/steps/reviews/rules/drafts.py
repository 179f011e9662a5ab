"""What people write in a review, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import text_fault

LINE_LIMIT = 300
TEXT_LIMIT = 4_000
MOST_ASKED = 40
"""People who may be asked for their part of one review."""
MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class HeldDraft:
    """What the meeting came to. ``nothing_to_change`` says why a review has no improvement at all."""

    held_on: date | None
    summary: str
    cause: str = ""
    cause_text: str = ""
    nothing_to_change: str = ""

    def faults(self) -> Verdict:
        return (
            text_fault(self.summary, field="summary", limit=TEXT_LIMIT)
            & text_fault(self.cause_text, field="cause_text", limit=TEXT_LIMIT)
            & text_fault(self.nothing_to_change, field="nothing_to_change", limit=LINE_LIMIT)
        )


@dataclass(frozen=True, slots=True)
class ContributionDraft:
    """One person's part. ``excuse``: why there is none; it stands in the place of everything else."""

    went_well: str = ""
    went_wrong: str = ""
    advice: str = ""
    excuse: str = ""

    @property
    def says_something(self) -> bool:
        return any(text.strip() for text in (self.went_well, self.went_wrong, self.advice))

    def faults(self) -> Verdict:
        verdict = YES
        for name in ("went_well", "went_wrong", "advice"):
            verdict &= text_fault(getattr(self, name), field=name, limit=TEXT_LIMIT)
        verdict &= text_fault(self.excuse, field="excuse", limit=LINE_LIMIT)
        if self.says_something and self.excuse.strip():
            verdict &= no("excuse_beside_words", field="excuse")
        if not self.says_something and not self.excuse.strip():
            verdict &= no("part_empty", field="went_well")
        return verdict


@dataclass(frozen=True, slots=True)
class ProblemDraft:
    """What went wrong, in which step (blank: in none of its own), and why."""

    text: str
    step: str = ""
    cause: str = ""

    def faults(self) -> Verdict:
        verdict = YES if self.text.strip() else no("problem_missing", field="text")
        return (
            verdict
            & text_fault(self.text, field="text", limit=TEXT_LIMIT)
            & text_fault(self.cause, field="cause", limit=TEXT_LIMIT)
        )
