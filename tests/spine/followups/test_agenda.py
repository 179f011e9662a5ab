from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from tests.spine.followups.cases import a_contact, a_deal
from tuoke.services.calendar.feeds import token_of
from tuoke.services.calendar.models import Feed
from tuoke.spine.followups.actions import cancel_action, plan_action, reschedule_action
from tuoke.spine.followups.rules import Plan


@pytest.fixture
def address(company, login):
    login("rep").post(reverse("calendar:renew"))
    return reverse("calendar:feed", args=[token_of(Feed.objects.get(user=company.rep))])


@pytest.fixture
def deal(company, playbook):
    return a_deal(company.rep, playbook)


def events_at(address):
    response = Client().get(address)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(event["summary"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}


def plan(deal, by, title="需求确认会", **more):
    today = timezone.localdate()
    return plan_action(subject=deal, plan=Plan(title=title, due_on=today, **more), by=by, now=timezone.now())


def test_a_meeting_stands_in_the_calendar_at_its_hour_with_place_and_customer(company, address, deal):
    person = a_contact(deal.customer)
    plan(deal, company.by("rep"), due_time=time(14, 0), minutes=90, place="会议室 3", contact_id=person.pk)
    [event] = events_at(address).values()
    today = timezone.localdate()
    assert str(event["summary"]) == f"需求确认会 · {deal.customer.name}"
    assert event.decoded("dtstart") == datetime(today.year, today.month, today.day, 6, 0, tzinfo=UTC)
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=90)
    assert str(event["location"]) == "会议室 3"
    assert person.name in str(event["description"])
    assert f"/deals/{deal.pk}/" in str(event["url"])


def test_a_moved_meeting_keeps_its_name_and_counts_up(company, address, deal):
    by = company.by("rep")
    action = plan(deal, by)
    [before] = events_at(address).values()
    later = timezone.localdate() + timedelta(days=3)
    reschedule_action(action=action, version=action.version, due_on=later, by=by, now=timezone.now())
    [after] = events_at(address).values()
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after.decoded("dtstart") == later


def test_what_was_cancelled_leaves_the_calendar(company, address, deal):
    by = company.by("rep")
    action = plan(deal, by)
    cancel_action(action=action, version=action.version, by=by, now=timezone.now())
    assert events_at(address) == {}


def test_only_ones_own_work_stands_there(company, address, playbook):
    plan(a_deal(company.teammate, playbook), company.by("teammate"), title="别人的事")
    assert events_at(address) == {}


def test_the_same_answer_is_not_sent_again(company, address, deal):
    plan(deal, company.by("rep"))
    tag = Client().get(address)["ETag"]
    assert Client().get(address, headers={"If-None-Match": tag}).status_code == 304


def test_rows_cost_no_queries(company, address, deal, playbook, django_assert_num_queries):
    by = company.by("rep")
    plan(deal, by, title="一")
    client = Client()
    client.get(address)  # noted as read
    with django_assert_num_queries(4):
        client.get(address)
    plan(deal, by, title="二")
    plan(a_deal(company.rep, playbook, customer=deal.customer), by, title="三")
    with django_assert_num_queries(4):
        client.get(address)


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: "x" + t[1:], lambda t: t.split(".")[0], lambda t: "0" * 40]
)
def test_a_guessed_address_opens_nothing(company, address, spoil):
    token = token_of(Feed.objects.get())
    assert Client().get(reverse("calendar:feed", args=[spoil(token)])).status_code == 404


def test_the_old_address_ends_with_the_new_one(login, address):
    login("rep").post(reverse("calendar:renew"))
    assert Client().get(address).status_code == 404


def test_who_has_left_is_read_no_more(company, address):
    company.rep.is_active = False
    company.rep.save()
    assert Client().get(address).status_code == 404


def test_the_page_says_the_address_once_there_is_one(company, login):
    client = login("rep")
    assert "feed-address" not in client.get(reverse("calendar:mine")).content.decode()
    client.post(reverse("calendar:renew"))
    assert token_of(Feed.objects.get()) in client.get(reverse("calendar:mine")).content.decode()


class TestFile:
    def test_one_action_as_a_file(self, company, login, deal):
        action = plan(deal, company.by("rep"), due_time=time(14, 0))
        response = login("rep").get(reverse("followups:entry", args=[action.pk]))
        [event] = Calendar.from_ical(response.content).walk("VEVENT")
        assert str(event["uid"]) == f"action-{action.pk}@tuoke"
        assert response["Content-Disposition"] == f'attachment; filename="tuoke-{action.pk}.ics"'

    def test_somebody_elses_is_not_there(self, company, login, deal):
        action = plan(deal, company.by("rep"))
        assert login("teammate").get(reverse("followups:entry", args=[action.pk])).status_code == 404

    def test_what_was_cancelled_has_none(self, company, login, deal):
        action = plan(deal, company.by("rep"))
        cancel_action(action=action, version=action.version, by=company.by("rep"), now=timezone.now())
        assert login("rep").get(reverse("followups:entry", args=[action.pk])).status_code == 404
