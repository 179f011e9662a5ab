"""Rescoring of 1,000,000 leads against one bare UPDATE that writes the same columns of the same rows.

``python -m bench.rescore [LEADS]``; ``python -m tests.postgres python -m bench.rescore`` on PostgreSQL.
Prints ratios of this one run; exits 1 when the goal is missed. PROFILE=1 says where the time goes.

What is compared: a profile is saved with other weights, so nearly every score changes. "rescored" is what ``tuoke score``
does: read, weigh, write what changed and where it stands, a line of history for every lead, dates by the new tier. "bare"
is one UPDATE that names the same columns (score, maximum, version, tier, first threshold, both dates) in the same rows
under the same indexes: score, maximum and version become others in all of them, tier and dates in as many as the
rescoring moved. "bare with history" adds one INSERT … SELECT of as many lines. Without history means: the same
rescoring with the storing of lines left out. Between the two both tables are brought into the same state again (VACUUM
on PostgreSQL). Time is that of the processor, here and in the server's process, so that what else runs on the machine
weighs on neither; the clock on the wall is told beside it.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import random
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from unittest import mock

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")

GOAL = 3.0
BATCH = 5000
ORIGINALS = 200_000
"""Leads made one by one; the others are copies of them under names and wishes of their own."""


def main() -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    leads = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    call_command("migrate", verbosity=0)
    grow(leads)
    rescored()  # everything by the first version
    tidy()

    before = tiers()
    weigh_otherwise(40)
    grown = memory()
    taken = timed(rescored, profiled=True)
    peak = memory()  # before the bare statements, which hold a million rows' old pages
    moved = tiers_moved(before)
    unchanged = timed(rescored)
    day = timed(next_month)
    tidy()
    weigh_otherwise(10)
    with mock.patch("tuoke.base.records.bulk_changes.add"):
        without_history = timed(rescored)
    tidy()
    bare = timed(lambda: bare_update(leads, moved))
    tidy()
    bare_history = bare + timed(lambda: bare_insert(leads))

    print(f"{connection.vendor}: {leads} leads, rescored in {taken}; memory {peak} MB (before {grown} MB)")
    print(f"  another tier for {moved / leads:.0%}; bare UPDATE {bare}, with as many lines of history {bare_history}")
    print(f"  rescored with history / bare UPDATE                {taken / bare:.2f}  (goal ≤ {GOAL})")
    print(f"  the same by the clock on the wall                  {taken.wall / bare.wall:.2f}")
    print(f"  rescored with history / bare UPDATE with history   {taken / bare_history:.2f}")
    print(f"  rescored without history / bare UPDATE             {without_history / bare:.2f}")
    print(f"  nothing changed / bare UPDATE                      {unchanged / bare:.2f}")
    print(f"  the day a month begins / bare UPDATE               {day / bare:.2f}")
    return 0 if taken / bare <= GOAL else 1


class Spent(NamedTuple):
    """Seconds of the processor, and on the wall."""

    processor: float
    wall: float

    def __add__(self, other: Spent) -> Spent:  # type: ignore[override]
        return Spent(self.processor + other.processor, self.wall + other.wall)

    def __truediv__(self, other: Spent) -> float:
        return self.processor / other.processor

    def __str__(self) -> str:
        return f"{self.processor:.1f} s ({self.wall:.0f} s on the wall)"


def rescored() -> int:
    from django.utils import timezone

    from tuoke.base.accounts.rules import system
    from tuoke.steps.leads.actions import rescore

    return rescore(by=system("bench"), now=timezone.now())


def next_month() -> int:
    """What the daily look costs when a month has begun and purchases have come nearer."""
    from datetime import timedelta

    from django.utils import timezone

    from tuoke.base.accounts.rules import system
    from tuoke.steps.leads.actions import begin_rescoring, carry_on
    from tuoke.steps.leads.models import Rescoring

    later = timezone.now() + timedelta(days=31)
    run = begin_rescoring(reason="bench", now=later, last=Rescoring.objects.order_by("id").last())
    return carry_on(run=run, by=system("bench"), now=later)


def weigh_otherwise(fit: int) -> None:
    """Save the default profile with other weights, as its form does."""
    from django.utils import timezone

    from tuoke.base.accounts.rules import system
    from tuoke.steps.leads.models import Rescoring
    from tuoke.steps.targeting.actions import plant_default

    profile = plant_default(by=system("bench"), now=timezone.now())
    weights = {"fit": fit, "urgency": 30, "chain": 60 - fit, "budget": 10}
    profile.content = {**profile.content, "weights": {name: str(value) for name, value in weights.items()}}
    profile.number += 1
    profile.save()
    Rescoring.objects.all().delete()


def tiers() -> bytes:
    """One letter a lead, in their order."""
    from tuoke.spine.customers.models import Lead

    found = Lead.objects.order_by("pk").values_list("tier", flat=True).iterator(chunk_size=BATCH)
    return bytes(ord(tier[0]) if tier else 0 for tier in found)


def tiers_moved(before: bytes) -> int:
    return sum(one != other for one, other in zip(before, tiers(), strict=True))


def bare_update(leads: int, moved: int) -> None:
    """Other values than those that stand there, in all rows; another tier and its dates in as many as ``moved``. One
    statement."""
    from django.db import connection, transaction

    moves = f"id % 1000 < {round(1000 * moved / leads)}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_lead SET score = 10 - score, score_max = score_max - 1, scored_profile = 1,"
            f" scored_number = 99, tier = CASE WHEN {moves} THEN CASE tier WHEN '' THEN 'nurture' ELSE '' END ELSE tier END,"
            " qualified_at = COALESCE(qualified_at, CASE WHEN score < 3 THEN created_at END),"
            f" due_on = CASE WHEN {moves} AND owner_id IS NOT NULL THEN purchase_on ELSE due_on END,"
            f" recycle_on = CASE WHEN {moves} AND owner_id IS NOT NULL THEN purchase_on ELSE recycle_on END"
        )
        assert cursor.rowcount == leads


def bare_insert(leads: int) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_scoreentry"
            " (lead_id, at, total, reachable, fit, urgency, chain, budget, tier, profile, number)"
            " SELECT id, created_at, score, score_max, 1, 2, 3, 4, tier, scored_profile, scored_number FROM customers_lead"
        )
        assert cursor.rowcount == leads


def tidy() -> None:
    """No dead rows of the run before, and no lines of history that only the next one would have to read past."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("TRUNCATE customers_scoreentry")
            cursor.execute("VACUUM (ANALYZE) customers_lead")
            cursor.execute("CHECKPOINT")
        else:
            cursor.execute("DELETE FROM customers_scoreentry")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def timed(act: Callable[[], object], *, profiled: bool = False) -> Spent:
    from bench.clock import processor

    profile = cProfile.Profile() if profiled and os.environ.get("PROFILE") else None
    clock = processor()
    started, began = time.perf_counter(), clock()
    if profile:
        profile.enable()
    act()
    if profile:
        profile.disable()
        pstats.Stats(profile).sort_stats("tottime").print_stats(35)
    return Spent(clock() - began, time.perf_counter() - started)


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def grow(leads: int) -> None:
    """Leads as imports bring them: half of the facts known, companies and people of all kinds, ten owners or the pool."""
    from django.db import transaction

    from bench.company import NOW, people
    from bench.crowd import crowd
    from tuoke.base.accounts.rules import system
    from tuoke.base.records.bulk import insert
    from tuoke.spine.customers.models import Lead
    from tuoke.steps.targeting.actions import plant_default

    reps, chance = people(), random.Random(11)
    plant_default(by=system("bench"), now=NOW)
    fresh = 0 if Lead.objects.exists() else min(leads, ORIGINALS)
    for start in range(0, fresh, BATCH):
        with transaction.atomic():
            insert([made(n, chance, reps, NOW) for n in range(start, min(fresh, start + BATCH))])
    crowd(leads, own={"want": "want || %(copy)s"})


