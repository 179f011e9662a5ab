"""The Gantt chart in a real browser: a bar dragged, its edge pulled, moved with the keys; what follows is agreed to (S7.2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.journeys.conftest import DESK, PHONE, Visitor
from tests.spine.followups.cases import a_customer, a_deal
from tuoke.base.accounts.rules import system
from tuoke.spine.playbook.actions import load_default
from tuoke.steps.contracts.kickoff import actions
from tuoke.steps.contracts.kickoff.models import Milestone
from tuoke.steps.contracts.kickoff.rules import MilestoneDraft, MilestoneKind, Wait

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MONDAY = date(2026, 11, 30)


@pytest.fixture
def deal(company, now):
    playbook = load_default(by=system("test"), now=now)
    return a_deal(company.rep, playbook, customer=a_customer(company.rep), step="contracts")


@pytest.fixture
def rows(company, deal):
    by, now = company.by("rep"), timezone.now()
    plan = actions.make_plan(deal=deal, template="", starts_on=MONDAY, by=by, now=now)

    def add(name, starts, days, *waits):
        draft = MilestoneDraft(
            name, MilestoneKind.TASK, MONDAY + timedelta(starts), days, waits=tuple(Wait(row.pk) for row in waits)
        )
        return actions.add_milestone(plan=plan, draft=draft, by=by, now=now)

    survey = add("现场调研", 0, 3)
    return survey, add("实施", 3, 2, survey), add("培训", 14, 2)


@pytest.fixture
def visitors(chromium, live_server, settings):
    settings.ALLOWED_HOSTS = ["*"]
    made = []

    def enter(user, viewport=DESK):
        made.append(Visitor(chromium, live_server, viewport, user))
        return made[-1]

    yield enter
    for visitor in made:
        visitor.context.close()
    assert [error for visitor in made for error in visitor.errors if "status of 4" not in error] == []


def drag(page, row, days, *, edge=False):
    shape = page.locator(f"#bar-{row.pk} rect.gantt-shape").bounding_box()
    x = shape["x"] + (shape["width"] - 3 if edge else 10)
    y = shape["y"] + shape["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + days * 13, y, steps=3)
    page.mouse.move(x + days * 26, y, steps=3)
    page.mouse.up()


def span(row):
    found = Milestone.objects.get(pk=row.pk)
    return (found.starts_on - MONDAY).days, (found.ends_on - MONDAY).days


def test_dates_are_changed_by_mouse_and_by_keys(visitors, company, deal, rows):
    survey, build, training = rows
    rep = visitors(company.rep)
    rep.go(f"/deals/{deal.pk}/kickoff/?zoom=day")
    page = rep.page
    rep.shot("kickoff-gantt")

    drag(page, training, 1)  # nobody waits for it: it moves at once
    page.get_by_text("“培训”已改期").wait_for()
    assert span(training) == (15, 16)

    drag(page, survey, 2, edge=True)  # two days longer: what waits for it is shown first
    page.get_by_text("会顺延 1 项").wait_for()
    assert span(build) == (3, 4)
    page.get_by_role("button", name="顺延并保存").click()
    page.wait_for_selector("#sheet[open]", state="detached")
    page.locator(f'#bar-{build.pk}[data-starts="2026-12-07"]').wait_for()
    assert (span(survey), span(build)) == ((0, 4), (7, 8))

    page.locator(f"#bar-{training.pk}").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    page.locator(f'#bar-{training.pk}[data-starts="2026-12-16"][data-ends="2026-12-18"]').wait_for()
    assert span(training) == (16, 18)
    assert page.evaluate("document.activeElement.id") == f"bar-{training.pk}"

    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")  # given up: nothing was sent
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == f"bar-{build.pk}"
    page.keyboard.press("Enter")
    page.locator("#sheet[open] #kickoff-form").wait_for()
    assert page.locator("#sheet [name=name]").input_value() == "实施"
    assert span(training) == (16, 18)


def test_on_the_phone_it_is_a_list_with_bars(visitors, company, deal, rows):
    phone = visitors(company.rep, PHONE)
    for view in ("gantt", "table", "raci"):
        phone.look(f"/deals/{deal.pk}/kickoff/?view={view}")
        phone.shot(f"kickoff-{view}")
        assert phone.fits(), view
    phone.look(f"/deals/{deal.pk}/kickoff/")
    assert phone.page.locator(".gantt-mini").first.is_visible()
    assert not phone.page.locator(".gantt-svg").is_visible()
