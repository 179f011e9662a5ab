"""``tuoke serve``: the web server and the background worker as two children; a dead one is started again."""

from __future__ import annotations

import argparse
import errno
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command

from tuoke.doors.cli.refusal import Unusable

PATIENCE = 20.0
"""Seconds that a child has to finish what it does when asked to stop."""


def add(commands: Any) -> None:
    serve = commands.add_parser("serve", help="web server and background worker")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_port, default=8000)
    serve.add_argument("--workers", type=_workers, default=2, help="web processes (default 2)")
    serve.set_defaults(func=run_serve)


def run_serve(arguments: argparse.Namespace) -> int:
    serve(host=arguments.host, port=arguments.port, workers=arguments.workers)
    return 0


def serve(*, host: str, port: int, workers: int) -> None:
    """Serve until Ctrl-C or SIGTERM. Refuses, before anything is started, an address that can't be used."""
    check_address(host, port)
    collect_static()
    python = [sys.executable, "-m"]
    web = ["tuoke.doors.cli.web", "--host", host, "--port", str(port), "--workers", str(workers)]
    house = House(
        children=[Child("web", [*python, *web]), Child("worker", [*python, "tuoke.services.jobs.work"])],
        address=(host, port),
    )
    house.live()


def check_address(host: str, port: int) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise Unusable(f"{host}:{port} is in use by another program; choose another with --port") from None
        raise Unusable(f"{host}:{port} can't be used: {problem.strerror}") from None


def collect_static() -> None:
    """Static files with hashed names and compressed, made again only when one of them changed."""
    if settings.DEBUG:
        return
    stamp, print_ = settings.STATIC_ROOT / ".stamp", _fingerprint()
    if stamp.is_file() and stamp.read_text() == print_:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(print_)


def _fingerprint() -> str:
    import tuoke

    package = Path(tuoke.__file__).parent
    found = hashlib.sha256()
    for path in sorted(package.glob("**/static/**/*")):
        if path.is_file():
            about = path.stat()
            found.update(f"{path.relative_to(package)} {about.st_size} {about.st_mtime_ns}\n".encode())
    return found.hexdigest()


@dataclass
class Child:
    """One process, started again when it ends; the faster it ends the longer it waits."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0

    def start(self) -> None:
        # A session of its own: the terminal's Ctrl-C reaches only us, and the running task can finish.
        self.process = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603  # our own modules
        self.started_at = time.monotonic()

    def look_after(self) -> None:
        if self.process is None or self.process.poll() is None:
            return
        lived = time.monotonic() - self.started_at
        self.failures = 0 if lived > 60 else self.failures + 1
        code, self.process = self.process.returncode, None
        wait = min(2.0 ** (self.failures - 1), 30.0) if self.failures > 1 else 0.0
        say(f"{self.name} ended ({code}); starting it again" + (f" in {wait:.0f} s" if wait else ""))
        self.started_at = time.monotonic() + wait

    def is_due(self) -> bool:
        return self.process is None and time.monotonic() >= self.started_at

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not stop in time; what it was doing goes on at the next start")
            self.process.kill()
            self.process.wait()


@dataclass
class House:
    children: list[Child]
    address: tuple[str, int]
    asked: int = field(default=0, init=False)

    def live(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.ask)
        announced = False
        while not self.asked:
            for child in self.children:
                child.look_after()
                if child.is_due() and not self.asked:
                    child.start()
            announced = announced or self.announce()
            time.sleep(0.2)
        self.stop()

    def ask(self, number: int, frame: FrameType | None) -> None:
        self.asked += 1
        if self.asked > 1:  # somebody insists
            for child in self.children:
                if child.process is not None and child.process.poll() is None:
                    child.process.kill()

    def announce(self) -> bool:
        host, port = self.address
        try:
            socket.create_connection(("127.0.0.1" if host == "0.0.0.0" else host, port), timeout=0.2).close()  # noqa: S104
        except OSError:
            return False
        say(f"http://{host}:{port}/  (Ctrl-C stops)")
        return True

    def stop(self) -> None:
        say("stopping")
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + PATIENCE
        for child in self.children:
            child.stop(deadline)
        say("stopped")


def say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} tuoke {os.getpid()}: {what}", flush=True)


def _port(text: str) -> int:
    port = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; 1 to 65535")
    return port


def _workers(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes; 1 to 64")
    return number
