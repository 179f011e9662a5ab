"""The kinds of exit criteria that the code can judge. A playbook may only use these; it chooses the figures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Comparison(StrEnum):
    """How a fact is compared with what the criterion wants."""

    TICKED = "ticked"
    HOLDS = "holds"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class Kind:
    """``per_step``: the fact is counted within the criterion's own step, so its key carries the step (see fact_key)."""

    name: str
    comparison: Comparison
    per_step: bool = False

    @property
    def params(self) -> tuple[str, ...]:
        return ("at_least",) if self.comparison is Comparison.AT_LEAST else ()


TICK = "tick"
"""Nothing proves it but a person's word: ticked with who, when and a note, until the room that proves it is built."""

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(TICK, Comparison.TICKED),
        # step 1, about a campaign's profile
        Kind("profile_dimensions", Comparison.AT_LEAST),
        Kind("review_dates_set", Comparison.HOLDS),
        # the competitors of a market analysis that has size, growth and unmet needs too; 0 while one of these is missing
        Kind("market_analysed", Comparison.AT_LEAST),
        # metrics whose goals reach down to persons and add up at every level
        Kind("goals_broken_down", Comparison.AT_LEAST),
        # something is allocated for the campaign's time, or it is said why nothing is needed
        Kind("resources_allocated", Comparison.HOLDS),
        # step 2, about a lead
        Kind("lead_score", Comparison.AT_LEAST),
        Kind("lead_company_known", Comparison.HOLDS),
        Kind("lead_source_known", Comparison.HOLDS),
        Kind("lead_duplicates_clear", Comparison.HOLDS),
        # of size, budget, want and contact, those that two independent kinds of source agree on
        Kind("facts_verified", Comparison.AT_LEAST),
        # steps 3 to 8, about a deal and its customer
        Kind("contact_reachable", Comparison.HOLDS),
        Kind("decision_maker_known", Comparison.HOLDS),
        Kind("decision_maker_contacted", Comparison.HOLDS),
        Kind("followups_in_step", Comparison.AT_LEAST, per_step=True),
        Kind("followup_advanced_in_step", Comparison.HOLDS, per_step=True),
        Kind("next_action_set", Comparison.HOLDS),
        Kind("needs_listed", Comparison.AT_LEAST),
        Kind("rigid_needs", Comparison.AT_LEAST),
        Kind("needs_confirmed", Comparison.HOLDS),
        Kind("amount_known", Comparison.HOLDS),
        Kind("budget_known", Comparison.HOLDS),
        Kind("close_date_known", Comparison.HOLDS),
        Kind("outcome_won", Comparison.HOLDS),
    )
}
