"""Where on the screens a criterion or an action about the contract is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_contract(deal: Opportunity) -> str:
    return reverse("contracts:page", args=[deal.pk])


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {
    "outcome_won": to_contract,
    "contract_matches": lambda deal: f"{to_contract(deal)}#findings",
}
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"contracts-clauses": to_contract}
