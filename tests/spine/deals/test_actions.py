from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from tests.spine.deals.conftest import make_customer, needed
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event, key_of
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.catalog.rules import Market, Motion, Scale, Segment
from tuoke.spine.customers.models import Contact, Lead
from tuoke.spine.deals import actions, hooks
from tuoke.spine.deals.models import GatePass, Opportunity, Waiver
from tuoke.spine.deals.queries import gate_judgement


@pytest.fixture
def rep(company):
    return company.by("rep")


@pytest.fixture
def manager(company):
    return company.by("team_lead")


def refusal(call, **given):
    with pytest.raises(Refused) as refused:
        call(**given)
    return refused.value.verdict.codes


def kinds(deal):
    return list(Event.objects.in_thread(deal).order_by("id").values_list("kind", flat=True))


def moves(deal):
    return list(deal.visits.values_list("step", "move"))


class TestOpening:
    def test_a_new_deal_starts_in_outreach_with_its_plan_kept(self, deal, now):
        assert (deal.step, deal.outcome, deal.variant) == ("outreach", "open", "small")
        assert (deal.target_amount, deal.target_close_on) == (Decimal(500_000), date(2026, 12, 20))
        assert moves(deal) == [("outreach", "opened")]
        assert kinds(deal) == ["deals.opened"]
        assert Event.objects.get(kind="deals.opened").party == key_of(deal.customer)

    def test_an_existing_customer_starts_in_discovery(self, open_deal):
        assert open_deal(motion=Motion.EXISTING).step == "discovery"

    def test_budget_and_tier_come_from_the_lead(self, open_deal, customer, now, rep):
        lead = Lead.objects.create(
            company=customer.name, party_key="x", created_at=now, budget_low=200_000, budget_high=500_000, tier="focus"
        )
        deal = open_deal(lead=lead)
        assert (deal.budget_low, deal.budget_high, deal.tier) == (200_000, 500_000, "focus")

    def test_a_practice_customer_has_practice_deals(self, open_deal, company, now):
        customer = make_customer(company.rep, now=now, name="练习公司", is_practice=True)
        assert open_deal(customer=customer).is_practice

    def test_refuses_with_every_reason(self, open_deal, company):
        codes = refusal(open_deal, by="auditor", name=" ", amount=Decimal(-1), owner=company.disabled)
        assert set(codes) == {"may_not_open", "name_missing", "amount_negative", "owner_inactive"}
        assert not Opportunity.objects.exists()


class TestEditing:
    def edit(self, deal, by, now, **given):
        values = {
            "version": deal.version,
            "name": deal.name,
            "amount": deal.amount,
            "expected_close_on": deal.expected_close_on,
            "product": None,
            "segment": deal.segment,
            "is_complex": deal.is_complex,
            "note": "",
            **given,
        }
        return actions.edit_deal(deal=deal, by=by, now=now, **values)

    def test_changes_are_told_and_counted(self, deal, rep, now):
        edited = self.edit(deal, rep, now, amount=Decimal(480_000), name="数据整合二期")
        assert edited.version == deal.version + 1
        assert edited.target_amount == Decimal(500_000), "the plan stays as it was"
        changes = Event.objects.get(kind="deals.edited").changes
        assert set(changes) == {"amount", "name"}

    def test_nothing_changed_is_nothing_recorded(self, deal, rep, now):
        assert self.edit(deal, rep, now).version == deal.version
        assert kinds(deal) == ["deals.opened"]

    def test_who_saves_second_sees_the_first(self, deal, rep, now):
        self.edit(deal, rep, now, amount=Decimal(1))
        with pytest.raises(Conflict) as conflict:
            self.edit(deal, rep, now, amount=Decimal(2))
        assert conflict.value.current.amount == Decimal(1)

    def test_another_customer_type_runs_another_variant(self, deal, rep, now):
        edited = self.edit(deal, rep, now, segment=Segment(Market.TOB, Scale.LARGE, Motion.NEW), is_complex=True)
        assert edited.variant == "tob_large+complex"

    def test_a_type_without_the_present_step_is_refused(self, deal, rep, now):
        existing = Segment(Market.TOB, Scale.SMALL, Motion.EXISTING)
        assert refusal(self.edit, deal=deal, by=rep, now=now, segment=existing) == ("step_left_out",)

    def test_the_plan_is_what_was_first_known(self, open_deal, rep, now):
        deal = open_deal(amount=None, expected_close_on=None)
        deal = self.edit(deal, rep, now, amount=Decimal(10), expected_close_on=date(2027, 1, 1))
        deal = self.edit(deal, rep, now, amount=Decimal(20), expected_close_on=date(2027, 2, 1))
        assert (deal.target_amount, deal.target_close_on) == (Decimal(10), date(2027, 1, 1))

    def test_a_lost_deal_stays_as_it_was(self, deal, rep, now):
        lost = actions.close_lost(deal=deal, reason="价格", by=rep, now=now)
        assert refusal(self.edit, deal=lost, by=rep, now=now, amount=Decimal(1)) == ("deal_closed",)

    def test_a_budget_is_a_range(self, deal, rep, now):
        codes = refusal(self.edit, deal=deal, by=rep, now=now, budget_low=Decimal(5), budget_high=Decimal(2))
        assert codes == ("budget_range",)


