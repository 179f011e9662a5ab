"""A rep's day: 今日 with 500 open actions against its bare SQL, a deal with 2,000 timeline entries against one with 50.

Goals (ratios of one run): 今日 at most 25 × its bare SQL, the deal's page and its record at most 1.2 × the small deal's.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from functools import partial

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import company, pages  # noqa: E402
from bench.clock import milliseconds  # noqa: E402
from tuoke.base.accounts.models import User  # noqa: E402
from tuoke.base.records.actions import event_of, record_many  # noqa: E402
from tuoke.spine.deals.models import Opportunity  # noqa: E402
from tuoke.spine.followups.models import FollowUp, NextAction  # noqa: E402

ACTIONS = 500
FEW, MANY = 50, 2_000
SQL_GOAL, DEAL_GOAL = 25.0, 1.2
REGIONS = {"deal page": "deals:detail", "deal record": "followups:panel_deal"}


def main() -> int:
    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    call_command("migrate", verbosity=0)
    rep = company.people()[0]
    company.grow(leads=1_000, deals=1_000, reps=[rep])
    deals = list(Opportunity.objects.filter(owner=rep, outcome="open", step="discovery").order_by("pk")[:2])
    for deal, entries in zip(deals, (FEW, MANY), strict=True):
        talk(deal, rep, entries=entries)
    NextAction.objects.filter(owner=rep).delete()
    plan(rep, ACTIONS)
    pages.settle()
    client = Client()
    client.force_login(rep)
    return measure_today(client) | measure_deals(client, *deals)


def measure_today(client: Client) -> int:
    visit = partial(seen, client, "/")
    with CaptureQueriesContext(connection) as caught:
        visit()
    statements = list(caught.captured_queries)
    page, bare = milliseconds(visit), milliseconds(partial(pages.replay, statements))
    print(
        f"today, {ACTIONS} actions: {len(statements)} queries, {page:.1f} ms, bare {bare:.2f} ms, × {page / bare:.1f}"
    )
    return int(page / bare > SQL_GOAL)


def measure_deals(client: Client, small: Opportunity, large: Opportunity) -> int:
    missed = 0
    for name, place in REGIONS.items():
        few, many = (milliseconds(partial(seen, client, reverse(place, args=[deal.pk]))) for deal in (small, large))
        print(f"{name}: {FEW} entries {few:.1f} ms, {MANY} entries {many:.1f} ms, × {many / few:.2f}")
        missed |= int(many / few > DEAL_GOAL)
    return missed


def seen(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)


@transaction.atomic
def talk(deal: Opportunity, rep: User, *, entries: int) -> None:
    """So many contacts with the customer, each in the history too."""
    FollowUp.objects.filter(opportunity=deal).delete()
    rows = FollowUp.objects.bulk_create(
        FollowUp(
            opportunity=deal, at=company.NOW - timedelta(hours=n), step=deal.step, channels=["phone"], by=rep,
            outcome="progress", summary=f"第 {n} 次沟通：确认了交期、接口和下一次会议的参加人", created_at=company.NOW,
        )
        for n in range(entries)
    )  # fmt: skip
    facts = {"channels": ["phone"], "outcome": "progress"}
    record_many(
        event_of(
            kind="followups.recorded", subject=row, thread=deal, party=deal.customer, by=company.BY, at=row.at,
            facts={**facts, "summary": row.summary},
        )
        for row in rows
    )  # fmt: skip


def plan(rep: User, count: int) -> None:
    """Open actions around today, over all of one's deals."""
    deals = list(Opportunity.objects.filter(owner=rep, outcome="open").order_by("pk")[:count])
    today = timezone.localdate()
    NextAction.objects.bulk_create(
        NextAction(
            opportunity=deals[n % len(deals)], title=f"第 {n} 件事：发送资料并约下次", channel="phone", owner=rep,
            due_on=today + timedelta(days=n % 40 - 20), created_at=company.NOW,
        )
        for n in range(count)
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
