"""How the facts of a party stand is kept with it (S2.7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers import hooks
from tuoke.spine.customers.models import Customer, Fact, Lead
from tuoke.spine.customers.queries.verification import fact_lines, standings
from tuoke.spine.customers.rules.verification import bits

WATCHED = frozenset(
    {"staff_low", "staff_high", "revenue_low", "revenue_high", "budget_low", "budget_high", "want", "contact", "market"}
)
"""Columns of a party that sources speak about."""


def settle_facts(*, party: Lead | Customer, by: Principal, now: datetime) -> None:
    """Judge every fact of the party again: after a statement, and after its record changed (same transaction).

    Tells ``hooks.on_facts_judged`` when what is verified or disputed has changed.
    """
    verified, disputed = bits(standings(fact_lines(party)))
    if (party.verified, party.disputed) == (verified.value, disputed.value):
        return
    party.verified, party.disputed = verified.value, disputed.value
    party.save(update_fields=["verified", "disputed"])
    for tell in hooks.on_facts_judged:
        tell(party, by, now)


def settle_many(*, leads: Iterable[Lead], by: Principal, now: datetime) -> None:
    """``settle_facts`` for those of many that something was said about: one query where there are none."""
    found = {lead.pk: lead for lead in leads}
    said = Fact.objects.standing().filter(lead__in=found).values_list("lead_id", flat=True).distinct()
    for pk in said:
        if pk is not None:
            settle_facts(party=found[pk], by=by, now=now)
