"""The web server as a child of ``tuoke serve``: granian with some workers. Ends when its parent is gone."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time

from granian import Granian
from granian.constants import Interfaces

GRACE = 10


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")
    follow_parent()
    os.register_at_fork(after_in_child=follow_parent)  # granian's workers follow granian
    Granian(
        target="tuoke.config.wsgi:application",
        interface=Interfaces.WSGI,
        address=arguments.host,
        port=arguments.port,
        workers=arguments.workers,
        blocking_threads=4,
        websockets=False,
        workers_kill_timeout=GRACE,
        respawn_failed_workers=True,
        log_access=False,
    ).serve()
    return 0


def follow_parent() -> None:
    """Stop this process when the one that started it ends, however that ends."""
    threading.Thread(target=_watch, args=[os.getppid()], daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE + 5)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
