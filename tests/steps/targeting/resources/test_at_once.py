"""Two approvals at the same moment, on real transactions: never more than there is, and one is told what is left."""

from __future__ import annotations

import multiprocessing
import threading
from decimal import Decimal

import pytest
from django.db import connection, connections

from tests.people import make_company
from tests.steps.targeting.resources.cases import asked, resource, supply, wish
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.steps.targeting.resources import actions, queries
from tuoke.steps.targeting.resources.models import Allocation, Resource
from tuoke.steps.targeting.resources.rules import Status

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Each in a thread with a connection of its own, begun together. What each ended with, in order."""
    start, ended = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index, act):
        try:
            start.wait()
            ended[index] = act()
        except (Refused, Conflict) as refusal:
            ended[index] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def approving(request, by, now):
    return lambda: actions.approve(allocation=request, version=1, by=by, now=now)


def test_of_many_approvals_at_once_as_many_pass_as_there_is(now):
    company = make_company()
    found = resource(company, now)  # ten days
    director = company.by("director")
    requests = [asked(company, now, found, quantity=4) for _ in range(6)]
    ended = at_once(*(approving(request, director, now) for request in requests))
    passed = [e for e in ended if isinstance(e, Allocation)]
    refused = [e.verdict.reasons[0] for e in ended if isinstance(e, Refused)]
    assert (len(passed), len(refused)) == (2, 4)
    assert {(reason.code, reason.params["left"]) for reason in refused} == {("not_enough", 2)}
    assert sum(use.quantity for use in queries.uses_of(found)) == 8
    assert Event.objects.filter(kind="resources.approved").count() == 2
    assert Allocation.objects.filter(status=Status.REQUESTED).count() == 4


def test_approving_and_allocating_at_once_share_what_there_is(now):
    company = make_company()
    found = resource(company, now)
    director = company.by("director")
    request = asked(company, now, found, quantity=6)
    give = wish(company.teammate, 6)
    ended = at_once(
        approving(request, director, now),
        lambda: actions.allocate(resource=found, wish=give, by=director, now=now),
        lambda: actions.allocate(resource=found, wish=give, by=director, now=now),
    )
    assert sum(isinstance(e, Allocation) for e in ended) == 1
    assert sum(use.quantity for use in queries.uses_of(found)) == 6


def test_one_request_approved_twice_at_once_is_granted_once(now):
    company = make_company()
    found = resource(company, now)
    request, director = asked(company, now, found, quantity=3), company.by("director")
    ended = at_once(*(approving(request, director, now) for _ in range(3)))
    assert sum(isinstance(e, Allocation) for e in ended) == 1
    assert sum(isinstance(e, Conflict) for e in ended) == 2
    assert Event.objects.filter(kind="resources.approved").count() == 1


def test_taking_away_while_granting_leaves_enough(now):
    company = make_company()
    found = resource(company, now)
    request, director = asked(company, now, found, quantity=8), company.by("director")
    less = supply(company.director, quantity=Decimal(5))
    at_once(
        approving(request, director, now),
        lambda: actions.change_resource(resource=found, version=1, supply=less, by=director, now=now),
    )
    left = Resource.objects.get().quantity
    assert sum(use.quantity for use in queries.uses_of(found)) <= left
    assert (left, queries.uses_of(found) != []) in {(Decimal(10), True), (Decimal(5), False)}


def test_returning_twice_at_once_returns_once(now):
    company = make_company()
    found = resource(company, now)
    held = actions.allocate(resource=found, wish=wish(company.rep, 5), by=company.by("director"), now=now)
    rep = company.by("rep")

    def give_back():
        return actions.give_back(allocation=held, version=1, quantity=Decimal(3), reason="", by=rep, now=now)

    ended = at_once(give_back, give_back)
    assert sum(isinstance(e, Conflict) for e in ended) == 1
    assert Allocation.objects.get().returned == 3


def _approve_in_a_process(start, ended, key, person, now):
    from tuoke.base.accounts.models import User
    from tuoke.base.accounts.queries import principal_of

    connections.close_all()
    by, request = principal_of(User.objects.get(pk=person)), Allocation.objects.get(pk=key)
    start.wait(30)
    try:
        actions.approve(allocation=request, version=1, by=by, now=now)
        ended.put("approved")
    except Refused as refusal:
        ended.put(refusal.verdict.codes[0])


def test_processes_at_once_share_what_there_is(now):
    company = make_company()
    found = resource(company, now)
    requests = [asked(company, now, found, quantity=4) for _ in range(4)]
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    start, ended = fork.Barrier(len(requests)), fork.Queue()
    workers = [
        fork.Process(target=_approve_in_a_process, args=(start, ended, r.pk, company.director.pk, now))
        for r in requests
    ]
    for worker in workers:
        worker.start()
    told = sorted(ended.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join(30)
    assert told == ["approved", "approved", "not_enough", "not_enough"]
    assert sum(use.quantity for use in queries.uses_of(found)) == 8
