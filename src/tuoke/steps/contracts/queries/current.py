"""Which contract a deal has. The callers hold the deal."""

from __future__ import annotations

from decimal import Decimal

from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.models import Contract, ContractVersion, total_of
from tuoke.steps.contracts.rules import ContractState, Kind

_PEOPLE = ("our_signer", "their_signer", "signed_version", "agreed")


def current_contract(deal: Opportunity) -> Contract | None:
    """The main contract: the one being written or signed, else the newest that was terminated; never a withdrawn one.
    One query."""
    rows = Contract.objects.standing().filter(opportunity=deal, kind=Kind.MAIN.value).select_related(*_PEOPLE)
    found = list(rows.order_by("-id")[:5])
    live = [row for row in found if row.state != ContractState.TERMINATED]
    return next(iter(live or found), None)


def signed_contracts(deal: Opportunity) -> list[Contract]:
    """The signed main contract, then its signed amendments, oldest first. One query."""
    rows = Contract.objects.signed().filter(opportunity=deal).select_related("parent", *_PEOPLE).order_by("id")
    return sorted(rows, key=lambda row: (row.is_amendment, row.pk))


def contract_amount(deal: Opportunity) -> Decimal | None:
    """Yuan: what was signed, with its signed amendments; None while nothing is signed. One query."""
    return total_of(signed_contracts(deal))


def latest_version(contract: Contract) -> ContractVersion | None:
    """The newest frozen version; None before the first. One query."""
    return ContractVersion.objects.filter(contract=contract).select_related("made_by").first()
