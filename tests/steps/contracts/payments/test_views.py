"""The pages: what is typed is kept, what is wrong is said, nothing costs more for more rows."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests.steps.contracts.payments.conftest import TODAY, a_draft, money
from tests.steps.contracts.payments.test_actions import a_milestone
from tests.steps.contracts.written import a_contract
from tuoke.base.accounts.models import Department, User
from tuoke.spine.deals.models import Membership
from tuoke.steps.contracts.models import Contract
from tuoke.steps.contracts.payments import actions
from tuoke.steps.contracts.payments.models import Instalment, Receipt

pytestmark = pytest.mark.django_db


def place(name, *args):
    return reverse(f"payments:{name}", args=args)


def test_who_may_open_it(deal, login):
    answers = {who: login(who).get(place("page", deal.pk)).status_code for who in ("rep", "team_lead", "auditor")}
    assert answers == {"rep": 200, "team_lead": 200, "auditor": 200}
    assert login("other_team").get(place("page", deal.pk)).status_code == 404
    assert login("auditor").post(place("draft", deal.pk)).status_code == 403


def test_drafted_planned_received_without_a_script(deal, login):
    client = login("rep")
    assert client.post(place("draft", deal.pk)).status_code == 302
    row = Instalment.objects.get()
    form = {"name": "全款", "amount": "30%", "on": "2026-12-01", "method": "", "version": row.version}
    assert client.post(place("edit", row.pk), form).status_code == 302
    row.refresh_from_db()
    assert row.amount == 144_000
    paid = {"amount": "14.4万", "received_on": "2026-11-20", "instalment": row.pk, "method": "bank"}
    assert client.post(place("receive", deal.pk), paid).status_code == 302
    page = client.get(place("page", deal.pk)).content.decode()
    assert "¥144,000.00" in page
    assert "已结清" in page


def test_what_was_received_beyond_an_amended_contract_is_to_be_paid_back(deal, login, receive, now):
    receive(400_000)
    main = a_contract(deal, amount="480000.00")
    less = a_contract(deal, number="HT-2026-0002", amount="-180000.00", clauses=(), kind="amendment", parent=main)
    for contract in (main, less):
        version = contract.versions.create(number=1, content={}, seal="x", made_at=now)
        signed = {"state": "signed", "signed_on": TODAY, "signed_at": now, "signed_version": version}
        Contract.objects.filter(pk=contract.pk).update(**signed)
    page = login("rep").get(place("page", deal.pk)).content.decode()
    assert "现在多收了 ¥100,000.00" in page
    assert "-100,000" not in page


def test_a_form_opened_as_a_page_leads_back_to_the_room(deal, login):
    """In a sheet it replaces the room's part behind it; on a page of its own nothing stands behind it."""
    client = login("rep")
    assert 'hx-target="#payments"' not in client.get(place("new", deal.pk)).content.decode()
    assert 'hx-target="#payments"' in client.get(place("new", deal.pk), headers={"HX-Request": "true"}).content.decode()


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("$500", "只能填人民币"), ("5000 USD", "只能填人民币"), ("3万美元", "只能填人民币"), ("-5", "不能小于 0"),
        ("1e18", "金额"), ("0", "大于 0"), ("480001", "最多还能登记 ¥480,000.00"), ("", "必填"), ("NaN", "看不明白"),
        ("0.001", "大于 0"), ("9" * 100_000, ""), ("💰", "看不明白"),
    ],
)  # fmt: skip
def test_says_what_is_wrong_with_an_amount(deal, login, amount, said):
    answer = login("rep").post(
        place("receive", deal.pk), {"amount": amount, "received_on": "2026-11-20", "reference": "<b>A1"}
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said in text
    assert "&lt;b&gt;A1" in text
    assert not Receipt.objects.exists()


def test_two_who_edit_at_once_see_both_sides(deal, plan, login):
    row = plan()
    form = {"name": "首付款", "amount": "9万", "on": "2026-12-01", "method": "", "version": 0}
    answer = login("rep").post(place("edit", row.pk), form)
    assert answer.status_code == 409
    assert "90,000.00" in answer.content.decode()


def test_what_waits_keeps_its_working_days_when_something_else_is_changed(deal, plan, login):
    client, row = login("rep"), plan("验收款", on=None, event="accepted", days_after=10, in_workdays=True)
    assert "10 个工作日" in client.get(place("page", deal.pk)).content.decode()
    assert 'name="in_workdays"' in client.get(place("edit", row.pk)).content.decode()
    form = {
        "name": "尾款",
        "amount": "9万",
        "days_after": 10,
        "in_workdays": "on",
        "method": "",
        "version": row.version,
    }
    assert client.post(place("edit", row.pk), form).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.days_after, row.in_workdays, row.event) == ("尾款", 10, True, "accepted")
    stale = client.post(place("edit", row.pk), {**form, "in_workdays": ""})
    assert stale.status_code == 409
    assert "按工作日计算" in stale.content.decode()


