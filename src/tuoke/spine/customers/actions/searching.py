"""The search for look-alikes among everything that is there: every night and on demand, chunk by chunk (S2.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django_tasks import task
from rapidfuzz.distance import Levenshtein

from tuoke.base.accounts.rules import Principal, system
from tuoke.base.kernel.verdict import Refused, no
from tuoke.base.records.actions import record
from tuoke.services.jobs.actions import stopping
from tuoke.spine.customers.actions.pairs import Noted, note_pairs
from tuoke.spine.customers.models import Lead, SearchForPairs
from tuoke.spine.customers.queries.lookups import Row
from tuoke.spine.customers.queries.neighbours import STAGES, Stage, stretch_of
from tuoke.spine.customers.rules import LeadStatus
from tuoke.spine.customers.rules.similarity import LISTED, Sketch, compare, wants_apart

CHUNK: Final = 2000
WINDOW: Final = 10
"""So many neighbours each record is compared with."""
LEAST_SAME: Final = 0.5
"""Cores that share less than this of their letters aren't looked at closer."""
SILENCE: Final = timedelta(minutes=10)


@transaction.atomic
def start_search(*, by: Principal, now: datetime) -> SearchForPairs:
    """Look through everything, in the background. Refused: search_running."""
    begun = {"stage": STAGES[0], "started_at": now, "touched_at": now, "by_id": by.user_id}
    search, is_new = SearchForPairs.objects.get_or_create(is_running=True, defaults=begun)
    if not is_new:
        raise Refused(no("search_running"))
    record(kind="customers.search_started", subject=search, by=by, at=now)
    search_for_pairs.enqueue(search.pk, search.attempt)
    return search


@task()
def search_for_pairs(pk: int, attempt: int) -> int:
    """Each chunk in a transaction of its own, with its place: killed at any moment it goes on there. Returns pairs found."""
    while (found := _step(pk, attempt)) is None:
        if stopping.is_set():
            search_for_pairs.enqueue(pk, attempt)
            return 0
    return found


def every_night(now: datetime) -> None:
    """Periodic: begins a search where none runs."""
    if not SearchForPairs.objects.filter(is_running=True).exists():
        start_search(by=system("nightly search for duplicates"), now=now)


def wake_search(now: datetime) -> None:
    """Periodic: a search whose worker was lost goes on."""
    with transaction.atomic():
        silent = (
            SearchForPairs.objects.select_for_update().filter(is_running=True, touched_at__lt=now - SILENCE).first()
        )
        if silent is not None:
            silent.attempt, silent.touched_at = silent.attempt + 1, now
            silent.save(update_fields=["attempt", "touched_at"])
            search_for_pairs.enqueue(silent.pk, silent.attempt)


@transaction.atomic
def _step(pk: int, attempt: int) -> int | None:
    """One chunk; the number of pairs when all is done (or somebody else goes on with it), else None."""
    search = SearchForPairs.objects.select_for_update().filter(pk=pk, is_running=True, attempt=attempt).first()
    if search is None:
        return 0
    now, stage = timezone.now(), Stage(search.stage)
    stretch = stretch_of(stage, after=search.cursor, size=CHUNK)
    pairs = pairs_among([row for _, row in stretch.rows], stage=stage)
    search.found += note_pairs(pairs=_worth_it(pairs), now=now)
    search.looked_at += len(stretch.rows)
    search.touched_at = now
    _advance(search, stage, stretch.places, is_last=stretch.is_last, now=now)
    search.save()
    return None if search.is_running else search.found


def _advance(
    search: SearchForPairs, stage: Stage, places: Sequence[list[Any]], *, is_last: bool, now: datetime
) -> None:
    """The next chunk begins a window back, so that no two neighbours fall between two chunks."""
    if not is_last:
        search.cursor = places[-WINDOW - 1]
        return
    later = STAGES[STAGES.index(stage) + 1 :]
    search.cursor = []
    if later:
        search.stage = later[0]
    else:
        search.is_running, search.finished_at = False, now


def pairs_among(rows: Sequence[Row], *, stage: Stage) -> Iterator[Noted]:
    """Look-alikes among rows in the order of the stage's key: each compared with the next few."""
    sketches = [row.sketch for row in rows]
    for index, row in enumerate(rows):
        for place in range(index + 1, min(index + 1 + WINDOW, len(rows))):
            other = rows[place]
            if stage is Stage.CORE and not _near(row.name, other.name):
                continue
            if _may_be_one(row, other, sketches[index], sketches[place]):
                likeness = compare(sketches[index], sketches[place])
                if likeness.score >= LISTED:
                    yield Noted((row.kind, row.id), (other.kind, other.id), likeness)


def _near(one: str, other: str) -> bool:
    return Levenshtein.normalized_similarity(one, other) >= LEAST_SAME


def _may_be_one(row: Row, other: Row, one: Sketch, two: Sketch) -> bool:
    if (row.kind, row.id) == (other.kind, other.id) or wants_apart(one, two):
        return False
    converted = [r.status == LeadStatus.CONVERTED for r in (row, other) if r.kind == "lead"]
    return not converted or not all(converted)


def _worth_it(pairs: Iterable[Noted]) -> list[Noted]:
    """Without leads beside the customer that they are linked to, or became."""
    found = list(pairs)
    leads = {side[1] for noted in found for side in (noted.one, noted.other) if side[0] == "lead"}
    linked = dict(Lead.objects.filter(pk__in=leads).exclude(customer=None).values_list("pk", "customer_id"))
    return [noted for noted in found if not _is_linked(noted, linked)]


def _is_linked(noted: Noted, linked: Mapping[int, int]) -> bool:
    sides = {noted.one, noted.other}
    lead = next((pk for kind, pk in sides if kind == "lead"), None)
    customer = next((pk for kind, pk in sides if kind == "customer"), None)
    return customer is not None and lead is not None and lead in linked
