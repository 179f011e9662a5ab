"""``{% load catalog %}``: ranges and changes in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django_stubs_ext import StrOrPromise

from tuoke.services.exchange.rules import Span
from tuoke.spine.catalog import words
from tuoke.spine.catalog.rules import said_amounts, said_counts

register = template.Library()


@register.filter
def price_band(span: Span[Any]) -> str:
    return said_amounts(span)


@register.filter
def head_count(span: Span[Any], unit: str) -> str:
    return said_counts(span, unit)


@register.filter
def catalog_changes(changes: Mapping[str, list[Any]]) -> list[tuple[StrOrPromise, str, str]]:
    """The changes of an event: (field, from, to) in words."""
    return [(words.FIELDS.get(name, name), words.said(old), words.said(new)) for name, (old, new) in changes.items()]
