"""Money to the cent, as an offer says it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason
from tuoke.steps.proposals.offers.fields import plain
from tuoke.steps.proposals.offers.words import FIELD_NAMES, sentence

register = template.Library()


@register.filter
def exact(value: Any) -> str:
    """¥12,800.50; empty for what isn't known. History and requests keep amounts as text."""
    found = _decimal(value)
    return "" if found is None else f"¥{found:,.2f}"


@register.filter
def number(value: Any) -> str:
    """12,800.5: without empty places."""
    found = _decimal(value)
    if found is None:
        return ""
    whole, _, rest = f"{found:,.2f}".partition(".")
    rest = rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole


@register.filter
def in_words(reasons: list[dict[str, Any]]) -> list[str]:
    """Reasons as a request keeps them, in words."""
    return [
        sentence(Reason(str(one.get("code", "")), {name: said for name, said in one.items() if name != "code"}))
        for one in reasons
    ]


@register.filter
def changed(changes: dict[str, Any]) -> list[tuple[StrOrPromise, Any, Any]]:
    """Changes of an offer or a line as (field, before, after)."""
    return [(FIELD_NAMES.get(name, name), _said(before), _said(after)) for name, (before, after) in changes.items()]


def _said(value: Any) -> Any:
    if isinstance(value, bool):
        return "✓" if value else "✗"
    found = _decimal(value)
    return value if found is None else plain(found)


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
