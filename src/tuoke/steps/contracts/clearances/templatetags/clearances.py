"""``{% load clearances %}``: why a clearance is wanted, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django_stubs_ext import StrOrPromise

from tuoke.steps.contracts.clearances import words
from tuoke.steps.contracts.clearances.models import KIND_NAMES, LEVEL_NAMES
from tuoke.steps.contracts.clearances.rules import Kind, Level, Why

register = template.Library()


@register.filter
def said_why(why: Why | Mapping[str, Any]) -> str:
    if isinstance(why, Why):
        return words.why(why.code, why.params)
    return words.why(str(why.get("code", "")), why.get("params", {}))


@register.filter
def kind_name(kind: str) -> StrOrPromise:
    return KIND_NAMES[Kind(kind)] if kind in set(Kind) else kind


@register.filter
def at(mapping: Mapping[str, str], key: str) -> str:
    return mapping.get(key, "")


@register.filter
def level_name(level: str) -> StrOrPromise:
    return LEVEL_NAMES[Level(level)]
