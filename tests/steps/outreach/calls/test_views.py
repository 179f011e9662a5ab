"""The desk on the screen: without a script, with htmx, refused, in conflict, sent twice."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.spine.followups.cases import a_contact, a_lead, lost
from tests.steps.outreach.calls.conftest import SCRIPT, an_item
from tuoke.spine.customers.models import Contact
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.steps.outreach.calls.models import Call

HTMX = {"HX-Request": "true"}


@pytest.fixture
def rep(login):
    return login("rep")


def typed(contact=None, **more):
    """What the desk sends for a good call."""
    known = {}
    if contact is not None:
        known = {
            "contact": contact.pk, "person_name": contact.name, "person_position": contact.position,
            "person_phone": contact.phone, "known_version": contact.version,
        }  # fmt: skip
    return {
        "once": "t1", "started_at": "", "seconds": "980", "channel": "phone", "outcome": "progress", "pains": "对账慢",
        "next_title": "核对流程", "next_on": (timezone.localdate() + timedelta(days=2)).isoformat(), "next_time": "14:00",
    } | known | more  # fmt: skip


def desk(subject, query=""):
    kind = {"Lead": "lead", "Customer": "customer", "Opportunity": "deal"}[type(subject).__name__]
    return f"/desk/{kind}/{subject.pk}/{query}"


def test_the_desk_shows_script_facts_and_what_is_missing(rep, deal, contact, script):
    page = rep.get(desk(deal)).content.decode()
    assert "陈总监" in page
    assert "王芳" in page  # 〔称呼〕 and 〔我的姓名〕
    assert "desk-missing" in page  # 〔同行案例〕
    assert "同行案例</a>" in page
    assert 'href="tel:+8613800138000"' in page
    assert "我是谁" in page
    assert "希望知晓什么信息" in page


def test_saving_without_a_script_leads_to_the_review(rep, deal, contact):
    answer = rep.post(desk(deal), typed(contact, person_wechat="chen-zq"))
    call = Call.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/calls/{call.pk}/")
    review = rep.get(answer["Location"]).content.decode()
    assert "对账慢" in review
    assert "16 分 20 秒" in review
    assert "没有记下初步需求" in review
    contact.refresh_from_db()
    assert (contact.wechat, call.follow_up.summary) == ("chen-zq", "痛点：对账慢")
    timeline = rep.get(deal.get_absolute_url()).content.decode()
    assert f"/desk/calls/{call.pk}/" in timeline


def test_htmx_is_led_on_also_when_the_first_answer_was_lost(rep, deal, contact):
    first = rep.post(desk(deal), typed(contact), headers=HTMX)
    again = rep.post(desk(deal), typed(contact), headers=HTMX)
    place = f"/desk/calls/{Call.objects.get().pk}/"
    assert [(r.status_code, r["HX-Redirect"]) for r in (first, again)] == [(200, place), (200, place)]
    assert rep.post(desk(deal), typed(contact))["Location"] == place


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"outcome": ""}, "请选择结果"),
        ({"person_phone": "12"}, "电话看不明白"),
        ({"next_on": "2020-01-01"}, "完成时限已经过去"),
        ({"next_on": "", "next_minutes": "30", "next_time": ""}, "请选择完成时限"),
        ({"pains": "", "note": "", "seconds": ""}, "请写下沟通了什么"),
        ({"contact": "new", "person_name": "", "person_phone": "13800138001"}, "请写新联系人的姓名"),
        ({"quick": "callback:soon"}, "请选择什么时候回拨"),
        ({"quick": "reached"}, "请重新选择"),
        ({"quick": "callback:own", "next_time": ""}, "请写约好回拨的日期和时间"),
        ({"opening": "999"}, "已经不在资料库里"),
    ],
)
def test_a_refusal_is_at_its_field_and_keeps_what_was_typed(rep, deal, contact, wrong, said):
    answer = rep.post(desk(deal), typed(contact, next_place="原话还在") | wrong, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "原话还在" in page
    assert 'data-restored="yes"' in page
    assert not FollowUp.objects.exists()


def test_both_sides_of_a_conflict(rep, deal, contact):
    Contact.objects.filter(pk=contact.pk).update(version=5, position="副总")
    answer = rep.post(desk(deal), typed(contact, person_phone="13911112222"), headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "副总" in page
    assert 'data-value="副总"' in page
    assert "139 1111 2222" in page
    assert "对账慢" in page
    assert 'name="known_version" value="5"' in page
    assert not FollowUp.objects.exists()
    assert rep.post(desk(deal), typed(contact, person_phone="13911112222", known_version="5")).status_code == 302


@pytest.mark.parametrize("quick, reached", [("no_answer", "没接通"), ("busy", "占线"), ("callback:30", "约时间回拨")])
def test_an_unanswered_call_is_one_key(rep, lead, quick, reached):
    todo = NextAction.objects.create(lead=lead, title="首次电话", channel="phone", created_at=timezone.now())
    answer = rep.post(desk(lead, f"?action={todo.pk}&next=/"), {"once": "q", "channel": "phone", "quick": quick, "action": todo.pk,
                      "person_name": "周海", "person_phone": "+8613600136000", "known_version": 1})  # fmt: skip
    assert answer["Location"] == "/"
    call = Call.objects.select_related("follow_up").get()
    assert (call.reached_name, call.follow_up.outcome) == (reached, "stalled")
    again = NextAction.objects.waiting().get()
    assert (again.title, again.channel, again.due_time is not None) == ("再次拨打周海", "phone", True)
    assert "前 1 次没有打通" in rep.get(desk(lead)).content.decode()
    assert reached in rep.get(f"/desk/calls/{call.pk}/").content.decode()


def test_calling_back_as_agreed_on_the_desk(rep, deal, contact):
    rep.post(desk(deal), typed(contact, quick="callback:own", next_title=""))
    again = NextAction.objects.get()
    assert (again.due_on, again.due_time) == (timezone.localdate() + timedelta(days=2), time(14))


def test_a_time_alone_gets_a_title(rep, deal, contact):
    rep.post(desk(deal), typed(contact, next_title="", next_channel="online_meeting"))
    assert NextAction.objects.get().title == "线上会议联系陈志强"


def test_who_asked_to_be_left_alone_is_not_offered_to_dial(rep, deal, contact):
    Contact.objects.update(
        do_not_contact=True, do_not_contact_since=date(2026, 11, 1), do_not_contact_reason="不要再打"
    )
    page = rep.get(desk(deal)).content.decode()
    assert "不要再打" in page
    assert "tel:" not in page


def test_another_contact_brings_his_facts_and_version(rep, deal, customer, contact, script):
    other = a_contact(customer, "刘敏", position="采购经理", phone="+8613900139000", version=7)
    part = rep.get(desk(deal, f"?contact={other.pk}&region=contact"), headers=HTMX).content.decode()
    assert "<html" not in part
    assert 'value="刘敏"' in part
    assert 'data-version="7"' in part
    assert "tel:+8613900139000" in part
    assert "刘经理" in part
    new = rep.get(desk(deal, "?contact=new&region=contact"), headers=HTMX).content.decode()
    assert 'value="陈志强"' not in new
    assert 'value="new" selected' in new


def test_another_script_is_read(rep, deal, contact, script, now):
    other = an_item("script", "另一份", SCRIPT | {"learn": ["您最急的是什么？"]}, now)
    part = rep.get(desk(deal, f"?script={other.pk}&region=script"), headers=HTMX).content.decode()
    assert "您最急的是什么？" in part
    assert f'data-script="{other.pk}"' in part


@pytest.mark.parametrize("who, status", [("rep", 200), ("teammate", 404), ("other_team", 404), ("team_lead", 200), ("auditor", 403), ("admin", 403)])  # fmt: skip
def test_who_may_open_the_desk(login, deal, lead, customer, who, status):
    assert [login(who).get(desk(subject)).status_code for subject in (deal, lead, customer)] == [status] * 3


def test_the_review_is_for_who_sees_the_follow_up(rep, login, deal, contact):
    rep.post(desk(deal), typed(contact))
    url = f"/desk/calls/{Call.objects.get().pk}/"
    assert [login(who).get(url).status_code for who in ("team_lead", "auditor", "other_team", "admin")] == [
        200,
        200,
        404,
        403,
    ]


def test_nothing_is_called_from_the_pool_or_a_lost_deal(login, company, deal):
    pooled = a_lead(None, "公海公司", phone="+8613800138000")
    assert "先领取" in login("team_lead").get(desk(pooled)).content.decode()
    lost(deal)
    page = login("rep").get(desk(deal)).content.decode()
    assert "这里已经结束了" in page
    assert '<form class="desk"' not in page


@pytest.mark.parametrize("query", ["?contact=x", "?contact=999999", "?action=abc"])
def test_a_wrong_address_is_not_found(rep, deal, contact, query):
    assert rep.get(desk(deal, query)).status_code == 404


def test_the_desk_is_reached_from_a_call_to_make_and_from_the_record(rep, company, deal, lead):
    todo = NextAction.objects.create(
        lead=lead,
        title="首次电话",
        channel="phone",
        owner=company.rep,
        due_on=timezone.localdate(),
        created_at=timezone.now(),
    )
    assert f"/desk/lead/{lead.pk}/?action={todo.pk}" in rep.get("/").content.decode()
    assert f"/desk/deal/{deal.pk}/" in rep.get(f"/followups/deal/{deal.pk}/", headers=HTMX).content.decode()


def test_the_desk_costs_the_same_for_one_contact_and_for_many(rep, deal, customer, contact, script, now):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            rep.get(desk(deal))
        return len(caught)

    def more(number):
        a_contact(customer, f"联系人{number}", phone=f"+861380013800{number}")
        NextAction.objects.create(opportunity=deal, title=f"待办{number}", created_at=now)
        an_item("script", f"话术{number}", SCRIPT, now)
        an_item("opening", f"开场{number}", {"text": "您好〔称呼〕"}, now)
        an_item("phrase", f"短语{number}", {"text": f"短语{number}", "field": "pains"}, now)
        rep.post(desk(deal), typed(contact, once=f"n{number}", note=f"第 {number} 通"))

    more(1)
    queries()
    few = queries()
    more(2)
    more(3)
    queries()  # the toasts of what was saved
    assert queries() == few
