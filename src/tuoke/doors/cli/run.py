"""run: what ``make run`` does after the installation: schema, demo company on first start, serve."""

from __future__ import annotations

import argparse
import time
from typing import Any

from django.conf import settings
from django.utils import timezone

from tuoke.doors.cli import demo
from tuoke.doors.cli.admin import migrate
from tuoke.doors.cli.demo.build import build
from tuoke.doors.cli.serve import check_address, serve
from tuoke.services.health import queries as health


def add(commands: Any) -> None:
    run = commands.add_parser("run", help="prepare what is missing, load the demo company on first start, and serve")
    run.add_argument("--host", default="127.0.0.1")
    run.add_argument("--port", type=int, default=8000)
    run.set_defaults(func=run_all)


def run_all(arguments: argparse.Namespace) -> int:
    check_address(arguments.host, arguments.port)
    if health.findings().keys() & {"schema"}:
        migrate()
    if demo.is_empty():
        began = time.monotonic()
        print("正在载入演示公司 …", flush=True)
        build(now=timezone.now())
        print(f"演示公司已载入，用时 {time.monotonic() - began:.0f} 秒", flush=True)
    print(f"拓客: http://{arguments.host}:{arguments.port}   数据: {settings.DATA_DIR}   Ctrl-C 停止", flush=True)
    if demo.is_loaded():
        print(demo.logins(), flush=True)
    serve(host=arguments.host, port=arguments.port, workers=2)
    return 0
