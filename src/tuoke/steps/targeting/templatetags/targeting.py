"""``{% load targeting %}``: ranges, shares and changes in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django_stubs_ext import StrOrPromise

from tuoke.services.exchange.rules import Span
from tuoke.spine.catalog.models import MARKET_NAMES
from tuoke.spine.catalog.rules import Market
from tuoke.steps.targeting import words
from tuoke.steps.targeting.rules.phrases import amount_text, count_text

register = template.Library()


@register.filter
def amounts(span: Span[Any]) -> str:
    """20万-50万, as it is typed."""
    return amount_text(span)


@register.filter
def counts(span: Span[Any], unit: str) -> str:
    return count_text(span, unit)


@register.filter
def share(value: float) -> str:
    return words.percent(value)


register.filter("points", words.points)
register.filter("confidence", words.confidence)


@register.filter
def urgency(value: str) -> StrOrPromise:
    return next(name for key, name in words.URGENCIES.items() if key == value)


@register.filter
def score(value: Any) -> str:
    """A score as it is said: 7.0, 6.25."""
    said = plain(value)
    return said if "." in said else f"{said}.0"


@register.filter
def thousands(value: int) -> str:
    return f"{value:,}"


@register.filter
def plain(value: Any) -> str:
    """A decimal without zeros that say nothing."""
    return f"{value.normalize():f}"


@register.filter
def told(changes: Mapping[str, list[Any]]) -> list[tuple[StrOrPromise, str, str]]:
    """The changes of an event: (field, from, to) in words."""
    return [(words.FIELDS.get(name, name), _said(name, old), _said(name, new)) for name, (old, new) in changes.items()]


@register.filter
def told_new(changes: Mapping[str, list[Any]]) -> list[tuple[StrOrPromise, str]]:
    """What a new record says: (field, value) in words, without what it leaves open."""
    return [
        (words.FIELDS.get(name, name), _said(name, to))
        for name, (_, to) in changes.items()
        if to not in ("", None, False)
    ]


def _said(name: str, value: Any) -> str:
    return str(MARKET_NAMES[Market(value)]) if name == "market" and value else words.said(value)
