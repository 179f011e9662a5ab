"""Two people at the same moment, on real transactions."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import OperationalError, connection

from tests.steps.leads.drafts import ready
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event
from tuoke.steps.leads import actions


def patiently(act):
    """SQLite in memory, which only tests use, refuses at once where a file waits."""
    for _ in range(500):
        try:
            return act()
        except OperationalError:
            time.sleep(0.01)
    return act()


@pytest.mark.django_db(transaction=True)
def test_of_two_claims_at_once_one_wins_and_the_other_is_told_who(now):
    from tests.people import make_company

    company = make_company()
    lead = actions.create_lead(draft=ready(), by=company.by("rep"), now=now)
    people = [company.by("rep"), company.by("other_team"), company.by("teammate"), company.by("team_lead")]
    start, told, winners = threading.Barrier(len(people)), [], []

    def claim(by):
        try:
            start.wait()
            patiently(lambda: actions.claim_lead(lead=lead, by=by, now=now))
            winners.append(by.name)
        except Refused as refusal:
            told.append(refusal.verdict.reasons[0].params["name"])
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(winners) == 1
    assert told == winners * 3
    assert Event.objects.filter(kind="leads.claimed").count() == 1
