"""Look-alikes are noted for review, told apart, put off, settled (S2.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Refused, no
from tuoke.base.records.actions import record
from tuoke.spine.customers.models import Customer, Lead, Pair
from tuoke.spine.customers.queries.pairs import columns_of_pair, pairs_of, sides_of
from tuoke.spine.customers.rules.merging import PUT_OFF_FOR, PairKind, PairState
from tuoke.spine.customers.rules.similarity import Likeness

REASON_LIMIT = 200


class Noted(NamedTuple):
    """Two records, by kind ("lead", "customer") and key, and how much they look alike."""

    one: tuple[str, int]
    other: tuple[str, int]
    likeness: Likeness


def note_pairs(*, pairs: Iterable[Noted], now: datetime) -> int:
    """Put them into the review queue; a pair that is known already stays as it is (told apart: never again). Belongs
    into the transaction of whoever found them. Returns how many are new."""
    rows = {}
    for noted in pairs:
        columns = columns_of_pair(noted.one, noted.other)
        how = [[part.code, part.points] for part in noted.likeness.parts]
        rows[tuple(columns.values())] = Pair(**columns, score=noted.likeness.score, how=how, found_at=now)
    before = _known(rows.values())
    fresh = [row for key, row in rows.items() if key not in before]
    Pair.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


@transaction.atomic
def tell_apart(
    *, party: Lead | Customer, others: Sequence[Lead | Customer], reason: str, by: Principal, now: datetime
) -> list[Pair]:
    """不是同一家: remembered, and never offered again. ``by`` must be able to write ``party``.

    Raises Refused: reason_too_long; DoesNotExist where it isn't his.
    """
    if len(reason.strip()) > REASON_LIMIT:
        raise Refused(no("reason_too_long", field="reason", limit=REASON_LIMIT))
    party = type(party)._default_manager.visible_to(by, "write").select_for_update(of=("self",)).get(pk=party.pk)
    parted = part(party, others, reason=reason, by=by, now=now)
    facts = {"reason": reason.strip(), "count": len(others), "names": [str(other) for other in others][:5]}
    record(kind="customers.told_apart", subject=party, thread=party, party=party, by=by, at=now, facts=facts)
    return parted


def part(
    party: Lead | Customer, others: Sequence[Lead | Customer], *, reason: str, by: Principal, now: datetime
) -> list[Pair]:
    """Remember that they are apart, in the transaction of a verb that has checked and records it."""
    return [_parted(party, other, reason.strip(), by=by, now=now) for other in others]


@transaction.atomic
def put_off(*, pair: Pair, by: Principal, now: datetime) -> Pair:
    """稍后处理: out of the queue for a week. No record of anybody changes, so nothing is written into histories."""
    pair = Pair.objects.select_for_update().get(pk=pair.pk)
    _require_mine(pair, by=by)
    pair.later_until = timezone.localdate(now) + PUT_OFF_FOR
    pair.save(update_fields=["later_until"])
    return pair


def settle_pair(one: Lead | Customer, other: Lead | Customer, *, by: Principal, now: datetime) -> list[int]:
    """Merged or linked: the pair of the two is done with. Returns its key."""
    found = Pair.objects.filter(pk__in=pairs_between(one, other), state=PairState.OPEN)
    keys = list(found.values_list("pk", flat=True))
    found.update(state=PairState.SETTLED, settled_at=now, settled_by_id=by.user_id)
    return keys


def carry_pairs(kept: Lead | Customer, gone: Lead | Customer, *, by: Principal, now: datetime) -> dict[str, list[int]]:
    """What waits for, or was told apart from, the gone one holds for the kept one. Returns what an undo needs."""
    made: list[int] = []
    parted: list[int] = []
    for pair in pairs_of(gone).exclude(state=PairState.SETTLED).select_related(*_SIDES):
        one, two = pair.sides
        other = two if _is(one, gone) else one
        if _is(other, kept) or other.merged_into_id is not None:
            continue
        known = Pair.objects.filter(**columns_of_pair(sides_of(kept), sides_of(other))).first()
        if known is None:
            made.append(_copy_of(pair, kept, other).pk)
        elif pair.state == PairState.APART and known.state == PairState.OPEN:
            Pair.objects.filter(pk=known.pk).update(
                state=PairState.APART, reason=pair.reason, settled_at=now, settled_by_id=by.user_id
            )
            parted.append(known.pk)
    return {"made": made, "parted": parted}


def take_pairs_back(journal: Mapping[str, Sequence[int]]) -> None:
    """What a merge or link did to pairs is undone."""
    again = [*journal.get("settled", ()), *journal.get("parted", ())]
    Pair.objects.filter(pk__in=again).update(state=PairState.OPEN, settled_at=None, settled_by=None, reason="")
    Pair.objects.filter(pk__in=journal.get("made", ())).delete()


def pairs_between(one: Lead | Customer, other: Lead | Customer) -> list[int]:
    found = Pair.objects.filter(**columns_of_pair(sides_of(one), sides_of(other)))
    return list(found.values_list("pk", flat=True))


_SIDES = ("lead", "other_lead", "customer", "other_customer")


def _parted(party: Lead | Customer, other: Lead | Customer, reason: str, *, by: Principal, now: datetime) -> Pair:
    columns = columns_of_pair(sides_of(party), sides_of(other))
    settled = {"state": PairState.APART, "reason": reason, "settled_at": now, "settled_by_id": by.user_id}
    pair, _ = Pair.objects.update_or_create(
        **columns, defaults=settled, create_defaults={**settled, "score": 100, "found_at": now}
    )
    return pair


def _copy_of(pair: Pair, kept: Lead | Customer, other: Lead | Customer) -> Pair:
    return Pair.objects.create(
        **columns_of_pair(sides_of(kept), sides_of(other)),
        score=pair.score, how=pair.how, state=pair.state, reason=pair.reason, found_at=pair.found_at,
        settled_at=pair.settled_at, settled_by_id=pair.settled_by_id,
    )  # fmt: skip


def _known(rows: Iterable[Pair]) -> set[tuple[Any, ...]]:
    """Those that are there already, each by its columns."""
    found: set[tuple[Any, ...]] = set()
    for kind, first in ((PairKind.LEADS, "lead_id"), (PairKind.MIXED, "lead_id"), (PairKind.CUSTOMERS, "customer_id")):
        keys = {getattr(row, first) for row in rows if row.kind == kind}
        if keys:
            there = Pair.objects.filter(Q(kind=kind, **{f"{first}__in": keys}))
            found |= set(there.values_list("kind", "lead_id", "other_lead_id", "customer_id", "other_customer_id"))
    return found


def _is(one: Lead | Customer, other: Lead | Customer) -> bool:
    return type(one) is type(other) and one.pk == other.pk


def _require_mine(pair: Pair, *, by: Principal) -> None:
    """One side at least is his to write."""
    for side in pair.sides:
        if type(side)._default_manager.within_reach_of(by).filter(pk=side.pk).exists():
            return
    raise Pair.DoesNotExist
