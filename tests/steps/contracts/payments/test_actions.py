"""The schedule and the money: sums that hold, money that is moved and withdrawn, what follows by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from tests.steps.contracts.payments.conftest import TODAY, a_draft, money
from tests.steps.contracts.written import a_contract
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals import hooks as deal_hooks
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.steps.contracts import actions as contracts
from tuoke.steps.contracts.kickoff.models import KickoffPlan, Milestone
from tuoke.steps.contracts.models import Contract
from tuoke.steps.contracts.payments import actions, hooks, queries
from tuoke.steps.contracts.payments.facts import facts_of
from tuoke.steps.contracts.payments.models import Instalment, Receipt
from tuoke.steps.contracts.payments.rules import MOST_INSTALMENTS, Source, State
from tuoke.steps.contracts.payments.sources import listed, tally
from tuoke.steps.targeting.goals.hooks import Slice

pytestmark = pytest.mark.django_db


def refused(act, **given):
    with pytest.raises(Refused) as refusal:
        act(**given)
    return refusal.value.verdict.codes


def a_milestone(deal, name, on, **more):
    plan, _made = KickoffPlan.objects.get_or_create(
        opportunity=deal, defaults={"starts_on": TODAY, "created_at": timezone.now()}
    )
    given = {"kind": "milestone", "starts_on": on, "ends_on": on, "created_at": timezone.now()} | more
    return Milestone.objects.create(plan=plan, name=name, **given)


class TestPlanning:
    def test_drafted_from_the_contract_s_clause(self, company, playbook, deal, by, now):
        Opportunity.objects.filter(pk=deal.pk).update(outcome="open", outcome_on=None, outcome_department=None)
        deal.refresh_from_db()
        a_contract(deal, amount="100000.01")
        accepted = a_milestone(deal, "终验", date(2027, 3, 1))
        rows = actions.draft_schedule(deal=deal, by=by, now=now)
        assert [(row.name, row.amount, row.event) for row in rows] == [
            ("首付款", Decimal("60000.00"), "signed"), ("验收款", Decimal("40000.01"), "accepted"),
        ]  # fmt: skip
        assert (rows[0].due_on, rows[0].days_after) == (None, 5)
        assert (rows[1].milestone, rows[1].due_on) == (accepted, date(2027, 3, 1))
        assert facts_of(deal) == {"payments_scheduled": True}
        assert refused(actions.draft_schedule, deal=deal, by=by, now=now) == ("already_planned",)
        assert queries.basis_of(deal)[0].source is Source.DRAFT

    def test_the_clause_s_own_cents_are_planned(self, deal, by, now):
        Opportunity.objects.filter(pk=deal.pk).update(outcome="open", outcome_on=None, outcome_department=None)
        deal.refresh_from_db()
        text = "首付 50%，即 50.01 元；验收 50%，即 50.00 元。"
        contract = a_contract(deal, amount="100.01", clauses=(("payment", "付款", text),))
        assert [draft.amount for draft in queries.draft_of(deal).drafts] == [Decimal("50.01"), Decimal("50.00")]
        Contract.objects.filter(pk=contract.pk).update(
            amount=Decimal(200)
        )  # the figures are of another whole: its shares
        assert [draft.amount for draft in queries.draft_of(deal).drafts] == [Decimal(100), Decimal(100)]

    def test_what_was_terminated_counts_with_its_amendments(self, deal, now):
        ended = {"state": "terminated", "signed_on": TODAY, "signed_at": now, "ended_on": TODAY}
        main = a_contract(deal, amount="300000.00")
        more = a_contract(deal, number="HT-2026-0002", amount="50000.00", clauses=(), kind="amendment", parent=main)
        for contract in (main, more):
            version = contract.versions.create(number=1, content={}, seal="x", made_at=now)
            Contract.objects.filter(pk=contract.pk).update(**ended, signed_version=version)
        basis, contract = queries.basis_of(deal)
        assert (basis.amount, basis.source, contract) == (Decimal(350_000), Source.ENDED, main)

    def test_a_whole_that_nobody_divided_is_one_instalment(self, deal, by, now):
        (row,) = actions.draft_schedule(deal=deal, by=by, now=now)
        assert (row.amount, row.due_on) == (Decimal(480_000), TODAY)

    def test_the_sum_stays_within_the_contract(self, deal, plan, by, now):
        first = plan(amount=300_000)
        assert refused(actions.add_instalment, deal=deal, draft=a_draft(amount="180000.01"), by=by, now=now) == (
            "over_contract",
        )
        second = plan("尾款", 180_000)
        actions.withdraw_instalment(instalment=second, by=by, now=now)
        assert not facts_of(deal)["payments_scheduled"]
        plan("另一期", 100_000)
        assert refused(actions.restore_instalment, instalment=second, by=by, now=now) == ("over_contract",)
        edited = actions.edit_instalment(instalment=first, version=1, draft=a_draft(amount=200_000), by=by, now=now)
        assert edited.version == 2
        actions.restore_instalment(instalment=second, by=by, now=now)
        assert facts_of(deal)["payments_scheduled"]

    def test_who_saved_first_wins(self, plan, by, now):
        row = plan()
        actions.edit_instalment(instalment=row, version=1, draft=a_draft(amount=5), by=by, now=now)
        with pytest.raises(Conflict):
            actions.edit_instalment(instalment=row, version=1, draft=a_draft(amount=6), by=by, now=now)

    def test_a_milestone_of_another_deal_is_none(self, company, playbook, deal, plan, by, now):
        from tests.spine.followups.cases import a_customer, a_deal

        other = a_deal(company.rep, playbook, customer=a_customer(company.rep, "恒远"), step="contracts")
        milestone = a_milestone(other, "终验", date(2027, 3, 1))
        draft = a_draft(on=None, milestone=milestone.pk)
        assert refused(actions.add_instalment, deal=deal, draft=draft, by=by, now=now) == ("milestone_elsewhere",)

    def test_what_waits_gets_the_day_of_the_plan_s_line(self, deal, plan, by, now):
        row = plan("验收款", on=None, event="accepted", days_after=10)
        assert refused(actions.link_to_plan, deal=deal, by=by, now=now) == ("nothing_to_link",)
        a_milestone(deal, "客户验收", date(2027, 1, 31))
        actions.link_to_plan(deal=deal, by=by, now=now)
        row.refresh_from_db()
        assert row.due_on == date(2027, 2, 10)

    def test_working_days_of_a_clause_are_counted_as_such(self, deal, by, now):
        text = "签约后 5 日内付 60%，终验后 10 个工作日内付 40%。"
        a_contract(deal, amount="100000.00", clauses=(("payment", "付款", text),))
        Opportunity.objects.filter(pk=deal.pk).update(outcome="open", outcome_on=None, outcome_department=None)
        deal.refresh_from_db()
        first, last = actions.draft_schedule(deal=deal, by=by, now=now)
        assert (first.in_workdays, last.in_workdays, last.days_after) == (False, True, 10)
        a_milestone(deal, "终验", date(2027, 3, 1))
        actions.link_to_plan(deal=deal, by=by, now=now)
        last.refresh_from_db()
        assert last.due_on == date(2027, 3, 15)  # a Monday and two weeks; the tenth day would be Thursday, the 11th
        Milestone.objects.update(done_on=date(2027, 3, 3))
        (line,) = (one for one in queries.book_of(by, deal, today=TODAY).lines if one.instalment == last)
        assert line.due_on == date(2027, 3, 17)
        assert actions.follow_all(now) == 1


class TestMoney:
    def test_partial_then_all_of_it(self, plan, receive):
        row = plan(on=TODAY - timedelta(days=3))
        receive(40_000, row)
        row.refresh_from_db()
        assert (row.received, row.is_partial, row.state(TODAY)) == (Decimal(40_000), True, State.OVERDUE)
        receive(60_000, row)
        row.refresh_from_db()
        assert (row.settled_on, row.days_late, row.state(TODAY)) == (TODAY, 3, State.SETTLED)

    def test_one_transfer_for_several_in_the_order_in_which_they_are_due(self, plan, receive, by, now):
        late, early = plan("尾款", 100_000, date(2027, 1, 1)), plan("首付", 50_000)
        parts = receive(170_000, reference="A1")
        assert [(part.instalment, part.amount) for part in parts] == [
            (early, 50_000), (late, 100_000), (None, 20_000),
        ]  # fmt: skip
        actions.withdraw_receipt(receipt=parts[1], reason="金额输错", by=by, now=now)
        assert not Receipt.objects.standing().exists()
        assert not Instalment.objects.filter(received__gt=0).exists()
        actions.restore_receipt(receipt=parts[0], by=by, now=now)
        assert queries.paid_of(late.opportunity) == 170_000

    def test_never_more_than_the_contract_nor_than_the_instalment(self, deal, plan, receive, by, now):
        row = plan(amount=100_000)
        given = {"deal": deal, "by": by, "now": now}
        assert refused(actions.receive, draft=money(100_001), instalment=row, **given) == ("over_instalment",)
        assert refused(actions.receive, draft=money(480_001), instalment=None, **given) == ("over_contract_received",)
        receive(480_000)
        assert refused(actions.receive, draft=money("0.01"), instalment=None, **given) == ("over_contract_received",)

    def test_a_year_mistyped_is_found_and_money_ahead_of_the_deal_kept(self, deal, receive, by, now):
        early = replace(money(100), received_on=date(2025, 11, 20))
        assert refused(actions.receive, deal=deal, draft=early, instalment=None, by=by, now=now) == ("before_deal",)
        assert actions.receive(
            deal=deal, draft=replace(early, received_on=date(2026, 9, 1)), instalment=None, by=by, now=now
        )

    def test_the_same_transfer_is_entered_once(self, deal, receive, by, now):
        receive(100, reference="0012")
        given = {"deal": deal, "instalment": None, "by": by, "now": now}
        assert refused(actions.receive, draft=money(100, reference=" 0012 "), **given) == ("already_entered",)

    def test_a_refund_takes_from_what_came_in(self, deal, plan, receive, by, now):
        row = plan(amount=100_000)
        receipt = receive(100_000, row)[0]
        given = {"deal": deal, "instalment": row, "by": by, "now": now}
        assert refused(actions.refund, draft=money(100_001, note="退"), **given) == ("refund_too_large",)
        actions.refund(draft=money(30_000, note="少做一项"), **given)
        row.refresh_from_db()
        assert (row.received, row.settled_on, queries.paid_of(deal)) == (Decimal(70_000), None, Decimal(70_000))
        assert refused(actions.withdraw_receipt, receipt=receipt, reason="错", by=by, now=now) == ("would_be_negative",)

    def test_set_against_another_instalment(self, plan, receive, by, now):
        first, second = plan(amount=100), plan("第二期", 50)
        receipt = receive(100, first)[0]
        assert refused(actions.assign_receipt, receipt=receipt, instalment=second, by=by, now=now) == (
            "over_instalment",
        )
        assert refused(actions.withdraw_instalment, instalment=first, by=by, now=now) == ("has_receipts",)
        actions.assign_receipt(receipt=receipt, instalment=None, by=by, now=now)
        first.refresh_from_db()
        assert (first.received, first.settled_on) == (Decimal(0), None)

    def test_nothing_comes_in_before_the_signature_nor_after_the_end(self, deal, plan, by, now):
        row = plan()
        for outcome, codes in (("open", ("not_signed",)), ("lost", ("deal_closed", "not_signed"))):
            on = TODAY if outcome == "lost" else None
            Opportunity.objects.filter(pk=deal.pk).update(outcome=outcome, outcome_on=on, outcome_department=None)
            given = {"deal": deal, "draft": money(1), "by": by, "now": now}
            assert refused(actions.receive, instalment=row, **given) == codes

    @pytest.mark.parametrize("who", ["other_team", "collaborator", "auditor"])
    def test_only_who_may_write_the_deal_s_payments(self, company, deal, who, now):
        with pytest.raises(Opportunity.DoesNotExist):
            actions.receive(deal=deal, draft=money(1), instalment=None, by=company.by(who), now=now)

    def test_finance_that_has_joined_enters_what_came_in(self, company, deal, now):
        from tuoke.base.accounts.models import Department

        finance = Department.objects.create(code="fin", name="财务部", function="finance")
        type(company.collaborator).objects.filter(pk=company.collaborator.pk).update(department=finance)
        company.collaborator.refresh_from_db()
        Membership.objects.create(opportunity=deal, user=company.collaborator)
        from tuoke.base.accounts.queries import principal_of

        rows = actions.receive(
            deal=deal, draft=money(1), instalment=None, by=principal_of(company.collaborator), now=now
        )
        assert rows[0].entered_by == company.collaborator


class TestFollowing:
    def test_a_won_deal_with_money_is_not_taken_up_again(self, deal, receive, by, now):
        assert queries.against_reopening in deal_hooks.against_reopening
        receipt = receive(100)[0]
        assert refused(deals.reopen, deal=deal, reason="重谈", by=by, now=now) == ("deal_has_receipts",)
        actions.withdraw_receipt(receipt=receipt, reason="登记错了", by=by, now=now)
        assert deals.reopen(deal=deal, reason="重谈", by=by, now=now).outcome == "open"

    def test_a_day_follows_its_milestone(self, deal, plan, by, now):
        milestone = a_milestone(deal, "上线", date(2027, 1, 10))
        row = plan("上线款", on=None, milestone=milestone.pk, days_after=5)
        assert row.due_on == date(2027, 1, 15)
        Milestone.objects.filter(pk=milestone.pk).update(done_on=date(2027, 1, 20))
        (line,) = queries.book_of(by, deal, today=TODAY).lines
        assert line.due_on == date(2027, 1, 25)  # at once on the page …
        assert actions.follow_all(now) == 1  # … and for lists and reminders with the tick
        row.refresh_from_db()
        assert (row.due_on, row.remind_on) == (date(2027, 1, 25), date(2027, 1, 18))
        assert actions.follow_all(now) == 0

    def test_nobody_is_asked_for_the_rest_of_a_terminated_contract(
        self, company, deal, plan, receive, by, now, monkeypatch
    ):
        contract = a_contract(deal)
        version = contract.versions.create(number=1, content={}, seal="x", made_at=now)
        Contract.objects.filter(pk=contract.pk).update(state="signed", signed_on=TODAY, signed_version=version)
        contract.refresh_from_db()
        past = TODAY - timedelta(days=20)
        paid, part, none = plan("首付款", 100_000, past), plan("交付款", 80_000, past), plan("验收款", 300_000, past)
        receive(100_000, paid)
        receive(30_000, part)
        contracts.terminate(contract=contract, on=TODAY, reason="客户停产", by=company.by("team_lead"), now=now)
        rows = (
            Instalment.objects.filter(opportunity=deal).order_by("pk").values_list("amount", "received", "settled_on")
        )
        assert [(int(amount), int(received), on) for amount, received, on in rows] == [
            (100_000, 100_000, TODAY), (30_000, 30_000, TODAY), (300_000, 0, None), (50_000, 0, None),
        ]  # fmt: skip
        gone = Instalment.objects.exclude(withdrawn_at=None).order_by("pk")
        said = "合同 HT-2026-0001 已解除：客户停产"
        assert [(row.name, row.withdrawn_reason) for row in gone] == [("验收款", said), ("交付款（未付部分）", said)]
        assert (actions.remind_due(now), queries.overdue_of(deal, today=TODAY), queries.paid_of(deal)) == (
            0,
            0,
            130_000,
        )
        assert said in {event.facts.get("reason") for event in Event.objects.filter(kind="payments.withdrawn")}
        restored = actions.restore_instalment(instalment=none, by=by, now=now)
        assert (restored.withdrawn_reason, queries.overdue_of(deal, today=TODAY)) == ("", 300_000)
        actions.withdraw_instalment(instalment=restored, by=by, now=now)
        part.refresh_from_db()
        for back in (10_000, 20_000):  # what is given back isn't due anew
            actions.refund(deal=deal, draft=money(back, note="按解除协议"), instalment=part, by=by, now=now)
            assert queries.overdue_of(deal, today=TODAY) == 0
        part.refresh_from_db()
        assert (part.received, part.withdrawn_at is None) == (0, False)

    def test_reminded_once_ahead_and_again_when_late(self, deal, plan, by, now, monkeypatch):
        told = []
        monkeypatch.setattr(hooks, "on_due", [lambda row, late, who, at: told.append((row.name, late))])
        row = plan(on=TODAY + timedelta(days=7))
        assert [actions.remind_due(now + timedelta(days=days)) for days in (0, 0, 3, 8, 9, 15)] == [1, 0, 0, 1, 0, 1]
        assert told == [(row.name, -7), (row.name, 1), (row.name, 8)]

    def test_not_reminded_anew_because_it_was_changed(self, plan, by, now):
        row = plan(on=TODAY + timedelta(days=7))
        assert actions.remind_due(now) == 1
        row.refresh_from_db()
        changed = a_draft("改了名的一期", on=TODAY + timedelta(days=7))
        actions.edit_instalment(instalment=row, version=row.version, draft=changed, by=by, now=now)
        assert actions.remind_due(now) == 0

    def test_nobody_is_reminded_of_what_is_paid_or_given_up(self, deal, plan, receive, now):
        paid, other = plan(on=TODAY), plan("另一期", 50, TODAY)
        receive(100_000, paid)
        Opportunity.objects.filter(pk=deal.pk).update(outcome="void")
        assert actions.remind_due(now) == 0
        assert other.told_on is None

    def test_told_only_to_whom_payments_are_open(self, company, deal, plan, receive):
        plan()
        receive(100)
        told = {(event.kind, event.section) for event in Event.objects.in_thread(deal)}
        assert told == {("payments.planned", "payments"), ("payments.received", "payments")}


class TestFigures:
    def test_what_stands_is_counted_however_much_was_withdrawn(self, company, deal, plan, now):
        gone = {"opportunity": deal, "name": "误建", "amount": 1, "created_at": now, "withdrawn_at": now}
        Instalment.objects.bulk_create(Instalment(**gone) for _ in range(2 * MOST_INSTALMENTS))
        row = plan(amount=100)
        book = queries.book_of(company.by("rep"), deal, today=TODAY)
        assert ([line.instalment for line in book.lines], book.planned) == ([row], 100)

    def test_what_is_to_be_seen_to(self, company, deal, plan, receive, now):
        late, soon = plan("逾期", 100, TODAY - timedelta(days=2)), plan("快了", 100, TODAY + timedelta(days=3))
        plan("以后", 100, TODAY + timedelta(days=40))
        assert queries.due_of(company.by("rep"), TODAY) == [late, soon]
        assert queries.due_of(company.by("teammate"), TODAY) == []
        badge = queries.badges_of([deal.pk], now)[deal.pk][0]
        assert "逾期 2 天" in str(badge.text)
        assert queries.overdue_of(deal, today=TODAY) == 100
        receive(100, late)
        assert queries.overdue_of(deal, today=TODAY) == 0

    def test_totals_of_a_customer(self, company, deal, plan, receive, django_assert_num_queries):
        plan("逾期", 1000, TODAY - timedelta(days=2))
        receive(300)
        rep = company.by("rep")
        with django_assert_num_queries(4):
            totals = queries.customer_totals(rep, deal.customer, today=TODAY)
        assert (totals.contract, totals.received, totals.overdue) == (480_000, 300, 700)
        assert queries.customer_totals(company.by("other_team"), deal.customer, today=TODAY).deals == []

    def test_received_money_counts_for_goals(self, company, deal, receive, by, now):
        receive(1000, on=date(2026, 10, 31))
        receive(500)
        actions.refund(deal=deal, draft=money(100, note="退"), instalment=None, by=by, now=now)
        year = Slice(date(2026, 1, 1), date(2026, 12, 31))
        rep, east = company.rep.pk, company.rep.department_id
        assert sorted((t.month.month, t.department_id, t.user_id, t.value) for t in tally(year)) == [
            (10, east, rep, 1000), (11, east, rep, 400),
        ]  # fmt: skip
        assert [row.value for row in listed(company.by("rep"), year, 0, 10)] == [-100, 500, 1000]

    def test_co_owners_share_it_and_nothing_counts_twice(self, company, deal, receive):
        other = company.other_team
        Membership.objects.create(opportunity=deal, user=other, share=30, department=other.department)
        receive(1000)
        year = Slice(date(2026, 1, 1), date(2026, 12, 31))
        assert sum(t.value for t in tally(year)) == 1000
        mine = Slice(year.first, year.last, user_id=other.pk)
        assert sum(t.value for t in tally(mine)) == 300
        assert [row.value for row in listed(company.by("director"), mine, 0, 10)] == [300]
        assert sum(t.value for t in tally(Slice(year.first, year.last, user_id=company.rep.pk))) == 700