class TestAnotherVersion:
    @pytest.fixture
    def newer(self, playbook, deal, now):
        """The next version: outreach asks one tick more and two criteria less."""
        import copy

        from tuoke.base.accounts.rules import system
        from tuoke.spine.playbook.actions import publish

        content = copy.deepcopy(playbook.content)
        outreach = next(step for step in content["steps"] if step["key"] == "outreach")
        gone = {"outreach-basics", "outreach-next-action"}
        outreach["criteria"] = [c for c in outreach["criteria"] if c["key"] not in gone]
        outreach["criteria"].append({"key": "outreach-card", "title": "名片已录入", "kind": "tick", "required": True})
        return publish(content=content, by=system("test"), now=now)

    def test_a_running_deal_stays_until_it_is_moved(self, deal, newer, rep, now):
        assert "outreach-card" not in needed(deal)
        actions.tick(deal=deal, item="outreach-prepare", note="", by=rep, now=now)
        moved = actions.change_version(deal=deal, version=newer, by=rep, now=now)
        assert "outreach-card" in needed(moved)
        assert moved.variant == "small"
        assert Event.objects.get(kind="deals.version_changed").changes == {"number": [1, 2]}

    def test_the_difference_is_known_before(self, deal, newer):
        from tuoke.spine.deals.queries import newer_version, process_for, process_of
        from tuoke.spine.deals.rules import difference
        from tuoke.spine.playbook.rules import StepKey

        assert newer_version(deal) == newer
        found = difference(process_of(deal), process_for(newer, "small"), since=StepKey.OUTREACH)
        assert (found.added, found.removed) == (
            ("名片已录入",),
            ("下一步行动已约定，有责任人和期限", "现状、初步需求和后续意向都已记录"),
        )

    def test_refused(self, deal, newer, rep, now):
        old = deal.playbook_version
        moved = actions.change_version(deal=deal, version=newer, by=rep, now=now)
        assert refusal(actions.change_version, deal=moved, version=newer, by=rep, now=now) == ("same_version",)
        old.refresh_from_db()
        assert refusal(actions.change_version, deal=moved, version=old, by=rep, now=now) == ("version_not_published",)
        actions.close_lost(deal=deal, reason="价格", by=rep, now=now)
        assert "deal_closed" in refusal(actions.change_version, deal=deal, version=newer, by=rep, now=now)

    def test_on_screen(self, deal, newer, login):
        client = login("rep")
        assert "有第 2 版，换到新版" in client.get(deal.get_absolute_url()).content.decode()
        asked = client.get(f"/deals/{deal.pk}/version/").content.decode()
        assert "名片已录入" in asked
        assert client.post(f"/deals/{deal.pk}/version/").status_code == 302
        page = client.get(deal.get_absolute_url()).content.decode()
        assert "流程从第 1 版换到第 2 版" in page
        assert "版，换到新版" not in page
        assert "已经在第 2 版上" in client.get(f"/deals/{deal.pk}/version/").content.decode()


