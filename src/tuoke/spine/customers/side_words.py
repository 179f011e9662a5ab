"""How the two sides of a comparison are said (S2.3)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.rules import masked
from tuoke.spine.customers.rules.merging import Group
from tuoke.spine.customers.rules.reach import Reach
from tuoke.spine.customers.words import said_amounts, said_counts, said_value

_REACH = frozenset({"contact", "phone", "email", "wechat"})
_FREE = frozenset({"note", "want"})


def said_side(group: Group, party: Lead | Customer, *, is_masked: bool, referrers: Collection[int]) -> str:
    """What this side says in the field; blank where it says nothing. Masked as the pool masks it (S2.6); of those who
    recommended us it names the ``referrers``, whom the viewer may see."""
    name = group.name
    if name == "source":
        return _source(party, referrers)
    if is_masked and name in _REACH:
        return str(getattr(masked(_reach(party)), name))
    if is_masked and name in _FREE:
        return masked(_reach(party)).told(str(getattr(party, name)))
    said = _SAID.get(name)
    if said is not None:
        return str(said(party))
    value = getattr(party, group.columns[0])
    return "" if value in ("", None) else said_value(name, value)


def _reach(party: Lead | Customer) -> Reach:
    if isinstance(party, Lead):
        return Reach(contact=party.contact, phone=party.phone, email=party.email, wechat=party.wechat)
    return Reach(phone=party.phone)


def _source(party: Any, referrers: Collection[int]) -> str:
    parts = (party.source, party.source_detail, party.referrer if party.referrer_id in referrers else None)
    return " · ".join(str(part) for part in parts if part)


_SAID: Mapping[str, Callable[[Any], object]] = {
    "staff": lambda party: said_counts(party.staff_low, party.staff_high),
    "revenue": lambda party: said_amounts(party.revenue_low, party.revenue_high),
    "budget": lambda party: said_amounts(party.budget_low, party.budget_high),
    "campaign": lambda party: party.campaign or "",
    "owner": lambda party: party.owner or _("公海"),
}
