"""Step 7 of the demo's story, the deals that stand in it: one with an open mismatch, one signed, delivered and paid in part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.doors.cli.demo import negotiating, proposing, signing
from tuoke.doors.cli.demo.listing import THERE
from tuoke.services.calendar.queries import workdays
from tuoke.services.links.queries import holder_of
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.duties import actions as duties
from tuoke.spine.deals.duties.models import Duty
from tuoke.spine.deals.duties.rules import DutyDraft, shipped
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.queries import process_of
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.contracts import actions as contracts
from tuoke.steps.contracts.clearances import actions as clearances
from tuoke.steps.contracts.clearances.rules import Kind
from tuoke.steps.contracts.confirmations import actions as confirmations
from tuoke.steps.contracts.deliveries import actions as deliveries
from tuoke.steps.contracts.deliveries.models import DeliveryItem, Share
from tuoke.steps.contracts.deliveries.rules import Answer, IssueDraft, ItemAnswer, ItemDraft, ItemKind, SendDraft
from tuoke.steps.contracts.kickoff import actions as kickoff
from tuoke.steps.contracts.kickoff.models import Milestone
from tuoke.steps.contracts.models import Clause, Contract
from tuoke.steps.contracts.payments import actions as payments
from tuoke.steps.contracts.payments.models import Instalment
from tuoke.steps.contracts.payments.rules import InstalmentDraft
from tuoke.steps.contracts.rules import ClauseDraft
from tuoke.steps.contracts.teams import actions as teams
from tuoke.steps.contracts.teams.models import ProjectContact
from tuoke.steps.contracts.teams.rules import ContactDraft, Every, IntroductionDraft, RhythmDraft, ShareDraft, Side, Way

TEAM = (
    ("wu.gang", "实施经理", "部署、接口与数据，每天五点前回话"),
    ("lin.tao", "售后经理", "培训与上线后的问题，工作日九点到六点"),
)
LETTER = (
    "{name}，您好：\n合同已经签好。从今天起，您这边的事由三个人对接：我负责整体进度，吴刚负责实施与接口，林涛负责培训和上线后的问题。\n"
    "每周二上午十点开半小时项目周会，有急事随时打电话给我。"
)
ITEMS = (
    (ItemKind.TRAINING, "关键用户培训", ("白班、夜班各一场", "每个岗位至少一人能独立完成一单"), 12),
    (ItemKind.GOLIVE, "首批业务上线", ("订单从下单到出库在新系统里走完", "连续三天不再用旧表"), 5),
    (ItemKind.PRODUCT, "日报看板", ("每天八点前出前一日数据", "数字与财务月报一致"), -6),
)


def tell(*, people: Mapping[str, Principal], now: datetime) -> None:
    """Two contracts are being written, two projects run."""
    open_ones = list(_standing(Outcome.OPEN))
    for deal in open_ones:
        project = Project(deal, people, now)
        project.departs() if deal.owner.username == "wang.fang" else project.waits()
    for deal in _standing(Outcome.WON):
        project = Project(deal, people, now)
        project.in_full() if deal.owner.username == "wang.fang" else project.begun()
    hers = Opportunity.objects.running().filter(owner__username="wang.fang", outcome=Outcome.OPEN, finished_at=None)
    for deal in hers.select_related("customer", "owner", "playbook_version", "lead").order_by("-step", "pk"):
        if deal.step != "outreach" and shipped(process_of(deal)):
            Project(deal, people, now).share_out()
            return


def _standing(outcome: Outcome) -> list[Opportunity]:
    found = Opportunity.objects.active().filter(step="contracts", outcome=outcome, finished_at=None)
    return list(found.select_related("customer", "owner", "playbook_version", "lead").order_by("pk"))


class Project:
    """One deal in step 7; its owner acts unless somebody else is named."""

    def __init__(self, deal: Opportunity, people: Mapping[str, Principal], now: datetime) -> None:
        self.deal, self.people, self.now = deal, people, now
        self.by = people[deal.owner.username]
        self.person = negotiating.decider(deal)

    def ago(self, days: int, hour: int = 10) -> datetime:
        """So many days ago in office hours, not before the deal came to this step."""
        day = timezone.localtime(self.now - timedelta(days=days)).replace(hour=hour, minute=20)
        return min(max(day, self.deal.entered_step_at + timedelta(hours=1)), self.now)

    def departs(self) -> None:
        """The payment was written otherwise than agreed, the customer wants a clause changed, legal is asked."""
        contract = signing.draft(self.deal, by=self.by, at=self.ago(2, 11))
        self._write_otherwise(contract)
        contract.refresh_from_db()
        sent = signing.invite(contract, by=self.by, at=self.ago(1, 10))
        link = signing.opened(sent.link, at=self.ago(0, 9))
        his: dict[str, Any] = {
            "link": link,
            "version_id": sent.version_id,
            "by": holder_of(link),
            "where": THERE["where"],
        }
        clauses = list(Clause.objects.standing().filter(contract=contract).order_by("position"))
        agreed = [clause.pk for clause in clauses if clause.part in ("scope", "own")][:6]
        confirmations.customer_agrees(clause_ids=agreed, name=sent.recipient, now=self.ago(0, 9), **his)
        late = next(clause for clause in clauses if clause.part == "breach")
        confirmations.customer_wants_change(
            clause_id=late.pk, comment="我们财务走两级审批，付款逾期按日计算请从第 11 天起。", wording="",
            now=self.ago(0, 9), **his,
        )  # fmt: skip
        clearances.ask(
            contract=contract, kind=Kind.LEGAL, decider_ids=[self.people["gao.yuan"].user_id or 0],
            note="客户改了付款，请看逾期和解除两条能不能让。", by=self.by, now=self.ago(0, 9),
        )  # fmt: skip

    def waits(self) -> None:
        """Written as agreed; the customer hasn't opened it yet."""
        contract = signing.draft(self.deal, by=self.by, at=self.ago(2))
        signing.invite(contract, by=self.by, at=self.ago(1))

    def begun(self) -> None:
        """Signed the other day: the plan stands, the first money is on its way."""
        signing.plan(self.deal, by=self.by, at=self.ago(1))

    def in_full(self) -> None:
        """Six weeks after the signature."""
        plan = signing.plan(self.deal, by=self.by, at=self.ago(26), template="tob_small")
        self._team()
        self._show_plan()
        self._go_on(plan.pk)
        self._pay()
        self._deliver()

    def share_out(self) -> None:
        """Who owes what in a complex deal: some of it is delivered, one line accepted, one late."""
        duties.lay_out(deal=self.deal, by=self.by, now=self.ago(2))
        today = timezone.localdate(self.now)
        who = {"tech": "wu.gang", "product": "xu.jie", "service": "lin.tao", "legal": "gao.yuan"}
        rows = list(Duty.objects.filter(opportunity=self.deal, function__in=who).order_by("pk"))[-6:]
        for place, row in enumerate(rows):
            draft = DutyDraft(
                row.step, row.function, row.part, row.what, row.standard, self.people[who[row.function]].user_id,
                today + timedelta(days=place * 3 - 1), self.by.user_id,
            )  # fmt: skip
            row = duties.change(duty=row, draft=draft, version=row.version, by=self.by, now=self.ago(1))
            if place in (1, 2):
                done = duties.deliver(duty=row, by=self.people[who[row.function]], now=self.ago(0, 8))
                if place == 1:
                    duties.accept(duty=done, by=self.by, now=self.ago(0, 9))

    def _write_otherwise(self, contract: Contract) -> None:
        clause = Clause.objects.standing().filter(contract=contract, part="payment").order_by("position")[0]
        words = clause.text.replace("签约付 30%", "签约付 20%").replace("验收后付 30%", "验收后付 40%")
        draft = ClauseDraft(clause.part, clause.title, words)
        contracts.edit_clause(clause=clause, version=clause.version, draft=draft, by=self.by, now=self.ago(2, 14))

    def _team(self) -> None:
        at = self.ago(39)
        self._contact(Side.OURS, self.by.user_id, "项目负责人", "整体进度与变更", at)
        for username, role, duty in TEAM:
            user = User.objects.get(username=username)
            proposing.bring_in(self.deal, user, role, by=self.by, at=at)
            self._contact(Side.OURS, user.pk, role, duty, at)
        theirs = Contact.objects.filter(customer=self.deal.customer, do_not_contact=False).order_by("pk")[:3]
        for person, role in zip(theirs, ("项目总负责", "业务对接人", "系统对接人"), strict=False):
            self._contact(Side.THEIRS, person.pk, role, "", at)
        if self.person is not None:
            text = LETTER.format(name=self.person.name)
            draft = IntroductionDraft(
                (self.person.pk,), "您的项目由谁负责", text, Way.HAND, timezone.localdate(at), "wechat"
            )
            teams.introduce(deal=self.deal, draft=draft, by=self.by, now=at)
        contacts = ProjectContact.objects.standing().filter(opportunity=self.deal).values_list("pk", flat=True)
        begins = timezone.localdate(self.now) - timedelta(days=1)
        rhythm = RhythmDraft(
            "项目周会", Every.WEEK, begins, time(10, 0), 30, self.by.user_id,
            until=begins + timedelta(days=90), weekday=1, channel="offline_meeting",
            place="客户二楼会议室", contact_ids=tuple(contacts),
        )  # fmt: skip
        teams.start_rhythm(deal=self.deal, draft=rhythm, by=self.by, now=self.ago(1, 9))

    def _contact(self, side: Side, person_id: int | None, role: str, duty: str, at: datetime) -> None:
        teams.add_contact(deal=self.deal, draft=ContactDraft(side, person_id, role, duty), by=self.by, now=at)

    def _show_plan(self) -> None:
        at = self.ago(25)
        ends = timezone.localdate(self.now) + timedelta(days=30)
        draft = ShareDraft(
            self.person.pk if self.person else None, Way.LINK, ends, message="您那边的事用颜色标出来了。"
        )
        share = teams.share_plan(deal=self.deal, draft=draft, by=self.by, now=at)
        signing.opened(share.link, at=at + timedelta(hours=5))

    def _go_on(self, plan_id: int) -> None:
        """Done in time up to some weeks ago; one came three days late, one should have been done and isn't."""
        today = timezone.localdate(self.now)
        rows = Milestone.objects.standing().filter(plan_id=plan_id)
        late = rows.filter(ends_on__lte=today - timedelta(days=18)).order_by("-ends_on", "-position").first()
        for line in rows.filter(ends_on__lte=today - timedelta(days=18)).order_by("ends_on", "position"):
            slip = 3 if late is not None and line.pk == late.pk else 0
            on = workdays().add(line.ends_on, slip)
            kickoff.complete_milestone(milestone=line, done_on=on, by=self.by, now=self.ago((today - on).days, 17))
        for line in Milestone.objects.standing().filter(
            plan_id=plan_id, done_on=None, ends_on__lte=today - timedelta(days=5)
        ):
            kickoff.complete_milestone(
                milestone=line, done_on=line.ends_on, by=self.by, now=self.ago((today - line.ends_on).days, 17)
            )

    def _pay(self) -> None:
        """The first part came in time, of the second one half, the third is late."""
        first, second, *_rest = Instalment.objects.open().filter(opportunity=self.deal).order_by("pk")
        on = timezone.localdate(self.ago(30))
        finance = self.people["he.yun"]
        proposing.bring_in(
            self.deal, User.objects.get(pk=finance.user_id or 0), "登记回款", by=self.by, at=self.ago(39)
        )
        signing.receive(self.deal, first, percent=100, on=on, by=finance, now=self.ago(30))
        whole, today = second.amount, timezone.localdate(self.now)
        half = (whole * 60 / 100).quantize(Decimal("0.01"))
        second.refresh_from_db()
        kept = InstalmentDraft(second.name, half, on=today + timedelta(days=6), note="上线当月")
        second = payments.edit_instalment(
            instalment=second, version=second.version, draft=kept, by=self.by, now=self.ago(28)
        )
        early = InstalmentDraft("接口联调款", whole - half, on=today - timedelta(days=8), note="接口联调通过后付")
        payments.add_instalment(deal=self.deal, draft=early, by=self.by, now=self.ago(28))
        on = timezone.localdate(self.ago(4))
        signing.receive(self.deal, second, percent=50, on=on, by=finance, now=self.ago(4))

    def _deliver(self) -> None:
        """Trained and accepted with a score; live and awaited; the last part is to come. One thing isn't solved yet."""
        today = timezone.localdate(self.now)
        made = []
        for kind, title, criteria, days in ITEMS:
            draft = ItemDraft(kind, title, criteria, today - timedelta(days=days))
            made.append(deliveries.add_item(deal=self.deal, draft=draft, by=self.by, now=self.ago(25)))
        deliveries.deliver(
            item=made[0], on=today - timedelta(days=11), note="两场都录了像", by=self.by, now=self.ago(11)
        )
        deliveries.deliver(
            item=made[1], on=today - timedelta(days=3), note="周末切换，周一早上开始用", by=self.by, now=self.ago(3)
        )
        self._accept(self._sent(), made[0])

    def _sent(self) -> Share:
        ends = timezone.localdate(self.now) + timedelta(days=20)
        draft = SendDraft(self.person.pk if self.person else None, ends, "培训已经做完，请您看看行不行。")
        return deliveries.send(deal=self.deal, draft=draft, by=self.by, now=self.ago(10))

    def _accept(self, share: Share, item: DeliveryItem) -> None:
        at = self.ago(9, 15)
        link = signing.opened(share.link, at=at)
        item.refresh_from_db()
        his: dict[str, Any] = {"link": link, "name": share.recipient, "by": holder_of(link)}
        deliveries.customer_answers(answers=[ItemAnswer(item.pk, item.seal, Answer.ACCEPTED)], now=at, **his)
        deliveries.customer_scores(score=9, comment="夜班那场讲得细，操作卡有用。", now=at, **his)
        issue = deliveries.customer_reports(
            title="补货提醒有时晚到一小时", note="周三、周五上午各一次，仓库已经发货了才收到。", item_id=None,
            now=self.ago(2, 11), **his,
        )  # fmt: skip
        draft = IssueDraft(
            issue.title, note=issue.note, owner_id=self.people["lin.tao"].user_id,
            due_on=timezone.localdate(self.now) + timedelta(days=1),
        )  # fmt: skip
        issue.refresh_from_db()
        deliveries.edit_issue(issue=issue, version=issue.version, draft=draft, by=self.by, now=self.ago(2, 14))
