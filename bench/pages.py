"""Pages at 100,000 leads and 10,000 deals: against their own time at 1,000 each, and against bare SQL for the same rows.

Goals (ratios of one run): at most 1.2 × their own small time, at most 25 × the bare SQL.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from functools import partial

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench import company  # noqa: E402
from tuoke.spine.deals.models import Opportunity  # noqa: E402

SMALL, LARGE = (1_000, 1_000), (100_000, 10_000)
ROUNDS = 25


def main() -> int:
    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    call_command("migrate", verbosity=0)
    reps = company.people()
    company.grow(leads=SMALL[0], deals=SMALL[1], reps=reps)
    settle()
    pages = {name: page(path) for name, path in paths().items()}
    small = {name: measure(visit) for name, visit in pages.items()}
    queries_small = {name: queries(visit) for name, visit in pages.items()}

    company.grow(leads=LARGE[0], deals=LARGE[1], reps=reps)
    settle()
    print(f"{'page':<16}{'queries':>9}{'small ms':>10}{'large ms':>10}{'× small':>9}{'SQL ms':>8}{'× SQL':>8}")
    for name, visit in pages.items():
        with CaptureQueriesContext(connection) as caught:
            visit()
        statements = list(caught.captured_queries)
        large, sql = measure(visit), measure(partial(replay, statements))
        counted = f"{queries_small[name]}→{len(statements)}"
        print(
            f"{name:<16}{counted:>9}{small[name]:>10.1f}{large:>10.1f}{large / small[name]:>9.2f}{sql:>8.2f}{large / sql:>8.1f}"
        )
    return 0


def paths() -> dict[str, str]:
    deal = Opportunity.objects.filter(department__code="a").earliest("pk")
    return {
        "lead list": "/leads/?tab=team",
        "lead search": "/leads/?tab=team&q=恒远",
        "search page": "/search/?q=恒远",
        "board": "/deals/board/",
        "deal page": f"/deals/{deal.pk}/",
        "deal list": "/deals/",
        "today": "/",
    }


def page(path: str) -> Callable[[], None]:
    client = Client()
    client.force_login(get_user_model().objects.get(username="leada"))

    def visit() -> None:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)

    return visit


def measure(work: Callable[[], object]) -> float:
    """The best of the rounds in milliseconds: what the work takes when nothing else is in the way."""
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return min(times)


def queries(visit: Callable[[], None]) -> int:
    with CaptureQueriesContext(connection) as caught:
        visit()
    return len(caught)


def replay(statements: list[dict[str, str]]) -> None:
    """The page's own reading statements, bare: no objects, no template, no rights worked out in Python."""
    with connection.cursor() as cursor:
        for statement in statements:
            if statement["sql"].lstrip("(").startswith("SELECT"):
                cursor.execute(statement["sql"])
                cursor.fetchall()


def settle() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    sys.exit(main())
