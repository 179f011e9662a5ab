"""Who sits at the table, and what may be given for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.models import Concession, Plan, Seat
from tuoke.steps.negotiation.rules import Authority, ConcessionKind, ConcessionState, Side

CONTENT = Path(__file__).parent.parent / "content" / "concessions.yaml"
MOST_CONTACTS = 200


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


def unseated(who: Principal, deal: Opportunity, table: Table) -> list[Contact]:
    """The customer's people who have no seat yet."""
    seated = {seat.contact_id for seat in table.theirs}
    people = Contact.objects.filter(customer_id=deal.customer_id).order_by("id")[:MOST_CONTACTS]
    return [person for person in people if person.pk not in seated]
