from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.conftest import NOW
from tests.spine.followups.cases import a_contact, a_customer, a_deal, a_lead
from tuoke.insight.queries import Whose, agenda_of, untended_of
from tuoke.services.approvals import actions as approvals
from tuoke.services.approvals import hooks
from tuoke.services.approvals.models import Request
from tuoke.services.links.actions import make_link
from tuoke.services.notifications.models import Mail
from tuoke.services.notifications.rules import MailState
from tuoke.spine.customers.models import Lead
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups import actions
from tuoke.spine.followups.models import NextAction
from tuoke.spine.followups.rules import Plan
from tuoke.spine.library.actions import add_item
from tuoke.spine.library.models import Item
from tuoke.spine.library.rules import ItemDraft, ItemKind, OpeningContent
from tuoke.steps.discovery.actions import add_need, send_list
from tuoke.steps.discovery.rules import NeedDraft, NeedKind, Priority, SendDraft
from tuoke.steps.proposals.models import Proposal, ProposalVersion
from tuoke.steps.proposals.sendings.models import Remark, Sending
from tuoke.steps.targeting.actions import plant_default
from tuoke.steps.targeting.models import CustomerProfile

TODAY = date(2026, 11, 23)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def deal(company, playbook):
    return a_deal(company.rep, playbook, amount=500_000)


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def untended(by):
    return lambda: untended_of(by, today=TODAY, whose=Whose.MINE)


@pytest.fixture
def agenda(by):
    return lambda who=None, whose=Whose.MINE: agenda_of(who or by, today=TODAY, whose=whose)


def todo(subject, owner, due_on=TODAY, title="做", **more):
    from tests.conftest import NOW
    from tuoke.spine.followups.models import column_of

    return NextAction.objects.create(
        **{column_of(subject): subject}, owner=owner, due_on=due_on, title=title, created_at=NOW, **more
    )


def titles(some):
    return [action.title for action in some.rows]


def test_what_is_late_what_is_today_what_comes(deal, company, agenda):
    for title, days in [("昨天", -1), ("去年", -400), ("今天", 0), ("七天", 7), ("八天", 8)]:
        todo(deal, company.rep, TODAY + timedelta(days=days), title)
    todo(deal, company.rep, None, "没期限")
    todo(deal, company.rep, title="办好了", done_at=timezone.now())
    todo(deal, company.rep, title="取消了", cancelled_at=timezone.now())
    todo(deal, company.teammate, title="别人的")
    found = agenda()
    assert titles(found.overdue) == ["去年", "昨天"]
    assert (titles(found.today), titles(found.coming), titles(found.undated)) == (["今天"], ["七天"], ["没期限"])


def test_by_the_clock_within_a_day(deal, company, agenda):
    from datetime import time

    todo(deal, company.rep, title="没说几点")
    todo(deal, company.rep, title="下午", due_time=time(15))
    todo(deal, company.rep, title="早上", due_time=time(9))
    assert titles(agenda().today) == ["早上", "下午", "没说几点"]


def test_open_deals_without_a_next_step(deal, company, playbook, agenda, untended):
    paused = a_deal(company.rep, playbook, customer=deal.customer, outcome="paused", paused_until=date(2026, 12, 1))
    a_deal(company.rep, playbook, customer=deal.customer, outcome="lost", outcome_on=TODAY)
    assert agenda().without_next.rows == untended().deals.rows == [deal]
    Opportunity.objects.filter(pk=paused.pk).update(paused_until=TODAY)
    assert agenda().without_next.rows == [deal, paused]
    action = todo(deal, company.rep)
    assert agenda().without_next.rows == [paused]
    NextAction.objects.filter(pk=action.pk).update(due_on=None)
    assert deal in agenda().without_next.rows


