"""The demo company's story: some hundred leads, some forty deals over the steps, the process document's own example."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Q

from tuoke.base.accounts.actions import load_organisation, set_company
from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import CompanyDraft, Principal, system
from tuoke.doors.cli.demo import (
    bargaining,
    contact,
    deciding,
    delivering,
    learning,
    listing,
    pitching,
    process,
    proposing,
    shelves,
    signing,
)
from tuoke.doors.cli.demo.calling import Caller
from tuoke.doors.cli.demo.preparation import prepare
from tuoke.doors.cli.demo.screening import screen, verify
from tuoke.doors.cli.demo.stories import Teller
from tuoke.doors.cli.demo.walk import Walker
from tuoke.services.exchange.reading import open_table
from tuoke.services.exchange.writing import write_table
from tuoke.spine.catalog.models import Competitor, LeadSource, Product
from tuoke.spine.catalog.rules import Scale, Segment
from tuoke.spine.customers import actions as customers
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.rules import Channel, ContactDraft, CustomerDraft, DecisionRole
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups.models import NextAction
from tuoke.spine.library.actions import load_starter
from tuoke.spine.playbook.actions import load_default
from tuoke.steps.discovery import actions as discovery
from tuoke.steps.leads import actions as leads
from tuoke.steps.leads.rules import LeadDraft

HERE = Path(__file__).parent
PASSWORD = "tuoke-demo-2026"  # noqa: S105  # printed on purpose: invented people in an empty installation
BY = system("demo")


@transaction.atomic
def build(*, now: datetime) -> None:
    """Everything in one transaction: an interrupted demo leaves nothing behind."""
    script = yaml.safe_load((HERE / "company.yaml").read_text(encoding="utf-8"))
    rng = random.Random(8)  # noqa: S311  # the same company every time, nothing to protect
    people = _people(script, now)
    load_default(by=BY, now=now - timedelta(days=400))
    set_company(
        draft=CompanyDraft(**script["company"]), version=0, by=people["admin"].by, now=now - timedelta(days=120)
    )
    load_starter(by=BY, now=now - timedelta(days=100))
    shelves.put_in_order(owner=people["sun.li"].user, now=now)
    users = {name: one.user for name, one in people.items()}
    campaign = prepare(script["campaign"], people=users, now=now)
    sources = tuple(LeadSource.objects.order_by("pk").values_list("pk", flat=True))
    stage = Stage(
        script=script, rng=rng, people=people, now=now, campaign_id=campaign.pk, sources=sources, caller=Caller.ready()
    )
    stage.fill_the_pool()
    stage.fill_the_lists()
    stage.pursue(LONG_AGO, ago=timedelta(days=170))
    process.publish_second(by=people["sun.li"].by, now=now - timedelta(days=150))
    stage.pursue(FATES)
    wang = people["wang.fang"]
    Teller(rep=wang.user, by=wang.by, people=users, caller=stage.caller, verify=verify, now=now).tell()
    example(people["li.qiang"], now=now)
    everybody = {name: one.by for name, one in people.items()}
    contact.begin(people=everybody, reps=REPS, caller=stage.caller, now=now)
    pitching.tell(people=everybody, now=now)
    bargaining.tell(people=everybody, now=now)
    delivering.tell(people=everybody, now=now)
    learning.tell(people=everybody, now=now)
    screen(people=everybody, reps=REPS, by=BY, now=now)
    process.measure(by=BY, now=now)


@dataclass(frozen=True, slots=True)
class Person:
    user: User
    by: Principal


def _people(script: dict[str, Any], now: datetime) -> dict[str, Person]:
    users = [{**user, "password": PASSWORD} for user in script["users"]]
    load_organisation(document={"departments": script["departments"], "users": users}, by=BY, now=now)
    return {u.username: Person(u, principal_of(u)) for u in User.objects.select_related("department")}


# What becomes of each pursued deal: the step it stands in, and how it ended if it did.
FATES = [
    *[("outreach", "")] * 8,
    *[("discovery", "")] * 8,
    *[("proposals", "")] * 7,
    *[("negotiation", "")] * 6,
    *[("contracts", "")] * 2,
    ("discovery", "lost"),
    ("contracts", "won"),
    *[("reviews", "won")] * 3,
    ("contracts", "running"),
    *[("proposals", "lost"), ("negotiation", "lost")],
    *[("proposals", "paused")],
]
RUNNING = timedelta(days=42)
# Before the process was changed, half a year ago.
LONG_AGO = [*[("reviews", "finished")] * 3, ("discovery", "lost"), ("proposals", "lost")]
REPS = ("wang.fang", "li.qiang", "chen.jing", "zhao.min", "liu.yang", "huang.lei")
LOST = {
    "proposals": "首年报价低三成，财务没有看三年总成本",
    "negotiation": "集团兄弟公司已在用，总部信息中心统一了选型",
}
JOINING = ("wu.gang", "xu.jie", "lin.tao", "gao.yuan")


@dataclass(slots=True)
class Stage:
    script: dict[str, Any]
    rng: random.Random
    people: dict[str, Person]
    now: datetime
    campaign_id: int
    sources: tuple[int, ...]
    caller: Caller
    used: int = 0

    def names(self, count: int) -> Iterator[tuple[str, str, str]]:
        """Company, industry, place: every name once."""
        parts = self.script["parties"]
        for _ in range(count):
            n = self.used
            self.used += 1
            brand = parts["brands"][n % len(parts["brands"])]
            trade = parts["trades"][(n // len(parts["brands"]) + n) % len(parts["trades"])]
            place = parts["places"][(n * 5 + n // 7) % len(parts["places"])]
            yield f"{place}{brand}{trade['word']}有限公司", trade["industry"], place

    def person(self) -> tuple[str, str, str]:
        """Name as colleagues say it, position, decision role."""
        parts = self.script["parties"]
        position = self.rng.choice(parts["positions"])
        return (
            self.rng.choice(parts["surnames"]) + self.rng.choice(["经理", "总", "主管", "工"]),
            position["title"],
            position["role"],
        )

    def draft(
        self, name: tuple[str, str, str], *, owner: Person | None, ripe: bool, at: datetime | None = None
    ) -> LeadDraft:
        """``at``: when it came in, where that is long ago; what is ripe is bought within half a year of it."""
        company, industry, place = name
        contact, position, role = self.person()
        budget = self.rng.randrange(15, 60) * 10000
        soon = self.rng.randrange(20, 100)
        known = ripe or self.rng.random() < 0.6
        return LeadDraft(
            company=company,
            contact=contact,
            position=position,
            phone=f"+861{self.rng.choice('3578')}{self.rng.randrange(10**8, 10**9)}",
            industry=industry if not ripe or self.rng.random() < 0.3 else "信息技术",
            region=place,
            staff_low=self.rng.choice([100, 120, 200]) if known else None,
            staff_high=self.rng.choice([300, 400, 500]) if known else None,
            revenue_low=Decimal(60_000_000) if known else None,
            revenue_high=Decimal(150_000_000) if known else None,
            budget_low=Decimal(min(budget, 400_000) if ripe else budget) if known else None,
            budget_high=Decimal(self.rng.choice([450_000, 500_000, 800_000]) if ripe else budget * 2)
            if known
            else None,
            purchase_on=self._purchase_on(soon, ripe=ripe, at=at or self.now) if known else None,
            decision_maker=True if ripe else (role == DecisionRole.DECIDER if known else None),
            want=self.rng.choice(self.script["parties"]["wants"]),
            source_id=self.rng.choice(self.sources),
            note=self.rng.choice(self.script["parties"]["notes"]),
            campaign_id=self.campaign_id if self.rng.random() < 0.5 else None,
            owner_id=owner.user.pk if owner else None,
        )

    def _purchase_on(self, soon: int, *, ripe: bool, at: datetime) -> date:
        if ripe:
            return min(self.now + timedelta(days=soon + 30), at + timedelta(days=170)).date()
        return self.now.date() + timedelta(days=soon * 4)

    def doubted(self, draft: LeadDraft) -> LeadDraft:
        """Of some we don't know yet whether they decide: they are nurtured."""
        return replace(draft, decision_maker=None, position="信息部经理") if self.rng.random() < 0.3 else draft

    def fill_the_pool(self) -> None:
        drafts = [self.draft(name, owner=None, ripe=False) for name in self.names(60)]
        leads.create_many(drafts=drafts, by=BY, now=self.now - timedelta(days=9))

    def fill_the_lists(self) -> None:
        for number, rep in enumerate(REPS):
            who = self.people[rep]
            drafts = [self.draft(name, owner=who, ripe=self.rng.random() < 0.15) for name in self.names(34)]
            drafts = [self.doubted(draft) if draft.decision_maker else draft for draft in drafts]
            leads.create_many(drafts=drafts, by=BY, now=self.now - timedelta(days=12 - number))

    def pursue(self, fates: Sequence[tuple[str, str]], *, ago: timedelta = timedelta()) -> None:
        """Convert and walk: the first deals are the oldest. ``ago``: so long ago it all ended."""
        since = ago
        for number, (step, fate) in enumerate(fates):
            rep = self.people[REPS[number % len(REPS)]]
            late = 18 if number % 5 == 0 else 0
            ago = since + timedelta(days=5 * (number % 9) if fate in {"won", "finished"} else 0)
            ago = RUNNING if fate == "running" else ago
            began = self.now - ago - timedelta(days=self.rng.randrange(7, 13) + 8 * _depth(step, fate) + late)
            [name] = self.names(1)
            [lead] = leads.create_many(drafts=[self.draft(name, owner=rep, ripe=True, at=began)], by=BY, now=began)
            lead = verify(lead, by=rep.by, at=began + timedelta(days=1))
            deal = self.convert(lead, rep, began + timedelta(days=2))
            walker = Walker(talks=self.script["talks"], rng=self.rng, by=rep.by, caller=self.caller)
            until = self.now - ago - timedelta(days=self.rng.randrange(0, 4), hours=self.rng.randrange(1, 6))
            walker.walk(
                deal, to=step if fate != "finished" else "reviews", began=began + timedelta(days=3), until=until
            )
            if (step, fate) == ("discovery", "") and number % 2 == 0:
                listing.list_needs(fresh(deal), by=rep.by, at=until)
                if number % 4 == 0:
                    deciding.draw_map(fresh(deal), by=rep.by, at=until)
                    deciding.ask_criteria(fresh(deal), by=rep.by, at=until)
            self.end(deal, fate, walker, until)
            if step in {"proposals", "negotiation", "contracts"} and number % 3 == 0:
                joining = self.people[JOINING[number % len(JOINING)]].user
                proposing.bring_in(fresh(deal), joining, "", by=rep.by, at=until)

    def convert(self, lead: Lead, rep: Person, at: datetime) -> Opportunity:
        amount = Decimal(self.rng.randrange(18, 90) * 10000)
        product = Product.objects.order_by("pk")[self.rng.randrange(3)]
        terms = leads.Terms(
            name=lead.want,
            amount=amount,
            expected_close_on=self._close_on(at),
            product=product,
            scale=Scale.LARGE if amount > 700_000 else Scale.SMALL,
        )
        deal = leads.convert(lead=lead, terms=terms, by=rep.by, now=at)
        contact, position, role = self.person()
        draft = ContactDraft(
            name=contact,
            position="CTO",
            phone=f"+8613{self.rng.randrange(10**8, 10**9)}",
            role=DecisionRole.DECIDER.value,
            preferred_channel=Channel.WECHAT.value,
        )
        del position, role
        customers.add_contact(customer=deal.customer, draft=draft, by=rep.by, now=at)
        return deal

    def _close_on(self, at: datetime) -> date:
        """Of what began long ago the day was then, not now."""
        began = self.now if self.now - at < timedelta(days=150) else at + timedelta(days=30)
        return began.date() + timedelta(days=self.rng.randrange(5, 90))

    def end(self, deal: Opportunity, fate: str, walker: Walker, at: datetime) -> None:
        deal = fresh(deal)
        if fate == "lost":
            reason = self.rng.choice(self.script["losses"])
            if deal.step == "discovery":
                deals.close_lost(deal=deal, reason=reason, by=walker.by, now=at)
            else:
                rival = Competitor.objects.order_by("pk")[len(deal.step) % 2]
                deals.close_lost(
                    deal=deal, reason=f"客户选择竞品：{LOST[deal.step]}", by=walker.by, now=at, lost_to=rival
                )
        elif fate == "paused":
            deals.pause(
                deal=deal, until=self.now.date() + timedelta(days=20), reason="客户年度预算审批中", by=walker.by, now=at
            )
        elif fate in {"won", "running"}:
            if deal.is_running:
                signing.sign_whole(deal, by=walker.by, at=at)
            if fate == "running":
                walker.tidy(deal, at=at)
        elif fate == "finished":
            walker.fulfil(deal, at)
            deals.finish(deal=fresh(deal), waivers={}, by=walker.by, now=at)
            walker.tidy(deal, at=at)
        elif fate == "":
            walker.plan_around(deal, today=self.now)


