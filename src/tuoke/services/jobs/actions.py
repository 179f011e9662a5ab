from __future__ import annotations

import os
import socket
import threading
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from tuoke.services.jobs import hooks
from tuoke.services.jobs.models import Beat, Tick

PATIENCE = timedelta(seconds=60)
"""A worker on another machine that is silent for so long is taken for dead."""
ATTEMPTS = 3
KEPT = timedelta(days=7)

stopping = threading.Event()
"""Set when this worker is asked to stop: a long task stores where it is, enqueues itself again and returns."""


def beat(*, worker_id: str, now: datetime) -> None:
    """This process is alive and works under the given id. Called before the first claim, then every few seconds."""
    seen = {"place": place(), "pid": os.getpid(), "seen_at": now}
    Beat.objects.update_or_create(worker_id=worker_id, defaults=seen)


def leave(*, worker_id: str) -> None:
    """This worker ends by itself; what it may still hold can be given back at once."""
    Beat.objects.filter(worker_id=worker_id).delete()


def return_orphans(*, now: datetime) -> int:
    """Running tasks whose worker is gone: ready again, failed after the third worker. Says how many."""
    if not DBTaskResult.objects.running().exists():
        return 0
    returned = 0
    with transaction.atomic():
        living = {b.worker_id for b in Beat.objects.filter(seen_at__gte=now - PATIENCE) if _lives(b)}
        for orphan in DBTaskResult.objects.running().select_for_update(skip_locked=True):
            if orphan.worker_ids and orphan.worker_ids[-1] in living:
                continue
            returned += 1
            if len(orphan.worker_ids) >= ATTEMPTS:
                orphan.set_failed(WorkerLost(f"{len(orphan.worker_ids)} workers disappeared with it"))
            else:
                orphan.status, orphan.started_at = TaskResultStatus.READY, None
                orphan.save(update_fields=["status", "started_at"])
    return returned


class WorkerLost(RuntimeError):
    """A task that outlived as many workers as it may."""


def tick(*, now: datetime) -> list[str]:
    """Put the periodic jobs that are due into the queue; however many workers ask, each is put there once."""
    last = dict(Tick.objects.values_list("name", "last_at"))
    due = [job for job in hooks.periodic if _is_due(job, last.get(job.name), now)]
    return [job.name for job in due if _enqueue_once(job, now=now)]


@task()
def run_periodic(name: str) -> None:
    job = next((job for job in hooks.periodic if job.name == name), None)
    if job is not None:  # it may have gone with an update while it waited
        job.run(timezone.now())


def prune(now: datetime) -> None:
    """Forget finished tasks and workers of long ago."""
    DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT).delete()
    Beat.objects.filter(seen_at__lt=now - KEPT).delete()


@cache
def place() -> str:
    """Where a process id means something: this machine, and on Linux its process namespace."""
    try:
        space = f"/{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        space = ""
    return socket.gethostname()[:90] + space


def _lives(beat: Beat) -> bool:
    if beat.place != place():
        return True
    try:
        os.kill(beat.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_due(job: hooks.Periodic, last: datetime | None, now: datetime) -> bool:
    return last is None or last <= now - timedelta(seconds=job.every)


def _enqueue_once(job: hooks.Periodic, *, now: datetime) -> bool:
    with transaction.atomic():
        never = Tick(name=job.name, last_at=datetime.min.replace(tzinfo=UTC) + timedelta(days=1))
        Tick.objects.bulk_create([never], ignore_conflicts=True)
        due = Tick.objects.filter(name=job.name, last_at__lte=now - timedelta(seconds=job.every))
        if not due.update(last_at=now):  # another worker was first
            return False
        run_periodic.enqueue(job.name)
    return True
