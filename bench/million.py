"""Leads in any number within a minute or two: ten thousand are made one by one, the others are their copies.

Copies have phones, names, keys and times of their own and are found by search; owners, scores, tiers, sources and states
are those of the originals. All of them came in over the same two years, however many they are.
"""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from bench import company
from bench.crowd import crowd
from tuoke.base.accounts.models import User
from tuoke.base.records.bulk import insert
from tuoke.services.search import actions as search
from tuoke.services.search.models import KIND_BITS, Entry
from tuoke.services.search.rules import KINDS, grams_for, search_text
from tuoke.spine.catalog.models import Campaign, LeadSource
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.rules import traces_of

SEEDS, REPS = 10_000, 50
SPAN = timedelta(days=700)
RARE = "其他"
"""A source of few leads."""
CAMPAIGN = "秋季拓展"
"""One lead in five belongs to it."""


def people() -> list[User]:
    reps = company.people(REPS)
    day = timezone.localdate()
    Campaign.objects.get_or_create(
        name=CAMPAIGN, defaults={"starts_on": day, "ends_on": day + timedelta(days=90), "owner": reps[0]}
    )
    return reps


def grow(count: int, reps: list[User]) -> None:
    """Bring the leads up to this many. Only in tables that this function has filled."""
    if not Lead.objects.exists():
        _seed(reps)
    if count > SEEDS:
        first = Lead.objects.aggregate(first=Min("pk"))["first"]
        _backdate(first, count)
        crowd(count, own=_differences(first, count))
        _make_findable(first, count)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _seed(reps: list[User]) -> None:
    chance = random.Random(SEEDS)
    sources = list(LeadSource.objects.exclude(name=RARE).values_list("pk", flat=True))
    rare = LeadSource.objects.get(name=RARE).pk
    leads = [_made(number, chance, reps, sources, rare) for number in range(SEEDS)]
    campaign = Campaign.objects.get(name=CAMPAIGN)
    for lead in leads[::5]:
        lead.campaign = campaign
    with transaction.atomic():
        insert(leads)
        search.index("lead", {lead.pk: lead.search_text for lead in leads})


def _made(number: int, chance: random.Random, reps: list[User], sources: list[int], rare: int) -> Lead:
    """Three in ten wait in the pool, one in ten is dropped, two in ten have a tier and are due some day."""
    a, b, c = (chance.choice(company.SYLLABLES) for _ in range(3))
    trade, now = chance.choice(company.TRADES), timezone.now()
    name = f"{chance.choice(company.PLACES)}{a}{b}{c}{trade}{number % 97}有限公司"
    traces = traces_of(name)
    owner = None if chance.random() < 0.3 else chance.choice(reps)
    tier = chance.choice(("focus", "nurture", "watch")) if chance.random() < 0.2 else ""
    dropped = chance.random() < 0.1
    due = now.date() + timedelta(days=chance.randrange(-3, 40)) if tier and owner and not dropped else None
    score = Decimal(chance.randrange(70, 100) if tier else chance.randrange(0, 70)) / 10
    phone = f"+861{chance.randrange(3 * 10**9, 9 * 10**9):010}"
    created = now - SPAN + SPAN / SEEDS * number
    return Lead(
        company=name, party_key=name, core=traces.core, sound=traces.sound, want="数据整合", want_key=str(number),
        contact="王经理", phone=phone, email=f"buyer{number}@example.com" if chance.random() < 0.5 else "",
        industry=trade, region="西藏自治区拉萨市" if chance.random() < 0.001 else name[:2], owner=owner,
        department_id=owner.department_id if owner else None, owned_since=created if owner else None,
        budget_low=Decimal(100000), created_at=created, score=score, score_max=min(Decimal(10), score + chance.randrange(6)),
        tier=tier, qualified_at=created if tier else None, status="discarded" if dropped else "open",
        source_id=rare if chance.random() < 0.0005 else chance.choice(sources), verified=chance.choice((0, 0, 0, 1, 5, 15)),
        disputed=1 if chance.random() < 0.01 else 0,
        purchase_on=now.date() + timedelta(days=chance.randrange(600)) if chance.random() < 0.6 else None,
        last_touch_at=now - timedelta(hours=chance.randrange(2000)) if owner and chance.random() < 0.5 else None,
        due_on=due, recycle_on=due + timedelta(days=20) if due else None, search_text=search_text(phone, names=(name,)),
    )  # fmt: skip


