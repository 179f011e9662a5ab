from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.conftest import NOW
from tests.steps.negotiation.rounds.cases import FAIR, a_draft
from tuoke.base.accounts.rules import Role
from tuoke.services.calendar.rules import CompanyDay, Workdays
from tuoke.steps.negotiation.rounds.rules import (
    NOTHING,
    AgreementDraft,
    ConcessionDraft,
    Shown,
    State,
    authority_of,
    carried,
    gap,
    is_given_for_nothing,
    is_quiet,
    last_quiet_day,
    moves,
    needed_for,
    reason_fault,
    shown,
    shown_agreement,
    suffices,
)
from tuoke.steps.negotiation.rules import Authority, Side, Terms

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("ours", "code"),
    [
        (Terms(Decimal(-1)), "price_out_of_range"),
        (Terms(Decimal(0)), "price_out_of_range"),
        (Terms(Decimal("1e18")), "price_out_of_range"),
        (Terms(Decimal("NaN")), "price_out_of_range"),
        (Terms(Decimal("Infinity")), "price_out_of_range"),
        (Terms(Decimal("100.005")), "price_too_fine"),
        (Terms(delivery_days=0), "days_out_of_range"),
        (Terms(delivery_days=999 * 365), "days_out_of_range"),
        (Terms(payment="付" * 301), "too_long"),
        (Terms(extras="赠\ud800"), "text_broken"),
        (Terms(clauses=("违约金",) * 21), "too_many_clauses"),
    ],
)
def test_absurd_offers_are_refused_at_their_field(ours, code):
    verdict = a_draft(ours=ours, theirs=NOTHING).faults(now=NOW)
    assert code in verdict.codes
    assert all(str(reason.params["field"]).startswith("ours_") for reason in verdict.reasons)


def test_a_round_says_something_and_lies_in_the_past():
    assert a_draft(NOTHING, NOTHING).faults(now=NOW).codes == ("nothing_offered",)
    assert a_draft(NOTHING, NOTHING, note="只谈了验收，没有动价格").faults(now=NOW)
    assert a_draft().faults(now=NOW - timedelta(hours=1)).codes == ("held_in_future",)
    assert a_draft(FAIR).faults(now=NOW)


def test_what_is_agreed_is_complete():
    draft = AgreementDraft(Terms(extras="两次培训"), MONDAY + timedelta(days=1))
    codes = draft.faults(today=MONDAY).codes
    assert codes == ("price_missing", "days_missing", "payment_missing", "date_in_future")
    assert AgreementDraft(FAIR, MONDAY).faults(today=MONDAY)


def test_what_stands_on_no_ladder_needs_its_price():
    assert ConcessionDraft("多一次培训").faults().codes == ("value_missing",)
    assert ConcessionDraft("", value=Decimal(0)).faults().codes == ("give_missing",)
    assert ConcessionDraft("多一次培训", value=Decimal(-1)).faults().codes == ("value_out_of_range",)
    assert ConcessionDraft("多一次培训", value=Decimal(0)).faults()
    assert reason_fault("  ").codes == ("reason_missing",)


def test_moves_say_what_changed_and_towards_whom():
    after = Terms(Decimal(450_000), 60, "首付 30%")
    price, days, payment = moves(Side.OURS, FAIR, after)
    assert (price.step, price.gives_way) == (Decimal(-20_000), True)
    assert (days.step, days.gives_way) == (10, False), "more time for us is no concession of ours"
    assert (payment.before, payment.after, payment.step) == ("首付 40%", "首付 30%", None)
    theirs = moves(Side.THEIRS, Terms(Decimal(380_000)), Terms(Decimal(400_000)))
    assert [move.gives_way for move in theirs] == [True]
    assert moves(Side.OURS, NOTHING, FAIR) == ()
    assert moves(Side.OURS, FAIR, Terms(payment="首付 40%")) == (), "what isn't spoken of hasn't moved"