def _depth(step: str, fate: str) -> int:
    order = ("outreach", "discovery", "proposals", "negotiation", "contracts", "reviews")
    return order.index(step) + 2 * (fate == "finished")


def fresh(deal: Opportunity) -> Opportunity:
    return Opportunity.objects.select_related("customer", "playbook_version", "lead").get(pk=deal.pk)


# The process document's own example: one deal, its three needs, its three follow-ups (templates 2 and 3).
NEED_HEADERS = ("客户名称", "联系人", "职位", "需求类型", "需求描述", "优先级", "确认时间")
FOLLOWUP_HEADERS = ("客户名称", "跟进阶段", "跟进时间", "跟进方式", "沟通内容摘要", "下一步行动", "责任人", "完成时限")
NEEDS = (
    (
        "科技有限公司",
        "*经理",
        "运维主管",
        "刚性需求",
        "需整合现有5个业务系统的数据,实现跨部门实时同步,减少重复录入工作",
        "高",
        "2023-10-15",
    ),
    (
        "科技有限公司",
        "*总",
        "CTO",
        "弹性需求",
        "希望系统支持API接口,便于未来与其他第三方工具(如CRM)对接",
        "中",
        "2023-10-18",
    ),
    (
        "科技有限公司",
        "*主管",
        "财务",
        "潜在需求",
        "未明确提出,但可展示系统如何通过数据可视化降低财务对账时间(参考同行业案例)",
        "低",
        "2023-10-20",
    ),
)
FOLLOWUPS = (
    ("科技有限公司", "需求确认", "2023-10-16", "电话+邮件", "确认数据整合为核心需求,约定10月20日提供现有系统清单及对接文档", "准备定制化方案初稿", "*代表", "2023-10-19"),
    ("科技有限公司", "方案呈现", "2023-10-25", "线下会议", "展示方案原型,客户对数据同步效率满意,提出需增加“异常数据预警”功能", "协调产品团队评估功能开发周期", "*经理", "2023-10-27"),
    ("科技有限公司", "谈判促成", "2023-11-02", "面谈", "就价格达成一致(年费50万,含3次培训),客户要求11月10日前签订合同", "起草合同并提交法务审核", "*主管", "2023-11-08"),
)  # fmt: skip


