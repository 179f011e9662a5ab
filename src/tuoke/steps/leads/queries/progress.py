"""Is a rescoring under way, and how far (S2.4)? Then scores on the screen may change in a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tuoke.steps.leads.models import Rescoring

RESCORING = "tuoke.steps.leads.jobs.rescore_parties"
"""The path of the task that weighs anew (``jobs``)."""
SILENCE = timedelta(minutes=2)
"""A rescoring without a waiting task (from the command line) that says nothing for so long has died."""


@dataclass(frozen=True, slots=True)
class Progress:
    """``total`` is None until the worker has counted."""

    done: int
    total: int | None

    @property
    def percent(self) -> int:
        return min(99, self.done * 100 // self.total) if self.total else 0


def rescoring_now() -> Progress | None:
    """The oldest rescoring that is waiting or under way; None where scores stand still. One query then."""
    run = Rescoring.objects.unfinished().order_by("id").first()
    if run is None or not (timezone.now() - run.seen_at < SILENCE or _has_task()):
        return None
    return Progress(done=run.done, total=run.total)


def is_rescoring() -> bool:
    return rescoring_now() is not None


def _has_task() -> bool:
    underway = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    return DBTaskResult.objects.filter(task_path=RESCORING, status__in=underway).exists()
