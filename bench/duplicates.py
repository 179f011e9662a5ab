"""Checks for duplicates at many leads: while typing, and a file's rows in bulk, against the bare look-ups in the indexes.

``python -m bench.duplicates [LEADS]`` (1,000,000 unless said); ``python -m tests.postgres python -m bench.duplicates``.
Prints ratios of one run, by processor time here and in the server's process; exits 1 when the goal is missed: a check
while typing under 3 × the bare index look-ups.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice, product
from statistics import median

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")

GOAL = 3.0
ROUNDS = 200
CHUNK = 1000
ORIGINALS = 50_000
BRANDS = "华辰恒远瑞鼎盛信达嘉泰锦宏星云启智联新博创中和力方元景凯美亿德兴隆"
TRADES = (
    "精密机械",
    "电子",
    "物流",
    "软件",
    "医疗器械",
    "食品",
    "化工",
    "建材",
    "纺织",
    "环保科技",
    "信息技术",
    "新能源",
)
PLACES = ("青岛", "济南市", "山东省烟台市", "苏州", "宁波", "成都", "", "", "武汉", "深圳市")


def main() -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    leads = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    call_command("migrate", verbosity=0)
    worst = 0.0
    for size in sorted({min(leads, 10_000), leads}):
        grow(size)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        ratio = compare_at(size)
        worst = ratio if size == leads else worst
    return 0 if worst < GOAL else 1


def compare_at(size: int) -> float:
    """What the same question costs as one check, and as bare look-ups, in turns."""
    from django.db import connection

    asked = list(islice(questions(), ROUNDS))
    checks, bare, chunks, chunk_bare = [], [], [], []
    for facts in asked:
        _bare(facts)
        checks.append(timed(lambda facts=facts: check(facts)))
        bare.append(timed(lambda facts=facts: look_up(facts)))
    for first in range(3):
        drafts = [draft(facts) for facts in islice(questions(seed=first + 10), CHUNK)]
        chunks.append(timed(lambda drafts=drafts: bulk(drafts)))
        chunk_bare.append(timed(lambda drafts=drafts: bulk_look_up(drafts)))
    ratio = median(checks) / median(bare)
    print(f"{connection.vendor}, {size:,} leads:")
    print(f"  check while typing {median(checks) * 1000:.2f} ms, bare look-ups {median(bare) * 1000:.2f} ms")
    print(f"  check / look-ups          {ratio:.2f}  (goal < {GOAL})")
    print(
        f"  in bulk {min(chunks) / CHUNK * 1e6:.0f} µs a row, bare look-ups {min(chunk_bare) / CHUNK * 1e6:.0f} µs a row"
    )
    print(f"  bulk / look-ups           {min(chunks) / min(chunk_bare):.2f}")
    return ratio


def check(facts: dict[str, str]) -> None:
    from tuoke.spine.customers.queries import duplicates_of, told

    told(duplicates_of(who=_somebody(), **facts))


def look_up(facts: dict[str, str]) -> None:
    """The same places of the same indexes, one bare statement each, and what of it may be seen: nothing is compared or said."""
    from django.db import connection

    with connection.cursor() as cursor:
        for sql, values in _bare(facts):
            cursor.execute(sql, values)
            cursor.fetchall()


def bulk(drafts: Sequence[object]) -> None:
    from tuoke.spine.customers.queries import Lookalikes

    Lookalikes.of(drafts)  # type: ignore[arg-type]


def bulk_look_up(drafts: Sequence[object]) -> None:
    from tuoke.spine.customers.queries.lookups import rows_among
    from tuoke.spine.customers.rules.similarity import Sketch

    rows_among([Sketch.of(one) for one in drafts])  # type: ignore[arg-type]


_made: dict[str, list[tuple[str, list[object] | None]]] = {}


def _bare(facts: dict[str, str]) -> list[tuple[str, list[object] | None]]:
    """Statements are put together before the clock runs."""
    key = repr(facts)
    if key not in _made:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from tuoke.spine.customers.queries.lookups import lookups_for
        from tuoke.spine.customers.rules import keys_of
        from tuoke.spine.customers.rules.similarity import Sketch

        keys = keys_of(company=facts["name"], phone=facts["phone"], want=facts["want"])
        sketch = Sketch(party=keys.party, company=facts["name"], phones=(facts["phone"],), want=keys.want)
        with CaptureQueriesContext(connection) as caught:
            check(facts)
        may_see = [(said["sql"], None) for said in caught.captured_queries[1:]]
        _made[key] = [*((lookup.sql, list(lookup.values)) for lookup in lookups_for(sketch)), *may_see]
    return _made[key]


_who: list[object] = []


def _somebody():  # type: ignore[no-untyped-def]
    """A rep who sees his own leads and the pool."""
    if not _who:
        from django.utils import timezone

        from tuoke.base.accounts.actions import load_organisation
        from tuoke.base.accounts.models import User
        from tuoke.base.accounts.queries import principal_of
        from tuoke.base.accounts.rules import system

        people = [{"username": "rep", "name": "代表", "department": "a", "roles": ["rep"]}]
        document = {"departments": [{"code": "a", "name": "一部"}], "users": people}
        load_organisation(document=document, by=system("bench"), now=timezone.now())
        _who.append(principal_of(User.objects.select_related("department").get(username="rep")))
    return _who[0]


@cache
def _clock() -> Callable[[], float]:
    from bench.clock import processor

    return processor()


def timed(work: Callable[[], object]) -> float:
    clock = _clock()
    started = clock()
    work()
    return clock() - started


def draft(facts: dict[str, str]) -> object:
    from tuoke.steps.leads.rules import LeadDraft

    return LeadDraft(company=facts["name"], phone=facts["phone"], want=facts["want"])


def questions(seed: int = 1) -> Iterator[dict[str, str]]:
    """Half of what is typed looks like something that is there, half doesn't."""
    chance = random.Random(seed)
    stored = names()
    known = list(islice(stored, 50_000))
    while True:
        name = chance.choice(known)
        if chance.random() < 0.5:
            at = chance.randrange(len(name))
            name = name[:at] + chance.choice(BRANDS) + name[at + 1 :]
        yield {"name": name, "phone": f"+861{chance.randrange(3 * 10**9, 9 * 10**9)}", "want": "数据整合"}


