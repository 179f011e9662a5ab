"""``{% load reviews %}``: functions, causes, outcomes and figures in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from tuoke.spine.deals.models import OUTCOMES
from tuoke.steps.reviews.models import CAUSES
from tuoke.steps.reviews.words import FIELD_NAMES, function_name

register = template.Library()


@register.filter
def function(code: str) -> str:
    return function_name(code)


@register.filter
def cause_name(code: str) -> StrOrPromise:
    return dict(CAUSES).get(code, code)


@register.filter
def outcome_name(code: str) -> StrOrPromise:
    return dict(OUTCOMES).get(code, code)


@register.filter
def per_cent(value: Decimal | None) -> str:
    return f"{value:g}%" if value is not None else "—"


@register.filter
def late(days: int | None) -> str:
    """Days after (before) the planned day."""
    if days is None:
        return "—"
    if days == 0:
        return _("按时")
    return _("晚 %(days)s 天") % {"days": days} if days > 0 else _("早 %(days)s 天") % {"days": -days}


@register.filter
def told(changes: Mapping[str, Sequence[Any]]) -> list[tuple[StrOrPromise, Any, Any]]:
    """Changes as (field, before, after)."""
    return [(FIELD_NAMES.get(name, name), before, after) for name, (before, after) in changes.items()]