def test_given_for_nothing_is_what_brought_no_return():
    ours = moves(Side.OURS, FAIR, Terms(Decimal(450_000)))
    theirs = moves(Side.THEIRS, Terms(Decimal(380_000)), Terms(Decimal(400_000)))
    assert is_given_for_nothing(ours, (), returns=0)
    assert not is_given_for_nothing(ours, theirs, returns=0)
    assert not is_given_for_nothing(ours, (), returns=1)
    assert not is_given_for_nothing((), (), returns=0)


def test_what_is_unsaid_stays_as_it_was():
    assert carried(FAIR, Terms(Decimal(450_000))) == Terms(Decimal(450_000), 50, "首付 40%")
    assert carried(FAIR, NOTHING) == FAIR
    assert gap(FAIR, Terms(Decimal(400_000))) == Decimal(70_000)
    assert gap(FAIR, NOTHING) is None


def test_outside_the_door_nothing_tells_on_which_side_an_offer_lies():
    """S6.1: what passed at once and what waits for a manager read the same; so do taken back and refused."""
    inside = {state: shown(state, from_inside=True, sees_line=False) for state in State}
    assert inside[State.STANDS] is inside[State.AWAITS_APPROVAL] is Shown.NOTED
    assert inside[State.REFUSED] is inside[State.WITHDRAWN] is Shown.WITHDRAWN
    outside = {state: shown(state, from_inside=False, sees_line=False) for state in State}
    assert outside[State.AWAITS_OWNER] is outside[State.AWAITS_APPROVAL] is Shown.AWAITS_OWNER
    assert outside[State.REFUSED] is outside[State.WITHDRAWN] is Shown.WITHDRAWN
    assert shown(State.AWAITS_APPROVAL, from_inside=True, sees_line=True) is Shown.AWAITS_APPROVAL


def test_an_agreement_that_waits_behind_the_door_isnt_there_outside():
    hidden = (State.AWAITS_APPROVAL, State.REFUSED, State.WITHDRAWN)
    assert [shown_agreement(state, from_inside=True, sees_line=False) for state in hidden] == [None, None, None]
    assert shown_agreement(State.STANDS, from_inside=True, sees_line=False) is Shown.STANDS
    assert shown_agreement(State.AWAITS_APPROVAL, from_inside=False, sees_line=False) is Shown.AWAITS_OWNER


@pytest.mark.parametrize(
    ("roles", "value", "may"),
    [
        ({Role.REP}, 10_000, True),
        ({Role.REP}, 10_001, False),
        ({Role.TEAM_LEAD}, 50_000, True),
        ({Role.TEAM_LEAD, Role.REP}, 50_001, False),
        ({Role.DIRECTOR}, 10**9, True),
    ],
)
def test_what_nobody_planned_is_given_within_ones_limit(roles, value, may):
    assert suffices(authority_of(roles), needed_for(Decimal(value))) is may


def test_a_directors_step_needs_a_director():
    assert not suffices(Authority.LEAD, Authority.DIRECTOR)


def test_the_quiet_period_counts_working_days():
    friday, calendar = date(2026, 11, 20), Workdays()
    until = last_quiet_day(friday, calendar=calendar)
    assert until == date(2026, 11, 25), "Monday, Tuesday, Wednesday"
    assert is_quiet(friday, offered_on=friday, until=until), "said at once, on the day of the offer"
    assert not is_quiet(friday - timedelta(days=1), offered_on=friday, until=until)
    assert is_quiet(date(2026, 11, 21), offered_on=friday, until=until)
    assert is_quiet(until, offered_on=friday, until=until)
    assert not is_quiet(until + timedelta(days=1), offered_on=friday, until=until)


def test_holidays_and_the_companys_own_days_are_no_days_to_decide():
    before_new_year = date(2026, 12, 31)
    assert last_quiet_day(before_new_year, calendar=Workdays()) > date(2027, 1, 5)
    own = Workdays({date(2026, 11, 24): CompanyDay(is_workday=False, name="年会")})
    assert last_quiet_day(MONDAY, calendar=own) == date(2026, 11, 27)
