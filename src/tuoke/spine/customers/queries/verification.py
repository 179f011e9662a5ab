"""How the facts of a party stand (S2.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tuoke.spine.customers.models import Customer, Fact, Lead
from tuoke.spine.customers.rules import FactKind
from tuoke.spine.customers.rules.verification import FactKey, FactValue, Standing, standing


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact: what the record says, how it stands, and everything that was said about it (withdrawn last)."""

    key: FactKey
    present: FactValue
    standing: Standing
    facts: tuple[Fact, ...]
    withdrawn: tuple[Fact, ...]

    @property
    def against(self) -> frozenset[int]:
        """Ids of the statements that say otherwise than the record."""
        return frozenset(self.facts[place].pk for place in self.standing.against)


def fact_lines(party: Lead | Customer) -> list[FactLine]:
    """Every fact that this party can have, in one query. The caller has seen that ``who`` may read the party."""
    said: dict[FactKey, list[Fact]] = {key: [] for key in keys_of_party(party)}
    gone: dict[FactKey, list[Fact]] = {key: [] for key in said}
    for fact in party.facts.select_related("by").order_by("observed_on", "id"):
        if FactKey(fact.key) in said:
            (said if fact.withdrawn_at is None else gone)[FactKey(fact.key)].append(fact)
    return [
        FactLine(
            key, value, standing(value, [fact.statement for fact in said[key]]), tuple(said[key]), tuple(gone[key])
        )
        for key, value in present_values(party).items()
    ]


def keys_of_party(party: Lead | Customer) -> tuple[FactKey, ...]:
    """A person has no staff; a customer's needs have a list of their own, his people too."""
    is_person = party.market == "toc"
    keys = [FactKey.REVENUE] if is_person else [FactKey.STAFF, FactKey.REVENUE]
    keys.append(FactKey.BUDGET)
    return (*keys, FactKey.WANT, FactKey.CONTACT)


def present_values(party: Lead | Customer) -> Mapping[FactKey, FactValue]:
    """What the record itself says now. A customer's budget, want and contact aren't columns: sources speak alone."""
    all_values = {
        FactKey.STAFF: FactValue(_whole(party.staff_low), _whole(party.staff_high)),
        FactKey.REVENUE: FactValue(party.revenue_low, party.revenue_high),
        FactKey.BUDGET: FactValue(),
        FactKey.WANT: FactValue(),
        FactKey.CONTACT: FactValue(),
    }
    if isinstance(party, Lead):
        all_values[FactKey.BUDGET] = FactValue(party.budget_low, party.budget_high)
        all_values[FactKey.WANT] = FactValue(text=party.want)
        all_values[FactKey.CONTACT] = FactValue(text=party.contact)
    return {key: all_values[key] for key in keys_of_party(party)}


def unverified_kinds(party: Lead | Customer) -> tuple[FactKind, ...]:
    """What is neither verified nor proved otherwise: a risk from step 5 on."""
    return tuple(kind for kind in FactKind if not FactKind(party.verified) & kind)


def standings(lines: Sequence[FactLine]) -> Mapping[FactKey, Standing]:
    return {line.key: line.standing for line in lines}


def _whole(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number)
