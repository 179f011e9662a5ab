"""Files of a contract: the signed scan, annexes. Read by whom the contract is open to, added by who may write it."""

from __future__ import annotations

from tuoke.base.accounts.rules import Principal
from tuoke.base.records.models import key_of
from tuoke.services.files.hooks import Place
from tuoke.spine.customers.models import Customer
from tuoke.steps.contracts.models import Contract


def may_read(who: Principal, key: str) -> bool:
    pk = _pk(key)
    return pk is not None and Contract.objects.visible_to(who).filter(pk=pk).exists()


def may_write(who: Principal, key: str) -> bool:
    """Signed contracts too: the scan comes after the signature."""
    pk = _pk(key)
    return pk is not None and Contract.objects.visible_to(who, "write").filter(pk=pk).exists()


def place_of(key: str) -> Place:
    contract = Contract.objects.select_related("opportunity").get(pk=_pk(key) or 0)
    party = f"{Customer._meta.label_lower}:{contract.opportunity.customer_id}"
    return Place(contract.get_absolute_url(), str(contract), key_of(contract.opportunity), party)


def _pk(key: str) -> int | None:
    label, _, said = key.partition(":")
    is_ours = label == Contract._meta.label_lower and said.isascii() and said.isdecimal() and len(said) < 19
    return int(said) if is_ours else None
