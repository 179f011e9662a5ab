"""``{% load improvements %}``: states and tools in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django_stubs_ext import StrOrPromise

from tuoke.steps.reviews.improvements.models import ORIGINS, STATES, TARGETS
from tuoke.steps.reviews.improvements.words import FIELD_NAMES

register = template.Library()

TONES = {
    "proposed": "orange",
    "accepted": "blue",
    "in_draft": "cyan",
    "published": "green",
    "done": "green",
    "declined": "gray",
}


@register.filter
def state_tone(state: str) -> str:
    return TONES.get(state, "gray")


@register.filter
def state_name(state: str) -> StrOrPromise:
    return dict(STATES).get(state, state)


@register.filter
def target_kind(target: str) -> StrOrPromise:
    return dict(TARGETS).get(target, target)


@register.filter
def origin_name(origin: str) -> StrOrPromise:
    return dict(ORIGINS).get(origin, origin)


@register.filter
def told(changes: Mapping[str, Sequence[Any]]) -> list[tuple[StrOrPromise, Any, Any]]:
    """Changes as (field, before, after); keys that people don't read are left out."""
    return [
        (FIELD_NAMES[name], _said(name, before), _said(name, after))
        for name, (before, after) in changes.items()
        if name in FIELD_NAMES and name != "target_key"
    ]


def _said(name: str, value: Any) -> Any:
    return target_kind(value) if name == "target" else value
