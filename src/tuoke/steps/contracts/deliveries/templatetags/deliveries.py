"""``{% load deliveries %}``: kinds, answers and changes in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django_stubs_ext import StrOrPromise

from tuoke.steps.contracts.deliveries.models import ANSWERS, HOWS, KINDS, SEVERITIES
from tuoke.steps.contracts.deliveries.words import FIELD_NAMES

register = template.Library()
_CHOICES = {"kind": dict(KINDS), "severity": dict(SEVERITIES)}


@register.filter
def answer_said(value: str) -> StrOrPromise:
    return dict(ANSWERS).get(value, value)


@register.filter
def how_said(value: str) -> StrOrPromise:
    return dict(HOWS).get(value, value)


@register.filter
def told(changes: Mapping[str, Sequence[Any]]) -> list[tuple[StrOrPromise, str, str]]:
    """Changes as (field, before, after); whoever is only known by a number is left out: the event names him."""
    return [
        (FIELD_NAMES.get(name, name), _said(name, before), _said(name, after))
        for name, (before, after) in changes.items()
        if not name.endswith("_id")
    ]


def _said(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "；".join(str(line) for line in value)
    return str(_CHOICES.get(name, {}).get(value, value or ""))
