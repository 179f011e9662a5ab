from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.spine.followups.cases import a_contact, a_customer, a_deal, a_lead, lost
from tuoke.services.exchange.reading import open_table
from tuoke.services.exchange.writing import write_table
from tuoke.spine.followups import actions
from tuoke.spine.followups.filters import days_of
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.followups.rules import TABLE_COLUMNS, FollowUpOutcome, Plan

HTMX = {"HX-Request": "true"}


@pytest.fixture
def rep(login):
    return login("rep")


@pytest.fixture
def by(company):
    return company.by("rep")


def today():
    return timezone.localdate()


def a_plan(subject, by, title="发送方案", days=1):
    due_on = today() + timedelta(days=days)
    return actions.plan_action(subject=subject, plan=Plan(title, due_on), by=by, now=timezone.now())


def a_followup(subject, by, summary="谈了价格", **more):
    given = {"at": timezone.now(), "channels": ["phone"], "outcome": FollowUpOutcome.PROGRESS, "now": timezone.now()}
    return actions.record_followup(subject=subject, summary=summary, by=by, **(given | more))


def filled(**more):
    given = {"outcome": "progress", "channels": ["phone"], "summary": "确认预算", "at": "2026-01-05T10:00"}
    return given | more


def url(name, *args, **query):
    text = "&".join(f"{k}={v}" for k, v in query.items())
    return reverse(f"followups:{name}", args=args) + (f"?{text}" if text else "")


class TestPanel:
    def test_each_kind_of_page_has_one(self, rep, deal, lead, customer):
        for kind, subject in {"deal": deal, "lead": lead, "customer": customer}.items():
            page = rep.get(url(f"panel_{kind}", subject.pk))
            assert page.status_code == 200
            assert "记录跟进" in page.content.decode()
            region = rep.get(url(f"panel_{kind}", subject.pk), headers=HTMX).content.decode()
            assert 'id="followups"' in region
            assert "<html" not in region

    def test_it_tells_the_page_when_something_changed(self, rep, deal):
        answer = rep.get(url("panel_deal", deal.pk, changed=1), headers=HTMX)
        assert "deal-changed" in answer["HX-Trigger"]
        assert "HX-Trigger" not in rep.get(url("panel_deal", deal.pk), headers=HTMX)

    def test_a_customer_shows_what_its_deals_have_to_do(self, rep, login, deal, customer, company, playbook, by):
        theirs = a_deal(company.other_team, playbook, customer=customer, name="别人的商机")
        a_plan(deal, by, "商机里的事"), a_followup(deal, by, "商机里谈的")
        a_plan(theirs, company.by("other_team"), "别人的事")
        page = rep.get(url("panel_customer", customer.pk)).content.decode()
        assert "商机里的事" in page
        assert "商机里谈的" in page
        assert deal.name in page
        assert "别人的事" not in page
        assert "完成了哪项待办" not in page

    def test_an_auditor_sees_no_forms(self, login, deal, by):
        a_plan(deal, by), a_followup(deal, by)
        page = login("auditor").get(url("panel_deal", deal.pk)).content.decode()
        assert "发送方案" in page
        assert "谈了价格" in page
        assert "followups/new" not in page
        assert "/finish/" not in page

    def test_three_cost_what_one_costs(self, rep, deal, by, django_assert_num_queries, contact):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        def cost():
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert rep.get(url("panel_deal", deal.pk), headers=HTMX).status_code == 200
            return len(queries)

        a_plan(deal, by), a_followup(deal, by, contact=contact)
        one = cost()
        for _ in range(2):
            a_plan(deal, by), a_followup(deal, by, contact=contact)
        assert cost() == one


