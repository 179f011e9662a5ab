"""安静期: who is left alone until when, and what opens the way (S6.5)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.conftest import NOW
from tests.steps.negotiation.rounds.cases import FAIR, LOW, THEIRS, a_round, an_agreement, ours_of
from tuoke.services.calendar.models import CompanyDay
from tuoke.steps.negotiation.rounds import actions, hooks
from tuoke.steps.negotiation.rounds.queries import cautions_of, quiet_until
from tuoke.steps.negotiation.rounds.rules import NOTHING
from tuoke.steps.negotiation.rules import Terms

MONDAY, THURSDAY = date(2026, 11, 23), date(2026, 11, 26)


@pytest.fixture(autouse=True)
def no_signals(monkeypatch):
    monkeypatch.setattr(hooks, "opens_way", [])


def test_three_working_days_after_our_offer(deal, by):
    assert quiet_until(deal, today=MONDAY) is None
    a_round(deal, by)
    days = [MONDAY + timedelta(days=n) for n in range(5)]
    assert [quiet_until(deal, today=day) for day in days] == [THURSDAY] * 4 + [None]


def test_the_companys_days_off_dont_count(deal, by):
    CompanyDay.objects.create(day=MONDAY + timedelta(days=1), is_workday=False, name="年会")
    a_round(deal, by)
    assert quiet_until(deal, today=THURSDAY) == date(2026, 11, 27)


def test_an_offer_of_theirs_alone_leaves_nothing_to_wait_for(deal, by):
    a_round(deal, by, ours=NOTHING)
    assert quiet_until(deal, today=THURSDAY) is None
    a_round(deal, by)
    assert quiet_until(deal, today=THURSDAY) == THURSDAY
    a_round(deal, by, ours=NOTHING, theirs=Terms(Decimal(400_000)))
    assert quiet_until(deal, today=THURSDAY) is None, "he came back to us"


def test_a_signal_since_the_offer_opens_the_way(deal, by, monkeypatch):
    a_round(deal, by)
    asked = []
    monkeypatch.setattr(hooks, "opens_way", [lambda about, since: asked.append((about, since)) or True])
    assert quiet_until(deal, today=THURSDAY) is None
    assert asked == [(deal, NOW)]


@pytest.mark.parametrize("terms", [FAIR, LOW])
def test_it_is_the_same_on_either_side_of_the_line(deal, by, line, terms):
    a_round(deal, by, ours=terms, reason="说明")
    assert quiet_until(deal, today=THURSDAY) == THURSDAY


def test_taken_back_or_agreed_it_is_over(deal, by):
    row = a_round(deal, by)
    actions.withdraw_offer(position=ours_of(row), by=by, now=NOW)
    assert quiet_until(deal, today=THURSDAY) is None
    actions.offer_again(position=ours_of(row), by=by, now=NOW)
    actions.agree(deal=deal, draft=an_agreement(), by=by, now=NOW)
    assert quiet_until(deal, today=THURSDAY) is None


def test_the_warning_says_until_when_and_is_about_the_deal_alone(deal, by, customer):
    a_round(deal, by, theirs=THEIRS)
    (caution,) = cautions_of(deal, THURSDAY)
    assert "2026-11-26" in caution.text
    assert caution.until == THURSDAY
    assert cautions_of(customer, THURSDAY) == ()
