"""The triage list at 1,000,000 leads against the very same page at 10,000: parts, orders, filters, search, the next lead.

Goal (ratios of one run): at most 1.5 × the time at 10,000. ``--leads N`` for another size.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import million  # noqa: E402
from bench.clock import ROUNDS, milliseconds  # noqa: E402
from tuoke.services.search.rules import fold, initials  # noqa: E402
from tuoke.spine.catalog.models import Campaign, LeadSource  # noqa: E402
from tuoke.spine.customers.models import Lead  # noqa: E402

SMALL = million.SEEDS
GOAL = 1.5
VISITORS = {"mine": "rep0", "pool": "rep0", "team": "leada", "all": "head"}
"""Who looks at which part of the list."""
PAGES = {
    "team": "tab=team",
    "mine": "tab=mine",
    "pool": "tab=pool",
    "all": "tab=all",
    "all states": "tab=team&status=any",
    "in the middle": "tab=team&cursor={middle}",
    "by score": "tab=team&sort=-score",
    "by purchase": "tab=team&sort=purchase_on",
    "by due": "tab=team&sort=due_on",
    "by touch": "tab=team&sort=-touched",
    "any, by score": "tab=team&status=any&sort=-score",
    "tier": "tab=team&tier=focus",
    "tier, by date": "tab=team&tier=any&sort=purchase_on",
    "no tier": "tab=pool&tier=none&sort=-score",
    "due today": "tab=team&due=today&sort=due_on",
    "recycle soon": "tab=team&recycle=week&sort=recycle_on",
    "source": "tab=team&source={source}",
    "rare source": "tab=team&source={rare}",
    "owner": "tab=team&owner={owner}",
    "score ≥ 9": "tab=team&score_min=9",
    "industry": "tab=team&industry=软件",
    "region (rare)": "tab=team&region=拉萨",
    "unknown": "tab=team&unknown=5&sort=-score",
    "verified": "tab=team&verified=all",
    "this week": "tab=team&created=week",
    "discarded": "tab=team&status=discarded",
    "all at once": "tab=team&tier=any&industry=软件&score_min=8&due=week&source={source}&sort=-score",
    "search 2": "tab=team&q=恒远",
    "search 3": "tab=team&q={three}",
    "search initials": "tab=team&q={initials}",
    "search phone": "tab=team&q={phone}",
    "search 4 digits": "tab=team&q={digits}",
    "search none": "tab=team&q=查无此人",
    "search common": "tab=pool&q=有限公司",
    "search + filter": "tab=team&q=有限公司&tier=focus",
}
SORTS = ("", "id", "-score", "score", "purchase_on", "-purchase_on", "due_on", "-due_on", "recycle_on", "-recycle_on", "touched", "-touched")  # fmt: skip
FILTERS = (
    "", "status=any", "status=discarded", "status=converted", "tier=any", "tier=focus", "tier=none", "source={source}",
    "source={rare}", "source=none", "due=overdue", "due=today", "due=week", "score_min=5", "score_min=9.5", "industry=软件",
    "industry=航天", "region=拉萨", "region=上海", "campaign={campaign}", "recycle=week", "verified=all", "verified=part",
    "verified=none", "verified=disputed", "unknown=3", "unknown=9", "created=today", "created=week", "created=month",
    "created_from={day}&created_to={day}", "created_to={early}", "qualified=1", "deal=any", "deal=won", "q=恒远",
    "q={initials}", "q=查无此人", "q=有限公司", "q={digits}", "status=any&tier=focus", "tier=focus&source={source}",
    "tier=any&industry=软件&score_min=8&due=week&source={source}", "status=any&q=恒远&score_min=6",
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--every", action="store_true", help="each filter with each order in each part; the worst 40")
    parser.add_argument("--only", default="", help="such pages only")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    call_command("migrate", verbosity=0)
    reps = million.people()
    million.grow(SMALL, reps)
    wanted = {name: query for name, query in (every() if asked.every else PAGES).items() if asked.only in name}
    small = {name: milliseconds(visit, rounds=asked.rounds) for name, visit in pages(wanted)}
    million.grow(asked.leads, reps)
    compared = []
    for name, visit in pages(wanted):
        with CaptureQueriesContext(connection) as caught:
            visit()
        compared.append((name, len(caught), small[name], milliseconds(visit, rounds=asked.rounds)))
    shown = sorted(compared, key=lambda one: one[2] / one[3])[:40] if asked.every else compared
    print(f"{'page':<18}{'queries':>8}{f'{SMALL:,} ms':>12}{f'{asked.leads:,} ms':>14}{'×':>8}")
    for name, queries, before, after in shown:
        print(f"{name:<18}{queries:>8}{before:>12.1f}{after:>14.1f}{after / before:>8.2f}")
    worst = max(after / before for _, _, before, after in compared)
    missed = sum(after / before > GOAL for _, _, before, after in compared)
    print(f"{connection.vendor}: {len(compared)} pages, {missed} beyond {GOAL} ×, worst {worst:.2f} (goal {GOAL})")
    return 1 if missed else 0


def every() -> dict[str, str]:
    """Each filter with each order in each part of the list."""
    asked = ("&".join(filter(None, parts)) for parts in product((f"tab={tab}" for tab in VISITORS), FILTERS, (f"sort={sort}" if sort else "" for sort in SORTS)))  # fmt: skip
    return {query: query for query in asked}


def pages(wanted: dict[str, str]) -> Iterator[tuple[str, Callable[[], None]]]:
    """Each page as somebody visits it who may."""
    users = get_user_model().objects
    clients = {tab: Client() for tab in VISITORS}
    for tab, client in clients.items():
        client.force_login(users.get(username=VISITORS[tab]))
    known = facts()
    for name, query in wanted.items():
        tab = query.partition("&")[0].removeprefix("tab=")
        yield name, visiting(clients[tab], f"/leads/?{query.format(**known)}")
    lead = Lead.objects.filter(department__code="a", status="open").order_by("-pk")[:30][29]
    if wanted is not None and "team" in wanted:
        yield "next lead", visiting(clients["team"], f"/leads/{lead.pk}/?in=tab%3Dteam&at={lead.pk}&n=29")


def facts() -> dict[str, object]:
    """What pages are asked for with; the same things at any size."""
    some = Lead.objects.filter(department__code="a", status="open").earliest("pk")
    day = timezone.localdate() - timedelta(days=300)
    reps = get_user_model().objects.filter(username__startswith="rep", department__code="a")
    return {
        "middle": Lead.objects.count() // 2,
        "source": LeadSource.objects.get(name="展会").pk,
        "rare": LeadSource.objects.get(name=million.RARE).pk,
        "owner": reps.earliest("pk").pk,
        "campaign": Campaign.objects.get(name=million.CAMPAIGN).pk,
        "three": some.company[2:5],
        "initials": initials(fold(some.company[2:5]))[0],
        "phone": some.phone[3:],
        "digits": some.phone[5:9],
        "day": day.isoformat(),
        "early": (day - timedelta(days=399)).isoformat(),
    }


def visiting(client: Client, path: str) -> Callable[[], None]:
    def visit() -> None:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)

    return visit


if __name__ == "__main__":
    sys.exit(main())
