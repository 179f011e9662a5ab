"""How the demo's customers decide: who is on the map and how he stands, what they choose by, how they buy."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from tuoke.base.accounts.rules import Principal
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.customers.models import Contact
from tuoke.spine.customers.rules import ContactDraft, DecisionRole
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups.rules import FollowUpOutcome
from tuoke.steps.discovery.decisions import actions as decisions
from tuoke.steps.discovery.decisions.models import Stance
from tuoke.steps.discovery.decisions.rules import (
    Attitude,
    CriterionDraft,
    Influence,
    ProcessDraft,
    StanceDraft,
    Standing,
)

PEOPLE = (
    ("周慧", "信息化主管", DecisionRole.INFLUENCER, Influence.HIGH, Attitude.SUPPORTS, "少一套系统要维护", ""),
    ("吴强", "生产计划员", DecisionRole.USER, Influence.MEDIUM, Attitude.SUPPORTS, "排产不用再抄三张表", ""),
    ("郑明", "财务经理", DecisionRole.INFLUENCER, Influence.MEDIUM, Attitude.NEUTRAL, "一次性投入不超预算", ""),
    (
        "冯涛",
        "设备科长",
        DecisionRole.BLOCKER,
        Influence.LOW,
        Attitude.OPPOSES,
        "怕新系统增加填报",
        "请周主管陪他看同行现场",
    ),
)
CRITERIA = (
    ("三个月内上线", 40, "年底考核交付周期，晚了这笔预算就收回去了。", Standing.STRONG),
    ("数据不出厂区", 35, "去年有家供应商把图纸传到外面，老板很在意。", Standing.EVEN),
    ("五年总成本", 25, "不比标价，比五年一共花多少。", Standing.WEAK),
)


def draw_map(deal: Opportunity, *, by: Principal, at: datetime) -> None:
    """Everybody who has a say, met one after the other; the decision maker came round to us."""
    rng = Random(deal.pk)  # noqa: S311  # of its own: what one deal needs moves no other
    deciders = list(Contact.objects.filter(customer=deal.customer, role=DecisionRole.DECIDER))
    for person in deciders:
        _come_round(deal, person, by=by, at=at)
    known = set(Contact.objects.filter(customer=deal.customer).values_list("name", flat=True))
    for name, position, role, influence, attitude, cares, plan in PEOPLE:
        if name in known:
            continue
        person = decisions.add_person(
            deal=deal,
            person=ContactDraft(name, position, role=role.value),
            draft=StanceDraft(influence, attitude, cares=cares, plan=plan),
            boss_id=deciders[0].pk if deciders else None,
            by=by,
            now=at,
        )
        if role is not DecisionRole.BLOCKER:
            _meet(deal, person, by=by, at=at - timedelta(hours=rng.randrange(1, 40)))


def ask_criteria(deal: Opportunity, *, by: Principal, at: datetime) -> None:
    """选择供应商最看重的 3 个因素, in the customer's words, and how he buys."""
    decider = Contact.objects.filter(customer=deal.customer, role=DecisionRole.DECIDER).first()
    rival = Competitor.objects.order_by("pk").first()
    for text, weight, words, standing in CRITERIA:
        draft = CriterionDraft(
            text, weight, decider.pk if decider else None, words, standing, rival.pk if rival else None
        )
        decisions.add_criterion(deal=deal, draft=draft, by=by, now=at)
    process = ProcessDraft(False, 2, "法务部，集团采购复核", "信息化专项，年初已批", (at + timedelta(days=40)).date())
    decisions.set_process(deal=deal, version=0, draft=process, by=by, now=at)


def _come_round(deal: Opportunity, decider: Contact, *, by: Principal, at: datetime) -> None:
    if Stance.objects.filter(opportunity=deal, contact=decider).exists():
        return
    first = StanceDraft(Influence.HIGH, Attitude.NEUTRAL, (at - timedelta(days=2)).date(), "交付周期考核")
    stance = decisions.take_stance(deal=deal, contact=decider, version=0, draft=first, by=by, now=at)
    won = StanceDraft(Influence.HIGH, Attitude.SUPPORTS, at.date(), "交付周期考核", note="看过同行案例后改了主意")
    decisions.take_stance(deal=deal, contact=decider, version=stance.version, draft=won, by=by, now=at)


def _meet(deal: Opportunity, person: Contact, *, by: Principal, at: datetime) -> None:
    followups.record_followup(
        subject=deal,
        at=at,
        channels=["visit"],
        outcome=FollowUpOutcome.PROGRESS,
        summary=f"{person.position}{person.name}说明了自己怎么看这件事。",
        contact=person,
        plan=None,
        answers=None,
        by=by,
        now=at,
    )