class TestAdvancing:
    def test_every_unmet_criterion_is_said_and_nothing_moves(self, deal, rep, now):
        with pytest.raises(actions.GateClosed) as closed:
            actions.advance(deal=deal, to="discovery", waivers={}, by=rep, now=now)
        assert set(closed.value.verdict.codes) == {"followups_in_step", "next_action_set"}
        assert closed.value.judgement.findings
        deal.refresh_from_db()
        assert deal.step == "outreach"
        assert kinds(deal) == ["deals.opened"]

    def test_with_everything_in_place_it_goes_on(self, deal, rep, now, everything_true):
        moved = actions.advance(deal=deal, to="discovery", waivers={}, by=rep, now=now + timedelta(days=3))
        assert (moved.step, moved.entered_step_at) == ("discovery", now + timedelta(days=3))
        assert moves(deal) == [("outreach", "opened"), ("discovery", "advanced")]
        assert deal.visits.filter(left_at=None).count() == 1
        kept = GatePass.objects.get()
        assert (kept.step, kept.to, kept.by_id) == ("outreach", "discovery", rep.user_id)
        assert kept.judgement["plan"] == {"amount": "500000.00", "expected_close_on": "2026-12-20"}
        assert Event.objects.get(kind="deals.advanced").facts["to_name"] == "深度沟通"

    @pytest.mark.parametrize("to", ["outreach", "proposals", "leads", "reviews", "nonsense", ""])
    def test_only_the_next_step_will_do(self, deal, manager, now, to):
        assert refusal(actions.advance, deal=deal, to=to, waivers={}, by=manager, now=now) == ("not_next",)

    def test_at_the_end_there_is_no_next(self, deal, walk, manager, now):
        deal = walk(deal, "reviews")
        assert refusal(actions.advance, deal=deal, to="reviews", waivers={}, by=manager, now=now) == ("last_step",)

    def test_earlier_gates_are_judged_again(self, deal, walk, rep, manager, now):
        deal = walk(deal, "discovery")
        Waiver.objects.filter(step="outreach").delete()
        with pytest.raises(actions.GateClosed) as closed:
            actions.advance(deal=deal, to="proposals", waivers={}, by=rep, now=now)
        assert {reason.params["step"] for reason in closed.value.verdict.reasons} >= {"outreach", "discovery"}

    def test_a_tick_taken_back_closes_the_gate_again(self, on_ones_word, open_deal, rep, now, everything_true, walk):
        deal = actions.close_won(deal=walk(open_deal(), "contracts"), by=rep, now=now)
        actions.tick(deal=deal, item="contracts-matches", note="逐条对过", by=rep, now=now)
        deal = actions.advance(deal=deal, to="reviews", waivers={}, by=rep, now=now)
        actions.untick(deal=deal, item="contracts-matches", by=rep, now=now)
        with pytest.raises(actions.GateClosed) as closed:
            actions.finish(deal=deal, waivers={}, by=rep, now=now)
        assert "contracts-matches" in [r.params["criterion"] for r in closed.value.verdict.reasons]

    @pytest.mark.parametrize("close", [actions.close_lost, actions.close_void])
    def test_a_given_up_deal_does_not_go_on(self, deal, rep, now, close):
        gone = close(deal=deal, reason="预算取消", by=rep, now=now)
        assert refusal(actions.advance, deal=gone, to="reviews", waivers={}, by=rep, now=now) == ("deal_closed",)

    def test_a_paused_deal_does_not_go_on(self, deal, rep, now):
        paused = actions.pause(deal=deal, until=date(2026, 12, 1), reason="", by=rep, now=now)
        assert refusal(actions.advance, deal=paused, to="discovery", waivers={}, by=rep, now=now) == ("deal_paused",)

    def test_nobody_walks_another_persons_deal(self, deal, company, now):
        for name in ("teammate", "other_team", "auditor", "collaborator", "admin"):
            with pytest.raises(Opportunity.DoesNotExist):
                actions.advance(deal=deal, to="discovery", waivers={}, by=company.by(name), now=now)


