"""Where a deal stands in another version of its process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.spine.catalog.rules import Segment
from tuoke.spine.deals.rules import Outcome, Standing
from tuoke.spine.playbook.rules import DEAL_STEPS, PlaybookDoc, ResolvedPlaybook, StepKey

Mapped = Mapping[str, str]
"""Step that is gone → step in which its deals go on."""


@dataclass(frozen=True, slots=True)
class Group:
    """Deals that meet the same fate: alike in version, type, step and outcome; ``count`` of them."""

    version: int
    segment: Segment
    is_complex: bool
    step: StepKey
    outcome: Outcome
    count: int

    @property
    def standing(self) -> Standing:
        return Standing(self.step, self.outcome)


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a deal goes on, or why it stays where it is."""

    step: StepKey
    verdict: Verdict = YES


def landing(standing: Standing, process: ResolvedPlaybook, mapped: Mapped) -> Landing:
    """The deal's step in the new process: its own, where that has it, else the one that is said for it.

    Refused, so that nothing ever stands in a lost step: step_unmapped, step_left_out (its customer type doesn't run the
    step that is said), not_signed (an open deal never jumps over its signature), signed (nor a won one back before it).
    """
    here = standing.step
    if here in process:
        return Landing(here)
    if here not in mapped:
        return Landing(here, no("step_unmapped", step=here.value))
    to = StepKey(mapped[here])
    if to not in process or to not in DEAL_STEPS:
        return Landing(here, no("step_left_out", step=to.value))
    if standing.outcome is Outcome.WON and to not in (StepKey.CONTRACTS, StepKey.REVIEWS):
        return Landing(here, no("signed", to=to.value))
    if standing.outcome is not Outcome.WON and to is StepKey.REVIEWS:
        return Landing(here, no("not_signed", to=to.value))
    return Landing(to)


def suggested(step: StepKey, doc: PlaybookDoc) -> StepKey | None:
    """Where deals of a lost step may best go on: the nearest step before it, so that no gate is jumped; else the next."""
    order = list(StepKey)
    here = order.index(step)
    kept = {s.key for s in doc.steps} & DEAL_STEPS
    nearest = [*reversed(order[:here]), *order[here + 1 :]]
    return next((key for key in nearest if key in kept and key is not StepKey.REVIEWS), None)