def _backdate(first: int, count: int) -> None:
    """The originals become the oldest."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE customers_lead SET created_at = {_came(f'(id - {first})', count)} WHERE id < {first + SEEDS}",
            [],
        )


def _differences(first: int, count: int) -> dict[str, str]:
    """Expressions of what a copy doesn't share with its original."""
    number = f"(id - {first} + %(copy)s * {SEEDS})"
    phone = "('+86' || (13000000000 + (id * 1000003 + %(copy)s * 7919) %% 6999999999))"
    touched = (
        "last_touch_at - %(copy)s * interval '97 seconds'"
        if connection.vendor == "postgresql"
        else "strftime('%%Y-%%m-%%d %%H:%%M:%%S', last_touch_at, '-' || (%(copy)s * 97) || ' seconds')"
    )
    return {
        "company": "replace(company, '有限公司', %(copy)s || '号有限公司')",
        "phone": phone,
        "search_text": f"substr({phone}, 2) || substr(search_text, 14)",  # the phone is its first line
        "created_at": _came(number, count),
        "last_touch_at": touched,
    }


def _came(number: str, count: int) -> str:
    """When the n-th of so many leads came in."""
    start, step = (timezone.now() - SPAN).replace(microsecond=0), SPAN.total_seconds() / count
    if connection.vendor == "postgresql":
        return f"timestamptz '{start.isoformat()}' + {number} * interval '{step} seconds'"
    said = f"{start:%Y-%m-%d %H:%M:%S}"
    return f"strftime('%%Y-%%m-%%d %%H:%%M:%%S', '{said}', '+' || ({number} * {step}) || ' seconds')"


def _make_findable(first: int, count: int) -> None:
    """The search index of all copies by a few statements: grams of an original's name, and those of its own phone."""
    kind = KINDS["lead"] << KIND_BITS
    texts = Entry.objects.filter(id__gte=kind + first, id__lt=kind + first + SEEDS).values_list("id", "text")
    names = [(entry - kind, " ".join(grams_for(text.partition("\n")[2]))) for entry, text in texts]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_grams (id bigint PRIMARY KEY, grams text)")
        cursor.executemany("INSERT INTO bench_grams VALUES (%s, %s)", names)
        phone = "substr(l.search_text, 1, 13)"
        threes = " || ' ' || ".join(f"substr({phone}, {at}, {3 if at < 12 else 2})" for at in range(1, 13))
        grams = f"n.grams || ' ' || substr({phone}, 13) || ' ' || {threes}"
        rows = (
            f"FROM customers_lead l JOIN bench_grams n ON n.id = {first} + (l.id - {first}) % {SEEDS}"
            f" WHERE l.id >= {first + SEEDS} ORDER BY l.id"
        )
        if connection.vendor == "postgresql":
            cursor.execute("DROP INDEX search_entry_grams")
            cursor.execute(
                "INSERT INTO search_entry (id, text, grams) SELECT"
                f" {kind} + l.id, l.search_text, array_to_tsvector(string_to_array({grams}, ' ')) {rows}"
            )
            cursor.execute("CREATE INDEX search_entry_grams ON search_entry USING gin (grams)")
        else:
            cursor.execute(f"INSERT INTO search_entry (id, text) SELECT {kind} + l.id, l.search_text {rows}")
            cursor.execute(f"INSERT INTO search_gram (rowid, grams) SELECT {kind} + l.id, {grams} {rows}")
        cursor.execute("DROP TABLE bench_grams")
    assert Entry.objects.filter(id__gte=kind, id__lt=kind + (1 << KIND_BITS)).count() == count
