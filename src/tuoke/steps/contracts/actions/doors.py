"""What every verb of this room begins with: the deal locked, then the contract; the reasons against it said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.records.actions import Changes, record
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals import doors
from tuoke.spine.deals.doors import is_open, is_running, must, of_customer
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.models import Contract
from tuoke.steps.contracts.rules import may_write

__all__ = ["held", "held_contract", "is_open", "is_running", "must", "of_customer", "tell", "writable"]

SECTION = "contracts"


def held(deal: Opportunity, *, by: Principal) -> Opportunity:
    """The deal, locked, if ``by`` may write its contract (else Opportunity.DoesNotExist)."""
    return doors.held(deal, by=by, permission=Permission.CONTRACT_WRITE)


def held_contract(contract: Contract, *, by: Principal) -> Contract:
    """The contract with its deal, both locked, if ``by`` may write it (else DoesNotExist)."""
    deal = held(contract.opportunity, by=by)
    with_it = ("parent", "our_signer", "their_signer", "agreed")
    rows = Contract.objects.select_for_update(of=("self",)).select_related(*with_it)
    found = rows.get(pk=contract.pk, opportunity=deal)
    found.opportunity = deal
    return found


def writable(contract: Contract, *, by: Principal) -> Contract:
    """As ``held_contract``; raises Refused (contract_signed, contract_ended, deal_closed) where nothing may be written."""
    found = held_contract(contract, by=by)
    must(may_write(found.standing) & is_open(found.opportunity))
    return found


def tell(
    kind: str,
    contract: Contract,
    subject: models.Model | None = None,
    *,
    by: Principal,
    now: datetime,
    changes: Changes | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Into the deal's timeline and the customer's, for those who may read contracts."""
    deal = contract.opportunity
    record(
        kind=f"contracts.{kind}",
        subject=subject or contract,
        thread=deal,
        party=f"{Customer._meta.label_lower}:{deal.customer_id}",
        by=by,
        at=now,
        changes=changes,
        facts={"number": contract.number, **(facts or {})},
        section=SECTION,
    )
