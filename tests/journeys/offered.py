"""A deal of the demo company in which every room of steps 5 and 6 has something in it, and where its screens are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tests.steps.negotiation.returns.conftest import FIGURES
from tests.steps.proposals.cases import SAID, a_need
from tests.steps.proposals.values.conftest import measured
from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Principal
from tuoke.services.approvals.models import Request
from tuoke.services.links.queries import address_of
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.actions import join
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups.rules import FollowUpOutcome
from tuoke.spine.library.models import Item
from tuoke.spine.library.rules import ObjectionKind
from tuoke.spine.playbook.queries import current_version
from tuoke.steps.discovery.decisions import actions as decisions
from tuoke.steps.discovery.decisions.rules import CriterionDraft, Standing
from tuoke.steps.negotiation import actions as negotiation
from tuoke.steps.negotiation.returns import actions as returns
from tuoke.steps.negotiation.returns.rules import SendDraft as ShareDraft
from tuoke.steps.negotiation.rounds import actions as rounds
from tuoke.steps.negotiation.rounds.models import Position
from tuoke.steps.negotiation.rounds.rules import AgreementDraft, RoundDraft
from tuoke.steps.negotiation.rules import ConcessionDraft, LineDraft, PlanDraft, SeatDraft, Side, Terms
from tuoke.steps.negotiation.signals import actions as signals
from tuoke.steps.negotiation.signals.models import Signal
from tuoke.steps.negotiation.signals.rules import ClosingDraft
from tuoke.steps.proposals import actions as proposals
from tuoke.steps.proposals.actions import NewSection
from tuoke.steps.proposals.demos import actions as demos
from tuoke.steps.proposals.demos.rules import DemoDraft, DemoKind, TrialDraft
from tuoke.steps.proposals.objections import actions as objections
from tuoke.steps.proposals.objections.queries import predicted
from tuoke.steps.proposals.objections.rules import ObjectionDraft
from tuoke.steps.proposals.offers import actions as offers
from tuoke.steps.proposals.offers.rules import LineDraft as OfferedLine
from tuoke.steps.proposals.offers.rules import OfferDraft
from tuoke.steps.proposals.rivals import actions as rivals
from tuoke.steps.proposals.rules import SectionDraft
from tuoke.steps.proposals.sendings import actions as sendings
from tuoke.steps.proposals.sendings.rules import SendDraft
from tuoke.steps.proposals.signoffs import actions as signoffs
from tuoke.steps.proposals.values import actions as values

PROMISED = "把“三张表各写各的”改为一个交期，每月省出 100 小时，返工减少三成。"
PAYMENT = "首付 40%，上线 40%，验收 20%"
LET_OUT = "何总问合同里的验收条款怎么写，还问首付能不能分两次付。"
EMPTY = ("proposal/", "proposal/sendings/", "values/", "offers/", "objections/", "rivals/", "demos/", "signoffs/")
"""Rooms as they greet whoever comes first."""


def offered_and_negotiated(rep: User) -> dict[str, str]:
    """Everything of it is done here, by whoever may, and in its own order."""
    by, now = principal_of(rep), timezone.now()
    customer = a_customer(rep, "长河精密零部件", industry="汽车零部件", created_at=now)
    boss = a_contact(customer, "何志远", position="生产副总", phone="13800138000", role="decider")
    found = {"by": by, "now": now}
    empty = a_deal(rep, current_version(), customer=customer, step="proposals", created_at=now, entered_step_at=now)
    deal = a_deal(
        rep, current_version(), customer=customer, name="一个交期", step="negotiation", amount=Decimal(500_000),
        created_at=now, entered_step_at=now,
    )  # fmt: skip
    for username, duty in (("wu.gang", "技术"), ("li.qiang", "一起谈")):
        join(deal=deal, user=User.objects.get(username=username), duty=duty, **found)
    Membership.objects.filter(opportunity=deal, user__username="li.qiang").update(share=30)
    return {
        "early": empty.get_absolute_url(),
        "room": deal.get_absolute_url(),
        **written(deal, boss, **found),
        **priced(deal, **found),
        **doubted(deal, boss, **found),
        **planned(deal, boss, **found),
        **fought_over(deal, boss, **found),
        **worked_out(deal, boss, **found),
        **shelved(),
    }


def written(deal: Opportunity, boss: Contact, *, by: Principal, now: datetime) -> dict[str, str]:
    """A version that the customer has and asked about; since then a figure was promised that nothing proves."""
    found = {"by": by, "now": now}
    need = a_need(deal, by, SAID)
    sections = [
        NewSection(SectionDraft("situation", "我们听到的现状", f"“{SAID}”", (need.pk,))),
        NewSection(SectionDraft("solution", "交期对齐", "把“三张表各写各的”改为一个交期。", (need.pk,))),
        NewSection(SectionDraft("plan", "小步上线", "先接通一条主线，用顺了再接其余的。")),
    ]
    values.add_item(deal=deal, draft=measured(need_id=need.pk), **found)
    item = values.add_item(deal=deal, draft=measured("返工沟通"), **found)
    proposal = proposals.begin(deal=deal, title="长河精密数据整合方案", sections=sections, **found)
    draft = SendDraft(boss.pk, timezone.localdate() + timedelta(days=20), message="何总好，请您过目。")
    sent = sendings.send(deal=deal, draft=draft, host="https://crm.example.com", **found)
    sendings.prepare.func(sent.pk)
    sent.refresh_from_db()
    remark = sendings.customer_remarks(link=sent.link, section="", text="旧系统的数据谁来搬？", **found)
    signoffs.ask(deal=deal, signer=User.objects.get(username="wu.gang"), note="五十天上线够不够", **found)
    section = proposal.sections.get(title="交期对齐")
    promised = SectionDraft("solution", "交期对齐", PROMISED, (need.pk,))
    proposals.edit_section(section=section, version=section.version, draft=promised, **found)
    proposals.add_section(proposal=proposal, draft=SectionDraft("service", "谁来管", "由〔项目经理〕管到底。"), **found)
    version = proposals.freeze(proposal=proposal, note="加了数字", **found)
    return {
        "section": at("proposals:section_edit", section),
        "proofs": at("proposals:proofs", section),
        "frozen_proposal": at("proposals:version", version),
        "sent_proposal": at("sendings:one", sent),
        "remark": at("sendings:answer", remark),
        "value_item": at("values:item_edit", item),
        "portal_proposal": address_of(sent.link),
    }


def priced(deal: Opportunity, *, by: Principal, now: datetime) -> dict[str, str]:
    """One offer issued, the next below what the rep may give away."""
    found = {"by": by, "now": now}
    terms = OfferDraft(
        "标准版", True, timezone.localdate() + timedelta(days=40), 50, PAYMENT, "报价不含第三方软件授权。"
    )
    issued, draft = (offers.draft_offer(deal=deal, draft=terms, **found) for _ in range(2))
    for offer, off in ((issued, 0), (draft, 40)):
        for name, price in (("年度授权", 400_000), ("接口接入", 100_000)):
            said = OfferedLine(name, Decimal(1), Decimal(price), "项", Decimal(off), Decimal(6))
            line = offers.add_line(offer=offer, draft=said, **found)
    issued.refresh_from_db()
    offers.issue(offer=issued, version=issued.version, **found)
    return {
        "offer": at("offers:offer", issued),
        "low_offer": at("offers:offer", draft),
        "offer_line": at("offers:line_edit", line),
    }


def doubted(deal: Opportunity, boss: Contact, *, by: Principal, now: datetime) -> dict[str, str]:
    """Objections, rivals, demos and trials."""
    found, today = {"by": by, "now": now}, timezone.localdate()
    rule = predicted(deal, today=today)[0].rule
    said = ObjectionDraft(ObjectionKind.PRICE, "你们太贵了", "我们一起算一遍多久回本", backing="试用期的记录")
    objection = objections.add(deal=deal, draft=said, **found)
    weight = CriterionDraft("上线周期", weight=60, standing=Standing.STRONG, own_words="年前要用上")
    criterion = decisions.add_criterion(deal=deal, draft=weight, **found)
    rival = rivals.add_rival(deal=deal, competitor=Competitor.objects.order_by("pk")[0], **found)
    shown = DemoDraft(DemoKind.DEMO, today, contact_id=boss.pk, purpose="走一遍改单", place="他们三楼会议室")
    demo = demos.plan_demo(deal=deal, draft=shown, **found)
    lent = TrialDraft("长河试用 01", today, today + timedelta(days=2), boss.pk, "录一张单要几步")
    trial = demos.open_trial(deal=deal, draft=lent, **found)
    return {
        "predicted": reverse("objections:prepare", args=[deal.pk, rule]),
        "unlikely": reverse("objections:dismiss_predicted", args=[deal.pk, rule]),
        **{f"objection_{verb}": at(f"objections:{verb}", objection) for verb in ("edit", "raise", "settle", "dismiss")},
        "deal_rival": at("rivals:edit", rival),
        "rival_mark": reverse("rivals:mark", args=[rival.pk, criterion.pk]),
        "demo": at("demos:held", demo),
        **{f"trial_{verb}": at(f"demos:{verb}", trial) for verb in ("extend", "usage", "end")},
    }


def planned(deal: Opportunity, boss: Contact, *, by: Principal, now: datetime) -> dict[str, str]:
    found = {"by": by, "now": now}
    negotiation.set_plan(deal=deal, version=0, draft=PlanDraft("年内签约，两年服务期", 3), **found)
    ours = SeatDraft(Side.OURS, user_id=deal.owner_id, authority="培训与付款期次")
    theirs = SeatDraft(Side.THEIRS, contact_id=boss.pk, position="先要一成折扣", cares="今年的降本考核")
    negotiation.add_seat(deal=deal, draft=ours, **found)
    seat = negotiation.add_seat(deal=deal, draft=theirs, **found)
    step = ConcessionDraft("加赠一次管理员培训", "本月签约", value=Decimal(8_000))
    concession = negotiation.add_concession(deal=deal, draft=step, **found)
    negotiation.add_concession(deal=deal, draft=ConcessionDraft("首付改三成"), **found)
    for version, price in enumerate((432_100, 428_000)):
        line = LineDraft(Decimal(price), 57, ("知识产权：归我方所有",), "成本核算")
        negotiation.set_line(deal=deal, version=version, draft=line, **found)
    return {
        "seat": at("negotiation:seat_edit", seat),
        "concession": at("negotiation:concession_edit", concession),
    }


def fought_over(deal: Opportunity, boss: Contact, *, by: Principal, now: datetime) -> dict[str, str]:
    """A round that stands, one of a co-owner's that waits for the owner, one past the line that waits for a manager."""
    co_owner = principal_of(User.objects.get(username="li.qiang"))
    told = (
        (by, 470_000, 380_000, ""),
        (co_owner, 450_000, 390_000, ""),
        (by, 410_000, 400_000, "首年客户，可作参考案例"),
    )
    made = []
    for number, (who, ours, theirs, reason) in enumerate(told):
        said = RoundDraft(
            now - timedelta(hours=3 - number), "visit", Terms(Decimal(ours), 50, PAYMENT), Terms(Decimal(theirs), 45),
            boss.pk, "他说比预算高一成。", seen=number,
        )  # fmt: skip
        made.append(rounds.record_round(deal=deal, draft=said, by=who, now=now, reason=reason))
    agreement = AgreementDraft(Terms(Decimal(460_000), 50, PAYMENT), timezone.localdate(), boss.pk)
    agreed = rounds.agree(deal=deal, draft=agreement, by=by, now=now)
    waits = Position.objects.get(round=made[1], side=Side.OURS.value)
    return {
        "round": at("rounds:edit", made[0]),
        "concede": at("rounds:concede", made[0]),
        "waits_confirm": at("rounds:offer_confirm", waits),
        "waits_decline": at("rounds:offer_decline", waits),
        "reopen": at("rounds:agreement_reopen", agreed),
        **asked(),
    }


