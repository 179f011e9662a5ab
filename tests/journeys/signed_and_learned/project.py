"""S7.2, S7.3: money, plan, people, delivery."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.signed_and_learned.hands import accessible, missing, pick, sheet
from tests.journeys.walking import press
from tuoke.steps.contracts.deliveries.models import DeliveryItem, Feedback, Issue
from tuoke.steps.contracts.kickoff.models import Dependency
from tuoke.steps.contracts.payments.models import Instalment, Receipt


def schedule_payments(rep, finance, deal):
    """The contract's own words became instalments when it was signed; finance books what came in, and it isn't the whole."""
    page = rep.page
    rep.look(f"/deals/{deal.pk}/payments/")
    expect(page.locator("#payments tbody tr")).to_have_count(3)
    rep.shot("signed-09-payments")
    due = list(Instalment.objects.filter(opportunity=deal, withdrawn_at=None).order_by("pk"))
    assert [row.amount for row in due] == [Decimal(192_000), Decimal(192_000), Decimal(96_000)]
    assert "payments_scheduled" not in missing(deal)
    page = finance.page
    finance.look(f"/deals/{deal.pk}/payments/")
    form = sheet(page, page.locator("#payments tbody tr").first.get_by_role("link", name="到账"))
    form.locator("[name=amount]").fill("10万")
    form.locator("[name=reference]").fill("BK-20261123-01")
    press(page, form.get_by_role("button").last)
    expect(page.locator("#payments")).to_contain_text("部分到账")
    finance.shot("signed-10-partial")
    receipt = Receipt.objects.get(opportunity=deal)
    assert (receipt.amount, receipt.entered_by.name) == (100_000, "钱会")
    assert finance.look(f"/deals/{deal.pk}/kickoff/").status in {403, 404}, "money is his section, the plan isn't"


def plan_kickoff(rep, deal):
    """S7.2: from the template; everybody knows who answers for what; a line that slips takes along what waits for it."""
    page = rep.page
    rep.look(f"/deals/{deal.pk}/kickoff/")
    form = sheet(page, page.get_by_role("link", name="制定启动计划"))
    expect(form.locator("[name=template]:checked")).to_have_value("tob_large")  # what suits this customer
    press(page, form.get_by_role("button", name="保存"))
    page.locator(".gantt").wait_for()
    rep.shot("signed-11-gantt")
    complete_raci(rep, deal)
    slip(rep, deal)


def complete_raci(rep, deal):
    """Two who answer for one line are refused; without one the line says so and the gate knows."""
    page = rep.page
    assert "raci_complete" not in missing(deal), "the template's is whole"
    rep.look(f"/deals/{deal.pk}/kickoff/?view=raci")
    row = page.locator("table.raci tbody tr").first
    divide(page, sheet(page, row.get_by_role("link")), sales="A", tech="A", refused=True)
    divide(page, page.locator("#sheet-body form"), sales="I", tech="R")
    expect(page.locator("#kickoff")).to_contain_text("责任分工还不完整")
    rep.shot("signed-12-raci")
    assert "raci_complete" in missing(deal)
    divide(page, sheet(page, row.get_by_role("link")), sales="A", tech="R")
    expect(page.locator("#kickoff")).not_to_contain_text("责任分工还不完整")
    assert "raci_complete" not in missing(deal)


def divide(page, form, *, refused=False, **parts):
    for field in form.locator("select").all():
        field.select_option("")
    for party, letter in parts.items():
        form.locator(f"select[name={party}]").select_option(letter)
    press(page, form.get_by_role("button", name="保存"), refused=refused)


def slip(rep, deal):
    page = rep.page
    link = Dependency.objects.filter(before__plan__opportunity=deal, before__kind="task").order_by("before__position")[
        0
    ]
    first, after = link.before, link.after
    rep.look(f"/deals/{deal.pk}/kickoff/?view=table")
    form = sheet(page, page.get_by_role("link", name=first.name, exact=True))
    form.locator("[name=days]").fill(str(first.days + 5))
    press(page, form.get_by_role("button", name="保存"), refused=True)
    asked = page.locator("#sheet-body form")
    expect(asked).to_contain_text("会顺延")
    rep.shot("signed-13-slip")
    press(page, asked.get_by_role("button", name="顺延并保存"))
    was = after.ends_on
    after.refresh_from_db()
    assert after.ends_on > was


def introduce(rep, deal):
    """S7.2: who is there for the customer, and whom we turn to; told to him, and the plan sent."""
    page = rep.page
    rep.look(f"/deals/{deal.pk}/team/")
    for opener, label, role in (("加一位同事", "孙服", "实施经理"), ("加一位客户方的人", "何志远", "项目负责人")):
        form = sheet(page, page.get_by_role("link", name=opener))
        pick(form.locator("[name=person]"), label)
        form.locator("[name=role]").fill(role)
        form.locator("[name=is_main]").check()
        press(page, form.get_by_role("button", name="保存").or_(form.locator("button[type=submit]")).last)
    form = sheet(page, page.get_by_role("link", name="写介绍信"))
    expect(form.locator("[name=text]")).to_have_value(re.compile("孙服"))
    form.locator("[name=way][value=hand]").check(force=True)
    form.locator("[name=on]").fill(timezone.localdate().isoformat())
    press(page, form.locator(".form-actions button").last)
    rep.shot("signed-14-team")
    assert "team_introduced" not in missing(deal)


def show_plan(rep, customer, deal):
    page = rep.page
    assert "kickoff_shared" in missing(deal)
    form = sheet(page, page.get_by_role("link", name="给客户"))
    pick(form.locator("[name=contact]"), "何志远")
    press(page, form.locator(".form-actions button").last)
    address = page.locator(".link-address input").first.input_value()
    assert "kickoff_shared" in missing(deal), "sent isn't seen"
    customer.page.goto(address)
    expect(customer.page.locator("main")).to_contain_text("孙服")
    customer.shot("signed-15-plan")
    accessible(customer)
    assert "kickoff_shared" not in missing(deal)


def deliver(rep, deal, customer):
    """S7.3: listed, handed over, accepted by him with his thumb, and scored by nobody else."""
    page = rep.page
    rep.look(f"/deals/{deal.pk}/delivery/")
    for title, criteria in (("首批两条产线上线", "附件二所列 12 项功能逐项通过"), ("夜班培训两场", "每场不少于三小时")):
        form = sheet(page, page.get_by_role("link", name="加一项"))
        form.locator("[name=title]").fill(title)
        form.locator("[name=criteria]").fill(criteria)
        press(page, form.get_by_role("button", name="保存"))
        row = page.locator("#delivery ol.rows > li", has=page.get_by_text(title))
        form = sheet(page, row.get_by_role("link", name="登记交付"))
        press(page, form.get_by_role("button", name="保存"))
    form = sheet(page, page.get_by_role("link", name="请客户验收"))
    pick(form.locator("[name=contact]"), "何志远")
    press(page, form.get_by_role("button", name="保存"))
    address = page.locator(".link-address input").first.input_value()
    rep.shot("signed-16-delivery")
    assert {"first_delivery_accepted", "delivery_feedback"} <= missing(deal)
    accept_on_the_phone(customer, address)
    assert "first_delivery_accepted" not in missing(deal)
    settle(rep, customer, deal, address)
    assert "delivery_feedback" not in missing(deal)


def accept_on_the_phone(customer, address):
    page = customer.page
    page.goto(address)
    accessible(customer)
    first, second = DeliveryItem.objects.order_by("pk")
    page.locator(f"[name=answer-{first.pk}][value=accepted]").check(force=True)
    page.locator(f"[name=answer-{second.pk}][value=conditional]").check(force=True)
    page.locator(f"[name=note-{second.pk}]").fill("夜班那场少了半小时，请补上")
    page.get_by_role("button", name="提交验收").last.tap()
    expect(page.locator("main")).to_contain_text("验收结果已收到")
    customer.shot("signed-17-accepted")
    page.locator("[name=score][value='9']").check(force=True)
    page.locator("form:has([name=score]) textarea").first.fill("比预想的快")
    page.locator("form:has([name=score]) button[type=submit]").last.tap()
    expect(page.locator("main")).to_contain_text("您的评分已收到")
    accessible(customer)
    found = Feedback.objects.get()
    assert (found.score, found.how, found.entered_by) == (9, "link", None)


def settle(rep, customer, deal, address):
    """What he accepted only on a condition stays an issue until he says that it is gone."""
    page, issue = rep.page, Issue.objects.get(opportunity=deal)
    rep.look(f"/deals/{deal.pk}/delivery/")
    form = sheet(page, page.get_by_role("link", name="解决了"))
    form.locator("[name=solution]").fill("周四夜班补了一场")
    press(page, form.get_by_role("button", name="保存"))
    customer.page.goto(address)
    expect(customer.page.locator("main")).to_contain_text("周四夜班补了一场")
    customer.page.get_by_role("button", name="已解决").first.tap()
    expect(customer.page.locator("main")).to_contain_text("已记下")
    issue.refresh_from_db()
    assert issue.state == "closed"
