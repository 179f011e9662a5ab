"""The contract's screens."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests.conftest import NOW
from tests.steps.contracts.cases import TEXTS, a_contract, a_signed_contract, agreed
from tuoke.spine.deals.models import Membership
from tuoke.steps.contracts import actions, queries
from tuoke.steps.contracts.documents import contract_document
from tuoke.steps.contracts.models import Clause, Contract
from tuoke.steps.contracts.payments.models import Instalment
from tuoke.steps.contracts.rules import ClauseDraft

pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture
def rep(login):
    return login("rep")


def at(name, *args):
    return reverse(f"contracts:{name}", args=args)


def test_from_nothing_to_a_signature(rep, deal, by):
    """One walk: empty page, one press, head, version, signature; without a script."""
    page = rep.get(at("page", deal.pk))
    assert "还没有谈定的条件" in page.content.decode()
    agreed(deal, by=by)
    assert "一键起草合同" in rep.get(at("page", deal.pk)).content.decode()
    rep.post(at("begin", deal.pk))
    contract = Contract.objects.get()
    shown = rep.get(contract.get_absolute_url()).content.decode()
    assert "HT-2026-0001" in shown
    for clause in Clause.objects.filter(contract=contract):
        rep.post(at("clause_withdraw", clause.pk), {"version": clause.version})
    for part, text in TEXTS.items():
        rep.post(at("clause_add", contract.pk), {"new-part": part, "new-title": part, "new-text": text})
    assert "逐条一致" in rep.get(contract.get_absolute_url()).content.decode()
    rep.post(at("freeze", contract.pk), {"note": "第一稿"})
    version = queries.latest_version(contract)
    assert "可以签署了" in rep.get(contract.get_absolute_url()).content.decode()
    wrong = rep.post(at("sign", contract.pk), {"signed_on": "2027-01-01", "version_id": version.pk})
    assert wrong.status_code == 422
    rep.post(at("sign", contract.pk), {"signed_on": "2026-11-20", "version_id": version.pk})
    deal.refresh_from_db()
    assert (deal.outcome, str(deal.outcome_on)) == ("won", "2026-11-20")
    assert "起草补充协议" in rep.get(contract.get_absolute_url()).content.decode()


def test_a_departure_is_marked_and_accepted_by_a_manager(rep, login, deal, by):
    contract = a_contract(deal, by=by, texts={**TEXTS, "standard": "自合同生效之日起三个月内尽快完成交付。"})
    shown = rep.get(contract.get_absolute_url()).content.decode()
    assert "与谈定的不一致" in shown
    assert "90 天" in shown
    assert "写明日期或天数" in shown
    (found,) = queries.findings_of(contract)
    url = f"{at('accept', contract.pk)}?key={found.key}&seal={found.seal}"
    given = {"key": found.key, "seal": found.seal, "reason": "客户要求"}
    assert rep.post(url, given).status_code == 422
    lead = login("team_lead")
    assert lead.post(url, given).status_code == 302
    assert "接受：客户要求" in lead.get(contract.get_absolute_url()).content.decode()


def test_a_stale_clause_shows_both_sides(rep, deal, by):
    contract = a_contract(deal, by=by)
    clause = Clause.objects.standing().get(contract=contract, part="scope")
    prefix = f"clause{clause.pk}"
    given = {f"{prefix}-part": "scope", f"{prefix}-title": "范围", f"{prefix}-text": "我写的", f"{prefix}-version": 9}
    answer = rep.post(at("clause_edit", clause.pk), given)
    assert answer.status_code == 409
    assert "我写的" in answer.content.decode()
    given |= {f"{prefix}-version": clause.version, f"{prefix}-text": ""}
    assert rep.post(at("clause_edit", clause.pk), given).status_code == 422


def test_bad_heads_are_told_what_is_right(rep, deal, by):
    contract = a_contract(deal, by=by)
    for amount, words in (("$500", "人民币"), ("-5万", "小于 0"), ("99999亿亿", "金额"), ("NaN", "看不明白")):
        answer = rep.post(at("head", contract.pk), {"title": "合同", "amount": amount, "version": contract.version})
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_versions_are_compared_and_printed(rep, deal, by):
    contract = a_contract(deal, by=by)
    first = actions.freeze(contract=contract, note="", by=by, now=NOW)
    actions.add_clause(contract=contract, draft=ClauseDraft("own", "转包", "不得转包。"), by=by, now=NOW)
    second = actions.freeze(contract=contract, note="加了转包", by=by, now=NOW)
    page = rep.get(at("version", second.pk), {"against": first.number}).content.decode()
    assert "新增" in page
    assert "不得转包" in page
    for kind, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        answer = rep.get(at("export", second.pk, kind))
        assert answer.content.startswith(start)
    assert rep.get(at("export", second.pk, "exe")).status_code == 404


def test_the_customers_version_is_compared(rep, deal, by):
    contract = a_contract(deal, by=by)
    assert "还没有定版" in rep.get(at("returned", contract.pk)).content.decode()
    actions.freeze(contract=contract, note="", by=by, now=NOW)
    text = "\n".join(said for part, said in TEXTS.items() if part != "breach").replace("90 日", "120 日")
    page = rep.post(at("returned", contract.pk), {"text": text}).content.decode()
    assert "被删掉" in page
    assert "120 日" in page
    assert rep.post(at("returned", contract.pk), {}).status_code == 422


def test_who_may(login, company, deal, by):
    """Somebody else's contract isn't there; an auditor reads; a colleague of the technical side reads none."""
    contract = a_signed_contract(deal, by=by)
    Membership.objects.create(opportunity=deal, user=company.collaborator)
    assert login("auditor").get(contract.get_absolute_url()).status_code == 200
    assert login("auditor").get(at("head", contract.pk)).status_code == 403
    assert login("collaborator").get(contract.get_absolute_url()).status_code in (403, 404)


def test_amending_and_recording(rep, login, deal, by):
    assert (
        rep.post(
            at("record", deal.pk), {"title": "合同", "amount": "30万", "signed_on": "2026-10-01", "reason": "已签"}
        ).status_code
        == 422
    )
    lead = login("team_lead")
    lead.post(at("record", deal.pk), {"title": "合同", "amount": "30万", "signed_on": "2026-10-01", "reason": "已签"})
    main = Contract.objects.get()
    assert main.is_recorded
    rep = login("rep")
    rep.post(at("amend", main.pk), {"title": "增购"})
    extra = main.amendments.get()
    rep.post(at("head", extra.pk), {"title": "增购", "amount": "-5万", "version": extra.version})
    extra.refresh_from_db()
    assert extra.amount == -50_000
    assert rep.get(extra.get_absolute_url()).status_code == 200
    ended = lead.post(at("terminate", main.pk), {"on": "2026-11-20", "reason": "停产"})
    assert ended.status_code == 422, "its amendment first"


def test_the_page_costs_the_same_for_many_clauses(rep, deal, by):
    contract = a_contract(deal, by=by)
    rep.get(contract.get_absolute_url())
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        rep.get(contract.get_absolute_url())
    for place in range(6):
        draft = ClauseDraft("own", f"其他 {place}", "自合同生效之日起三个月内完成交付，按 3 美元计。")
        actions.add_clause(contract=contract, draft=draft, by=by, now=NOW)
    with CaptureQueriesContext(connection) as many:
        rep.get(contract.get_absolute_url())
    assert len(many) <= len(one)


def test_an_amendment_shows_and_prints_what_it_changes(rep, deal, by):
    main = a_signed_contract(deal, by=by)
    extra = actions.amend(contract=main, title="延期", by=by, now=NOW)
    for part, title, text in (
        ("standard", "交付时间", "第 2 条的交付期延长至 120 日。"),
        ("own", "保密", "双方保密。"),
    ):
        actions.add_clause(contract=extra, draft=ClauseDraft(part, title, text), by=by, now=NOW)
        extra.refresh_from_db()
    Contract.objects.filter(pk=extra.pk).update(amount=Decimal(-1000), delivery_days=120)
    page = rep.get(extra.get_absolute_url()).content.decode()
    assert f"变更 {main.number} 第 2 条" in page
    assert [page.count(f"<del>{said}</del>") for said in ("90 日", "90 天", "¥480,000.00")] == [1, 1, 1]
    assert page.count("新增的条款") == 1
    version = actions.freeze(contract=Contract.objects.get(pk=extra.pk), by=by, now=NOW)
    assert f"变更 {main.number} 第 2 条" in rep.get(version.get_absolute_url()).content.decode()
    version.contract = extra
    paper = str(contract_document(version))
    for said in (f"本条变更合同 {main.number} 第 2 条", "原 90 日，现 120 日", "原 ¥480,000.00 → 现 ¥479,000.00"):
        assert said in paper


def test_a_deal_taken_up_again_says_what_is_signed_and_the_ways_on(login, company, deal, by):
    lead = login("team_lead")
    main = a_signed_contract(deal, by=by)
    asked = lead.get(reverse("deals:reopen", args=[deal.pk])).content.decode()
    assert f"合同 {main.number}（" in asked
    lead.post(reverse("deals:reopen", args=[deal.pk]), {"reason": "误关"})
    page = lead.get(main.get_absolute_url()).content.decode()
    for name, pk in (("deals:won", deal.pk), ("contracts:amend", main.pk), ("contracts:terminate", main.pk)):
        assert reverse(name, args=[pk]) in page
    rooms = lead.get(reverse("deals:rooms", args=[deal.pk]))
    assert "商机又打开了" in rooms.content.decode()
    asked = lead.get(reverse("deals:won", args=[deal.pk])).content.decode()
    assert "480,000.00" in asked
    assert 'name="amount"' not in asked
    assert main.number in lead.get(reverse("deals:lost", args=[deal.pk])).content.decode()
    assert lead.post(reverse("deals:won", args=[deal.pk])).status_code == 302
    deal.refresh_from_db()
    assert (deal.outcome, deal.outcome_on) == ("won", main.signed_on)


def test_where_a_contract_was_terminated_another_is_begun_from_its_page(login, company, deal, by):
    lead = login("team_lead")
    main = a_signed_contract(deal, by=by)
    lead.post(reverse("deals:reopen", args=[deal.pk]), {"reason": "客户反悔"})
    given = {"on": main.signed_on.isoformat(), "reason": "客户反悔"}
    assert lead.post(reverse("contracts:terminate", args=[main.pk]), given).status_code == 302
    begin = reverse("contracts:begin", args=[deal.pk])
    assert begin in lead.get(main.get_absolute_url()).content.decode()
    assert lead.post(begin).status_code == 302
    assert queries.current_contract(deal).is_open
    assert begin not in lead.get(main.get_absolute_url()).content.decode()


def test_the_page_to_sign_lists_every_reason_against_it_with_its_way(rep, deal, by):
    """Opened by its address, and once more after it was pressed in vain."""
    contract = a_contract(deal, by=by, texts={**TEXTS, "standard": "自合同生效之日起 100 日内完成交付。"})
    Contract.objects.filter(pk=contract.pk).update(their_party="")
    url, page = at("sign", contract.pk), contract.get_absolute_url()
    ways = (f"{page}#versions", f"{page}#findings", at("head", contract.pk))
    told = rep.post(url, {"signed_on": "2026-11-20", "version_id": 0})
    assert told.status_code == 422
    for answer in (rep.get(url), told):
        said = answer.content.decode()
        assert [said.count(f'href="{way}"') for way in ways] == [1, 1, 1]
        assert said.count("合同改动后还没有定稿") == 1


def test_what_ends_with_a_contract_is_said_before_it_is_terminated(login, deal, by):
    main = a_signed_contract(deal, by=by)
    for received in (0, 50_000):
        Instalment.objects.create(
            opportunity=deal, name="首付", amount=Decimal("192000.50"), received=Decimal(received), created_at=NOW
        )
    url = at("terminate", main.pk)
    assert "还有 2 期没有收齐，共 ¥334,001.00" in login("team_lead").get(url).content.decode()
    Instalment.objects.update(withdrawn_at=NOW)
    assert "没有收齐" not in login("team_lead").get(url).content.decode()


def test_clauses_with_a_mark_stand_open_and_the_next_thing_in_sight(rep, deal, by):
    contract = a_contract(
        deal, by=by, texts={**TEXTS, "own": "自〔开始日期〕起。", "breach": "尽快赔偿 0.03% 的违约金。"}
    )
    page = rep.get(contract.get_absolute_url()).content.decode()
    assert [page.count(f'<details class="contract-fold"{state}>') for state in (" open", "")] == [2, 3]
    bar = page[page.index("contract-bar") : page.index("contract-head")]
    assert "还差 2 项" in bar
    assert 'href="#lacking"' in bar