def example(rep: Person, *, now: datetime) -> None:
    """科技有限公司, won in November 2023 and reviewed since."""
    began = datetime(2023, 10, 12, 2, 0, tzinfo=UTC)
    draft = CustomerDraft(name="科技有限公司", industry="信息技术", staff_low=100, staff_high=500, owner_id=rep.user.pk)
    customer, _ = customers.match_or_create(draft=draft, by=rep.by, now=began)
    assert isinstance(customer, Customer)
    for name, position, role in (("*总", "CTO", "decider"), ("*经理", "运维主管", "influencer")):
        customers.add_contact(
            customer=customer,
            draft=ContactDraft(name=name, position=position, phone="+8613800138000", role=role),
            by=rep.by,
            now=began,
        )
    deal = deals.open_deal(
        customer=customer, lead=None, name="业务系统数据整合", owner=rep.user, amount=Decimal(500000),
        expected_close_on=date(2023, 11, 10), product=Product.objects.get(name="数据整合平台"), segment=Segment(),
        is_complex=False, by=rep.by, now=began,
    )  # fmt: skip
    walker = Walker(talks={}, rng=random.Random(3), by=rep.by)  # noqa: S311
    walker.walk(deal, to="discovery", began=began, until=began + timedelta(days=3))
    _import(NEED_HEADERS, NEEDS, discovery.import_table, rep, datetime(2023, 10, 21, 3, 0, tzinfo=UTC))
    agreed = datetime(2023, 11, 3, 3, 0, tzinfo=UTC)
    _import(FOLLOWUP_HEADERS, FOLLOWUPS, followups.import_table, rep, agreed)
    walker.walk(fresh(deal), to="reviews", began=agreed, until=agreed + timedelta(days=14))
    done = datetime(2023, 11, 27, 3, 0, tzinfo=UTC)
    walker.fulfil(fresh(deal), done)
    deals.finish(deal=fresh(deal), waivers={}, by=rep.by, now=done)
    learning.end_visits(deal, by=rep.by, now=done)
    about_it = Q(opportunity=deal) | Q(customer=deal.customer)
    for action in NextAction.objects.waiting().filter(about_it):
        followups.complete_action(action=action, version=action.version, note="已办好", by=rep.by, now=done)


def _import(headers: tuple[str, ...], rows: Any, load: Any, rep: Person, at: datetime) -> None:
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        write_table(Path(file.name), headers=headers, rows=rows)
        with open_table(Path(file.name)) as table:
            result = load(table=table, by=rep.by, now=at)
    if result.rejected:
        raise RuntimeError(f"the process document's own rows were refused: {result.rejects}")
