"""Two people press at once: real threads, real connections, the engine that the suite runs on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from django.db import connection, connections

from tests.spine.deals.conftest import needed
from tuoke.base.kernel.verdict import Refused
from tuoke.spine.deals import actions
from tuoke.spine.deals.models import GatePass, Opportunity

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def in_threads(tmp_path):
    """``in_threads(work, work)``: each in a thread and a connection of its own; their results in order.

    An in-memory SQLite is copied to a file first, as shared memory knows no waiting for a lock; what the threads
    did comes back into it.
    """
    settings = connections.settings["default"]

    def run(*works):
        together = Barrier(len(works))

        def one(work):
            together.wait()
            try:
                return work()
            except Exception as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(len(works)) as pool:
            return list(pool.map(one, works))

    if connection.vendor != "sqlite":
        return run

    def on_file(*works):
        connection.ensure_connection()
        file, memory = tmp_path / "copy.sqlite3", settings["NAME"]
        with sqlite_copy(file) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=WAL")
        settings["NAME"] = str(file)
        try:
            results = run(*works)
        finally:
            settings["NAME"] = memory
        with sqlite_copy(file) as copy:
            copy.backup(connection.connection)
        return results

    return on_file


@contextmanager
def sqlite_copy(file):
    from django.db.backends.sqlite3.base import Database

    copy = Database.connect(str(file))
    try:
        yield copy
        copy.commit()
    finally:
        copy.close()


def test_two_advance_at_once_and_one_wins(open_deal, company, now, in_threads):
    deal = open_deal()
    manager = company.by("team_lead")
    waivers = dict.fromkeys(needed(deal), "演练")

    def advance():
        return actions.advance(deal=deal, to="discovery", waivers=waivers, by=manager, now=now)

    results = in_threads(advance, advance, advance)

    moved = [result for result in results if isinstance(result, Opportunity)]
    refused = [result for result in results if isinstance(result, Refused)]
    assert (len(moved), len(refused)) == (1, 2), results
    assert {refusal.verdict.codes for refusal in refused} == {("not_next",)}
    assert GatePass.objects.count() == 1
    assert list(deal.visits.values_list("step", flat=True)) == ["outreach", "discovery"]


def test_lost_and_advanced_at_once_leave_one_open_visit(open_deal, company, now, in_threads):
    deal = open_deal()
    manager = company.by("team_lead")
    waivers = dict.fromkeys(needed(deal), "演练")
    results = in_threads(
        lambda: actions.advance(deal=deal, to="discovery", waivers=waivers, by=manager, now=now),
        lambda: actions.close_lost(deal=deal, reason="价格", by=manager, now=now),
    )
    assert all(isinstance(result, Opportunity | Refused) for result in results), results
    deal.refresh_from_db()
    assert (deal.outcome, deal.step) == ("lost", "reviews")
    assert deal.visits.filter(left_at=None).get().step == "reviews"