class TestWaiving:
    def waive_all(self, deal, reason="客户已书面确认"):
        return dict.fromkeys(needed(deal), reason)

    def test_a_manager_lets_it_pass_with_a_reason(self, deal, manager, now):
        moved = actions.advance(deal=deal, to="discovery", waivers=self.waive_all(deal), by=manager, now=now)
        assert moved.step == "discovery"
        assert Waiver.objects.count() == 2
        assert kinds(deal) == ["deals.opened", "deals.waived", "deals.waived", "deals.advanced"]

    def test_a_rep_may_not(self, deal, rep, now):
        codes = refusal(actions.advance, deal=deal, to="discovery", waivers=self.waive_all(deal), by=rep, now=now)
        assert "may_not_waive" in codes
        assert not Waiver.objects.exists()

    def test_a_manager_of_others_may_not(self, deal, company, now):
        with pytest.raises(Opportunity.DoesNotExist):
            actions.advance(deal=deal, to="discovery", waivers={}, by=company.by("other_team"), now=now)

    @pytest.mark.parametrize(
        "reason, code",
        [("", "waiver_reason_missing"), ("  ", "waiver_reason_missing"), ("长" * 201, "waiver_reason_too_long")],
    )
    def test_the_reason_is_given_in_200_characters(self, deal, manager, now, reason, code):
        waivers = self.waive_all(deal, reason)
        codes = refusal(actions.advance, deal=deal, to="discovery", waivers=waivers, by=manager, now=now)
        assert code in codes
        assert "next_action_set" in codes, "what is missing is said along with what is wrong"

    @pytest.mark.parametrize(
        "criterion, code",
        [("discovery-needs", "waiver_unknown"), ("nonsense", "waiver_unknown"), ("outreach-advanced", "not_waivable")],
    )
    def test_only_required_criteria_of_these_gates(self, deal, manager, now, criterion, code):
        waivers = {criterion: "理由"}
        assert code in refusal(actions.advance, deal=deal, to="discovery", waivers=waivers, by=manager, now=now)
        assert not Waiver.objects.exists()

    def test_some_are_not_enough(self, deal, manager, now):
        waivers = {"outreach-followup": "理由"}
        codes = refusal(actions.advance, deal=deal, to="discovery", waivers=waivers, by=manager, now=now)
        assert codes == ("next_action_set",)
        assert not Waiver.objects.exists(), "a refused move stores nothing"

    def test_a_waiver_that_was_not_needed_is_not_kept(self, deal, manager, now, everything_true):
        waivers = {"outreach-followup": "理由"}
        actions.advance(deal=deal, to="discovery", waivers=waivers, by=manager, now=now)
        assert not Waiver.objects.exists()

    def test_a_signature_is_never_waived(self, deal, walk, manager, now):
        deal = walk(deal, "contracts")
        waivers = {**self.waive_all(deal), "contracts-won": "客户口头同意"}
        codes = refusal(actions.advance, deal=deal, to="reviews", waivers=waivers, by=manager, now=now)
        assert {"not_waivable", "outcome_won"} <= set(codes)

    def test_alone_it_stands_until_the_move(self, deal, rep, manager, now, monkeypatch):
        planned = hooks.FactSource(frozenset({"next_action_set"}), lambda deal: {"next_action_set": True})
        monkeypatch.setattr(hooks, "fact_sources", [planned])
        actions.waive(deal=deal, criterion="outreach-followup", reason="展会当面谈过", by=manager, now=now)
        assert actions.advance(deal=deal, to="discovery", waivers={}, by=rep, now=now).step == "discovery"

    def test_alone_the_same_rules_hold(self, deal, rep, manager, now):
        given = {"deal": deal, "now": now}
        assert refusal(actions.waive, criterion="outreach-followup", reason="理由", by=rep, **given) == (
            "may_not_waive",
        )
        assert refusal(actions.waive, criterion="outreach-followup", reason="", by=manager, **given) == (
            "waiver_reason_missing",
        )
        assert refusal(actions.waive, criterion="discovery-needs", reason="理由", by=manager, **given) == (
            "waiver_unknown",
        )
        actions.waive(criterion="outreach-followup", reason="理由", by=manager, **given)
        assert refusal(actions.waive, criterion="outreach-followup", reason="再来", by=manager, **given) == (
            "nothing_to_waive",
        )


