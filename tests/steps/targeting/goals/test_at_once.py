"""Two people at the same moment, on real transactions."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from django.db import connection

from tests.people import make_company
from tests.steps.targeting.goals.cases import slot
from tuoke.base.kernel.verdict import Conflict
from tuoke.base.records.models import Event
from tuoke.steps.targeting.goals import actions
from tuoke.steps.targeting.goals.models import Goal
from tuoke.steps.targeting.goals.rules import COMPANY, Axis, Basis, Holder, Share

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(act, times):
    start, ended = threading.Barrier(times), []

    def run(number):
        try:
            start.wait()
            act(number)
            ended.append("done")
        except Conflict:
            ended.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ended)


def test_of_several_who_set_the_same_goal_one_wins_and_the_others_are_told(now):
    by = make_company().by("director")
    place = slot("new_leads", "2026", COMPANY)

    def set_it(number):
        actions.set_goal(slot=place, amount=Decimal(10 + number), version=0, by=by, now=now)

    assert at_once(set_it, 4) == ["conflict"] * 3 + ["done"]
    assert Goal.objects.count() == Event.objects.filter(kind="goals.set").count() == 1


def test_of_two_splits_at_once_one_is_stored_whole(now):
    company = make_company()
    by = company.by("director")
    place = slot("new_leads", "2026", COMPANY)
    actions.set_goal(slot=place, amount=Decimal(10), version=0, by=by, now=now)
    parts = [slot("new_leads", "2026", Holder(company.departments[name].pk)) for name in ("east", "south")]

    def split_it(number):
        amounts = [Decimal(number), Decimal(10 - number)]
        shares = [Share(part, amount) for part, amount in zip(parts, amounts, strict=True)]
        actions.split_goal(slot=place, version=1, axis=Axis.PEOPLE, basis=Basis.BY_HAND, shares=shares, by=by, now=now)

    assert at_once(split_it, 3) == ["conflict"] * 2 + ["done"]
    assert sum(Goal.objects.exclude(holder="company").values_list("amount", flat=True)) == 10