def asked() -> dict[str, str]:
    line, signature = (Request.objects.filter(kind=kind).latest("pk") for kind in ("bottom_line", "feasibility"))
    return {"asked_line": line.get_absolute_url(), "asked_signature": signature.get_absolute_url()}


def worked_out(deal: Opportunity, boss: Contact, *, by: Principal, now: datetime) -> dict[str, str]:
    found, today = {"by": by, "now": now}, timezone.localdate()
    kept = returns.keep(deal=deal, figures=FIGURES, title="和财务算", **found)
    returns.walk(calculation=kept, contact_id=boss.pk, walked_on=today, note="少算了夜班", **found)
    sent = ShareDraft(boss.pk, today + timedelta(days=10), message="请您过目", shows_rivals=True)
    share = returns.send(calculation=kept, draft=sent, **found)
    followups.record_followup(
        subject=deal,
        at=now,
        channels=["phone"],
        outcome=FollowUpOutcome.PROGRESS,
        summary=LET_OUT,
        contact=boss,
        **found,
    )
    heard = Signal.objects.filter(opportunity=deal).order_by("pk")[0]
    closing = signals.propose(deal=deal, draft=ClosingDraft("周五签，我们下周一进场", today, heard.pk), **found)
    return {
        "calculation": at("returns:show", kept),
        "walk": at("returns:walk", kept),
        "share": at("returns:send", kept),
        "closing": at("signals:answer", closing),
        "portal_returns": address_of(share.link),
    }


def shelved() -> Mapping[str, str]:
    """One of each of the library's kinds that these steps draw on."""
    kinds = ("block", "objection", "closing", "evidence", "case")
    names = {"closing": "closing_words"}
    return {names.get(k, k): Item.objects.filter(kind=k).order_by("pk")[0].get_absolute_url() for k in kinds}


def at(name: str, row: Model) -> str:
    return reverse(name, args=[row.pk])
