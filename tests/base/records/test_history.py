from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction

from tuoke.base.accounts.rules import system
from tuoke.base.records.actions import changes_between, record
from tuoke.base.records.models import Event
from tuoke.base.records.queries import history_of, timeline_of


@pytest.mark.django_db
def test_an_event_keeps_who_when_what_from_what_to_what(company, now):
    event = record(
        kind="test.changed", subject=company.rep, by=company.by("team_lead"), at=now,
        thread="deals.opportunity:1", party="customers.customer:2", changes={"amount": (None, Decimal("5.50"))},
    )  # fmt: skip
    event.refresh_from_db()
    assert (event.actor_name, event.at, event.changes) == ("李娜", now, {"amount": [None, "5.50"]})
    assert timeline_of(thread="deals.opportunity:1") == timeline_of(party="customers.customer:2") == [event]
    assert list(history_of(company.rep)) == [event]


@pytest.mark.django_db
def test_history_is_append_only(now):
    with transaction.atomic():
        event = record(kind="test.done", subject="x.y:1", by=system("test"), at=now)
    for change in (event.save, event.delete, Event.objects.all().delete, lambda: Event.objects.update(kind="z")):
        with pytest.raises(TypeError):
            change()
    assert Event.objects.get().kind == "test.done"


@pytest.mark.django_db(transaction=True)
def test_a_record_outside_the_transaction_of_its_action_is_refused(now):
    with pytest.raises(RuntimeError):
        record(kind="test.done", subject="x.y:1", by=system("test"), at=now)


@pytest.mark.django_db
def test_secret_events_stay_out_of_timelines(now):
    record(kind="test.secret", subject="x.y:1", thread="x.y:1", by=system("test"), at=now, secret=True)
    assert timeline_of(thread="x.y:1") == []
    assert not history_of("x.y:1").exists()


@pytest.mark.django_db
def test_a_timeline_is_paged_by_key(now):
    events = [record(kind="test.done", subject="x.y:1", thread="x.y:1", by=system("test"), at=now) for _ in range(5)]
    first = timeline_of(thread="x.y:1", limit=3)
    rest = timeline_of(thread="x.y:1", before=first[-1].pk, limit=3)
    assert [*first, *rest] == events[::-1]


def test_changes_name_only_what_differs():
    assert changes_between(before={"a": 1, "b": 2}, after={"a": 1, "b": 3}) == {"b": (2, 3)}
