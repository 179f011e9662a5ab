"""S7.1, P4: drafted, compared, read by legal affairs, confirmed on the phone, signed."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.signed_and_learned.ground import DAYS, PRICE
from tests.journeys.signed_and_learned.hands import accessible, missing, sheet
from tests.journeys.walking import press
from tuoke.services.approvals.models import Request
from tuoke.services.notifications.models import Notice
from tuoke.steps.contracts.clearances.models import Clearance
from tuoke.steps.contracts.models import Clause, Contract


def draft_contract(rep, deal):
    """S7.1: one press; what it says is what was agreed."""
    page = rep.page
    rep.look(f"/deals/{deal.pk}/contract/")
    press(page, page.get_by_role("button", name="一键起草合同"))
    page.locator("#findings").get_by_text("逐条一致").wait_for()
    rep.shot("signed-01-draft")
    contract = Contract.objects.get()
    assert (contract.amount, contract.delivery_days, contract.state) == (PRICE, DAYS, "draft")
    return contract


def depart(rep, deal):
    """A clause that says something else is marked, and the contract isn't to be signed until it is put right."""
    page, contract = rep.page, Contract.objects.get(opportunity=deal)
    clause = Clause.objects.standing().get(contract=contract, part="standard", text__contains=f"{DAYS}")
    rewrite(page, clause, clause.text.replace(f"{DAYS}", "90"))
    card = page.locator(f"#clause-{clause.pk}")
    expect(card).to_contain_text("与谈定的不一致")
    expect(page.locator("#findings")).not_to_contain_text("逐条一致")
    rep.shot("signed-02-differs")
    freeze(rep, "第一稿")
    refused_to_sign(rep, contract)
    rep.look(contract.get_absolute_url())
    rewrite(page, clause, clause.text)
    expect(page.locator("#findings")).to_contain_text("逐条一致")
    for clause in Clause.objects.standing().filter(contract=contract, text__contains="〔"):
        rewrite(page, clause, filled_in(clause.text))
    expect(page.locator("#lacking")).not_to_contain_text("没有填")
    expect(page.locator("#findings")).to_contain_text("逐条一致")


def filled_in(text):
    today = timezone.localdate()
    said = {
        "服务清单": "数据整合平台一套", "税费说明": "含 6% 增值税", "开始日期": f"{today}",
        "结束日期": f"{today + timedelta(days=730)}",
    }  # fmt: skip
    for place, value in said.items():
        text = text.replace(f"〔{place}〕", value)
    return text


def rewrite(page, clause, text):
    card = page.locator(f"#clause-{clause.pk}")
    card.get_by_role("link", name="修改", exact=True).click()
    form = page.locator(f"#clause-edit-{clause.pk}")
    form.locator("[name$=-text]").fill(text)
    press(page, form.get_by_role("button", name="保存"))


def freeze(rep, note):
    page = rep.page
    form = sheet(page, page.locator(".contract-head").get_by_role("link", name="定版"))
    form.locator("[name=note]").fill(note)
    press(page, form.get_by_role("button").last)


def refused_to_sign(rep, contract):
    """Whoever knows the address: the rule says no, not only the missing button."""
    page = rep.page
    assert page.get_by_role("link", name="登记签署").count() == 0
    rep.look(f"/deals/contracts/{contract.pk}/sign/")
    press(page, page.get_by_role("button", name="双方已签署"), refused=True)
    expect(page.locator("#ask")).to_contain_text("1 处与谈定的条件不一致")
    contract.refresh_from_db()
    assert contract.state == "draft"


def ask_legal(rep, lawyer, deal):
    """P4: a colleague of the legal department, who is no member of the deal, reads the version and lets it pass."""
    page = rep.page
    rep.look(f"/deals/{deal.pk}/clearances/")
    card = page.locator(".card", has=page.get_by_text("法务审核")).first
    form = sheet(page, card.get_by_role("link", name="送审"))
    form.locator("[name=note]").fill("违约金上限能不能接受")
    press(page, form.get_by_role("button", name="送审"))
    assert Request.objects.get(state="open").kind == "legal"
    decide(lawyer, "法务")
    latest = Clearance.objects.filter(kind="legal").latest("pk")
    assert (latest.state, latest.decided_by.name) == ("cleared", "何律")
    assert "legal_cleared" not in missing(deal)


