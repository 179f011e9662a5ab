"""Rescoring in the background (S2.4)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.steps.leads.drafts import ready
from tuoke.base.accounts.rules import system
from tuoke.services.jobs import actions as jobs
from tuoke.spine.customers.models import Lead
from tuoke.steps.leads import actions
from tuoke.steps.leads.jobs import after_profile_change, every_day, rescore_parties
from tuoke.steps.leads.models import Rescoring
from tuoke.steps.leads.queries import RESCORING, is_rescoring, rescoring_now
from tuoke.steps.targeting.actions import plant_default

TASKS = DBTaskResult.objects.filter(task_path=RESCORING)


@pytest.fixture
def lead(company, now):
    made = actions.create_lead(draft=ready(), by=company.by("rep"), now=now)
    Lead.objects.update(score=Decimal("0.1"))
    return made


def do_what_waits() -> None:
    for task in TASKS.order_by("enqueued_at"):
        rescore_parties.call(*task.args_kwargs["args"])


def test_every_day_leads_are_weighed_anew(lead, now):
    every_day(now)
    assert rescore_parties.module_path == RESCORING
    assert TASKS.count() == 1
    assert is_rescoring()
    do_what_waits()
    assert not Rescoring.objects.unfinished().exists()
    lead.refresh_from_db()
    assert lead.score > 1


def test_the_next_days_look_only_at_what_time_can_have_changed(lead, company, now):
    every_day(now)
    do_what_waits()
    near = actions.create_lead(
        draft=ready(company="近海物流", phone="", purchase_on=date(2027, 3, 13)), by=company.by("rep"), now=now
    )  # in four months now, in three from December on
    Lead.objects.filter(pk=lead.pk).update(score=Decimal("0.1"))
    for days, seen in ((1, 0), (8, 1)):  # 24 November, 1 December
        TASKS.delete()
        every_day(now + timedelta(days=days))
        run = Rescoring.objects.unfinished().get()
        actions.carry_on(run=run, by=system("test"), now=now + timedelta(days=days))
        assert run.done == seen
    lead.refresh_from_db()
    assert lead.score == Decimal("0.1")
    assert near.scores.count() == 2
    assert near.scores.last().urgency > near.scores.first().urgency


def test_a_score_of_an_older_version_is_found_by_the_daily_look(lead, now):
    profile = plant_default(by=system("test"), now=now)
    every_day(now)
    do_what_waits()
    Lead.objects.update(
        scored_number=0, score=Decimal("0.1")
    )  # as by an import that began before the profile was saved
    TASKS.delete()
    every_day(now + timedelta(days=1))
    do_what_waits()
    lead.refresh_from_db()
    assert (lead.scored_profile, lead.scored_number) == (profile.pk, profile.number)
    assert lead.score > 1


def test_a_worker_that_stops_hands_the_work_on(lead, now):
    every_day(now)
    run = TASKS.get().args_kwargs["args"]
    jobs.stopping.set()
    try:
        assert rescore_parties.call(*run) == 0
    finally:
        jobs.stopping.clear()
    assert TASKS.count() == 2
    left = Rescoring.objects.unfinished().get()
    assert (left.done, left.at_id) == (1, lead.pk)  # what it had looked at is not looked at again


def test_a_second_change_takes_the_place_of_the_first(lead, now):
    profile = plant_default(by=system("test"), now=now)
    TASKS.delete()
    Rescoring.objects.all().delete()
    after_profile_change(profile, now)
    after_profile_change(profile, now)
    first, second = Rescoring.objects.order_by("id")
    assert (first.superseded, second.superseded, second.profile) == (True, False, profile.pk)
    assert rescore_parties.call(first.pk) == 0
    assert rescore_parties.call(second.pk) == 1


def test_screens_say_so_until_it_is_done(lead, now):
    assert rescoring_now() is None
    every_day(now)
    assert rescoring_now().total is None
    do_what_waits()
    assert rescoring_now() is None


def test_a_dead_command_doesnt_make_screens_wait_for_ever(lead, now):
    actions.begin_rescoring(reason="command line", now=timezone.now())
    assert rescoring_now() is not None
    Rescoring.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    assert rescoring_now() is None
