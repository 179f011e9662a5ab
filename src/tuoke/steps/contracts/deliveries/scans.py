"""Sheets on which the customer signed: the scan beside what was entered from it (S7.3). Read and added with the project."""

from __future__ import annotations

from tuoke.base.accounts.rules import Principal
from tuoke.base.records.models import key_of
from tuoke.services.files.hooks import Place
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.doors import is_open
from tuoke.steps.contracts.deliveries.models import Acceptance
from tuoke.steps.contracts.deliveries.places import to_delivery
from tuoke.steps.contracts.deliveries.rules import How


def may_read(who: Principal, key: str) -> bool:
    """Also the sheet of an acceptance that was taken back: it is kept."""
    return Acceptance.objects.visible_to(who).filter(pk=_pk(key)).exists()


def may_write(who: Principal, key: str) -> bool:
    """While what was entered from it stands; a sheet may come after the entry."""
    rows = Acceptance.objects.visible_to(who, "write").standing().filter(pk=_pk(key), how=How.PAPER)
    found = rows.select_related("opportunity").first()
    return found is not None and bool(is_open(found.opportunity))


def place_of(key: str) -> Place:
    acceptance = Acceptance.objects.select_related("opportunity", "item").get(pk=_pk(key))
    deal = acceptance.opportunity
    party = f"{Customer._meta.label_lower}:{deal.customer_id}"
    return Place(to_delivery(deal), acceptance.item.title, key_of(deal), party)


def _pk(key: str) -> int:
    """0, which nothing is, where the key isn't one of ours."""
    label, _, said = key.partition(":")
    is_ours = label == Acceptance._meta.label_lower and said.isascii() and said.isdecimal() and len(said) < 19
    return int(said) if is_ours else 0