class TestMovingBack:
    def test_with_a_reason(self, deal, walk, rep, now):
        deal = walk(deal, "proposals")
        back = actions.move_back(deal=deal, to="discovery", reason="需求变了", by=rep, now=now)
        assert back.step == "discovery"
        assert moves(deal)[-1] == ("discovery", "moved_back")
        assert Event.objects.get(kind="deals.moved_back").facts["reason"] == "需求变了"

    @pytest.mark.parametrize(
        "to, reason, codes",
        [
            ("discovery", "", ("reason_missing",)),
            ("discovery", "长" * 201, ("reason_too_long",)),
            ("negotiation", "理由", ("not_before",)),
            ("proposals", "理由", ("not_before",)),
            ("leads", "理由", ("not_before",)),
            ("nonsense", "", ("reason_missing", "not_before")),
        ],
    )
    def test_is_refused(self, deal, walk, rep, now, to, reason, codes):
        deal = walk(deal, "proposals")
        assert refusal(actions.move_back, deal=deal, to=to, reason=reason, by=rep, now=now) == codes

    def test_a_won_deal_goes_back_to_its_contract_and_no_further(self, deal, walk, rep, now):
        deal = walk(deal, "reviews")
        assert refusal(actions.move_back, deal=deal, to="proposals", reason="理由", by=rep, now=now) == ("signed",)
        assert actions.move_back(deal=deal, to="contracts", reason="首期没验收", by=rep, now=now).step == "contracts"


class TestPausing:
    def test_until_a_day_and_on_again(self, deal, rep, now):
        paused = actions.pause(deal=deal, until=date(2026, 11, 24), reason="等明年预算", by=rep, now=now)
        assert (paused.outcome, paused.paused_until) == ("paused", date(2026, 11, 24))
        resumed = actions.resume(deal=deal, by=rep, now=now)
        assert (resumed.outcome, resumed.paused_until, resumed.step) == ("open", None, "outreach")
        assert kinds(deal)[-2:] == ["deals.paused", "deals.resumed"]

    @pytest.mark.parametrize("until", [None, date(2026, 11, 23), date(2020, 1, 1)])
    def test_only_until_a_day_to_come(self, deal, rep, now, until):
        assert refusal(actions.pause, deal=deal, until=until, reason="", by=rep, now=now) == ("date_not_future",)

    def test_what_counts_is_the_local_day(self, deal, rep, now):
        late = now.replace(day=23, hour=17)  # 24 November 01:00 in Shanghai
        codes = refusal(actions.pause, deal=deal, until=date(2026, 11, 24), reason="", by=rep, now=late)
        assert codes == ("date_not_future",)

    def test_only_an_open_deal(self, deal, rep, now):
        actions.pause(deal=deal, until=date(2026, 12, 1), reason="", by=rep, now=now)
        assert refusal(actions.pause, deal=deal, until=date(2027, 1, 1), reason="", by=rep, now=now) == ("deal_paused",)
        actions.close_lost(deal=deal, reason="价格", by=rep, now=now)
        assert refusal(actions.pause, deal=deal, until=date(2027, 1, 1), reason="", by=rep, now=now) == ("deal_closed",)
        assert refusal(actions.resume, deal=deal, by=rep, now=now) == ("not_paused",)


