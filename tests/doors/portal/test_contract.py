"""The customer's page of the contract: he reads, agrees clause by clause or to all, or asks for a change (S7.1)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.spine.followups.cases import lost
from tests.steps.contracts.written import a_contract, reworded
from tuoke.services.links.queries import address_of
from tuoke.services.notifications.models import Notice
from tuoke.steps.contracts import actions as contracts
from tuoke.steps.contracts.confirmations import actions
from tuoke.steps.contracts.confirmations.models import ClauseConfirmation
from tuoke.steps.contracts.confirmations.rules import InviteDraft
from tuoke.steps.contracts.models import Contract

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract(deal):
    return a_contract(deal)


@pytest.fixture
def invitation(contract, contact, by, now):
    draft = InviteDraft(contact.pk, date(2026, 12, 5), "请逐条看一遍")
    return actions.invite(contract=contract, draft=draft, by=by, now=now)


@pytest.fixture
def address(invitation):
    return address_of(invitation.link)


@pytest.fixture
def say(customer, address, invitation):
    def say(do, **more):
        invitation.refresh_from_db()
        return customer.post(address, {"do": do, "version": invitation.version_id, **more})

    return say


def page(response):
    return response.content.decode()


def keys(contract):
    return list(contract.clauses.values_list("pk", flat=True))


def test_he_reads_and_agrees_to_all(customer, address, contract, say):
    shown = page(customer.get(address))
    for said in ("订单系统服务合同", "480,000.00 元", "请逐条看一遍", "4. 违约责任", "同意这 4 条"):
        assert said in shown
    answered = say("all", name="陈建国")
    assert answered.status_code == 302
    assert "您已确认每一条" in page(customer.get(answered["Location"]))
    assert set(ClauseConfirmation.objects.values_list("by_name", flat=True)) == {"陈建国"}
    assert Notice.objects.filter(kind="clauses_agreed_all").exists()
    assert say("all").status_code == 302
    assert ClauseConfirmation.objects.count() == 4


def test_of_an_amendment_he_reads_what_it_changes(customer, contract, contact, deal, by, now):
    version = contracts.freeze(contract=contract, note="", by=by, now=now)
    signed = {"state": "signed", "signed_on": now.date(), "signed_at": now, "signed_version": version}
    Contract.objects.filter(pk=contract.pk).update(**signed)
    said = ("payment", "付款调整", "第 3 条“付款”改为：合同生效后 5 日内付 50%，验收后付 50%。")
    extra = a_contract(
        deal, number="HT-2026-0002", amount="-80000.00", clauses=(said,), kind="amendment", parent=contract
    )
    draft = InviteDraft(contact.pk, date(2026, 12, 5), "")
    invited = actions.invite(contract=extra, draft=draft, by=by, now=now)
    shown = page(customer.get(address_of(invited.link)))
    for words in ("补充于", "HT-2026-0001", "金额变动", "-80,000.00 元", "合同总额", "变更 HT-2026-0001 第 3 条“付款”"):
        assert words in shown
    assert "<del>60%" in shown
    assert "<ins>50%" in shown


def test_he_wants_a_clause_otherwise_and_takes_it_back(customer, address, contract, say):
    payment = keys(contract)[2]
    wrong = say(f"change-{payment}", comment=" ", wording="")
    assert wrong.status_code == 422
    assert "请写下要改成什么样" in page(wrong)
    say(f"change-{payment}", comment="太早", wording="验收后付 100% <b>")
    shown = page(customer.get(address))
    assert "您要求修改" in shown
    assert "验收后付 100% &lt;b&gt;" in shown
    assert "同意这 3 条" in shown
    say(f"back-{payment}")
    assert "同意这 4 条" in page(customer.get(address))
    say(f"agree-{payment}")
    assert "您已同意" in page(customer.get(address))


def test_a_newer_version_is_said_kindly_and_his_words_are_given_back(customer, address, contract, say, by, now):
    say("all")
    reworded(contract, "付款", "合同生效后 5 日内付 50%，验收后付 50%。")
    actions.prepare(contract=contract, by=by, now=now)
    assert "合同正在更新" in page(customer.get(address))
    late = say(f"change-{keys(contract)[2]}", comment="我写了很久")
    assert late.status_code == 409
    assert "我写了很久" in page(late)
    actions.bring_forward(invitation=contract.invitations.get(), by=by, now=now)
    shown = page(customer.get(address))
    assert "这一条在您同意之后改过" in shown
    assert "同意这 1 条" in shown


def test_he_is_told_that_what_he_wanted_changed_has_been(customer, address, contract, say, by, now):
    say(f"change-{keys(contract)[2]}", comment="首付太多")
    assert "已经改过" not in page(customer.get(address))
    reworded(contract, "付款", "合同生效后 5 日内付 30%，验收后付 70%。")
    actions.prepare(contract=contract, by=by, now=now)
    actions.bring_forward(invitation=contract.invitations.get(), by=by, now=now)
    assert page(customer.get(address)).count("您要求修改的这一条已经改过") == 1
    say(f"agree-{keys(contract)[2]}")
    assert "已经改过" not in page(customer.get(address))


def test_signed_lost_and_withdrawn(customer, address, contract, invitation, deal):
    Contract.objects.filter(pk=contract.pk).update(
        state="signed", signed_on=date(2026, 11, 20), signed_version=invitation.version
    )
    shown = page(customer.get(address))
    assert "已签署" in shown
    assert "同意这" not in shown
    Contract.objects.filter(pk=contract.pk).update(state="withdrawn", signed_on=None, signed_version=None)
    assert "不再需要确认" in page(customer.get(address))
    lost(deal)
    assert "不再需要确认" in page(customer.get(address))


def test_a_colleague_only_looks(login, address, say, invitation):
    client = login("rep")
    assert "只能看" in page(client.get(address))
    assert client.post(address, {"do": "all", "version": invitation.version_id}).status_code == 403
    assert not ClauseConfirmation.objects.exists()


@pytest.mark.parametrize("do", ["", "agree-", "agree-999999", "change-²", "nonsense-1", "back-" + "9" * 30])
def test_odd_presses_change_nothing(say, do):
    assert say(do, comment="x").status_code in (302, 422)
    assert not ClauseConfirmation.objects.exists()


def test_too_long_a_word_is_given_back(say, contract):
    long = say(f"change-{keys(contract)[0]}", comment="长" * 1001)
    assert long.status_code == 422
    assert "最多 1000 个字" in page(long)


def test_he_takes_it_with_him(customer, address, contract, by, now):
    paper = customer.get(f"{address}docx/")
    found = [paper.status_code, paper.headers.get("Content-Disposition", "")]
    assert found == [200, 'attachment; filename="HT-2026-0001-v1.docx"']
    assert b"".join(paper.streaming_content)[:2] == b"PK"
