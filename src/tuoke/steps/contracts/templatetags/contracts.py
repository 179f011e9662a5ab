"""How findings are said: ``{% load contracts %}``."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django import template

from tuoke.base.ui.formats import full_amount
from tuoke.steps.contracts.rules import Finding, Hint
from tuoke.steps.contracts.words import INSTEAD, SORT_NAMES, SORT_TONES, figure, finding_name

register = template.Library()


@register.filter
def name_of(found: Finding) -> str:
    return finding_name(found)


@register.filter
def sort_word(found: Finding) -> str:
    return str(SORT_NAMES[found.sort])


@register.filter
def sort_tone(found: Finding) -> str:
    return SORT_TONES[found.sort]


@register.filter
def agreed_said(found: Finding) -> str:
    return figure(found.agreed, found.unit)


@register.filter
def contract_said(found: Finding) -> str:
    return figure(found.contract, found.unit)


@register.filter
def instead(hint: Hint) -> str:
    return str(INSTEAD[hint.instead])


@register.filter
def yuan(said: object) -> str:
    """An amount of the history or of a frozen version, in full; empty where none is named."""
    try:
        return full_amount(Decimal(str(said))) if said not in (None, "") else ""
    except InvalidOperation:
        return ""