def names() -> Iterator[str]:
    letters = list(dict.fromkeys(BRANDS))
    pairs = [a + b for a, b in product(letters, letters)]
    random.Random(3).shuffle(pairs)
    for third, trade, place, pair in product(["", *letters], TRADES, PLACES, pairs):
        yield f"{place}{pair}{third}{trade}有限公司"


def grow(size: int) -> None:
    """Leads written straight into the table, a tenth of them in the pool; beyond ``ORIGINALS`` copies under other names."""
    from django.db import transaction
    from django.utils import timezone

    from bench.crowd import crowd
    from tuoke.base.records.bulk import insert
    from tuoke.spine.customers.models import Lead
    from tuoke.spine.customers.rules import keys_of, traces_of

    chance, now, have = random.Random(5), timezone.now(), Lead.objects.count()
    owner = _somebody().user_id
    fresh = islice(names(), have, min(size, ORIGINALS))
    while rows := list(islice(fresh, 5000)):
        leads = []
        for name in rows:
            keys = keys_of(company=name, want="数据整合")
            leads.append(
                Lead(
                    company=name, party_key=keys.party, want="数据整合", want_key=keys.want, created_at=now,
                    phone=f"+861{chance.randrange(3 * 10**9, 9 * 10**9)}", owner_id=owner if chance.random() < 0.9 else None,
                    **traces_of(name)._asdict(),
                )
            )  # fmt: skip
        with transaction.atomic():
            insert(leads)
    if size > ORIGINALS:
        crowd(size)


if __name__ == "__main__":
    sys.exit(main())
