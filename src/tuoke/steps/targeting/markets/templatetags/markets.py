"""``{% load markets %}``: sources, sizes and changes in words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django_stubs_ext import StrOrPromise

from tuoke.services.exchange.rules import Span
from tuoke.spine.catalog.rules import said_amounts
from tuoke.steps.targeting.markets import words
from tuoke.steps.targeting.markets.models import KIND_NAMES, SOURCE_NAMES, Statement
from tuoke.steps.targeting.markets.rules import (
    SourceKind,
    StatementKind,
    growth_of,
    in_unit,
    is_forecast,
    web_address,
)

register = template.Library()


@register.filter
def opens(reference: str) -> str:
    """The reference where a browser may open it, else nothing."""
    return web_address(reference)


@register.filter
def source_name(kind: str) -> StrOrPromise:
    return SOURCE_NAMES[SourceKind(kind)]


@register.filter
def kind_name(kind: str) -> StrOrPromise:
    return KIND_NAMES[StatementKind(kind)]


@register.filter
def size(amount: Decimal | None, unit: str) -> str:
    """As the source gave it: 380 亿元."""
    return "" if amount is None else f"{in_unit(amount, unit or '元')} {words.unit(unit or '元')}"


@register.filter
def price(span: Span[Any]) -> str:
    return said_amounts(span)


@register.filter
def share(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}%"


@register.filter
def apart_by(value: Decimal) -> str:
    return words.apart_by(value)


@register.filter
def growth_text(statement: Statement) -> str:
    found = growth_of(statement.series)
    return words.growth(found) if found else ""


@register.filter
def growth_rate(rate: float) -> str:
    return words.per_cent(rate)


@register.filter
def has_forecast(statement: Statement) -> bool:
    return any(is_forecast(point.year, sourced_on=statement.sourced_on) for point in statement.series)


@register.filter
def market_changes(changes: Mapping[str, list[Any]]) -> list[tuple[StrOrPromise, str, str]]:
    """The changes of an event: (field, from, to) in words."""
    return [(words.FIELDS.get(name, name), _said(name, old), _said(name, new)) for name, (old, new) in changes.items()]


def _said(name: str, value: Any) -> str:
    if value in ("", None):
        return "—"
    return str(SOURCE_NAMES[SourceKind(value)]) if name == "source_kind" else str(value)
