"""The calendar's screen: everybody reads it, administrators and those who set the rules change it."""

from __future__ import annotations

from datetime import date

import pytest

from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event
from tuoke.services.calendar import actions, hooks
from tuoke.services.calendar.models import CompanyDay
from tuoke.services.calendar.queries import workdays

PAGE, SET, CLEAR = "/calendar/", "/calendar/set/", "/calendar/clear/"
PARTY = {"first": "2026-12-30", "last": "2026-12-31", "kind": "off", "name": "公司年会"}


def text(response) -> str:
    return response.content.decode()


def test_everybody_sees_the_year(login):
    page = login("rep").get(f"{PAGE}?year=2026")
    assert page.status_code == 200
    assert "国庆节" in text(page)
    assert "调休上班" in text(page)
    assert SET not in text(page)


@pytest.mark.parametrize("year", ["x", "0", "99999", "-1", "２０２６", "2026'", "1949", "2101"])
def test_a_year_of_another_world_is_the_present_one(login, year):
    assert login("rep").get(PAGE, {"year": year}).status_code == 200


def test_a_year_without_a_notice_says_so(login):
    assert "还没有收录" in text(login("rep").get(f"{PAGE}?year=2028"))
    assert "还没有收录" not in text(login("rep").get(f"{PAGE}?year=2026"))


@pytest.mark.parametrize("actor", ["admin", "director"])
def test_days_are_set_and_cleared(login, actor):
    client = login(actor)
    assert client.post(SET, PARTY).status_code == 302
    assert not workdays().is_workday(date(2026, 12, 30))
    assert "公司年会" in text(client.get(f"{PAGE}?year=2026"))
    assert client.post(CLEAR, {"days": "2026-12-30~2026-12-31"}).status_code == 302
    assert workdays().is_workday(date(2026, 12, 30))
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == [
        "calendar.days_set",
        "calendar.days_cleared",
    ]


@pytest.mark.parametrize("actor", ["rep", "team_lead", "process_owner", "auditor", "collaborator"])
def test_nobody_else_changes_it(login, company, actor, now):
    assert login(actor).post(SET, PARTY).status_code == 403
    assert login(actor).post(CLEAR, {"days": "2026-12-30"}).status_code == 403
    with pytest.raises(Refused) as excinfo:
        actions.set_days(
            first=date(2026, 12, 30), last=date(2026, 12, 30), is_workday=True, name="", by=company.by(actor), now=now
        )
    assert excinfo.value.verdict.codes == ("may_not_write",)
    assert not CompanyDay.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"last": "2026-12-01"},
        {"last": "2027-12-01"},
        {"name": ""},
        {"name": "长" * 41},
        {"name": "坏\x00字"},
        {"name": "坏\ud800"},
        {"first": "1900-01-01", "last": ""},
        {"first": "9999-12-31", "last": ""},
        {"first": "昨天"},
        {"first": ""},
        {"kind": "party"},
    ],
)
def test_what_makes_no_sense_is_refused_with_words(login, changes):
    typed = {name: value.encode("utf-8", "surrogatepass") for name, value in (PARTY | changes).items()}
    response = login("admin").post(SET, typed)
    assert response.status_code == 422
    assert "invalid" in text(response)
    assert not CompanyDay.objects.exists()


@pytest.mark.parametrize("days", ["", "x", "2026-12-30~x", "2026-13-40", "9999-99-99~", "2026-01-01~2030-01-01"])
def test_clearing_nonsense_changes_nothing(login, days, now):
    login("admin").post(SET, PARTY)
    assert login("admin").post(CLEAR, {"days": days}).status_code == 302
    assert CompanyDay.objects.count() == 2


@pytest.mark.django_db
def test_setting_again_replaces_and_whoever_counts_is_told(now, monkeypatch):
    told = []
    monkeypatch.setattr(hooks, "on_changed", [told.append])
    for is_workday in (False, True):
        actions.set_days(
            first=date(2026, 12, 30), last=date(2026, 12, 30), is_workday=is_workday, name="x", by=system("t"), now=now
        )
    assert CompanyDay.objects.get().is_workday
    assert actions.clear_days(days=[date(2020, 1, 1)], by=system("t"), now=now) == 0
    assert told == [now, now]


def test_the_calendar_costs_one_query(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        workdays().is_workday(date(2026, 1, 1))
    assert workdays() is workdays()
