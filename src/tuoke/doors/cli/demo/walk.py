"""Walk a demo deal through its steps as a diligent rep would: make every criterion true, then advance."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.doors.cli.demo import deciding, listing, negotiating, proposing, reviewing, signing
from tuoke.doors.cli.demo.calling import Caller
from tuoke.spine.customers.models import Contact
from tuoke.spine.customers.rules import DecisionRole
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals import queries
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups.models import NextAction
from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.spine.playbook.rules import CriterionDoc, StepKey

CHANNELS = {"outreach": ["phone"], "discovery": ["visit"], "proposals": ["offline_meeting"], "negotiation": ["visit"]}
NEXT = {
    "outreach": "约下次沟通并准备同行案例",
    "discovery": "整理需求清单并请客户确认",
    "proposals": "发送修订方案",
    "negotiation": "发送修订报价",
    "contracts": "跟进首期交付",
    "reviews": "每月回访",
}


SETTLED_BY = {
    "needs_listed": "needs", "rigid_needs": "needs", "needs_confirmed": "needs", "decision_map_complete": "map",
    "purchase_criteria": "criteria", "outcome_won": "contract", "contract_matches": "contract", "legal_cleared": "contract",
    "payments_scheduled": "contract", "review_held": "review", "review_reported": "review", "rigid_answered": "proposal", "claims_covered": "proposal",
}  # fmt: skip
"""What makes criteria of a kind true, where it isn't a talk: done once it settles all of them."""
LEFT = frozenset({
    "dimensions_covered", "first_contact_days", "known_facts_reviewed", "objections_prepared", "team_introduced",
    "kickoff_shared", "first_delivery_accepted", "delivery_feedback", "satisfaction_known", "improvements_carried_out",
})  # fmt: skip
"""Advised, and not settled by another talk."""
PROVED_BY: Mapping[str, Callable[..., object]] = {
    "rigid_answered": proposing.propose,
    "claims_covered": proposing.propose,
    "value_figures": proposing.reckon,
    "proposal_presented": proposing.present,
    "feasibility_signed": proposing.sign,
    "bottom_line_set": negotiating.draw_line,
    "concessions_planned": negotiating.build_ladder,
    "rounds_recorded": negotiating.first_round,
    "roi_walked": negotiating.work_out,
    "terms_agreed": negotiating.agree,
    "outcome_won": signing.sign_whole,
    "contract_matches": signing.sign_whole,
    "legal_cleared": signing.sign_whole,
    "payments_scheduled": signing.sign_whole,
    "raci_complete": signing.plan,
    "review_held": reviewing.report,
    "review_reported": reviewing.report,
}
"""What the rooms of steps 5 to 8 prove, and how it is made true there."""