def test_leads_that_nobody_has_called(company, untended):
    high = a_lead(company.rep, "高分", score="8.5")
    a_lead(company.rep, "低分", score="6.9")
    a_lead(company.rep, "联系过", score="9.0", last_touch_at=timezone.now())
    a_lead(company.rep, "转了", score="9.0", status="converted")
    planned = a_lead(company.rep, "约好了", score="9.0")
    todo(planned, company.rep)
    a_lead(None, "公海高分", score="7.0"), a_lead(None, "公海低分", score="1.0")
    found = untended()
    assert found.leads.rows == [high]
    assert found.in_pool == 1


def test_what_was_signed_this_month(deal, company, playbook, agenda):
    for amount, on in [(1_000_000, date(2026, 11, 1)), (820_000, TODAY), (9, date(2026, 10, 31)), (None, TODAY)]:
        a_deal(
            company.rep, playbook, customer=deal.customer, amount=amount, outcome="won", outcome_on=on, step="contracts"
        )
    a_deal(
        company.teammate, playbook, customer=deal.customer, amount=5, outcome="won", outcome_on=TODAY, step="contracts"
    )
    found = agenda()
    assert (found.signed_amount, found.signed_count) == (1_820_000, 3)
    assert agenda(company.by("team_lead"), Whose.TEAM).signed_count == 4


def test_practice_is_never_in_it(company, playbook, agenda):
    practice = a_customer(company.rep, "练习客户", is_practice=True)
    deal = a_deal(company.rep, playbook, customer=practice, is_practice=True, outcome="won", outcome_on=TODAY, amount=7)
    lead = a_lead(company.rep, "练习线索", is_practice=True, score="9.9")
    for subject in (deal, practice, lead):
        todo(subject, company.rep)
    found = agenda()
    assert found.is_newcomer
    assert found.signed_count == 0


def test_the_team_is_for_who_leads(deal, company, agenda):
    todo(deal, company.rep)
    assert agenda(company.by("team_lead")).is_newcomer
    assert titles(agenda(company.by("team_lead"), Whose.TEAM).today) == ["做"]
    assert titles(agenda(company.by("other_team"), Whose.TEAM).today) == []


def test_more_than_fits_is_said(deal, company, agenda):
    for i in range(31):
        todo(deal, company.rep, TODAY - timedelta(days=1), f"第{i}")
    found = agenda().overdue
    assert (found.count, found.more) == (30, True)