class TestRecording:
    def test_a_plain_form_goes_back_to_the_case(self, rep, deal):
        answer = rep.post(url("new", deal=deal.pk), filled())
        assert answer.status_code == 302
        assert answer.url == deal.get_absolute_url()
        assert FollowUp.objects.get().summary == "确认预算"

    def test_htmx_goes_on_to_the_region(self, rep, deal):
        answer = rep.post(url("new", deal=deal.pk, next=url("panel_deal", deal.pk)), filled(), headers=HTMX)
        assert answer.url == url("panel_deal", deal.pk, changed=1)

    def test_with_next_step_contact_and_answer(self, rep, deal, contact, by):
        action = a_plan(deal, by)
        data = filled(
            next_title="发合同",
            next_pick=(today() + timedelta(days=3)).isoformat(),
            contact=contact.pk,
            answers=action.pk,
        )
        assert rep.post(url("new", deal=deal.pk), data).status_code == 302
        followup = FollowUp.objects.get()
        assert followup.contact == contact
        assert followup.next_actions.get().due_on == today() + timedelta(days=3)
        action.refresh_from_db()
        assert action.done_at

    def test_a_day_of_ones_own(self, rep, deal):
        due = today() + timedelta(days=40)
        data = filled(next_title="回访", next_pick="other", next_due_on=due.isoformat())
        rep.post(url("new", deal=deal.pk), data)
        assert NextAction.objects.get().due_on == due

    @pytest.mark.parametrize(
        "change, said",
        [
            ({"summary": ""}, "这个字段是必填项"),
            ({"summary": "字" * 4001}, "最多 4000 个字"),
            ({"summary": "a\x00b"}, "不允许"),
            ({"channels": []}, "必填"),
            ({"outcome": ""}, "必填"),
            ({"at": "上周三"}, "有效的日期"),
            ({"at": "2031-01-01T10:00"}, "不能晚于现在"),
            ({"next_title": "做"}, "请选择完成时限"),
            ({"next_pick": "other", "next_due_on": "2099-01-01", "next_title": "做"}, "太远"),
            ({"next_pick": "other", "next_due_on": "2001-01-01", "next_title": "做"}, "已经过去"),
            ({"next_pick": "1999-01-01", "next_title": "做"}, "有效"),
            ({"next_title": "x" * 201, "next_pick": "other", "next_due_on": "2030-01-01"}, "最多 200 个字"),
        ],
    )
    def test_a_refusal_names_the_field_and_keeps_what_was_typed(self, rep, deal, change, said):
        answer = rep.post(url("new", deal=deal.pk), filled(**{"summary": "我写的话👍", **change}), headers=HTMX)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert said in page
        assert 'id="record"' in page
        if "summary" not in change:
            assert "我写的话👍" in page
        assert not FollowUp.objects.exists()
        assert not NextAction.objects.exists()

    def test_a_lost_deal_says_why(self, rep, deal):
        answer = rep.post(url("new", deal=lost(deal).pk), filled())
        assert answer.status_code == 422
        assert "重新打开" in answer.content.decode()

    def test_a_contact_of_somebody_else_is_no_choice(self, rep, deal, company, contact):
        other = a_contact(a_customer(company.other_team, "别家"))
        assert rep.post(url("new", deal=deal.pk), filled(contact=other.pk)).status_code == 422

    def test_without_saying_for_whom_it_is_nowhere(self, rep):
        assert rep.get(url("new")).status_code == 404
        for wrong in ("x", "-1", "1e3", "٣", "9" * 30):
            assert rep.get(url("new", deal=wrong)).status_code == 404

    def test_it_does_not_lead_away(self, rep, deal):
        answer = rep.post(url("new", deal=deal.pk, next="//evil.example/"), filled())
        assert answer.url == deal.get_absolute_url()


def test_a_page_of_its_own_needs_no_script_and_no_other_region(rep, deal, by):
    action = a_plan(deal, by)
    for address in (
        url("new", deal=deal.pk, next="/"),
        url("plan", deal=deal.pk),
        url("finish", action.pk),
        url("edit", action.pk),
    ):
        page = rep.get(address).content.decode()
        assert 'hx-target="#followups"' not in page
        assert 'hx-target="#followups"' in rep.get(address, headers=HTMX).content.decode()
    assert rep.post(url("new", deal=deal.pk, next="/"), filled()).url == "/"


