"""The Gantt page of a kick-off plan with 300 lines against the bare SQL that it asks (S7.2).

``chart`` is what the server does for the chart and its list: the lines and links are read, laid out over working days and
written as SVG and HTML. Its goal (ratio of one run): at most 3 × its own statements run bare, their rows fetched and nothing
made of them. It isn't reached: about a millisecond of SQL stands against a third of a megabyte of SVG and HTML. A third of the
rest is Django putting the statements together and reading dates, two thirds are the texts of 300 bars and 300 rows, each
written once with its words looked up beforehand; less would mean to draw in the browser, and no chart without a script.
``page`` is the whole answer with session, rights, navigation and templates; it is told beside it, against
all of its statements, without a goal. ``--lines N`` for another size.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.clock import ROUNDS, milliseconds  # noqa: E402
from tuoke.base.accounts.models import RoleHeld, User  # noqa: E402
from tuoke.base.accounts.rules import system  # noqa: E402
from tuoke.services.calendar.queries import workdays  # noqa: E402
from tuoke.spine.catalog.rules import Segment  # noqa: E402
from tuoke.spine.customers.models import Customer  # noqa: E402
from tuoke.spine.customers.rules import name_key_of  # noqa: E402
from tuoke.spine.deals.actions import open_deal  # noqa: E402
from tuoke.spine.playbook.actions import load_default  # noqa: E402
from tuoke.steps.contracts.kickoff import drawing, queries  # noqa: E402
from tuoke.steps.contracts.kickoff.actions import make_plan  # noqa: E402
from tuoke.steps.contracts.kickoff.models import Dependency, KickoffPlan, Milestone  # noqa: E402
from tuoke.steps.contracts.kickoff.rules.drawing import Zoom  # noqa: E402

GOAL = 3.0
BY = system("bench")
Statement = tuple[str, object]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    call_command("migrate", verbosity=0)
    load_default(by=BY, now=timezone.now())
    plan = a_plan(asked.lines)
    client = Client()
    client.force_login(plan.opportunity.owner)
    address = f"/deals/{plan.opportunity_id}/kickoff/?zoom=week"
    chart, page = lambda: drawn(plan), lambda: client.get(address)
    assert page().status_code == 200
    ratios = {}
    print(f"{'':<8}{'statements':>12}{'bare ms':>10}{'ms':>10}{'×':>8}")
    for name, work in (("chart", chart), ("page", page)):
        statements = asked_by(work)
        bare = milliseconds(lambda said=statements: run(said), rounds=asked.rounds)
        whole = milliseconds(work, rounds=asked.rounds)
        ratios[name] = whole / bare
        print(f"{name:<8}{len(statements):>12}{bare:>10.2f}{whole:>10.2f}{ratios[name]:>8.2f}")
    print(f"{connection.vendor}: chart of {asked.lines} lines {ratios['chart']:.2f} (goal {GOAL})")
    return 1 if ratios["chart"] > GOAL else 0


def a_plan(count: int) -> KickoffPlan:
    """``count`` lines, each waiting for the one before it."""
    now, today = timezone.now(), timezone.localdate()
    rep = User.objects.create_user("rep", name="王芳")
    RoleHeld.objects.create(user=rep, role="rep")
    name = "华瑞精密"
    customer = Customer.objects.create(
        name=name, name_key=name_key_of(name), owner=rep, created_at=now, search_text=name
    )
    deal = open_deal(
        customer=customer, lead=None, name="数据整合", owner=rep, amount=None, expected_close_on=None, product=None,
        segment=Segment(), is_complex=True, by=BY, now=now,
    )  # fmt: skip
    plan = make_plan(deal=deal, template="", starts_on=today, by=BY, now=now)
    calendar, day, rows = workdays(), plan.starts_on, []
    for n in range(count):
        ends = calendar.add(day, 1)
        rows.append(
            Milestone(
                plan=plan,
                kind="task",
                name=f"第 {n} 项：现场调研与流程梳理",
                phase="实施",
                starts_on=day,
                ends_on=ends,
                days=2,
                party="tech",
                owner=rep,
                acceptance="逐项对过，客户签字。",
                position=n,
                created_at=now,
            )
        )
        day = calendar.add(ends, 1) if n % 3 == 0 else day
    made = Milestone.objects.bulk_create(rows)
    Dependency.objects.bulk_create(
        Dependency(before=before, after=after) for before, after in zip(made[::3], made[3::3], strict=False)
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return plan


def drawn(plan: KickoffPlan) -> str:
    today = timezone.localdate()
    sheet = queries.sheet_of(plan)
    chart = drawing.chart_of(sheet, zoom=Zoom.WEEK, today=today, calendar=workdays())
    return drawing.svg(sheet, chart, today=today, may_write=True) + drawing.rows(sheet, today=today, may_write=True)


def asked_by(work: Callable[[], object]) -> list[Statement]:
    """The statements of one go, with their parameters."""
    said: list[Statement] = []

    def listen(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        said.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        work()
    return [(sql, params) for sql, params in said if sql.lstrip().upper().startswith("SELECT")]


def run(statements: list[Statement]) -> None:
    with connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, params)
            cursor.fetchall()


if __name__ == "__main__":
    sys.exit(main())
