"""``{% load demos %}``: kinds, reactions and changes in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from tuoke.steps.proposals.demos.models import KINDS, REACTIONS
from tuoke.steps.proposals.demos.words import FIELD_NAMES

register = template.Library()


@register.filter
def demo_kind(value: str) -> StrOrPromise:
    return dict(KINDS).get(value, value)


@register.filter
def reaction(value: str) -> StrOrPromise:
    return dict(REACTIONS).get(value, value)


@register.filter
def told(changes: Mapping[str, Sequence[Any]]) -> list[tuple[StrOrPromise, Any, Any]]:
    """Changes as (field, before, after)."""
    return [
        (FIELD_NAMES.get(name, name), _said(name, before), _said(name, after))
        for name, (before, after) in changes.items()
    ]


def _said(name: str, value: Any) -> Any:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return reaction(value) if name == "reaction" else value