class TestClosing:
    def test_won_in_the_contract_step_and_still_walking(self, deal, walk, rep, now, company):
        deal = walk(deal, "contracts")
        won = actions.close_won(deal=deal, by=rep, now=now, amount=Decimal(480_000))
        assert (won.outcome, won.outcome_on, won.amount) == ("won", date(2026, 11, 23), Decimal(480_000))
        assert won.outcome_department == company.departments["east"]
        assert won.step == "contracts"
        assert Event.objects.get(kind="deals.won").changes == {"amount": ["500000.00", "480000"]}

    def test_won_nowhere_else(self, deal, walk, rep, now):
        assert refusal(actions.close_won, deal=deal, by=rep, now=now) == ("not_at_contract",)
        deal = walk(deal, "negotiation")
        assert refusal(actions.close_won, deal=deal, by=rep, now=now) == ("not_at_contract",)

    def test_a_signature_has_an_amount(self, open_deal, walk, rep, now):
        deal = walk(open_deal(amount=None), "contracts")
        assert refusal(actions.close_won, deal=deal, by=rep, now=now) == ("amount_missing",)
        assert refusal(actions.close_won, deal=deal, by=rep, now=now, amount=Decimal(-1)) == ("amount_negative",)

    @pytest.mark.parametrize("step", ["outreach", "discovery", "proposals", "negotiation", "contracts"])
    @pytest.mark.parametrize("close, outcome", [(actions.close_lost, "lost"), (actions.close_void, "void")])
    def test_given_up_from_every_step_straight_to_the_review(self, deal, walk, rep, now, step, close, outcome):
        deal = walk(deal, step)
        gone = close(deal=deal, reason="客户选择竞品", by=rep, now=now)
        assert (gone.outcome, gone.step, gone.outcome_on) == (outcome, "reviews", date(2026, 11, 23))
        assert moves(deal)[-1] == ("reviews", "closed")
        judged = {finding.criterion.step for finding in gate_judgement(gone).findings}
        assert judged == {"reviews"}, "the review passes without the earlier gates"

    def test_open_actions_end_in_the_same_transaction(self, deal, rep, now, monkeypatch):
        ended = []
        monkeypatch.setattr(hooks, "on_closed", [lambda deal, by, at: ended.append((deal.pk, by.name, at))])
        actions.close_lost(deal=deal, reason="价格", by=rep, now=now)
        assert ended == [(deal.pk, "王芳", now)]

    def test_whom_it_was_lost_to_is_kept_until_it_is_reopened(self, deal, rep, now):
        rival = Competitor.objects.create(name="云图软件")
        actions.close_lost(deal=deal, reason="价格", lost_to=rival, by=rep, now=now)
        deal.refresh_from_db()
        assert deal.lost_to == rival
        assert Event.objects.get(kind="deals.lost").facts["lost_to"] == "云图软件"
        assert actions.reopen(deal=deal, reason="客户回头", by=rep, now=now).lost_to_id is None
        with pytest.raises(IntegrityError), transaction.atomic():
            Opportunity.objects.filter(pk=deal.pk).update(lost_to=rival)

    def test_a_paused_deal_can_be_lost(self, deal, rep, now):
        actions.pause(deal=deal, until=date(2026, 12, 1), reason="", by=rep, now=now)
        lost = actions.close_lost(deal=deal, reason="价格", by=rep, now=now)
        assert (lost.outcome, lost.paused_until) == ("lost", None)

    def test_needs_a_reason_and_a_running_deal(self, deal, rep, now):
        assert refusal(actions.close_lost, deal=deal, reason=" ", by=rep, now=now) == ("reason_missing",)
        assert refusal(actions.close_void, deal=deal, reason="长" * 201, by=rep, now=now) == ("reason_too_long",)
        actions.close_void(deal=deal, reason="录错了", by=rep, now=now)
        assert refusal(actions.close_lost, deal=deal, reason="价格", by=rep, now=now) == ("deal_closed",)
        assert refusal(actions.close_won, deal=deal, by=rep, now=now) == ("deal_closed", "not_at_contract")

    def test_a_won_deal_is_reopened_before_it_is_lost(self, deal, walk, rep, now):
        deal = walk(deal, "reviews")
        assert refusal(actions.close_lost, deal=deal, reason="毁约", by=rep, now=now) == ("deal_closed",)
        actions.reopen(deal=deal, reason="毁约", by=rep, now=now)
        assert actions.close_lost(deal=deal, reason="毁约", by=rep, now=now).outcome == "lost"

    def test_figures_count_in_the_department_of_the_day(self, deal, rep, now, company, walk):
        deal = walk(deal, "contracts")
        actions.close_won(deal=deal, by=rep, now=now)
        actions.transfer(deal=deal, owner=company.other_team, by=company.by("director"), now=now)
        deal.refresh_from_db()
        assert deal.department == company.departments["south"]
        assert deal.outcome_department == company.departments["east"]


