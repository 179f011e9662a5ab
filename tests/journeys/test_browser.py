"""The same walk as a person would: at the screen, with the mouse and the keys. Pictures stay in ``artefacts/``."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import axe_playwright_python
import pytest
from django.utils import timezone

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.screens import CLOSED, SCREENS, places
from tests.journeys.walking import (
    BUYER,
    fill_in,
    intentions,
    let_the_worker_work,
    plant_sources,
    press,
    sign_or_review,
)
from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import system
from tuoke.doors.cli.demo.build import PASSWORD, build
from tuoke.spine.customers.models import Lead
from tuoke.spine.deals import queries as deals
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.actions import load_default
from tuoke.steps.discovery.models import Need
from tuoke.steps.targeting.actions import plant_default

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
CHECK = """colours => axe.run({
  resultTypes: ["violations"], elementRef: false, preload: false, rules: {"color-contrast": {enabled: colours}}
}).then(({violations}) => violations.map(({id, nodes}) => `${id} ${nodes[0].html.slice(0, 160)}`))"""
"""Colours take four fifths of the time."""


def test_a_rep_takes_a_lead_from_a_file_to_a_finished_review(visit, company, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    load_default(by=system("test"), now=timezone.now())
    plant_default(by=system("test"), now=timezone.now())
    company.rep.set_password(PASSWORD)
    company.rep.save()
    rep = visit()
    page = rep.page

    rep.go("/leads/")
    page.get_by_label("用户名").fill("rep")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/leads/")
    rep.shot("journey-01-empty-leads")

    take_in(rep, intentions(tmp_path))
    lead = Lead.objects.order_by("pk").first()
    ripen(rep, lead)
    deal = convert(rep, lead)

    for number, step in enumerate(("discovery", "proposals", "negotiation", "contracts", "reviews")):
        rep.go(deal.get_absolute_url())
        rep.shot(f"journey-{10 + number}-{deal.step}")
        fulfil(rep, deal)
        advance(rep, deal)
        assert deal.step == step

    fulfil(rep, deal)
    rep.go(deal.get_absolute_url())
    press(page, page.get_by_role("button", name="完成复盘").first)
    deal.refresh_from_db()
    assert (deal.outcome, bool(deal.finished_at)) == ("won", True)
    rep.go(deal.get_absolute_url())
    rep.shot("journey-20-finished")


def take_in(rep, file):
    page = rep.page
    rep.go("/leads/import/")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form[enctype] button[type=submit]").first.click()
    page.wait_for_url("**/columns/")
    rep.shot("journey-02-columns")
    row = page.locator("tr", has=page.get_by_text("标题", exact=True))
    row.locator("select").first.select_option("company")
    row.locator("summary").click()
    row.locator("input[type=text]").fill(BUYER)
    page.get_by_label("负责人").select_option(label="王芳")
    page.get_by_role("button", name="检查会发生什么").click()
    page.wait_for_url("**/check/")
    rep.shot("journey-03-check")
    page.locator("main button.btn-primary[type=submit], main form button.btn-primary").last.click()
    page.wait_for_url("**/run/")
    let_the_worker_work()
    page.get_by_text("导入完成").first.wait_for()
    rep.shot("journey-04-report")
    assert Lead.objects.count() >= 2


def ripen(rep, lead):
    page = rep.page
    rep.go(lead.get_absolute_url())
    rep.shot("journey-05-lead")
    rep.go(f"/leads/{lead.pk}/edit/")
    soon = (timezone.localdate() + timedelta(days=45)).strftime("%Y-%m")
    typed = {
        "contact": "王经理", "position": "CTO", "phone": "13800138000", "industry": "信息技术", "staff": "100-500人",
        "revenue": "6000万-1亿", "budget": "20-50万", "purchase_on": soon,
    }  # fmt: skip
    for name, value in typed.items():
        page.locator(f"main [name={name}]").fill(value)
    page.locator("main [name=decision_maker]").select_option("yes")
    page.get_by_role("button", name="保存").first.click()
    page.wait_for_url(f"**{lead.get_absolute_url()}")
    lead.refresh_from_db()
    assert lead.score >= 7
    rep.shot("journey-06-lead-scored")


def convert(rep, lead):
    page = rep.page
    rep.go(f"/leads/{lead.pk}/convert/")
    page.locator("main [name=name]").fill("数据整合一期")
    page.locator("main [name=amount]").fill("50万")
    page.locator("main [name=expected_close_on]").fill((timezone.localdate() + timedelta(days=60)).isoformat())
    rep.shot("journey-07-convert")
    page.locator("main form button.btn-primary").last.click()
    page.wait_for_url("**/deals/*/")
    return Opportunity.objects.get(lead=lead)


def advance(rep, deal):
    page = rep.page
    rep.go(deal.get_absolute_url())
    press(page, page.get_by_role("button", name="推进到").first)
    deal.refresh_from_db()


def fulfil(rep, deal):
    """Everything that the page names as required, each at the place to which its line leads."""
    for _ in range(8):
        judgement = deals.gate_judgement(Opportunity.objects.get(pk=deal.pk))
        todo = [f.criterion for f in judgement.findings if not f.passed and f.criterion.required]
        if not todo:
            return
        make_true(rep, deal, todo[0])
    raise AssertionError("the page never let the deal go on")


def make_true(rep, deal, criterion):
    page = rep.page
    rep.go(deal.get_absolute_url())
    if criterion.kind == "tick":
        form = f"form:has(input[name=item][value={criterion.key}])"
        page.locator(f"details:has({form}) > summary").last.click()
        page.locator(f"{form} [name=note]").first.fill("已与客户核对")
        press(page, page.locator(f"{form} button").first)
    elif criterion.kind in {"needs_listed", "rigid_needs"}:
        rep.go(f"/deals/{deal.pk}/needs/")
        if not page.locator("main [name=description]").first.is_visible():
            page.locator("main summary").first.click()
        wanted = "打通现有系统的数据 🚀，现在三个文员每月花 120 人时重复录入"
        page.locator("main [name=description]").first.fill(wanted)
        page.locator("main [name=kind][value=rigid], main select[name=kind]").first.click()
        page.locator("main [name=priority][value=high], main select[name=priority]").first.click()
        press(page, page.locator("main form:has([name=description]) button[type=submit]").first)
    elif criterion.kind == "needs_confirmed":
        rep.go(f"/deals/{deal.pk}/needs/")
        page.locator("main .need-confirm > summary").first.click()
        press(page, page.locator("main .need-confirm form button").first)
    elif criterion.kind == "rigid_answered":
        propose(rep, deal)
    elif criterion.kind == "bottom_line_set":
        rep.go(f"/deals/{deal.pk}/negotiation/line/edit/")
        fill_in(page, lowest_price="45万", longest_days=70)
        press(page, page.locator("main form:has([name=lowest_price]) button.btn-primary"))
    elif criterion.kind == "terms_agreed":
        rep.go(f"/deals/{deal.pk}/agreed/new/")
        fill_in(page, price="48万", delivery_days=60, payment="首付 40%，验收 60%")
        press(page, page.locator("main form:has([name=price]) button.btn-primary"))
    elif sign_or_review(deal, criterion.kind):
        return
    else:
        page.get_by_text("记录跟进").first.click()
        form = page.locator("form:has([name=summary])").first
        form.get_by_text("推进", exact=True).click()
        form.locator("[name=channels][value=phone]").check()
        form.locator("[name=summary]").fill("谈了现状和下一步安排")
        if form.locator("[name=contact]").count():
            form.locator("[name=contact]").select_option(index=1)
        form.locator("[name=next_title]").fill("发送资料")
        form.get_by_text("3 天后").click()
        press(page, form.locator("button[type=submit]"))


def propose(rep, deal):
    """Drafted from the needs; where the draft says nothing of his own yet, it is written in."""
    page = rep.page
    rep.go(f"/deals/{deal.pk}/proposal/")
    press(page, page.get_by_role("button", name="按需求起草"))
    need = Need.objects.listed().get(opportunity=deal)
    rep.go(f"/deals/{deal.pk}/proposal/add/?part=solution&need={need.pk}")
    form = page.locator("main form:has([name=new-text])")
    form.locator("[name=new-title]").fill("数据只录一次")
    form.locator("[name=new-text]").fill("现在三个文员每月花 120 人时重复录入；接通后只录一次。")
    press(page, form.locator("button.btn-primary"))
    rep.shot("journey-20-proposal")


def test_every_screen_fits_reads_and_is_accessible(visit):
    """At 1440 and 390 px: nothing sticks out, no refused script or style, axe finds nothing (WCAG 2.2 AA).

    Each screen is opened once and looked at in both widths, its colours in one: a customer's on the telephone, ours on the
    desk, a person's first in both. ``TUOKE_PICTURES=1`` keeps a picture of each in artefacts/.
    """
    plant_sources()
    build(now=timezone.now())
    where = places()
    wrong = []
    for username, paths in SCREENS.items():
        person = visit(User.objects.get(username=username) if username else None)
        person.context.add_init_script(path=AXE)
        for path in paths:
            colours = (DESK, PHONE) if path == paths[0] else (DESK if username else PHONE,)
            wrong += wrong_with(person, path, person.look(path.format(**where)).status, colours)
    assert not wrong, "\n".join(wrong)


def wrong_with(person, path, status, colours):
    """What is wrong with the page that is open, in either width."""
    if status != CLOSED.get(path, 200):
        yield f"{path}: {status}"
    name = re.sub(r"\W+", "-", path).strip("-") or "today"
    for viewport in (DESK, PHONE):
        person.page.set_viewport_size(viewport)
        if "TUOKE_PICTURES" in os.environ:
            person.shot(f"screen-{name}")
        if not person.fits():
            yield f"{path} {viewport['width']}: sticks out"
        for violation in person.page.evaluate(CHECK, viewport in colours):
            yield f"{path} {viewport['width']}: {violation}"
