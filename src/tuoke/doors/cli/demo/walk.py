"""Walk a demo deal through its steps as a diligent rep would: make every criterion true, then advance."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tuoke.base.accounts.rules import Principal
from tuoke.doors.cli.demo import deciding
from tuoke.spine.customers.models import Contact
from tuoke.spine.customers.rules import DecisionRole
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals import queries
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups.models import NextAction
from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.spine.playbook.rules import StepKey
from tuoke.steps.discovery import actions as discovery
from tuoke.steps.discovery.models import Need
from tuoke.steps.discovery.rules import NeedDraft, NeedKind, Priority

NEEDS = (
    (NeedKind.RIGID, "打通现有系统的数据，避免重复录入", Priority.HIGH),
    (NeedKind.ELASTIC, "预留接口，方便以后对接其他系统", Priority.MEDIUM),
    (NeedKind.LATENT, "用看板减少月底对账时间", Priority.LOW),
)
CHANNELS = {"outreach": ["phone"], "discovery": ["visit"], "proposals": ["offline_meeting"], "negotiation": ["visit"]}
NEXT = {
    "outreach": "约下次沟通并准备同行案例",
    "discovery": "整理需求清单并请客户确认",
    "proposals": "发送修订方案",
    "negotiation": "发送修订报价",
    "contracts": "跟进首期交付",
    "reviews": "每月回访",
}


@dataclass(slots=True)
class Walker:
    talks: Mapping[str, Sequence[str]]
    rng: random.Random
    by: Principal

    def walk(self, deal: Opportunity, *, to: str, began: datetime, until: datetime) -> None:
        """Advance step by step, the days spread over the time that there is."""
        process = queries.process_of(deal)
        steps = [step.key for step in process.steps]
        way = steps[steps.index(StepKey(deal.step)) : steps.index(StepKey(to))]
        for number, _ in enumerate(way, 1):
            at = office_hours(began + (until - began) * number / (len(way) + 1))
            self.fulfil(deal, at)
            deal = deals.advance(deal=_again(deal), to=way_on(deal), waivers={}, by=self.by, now=at)

    def greet(self, deal: Opportunity, at: datetime) -> None:
        """The first talk: nobody is left without one."""
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
            ticks = [criterion for criterion in todo if criterion.kind == "tick"]
            for criterion in ticks or todo[:1]:
                if criterion.required or self.rng.random() < 0.7:
                    self._make_true(deal, criterion.kind, criterion.key, at)
                if not criterion.required:
                    left_open.add(criterion.key)

    def plan_around(self, deal: Opportunity, *, today: datetime) -> None:
        """Leave the deal with a next action around today; a few have none, as in life."""
        waiting = NextAction.objects.waiting().filter(opportunity=deal).first()
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

    def _make_true(self, deal: Opportunity, kind: str, key: str, at: datetime) -> None:
        if kind == "tick":
            deals.tick(deal=deal, item=key, note="", by=self.by, now=at)
        elif kind in {"needs_listed", "rigid_needs", "needs_confirmed"}:
            self._needs(deal, at)
        elif kind == "decision_map_complete":
            deciding.draw_map(deal, by=self.by, at=at)
        elif kind == "purchase_criteria":
            deciding.ask_criteria(deal, by=self.by, at=at)
        elif kind == "outcome_won":
            deals.close_won(deal=deal, by=self.by, now=at)
        else:
            self._talk(deal, at)

    def _talk(self, deal: Opportunity, at: datetime) -> None:
        """A follow-up with the decision maker, answered and with a next action."""
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

    def _needs(self, deal: Opportunity, at: datetime) -> None:
        if not Need.objects.filter(customer=deal.customer).exists():
            for kind, description, priority in NEEDS:
                draft = NeedDraft(kind=kind, description=description, priority=priority)
                discovery.add_need(deal=deal, draft=draft, by=self.by, now=at)
        for need in Need.objects.filter(customer=deal.customer, confirmed_on=None, withdrawn_at=None):
            discovery.confirm_need(need=need, version=need.version, on=at.date(), by=self.by, now=at)


def office_hours(at: datetime) -> datetime:
    """The same day between nine and five in Shanghai, at the weekend the Friday before."""
    local = at + timedelta(hours=8)
    weekday = local - timedelta(days=max(0, local.weekday() - 4))
    return weekday.replace(hour=9 + local.hour % 8) - timedelta(hours=8)


def way_on(deal: Opportunity) -> StepKey:
    step = queries.process_of(deal).next_step(StepKey(deal.step))
    if step is None:
        raise RuntimeError(f"{deal} has no step after {deal.step}")
    return step


def _again(deal: Opportunity) -> Opportunity:
    return Opportunity.objects.select_related("customer", "playbook_version", "lead").get(pk=deal.pk)