class TestReopening:
    def test_a_lost_deal_returns_to_the_step_it_was_in(self, deal, walk, rep, now):
        deal = walk(deal, "proposals")
        actions.close_lost(deal=deal, reason="价格", by=rep, now=now)
        back = actions.reopen(deal=deal, reason="客户又来了", by=rep, now=now)
        assert (back.step, back.outcome, back.outcome_on, back.outcome_reason) == ("proposals", "open", None, "")
        assert back.outcome_department is None
        assert moves(deal)[-2:] == [("reviews", "closed"), ("proposals", "reopened")]

    def test_again_and_again(self, deal, rep, now):
        for _ in range(2):
            actions.close_lost(deal=deal, reason="价格", by=rep, now=now)
            assert actions.reopen(deal=deal, reason="客户又来了", by=rep, now=now).step == "outreach"

    def test_a_won_deal_returns_to_its_contract_even_when_done(self, deal, walk, rep, manager, now):
        deal = walk(deal, "reviews")
        actions.finish(deal=deal, waivers=dict.fromkeys(needed(deal), "演练"), by=manager, now=now)
        back = actions.reopen(deal=deal, reason="合同作废", by=rep, now=now)
        assert (back.step, back.outcome, back.finished_at) == ("contracts", "open", None)

    def test_only_what_is_closed_and_with_a_reason(self, deal, rep, now):
        assert refusal(actions.reopen, deal=deal, reason="", by=rep, now=now) == ("reason_missing", "not_closed")


@pytest.mark.usefixtures("on_ones_word")
class TestFinishing:
    def test_when_the_review_is_done(self, deal, rep, now):
        actions.close_lost(deal=deal, reason="价格", by=rep, now=now)
        for item in ("reviews-held", "reviews-reported", "reviews-revisit"):
            actions.tick(deal=deal, item=item, note="", by=rep, now=now)
        done = actions.finish(deal=deal, waivers={}, by=rep, now=now)
        assert done.finished_at == now
        assert GatePass.objects.get().step == "reviews"

    def test_not_before(self, deal, walk, rep, now):
        assert refusal(actions.finish, deal=deal, waivers={}, by=rep, now=now) == ("outcome_open", "not_at_review")
        actions.close_lost(deal=deal, reason="价格", by=rep, now=now)
        with pytest.raises(actions.GateClosed) as closed:
            actions.finish(deal=deal, waivers={}, by=rep, now=now)
        assert set(closed.value.verdict.codes) == {"tick"}

    def test_once(self, deal, walk, manager, now):
        deal = walk(deal, "reviews")
        actions.finish(deal=deal, waivers=dict.fromkeys(needed(deal), "演练"), by=manager, now=now)
        given = {"deal": deal, "by": manager, "now": now}
        assert refusal(actions.finish, waivers={}, **given) == ("deal_finished",)
        assert refusal(actions.advance, to="reviews", waivers={}, **given) == ("deal_finished",)
        assert refusal(actions.move_back, to="contracts", reason="理由", **given) == ("deal_finished",)
        assert refusal(actions.tick, item="reviews-held", note="", **given) == ("deal_finished",)