class TestOneAction:
    def test_finish_with_a_contact_makes_a_follow_up(self, rep, deal, by):
        action = a_plan(deal, by)
        p = f"finish{action.pk}-"
        assert "结果" in rep.get(url("finish", action.pk, next="/", region="today"), headers=HTMX).content.decode()
        data = {
            p + "outcome": "progress", p + "channels": ["phone"], p + "summary": "客户同意了", p + "version": action.version,
            p + "next_title": "签合同", p + "next_pick": (today() + timedelta(days=1)).isoformat(),
        }  # fmt: skip
        answer = rep.post(url("finish", action.pk, next="/", region="today"), data, headers=HTMX)
        assert answer.url == "/?changed=1"
        action.refresh_from_db()
        assert action.done_at
        assert FollowUp.objects.get().next_actions.get().title == "签合同"

    def test_finish_in_the_house(self, rep, deal, by):
        action = a_plan(deal, by)
        p = f"finish{action.pk}-"
        answer = rep.post(url("finish", action.pk, next=url("list")), {p + "outcome": "internal", p + "version": 1})
        assert answer.url == url("list")
        assert url("reopen", action.pk) in rep.get(url("list")).content.decode()
        assert not FollowUp.objects.exists()
        undo = rep.post(url("reopen", action.pk, next="/"))
        assert undo.url == "/"
        action.refresh_from_db()
        assert action.is_waiting

    def test_finish_asks_for_channel_and_words_where_the_customer_was_met(self, rep, deal, by):
        action = a_plan(deal, by)
        p = f"finish{action.pk}-"
        answer = rep.post(url("finish", action.pk), {p + "outcome": "progress", p + "version": 1}, headers=HTMX)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "请写下沟通了什么" in page
        assert "至少一种跟进方式" in page

    def test_finish_of_one_that_was_changed_meanwhile(self, rep, deal, by):
        action = a_plan(deal, by)
        actions.reschedule_action(
            action=action, version=1, due_on=today() + timedelta(days=5), by=by, now=timezone.now()
        )
        p = f"finish{action.pk}-"
        for outcome in ("internal", "progress"):
            data = {p + "outcome": outcome, p + "channels": ["phone"], p + "summary": "写好的话", p + "version": 1}
            answer = rep.post(url("finish", action.pk), data, headers=HTMX)
            assert answer.status_code == 409
            assert "已被别人改动" in answer.content.decode()
            assert "写好的话" in answer.content.decode()
        assert NextAction.objects.waiting().exists()

    def test_edit_and_its_conflict_shows_both_sides(self, rep, deal, by):
        action = a_plan(deal, by)
        p = f"edit{action.pk}-"
        data = {
            p + "next_title": "改过的",
            p + "next_pick": "other",
            p + "next_due_on": today().isoformat(),
            p + "version": 1,
            p + "next_owner": action.owner_id,
        }
        assert rep.post(url("edit", action.pk), data).status_code == 302
        answer = rep.post(url("edit", action.pk), data | {p + "next_title": "我的写法"}, headers=HTMX)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "改过的" in page
        assert "我的写法" in page
        assert "有人先保存了" in page

    def test_reschedule_says_what_is_wrong(self, rep, deal, by):
        action = a_plan(deal, by)
        due = today() + timedelta(days=7)
        assert rep.post(url("reschedule", action.pk, next="/"), {"due_on": due.isoformat(), "version": 1}).url == "/"
        action.refresh_from_db()
        assert action.due_on == due
        for data in (
            {"due_on": "x", "version": 2},
            {"due_on": "2001-01-01", "version": 2},
            {"due_on": due, "version": 1},
        ):
            rep.post(url("reschedule", action.pk, next=url("list")), data)
            assert "toast-error" in rep.get(url("list")).content.decode()
        action.refresh_from_db()
        assert (action.due_on, action.version) == (due, 2)

    def test_cancel_can_be_undone(self, rep, deal, by):
        action = a_plan(deal, by)
        rep.post(url("cancel", action.pk, next=url("list")))
        assert url("reopen", action.pk) in rep.get(url("list")).content.decode()
        assert rep.get(url("cancel", action.pk)).status_code == 405

    def test_plan_alone(self, rep, deal):
        p = f"plan{deal.pk}-"
        assert rep.get(url("plan", deal=deal.pk)).status_code == 200
        assert rep.post(url("plan", deal=deal.pk), {}, headers=HTMX).status_code == 422
        data = {p + "next_title": "约拜访", p + "next_pick": (today() + timedelta(days=1)).isoformat()}
        assert rep.post(url("plan", deal=deal.pk), data).status_code == 302
        assert NextAction.objects.get().owner_id == deal.owner_id


def test_what_belongs_to_others_is_not_there(login, deal, lead, customer, by):
    action = a_plan(deal, by)
    stranger = login("other_team")
    for name in ("panel_deal", "panel_lead", "panel_customer"):
        pk = {"panel_deal": deal, "panel_lead": lead, "panel_customer": customer}[name].pk
        assert stranger.get(url(name, pk)).status_code == 404
    for kind, subject in {"deal": deal, "lead": lead, "customer": customer}.items():
        for name in ("new", "plan", "export"):
            assert stranger.get(url(name, **{kind: subject.pk})).status_code == 404
    for name in ("finish", "edit"):
        assert stranger.get(url(name, action.pk)).status_code == 404
    for name in ("reschedule", "cancel", "reopen"):
        assert stranger.post(url(name, action.pk)).status_code == 404


