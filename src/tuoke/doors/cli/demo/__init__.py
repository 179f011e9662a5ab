"""demo: load the demo company, with histories made by the product's own actions."""

from __future__ import annotations

import argparse
from typing import Any

from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.doors.cli.demo.build import PASSWORD, build
from tuoke.doors.cli.refusal import Unusable


def add(commands: Any) -> None:
    demo = commands.add_parser("demo", help="load the demo company into an empty installation")
    demo.set_defaults(func=run_demo)


def run_demo(arguments: argparse.Namespace) -> int:
    if not is_empty():
        raise Unusable("this installation already has people; the demo company only goes into an empty one")
    build(now=timezone.now())
    print(logins())
    return 0


def is_empty() -> bool:
    return not User.objects.exists()


def is_loaded() -> bool:
    """Is this the demo company? Its logins are then printed at every start."""
    return User.objects.filter(username="wang.fang", email="wang.fang@example.com").exists()


def logins() -> str:
    people = (
        ("wang.fang", "销售代表"),
        ("li.na", "销售主管"),
        ("zhou.hong", "销售总监"),
        ("sun.li", "流程负责人"),
        ("zheng.yi", "审计"),
        ("wu.gang", "技术协作"),
        ("lin.tao", "售后协作"),
        ("gao.yuan", "法务协作"),
        ("he.yun", "财务协作"),
        ("admin", "系统管理员"),
    )
    lines = [f"  {username:<12} {role}" for username, role in people]
    return "\n".join([f"演示账号 (密码 {PASSWORD}):", *lines])
