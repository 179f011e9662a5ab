"""The kinds of exit criteria that the code can judge. A playbook may only use these; it chooses the figures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Comparison(StrEnum):
    """How a fact is compared with what the criterion wants."""

    TICKED = "ticked"
    HOLDS = "holds"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


FIGURED = frozenset({Comparison.AT_LEAST, Comparison.AT_MOST})
"""Comparisons with a figure that the playbook chooses; the figure's name is the comparison's."""


@dataclass(frozen=True, slots=True)
class Kind:
    """``per_step``: the fact is counted within the criterion's own step, so its key carries the step (see fact_key)."""

    name: str
    comparison: Comparison
    per_step: bool = False

    @property
    def params(self) -> tuple[str, ...]:
        return (self.comparison.value,) if self.comparison in FIGURED else ()


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
        # working days from the deal's opening to the first contact in step 3
        Kind("first_contact_days", Comparison.AT_MOST),
        # present state, first needs and what comes next, all said in calls
        Kind("first_contact_recorded", Comparison.HOLDS),
        # a colleague shares the deal and its credit (跨区域)
        Kind("co_owner_set", Comparison.HOLDS),
        # of 现状, 痛点, 目标, 方案 and 决策, those in which a question was answered
        Kind("dimensions_covered", Comparison.AT_LEAST),
        # whom the customer asked by what: every role thought of, attitudes known, more than one person met
        Kind("decision_map_complete", Comparison.HOLDS),
        Kind("purchase_criteria", Comparison.AT_LEAST),
        # what is known from earlier deals was judged anew (存量深挖)
        Kind("known_facts_reviewed", Comparison.HOLDS),
        Kind("needs_listed", Comparison.AT_LEAST),
        Kind("rigid_needs", Comparison.AT_LEAST),
        Kind("needs_confirmed", Comparison.HOLDS),
        Kind("amount_known", Comparison.HOLDS),
        # every rigid need is answered by a section with facts of this customer's own
        Kind("rigid_answered", Comparison.HOLDS),
        # every figure that is promised has evidence that reaches it
        Kind("claims_covered", Comparison.HOLDS),
        # at least one figure of the value model is the customer's own
        Kind("value_figures", Comparison.HOLDS),
        # whatever the customer may object has an answer, or it was said why it needs none
        Kind("objections_prepared", Comparison.HOLDS),
        # the customer opened the proposal, or it was shown to him
        Kind("proposal_presented", Comparison.HOLDS),
        # a colleague of the technical side signed the solution as it stands
        Kind("feasibility_signed", Comparison.HOLDS),
        # that there is a bottom line; never what it says
        Kind("bottom_line_set", Comparison.HOLDS),
        # concessions that have something in return
        Kind("concessions_planned", Comparison.AT_LEAST),
        # the return on the investment was worked out together with the customer
        Kind("roi_walked", Comparison.HOLDS),
        # offers of both sides, round by round
        Kind("rounds_recorded", Comparison.HOLDS),
        # what was agreed stands as terms for the contract
        Kind("terms_agreed", Comparison.HOLDS),
        Kind("budget_known", Comparison.HOLDS),
        Kind("close_date_known", Comparison.HOLDS),
        Kind("outcome_won", Comparison.HOLDS),
        # every clause says what was agreed, or a manager accepted the difference with a reason
        Kind("contract_matches", Comparison.HOLDS),
        # the legal side has cleared the contract as it stands
        Kind("legal_cleared", Comparison.HOLDS),
        # instalments add up to the contract
        Kind("payments_scheduled", Comparison.HOLDS),
        # the customer opened the kick-off plan behind his link, or it was handed to him
        Kind("kickoff_shared", Comparison.HOLDS),
        # every item of the plan has exactly one who is accountable and at least one who is responsible
        Kind("raci_complete", Comparison.HOLDS),
        # the customer knows the delivery team, and both sides have somebody to talk to
        Kind("team_introduced", Comparison.HOLDS),
        # the customer accepted every item of the first delivery
        Kind("first_delivery_accepted", Comparison.HOLDS),
        # he said what he thinks of it, and no issue is open
        Kind("delivery_feedback", Comparison.HOLDS),
        # the review was held, with the departments that had a part in the deal
        Kind("review_held", Comparison.HOLDS),
        # its report is finished, and each improvement has an owner and a day
        Kind("review_reported", Comparison.HOLDS),
        # somebody will talk to the customer again
        Kind("revisit_planned", Comparison.HOLDS),
        # the customer himself said how satisfied he is
        Kind("satisfaction_known", Comparison.HOLDS),
        # at least one improvement of this deal has reached a tool of the process
        Kind("improvements_carried_out", Comparison.HOLDS),
    )
}