class TestPage:
    def test_a_newcomer_is_told_what_to_do_first(self, login):
        page = login("rep").get("/").content.decode()
        assert "王芳，今天" in page
        assert "欢迎来到拓客" in page
        assert "看流程手册" in page

    def test_who_has_no_cases_is_sent_to_the_handbook(self, login):
        for name in ("process_owner", "admin", "collaborator"):
            person = login(name)
            assert "alone=1" in person.get("/").content.decode(), "whether nothing waits isn't known yet"
            for page in (person.get("/", headers=HTMX), person.get("/beside/?who=mine&alone=1")):
                assert "这里还没有您的事" in page.content.decode()
        assert "这里还没有您的事" not in login("rep").get("/", headers=HTMX).content.decode()

    def test_anonymous_goes_to_the_door(self, client, db):
        assert client.get("/").status_code == 302

    def test_a_line_says_how_the_customer_likes_to_be_reached(self, login, deal, company):
        a_contact(deal.customer, "陈志强", role="decider", preferred_channel="wechat")
        todo(deal, company.rep, timezone.localdate())
        assert "客户偏好：微信" in login("rep").get("/").content.decode()

    def test_a_group_says_how_many_calls_and_visits_it_holds(self, login, deal, company):
        for channel in ("phone", "visit", "phone", ""):
            todo(deal, company.rep, timezone.localdate(), channel=channel)
        groups = login("rep").get("/").context["groups"]
        assert {group["key"]: group["ways"] for group in groups}["due"] == ["电话 2", "拜访 1"]

    def test_the_page_and_its_region(self, login, deal, company, playbook):
        day = timezone.localdate()
        todo(deal, company.rep, day - timedelta(days=1), "发修订报价")
        todo(deal, company.rep, day, "打电话")
        a_deal(company.rep, playbook, customer=a_customer(company.rep, "没人管的"))
        a_lead(company.rep, "高分公司", score="8.5")
        page = login("rep").get("/", headers=HTMX).content.decode()
        for words in (
            "逾期",
            "发修订报价",
            "打电话",
            "华瑞精密",
            "深度沟通",
            "没人管的",
            "高分公司",
            "8.5",
            "定下一步",
            "本月签约",
        ):
            assert words in page, words
        region = login("rep").get("/", headers=HTMX).content.decode()
        assert 'id="today"' in region
        assert "<html" not in region

    def test_what_else_waits_follows_the_first_answer(self, login, deal, company):
        a_lead(company.rep, "高分公司", score="8.5")
        rep = login("rep")
        first = rep.get("/").content.decode()
        coming = first.partition('id="beside"')[2].partition(">")[0]
        assert 'aria-busy="true"' in coming
        assert 'hx-get="/beside/?who=mine"' in coming
        assert 'href="/beside/?who=mine"' in first, "the way there without JavaScript"
        assert "高分公司" not in first
        assert '"#without-next"' in first, "the figure is there at once"
        region = rep.get("/beside/?who=mine", headers=HTMX).content.decode()
        assert "<html" not in region
        assert "aria-busy" not in region
        assert region.index('id="without-next"') < region.index('id="untouched"')
        page = rep.get("/beside/?who=mine").content.decode()
        assert "<html" in page
        assert "高分公司" in page
        assert "高分公司" not in login("teammate").get("/beside/?who=team").content.decode(), (
            "the team is for who leads"
        )

    def test_finishing_moves_the_list_on(self, login, deal, company, by):
        day = timezone.localdate()
        plan = Plan("打电话", day)
        action = actions.plan_action(subject=deal, plan=plan, by=by, now=timezone.now())
        rep = login("rep")
        p = f"finish{action.pk}-"
        data = {
            p + "outcome": "internal",
            p + "version": 1,
            p + "next_title": "寄样品",
            p + "next_pick": (day + timedelta(days=1)).isoformat(),
        }
        answer = rep.post(
            f"/followups/actions/{action.pk}/finish/?next=/&region=today", data, headers=HTMX, follow=True
        )
        page = answer.content.decode()
        assert 'id="today"' in page
        assert "寄样品" in page
        assert "已完成" in page
        assert f"/followups/actions/{action.pk}/reopen/" in page

    def test_the_team_tab(self, login, deal, company):
        todo(deal, company.rep, timezone.localdate(), "代表的事")
        lead = login("team_lead")
        assert "代表的事" not in lead.get("/?who=mine").content.decode()
        assert "代表的事" in lead.get("/").content.decode(), "who has nothing of his own begins with the team"
        page = lead.get("/?who=team").content.decode()
        assert "代表的事" in page
        assert "王芳" in page
        assert "who=team" not in login("rep").get("/").content.decode()

    def test_three_cost_what_one_costs(self, login, company, playbook):
        rep, day = login("rep"), timezone.localdate()

        def more(n):
            customer = a_customer(company.rep, f"客户{n}")
            deal = a_deal(company.rep, playbook, customer=customer, name=f"项目{n}")
            a_deal(company.rep, playbook, customer=customer, name=f"闲{n}")
            lead = a_lead(company.rep, f"线索{n}", score="9.0")
            for subject in (deal, customer):
                for due_on in (day - timedelta(days=1), day, day + timedelta(days=2), None):
                    todo(subject, company.rep, due_on)
            a_lead(company.rep, f"有约{n}", score="9.0")
            todo(lead, company.rep, day)

        lead = login("team_lead")

        def cost(client, path):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            return len(queries)

        def costs():
            asked = [(rep, "/"), (lead, "/"), (lead, "/?who=team"), (rep, "/beside/?who=mine")]
            return [cost(client, path) for client, path in asked]

        more(1)
        one = costs()
        more(2), more(3)
        assert costs() == one
        assert max(one[:3]) <= 24, "what is seen first"
        assert one[3] <= 42


