"""Step 5 of the demo's story, the deals that stand in it: one told in full, of each other one what it waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.doors.cli.demo import proposing
from tuoke.doors.cli.demo.listing import THERE
from tuoke.doors.cli.demo.negotiating import decider
from tuoke.services.links.actions import note_visit
from tuoke.services.links.queries import holder_of
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.customers.rules import Channel
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.rules import ObjectionKind
from tuoke.steps.proposals import actions as proposals
from tuoke.steps.proposals.actions import NewSection
from tuoke.steps.proposals.demos import actions as demos
from tuoke.steps.proposals.demos.rules import DemoDraft, DemoKind, HeldDraft, Reaction, TrialDraft
from tuoke.steps.proposals.models import Section
from tuoke.steps.proposals.objections import actions as objections
from tuoke.steps.proposals.objections.actions import Raised
from tuoke.steps.proposals.objections.rules import ObjectionDraft, Result
from tuoke.steps.proposals.offers import actions as offers
from tuoke.steps.proposals.queries import current_proposal, proofs_for, proposed_outline, title_for
from tuoke.steps.proposals.rivals import actions as rivals
from tuoke.steps.proposals.rivals.rules import RivalDraft, Threat
from tuoke.steps.proposals.rules import SectionDraft
from tuoke.steps.proposals.sendings import actions as sendings
from tuoke.steps.proposals.sendings.actions.delivering import deliver
from tuoke.steps.proposals.sendings.chapters import leaves_of
from tuoke.steps.proposals.sendings.models import Sending
from tuoke.steps.proposals.sendings.rules import SendDraft

HERE = Path(__file__).parent


def tell(*, people: Mapping[str, Principal], now: datetime) -> None:
    """Who owns a deal says how far it is."""
    script = yaml.safe_load((HERE / "pitching.yaml").read_text(encoding="utf-8"))
    ways = {
        "wang.fang": Pitch.in_full,
        "li.qiang": Pitch.with_claims,
        "chen.jing": Pitch.with_discount,
        "zhao.min": Pitch.drafted,
        "liu.yang": Pitch.with_engineer,
    }
    for username, deal in standing_in("proposals"):
        way = ways.pop(username, Pitch.signed)
        way(Pitch(deal, people[username], script, now))


def standing_in(step: str) -> Iterator[tuple[str, Opportunity]]:
    found = Opportunity.objects.running().filter(step=step, finished_at=None, outcome="open")
    related = ("customer", "owner", "playbook_version", "lead")
    for deal in found.select_related(*related).defer("playbook_version__content").order_by("pk"):
        yield deal.owner.username, deal


def by_day(at: datetime, *, since: datetime, until: datetime) -> datetime:
    """The same day between nine and six here; what comes later stays later."""
    local = timezone.localtime(at)
    opens = local.replace(hour=9, minute=0, second=0, microsecond=0)
    return min(max(opens + (local - local.replace(hour=0, minute=0)) * 9 / 24, since), until)


@dataclass
class Pitch:
    """One deal and its owner. ``at(part)``: so far into the time since the step was begun, in per cent."""

    deal: Opportunity
    by: Principal
    script: Mapping[str, Any]
    now: datetime

    def at(self, part: int) -> datetime:
        since = max(self.deal.entered_step_at, self.now - timedelta(days=6))
        return by_day(since + (self.now - since) * part / 100, since=since, until=self.now)

    @cached_property
    def person_id(self) -> int | None:
        person = decider(self.deal)
        return person.pk if person else None

    def in_full(self) -> None:
        """Two versions, the second one with the customer, who read it and asks; objections on every part of their way."""
        self._write(at=self.at(5))
        self._compare(at=self.at(15))
        self._show(at=self.at(20), held=self.at(40))
        proposal = current_proposal(self.deal)
        assert proposal is not None
        proposals.freeze(proposal=proposal, note="演示前的第一稿", by=self.by, now=self.at(30))
        self._object()
        self._try_out(at=self.at(45))
        self._rewrite(at=self.at(50))
        proposing.sign(self.deal, by=self.by, at=self.at(55))
        self._be_read(self._send(at=self.at(65)))

    def with_claims(self) -> None:
        """It promises more than there is evidence for: a manager is asked."""
        self._write(at=self.at(10))
        proposal = current_proposal(self.deal)
        assert proposal is not None
        said = self.script["claims"]
        proposals.add_section(
            proposal=proposal, draft=SectionDraft("value", said["title"], said["text"]), by=self.by, now=self.at(30)
        )
        sendings.ask_claims(deal=self.deal, reason=said["why"], by=self.by, now=self.at(80))

    def with_discount(self) -> None:
        """A second offer goes further down than its owner may alone."""
        self._write(at=self.at(10))
        offer = proposing.offer(self.deal, by=self.by, at=self.at(70), off=18, issue=False)
        offers.ask_discount(offer=offer, reason=self.script["discount"], by=self.by, now=self.at(75))

    def drafted(self) -> None:
        """As the needs and the library suggest it, with what still has to be filled in."""
        today = timezone.localdate(self.now)
        proposed = proposed_outline(self.by, self.deal, today=today)
        proofs = proofs_for(self.by, self.deal, proposed, today=today)
        sections = [
            NewSection(
                SectionDraft(one.part, one.title[:80], one.text, one.needs),
                one.block.version_id if one.block else None,
                tuple({"code": reason.code, "params": dict(reason.params)} for reason in one.why),
                proofs.get(one.key, ()),
            )
            for one in proposed
        ]
        proposals.begin(deal=self.deal, title=title_for(self.deal), sections=sections, by=self.by, now=self.at(60))

    def with_engineer(self) -> None:
        self._write(at=self.at(10))
        proposing.ask_engineer(self.deal, by=self.by, at=self.at(60))

    def signed(self) -> None:
        self._write(at=self.at(10))
        proposing.sign(self.deal, by=self.by, at=self.at(50))

    def _write(self, *, at: datetime) -> None:
        proposing.draft(self.deal, by=self.by, at=at)
        proposing.reckon(self.deal, by=self.by, at=at)
        proposing.offer(self.deal, by=self.by, at=at)

    def _compare(self, *, at: datetime) -> None:
        for said in self.script["rivals"]:
            low, high = said["price"]
            draft = RivalDraft(
                Threat(said["threat"]), Decimal(low), Decimal(high), tuple(said["strengths"]), tuple(said["weaknesses"]),
                said["difference"], said["note"],
            )  # fmt: skip
            rival = Competitor.objects.get(name=said["name"])
            rivals.add_rival(deal=self.deal, competitor=rival, draft=draft, by=self.by, now=at)

    def _show(self, *, at: datetime, held: datetime) -> None:
        said, on = self.script["demo"], timezone.localdate(held)
        plan = DemoDraft(DemoKind.PROTOTYPE, on, time(10, 0), self.person_id, said["purpose"], said["place"])
        demo = demos.plan_demo(deal=self.deal, draft=plan, by=self.by, now=at)
        shown = HeldDraft(on, said["shown"], said["feedback"], Reaction.INTERESTED, self.person_id, presented=True)
        demos.hold_demo(
            demo=demo, version=demo.version, draft=shown, channel=Channel.OFFLINE_MEETING, by=self.by, now=held
        )
        later = timezone.localdate(self.now) + timedelta(days=3)
        second = DemoDraft(
            DemoKind.DEMO, later, time(14, 30), self.person_id, "给财务看对不上时怎么处理", said["place"]
        )
        demos.plan_demo(deal=self.deal, draft=second, by=self.by, now=self.at(90))

    def _try_out(self, *, at: datetime) -> None:
        """It runs out the day after tomorrow."""
        said, on = self.script["trial"], timezone.localdate(at)
        ends = timezone.localdate(self.now) + timedelta(days=2)
        draft = TrialDraft(said["account"], on, ends, self.person_id, said["goal"])
        trial = demos.open_trial(deal=self.deal, draft=draft, by=self.by, now=at)
        demos.note_usage(trial=trial, version=trial.version, usage=said["usage"], by=self.by, now=self.at(49))

    def _object(self) -> None:
        for place, said in enumerate(self.script["objections"]):
            at = self.at(42 + place * 2)
            self._one(said, on=at)

    def _one(self, said: Mapping[str, Any], *, on: datetime) -> None:
        state, by, day = said["state"], self.by, timezone.localdate(on)
        draft = ObjectionDraft(
            ObjectionKind(said["kind"]), said["text"], said.get("answer", ""), backing=said.get("backing", "")
        )
        raised = Raised(day, self.person_id) if state in {"raised", "answered", "resolved"} else None
        one = objections.add(deal=self.deal, draft=draft, raised=raised, by=by, now=on)
        if state in {"answered", "resolved"}:
            one = objections.answer(objection=one, version=one.version, on=day, by=by, now=on)
        if state == "resolved":
            objections.settle(
                objection=one, version=one.version, result=Result.ACCEPTED, note=said["note"], on=day, by=by, now=on
            )
        elif state == "dismissed":
            objections.dismiss(objection=one, version=one.version, reason=said["reason"], by=by, now=on)

    def _rewrite(self, *, at: datetime) -> None:
        """What came up in the demonstration goes into the second version."""
        section = Section.objects.standing().get(proposal__opportunity=self.deal, part="plan")
        text = f"{section.text}\n演示会上说定：信息部先开通只读账号，计划科两位同事参加第一周试用。"
        draft = SectionDraft(section.part, "分两步走，第一周计划科先用", text)
        proposals.edit_section(section=section, version=section.version, draft=draft, by=self.by, now=at)

    def _send(self, *, at: datetime) -> Sending:
        """Without papers: they are written when somebody asks for them."""
        ends = timezone.localdate(self.now) + timedelta(days=14)
        message = "按演示会上说的改了实施计划，请您先看前三节。"
        draft = SendDraft(self.person_id, ends, may_download=False, message=message, note="按演示反馈改了实施计划")
        sending = sendings.send(deal=self.deal, draft=draft, by=self.by, now=at)
        deliver(sending.pk, now=at)
        return Sending.objects.select_related("version", "link").get(pk=sending.pk)

    def _be_read(self, sending: Sending) -> None:
        link, titles = sending.link, leaves_of(sending.version.frozen)
        leaves = list(titles)
        assert link is not None
        his: dict[str, Any] = {"link": link, "by": holder_of(link)}
        for part, keys in ((72, leaves), (88, leaves[1:3])):
            note_visit(link=link, ip=THERE["where"], agent=THERE["agent"], now=self.at(part))
            seconds = {key: 35 + 40 * (place % 3) for place, key in enumerate(keys)}
            sendings.customer_reads(seconds=seconds, gone_to=keys[1:2], now=self.at(part), **his)
        first, second = self.script["questions"]
        asked = next(key for key, title in titles.items() if "分两步走" in title)
        remark = sendings.customer_remarks(section=asked, text=first, now=self.at(74), where=THERE["where"], **his)
        sendings.answer_remark(remark=remark, text=self.script["reply"], by=self.by, now=self.at(80))
        sendings.customer_remarks(section="", text=second, now=self.at(89), where=THERE["where"], **his)
