"""Pairs of records that somebody should look at, or has told apart (S2.3)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from tuoke.spine.customers.models import Customer, Lead, Pair
from tuoke.spine.customers.rules.merging import PairKind, PairState

Side = tuple[str, int]
"""A record by kind ("lead", "customer") and key."""


def sides_of(party: Lead | Customer) -> Side:
    return ("lead" if isinstance(party, Lead) else "customer", party.pk)


def columns_of_pair(one: Side, other: Side) -> dict[str, Any]:
    """The one row that the two can have, in whatever order they are named."""
    leads = sorted(pk for kind, pk in (one, other) if kind == "lead")
    customers = sorted(pk for kind, pk in (one, other) if kind == "customer")
    kind = {2: PairKind.LEADS, 1: PairKind.MIXED, 0: PairKind.CUSTOMERS}[len(leads)]
    return {
        "kind": kind.value,
        "lead_id": leads[0] if leads else None,
        "other_lead_id": leads[1] if len(leads) > 1 else None,
        "customer_id": customers[0] if customers else None,
        "other_customer_id": customers[1] if len(customers) > 1 else None,
    }


def pairs_of(party: Lead | Customer) -> QuerySet[Pair]:
    if isinstance(party, Lead):
        return Pair.objects.filter(Q(lead=party) | Q(other_lead=party))
    return Pair.objects.filter(Q(customer=party) | Q(other_customer=party))


def told_apart_from(party: Lead | Customer) -> set[str]:
    """History keys of what somebody has told apart from this record. One query."""
    rows = pairs_of(party).filter(state=PairState.APART)
    found: set[str] = set()
    for lead, other_lead, customer, other_customer in rows.values_list(
        "lead_id", "other_lead_id", "customer_id", "other_customer_id"
    ):
        found |= {f"{Lead._meta.label_lower}:{pk}" for pk in (lead, other_lead) if pk}
        found |= {f"{Customer._meta.label_lower}:{pk}" for pk in (customer, other_customer) if pk}
    return found - {f"{party._meta.label_lower}:{party.pk}"}