TRADES = ("制造业", "机械制造", "信息技术", "软件", "物流", "医疗", "食品", "教育", "")
POSITIONS = ("总经理", "CTO", "采购经理", "IT主管", "工程师", "信息部部长", "")
WANTS = ("数据整合", "设备采购", "系统升级，各系统数据不互通", "仓储管理", "产线改造")


def made(n: int, chance: random.Random, reps: list, now):  # type: ignore[no-untyped-def]
    from tuoke.spine.customers.models import Lead

    staff, budget = chance.choice((None, 20, 150, 400, 3000)), chance.choice((None, 5, 30, 80, 300))
    owner = chance.choice((*reps, None, None))
    return Lead(
        company=f"第{n}号公司", party_key=f"第{n}号", contact="王经理" if n % 5 else "", want=f"{chance.choice(WANTS)}{n}期",
        want_key=str(n), industry=chance.choice(TRADES), position=chance.choice(POSITIONS), region="山东省",
        staff_low=staff, staff_high=staff and staff * 2, budget_low=budget and Decimal(budget * 10_000 + n % 100 * 1000),
        budget_high=budget and Decimal(budget * 10_000 + n % 100 * 1000),
        purchase_on=None if n % 4 == 0 else date(2026 + n % 2, n % 12 + 1, 1),
        decision_maker=chance.choice((None, None, True, False)), owner=owner, department=owner.department if owner else None,
        phone=f"+8613{n:09d}", created_at=now, owned_since=now if owner else None, search_text="",
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
