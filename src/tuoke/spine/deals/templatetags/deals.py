"""Small readings of a deal's history in templates: ``{% load deals %}``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django_stubs_ext import StrOrPromise

from tuoke.base.ui.formats import amount
from tuoke.spine.deals.words import changed

register = template.Library()


@register.filter
def decimal(value: object) -> Decimal | None:
    """An amount as history keeps it (text) as a number again."""
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None


@register.filter
def phone(number: str) -> str:
    """A Chinese mobile number as it is read out: 138 0013 8009; others as they are stored."""
    local = number.removeprefix("+86")
    if len(local) == 11 and local.isdigit() and local.startswith("1"):
        return f"{local[:3]} {local[3:7]} {local[7:]}"
    return local


@register.filter
def in_words(changes: Mapping[str, Sequence[Any]]) -> list[tuple[StrOrPromise, str, str]]:
    """The changes of an edit as (field, before, after)."""
    return changed(changes, amount_of=lambda value: amount(Decimal(str(value))))
