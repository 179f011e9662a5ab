"""What sources say reaches the lead: its columns where somebody takes it over, its score where it is verified (S2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.rules import OnDuplicate
from tuoke.steps.leads.actions.rescoring import reweigh
from tuoke.steps.leads.actions.writing import edit_lead
from tuoke.steps.leads.queries import draft_of


def take_over(lead: Lead, values: Mapping[str, Any], by: Principal, now: datetime) -> None:
    """Wired into ``customers.hooks.take_over_lead``: the lead says what the source says."""
    draft = replace(draft_of(lead), **values)
    edit_lead(lead=lead, version=lead.version, draft=draft, by=by, now=now, on_duplicate=OnDuplicate.ACCEPT)


def after_facts_judged(party: Lead | Customer, by: Principal, now: datetime) -> None:
    """Wired into ``customers.hooks.on_facts_judged``: what is verified weighs more."""
    if isinstance(party, Lead):
        reweigh(lead=party, now=now)
    else:
        reweigh(customer=party, now=now)
