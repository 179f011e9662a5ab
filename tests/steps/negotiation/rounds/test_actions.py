"""Rounds, offers past the line, concessions, agreements (S6.1, S6.2)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from tests.conftest import NOW
from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tests.steps.negotiation.rounds.cases import (
    FAIR,
    LOW,
    THEIRS,
    a_co_owner,
    a_draft,
    a_round,
    an_agreement,
    ours_of,
    the_request,
    traces,
)
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.services.approvals import actions as approvals
from tuoke.services.approvals.models import Request
from tuoke.spine.deals.actions import close_lost
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import FollowUp
from tuoke.steps.negotiation import actions as plans
from tuoke.steps.negotiation.models import Concession
from tuoke.steps.negotiation.rounds import actions, queries
from tuoke.steps.negotiation.rounds.facts import facts_of
from tuoke.steps.negotiation.rounds.models import AgreedTerms, ConcessionMade, Position, Round
from tuoke.steps.negotiation.rounds.rules import NOTHING, ConcessionDraft, State
from tuoke.steps.negotiation.rules import Authority, Terms
from tuoke.steps.negotiation.rules import ConcessionDraft as Step


@pytest.fixture
def co_owner(deal, company):
    a_co_owner(deal, company.other_team)
    return company.by("other_team")


def a_step(deal, by, give="首付降到三成", get="一次签两年", authority=Authority.REP, value=Decimal(3000)):
    draft = Step(give, get, value=value, authority=authority)
    return plans.add_concession(deal=deal, draft=draft, by=by, now=NOW)


def codes_of(act):
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.verdict.codes


def test_a_round_keeps_what_both_sides_offered_and_what_was_said(deal, by, contact, line):
    row = a_round(deal, by, contact_id=contact.pk, note="对方想先试用", outcome="progress")
    assert (row.number, ours_of(row).terms, ours_of(row).standing) == (1, FAIR, State.STANDS)
    assert Position.objects.get(round=row, side="theirs").terms == THEIRS
    assert row.followup == FollowUp.objects.get()
    assert row.followup.summary == "对方想先试用"
    assert facts_of(deal) == {"rounds_recorded": 1, "terms_agreed": False}


def test_who_keeps_to_his_word_offers_nothing_new(deal, by):
    a_round(deal, by)
    second = a_round(deal, by, theirs=Terms(Decimal(400_000)))
    assert [position.side for position in second.positions.all()] == ["theirs"]
    assert queries.on_the_table(deal) == (FAIR, Terms(Decimal(400_000), 45))


def test_two_who_record_at_once_learn_of_each_other(deal, by, company):
    first = a_round(deal, by)
    with pytest.raises(Conflict) as conflict:
        actions.record_round(deal=deal, draft=a_draft(seen=0), by=company.by("team_lead"), now=NOW)
    assert conflict.value.current == first
    assert Round.objects.count() == 1


def test_an_offer_past_the_line_waits_for_a_manager_with_a_reason(deal, by, line, company):
    assert codes_of(lambda: a_round(deal, by, ours=LOW)) == ("past_line", "reason_missing")
    assert not Round.objects.exists(), "nothing is kept of what was refused"
    row = a_round(deal, by, ours=LOW, reason="对方首单，明年有二期")
    assert ours_of(row).standing is State.AWAITS_APPROVAL
    request = the_request()
    assert request.is_secret
    assert {one.user for one in request.approvers.all()} == {company.team_lead, company.director}
    approvals.approve(request=request, version=1, reason="", by=company.by("team_lead"), now=NOW)
    assert ours_of(row).standing is State.STANDS


@pytest.mark.parametrize(("terms", "is_past"), [
    (Terms(Decimal("432100.00")), False),
    (Terms(Decimal("432099.99")), True),
    (Terms(delivery_days=57), False),
    (Terms(delivery_days=58), True),
    (Terms(Decimal(470_000), clauses=("知识产权：双方共有",)), True),
])  # fmt: skip
def test_the_line_itself_is_kept(deal, by, line, terms, is_past):
    row = a_round(deal, by, ours=terms, reason="说明")
    assert (ours_of(row).standing is State.AWAITS_APPROVAL) is is_past


def test_refused_or_run_out_it_isnt_on_the_table_and_can_be_offered_again(deal, by, line, company):
    row = a_round(deal, by, ours=LOW, reason="说明")
    approvals.expire_due(NOW + timedelta(days=30))
    assert ours_of(row).standing is State.REFUSED
    assert queries.on_the_table(deal)[0] == NOTHING
    again = actions.offer_again(position=ours_of(row), by=by, now=NOW, reason="再请示一次")
    assert again.standing is State.AWAITS_APPROVAL
    approvals.reject(request=the_request(), version=1, reason="太低", by=company.by("director"), now=NOW)
    assert ours_of(row).standing is State.REFUSED
    assert codes_of(lambda: actions.decline_offer(position=again, reason="不", by=by, now=NOW)) == ("not_waiting",)


def test_what_is_taken_back_needs_no_decision_any_more(deal, by, line, company):
    row = a_round(deal, by, ours=LOW, reason="说明")
    request = the_request()
    actions.withdraw_offer(position=ours_of(row), by=by, now=NOW)
    assert ours_of(row).standing is State.WITHDRAWN
    late = lambda: approvals.approve(request=request, version=1, reason="", by=company.by("team_lead"), now=NOW)  # noqa: E731
    assert codes_of(late) == ("request_withdrawn",)
    assert ours_of(row).standing is State.WITHDRAWN


def test_an_offer_that_is_corrected_is_judged_anew(deal, by, line):
    row = a_round(deal, by, ours=LOW, reason="说明")
    draft = a_draft(ours=FAIR)
    row = actions.edit_round(row=row, version=1, draft=draft, by=by, now=NOW)
    assert (ours_of(row).standing, row.version) == (State.STANDS, 2)
    with pytest.raises(Conflict):
        actions.edit_round(row=row, version=1, draft=draft, by=by, now=NOW)
    row = actions.edit_round(row=row, version=2, draft=a_draft(ours=LOW), by=by, now=NOW, reason="说明")
    assert ours_of(row).standing is State.AWAITS_APPROVAL


def test_a_manager_doesnt_decide_his_own_offer(deal, line, company):
    lead = company.by("team_lead")
    a_round(deal, lead, ours=LOW, reason="说明")
    request = the_request()
    assert [one.user for one in request.approvers.all()] == [company.director]
    assert "own_request" in codes_of(lambda: approvals.approve(request=request, version=1, reason="", by=lead, now=NOW))


@pytest.mark.parametrize("terms", [FAIR, LOW])
def test_outside_the_door_every_offer_waits_for_the_owner_and_leaves_the_same_traces(deal, co_owner, line, terms):
    """S6.1: somebody who may not see the line gets the same answer on either side of it."""
    before = traces()
    row = a_round(deal, co_owner, ours=terms)
    written = tuple(after - was for after, was in zip(traces(), before, strict=True))
    assert (ours_of(row).standing, ours_of(row).from_inside) == (State.AWAITS_OWNER, False)
    assert written == (1, 1, 1), "one event, one notice, whatever the figure"
    agreed = actions.agree(deal=deal, draft=an_agreement(terms), by=co_owner, now=NOW)
    assert agreed.standing is State.AWAITS_OWNER
    assert traces()[2] == written[2] + before[2] + 1


def test_the_owner_lets_pass_what_a_colleague_entered(deal, by, co_owner, line, company):
    fair, low = a_round(deal, co_owner), a_round(deal, co_owner, ours=LOW)
    assert codes_of(lambda: actions.confirm_offer(position=ours_of(fair), by=co_owner, now=NOW)) == ("not_inside",)
    assert actions.confirm_offer(position=ours_of(fair), by=by, now=NOW).standing is State.STANDS
    refused = codes_of(lambda: actions.confirm_offer(position=ours_of(low), by=by, now=NOW))
    assert refused == ("past_line", "reason_missing")
    waits = actions.confirm_offer(position=ours_of(low), by=by, now=NOW, reason="首单")
    assert waits.standing is State.AWAITS_APPROVAL
    approvals.approve(request=the_request(), version=1, reason="", by=company.by("director"), now=NOW)
    assert ours_of(low).standing is State.STANDS


def test_the_owner_declines_with_a_reason(deal, by, co_owner):
    row = a_round(deal, co_owner)
    assert codes_of(lambda: actions.decline_offer(position=ours_of(row), reason=" ", by=by, now=NOW)) == (
        "reason_missing",
    )
    declined = actions.decline_offer(position=ours_of(row), reason="先不出价", by=by, now=NOW)
    assert declined.standing is State.REFUSED


def test_a_withdrawn_round_counts_for_nothing_until_it_comes_back(deal, by):
    step = a_step(deal, by)
    row = a_round(deal, by, taken=(step.pk,), returned=frozenset({step.pk}))
    actions.withdraw_round(row=row, by=by, now=NOW)
    step.refresh_from_db()
    assert (facts_of(deal)["rounds_recorded"], queries.on_the_table(deal)[0], step.is_given) == (0, NOTHING, False)
    actions.restore_round(row=row, by=by, now=NOW)
    step.refresh_from_db()
    assert (facts_of(deal)["rounds_recorded"], queries.on_the_table(deal)[0], step.is_given) == (1, FAIR, True)
    assert ConcessionMade.objects.get().get == "一次签两年"


def test_a_step_of_the_ladder_is_given_once_and_says_what_came_back(deal, by):
    step = a_step(deal, by)
    row = a_round(deal, by, taken=(step.pk,))
    made = ConcessionMade.objects.get()
    assert (made.give, made.is_for_nothing, made.value) == ("首付降到三成", True, Decimal(3000))
    twice = lambda: actions.concede(  # noqa: E731
        row=row, draft=ConcessionDraft(step.give, value=step.value), concession=step, by=by, now=NOW
    )
    assert codes_of(twice) == ("concession_pending",)
    actions.withdraw_concession(made=made, by=by, now=NOW)
    assert Concession.objects.get().is_given is False
    actions.restore_concession(made=made, by=by, now=NOW)
    assert Concession.objects.get().is_given is True


def test_a_step_beyond_ones_authority_needs_whoever_has_it(deal, by, company):
    step = a_step(deal, by, authority=Authority.DIRECTOR)
    a_round(deal, by, taken=(step.pk,))
    made = ConcessionMade.objects.get()
    assert made.standing is State.AWAITS_APPROVAL
    request = the_request()
    assert [one.user for one in request.approvers.all()] == [company.director]
    approvals.approve(request=request, version=1, reason="", by=company.by("director"), now=NOW)
    made.refresh_from_db()
    step.refresh_from_db()
    assert (made.standing, step.is_given) == (State.STANDS, True)


def test_an_extra_of_a_closing_proposal_counts_against_the_authority(deal, by, company):
    made = actions.concede_extra(
        deal=deal, give="加一场培训", value=Decimal(8000), source="signals.x:1", by=by, now=NOW
    )
    assert (made.standing, made.round, made.is_for_nothing) == (State.STANDS, None, True)
    again = lambda: actions.concede_extra(  # noqa: E731
        deal=deal, give="加一场培训", value=Decimal(8000), source="signals.x:1", by=by, now=NOW
    )
    assert codes_of(again) == ("extra_given",)
    dear = actions.concede_extra(deal=deal, give="免一年服务费", value=Decimal(60_000), source="s:2", by=by, now=NOW)
    assert dear.standing is State.AWAITS_APPROVAL
    assert queries.extra_states(["signals.x:1", "s:2"]) == {"s:2": "等审批"}
    actions.take_back_extra(source="signals.x:1", by=by, now=NOW)
    made.refresh_from_db()
    assert made.standing is State.WITHDRAWN


def test_what_is_agreed_is_frozen_by_the_database(deal, by, line, contact):
    row = a_round(deal, by)
    agreed = actions.agree(deal=deal, draft=an_agreement(contact_id=contact.pk), row=row, by=by, now=NOW)
    assert queries.agreed_terms(deal) == agreed
    assert (agreed.with_whom, facts_of(deal)["terms_agreed"]) == (contact.name, True)
    for change in ({"price": Decimal(1)}, {"payment": "货到付款"}, {"state": "withdrawn"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            AgreedTerms.objects.filter(pk=agreed.pk).update(**change)
    assert codes_of(lambda: actions.edit_round(row=row, version=1, draft=a_draft(), by=by, now=NOW)) == (
        "round_agreed",
    )
    assert codes_of(lambda: actions.agree(deal=deal, draft=an_agreement(), by=by, now=NOW)) == ("already_agreed",)


def test_negotiated_anew_the_old_terms_stay_and_new_ones_are_made(deal, by):
    first = actions.agree(deal=deal, draft=an_agreement(), by=by, now=NOW)
    assert codes_of(lambda: actions.reopen_agreement(agreed=first, reason="", by=by, now=NOW)) == ("reason_missing",)
    actions.reopen_agreement(agreed=first, reason="对方换了采购总监", by=by, now=NOW)
    assert queries.agreed_terms(deal) is None
    second = actions.agree(deal=deal, draft=an_agreement(Terms(Decimal(465_000), 50, "首付 40%")), by=by, now=NOW)
    assert queries.agreed_terms(deal) == second
    first.refresh_from_db()
    assert (first.terms, first.standing) == (FAIR, State.REOPENED)
    with pytest.raises(DatabaseError), transaction.atomic():
        AgreedTerms.objects.filter(pk=first.pk).update(reopened_reason="别的原因")


def test_terms_past_the_line_are_agreed_once_a_manager_says_so(deal, by, line, company):
    agreed = actions.agree(deal=deal, draft=an_agreement(LOW), by=by, now=NOW, reason="首单")
    assert queries.agreed_terms(deal) is None
    pending = codes_of(lambda: actions.agree(deal=deal, draft=an_agreement(), by=by, now=NOW))
    assert pending == ("agreement_pending",)
    approvals.approve(request=the_request(), version=1, reason="", by=company.by("team_lead"), now=NOW)
    assert queries.agreed_terms(deal) == agreed


def test_terms_that_were_let_pass_as_an_offer_are_not_asked_for_twice(deal, by, line, company):
    row = a_round(deal, by, ours=LOW, reason="首单")
    approvals.approve(request=the_request(), version=1, reason="", by=company.by("team_lead"), now=NOW)
    agreed = actions.agree(deal=deal, draft=an_agreement(LOW), row=row, by=by, now=NOW)
    assert agreed.standing is State.STANDS


def test_what_waits_inside_doesnt_stand_in_anybodys_way_outside(deal, by, co_owner, line, company):
    """A colleague agreed to something meanwhile: the manager hears that other terms stand, and nobody else anything."""
    actions.agree(deal=deal, draft=an_agreement(LOW), by=by, now=NOW, reason="首单")
    noted = actions.agree(deal=deal, draft=an_agreement(), by=co_owner, now=NOW)
    actions.confirm_agreement(agreed=noted, by=by, now=NOW)
    late = lambda: approvals.approve(  # noqa: E731
        request=the_request(), version=1, reason="", by=company.by("team_lead"), now=NOW
    )
    assert codes_of(late) == ("already_agreed",)
    assert queries.agreed_terms(deal) == noted


def test_a_pending_agreement_can_be_taken_back(deal, by, line):
    agreed = actions.agree(deal=deal, draft=an_agreement(LOW), by=by, now=NOW, reason="首单")
    actions.withdraw_agreement(agreed=agreed, by=by, now=NOW)
    agreed.refresh_from_db()
    assert agreed.standing is State.WITHDRAWN
    assert actions.agree(deal=deal, draft=an_agreement(), by=by, now=NOW).standing is State.STANDS


def test_a_deal_that_is_lost_waits_for_nobody(deal, by, line):
    a_round(deal, by, ours=LOW, reason="说明")
    close_lost(deal=deal, reason="客户另选了一家", by=by, now=NOW)
    assert list(Position.objects.filter(side="ours").values_list("state", flat=True)) == ["withdrawn"]
    assert list(Request.objects.values_list("state", flat=True)) == ["withdrawn"]
    assert codes_of(lambda: a_round(deal, by)) == ("deal_closed",)


@pytest.mark.parametrize("name", ["teammate", "collaborator", "auditor", "admin", "process_owner"])
def test_nobody_else_writes(deal, company, name):
    with pytest.raises(Opportunity.DoesNotExist):
        a_round(deal, company.by(name))


def test_somebody_elses_contact_or_step_is_refused(deal, by, company, playbook):
    stranger = a_contact(a_customer(company.rep, name="别家"))
    other = a_deal(company.rep, playbook, customer=stranger.customer, name="别的商机")
    assert codes_of(lambda: a_round(deal, by, contact_id=stranger.pk)) == ("contact_elsewhere",)
    step = a_step(other, by)
    assert codes_of(lambda: a_round(deal, by, taken=(step.pk,))) == ("concession_elsewhere",)
