"""The background worker: ``python -m tuoke.services.jobs.work``.

Ends by itself when the process that started it is gone. The first SIGTERM or SIGINT lets the running task finish.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from types import FrameType
from typing import TYPE_CHECKING

import django

logger = logging.getLogger("tuoke.jobs")

PULSE = 5.0
"""Seconds between two signs of life."""


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")
    django.setup()
    work(parent=os.getppid())
    return 0


def work(*, parent: int) -> None:
    """Do tasks until asked to stop."""
    from django.utils import timezone
    from django.utils.crypto import get_random_string

    from tuoke.services.jobs import actions

    worker = _worker(get_random_string(32))
    worker.configure_signals()
    actions.beat(worker_id=worker.worker_id, now=timezone.now())  # before the first claim
    threading.Thread(target=_pulse, args=[worker.worker_id, parent], daemon=True).start()
    try:
        worker.run()
    finally:
        actions.leave(worker_id=worker.worker_id)


if TYPE_CHECKING:
    from django_tasks_db.management.commands.db_worker import Worker


def _worker(worker_id: str) -> Worker:
    from django_tasks_db.management.commands.db_worker import Worker

    from tuoke.services.jobs import actions

    class Stoppable(Worker):
        def shutdown(self, signum: int, frame: FrameType | None) -> None:
            actions.stopping.set()
            super().shutdown(signum, frame)

    return Stoppable(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0.5,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id,
    )


def _pulse(worker_id: str, parent: int) -> None:
    """Beside the tasks: signs of life, orphans, periodic jobs; and a look whether the parent is still there."""
    next_pulse = 0.0
    while os.getppid() == parent:
        if time.monotonic() >= next_pulse:
            next_pulse = time.monotonic() + PULSE
            _beat_once(worker_id)
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)  # once only: a second one would fail the running task


def _beat_once(worker_id: str) -> None:
    from django.db import close_old_connections
    from django.utils import timezone

    from tuoke.services.jobs import actions

    try:
        now = timezone.now()
        actions.beat(worker_id=worker_id, now=now)
        actions.return_orphans(now=now)
        actions.tick(now=now)
    except Exception:  # a database that is away for a while must not end the pulse
        logger.exception("no pulse")
    finally:
        close_old_connections()


if __name__ == "__main__":
    sys.exit(main())
