"""The run in the background."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from tuoke.services.jobs.actions import stopping
from tuoke.spine.deals.changeovers.actions import carry_on
from tuoke.spine.deals.changeovers.models import Changeover

PATH = "tuoke.spine.deals.changeovers.jobs.move_deals"
SILENCE = timedelta(minutes=2)


class _Interrupted(Exception):
    """The worker is asked to stop."""


@task()
def move_deals(run: int) -> int:
    """Returns how many went over. A worker that stops hands the rest to the next one, which goes on where this one was."""
    found = Changeover.objects.unfinished().filter(pk=run).first()
    if found is None:
        return 0
    try:
        return carry_on(run=found, now=timezone.now, progress=_unless_stopping).moved
    except _Interrupted:
        move_deals.enqueue(run)
        return 0


def wake(now: datetime) -> None:
    """Wired into the periodic jobs: a run that nobody carries on any more goes on."""
    silent = Changeover.objects.unfinished().filter(seen_at__lt=now - SILENCE)
    underway = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    if silent.exists() and not DBTaskResult.objects.filter(task_path=PATH, status__in=underway).exists():
        for pk in silent.values_list("pk", flat=True):
            move_deals.enqueue(pk)


def _unless_stopping(looked_at: int) -> None:
    if stopping.is_set():
        raise _Interrupted
