"""Rescoring in the background."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django_tasks_db.models import DBTaskResult

from tests.steps.leads.drafts import ready
from tuoke.services.jobs import actions as jobs
from tuoke.spine.customers.models import Lead
from tuoke.steps.leads import actions
from tuoke.steps.leads.jobs import every_day, rescore_open_leads
from tuoke.steps.leads.queries import RESCORING, is_rescoring


@pytest.fixture
def lead(company, now):
    made = actions.create_lead(draft=ready(), by=company.by("rep"), now=now)
    Lead.objects.update(score=Decimal("0.1"))
    return made


def test_every_day_leads_are_weighed_anew(lead, now):
    every_day(now)
    assert DBTaskResult.objects.filter(task_path__endswith="rescore_open_leads").count() == 1
    assert is_rescoring()
    assert rescore_open_leads.module_path == RESCORING
    assert rescore_open_leads.call("daily") == 1
    lead.refresh_from_db()
    assert lead.score > 1


def test_a_worker_that_stops_hands_the_work_on(lead):
    jobs.stopping.set()
    try:
        assert rescore_open_leads.call("daily") == 0
    finally:
        jobs.stopping.clear()
    assert DBTaskResult.objects.filter(task_path__endswith="rescore_open_leads").count() == 1
