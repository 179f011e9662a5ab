"""Who sits at the table, and what may be given for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml
from django.db.models import Q

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Contact
from tuoke.spine.customers.rules import DecisionRole
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.steps.discovery.decisions.queries import MOST_PEOPLE, Seen, chain_of
from tuoke.steps.discovery.decisions.rules import Attitude
from tuoke.steps.negotiation.models import Concession, Plan, Seat
from tuoke.steps.negotiation.rules import Authority, ConcessionKind, ConcessionState, Duty, Side, Stand

CONTENT = Path(__file__).parent.parent / "content" / "concessions.yaml"
MOST_COLLEAGUES = 100
CARES_LIMIT = 300
_STANDS = {Attitude.SUPPORTS: Stand.HELPS, Attitude.NEUTRAL: Stand.FAIR, Attitude.OPPOSES: Stand.TOUGH}


@dataclass(frozen=True, slots=True)
class Table:
    """谈判桌: who sits on which side, and who once did."""

    ours: Sequence[Seat]
    theirs: Sequence[Seat]
    withdrawn: Sequence[Seat]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The concessions in the order in which they are given. ``planned`` counts the pairs that bring something back."""

    listed: Sequence[Concession]
    withdrawn: Sequence[Concession]

    @property
    def planned(self) -> int:
        return sum(bool(concession.get) for concession in self.listed)

    @property
    def one_sided(self) -> int:
        return len(self.listed) - self.planned

    @property
    def value(self) -> Decimal:
        """What all of them together would cost us, as far as it is reckoned."""
        return sum((concession.value or Decimal(0) for concession in self.listed), Decimal(0))

    @property
    def given_value(self) -> Decimal:
        return sum((c.value or Decimal(0) for c in self.listed if c.is_given), Decimal(0))

    @property
    def unreckoned(self) -> int:
        return sum(concession.value is None for concession in self.listed)


@dataclass(frozen=True, slots=True)
class Idea:
    """A pair from the starter list: what is often given, and what it is worth asking for."""

    key: str
    kind: ConcessionKind
    give: str
    get: str
    authority: Authority


@cache
def _ideas() -> tuple[Idea, ...]:
    rows = yaml.safe_load(CONTENT.read_text(encoding="utf-8"))
    return tuple(
        Idea(row["key"], ConcessionKind(row["kind"]), row["give"], row["get"], Authority(row["authority"]))
        for row in rows
    )


def plan_of(who: Principal, deal: Opportunity) -> Plan | None:
    return Plan.objects.visible_to(who).filter(opportunity=deal).first()


def table_of(who: Principal, deal: Opportunity) -> Table:
    seats = list(
        Seat.objects.visible_to(who).filter(plan__opportunity=deal).select_related("user", "contact").order_by("id")
    )
    seated = [seat for seat in seats if seat.withdrawn_at is None]
    return Table(
        ours=[seat for seat in seated if seat.side == Side.OURS],
        theirs=[seat for seat in seated if seat.side == Side.THEIRS],
        withdrawn=[seat for seat in seats if seat.withdrawn_at is not None],
    )


def ladder_of(who: Principal, deal: Opportunity) -> Ladder:
    rows = list(Concession.objects.visible_to(who).filter(plan__opportunity=deal))
    return Ladder(
        [row for row in rows if row.state != ConcessionState.WITHDRAWN],
        [row for row in rows if row.state == ConcessionState.WITHDRAWN],
    )


def planned(deal: Opportunity) -> int:
    """Pairs on the ladder that bring something back, given ones among them. One query."""
    return Concession.objects.listed().filter(plan__opportunity=deal).exclude(get="").count()


def ideas_for(ladder: Ladder) -> list[Idea]:
    """The starter list without what stands on the ladder already."""
    taken = {concession.give.casefold() for concession in [*ladder.listed, *ladder.withdrawn]}
    return [idea for idea in _ideas() if idea.give.casefold() not in taken]


def idea(key: str) -> Idea | None:
    return next((idea for idea in _ideas() if idea.key == key), None)


def seatable(deal: Opportunity) -> list[User]:
    """Who of us can sit at the table: the owner, who has joined the deal, and the colleagues of its department."""
    near = Q(pk=deal.owner_id) | Q(pk__in=Membership.objects.current().filter(opportunity=deal).values("user_id"))
    if deal.department_id:
        near |= Q(department_id=deal.department_id)
    people = User.objects.filter(near, is_active=True).select_related("department").order_by("name", "pk")
    return sorted(people[:MOST_COLLEAGUES], key=lambda person: person.pk != deal.owner_id)


@dataclass(frozen=True, slots=True)
class Hint:
    """What the decision map says of one of the customer's people, as a first guess of how he will act (S4.4)."""

    contact: Contact
    duty: Duty
    stand: Stand
    cares: str


def hints_of(who: Principal, deal: Opportunity) -> list[Hint]:
    """The customer's people on the map of this deal, the most influential first. Constant queries."""
    return [_hint(seen) for seen in chain_of(who, deal).people]


def _hint(seen: Seen) -> Hint:
    cares = (seen.stance.cares if seen.stance else "") or "；".join(seen.concerns)
    duty = Duty.DECIDE if seen.role is DecisionRole.DECIDER else Duty.UNKNOWN
    stand = Stand.TOUGH if seen.person.is_against else _STANDS.get(seen.attitude, Stand.UNKNOWN)
    return Hint(seen.contact, duty, stand, cares[:CARES_LIMIT])


def people_of(deal: Opportunity) -> list[Contact]:
    """The customer's people."""
    return list(Contact.objects.filter(customer_id=deal.customer_id).order_by("id")[:MOST_PEOPLE])
