"""``{% load rivals %}``: prices and changes in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django_stubs_ext import StrOrPromise

from tuoke.spine.customers.rules import said_yuan
from tuoke.steps.discovery.decisions.models import STANDING_NAMES
from tuoke.steps.discovery.decisions.rules import Standing
from tuoke.steps.proposals.rivals.models import THREAT_NAMES, Rival
from tuoke.steps.proposals.rivals.rules import Threat
from tuoke.steps.proposals.rivals.saying import price_said
from tuoke.steps.proposals.rivals.words import FIELD_NAMES

register = template.Library()


@register.filter
def asked_price(rival: Rival) -> str:
    return price_said(rival)


@register.filter
def yuan(amount: Decimal) -> str:
    """5万, 8600: how much it is, without a sign."""
    return said_yuan(abs(amount))


@register.filter
def told(changes: Mapping[str, Sequence[Any]]) -> list[tuple[StrOrPromise, str, str]]:
    """Changes of a rival as (field, before, after)."""
    return [
        (FIELD_NAMES.get(name, name), _said(name, before), _said(name, after))
        for name, (before, after) in changes.items()
    ]


def _said(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "；".join(str(line) for line in value)
    if name == "threat":
        return str(THREAT_NAMES[Threat(value)])
    if name == "standing":
        return str(STANDING_NAMES[Standing(value)])
    if name.startswith("price"):
        return _price(value)
    return str(value or "")


def _price(value: Any) -> str:
    try:
        return "" if value is None else said_yuan(Decimal(str(value)))
    except InvalidOperation:
        return str(value)
