"""A call in a real browser: with the keyboard alone, and through a closed tab, a lost network and an expired session (S3.4)."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import Visitor
from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tests.steps.outreach.calls.conftest import SCRIPT, an_item
from tuoke.base.accounts.rules import system
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.playbook.actions import load_default
from tuoke.steps.outreach.calls.models import Call

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "desk-2026-long"  # of a test
EXPECTED = ("ERR_", "Failed to fetch", "status of 4")
"""What a browser says of a lost network and of a refused form."""
DESK = {"width": 1440, "height": 900}


@pytest.fixture
def deal(company, now):
    playbook = load_default(by=system("test"), now=now)
    customer = a_customer(company.rep)
    a_contact(customer, "陈志强", position="生产总监", phone="+8613800138000")
    an_item("script", "制造业首次电话", SCRIPT, now)
    an_item("phrase", "手工", {"text": "现在靠手工台账", "field": "status"}, now)
    for person in (company.rep, company.team_lead):
        person.set_password(PASSWORD)
        person.save()
    return a_deal(company.rep, playbook, customer=customer, step="outreach")


@pytest.fixture
def rep(chromium, live_server, company, deal, settings):
    settings.ALLOWED_HOSTS = ["*"]
    visitor = Visitor(chromium, live_server, DESK, company.rep)
    visitor.desk = f"/desk/deal/{deal.pk}/"
    yield visitor
    visitor.context.close()
    assert [e for e in visitor.errors if not any(known in e for known in EXPECTED)] == []


def write(page):
    page.get_by_label("痛点").fill("月底对账四天")
    page.get_by_label("下一步").fill("核对流程")
    page.get_by_role("button", name="明天", exact=True).click()


def reopened(rep):
    """The tab was closed, another is opened."""
    rep.page.close()
    rep.page = rep.context.new_page()
    rep.go(rep.desk)
    return rep.page


def is_as_typed(page):
    return page.get_by_label("痛点").input_value() == "月底对账四天"


def test_a_call_with_the_keyboard_alone(rep):
    page = rep.page
    rep.go(rep.desk)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "nothing to scroll on a laptop"
    page.keyboard.press("t")
    page.wait_for_selector("[data-timer][data-state=green]")
    page.locator("#id_current_solution").focus()
    page.keyboard.press("Alt+1")
    assert page.locator("#id_current_solution").input_value() == "现在靠手工台账"
    page.keyboard.press("Tab")
    page.keyboard.type("对账慢")
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/desk/calls/*/")
    call = Call.objects.select_related("follow_up").get()
    assert (call.current_solution, call.pains, call.follow_up.outcome) == ("现在靠手工台账", "对账慢", "progress")
    assert call.follow_up.channels == ["wechat"]
    rep.go(rep.desk)
    assert page.locator("#id_pains").input_value() == "", "what was saved is no draft any more"


def test_the_clock_warns_and_survives_a_closed_tab(rep):
    page = rep.page
    rep.go(rep.desk)
    page.clock.install()
    page.keyboard.press("t")
    page.clock.fast_forward("15:01")
    page.wait_for_selector("[data-timer][data-state=amber]")
    assert "15 分钟" in page.locator("[data-timer-said]").inner_text()
    page.clock.fast_forward("05:00")
    page.wait_for_selector("[data-timer][data-state=red]")
    page.keyboard.press("t")
    shown = page.locator("[data-clock]").inner_text()
    page = reopened(rep)
    assert page.locator("[data-clock]").inner_text() == shown
    page.keyboard.press("Shift+T")
    assert page.locator("[data-clock]").inner_text() == "00:00"


def test_a_closed_tab_loses_nothing_and_nobody_else_sees_it(rep, chromium, live_server, company):
    rep.go(rep.desk)
    write(rep.page)
    page = reopened(rep)
    assert is_as_typed(page)
    assert re.search(r"\d\d:\d\d", page.locator("#desk > .notice").inner_text())
    rep.context.clear_cookies()
    rep._enter(company.team_lead)
    page = reopened(rep)
    assert page.get_by_label("痛点").input_value() == ""
    rep.context.clear_cookies()
    rep._enter(company.rep)
    page = reopened(rep)
    page.get_by_role("button", name="放弃").click()
    page.wait_for_function("document.getElementById('id_pains')?.value === ''")


def test_a_lost_network_keeps_everything_and_saves_once(rep):
    page = rep.page
    rep.go(rep.desk)
    write(page)
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.route("**/desk/**", lambda route: route.abort())
    page.keyboard.press("Control+Enter")
    page.get_by_text("连不上服务器").wait_for()
    assert is_as_typed(page)
    assert not FollowUp.objects.exists()
    page.unroute("**/desk/**")

    def swallowed(route):
        route.fetch()  # the server saves, its answer is lost
        route.abort()

    page.route("**/desk/**", swallowed)
    with page.expect_event("requestfailed"):
        page.keyboard.press("Control+Enter")
    page.unroute("**/desk/**")
    page = reopened(rep)
    assert is_as_typed(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/desk/calls/*/")
    assert (FollowUp.objects.count(), NextAction.objects.count(), Call.objects.count()) == (1, 1, 1)


def test_an_expired_session_comes_back_to_the_desk(rep):
    page = rep.page
    rep.go(rep.desk)
    write(page)
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    rep.context.clear_cookies(name="sessionid")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/login/**")
    page.get_by_label("用户名").fill("rep")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"**{rep.desk}*")
    assert is_as_typed(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/desk/calls/*/")
    assert Call.objects.get().pains == "月底对账四天"
