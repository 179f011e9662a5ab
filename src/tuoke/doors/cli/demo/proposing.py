"""Step 5 of the demo's story: a proposal that answers what the customer needs, what it is worth, what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Principal
from tuoke.services.approvals import actions as approvals
from tuoke.services.approvals.queries import latest
from tuoke.spine.customers.models import Contact
from tuoke.spine.customers.rules import DecisionRole
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.steps.discovery.models import Need
from tuoke.steps.discovery.rules import NeedKind
from tuoke.steps.proposals import actions as proposals
from tuoke.steps.proposals.actions import NewSection
from tuoke.steps.proposals.offers import actions as offers
from tuoke.steps.proposals.offers.models import Offer
from tuoke.steps.proposals.offers.rules import LineDraft, OfferDraft
from tuoke.steps.proposals.queries import current_proposal
from tuoke.steps.proposals.rules import SectionDraft
from tuoke.steps.proposals.sendings import actions as sendings
from tuoke.steps.proposals.signoffs import actions as signoffs
from tuoke.steps.proposals.signoffs.models import SignOff
from tuoke.steps.proposals.signoffs.queries import is_signed
from tuoke.steps.proposals.values import actions as values
from tuoke.steps.proposals.values.models import ValueItem
from tuoke.steps.proposals.values.rules import Band, Basis, Direction, ItemDraft, Measure

HERE = Path(__file__).parent
USUAL = "业务系统数据整合"
ENGINEER = "wu.gang"


@cache
def script() -> dict[str, Any]:
    """By what customers want: how a proposal answers it, and what it is worth to them."""
    return dict(yaml.safe_load((HERE / "proposals.yaml").read_text(encoding="utf-8")))


def draft(deal: Opportunity, *, by: Principal, at: datetime) -> None:
    """Section by section in the order of the list of needs, each with what the customer said himself."""
    if current_proposal(deal) is not None:
        return
    needs = {NeedKind(need.kind): need for need in reversed(needs_of(deal))}
    said = script().get(deal.name) or script()[USUAL]
    sections = [
        _situation([needs[kind] for kind in NeedKind if kind in needs]),
        *_answers(needs, said),
        _plan(),
        _service(),
    ]
    title = f"{deal.customer.name}{deal.name}解决方案"[:80]
    proposals.begin(deal=deal, title=title, sections=sections, by=by, now=at)


def propose(deal: Opportunity, *, by: Principal, at: datetime) -> None:
    """The proposal and what it costs."""
    draft(deal, by=by, at=at)
    if not Offer.objects.filter(opportunity=deal).exists():
        offer(deal, by=by, at=at)


def needs_of(deal: Opportunity) -> list[Need]:
    return list(Need.objects.listed().filter(opportunity=deal).order_by("pk"))


def reckon(deal: Opportunity, *, by: Principal, at: datetime) -> None:
    """What it is worth, on the figures that the customer gave."""
    if ValueItem.objects.filter(model__opportunity=deal).exists():
        return
    rigid = next((need for need in needs_of(deal) if need.kind == NeedKind.RIGID), None)
    for place, said in enumerate((script().get(deal.name) or script()[USUAL])["values"]):
        name, unit, current, low, likely, high, worth, times = said
        expected = Band(*(Decimal(str(figure)) for figure in (low, likely, high)))
        measure = Measure(Direction.LESS, Decimal(str(current)), expected, Decimal(worth), Decimal(times))
        basis = Basis.CUSTOMER if place == 0 else Basis.ESTIMATE
        item = ItemDraft(
            name, basis, measure, unit, _SOURCES[basis], need_id=rigid.pk if rigid and place == 0 else None
        )
        values.add_item(deal=deal, draft=item, by=by, now=at)


def offer(
    deal: Opportunity, *, by: Principal, at: datetime, off: int = 5, issue: bool = True, valid: int = 45
) -> Offer:
    """Licence, connecting and training, together about what the deal was reckoned at."""
    until = timezone.localdate(at) + timedelta(days=valid)
    terms = OfferDraft(
        "标准版，含上门培训", True, until, 60, "签约付 40%，上线付 40%，验收后付 20%", "报价不含第三方软件授权。"
    )
    made = offers.draft_offer(deal=deal, draft=terms, by=by, now=at)
    total = (deal.amount or Decimal(300_000)) * 100 / (100 - off)
    for name, unit, share, rate in _LINES:
        price = (total * share / 100).quantize(Decimal(100))
        line = LineDraft(name, Decimal(1), price, unit, Decimal(off), Decimal(rate))
        offers.add_line(offer=made, draft=line, by=by, now=at)
    made.refresh_from_db()
    return offers.issue(offer=made, version=made.version, by=by, now=at) if issue else made


def present(deal: Opportunity, *, by: Principal, at: datetime) -> None:
    """Gone through with whoever decides, who says what he thinks of it."""
    there = Contact.objects.filter(customer=deal.customer, role=DecisionRole.DECIDER).values_list("pk", flat=True)
    note = "按他排第一的那条讲起，讲完他自己把第二节念了一遍，问接口由谁维护。"
    sendings.present(deal=deal, held_on=timezone.localdate(at), contacts=list(there[:1]), note=note, by=by, now=at)


def ask_engineer(deal: Opportunity, *, by: Principal, at: datetime) -> SignOff:
    """A technical colleague joins and is asked whether it can be done."""
    engineer = User.objects.get(username=ENGINEER)
    bring_in(deal, engineer, "方案可行性签认", by=by, at=at)
    note = "请重点看接口一节：客户的旧系统只能给只读账号，按这个前提可不可行。"
    return signoffs.ask(deal=deal, signer=engineer, note=note, by=by, now=at)


def sign(deal: Opportunity, *, by: Principal, at: datetime) -> None:
    """He looks at it section by section and signs, with what it depends on."""
    if is_signed(deal):
        return
    draft(deal, by=by, at=at)
    request = latest("feasibility", ask_engineer(deal, by=by, at=at))
    assert request is not None
    remark = "可行，前提是客户在进场前开通旧系统只读账号，并指定一位接口人。"
    engineer = principal_of(User.objects.get(username=ENGINEER))
    approvals.approve(request=request, version=request.version, reason=remark, by=engineer, now=at + timedelta(hours=2))


def bring_in(deal: Opportunity, user: User, duty: str, *, by: Principal, at: datetime) -> None:
    if not Membership.objects.filter(opportunity=deal, user=user).exists():
        deals.join(deal=deal, user=user, duty=duty, by=by, now=at)


# What is written

_LINES = (("年度授权与标准模块", "年", 62, 13), ("接口接入与数据初始化", "项", 28, 6), ("上线培训与陪跑", "次", 10, 6))
_SOURCES = {Basis.CUSTOMER: "客户在需求访谈中给的数", Basis.ESTIMATE: "我们按访谈记录估的，待客户财务核对"}


def _answers(needs: Mapping[NeedKind, Need], said: Mapping[str, Any]) -> list[NewSection]:
    found = []
    for kind in (NeedKind.RIGID, NeedKind.ELASTIC):
        title, way = said[kind.value]
        if need := needs.get(kind):
            text = f"{_heard(need)}\n我们的做法：{way}"
            found.append(NewSection(SectionDraft("solution", title, text, (need.pk,))))
    if latent := needs.get(NeedKind.LATENT):
        text = f"另有一件您还没有列为要求的事：{latent.description}。{_heard(latent)}\n等前两条跑顺以后再看，不计入这次报价。"
        found.append(NewSection(SectionDraft("needs", "以后可以看的", text, (latent.pk,))))
    return found


def _heard(need: Need) -> str:
    told = "；".join(f"“{said}”" for said in (need.pain, need.impact) if said)
    return f"访谈中您说的是：{told}。" if told else f"清单里写的是：“{need.description}”。"


def _situation(needs: list[Need]) -> NewSection:
    """Nothing but what he said himself: another figure would be a promise of ours."""
    heard = [f"· {need.description}" + (f"——{need.pain}" if need.pain else "") for need in needs]
    text = (
        "这份方案从您确认过的清单写起，不从我们的产品写起：\n"
        + "\n".join(heard)
        + "\n哪一句不像您这儿的情况，请直接划掉。"
    )
    return NewSection(SectionDraft("situation", "我们听到的现状", text, tuple(need.pk for need in needs)))


def _plan() -> NewSection:
    text = (
        "时间按您给的日子倒排：先接通一条主线给业务部门试用，用顺了再接其余的。\n"
        "每周碰一次，当场看做到哪里、卡在哪里；变更写进会议纪要，双方签字以后才动。"
    )
    return NewSection(SectionDraft("plan", "分两步走，先看到结果", text))


def _service() -> NewSection:
    text = (
        "一位项目经理对接到底，上线后同一个人负责回访。\n培训分岗位做，讲的是各岗位自己的一天；录像和操作卡留给贵司。"
    )
    return NewSection(SectionDraft("service", "谁来做，做完谁管", text))