class TestDesk:
    """What cadence, pool and colleagues leave on one's desk."""

    def test_who_is_due_and_who_goes_back_stands_there_for_its_owner_alone(self, company, login, playbook, now):
        lead = a_lead(company.rep, company="该联系的公司")
        Lead.objects.filter(pk=lead.pk).update(
            tier="focus",
            due_on=timezone.localdate(),
            recycle_on=timezone.localdate(),
            owned_since=now - timedelta(days=9),
        )
        page = login("rep").get("/", headers=HTMX).content.decode()
        due, leaving = page.index('id="due-by-cadence"'), page.index('id="leaving"')
        assert "该联系的公司" in page[due:leaving]
        assert "该联系的公司" in page[leaving:]
        assert f"lead={lead.pk}" in page[due:leaving]
        for who in ("teammate", "team_lead", "auditor", "admin"):
            assert (
                "该联系的公司"
                not in login(who).get("/?who=mine", headers=HTMX).content.decode().partition('id="due-by-cadence"')[2]
            )

    def test_a_review_that_is_due_waits_for_its_owner(self, company, login, now):
        profile = plant_default(by=company.by("director"), now=now)
        CustomerProfile.objects.filter(pk=profile.pk).update(owner=company.director, review_by=date(2026, 1, 1))
        assert "等我处理" in login("director").get("/?who=mine", headers=HTMX).content.decode()
        assert "等我处理" not in login("process_owner").get("/", headers=HTMX).content.decode()

    def test_a_list_that_the_customer_has_not_opened_stands_there(self, company, login, playbook):
        sent_at = timezone.now() - timedelta(days=4)
        deal = a_deal(company.rep, playbook)
        person = a_contact(deal.customer)
        need = NeedDraft(NeedKind.RIGID, "数据当天对齐", Priority.HIGH)
        add_need(deal=deal, draft=need, by=company.by("rep"), now=sent_at)
        draft = SendDraft(contact_id=person.pk, expires_on=timezone.localdate() + timedelta(days=10))
        send_list(deal=deal, draft=draft, by=company.by("rep"), now=sent_at)
        page = login("rep").get("/", headers=HTMX).content.decode()
        assert "需求清单 4 天未打开" in page
        assert reverse("discovery:needs", args=[deal.pk]) in page
        assert "天未打开" not in login("team_lead").get("/?who=mine", headers=HTMX).content.decode()

    def test_mails_that_did_not_go_out_and_library_reviews_stand_there(self, company, login, now):
        item = add_item(
            kind=ItemKind.OPENING, draft=ItemDraft(OpeningContent("您好，想请教一件事。"), title="通用开场"),
            by=company.by("team_lead"), now=now,
        )  # fmt: skip
        Item.objects.filter(pk=item.pk).update(review_by=date(2026, 1, 1))
        Mail.objects.create(
            sender=company.team_lead,
            state=MailState.FAILED.value,
            to=["a@example.com"],
            subject="资料",
            text="见附件",
            created_at=now,
            message_id="m1",
        )
        page = login("team_lead").get("/?who=mine", headers=HTMX).content.decode()
        assert "1 封邮件没有发出去" in page
        assert "通用开场" in page


def _yes(*_):
    return True


