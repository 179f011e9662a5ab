"""Step 6 of the demo's story, the deals that stand in it: one told in full, of the others what they have come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.doors.cli.demo import negotiating, proposing
from tuoke.doors.cli.demo.pitching import by_day, standing_in
from tuoke.services.approvals import actions as approvals
from tuoke.services.approvals.queries import latest
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.steps.negotiation import actions as negotiation
from tuoke.steps.negotiation.models import Concession
from tuoke.steps.negotiation.returns import actions as returns
from tuoke.steps.negotiation.returns.rules import SendDraft
from tuoke.steps.negotiation.rounds.models import ConcessionMade
from tuoke.steps.negotiation.rules import Authority, Duty, PlanDraft, SeatDraft, Side, Stand, Terms
from tuoke.steps.negotiation.signals import actions as signals
from tuoke.steps.negotiation.signals.models import Signal
from tuoke.steps.negotiation.signals.rules import ClosingDraft

HERE = Path(__file__).parent


def tell(*, people: Mapping[str, Principal], now: datetime) -> None:
    """Who owns a deal says how far it is."""
    script = yaml.safe_load((HERE / "bargaining.yaml").read_text(encoding="utf-8"))
    ways = {
        "wang.fang": Table.in_full,
        "li.qiang": Table.asks_director,
        "chen.jing": Table.agreed,
        "liu.yang": Table.prepared,
    }
    for username, deal in standing_in("negotiation"):
        way = ways.pop(username, Table.begun)
        way(Table(deal, people[username], people, script, now))


@dataclass
class Table:
    """One deal and its owner. ``at(part)``: so far into the time since the step was begun, in per cent."""

    deal: Opportunity
    by: Principal
    people: Mapping[str, Principal]
    script: Mapping[str, Any]
    now: datetime

    def at(self, part: int) -> datetime:
        since = max(self.deal.entered_step_at, self.now - timedelta(days=8))
        return by_day(since + (self.now - since) * part / 100, since=since, until=self.now)

    def in_full(self) -> None:
        """Prepared to the last seat; three rounds, the last offer past the line waits for a manager."""
        self._prepare()
        self._invite_insider(at=self.at(12))
        negotiating.first_round(self.deal, by=self.by, at=self.at(20))
        self._work_out(at=self.at(35))
        self._second_round(at=self.at(50))
        self._hear_signals(at=self.at(65))
        price = negotiating.share(negotiating.asked(self.deal), 84)
        ours = Terms(price, 60, "签约付 30%，上线付 40%，验收后付 30%", "上线培训两次")
        theirs = Terms(price, 60, "签约付 30%，上线付 40%，验收后付 30%", "上线培训两次")
        negotiating.meet(
            self.deal, ours, theirs, note=self.script["third"], by=self.by, at=self.at(90), reason=self.script["past"]
        )

    def asks_director(self) -> None:
        """What only the director may give waits for her."""
        self._prepare()
        negotiating.first_round(self.deal, by=self.by, at=self.at(30))
        step = self._step(Authority.DIRECTOR)
        self._round(90, taken=step, at=self.at(80), reason=self.script["director"])

    def agreed(self) -> None:
        """Both sides said yes; the contract is next."""
        self.prepared()
        negotiating.work_out(self.deal, by=self.by, at=self.at(40))
        negotiating.agree(self.deal, by=self.by, at=self.at(85))

    def begun(self) -> None:
        self.prepared()
        negotiating.first_round(self.deal, by=self.by, at=self.at(60))

    def prepared(self) -> None:
        negotiating.draw_line(self.deal, by=self.by, at=self.at(10))
        negotiating.build_ladder(self.deal, by=self.by, at=self.at(15))

    def _prepare(self) -> None:
        draft = PlanDraft(self.script["aim"], 3, self.script["note"])
        negotiation.set_plan(deal=self.deal, version=0, draft=draft, by=self.by, now=self.at(4))
        self.prepared()
        person = negotiating.decider(self.deal)
        for said in self.script["seats"]["ours"]:
            owner = self.deal.owner_id if said["duty"] == "lead" else self.people[said["who"]].user_id
            seat = SeatDraft(Side.OURS, user_id=owner, duty=Duty(said["duty"]), authority=said["authority"])
            negotiation.add_seat(deal=self.deal, draft=seat, by=self.by, now=self.at(8))
        for said in self.script["seats"]["theirs"]:
            who = {"name": said["name"]} if "name" in said else {"contact_id": person.pk if person else None}
            seat = SeatDraft(
                Side.THEIRS, duty=Duty(said["duty"]), stand=Stand(said["stand"]), position=said["position"],
                cares=said["cares"], **who,
            )  # fmt: skip
            negotiation.add_seat(deal=self.deal, draft=seat, by=self.by, now=self.at(8))

    def _invite_insider(self, *, at: datetime) -> None:
        said = self.script["insider"]
        user = User.objects.get(username=said["who"])
        proposing.bring_in(self.deal, user, said["duty"], by=self.by, at=at)
        negotiation.name_insider(deal=self.deal, user=user, reason=said["reason"], by=self.by, now=at)

    def _work_out(self, *, at: datetime) -> None:
        """Gone through together, then sent, so that he may go on reckoning."""
        made = negotiating.work_out(self.deal, by=self.by, at=at)
        person = negotiating.decider(self.deal)
        ends = timezone.localdate(self.now) + timedelta(days=14)
        draft = SendDraft(person.pk if person else None, ends, self.script["share"])
        returns.send(calculation=made, draft=draft, by=self.by, now=at + timedelta(hours=1))

    def _second_round(self, *, at: datetime) -> None:
        """The payment is given for a longer term, which the team's lead had to allow."""
        self._round(94, taken=self._step(Authority.LEAD), at=at, reason=self.script["second"])
        made = ConcessionMade.objects.filter(opportunity=self.deal).order_by("-pk")[0]
        request = latest("concession", made)
        if request is not None and request.is_open(at):
            lead = self.people["li.na"]
            approvals.approve(
                request=request, version=request.version, reason=self.script["granted"], by=lead,
                now=self.at(55),
            )  # fmt: skip

    def _round(self, percent: int, *, taken: Concession, at: datetime, reason: str) -> None:
        price = negotiating.asked(self.deal)
        ours = Terms(negotiating.share(price, 97), 60, "签约付 30%，上线付 40%，验收后付 30%", "上线培训一次")
        theirs = Terms(negotiating.share(price, percent - 3), 60, "签约付 20%，验收后付 80%", "培训两次")
        given = (taken.pk,)
        negotiating.meet(
            self.deal, ours, theirs, note=self.script["second"], by=self.by, at=at, reason=reason, taken=given,
            returned=frozenset(given),
        )  # fmt: skip

    def _step(self, authority: Authority) -> Concession:
        return Concession.objects.get(plan__opportunity=self.deal, authority=authority.value)

    def _hear_signals(self, *, at: datetime) -> None:
        """What he let out is found in what was written down; on one of them a day is proposed."""
        plan = Plan("把验收条款发给郑经理", timezone.localdate(self.now) + timedelta(days=1))
        followups.record_followup(
            subject=self.deal, at=at, channels=["wechat"], outcome=FollowUpOutcome.PROGRESS,
            summary=self.script["followup"], contact=negotiating.decider(self.deal), plan=plan, answers=None, by=self.by,
            now=at,
        )  # fmt: skip
        found = Signal.objects.filter(opportunity=self.deal, state="found").order_by("-pk").first()
        if found is None:
            return
        signal = signals.confirm(signal=found, version=found.version, by=self.by, now=self.at(68))
        step = self._step(Authority.REP)
        closing = ClosingDraft(
            self.script["closing"], timezone.localdate(self.at(72)), signal.pk, concession_id=step.pk, returns=step.get
        )
        signals.propose(deal=self.deal, draft=closing, by=self.by, now=self.at(72))