class TestPeople:
    def test_handed_over_with_everything_else_as_it_was(self, deal, company, manager, now, monkeypatch):
        told = []
        monkeypatch.setattr(hooks, "on_transferred", [lambda deal, by, at: told.append(deal.owner_id)])
        moved = actions.transfer(deal=deal, owner=company.teammate, by=manager, now=now)
        assert (moved.owner, moved.department, moved.step) == (
            company.teammate,
            company.departments["east"],
            "outreach",
        )
        assert told == [company.teammate.pk]
        assert Event.objects.get(kind="deals.transferred").changes == {"owner": ["王芳", "李强"]}

    def test_only_within_ones_scope_of_people(self, deal, company, rep, manager, now):
        given = {"deal": deal, "now": now}
        assert refusal(actions.transfer, owner=company.teammate, by=rep, **given) == ("not_a_colleague",)
        assert refusal(actions.transfer, owner=company.other_team, by=manager, **given) == ("not_a_colleague",)
        assert refusal(actions.transfer, owner=company.auditor, by=company.by("director"), **given) == (
            "not_a_colleague",
        )
        assert refusal(actions.transfer, owner=company.disabled, by=manager, **given) == ("not_a_colleague",)
        assert refusal(actions.transfer, owner=company.rep, by=manager, **given) == ("same_owner",)

    def test_a_member_reads_until_he_leaves(self, deal, company, rep, now):
        tech = company.by("collaborator")
        assert not Opportunity.objects.visible_to(tech).exists()
        actions.join(deal=deal, user=company.collaborator, duty="技术方案", by=rep, now=now)
        assert Opportunity.objects.visible_to(tech).get() == deal
        assert not Opportunity.objects.visible_to(tech, "write").exists()
        actions.leave(deal=deal, user=company.collaborator, by=rep, now=now)
        assert refusal(actions.leave, deal=deal, user=company.collaborator, by=rep, now=now) == ("not_a_member",)
        actions.join(deal=deal, user=company.collaborator, duty="又来了", by=rep, now=now)
        assert deal.memberships.get().ends_on is None

    def test_who_may_not_join(self, deal, company, rep, now):
        given = {"deal": deal, "duty": "", "by": rep, "now": now}
        assert refusal(actions.join, user=company.rep, **given) == ("owner_is_member",)
        assert refusal(actions.join, user=company.disabled, **given) == ("owner_inactive",)
        assert refusal(actions.join, user=company.admin, **given) == ("may_not_read",)
        dates = {"starts_on": date(2026, 12, 2), "ends_on": date(2026, 12, 1)}
        assert refusal(actions.join, user=company.collaborator, **given, **dates) == ("dates_crossed",)
        long = {**given, "duty": "长" * 81}
        assert refusal(actions.join, user=company.collaborator, **long) == ("duty_too_long",)


class TestTicking:
    def test_an_action_or_a_criterion_of_the_process(self, deal, rep, now):
        actions.tick(deal=deal, item="outreach-prepare", note="官网看过", by=rep, now=now)
        event = Event.objects.get(kind="playbook.ticked")
        assert (event.thread, event.party) == (key_of(deal), key_of(deal.customer))
        actions.untick(deal=deal, item="outreach-prepare", by=rep, now=now)
        assert kinds(deal)[-1] == "playbook.unticked"

    @pytest.mark.parametrize("item", ["outreach-followup", "outreach-nonsense", "leads-verified", "discovery-map"])
    def test_nothing_else(self, deal, rep, now, item):
        """A criterion that facts prove, one that doesn't exist, a lead's, another variant's."""
        assert refusal(actions.tick, deal=deal, item=item, note="", by=rep, now=now) == ("unknown_item",)

    def test_not_on_another_persons_deal(self, deal, company, now):
        with pytest.raises(Opportunity.DoesNotExist):
            actions.tick(deal=deal, item="outreach-prepare", note="", by=company.by("teammate"), now=now)


def test_the_own_facts_of_a_deal(deal, customer, contact):
    from tuoke.spine.deals.facts import facts_of

    assert facts_of(deal) == {
        "amount_known": True,
        "close_date_known": True,
        "budget_known": False,
        "co_owner_set": False,
        "contact_reachable": True,
        "decision_maker_known": True,
        "decision_maker_contacted": False,
        "outcome_won": False,
    }
    Contact.objects.update(contacted_on=date(2026, 11, 1), role="user")
    assert not facts_of(deal)["decision_maker_contacted"], "it is the decision maker who must have been met"


def test_a_private_customer_decides_himself(open_deal):
    from tuoke.spine.deals.facts import facts_of

    facts = facts_of(open_deal(market=Market.TOC))
    assert facts["decision_maker_known"]
    assert not facts["contact_reachable"]
