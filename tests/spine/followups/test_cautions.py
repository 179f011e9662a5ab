"""What speaks against a contact is said on the day that is planned, and stops nobody (S6.5)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tuoke.spine.followups import hooks
from tuoke.spine.followups.hooks import Caution, cautions_of
from tuoke.spine.followups.models import FollowUp, NextAction

SAID = "报价后的安静期，先不催。"


@pytest.fixture
def quiet(deal, monkeypatch):
    """The deal is left alone today and tomorrow."""
    until = timezone.localdate() + timedelta(days=1)

    def found(subject, day):
        return [Caution(SAID, until)] if subject == deal and day <= until else []

    monkeypatch.setattr(hooks, "cautions", [found])
    return until


def test_only_the_subject_and_the_day_that_it_is_about(deal, customer, quiet):
    assert [caution.text for caution in cautions_of(deal, quiet)] == [SAID]
    assert cautions_of(deal, quiet + timedelta(days=1)) == []
    assert cautions_of(customer, quiet) == []


@pytest.mark.parametrize("name", ["followups:new", "followups:plan", "mails:write"])
def test_it_is_said_where_a_contact_is_planned_or_recorded(deal, contact, login, quiet, name):
    assert SAID in login("rep").get(reverse(name), {"deal": deal.pk}).content.decode()


def test_it_is_said_on_the_call_desk(deal, contact, login, quiet):
    assert SAID in login("rep").get(reverse("calls:deal", args=[deal.pk])).content.decode()


def test_planned_into_it_is_warned_and_stands(deal, login, quiet):
    client, prefix = login("rep"), f"plan{deal.pk}"
    said = {f"{prefix}-next_title": "电话问进展", f"{prefix}-next_pick": "other"}
    url = f"{reverse('followups:plan')}?deal={deal.pk}"
    for day, warned in ((quiet, True), (quiet + timedelta(days=3), False)):
        answer = client.post(url, said | {f"{prefix}-next_due_on": f"{day}"}, follow=True)
        assert (SAID in [str(message) for message in answer.context["messages"]]) is warned
    assert NextAction.objects.count() == 2


def test_a_contact_inside_it_is_recorded(deal, login, quiet):
    at = timezone.localtime()
    said = {"outcome": "progress", "channels": ["phone"], "summary": "对方来问排期", "at": f"{at:%Y-%m-%dT%H:%M}"}
    answer = login("rep").post(f"{reverse('followups:new')}?deal={deal.pk}", said)
    assert answer.status_code == 302
    assert FollowUp.objects.count() == 1