@dataclass(slots=True)
class Walker:
    """``caller`` makes the first call with each customer; without him it is a talk like any other."""

    talks: Mapping[str, Sequence[str]]
    rng: random.Random
    by: Principal
    caller: Caller | None = None
    called: set[int] = field(default_factory=set)

    def walk(self, deal: Opportunity, *, to: str, began: datetime, until: datetime) -> None:
        """Advance step by step, the days spread over the time that there is."""
        process = queries.process_of(deal)
        steps = [step.key for step in process.steps]
        way = steps[steps.index(StepKey(deal.step)) : steps.index(StepKey(to))]
        for number, _ in enumerate(way, 1):
            at = office_hours(began + (until - began) * number / (len(way) + 1))
            at = max(at, deal.entered_step_at + timedelta(hours=1))
            self._keep_appointment(deal, at)
            self.fulfil(deal, at)
            deal = deals.advance(deal=_again(deal), to=way_on(deal), waivers={}, by=self.by, now=at)

    def greet(self, deal: Opportunity, at: datetime) -> None:
        """A talk by itself, whatever the gate asks for."""
        self._talk(_again(deal), at)

    def fulfil(self, deal: Opportunity, at: datetime) -> None:
        """Make the present gate's criteria true; advised ones most of the time. One talk often settles several."""
        left_open: set[str] = set()
        for _ in range(8):
            deal = _again(deal)
            unmet = [f.criterion for f in queries.gate_judgement(deal).findings if not f.passed]
            todo = [criterion for criterion in unmet if criterion.key not in left_open]
            if not todo:
                return
            settled: set[str] = set()
            for criterion in todo:
                way = _way(criterion)
                if way not in settled and (criterion.required or self.rng.random() < 0.7):
                    self._make_true(deal, criterion.kind, criterion.key, at)
                    settled.add(way)
                if not criterion.required:
                    left_open.add(criterion.key)

    def plan_around(self, deal: Opportunity, *, today: datetime) -> None:
        """Leave the deal with a next action around today; a few have none, as in life."""
        waiting = NextAction.objects.waiting().filter(opportunity=deal).order_by("-pk").first()
        if waiting and deal.step != StepKey.OUTREACH:
            self.tidy(deal, at=today - timedelta(days=4))
            waiting = None
        if self.rng.random() < 0.12:
            if waiting:
                followups.cancel_action(action=waiting, version=waiting.version, by=self.by, now=today)
            return
        due = today.date() + timedelta(days=self.rng.choice([-3, -1, 0, 0, 0, 1, 2, 4, 6]))
        if waiting:
            followups.reschedule_action(
                action=waiting, version=waiting.version, due_on=due, by=self.by, now=today - timedelta(days=4)
            )
        else:
            plan = Plan(title=NEXT[deal.step], due_on=due)
            followups.plan_action(subject=deal, plan=plan, by=self.by, now=today - timedelta(days=4))

    def tidy(self, deal: Opportunity, *, at: datetime) -> None:
        """What was still to do from earlier steps is done."""
        for action in NextAction.objects.waiting().filter(opportunity=deal):
            followups.complete_action(action=action, version=action.version, note="", by=self.by, now=at)

    def _keep_appointment(self, deal: Opportunity, at: datetime) -> None:
        """What was agreed in the call takes place, and is written down."""
        agreed = NextAction.objects.waiting().filter(opportunity=deal, due_on__lte=at.date()).exclude(due_time=None)
        if self.caller and deal.step != StepKey.OUTREACH and agreed.exists():
            self._talk(deal, at)

    def _make_true(self, deal: Opportunity, kind: str, key: str, at: datetime) -> None:
        if kind == "tick":
            deals.tick(deal=deal, item=key, note="", by=self.by, now=at)
        elif kind in {"needs_listed", "rigid_needs", "needs_confirmed"}:
            listing.list_needs(deal, by=self.by, at=at)
            listing.confirm_at_the_table(deal, by=self.by, at=at)
        elif kind == "decision_map_complete":
            deciding.draw_map(deal, by=self.by, at=at)
        elif kind == "purchase_criteria":
            deciding.ask_criteria(deal, by=self.by, at=at)
        elif kind in PROVED_BY:
            PROVED_BY[kind](deal, by=self.by, at=at)
        elif kind not in LEFT:
            self._talk(deal, at)

    def _talk(self, deal: Opportunity, at: datetime) -> None:
        """A follow-up with the decision maker, answered and with a next action; the very first one is a call."""
        if self.caller and deal.step == StepKey.OUTREACH and deal.pk not in self.called:
            self.called.add(deal.pk)
            self.caller.first_call(deal, at, by=self.by)
            return
        decider = Contact.objects.filter(customer=deal.customer, role=DecisionRole.DECIDER).first()
        waiting = NextAction.objects.waiting().filter(opportunity=deal).first()
        followups.record_followup(
            subject=deal,
            at=at,
            channels=CHANNELS.get(deal.step, ["phone", "email"]),
            outcome=FollowUpOutcome.PROGRESS,
            summary=self.rng.choice(self.talks.get(deal.step) or [NEXT[deal.step]]),
            contact=decider,
            plan=Plan(title=NEXT[deal.step], due_on=(at + timedelta(days=5)).date()),
            answers=waiting,
            by=self.by,
            now=at,
        )


def _way(criterion: CriterionDoc) -> str:
    """What settles it: two with the same way are settled at once."""
    if criterion.kind == "tick":
        return criterion.key
    return SETTLED_BY.get(criterion.kind, criterion.kind if criterion.kind in PROVED_BY else "talk")


def office_hours(at: datetime) -> datetime:
    """The same day between nine and five here, at the weekend the Friday before."""
    local = timezone.localtime(at)
    weekday = local - timedelta(days=max(0, local.weekday() - 4))
    return weekday.replace(hour=9 + local.hour % 8)


def way_on(deal: Opportunity) -> StepKey:
    step = queries.process_of(deal).next_step(StepKey(deal.step))
    if step is None:
        raise RuntimeError(f"{deal} has no step after {deal.step}")
    return step


def _again(deal: Opportunity) -> Opportunity:
    found = Opportunity.objects.select_related("customer", "playbook_version", "lead")
    return found.defer("playbook_version__content").get(pk=deal.pk)