def test_withdrawn_with_a_reason_and_brought_back(deal, plan, receive, login):
    client, receipt = login("rep"), receive(100)[0]
    assert client.post(place("withdraw_receipt", receipt.pk), {"reason": " "}).status_code == 422
    assert client.post(place("withdraw_receipt", receipt.pk), {"reason": "金额输错"}).status_code == 302
    assert "金额输错" in client.get(place("page", deal.pk)).content.decode()
    assert client.post(place("restore_receipt", receipt.pk)).status_code == 302
    row = plan()
    assert client.post(place("assign", receipt.pk), {"instalment": row.pk}).status_code == 302
    assert client.post(place("withdraw", row.pk), headers={"HX-Request": "true"}).status_code == 200
    assert login("other_team").post(place("withdraw", row.pk)).status_code == 404
    assert client.post(place("refund", deal.pk), {"amount": "50", "received_on": "2026-11-20"}).status_code == 422


def test_a_form_comes_as_a_sheet_or_as_a_page(deal, plan, login):
    client, row = login("rep"), plan()
    for url in (
        place("new", deal.pk),
        place("edit", row.pk),
        place("receive", deal.pk) + f"?instalment={row.pk}",
        place("refund", deal.pk),
    ):
        assert "<html" in client.get(url).content.decode()
        assert "<html" not in client.get(url, headers={"HX-Request": "true"}).content.decode()


class TestLists:
    def test_narrowed_and_exported(self, deal, plan, receive, login):
        plan("逾期款", 100, TODAY.replace(day=1))
        plan("尾款", 200)
        receive(50)
        client = login("rep")
        late = client.get(place("list"), {"state": "overdue"}).content.decode()
        assert "逾期款" in late
        assert "尾款" not in late
        assert "数据整合一期" in client.get(place("received")).content.decode()
        assert client.get(place("list"), {"first": "gestern"}).status_code == 422
        assert client.get(place("list"), {"cursor": "x~y", "state": "settled"}).status_code == 200
        said = client.get(place("export", "csv"), {"state": "all"}).content.decode("utf-8-sig")
        assert [line.split(",")[2].strip('"') for line in said.splitlines()] == ["期", "逾期款", "尾款"]
        assert client.get(place("export", "xlsx"), {"of": "received"}).status_code == 200
        assert client.get(place("export", "exe")).status_code == 404
        assert "逾期款" not in login("other_team").get(place("list")).content.decode()

    def test_no_query_a_row(self, deal, plan, receive, login, django_assert_max_num_queries):
        plan("一", 100)
        receive(10)
        client = login("rep")
        places = (place("list"), place("received"), place("page", deal.pk), place("customer", deal.customer_id))
        counts = []
        for _time in range(2):
            for url in places:
                with django_assert_max_num_queries(60) as asked:
                    assert client.get(url).status_code == 200
                counts.append(len(asked))
            plan("二", 100)
            plan("三", 100)
            receive(20)
            receive(30)
        assert counts[:4] == counts[4:]


def test_one_sends_it_once(deal, login):
    client = login("rep")
    form = {"amount": "100", "received_on": "2026-11-20", "once": "abc"}
    for _time in range(2):
        client.post(place("receive", deal.pk), form)
    assert Receipt.objects.count() == 1


def test_money_of_a_receipt_is_said_on_timelines(deal, plan, receive, login, by, now):
    row = plan()
    receive(100, row)
    actions.refund(deal=deal, draft=money(1, note="退"), instalment=row, by=by, now=now)
    actions.assign_receipt(receipt=receive(5)[0], instalment=row, by=by, now=now)
    page = login("rep").get(deal.get_absolute_url()).content.decode()
    assert "收到回款" in page
    assert "到账改记到别的一期" in page


def test_finance_is_told_since_when_money_is_owed_and_nothing_else_of_the_plan(company, deal, login, by, now):
    """A milestone's name belongs to the words of an instalment; the plan itself is another department's section (P4)."""
    finance = Department.objects.create(code="fin", name="财务部", function="finance")
    User.objects.filter(pk=company.collaborator.pk).update(department=finance)
    Membership.objects.create(opportunity=deal, user=company.collaborator)
    line = a_milestone(deal, "终验", date(2027, 3, 1), acceptance="客户签字：夜班无停机")
    draft = a_draft("尾款", on=None, milestone=line.pk)
    actions.add_instalment(deal=deal, draft=draft, by=by, now=now)
    me = login("collaborator")
    page = me.get(place("page", deal.pk)).content.decode()
    assert ("终验" in page, "夜班无停机" in page, f"/deals/{deal.pk}/kickoff/" in page) == (True, False, False)
    assert me.get(reverse("kickoff:page", args=[deal.pk])).status_code in (403, 404)
