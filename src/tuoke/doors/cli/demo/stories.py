"""Steps 3 and 4 of the demo's story: a few deals told in full, from the first call to the customer's signature."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.doors.cli.demo import interviewing, listing, research
from tuoke.doors.cli.demo.calling import Caller
from tuoke.doors.cli.demo.walk import Walker
from tuoke.services.calendar.queries import workdays
from tuoke.spine.catalog.models import Competitor, Product
from tuoke.spine.catalog.rules import Motion, Scale, Segment
from tuoke.spine.customers import actions as customers
from tuoke.spine.customers.models import Contact, Lead
from tuoke.spine.customers.rules import ContactDraft
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups.models import NextAction
from tuoke.spine.followups.rules import Plan
from tuoke.steps.discovery.decisions import actions as decisions
from tuoke.steps.discovery.decisions.queries import known_from_before
from tuoke.steps.discovery.decisions.rules import (
    Attitude,
    CriterionDraft,
    Finding,
    Influence,
    KnownKind,
    ProcessDraft,
    StanceDraft,
    Standing,
)
from tuoke.steps.leads import actions as leads
from tuoke.steps.leads.rules import LeadDraft

HERE = Path(__file__).parent
Verify = Callable[..., Lead]


@dataclass(slots=True)
class Teller:
    """Tells the deals of one rep. ``verify``: how he checks a lead before it becomes a deal."""

    rep: User
    by: Principal
    people: Mapping[str, User]
    caller: Caller
    verify: Verify
    now: datetime

    def tell(self) -> None:
        script = yaml.safe_load((HERE / "stories.yaml").read_text(encoding="utf-8"))
        east = self._begin(script["east"])
        self._decide(east, script["east"])
        self._ask(east)
        silent = self._begin(script["silent"])
        listing.list_needs(silent, by=self.by, at=self._on(9))
        listing.send(silent, by=self.by, at=self._on(4))
        self._leave_with(silent, "问林总看了清单没有", days=0)
        commented = self._begin(script["commented"])
        self._decide(commented, script["commented"])
        listing.list_needs(commented, by=self.by, at=self._on(8))
        sent = listing.send(commented, by=self.by, at=self._on(3), challenge=True)
        listing.answer_with_words(sent, by=self.by, at=self._on(2))
        self._leave_with(commented, "按高总的意见把清单分两期写", days=1)
        far = self._begin(script["far"])
        self._decide(far, script["far"])
        self._leave_with(far, "和赵敏对齐东莞工厂的拜访分工", days=2)
        self._deepen(script["known"])

    def _begin(self, said: Mapping[str, Any]) -> Opportunity:
        """From the lead to the discovery step, through both gates; all of the customer's people are known."""
        began, converted = self._on(said["days"]), self._on(said["days"] - 2)
        [lead] = leads.create_many(drafts=[self._lead(said)], by=self.by, now=began)
        lead = self.verify(lead, by=self.by, at=began + timedelta(days=1))
        terms = leads.Terms(
            name=said["want"], amount=Decimal(said["amount"]), expected_close_on=self._today + timedelta(days=55),
            product=Product.objects.order_by("pk").first(), scale=Scale(said["scale"]),
            motion=Motion(said.get("motion", "new")),
        )  # fmt: skip
        deal = leads.convert(lead=lead, terms=terms, by=self.by, now=converted)
        if partner := said.get("partner"):
            deals.share_credit(
                deal=deal, user=self.people[partner["who"]], share=partner["share"], duty=partner["duty"],
                by=self.by, now=converted,
            )  # fmt: skip
        self._introduce(deal, said, at=converted)
        walker = self._walker(said["talk"])
        walker.walk(deal, to="discovery", began=converted, until=self._on(said["days"] - 6))
        walker.greet(deal, self._on(said["days"] - 8))
        return Opportunity.objects.select_related("customer", "playbook_version", "lead").get(pk=deal.pk)

    def _lead(self, said: Mapping[str, Any]) -> LeadDraft:
        low, high = said["staff"]
        person = said["people"][0]
        return LeadDraft(
            company=said["company"], contact=person["name"], position=person["position"],
            phone=f"+86139{said['amount']:08d}", industry="信息技术", region=said["region"], staff_low=low, staff_high=high,
            revenue_low=Decimal(80_000_000), revenue_high=Decimal(150_000_000), budget_low=Decimal(300_000),
            budget_high=Decimal(500_000), purchase_on=self._today + timedelta(days=70), decision_maker=True,
            want=said["want"], note="老客户介绍", owner_id=self.rep.pk,
        )  # fmt: skip

    def _introduce(self, deal: Opportunity, said: Mapping[str, Any], *, at: datetime) -> None:
        known = set(Contact.objects.filter(customer=deal.customer).values_list("name", flat=True))
        for place, one in enumerate(said["people"]):
            if one["name"] not in known:
                phone = f"+86137{said['amount'] + place:08d}"
                draft = ContactDraft(one["name"], one["position"], phone=phone, role=one["role"])
                customers.add_contact(customer=deal.customer, draft=draft, by=self.by, now=at)
        people = self._people(deal)
        self._appoint(people[0], said["people"][0]["role"], at=at)
        people = self._people(deal)
        research.keep_channels(people, by=self.by, now=at)
        research.look_up(deal.customer, place=said["days"], people=people, by=self.by, now=self._on(5))

    def _appoint(self, person: Contact, role: str, *, at: datetime) -> None:
        said = {name: getattr(person, name) for name in ContactDraft.__dataclass_fields__} | {"role": role}
        customers.edit_contact(contact=person, version=person.version, draft=ContactDraft(**said), by=self.by, now=at)

    def _decide(self, deal: Opportunity, said: Mapping[str, Any]) -> None:
        """How each of them stands: one was won over, of one nothing is known yet, nobody has met another."""
        people = {person.name: person for person in self._people(deal)}
        for one in said["people"]:
            if not one["attitude"]:
                continue
            at, person = self._on(one["days"]), people[one["name"]]
            draft = StanceDraft(
                Influence(one["influence"]), Attitude(one["attitude"]), timezone.localdate(at), one["cares"],
                one.get("plan", ""), one.get("note", ""),
            )  # fmt: skip
            decisions.take_stance(deal=deal, contact=person, version=0, draft=draft, by=self.by, now=at)
        for name, boss in said.get("bosses", {}).items():
            decisions.set_boss(deal=deal, contact=people[name], boss_id=people[boss].pk, by=self.by, now=self._on(7))
        rival = Competitor.objects.order_by("pk").first()
        for text, weight, who, words, standing in said.get("criteria", ()):
            criterion = CriterionDraft(
                text, weight, people[who].pk, words, Standing(standing), rival.pk if rival else None
            )
            decisions.add_criterion(deal=deal, draft=criterion, by=self.by, now=self._on(7))
        if said.get("criteria"):
            process = ProcessDraft(False, 2, "法务部", "信息化专项，年初已批", self._today + timedelta(days=45))
            decisions.set_process(deal=deal, version=0, draft=process, by=self.by, now=self._on(7))

    def _ask(self, deal: Opportunity) -> None:
        """Held, confirmed as version 1, changed since; the second meeting is tomorrow."""
        people = self._people(deal)
        interviewing.hold(deal, "held", people=people[:3], by=self.by, at=self._on(8))
        listing.list_needs(deal, by=self.by, at=self._on(7), more=True)
        sent = listing.send(deal, by=self.by, at=self._on(6))
        listing.sign(sent, at=self._on(4))
        for done in ("discovery-outline", "discovery-scenes"):
            deals.tick(deal=deal, item=done, note="", by=self.by, now=self._on(4))
        listing.change_after(deal, by=self.by, at=self._on(1))
        self._leave_with(deal, "请周主管约财务总监见一面", days=4)
        interviewing.plan_tomorrow(deal, "tomorrow", people=(people[0], people[3]), by=self.by, now=self.now)
        silence = "他请我们有事找信息化主管，不要再直接联系他"
        customers.leave_alone(contact=people[4], reason=silence, by=self.by, now=self._on(3))

    def _deepen(self, said: Mapping[str, Any]) -> None:
        """存量深挖: who bought before wants more; half of what was known is looked at again."""
        before = Opportunity.objects.filter(owner=self.rep, finished_at__isnull=False, outcome="won").order_by("-pk")[0]
        deal = deals.open_deal(
            customer=before.customer, lead=None, name=said["name"], owner=self.rep, amount=Decimal(said["amount"]),
            expected_close_on=self._today + timedelta(days=40), product=before.product,
            segment=Segment(scale=Scale.SMALL, motion=Motion.EXISTING), is_complex=False, by=self.by, now=self._on(6),
        )  # fmt: skip
        self._walker(said["talk"]).greet(deal, self._on(5))
        found = known_from_before(self.by, deal)
        for number, known in enumerate(found[: max(3, (len(found) + 1) // 2)]):
            finding, note = _FINDINGS[number % len(_FINDINGS)]
            if known.kind is not KnownKind.NEED and finding is Finding.SOLVED:
                finding, note = Finding.HOLDS, ""
            decisions.judge_known(
                deal=deal, kind=known.kind, ref=known.ref, finding=finding, note=note, by=self.by, now=self._on(2)
            )
        self._leave_with(deal, "约二厂厂长看搬迁排期", days=3)

    def _leave_with(self, deal: Opportunity, title: str, *, days: int) -> None:
        """What was to do is done; this is next."""
        for action in NextAction.objects.waiting().filter(opportunity=deal):
            followups.complete_action(action=action, version=action.version, note="", by=self.by, now=self._on(1))
        plan = Plan(title, workdays().add(self._today, days) if days else self._today)
        followups.plan_action(subject=deal, plan=plan, by=self.by, now=self._on(1))

    def _walker(self, talk: str) -> Walker:
        rng = random.Random(4)  # noqa: S311
        return Walker(talks={"discovery": [talk]}, rng=rng, by=self.by, caller=self.caller)

    def _people(self, deal: Opportunity) -> Sequence[Contact]:
        """In the order of the script: as they were met."""
        return list(Contact.objects.filter(customer=deal.customer).order_by("pk"))

    def _on(self, days: int) -> datetime:
        """So many working days ago, in the afternoon."""
        day = workdays().add(self._today, -days)
        return datetime.combine(day, time(14, 5 + days % 50), tzinfo=timezone.get_current_timezone())

    @property
    def _today(self) -> date:
        return timezone.localdate(self.now)


_FINDINGS = (
    (Finding.SOLVED, "一期上线后已解决，上月复核过"),
    (Finding.CHANGED, "二厂搬迁后口径变了，要重新定"),
    (Finding.HOLDS, ""),
)
