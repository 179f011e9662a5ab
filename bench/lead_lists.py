"""The triage list at 1,000,000 leads against the very same page at 10,000: parts, orders, filters, search, the next lead.

Goal (ratios of one run): at most 1.5 × the time at 10,000. ``--leads N`` for another size.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench import company  # noqa: E402
from bench.pages import settle  # noqa: E402
from tuoke.base.records.bulk import insert  # noqa: E402
from tuoke.services.search import actions as search  # noqa: E402
from tuoke.services.search.rules import search_text  # noqa: E402
from tuoke.spine.catalog.models import LeadSource  # noqa: E402
from tuoke.spine.customers.models import Lead  # noqa: E402

SMALL, CHUNK, ROUNDS = 10_000, 20_000, 9
GOAL = 1.5
PAGES = {
    "team": "tab=team",
    "mine": "tab=mine",
    "pool": "tab=pool",
    "all states": "tab=team&status=any",
    "page 2": "tab=team&cursor={middle}",
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
    "search name": "tab=team&q=恒远",
    "search initials": "tab=team&q=hy",
    "search phone": "tab=team&q=13812345678",
    "search none": "tab=team&q=查无此人",
    "search + filter": "tab=team&q=有限公司&tier=focus",
}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--leads", type=int, default=1_000_000)
    large = parser.parse_args().leads
    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    call_command("migrate", verbosity=0)
    reps = company.people()
    grow(SMALL, reps)
    small = {name: measure(visit) for name, visit in pages(reps)}
    grow(large, reps)
    worst = 0.0
    print(f"{'page':<18}{'queries':>8}{f'{SMALL:,} ms':>12}{f'{large:,} ms':>14}{'×':>8}")
    for name, visit in pages(reps):
        with CaptureQueriesContext(connection) as caught:
            visit()
        queries = len(caught)
        took = measure(visit)
        worst = max(worst, took / small[name])
        print(f"{name:<18}{queries:>8}{small[name]:>12.1f}{took:>14.1f}{took / small[name]:>8.2f}", flush=True)
    print(f"worst {worst:.2f} (goal {GOAL})")
    return 0


def pages(reps: list[object]) -> Iterator[tuple[str, Callable[[], None]]]:
    client = Client()
    client.force_login(get_user_model().objects.get(username="leada"))
    rare = LeadSource.objects.get(name="其他")
    mine = get_user_model().objects.filter(username__startswith="rep", department__code="a").earliest("pk")
    known = {
        "middle": Lead.objects.count() // 2,
        "source": LeadSource.objects.get(name="展会").pk,
        "rare": rare.pk,
        "owner": mine.pk,
    }
    for name, query in PAGES.items():
        yield name, visiting(client, f"/leads/?{query.format(**known)}")
    lead = Lead.objects.filter(department__code="a", status="open").order_by("-pk")[:30][29]
    yield "next lead", visiting(client, f"/leads/{lead.pk}/?in=tab%3Dteam&at={lead.pk}&n=29")


def measure(work: Callable[[], object]) -> float:
    """The best of the rounds in milliseconds. SQLite works in this process: its own time, whatever runs beside."""
    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    work()
    times = []
    for _ in range(ROUNDS):
        began = clock()
        work()
        times.append((clock() - began) * 1000)
    return min(times)


def visiting(client: Client, path: str) -> Callable[[], None]:
    def visit() -> None:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)

    return visit


def grow(size: int, reps: list) -> None:
    """Bring the leads up to this many, written straight into the tables."""
    rng = random.Random(size)
    sources = list(LeadSource.objects.exclude(name="其他").values_list("pk", flat=True))
    rare = LeadSource.objects.get(name="其他").pk
    have = Lead.objects.count()
    for start in range(have, size, CHUNK):
        rows = [row(number, rng, reps, sources, rare) for number in range(start, min(size, start + CHUNK))]
        with transaction.atomic():
            insert(rows)
            search.index("lead", {lead.pk: lead.search_text for lead in rows})
    settle()


def row(number: int, rng: random.Random, reps: list, sources: list[int], rare: int) -> Lead:
    """Three in ten wait in the pool, one in ten is dropped, two in ten have a tier and are due some day."""
    a, b, c = (rng.choice(company.SYLLABLES) for _ in range(3))
    trade = rng.choice(company.TRADES)
    name = f"{rng.choice(company.PLACES)}{a}{b}{c}{trade}{number % 97}有限公司"
    owner = None if rng.random() < 0.3 else rng.choice(reps)
    tier = rng.choice(("focus", "nurture", "watch")) if rng.random() < 0.2 else ""
    dropped = rng.random() < 0.1
    due = company.NOW.date() + timedelta(days=rng.randrange(-3, 40)) if tier and owner and not dropped else None
    score = Decimal(rng.randrange(70, 100) if tier else rng.randrange(0, 70)) / 10
    phone = f"+861{rng.randrange(3 * 10**9, 9 * 10**9):010}"
    return Lead(
        company=name, party_key=name, want="数据整合", want_key="", contact="王经理", phone=phone, industry=trade,
        region="西藏自治区拉萨市" if rng.random() < 0.001 else name[:2], owner=owner,
        department_id=owner.department_id if owner else None, budget_low=Decimal(100000),
        created_at=company.NOW - timedelta(minutes=1_000_000 - number), score=score,
        score_max=min(Decimal(10), score + rng.randrange(6)), tier=tier, status="discarded" if dropped else "open",
        source_id=rare if rng.random() < 0.0005 else rng.choice(sources), verified=rng.choice((0, 0, 0, 1, 5, 15)),
        purchase_on=company.NOW.date() + timedelta(days=rng.randrange(600)) if rng.random() < 0.6 else None,
        last_touch_at=company.NOW - timedelta(hours=rng.randrange(2000)) if owner and rng.random() < 0.5 else None,
        due_on=due, recycle_on=due + timedelta(days=20) if due else None, search_text=search_text(phone, names=(name,)),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
