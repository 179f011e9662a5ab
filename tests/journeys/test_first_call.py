"""A newcomer's first call with the keyboard alone: from 今日 through the desk to the next step in his calendar (S3.4, F2).

No mouse and nothing that only a program could do: every key goes to what has the focus, and it is looked at what that is.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from tests.journeys.walking import reach
from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tuoke.base.accounts.rules import system
from tuoke.base.records.queries import timeline_of
from tuoke.services.calendar.models import Feed
from tuoke.spine.followups.actions import plan_action
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.followups.rules import Plan
from tuoke.spine.library.actions import load_starter
from tuoke.spine.playbook.actions import load_default
from tuoke.steps.discovery.models import Need
from tuoke.steps.outreach.calls.facts import facts_of
from tuoke.steps.outreach.calls.models import Call

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAPER = "车间用纸质流转卡，班后由统计员录入"
"""A canned phrase of the starter library, for makers."""
PAINS = ("月底对账要四天", "换线后排产表改五遍 😀")
PLACE = "客户二楼会议室"


@pytest.fixture
def deals(company):
    """Two customers whom the newcomer has to call today; the playbook and the starter library as they are shipped."""
    now, by = timezone.now(), company.by("rep")
    playbook = load_default(by=system("test"), now=now)
    load_starter(by=system("test"), now=now)
    made = []
    for name, person in (("华瑞精密", "陈志强"), ("恒远科技", "周海")):
        customer = a_customer(company.rep, name=name, industry="制造业")
        a_contact(customer, person, phone="+8613800138000")
        deal = a_deal(company.rep, playbook, customer=customer, step="outreach", created_at=now, entered_step_at=now)
        plan = Plan(title=f"首次电话联系{person}", due_on=timezone.localdate(), channel="phone")
        plan_action(subject=deal, plan=plan, by=by, now=now)
        made.append(deal)
    return made


def test_a_newcomers_first_call_with_the_keyboard_alone(visit, company, deals):
    rep = visit(company.rep)
    open_the_desk(rep, deals[0])
    read(rep.page)
    note_the_person(rep.page)
    note_what_he_said(rep.page)
    agree_on_a_meeting(rep.page)
    save(rep.page)
    look_back(rep, deals)
    assert_everything_was_kept(company, deals[0])
    assert_the_calendar_knows(rep, company)


def focused(page) -> str:
    return page.evaluate("(document.activeElement.innerText || document.activeElement.value || '').trim()")


def open_the_desk(rep, deal):
    """今日 → the first of today's to-dos → its 打开通话台."""
    page = rep.page
    rep.go("/")
    page.keyboard.press("j")
    assert focused(page).startswith(deal.customer.name)
    page.keyboard.press("Tab")
    assert focused(page) == "打开通话台"
    rep.shot("call-01-today")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/deal/{deal.pk}/*")
    page.wait_for_load_state("networkidle")


def read(page):
    """Who we are, what we can solve, what we want to know, with the customer's own facts; then the clock."""
    script = page.locator("#desk-script").inner_text()
    assert "王芳" in script, "the script knows who reads it"
    assert page.locator("#desk-script .desk-part").count() == 3
    page.clock.install()
    page.keyboard.press("t")
    page.wait_for_selector("[data-timer][data-state=green]")


def note_the_person(page):
    for field, said in (("#id_person_position", "生产总监"), ("#id_person_wechat", "chenzq-hr")):
        reach(page, field)
        page.keyboard.type(said)
    reach(page, "#id_person_channel")
    choose(page, "#id_person_channel", "wechat")


def choose(page, field, value):
    """Of a list, with the arrows."""
    for _ in range(12):
        if page.locator(field).input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{field} does not offer {value}")


def note_what_he_said(page):
    reach(page, "#id_current_solution")
    shown = page.locator(".desk-noted:has(#id_current_solution) [data-phrase]").all_inner_texts()
    number = next((at for at, said in enumerate(shown, start=1) if PAPER in said), 0)
    assert number, shown
    page.keyboard.press(f"Alt+{number}")
    assert page.locator("#id_current_solution").input_value() == PAPER
    page.keyboard.press("Tab")
    page.keyboard.type("\n".join(PAINS))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "id_problem"
    page.keyboard.type("对账压到一天")
    page.keyboard.press("Tab")
    page.keyboard.type("明年三月前")


def agree_on_a_meeting(page):
    """The next step with day, time, length, way and place: an entry of the calendar."""
    reach(page, "#id_next_title")
    page.keyboard.type("带排产案例上门访谈")
    reach(page, f".desk-days [data-value='{tomorrow()}']")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.value") == str(tomorrow())
    reach(page, "#id_next_time")
    page.keyboard.type("0930A")  # the A where the browser counts in twelve hours
    assert page.locator("#id_next_time").input_value() == "09:30"
    reach(page, "#id_next_minutes")
    choose(page, "#id_next_minutes", "60")
    reach(page, "#id_next_channel")
    choose(page, "#id_next_channel", "visit")
    reach(page, "#id_next_place")
    page.keyboard.type(PLACE)


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def save(page):
    page.clock.fast_forward("16:00")
    page.wait_for_selector("[data-timer][data-state=amber]")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    assert page.locator("[name=outcome][value=progress]").is_checked()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/desk/calls/*/")
    page.wait_for_load_state("networkidle")