class TestApprovalsAndProposals:
    """What others wait for, what customers ask of a proposal or leave unread, and what became of one's own requests."""

    @pytest.fixture(autouse=True)
    def kind(self, monkeypatch):
        always = hooks.Kind("特价", url=lambda r: "", may_decide=_yes, on_decided=_yes, may_receive=_yes)
        monkeypatch.setitem(hooks.kinds, "test", always)

    @pytest.fixture
    def ask(self, company):
        def ask(number=1):
            now = timezone.now()
            with transaction.atomic():
                return approvals.ask(
                    kind="test", subject=f"tests.thing:{number}", label=f"华瑞{number}", reason="年底上线",
                    approver_ids=[company.team_lead.pk], expires_at=now + timedelta(days=2), by=company.by("rep"), now=now,
                )  # fmt: skip

        return ask

    @pytest.fixture
    def sent(self, company, playbook):
        """``sent(number)``: a proposal that somebody was sent four days ago and hasn't opened."""

        def sent(number=1):
            deal = a_deal(
                company.rep, playbook, customer=a_customer(company.rep, f"客户{number}"), name=f"项目{number}"
            )
            proposal = Proposal.objects.create(opportunity=deal, title="方案", created_by=company.rep, created_at=NOW)
            version = ProposalVersion.objects.create(
                proposal=proposal, number=1, content={}, seal="", made_by=company.rep, made_at=NOW
            )
            at, to = timezone.now() - timedelta(days=4), a_contact(deal.customer)
            link = make_link(
                kind="proposal", subject=deal, recipient=to.name, expires_at=at + timedelta(days=30),
                by=company.by("rep"), now=at,
            )  # fmt: skip
            return Sending.objects.create(
                opportunity=deal, version=version, contact=to, recipient=to.name, expires_on=TODAY, worked_at=at,
                created_by=company.rep, created_at=at, state="sent", sent_at=at, link=link,
            )  # fmt: skip

        return sent

    def test_an_approval_waits_for_whoever_decides_and_comes_back_decided(self, company, login, ask):
        asked = ask()
        lead, rep = login("team_lead"), login("rep")
        for whose in ("mine", "team"):
            page = lead.get(f"/?who={whose}").content.decode()
            waiting = page.partition('id="approvals"')[2].partition("</section>")[0]
            assert asked.get_absolute_url() in waiting
            assert "王芳 发起" in waiting
        assert '<span class="nav-count">1</span>' in page.partition('href="/approvals/"')[2].partition("</a>")[0]
        assert asked.get_absolute_url() not in rep.get("/", headers=HTMX).content.decode(), (
            "who asked has nothing to do"
        )
        approvals.reject(
            request=asked, version=asked.version, reason="先谈付款", by=company.by("team_lead"), now=timezone.now()
        )
        assert asked.get_absolute_url() not in lead.get("/?who=mine", headers=HTMX).content.decode()
        answered = rep.get("/", headers=HTMX).content.decode().partition('id="duties"')[2]
        assert asked.get_absolute_url() in answered
        assert "已驳回" in answered
        Request.objects.update(decided_at=timezone.now() - timedelta(days=1))
        assert asked.get_absolute_url() not in rep.get("/", headers=HTMX).content.decode(), "yesterday's are no news"

    def test_unread_proposals_and_open_questions(self, company, login, sent):
        sending = sent()
        rep, place = login("rep"), reverse("sendings:page", args=[sending.opportunity_id])
        page = rep.get("/", headers=HTMX).content.decode()
        assert "方案 4 天未打开" in page
        assert place in page
        assert place not in login("team_lead").get("/?who=mine", headers=HTMX).content.decode()
        Remark.objects.create(sending=sending, text="多久上线？", by_name="林总", at=timezone.now())
        assert "林总对方案的提问还没有回复" in rep.get("/", headers=HTMX).content.decode()
        Remark.objects.update(answered_at=timezone.now())
        assert "还没有回复" not in rep.get("/", headers=HTMX).content.decode()

    def test_three_cost_what_one_costs(self, company, login, ask, sent):
        rep, lead = login("rep"), login("team_lead")

        def more(n):
            ask(n)
            mine = ask(n + 10)
            approvals.approve(
                request=mine, version=mine.version, reason="", by=company.by("team_lead"), now=timezone.now()
            )
            Remark.objects.create(sending=sent(n), text="多久上线？", by_name="林总", at=timezone.now())

        def cost(client):
            with CaptureQueriesContext(connection) as queries:
                assert client.get("/?who=mine", headers=HTMX).status_code == 200
            return len(queries)

        more(1)
        one = cost(rep), cost(lead)
        more(2), more(3)
        assert (cost(rep), cost(lead)) == one
