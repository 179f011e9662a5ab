"""What can be done with a contract: drafted, written, compared, signed, amended, ended."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from tests.conftest import NOW
from tests.steps.contracts.cases import TERMS, TEXTS, a_contract, a_signed_contract, agreed, head_of
from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.actions import load_starter
from tuoke.spine.library.models import Item
from tuoke.spine.library.queries import current_of
from tuoke.steps.contracts import actions, facts, queries
from tuoke.steps.contracts.models import Clause, Contract, ContractVersion
from tuoke.steps.contracts.rules import ClauseDraft, PaperDraft, Part, SignDraft, Template
from tuoke.steps.negotiation.rounds import actions as rounds
from tuoke.steps.proposals.offers.models import Offer, OfferLine

pytestmark = pytest.mark.usefixtures("alone")


def refusal(act, **given):
    with pytest.raises(Refused) as refused:
        act(**given)
    return refused.value.verdict.codes


def fresh(contract):
    return Contract.objects.select_related("opportunity__customer", "parent", "agreed").get(pk=contract.pk)


def put(contract, part, text, *, by):
    clause = Clause.objects.standing().select_related("contract__opportunity").get(contract=contract, part=part)
    draft = ClauseDraft(part, clause.title, text)
    return actions.edit_clause(clause=clause, version=clause.version, draft=draft, by=by, now=NOW)


def frozen(contract, by):
    return actions.freeze(contract=fresh(contract), note="", by=by, now=NOW)


def sign(contract, *, by, on=date(2026, 11, 23)):
    version = queries.latest_version(contract)
    draft = SignDraft(version.pk if version else 0, on)
    return actions.sign(contract=fresh(contract), draft=draft, by=by, now=NOW)


def an_offer(deal, *lines):
    offer = Offer.objects.create(opportunity=deal, number=1, state="issued", created_at=NOW)
    for name, quantity, unit in lines:
        OfferLine.objects.create(offer=offer, name=name, quantity=quantity, unit=unit, unit_price=1)
    return offer


class TestDrafting:
    def test_the_librarys_clauses_with_what_was_agreed_in_them(self, deal, by):
        """Nothing is left out: a draft in one press has no finding but those that somebody has to decide."""
        load_starter(by=system("test"), now=NOW)
        an_offer(deal, ("数据整合平台", 1, "套"), ("扫码终端", 20, "台"))
        agreed(deal, by=by)
        contract = actions.begin(deal=deal, by=by, now=NOW)
        clauses = queries.clauses_of(contract)
        said = {part: "\n".join(c.text for c in clauses if c.part == part) for part in Part}
        assert (contract.number, contract.amount, contract.delivery_days) == ("HT-2026-0001", TERMS.price, 90)
        assert "扫码终端，数量 20 台" in said["scope"]
        assert "480,000.00元（大写：肆拾捌万元整）" in said["payment"]
        assert "首付 40%，即 192,000.00 元" in said["payment"]
        assert "90日内完成交付" in said["standard"]
        assert all(clause.why for clause in clauses)
        (old,) = queries.findings_of(contract)  # the library's own clause still says what was negotiated away
        assert (old.what, old.sort, old.agreed) == ("term", "contradicts", "0.03%")
        assert "违约金：每日 0.03%。" in said["breach"]

    def test_without_a_library_every_part_is_there(self, deal, by):
        agreed(deal, by=by)
        contract = actions.begin(deal=deal, by=by, now=NOW)
        assert {clause.part for clause in contract.clauses.all()} >= {"scope", "standard", "payment", "breach"}

    def test_refused_without_terms_and_twice(self, deal, by):
        assert refusal(actions.begin, deal=deal, by=by, now=NOW) == ("nothing_agreed",)
        contract = a_contract(deal, by=by)
        assert refusal(actions.begin, deal=deal, by=by, now=NOW) == ("contract_exists",)
        actions.withdraw(contract=fresh(contract), version=fresh(contract).version, by=by, now=NOW)
        second = actions.begin(deal=deal, by=by, now=NOW)
        assert second.number == "HT-2026-0002"
        assert refusal(actions.restore, contract=fresh(contract), by=by, now=NOW) == ("contract_exists",)

    def test_a_number_of_what_came_to_nothing_is_given_again(self, deal, by):
        agreed(deal, by=by)
        with transaction.atomic():
            actions.begin(deal=deal, by=by, now=NOW)
            transaction.set_rollback(True)
        assert actions.begin(deal=deal, by=by, now=NOW).number == "HT-2026-0001"

    def test_somebody_elses_deal_is_not_there(self, company, deal):
        with pytest.raises(Opportunity.DoesNotExist):
            actions.begin(deal=deal, by=company.by("other_team"), now=NOW)


class TestWriting:
    def test_head_and_open_places(self, deal, by):
        contract = a_contract(deal, by=by, texts={**TEXTS, "own": "使用期自〔开始日期〕起至〔结束日期〕止。"})
        draft = head_of(contract, starts_on=date(2026, 12, 1), ends_on=date(2027, 11, 30))
        actions.edit_head(contract=contract, version=contract.version, draft=draft, by=by, now=NOW)
        clause = contract.clauses.get(part="own", withdrawn_at=None)
        assert clause.text == "使用期自2026 年 12 月 1 日起至2027 年 11 月 30 日止。"
        assert [value["day"] for value in clause.values] == ["2026-12-01", "2027-11-30"]
        with pytest.raises(Conflict):
            actions.edit_head(contract=contract, version=contract.version, draft=draft, by=by, now=NOW)

    def test_what_is_wrong_is_said_all_at_once(self, deal, by):
        contract = a_contract(deal, by=by)
        draft = head_of(
            contract, title=" ", amount=Decimal("1e18"), starts_on=date(2027, 1, 2), ends_on=date(2027, 1, 1),
            delivery_days=10**6, their_signer_id=999,
        )  # fmt: skip
        codes = refusal(actions.edit_head, contract=contract, version=contract.version, draft=draft, by=by, now=NOW)
        assert set(codes) == {
            "title_missing",
            "amount_out_of_range",
            "days_out_of_range",
            "ends_before_start",
            "contact_elsewhere",
        }

    def test_clauses_go_and_come_back_and_are_put_in_order(self, deal, by):
        contract = a_contract(deal, by=by)
        new = actions.add_clause(contract=contract, draft=ClauseDraft("scope", "配合", "双方配合。"), by=by, now=NOW)
        first = contract.clauses.standing().get(part="scope", title="条款 scope")
        actions.reorder(contract=contract, order=[new.pk, first.pk], by=by, now=NOW)
        assert [c.pk for c in queries.clauses_of(contract)][:2] == [new.pk, first.pk]
        assert refusal(actions.reorder, contract=contract, order=[new.pk, new.pk], by=by, now=NOW) == ("order_unknown",)
        new.refresh_from_db()
        actions.withdraw_clause(clause=new, version=new.version, by=by, now=NOW)
        assert new.pk not in [c.pk for c in queries.clauses_of(contract)]
        actions.restore_clause(clause=new, by=by, now=NOW)
        assert new.pk in [c.pk for c in queries.clauses_of(contract)]

    def test_from_the_library_once(self, deal, by):
        load_starter(by=system("test"), now=NOW)
        contract = a_contract(deal, by=by)
        version = current_of(Item.objects.get(kind="clause", title="质保与服务 · 一年，工作日响应"))
        template = Template(version.item_id, version.pk, Part.OWN, "质保与服务", version.parsed.text)
        given = {"contract": contract, "source": version, "template": template, "by": by, "now": NOW}
        assert actions.take_clause(**given).source_id == version.pk
        assert refusal(actions.take_clause, **given) == ("clause_there",)


class TestVersions:
    def test_the_same_words_make_no_new_version(self, deal, by):
        contract = a_contract(deal, by=by)
        one = frozen(contract, by)
        assert frozen(contract, by).pk == one.pk
        put(contract, "breach", "每逾期一日支付 0.03% 的违约金。", by=by)
        assert frozen(contract, by).number == 2

    def test_the_database_keeps_a_version_as_it_is(self, deal, by):
        version = frozen(a_contract(deal, by=by), by)
        with pytest.raises(DatabaseError), transaction.atomic():
            ContractVersion.objects.filter(pk=version.pk).update(note="anders")


class TestComparing:
    def test_a_departure_blocks_until_a_manager_accepts_it_as_it_reads(self, company, deal, by):
        contract = a_contract(deal, by=by)
        put(contract, "standard", "乙方自合同生效之日起三个月内完成交付。", by=by)
        frozen(contract, by)
        assert refusal(sign, contract=contract, by=by) == ("findings_open",)
        (found,) = queries.findings_of(fresh(contract))
        given = {"contract": fresh(contract), "key": found.key, "seal": found.seal, "reason": "客户要求", "now": NOW}
        assert refusal(actions.accept, **given, by=by) == ("not_manager",)
        accepted = actions.accept(**given, by=company.by("team_lead"))
        assert queries.findings_of(fresh(contract)) == []
        assert facts.facts_of(deal) == {"contract_matches": True}
        put(contract, "standard", "乙方自合同生效之日起四个月内完成交付。", by=by)
        assert len(queries.findings_of(fresh(contract))) == 1, "new words have to be accepted anew"
        actions.withdraw_acceptance(accepted=accepted, by=company.by("team_lead"), now=NOW)
        assert facts.facts_of(deal) == {"contract_matches": False}

    def test_nobody_accepts_in_his_own_matter(self, company, deal, by):
        contract = a_contract(deal, by=by)
        put(contract, "standard", "乙方自合同生效之日起三个月内完成交付。", by=by)
        Opportunity.objects.filter(pk=deal.pk).update(owner=company.team_lead)
        (found,) = queries.findings_of(fresh(contract))
        lead = company.by("team_lead")
        given = {"contract": fresh(contract), "key": found.key, "seal": found.seal, "by": lead, "now": NOW}
        assert refusal(actions.accept, **given, reason="") == ("reason_missing", "own_difference")

    def test_terms_that_were_negotiated_anew(self, deal, by):
        contract = a_contract(deal, by=by)
        frozen(contract, by)
        terms = contract.agreed
        rounds.reopen_agreement(agreed=terms, by=by, now=NOW, reason="客户要求降价")
        assert refusal(sign, contract=contract, by=by) == ("agreed_reopened",)
        assert facts.facts_of(deal) == {"contract_matches": False}
        agreed(deal, by=by, number=2)
        assert refusal(sign, contract=contract, by=by) == ("agreed_anew",)
        actions.compare_anew(contract=fresh(contract), by=by, now=NOW)
        assert sign(contract, by=by).is_signed


class TestSigning:
    def test_the_deal_is_won_with_amount_and_day(self, deal, by):
        signed = a_signed_contract(deal, by=by, on=date(2026, 11, 20))
        assert (deal.outcome, deal.outcome_on, deal.amount) == ("won", date(2026, 11, 20), Decimal(480_000))
        assert (signed.state, signed.signed_version.number) == ("signed", 1)
        assert queries.contract_amount(deal) == Decimal(480_000)
        assert facts.facts_of(deal) == {"contract_matches": True}
        codes = refusal(put, contract=signed, part="scope", text="anders", by=by)
        assert codes == ("contract_signed",)

    def test_every_reason_at_once(self, deal, by):
        contract = a_contract(deal, by=by, texts={**TEXTS, "own": "自〔开始日期〕起。"})
        draft = head_of(contract, amount=None, their_party="")
        actions.edit_head(contract=contract, version=contract.version, draft=draft, by=by, now=NOW)
        codes = refusal(sign, contract=contract, by=by, on=NOW.date() + timedelta(days=1))
        wanted = ("version_missing", "amount_missing", "their_party_missing", "open_places", "findings_open")
        assert codes == ("signed_in_future", *wanted)

    def test_not_what_was_changed_since(self, deal, by):
        contract = a_contract(deal, by=by)
        version = frozen(contract, by)
        put(contract, "scope", TEXTS["scope"] + "\n双方配合。", by=by)
        assert refusal(sign, contract=contract, by=by) == ("version_missing",)
        frozen(contract, by)
        draft = SignDraft(version.pk, NOW.date())
        with pytest.raises(Conflict):
            actions.sign(contract=fresh(contract), draft=draft, by=by, now=NOW)

    def test_what_the_rooms_beside_have_against_it(self, deal, by, monkeypatch):
        from tuoke.base.kernel.verdict import no
        from tuoke.steps.contracts import hooks

        monkeypatch.setattr(hooks, "against_signing", [lambda version: no("unconfirmed_clauses", count=2)])
        contract = a_contract(deal, by=by)
        frozen(contract, by)
        assert refusal(sign, contract=contract, by=by) == ("unconfirmed_clauses",)
        deal.refresh_from_db()
        assert deal.outcome == "open"

    def test_only_at_the_contracts_step(self, deal, by):
        contract = a_contract(deal, by=by)
        frozen(contract, by)
        Opportunity.objects.filter(pk=deal.pk).update(step="negotiation")
        assert refusal(sign, contract=contract, by=by) == ("not_at_contract",)

    def test_winning_asks_for_a_signed_contract(self, deal, by, monkeypatch):
        from tuoke.spine.deals import hooks

        monkeypatch.setattr(hooks, "against_winning", [facts.signed_first])
        assert refusal(deals.close_won, deal=deal, by=by, now=NOW) == ("contract_unsigned",)
        a_signed_contract(deal, by=by)
        assert deal.outcome == "won"

    def test_noted_afterwards_by_a_manager(self, company, deal, by):
        paper = PaperDraft("框架合同", Decimal(300_000), date(2026, 10, 1), "上线前已签")
        assert refusal(actions.record_signed, deal=deal, paper=paper, by=by, now=NOW) == ("not_manager",)
        actions.record_signed(deal=deal, paper=paper, by=company.by("team_lead"), now=NOW)
        deal.refresh_from_db()
        assert (deal.outcome, deal.amount, deal.outcome_on) == ("won", Decimal(300_000), date(2026, 10, 1))
        assert facts.facts_of(deal) == {"contract_matches": False}


class TestAfterwards:
    def test_amendments_change_what_it_comes_to(self, company, deal, by):
        main = a_signed_contract(deal, by=by)
        extra = actions.amend(contract=main, title="增购终端", by=by, now=NOW)
        assert refusal(actions.amend, contract=main, title="又一份", by=by, now=NOW) == ("amendment_open",)
        draft = head_of(extra, amount=Decimal(-480_000))
        extra = actions.edit_head(contract=fresh(extra), version=extra.version, draft=draft, by=by, now=NOW)
        clause = ClauseDraft("scope", "减项", "取消全部内容。")
        actions.add_clause(contract=fresh(extra), draft=clause, by=by, now=NOW)
        frozen(extra, by)
        assert refusal(sign, contract=extra, by=by) == ("total_not_positive",)
        extra = fresh(extra)
        draft = head_of(extra, amount=Decimal("-80000.50"))
        actions.edit_head(contract=extra, version=extra.version, draft=draft, by=by, now=NOW)
        said = "合同总金额由 480,000.00 元减少 80,000.50 元，变更后合同总金额为 %s 元。"
        clause = ClauseDraft("payment", "金额", said % "400,000.00")
        clause = actions.add_clause(contract=fresh(extra), draft=clause, by=by, now=NOW)
        (total,) = queries.findings_of(fresh(extra))
        assert (total.sort, total.agreed, total.contract) == ("contradicts", "399999.50", "400000.00")
        draft = ClauseDraft("payment", "金额", said % "399,999.50")
        actions.edit_clause(clause=clause, version=clause.version, draft=draft, by=by, now=NOW)
        frozen(extra, by)
        assert refusal(sign, contract=extra, by=by, on=main.signed_on - timedelta(days=1)) == ("before_deal",)
        sign(extra, by=by)
        assert queries.contract_amount(deal) == Decimal("399999.50")
        assert [c.kind for c in queries.signed_contracts(deal)] == ["main", "amendment"]
        lead = company.by("team_lead")
        given = {"on": NOW.date(), "reason": "客户停产", "by": lead, "now": NOW}
        assert refusal(actions.terminate, contract=fresh(main), **given) == ("amendments_signed",)
        actions.terminate(contract=fresh(extra), **given)
        actions.terminate(contract=fresh(main), **given)
        assert queries.contract_amount(deal) is None

    def test_an_amendment_says_what_it_changes_and_misquotes_nothing(self, deal, by):
        main = a_signed_contract(deal, by=by)
        extra = actions.amend(contract=main, title="改付款", by=by, now=NOW)
        draft = head_of(extra, amount=Decimal(20_000), delivery_days=120)
        extra = actions.edit_head(contract=fresh(extra), version=extra.version, draft=draft, by=by, now=NOW)
        text = "合同总金额由 480,000.00 元调整为 500,000.00 元。首付由 %s 改为 50%%。"
        clause = ClauseDraft("payment", "首付", text % "30%")
        clause = actions.add_clause(contract=fresh(extra), draft=clause, by=by, now=NOW)
        (wrong,) = queries.findings_of(fresh(extra))
        assert (wrong.sort, wrong.agreed, wrong.contract) == ("contradicts", "40%、20%", "30%")
        draft = ClauseDraft("payment", "首付", text % "40%")
        actions.edit_clause(clause=clause, version=clause.version, draft=draft, by=by, now=NOW)
        assert queries.findings_of(fresh(extra)) == []
        said = frozen(extra, by).frozen
        assert said.changes == (("total", "480000.00", "500000.00"), ("delivery_days", "90", "120"))
        (altered,) = [clause.alters for clause in said.clauses]
        assert (altered.of, altered.place) == (main.number, 3)
        assert altered.values == (("480,000.00 元", "500,000.00 元"), ("40%", "50%"))
        sign(extra, by=by)
        again = actions.amend(contract=fresh(main), title="再改", by=by, now=NOW)
        clause = ClauseDraft("payment", "首付", "首付改为 60%。")
        actions.add_clause(contract=fresh(again), draft=clause, by=by, now=NOW)
        (change,) = queries.standing(fresh(again)).amended.values()
        assert (change.target.of, change.values) == (extra.number, (("50%", "60%"),))

    def test_a_deal_closed_by_mistake_is_won_again_by_what_is_signed(self, deal, by):
        later = NOW + timedelta(days=3)
        a_signed_contract(deal, by=by, on=date(2026, 11, 20))
        deals.reopen(deal=deal, reason="误关", by=by, now=later)
        assert refusal(actions.begin, deal=deal, by=by, now=later) == ("contract_exists",)
        assert refusal(deals.close_lost, deal=deal, reason="不做了", by=by, now=later) == ("contract_stands",)
        assert refusal(deals.close_void, deal=deal, reason="录错", by=by, now=later) == ("contract_stands",)
        Opportunity.objects.filter(pk=deal.pk).update(amount=Decimal(1))
        won = deals.close_won(deal=deal, by=by, now=later)
        assert (won.outcome, won.outcome_on, won.amount) == ("won", date(2026, 11, 20), Decimal(480_000))
        assert Contract.objects.filter(opportunity=deal).count() == 1

    def test_a_terminated_contract_makes_room_for_another(self, company, deal, by):
        later = NOW + timedelta(days=3)
        first = a_signed_contract(deal, by=by)
        deals.reopen(deal=deal, reason="客户反悔", by=by, now=later)
        lead = company.by("team_lead")
        actions.terminate(contract=first, on=later.date(), reason="客户反悔", by=lead, now=later)
        assert refusal(deals.close_won, deal=deal, by=by, now=later) == ("contract_unsigned",)
        second = a_signed_contract(deal, by=by, now=later, on=later.date())
        assert (deal.outcome, deal.outcome_on, queries.current_contract(deal)) == ("won", later.date(), second)

    def test_a_lost_deal_takes_its_draft_with_it(self, deal, by):
        contract = a_contract(deal, by=by)
        deals.close_lost(deal=deal, reason="价格", by=by, now=NOW)
        assert fresh(contract).state == "withdrawn"
        assert refusal(actions.restore, contract=fresh(contract), by=by, now=NOW) == ("deal_closed",)

    def test_what_happened_stands_in_the_contracts_section(self, deal, by):
        a_signed_contract(deal, by=by)
        sections = set(Event.objects.filter(kind__startswith="contracts.").values_list("section", flat=True))
        assert sections == {"contracts"}


def test_a_constant_number_of_queries(deal, by):
    """Three times the clauses and findings cost what one costs."""
    contract = a_contract(deal, by=by)
    with connection.execute_wrapper(counted := Counter()):
        queries.readiness(fresh(contract), NOW.date())
    for place in range(9):
        text = f"{place}：三个月内完成交付，自合同生效之日起。"
        actions.add_clause(contract=fresh(contract), draft=ClauseDraft("own", f"其他 {place}", text), by=by, now=NOW)
    with connection.execute_wrapper(again := Counter()):
        queries.readiness(fresh(contract), NOW.date())
    assert counted.count == again.count


class Counter:
    def __init__(self):
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        return execute(sql, params, many, context)