class TestList:
    def test_own_first_the_team_for_whoever_leads(self, login, deal, company, playbook, by):
        a_followup(deal, by, "我的记录")
        mine, lead = login("rep").get(url("list")), login("team_lead")
        assert "我的记录" in mine.content.decode()
        assert "who=team" not in mine.content.decode()
        assert "我的记录" not in lead.get(url("list", who="mine")).content.decode()
        assert "我的记录" in lead.get(url("list")).content.decode(), "who recorded nothing himself begins with all"
        assert "我的记录" in lead.get(url("list", who="team")).content.decode()
        assert "我的记录" not in login("other_team").get(url("list", who="team")).content.decode()

    def test_filters(self, rep, deal, by):
        a_followup(deal, by, "今天电话")
        a_followup(
            deal,
            by,
            "去年拜访",
            at=timezone.now() - timedelta(days=400),
            channels=["visit"],
            outcome=FollowUpOutcome.STALLED,
        )
        for query, seen in [
            ({"period": "today"}, "今天电话"), ({"outcome": "stalled"}, "去年拜访"), ({"channel": "visit"}, "去年拜访"),
        ]:  # fmt: skip
            page = rep.get(url("list", **query), headers=HTMX).content.decode()
            assert seen in page
            assert len({"今天电话", "去年拜访"} - {t for t in ("今天电话", "去年拜访") if t in page}) == 1
        assert rep.get(url("list", outcome="nonsense"), headers=HTMX).status_code == 422

    def test_pages_follow_on_without_gap_or_double(self, rep, deal, by):
        at = timezone.now()
        FollowUp.objects.bulk_create(
            FollowUp(opportunity=deal, at=at, summary=f"第{i:03}次", by_id=by.user_id, created_at=at) for i in range(65)
        )
        seen, address = [], url("list")
        while address:
            page = rep.get(address, headers=HTMX)
            seen += [row.summary for row, _ in page.context["rows"]]
            address = url("list", cursor=page.context["next"].replace("+", "%2B")) if page.context["next"] else ""
        assert len(seen) == len(set(seen)) == 65
        for wrong in (
            "x",
            "2026-01-01",
            "2026-99-99T00:00:00Z~1",
            "2026-01-01T00:00:00Z~" + "9" * 40,
            "5~2026-01-01",
            "\x00",
        ):
            assert rep.get(url("list"), {"cursor": wrong}).status_code == 200

    def test_practice_is_not_in_it(self, rep, company, playbook, by):
        a_followup(a_deal(company.rep, playbook, is_practice=True), by, "练习的话")
        assert "练习的话" not in rep.get(url("list")).content.decode()

    def test_an_empty_one_offers_the_first_step(self, rep):
        assert reverse("followups:import") in rep.get(url("list")).content.decode()
        assert "没有符合条件" in rep.get(url("list", outcome="won")).content.decode()

    def test_three_rows_cost_what_one_costs(self, rep, deal, lead, customer, by):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        def cost():
            with CaptureQueriesContext(connection) as queries:
                rep.get(url("list"), headers=HTMX)
            return len(queries)

        a_followup(deal, by, plan=Plan("做", today()))
        one = cost()
        for subject in (deal, lead, customer):
            a_followup(subject, by, plan=Plan("做", today()))
        assert cost() == one


