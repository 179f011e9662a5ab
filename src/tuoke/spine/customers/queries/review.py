"""查重: the queue of pairs that somebody should look at, as far as it is his to look (S2.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.customers.models import Customer, Lead, Pair, SearchForPairs
from tuoke.spine.customers.queries.parties import is_masked, name_of, reach_of
from tuoke.spine.customers.rules import LeadStatus
from tuoke.spine.customers.rules.merging import Side, Weighing

SIDES = ("lead", "other_lead", "customer", "other_customer")
OWNERS = tuple(f"{side}__owner" for side in SIDES)
COUNTED = 100  # a counter beyond this says 99+


@dataclass(frozen=True, slots=True)
class Shown:
    """One side of a pair as this viewer may see it: without label and link he learns whom to ask, no more."""

    kind: str
    pk: int
    label: str
    url: str
    owner: str
    in_pool: bool
    status: str
    may_write: bool
    want: str = ""

    @property
    def is_visible(self) -> bool:
        return bool(self.url)


@dataclass(frozen=True, slots=True)
class Twins:
    """A pair with both of its sides."""

    pair: Pair
    one: Shown
    other: Shown

    @property
    def is_whole(self) -> bool:
        return self.one.is_visible and self.other.is_visible

    @property
    def hidden(self) -> Shown | None:
        return next((side for side in (self.one, self.other) if not side.is_visible), None)


def review_queue(who: Principal, *, today: date, kind: str = "", least: int = 0) -> QuerySet[Pair]:
    """Open pairs of which ``who`` may change at least one side, likeliest first (order it by -score, -id)."""
    leads = Lead.objects.within_reach_of(who).values("pk")
    customers = Customer.objects.within_reach_of(who).values("pk")
    mine = Q(lead__in=leads) | Q(other_lead__in=leads) | Q(customer__in=customers) | Q(other_customer__in=customers)
    found = Pair.objects.waiting().filter(Q(later_until=None) | Q(later_until__lte=today)).filter(mine)
    if kind:
        found = found.filter(kind=kind)
    return found.filter(score__gte=least) if least else found


def review_count(who: Principal) -> int:
    """How many wait, up to ``COUNTED``. For the menu."""
    if not who.may(Permission.LEAD_WRITE):
        return 0
    return len(review_queue(who, today=timezone.localdate()).order_by().values_list("pk", flat=True)[:COUNTED])


def twins_of(pairs: Iterable[Pair], *, who: Principal) -> list[Twins]:
    """Pairs with what ``who`` may see of both sides. Four queries however many (load with ``SIDES`` and ``OWNERS``)."""
    rows = list(pairs)
    sides = [side for pair in rows for side in pair.sides]
    seen, writable = seen_and_writable(sides, who=who)
    return [Twins(pair, *(_shown(side, seen, writable, who=who) for side in pair.sides)) for pair in rows]


def seen_and_writable(
    sides: Iterable[Lead | Customer], *, who: Principal
) -> tuple[set[tuple[str, int]], set[tuple[str, int]]]:
    """Kinds and keys of the records that ``who`` may read, and of those that he may merge."""
    seen: set[tuple[str, int]] = set()
    writable: set[tuple[str, int]] = set()
    for model, kind in ((Lead, "lead"), (Customer, "customer")):
        ids = {side.pk for side in sides if isinstance(side, model)}
        if ids:
            found = model.objects.visible_to(who).filter(pk__in=ids).values_list("pk", flat=True)
            seen |= {(kind, pk) for pk in found}
            within = model.objects.within_reach_of(who).filter(pk__in=ids).values_list("pk", flat=True)
            writable |= {(kind, pk) for pk in within}
    return seen, writable & seen


def shown_side(side: Lead | Customer, *, who: Principal) -> Shown:
    return _shown(side, *seen_and_writable([side], who=who), who=who)


def neighbours_in_queue(
    pair: Pair, who: Principal, *, today: date, kind: str = "", least: int = 0
) -> tuple[Pair | None, Pair | None]:
    """The pair before this one in the queue, and the one behind it."""
    queue = review_queue(who, today=today, kind=kind, least=least).exclude(pk=pair.pk)
    before = Q(score__gt=pair.score) | Q(score=pair.score, pk__gt=pair.pk)
    behind = Q(score__lt=pair.score) | Q(score=pair.score, pk__lt=pair.pk)
    return queue.filter(before).order_by("score", "id").first(), queue.filter(behind).order_by("-score", "-id").first()


def last_search() -> SearchForPairs | None:
    return SearchForPairs.objects.order_by("-id").first()


def kept_first(one: Lead | Customer, other: Lead | Customer) -> tuple[Any, Any]:
    """Which of the two is kept, unless somebody says otherwise: what became a customer, has an owner, is open, older."""
    return tuple(sorted((one, other), key=_standing))  # type: ignore[return-value]


def same_people(kept: Customer, gone: Customer) -> dict[int, int]:
    """By contact of the gone customer who of the kept one's he seems to be: the same phone or address, else name."""
    found: dict[int, int] = {}
    mine = list(kept.contacts.all())
    for other in gone.contacts.all():
        taken = set(found.values())
        twin = next((p for p in mine if p.pk not in taken and _reaches(p, other)), None)
        twin = twin or next((p for p in mine if p.pk not in taken and p.name == other.name), None)
        if twin is not None:
            found[other.pk] = twin.pk
    return found


def sides_asked(weighings: Iterable[Weighing], said: Mapping[str, str]) -> dict[str, Side]:
    """What somebody chose, by group; what is no choice of his falls back to what is proposed."""
    return {w.group.name: Side(value) for w in weighings if (value := said.get(w.group.name, "")) in set(Side)}


def _standing(party: Lead | Customer) -> tuple[bool, bool, bool, int]:
    status = party.status if isinstance(party, Lead) else LeadStatus.OPEN
    return status != LeadStatus.CONVERTED, party.owner_id is None, status == LeadStatus.DISCARDED, party.pk


def _reaches(one: Any, other: Any) -> bool:
    return bool((one.phone and one.phone == other.phone) or (one.email and one.email == other.email))


def _shown(
    side: Lead | Customer, seen: set[tuple[str, int]], writable: set[tuple[str, int]], *, who: Principal
) -> Shown:
    kind = "lead" if isinstance(side, Lead) else "customer"
    is_seen = (kind, side.pk) in seen
    in_pool = isinstance(side, Lead) and side.owner_id is None
    name = name_of(side, who=who) if isinstance(side, Lead) else side.name
    return Shown(
        kind=kind,
        pk=side.pk,
        label=name if is_seen else "",
        url=side.get_absolute_url() if is_seen else "",
        owner=side.owner.name if side.owner else "",
        in_pool=in_pool,
        status=side.status if isinstance(side, Lead) and is_seen else "",
        may_write=(kind, side.pk) in writable,
        want=reach_of(side, who=who).told(side.want) if isinstance(side, Lead) and is_seen else "",
    )


def masked_for(side: Lead | Customer, *, who: Principal) -> bool:
    return isinstance(side, Lead) and is_masked(side, who=who)