def decide(person, title):
    page = person.page
    person.look("/approvals/")
    page.get_by_role("link", name=title).first.click()
    page.wait_for_url("**/approvals/*/")
    expect(page.locator("main")).to_contain_text("合同全文")
    page.locator("main [name=reason]").first.fill("可以签")
    person.shot("signed-03-legal")
    press(page, page.get_by_role("button", name="批准"))


def invite(rep, deal) -> str:
    page = rep.page
    rep.look(f"/deals/{deal.pk}/confirmations/")
    form = sheet(page, page.get_by_role("link", name="发给客户确认"))
    expect(form.locator("[name=contact]")).not_to_have_value("")  # the only one there is
    form.locator("[name=message]").fill("何总好，请您过目。")
    press(page, form.get_by_role("button", name="生成链接"))
    return page.locator(".link-address input").first.input_value()


def confirm_on_the_phone(customer, rep, deal, address):
    """S7.1: the customer wants one clause changed; once it is, only that one is asked again."""
    page = customer.page
    assert customer.context.cookies() == []
    page.goto(address)
    accessible(customer)
    customer.shot("signed-04-phone")
    clause = Clause.objects.standing().filter(contract__opportunity=deal, part="breach")[0]
    card = page.locator(f"#clause-{clause.pk}")
    card.locator("details.ask > summary").tap()
    card.locator("[name=comment]").fill("违约金 <b>太低</b>，请写成每日 0.06% 😀")
    card.get_by_role("button", name="发给我们").tap()
    expect(page.locator(f"#clause-{clause.pk}")).to_contain_text("您要求修改")
    page.get_by_role("button", name="同意这").tap()
    expect(page.get_by_role("status").first).to_be_visible()
    accessible(customer)
    change_as_wished(rep, deal, clause)
    page.goto(address)
    expect(page.locator(f"#clause-{clause.pk}")).to_contain_text("0.06%")
    expect(page.locator("main")).to_contain_text("还有 1 条没有答复")
    page.get_by_role("button", name="同意这 1 条").tap()
    expect(page.locator("main")).to_contain_text("您已确认每一条")
    customer.shot("signed-05-confirmed")
    accessible(customer)


def change_as_wished(rep, deal, clause):
    page, contract = rep.page, clause.contract
    assert Notice.objects.filter(user=deal.owner, kind="clauses_change").exists()
    rep.look(f"/deals/{deal.pk}/confirmations/")
    expect(page.locator(f"#clause-{clause.pk}")).to_contain_text("要改这一条")
    rep.shot("signed-06-change-wanted")
    rep.look(contract.get_absolute_url())
    rewrite(page, clause, clause.text + "\n每逾期一日按未履行部分金额的 0.06% 支付违约金。")
    rep.look(f"/deals/{deal.pk}/confirmations/")
    press(page, page.get_by_role("button", name="再定一版"))
    press(page, page.get_by_role("button", name="把新的一版放进这个链接"))


def sign(rep, deal):
    """Our side confirms too; then both sign, and the deal is won with the contract's amount."""
    page, contract = rep.page, Contract.objects.get(opportunity=deal)
    rep.look(f"/deals/{deal.pk}/confirmations/")
    press(page, page.get_by_role("button", name="我方确认余下的"))
    expect(page.locator("#confirmations")).to_contain_text("双方都已逐条确认")
    rep.look(contract.get_absolute_url())
    expect(page.locator("#lacking")).to_contain_text("可以签署了")
    rep.shot("signed-07-ready")
    form = sheet(page, page.locator("#lacking").get_by_role("link", name="登记签署"))
    press(page, form.get_by_role("button", name="双方已签署"))
    rep.shot("signed-08-signed")
    contract.refresh_from_db()
    deal.refresh_from_db()
    assert (contract.state, deal.outcome, deal.amount) == ("signed", "won", PRICE)
    assert not {"outcome_won", "legal_cleared"} & missing(deal)
