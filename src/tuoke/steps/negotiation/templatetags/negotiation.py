"""``{% load negotiation %}``: amounts to the cent, where one must not mistake what may still be given."""

from __future__ import annotations

from decimal import Decimal

from django import template

from tuoke.base.ui.formats import full_amount

register = template.Library()


@register.filter
def to_the_cent(value: Decimal | None) -> str:
    """¥432,100.00; nothing known is a dash."""
    return "—" if value is None else full_amount(value)