def look_back(rep, deals):
    """The review says that nothing is missing; 今日 goes on with the next one."""
    page = rep.page
    page.get_by_text("四类信息齐全").wait_for()
    rep.shot("call-02-review")
    reach(page, "a:has-text('回到今日')")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{rep.base}/")
    page.wait_for_load_state("networkidle")
    today = page.locator("#due_today, #today").last
    page.keyboard.press("j")
    assert focused(page).startswith(deals[1].customer.name)
    assert "首次电话联系陈志强" not in today.inner_text()
    rep.shot("call-03-today")


def assert_everything_was_kept(company, deal):
    """One save: follow-up, call, what is known of the person, drafts of needs, the next action, history."""
    followup = FollowUp.objects.get(opportunity=deal)
    assert (followup.channels, followup.outcome, followup.by) == (["phone"], "progress", company.rep)
    call = Call.objects.get()
    assert (call.follow_up, call.current_solution, call.pains) == (followup, PAPER, "\n".join(PAINS))
    assert (call.problem, call.time_frame, call.is_first, call.gained) == ("对账压到一天", "明年三月前", True, True)
    assert 960 <= call.seconds < 1080
    assert call.script_version.item.kind == "script"
    contact = deal.customer.contacts.get()
    assert (contact.position, contact.wechat, contact.preferred_channel) == ("生产总监", "chenzq-hr", "wechat")
    assert contact.contacted_on == timezone.localdate()
    drafts = Need.objects.drafts().filter(opportunity=deal)
    assert [draft.description for draft in drafts.order_by("pk")] == [*PAINS, "对账压到一天"]
    first = NextAction.objects.get(opportunity=deal, title__startswith="首次电话")
    assert first.done_at is not None
    following = NextAction.objects.waiting().get(opportunity=deal)
    assert (following.title, following.due_on, following.due_time) == ("带排产案例上门访谈", tomorrow(), time(9, 30))
    assert (following.minutes, following.place, following.owner) == (60, PLACE, company.rep)
    told = {event.kind for event in timeline_of(thread=deal, limit=20)}
    assert told >= {"followups.recorded", "calls.recorded"}
    facts = facts_of(deal)
    assert facts["first_contact_recorded"]
    assert facts["first_contact_days"] == 0


def assert_the_calendar_knows(rep, company):
    """The private address, made by key, read without a session as a calendar program does."""
    page = rep.page
    rep.go("/calendar/mine/")
    reach(page, "button:has-text('开通日历订阅')")
    page.keyboard.press("Enter")
    page.locator("#feed-address").wait_for()
    assert Feed.objects.get().user == company.rep
    answer = Client().get(urlsplit(page.locator("#feed-address").input_value()).path)
    assert answer.status_code == 200
    meeting = next(e for e in Calendar.from_ical(answer.content).walk("VEVENT") if "上门访谈" in e["SUMMARY"])
    begins = meeting["DTSTART"].dt.astimezone(ZoneInfo("Asia/Shanghai"))
    assert (begins.date(), begins.time()) == (tomorrow(), time(9, 30))
    assert meeting["DTEND"].dt - meeting["DTSTART"].dt == timedelta(hours=1)
    assert meeting["LOCATION"] == PLACE