class TestTemplateThree:
    def read(self, response, tmp_path):
        assert response.status_code == 200
        path = tmp_path / "out.xlsx"
        path.write_bytes(response.content)
        with open_table(path) as table:
            return list(table.headers), [row.cells for row in table.rows()]

    def test_out_of_the_list_and_of_one_case(self, rep, deal, lead, by, tmp_path):
        a_followup(deal, by, "商机的", plan=Plan("发合同", date(2026, 12, 1)) if today() < date(2026, 12, 1) else None)
        a_followup(lead, by, "线索的")
        headers, rows = self.read(rep.get(url("export")), tmp_path)
        assert headers == list(TABLE_COLUMNS)
        assert [r[4] for r in rows] == ["商机的", "线索的"]
        _, rows = self.read(rep.get(url("export", lead=lead.pk)), tmp_path)
        assert [r[4] for r in rows] == ["线索的"]
        assert rep.get(url("export", outcome="x")).status_code == 404

    def upload(self, client, rows, name="跟进.xlsx", headers=TABLE_COLUMNS):
        file = BytesIO()
        write_table(file, headers=headers, rows=rows)
        file.seek(0)
        file.name = name
        return client.post(url("import"), {"file": file})

    def test_in_with_a_report(self, rep):
        good = ["甲公司", "需求确认", "2023-10-16", "电话+邮件", "确认需求", "出方案", "*代表", "2023-10-19"]
        page = self.upload(rep, [good, ["甲公司", "?", "昨天", "", "", "", "", ""]])
        text = page.content.decode()
        assert page.status_code == 200
        assert "部分行没有导入" in text
        assert "*代表" in text
        assert "跟进阶段" in text
        assert "日期请写成" in text
        assert FollowUp.objects.count() == 1

    def test_what_is_no_such_table_says_so(self, rep):
        page = self.upload(rep, [["x"]], headers=["电话"])
        assert page.status_code == 422
        assert "缺少这些列：客户名称、跟进时间、沟通内容摘要" in page.content.decode()
        fake = BytesIO(b"\x89PNG\r\n")
        fake.name = "a.xlsx"
        assert rep.post(url("import"), {"file": fake}).status_code == 422
        assert rep.post(url("import"), {}).status_code == 422
        assert rep.get(url("import")).status_code == 200
        assert not FollowUp.objects.exists()

    def test_rights(self, login):
        assert login("auditor").get(url("import")).status_code == 403
        assert login("collaborator").get(url("export")).status_code == 403
        assert login("process_owner").get(url("list")).status_code == 403


@pytest.mark.parametrize(
    "period, first, last",
    [
        ("today", (2026, 3, 1), (2026, 3, 1)),
        ("week", (2026, 2, 23), (2026, 3, 1)),
        ("month", (2026, 3, 1), (2026, 3, 1)),
        ("last_month", (2026, 2, 1), (2026, 2, 28)),
        ("year", (2026, 1, 1), (2026, 3, 1)),
    ],
)
def test_periods(period, first, last):
    assert days_of(period, today=date(2026, 3, 1)) == (date(*first), date(*last))


def test_every_kind_of_event_has_words(deal, lead, by, company):
    from django.db import transaction

    from tuoke.base.records.queries import timeline_of
    from tuoke.base.records.templatetags.history import timeline_event

    now = timezone.now()
    action = a_plan(deal, by, "要做的")
    actions.reschedule_action(action=action, version=1, due_on=today(), by=by, now=now)
    actions.edit_action(action=action, version=2, plan=Plan("改写", today(), owner_id=by.user_id), by=by, now=now)
    actions.complete_action(action=action, version=3, note="办好", by=by, now=now)
    actions.reopen_action(action=action, by=by, now=now)
    actions.cancel_action(action=action, version=5, by=by, now=now)
    a_followup(deal, by, "<b>摘要</b>", plan=Plan("下一步", today()))
    a_plan(lead, by)
    with transaction.atomic():
        actions.carry_over(lead=lead, opportunity=deal, by=by, now=now)
        deal.owner = company.teammate
        deal.save()
        actions.hand_open_actions_over(deal, by, now)
    drawn = {event.kind: timeline_event(event) for event in timeline_of(thread=deal)}
    assert {kind.removeprefix("followups.") for kind in drawn} == {
        "recorded", "planned", "rescheduled", "edited", "completed", "reopened", "cancelled", "carried_over", "handed_over",
    }  # fmt: skip
    assert all("timeline-item" in text and "followups." not in text for text in drawn.values())
    assert "&lt;b&gt;摘要" in drawn["followups.recorded"]


def test_time_is_the_clock_on_the_wall(rep, lead):
    rep.post(url("new", lead=lead.pk), filled(at="2026-01-05T09:30"))
    assert timezone.localtime(FollowUp.objects.get().at).replace(tzinfo=None) == datetime(2026, 1, 5, 9, 30)


def test_a_pool_lead_must_be_claimed_first(rep):
    answer = rep.post(url("new", lead=a_lead(None, "公海").pk), filled())
    assert answer.status_code == 422
    assert "请先领取" in answer.content.decode()
