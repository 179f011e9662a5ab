"""How quantities and statuses are said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString

from tuoke.base.ui.templatetags.ui import badge
from tuoke.steps.targeting.resources import words
from tuoke.steps.targeting.resources.models import KIND_NAMES, STATUS_NAMES
from tuoke.steps.targeting.resources.rules import Kind, Status

register = template.Library()
_TONES = {
    Status.REQUESTED: "orange",
    Status.APPROVED: "green",
    Status.REJECTED: "red",
    Status.WITHDRAWN: "gray",
    Status.RETURNED: "gray",
}


@register.filter
def plain(value: Decimal | str) -> str:
    """20, 2.5. Takes the history's strings, too."""
    return words.number(Decimal(value))


@register.filter
def kind_name(kind: str) -> str:
    return str(KIND_NAMES[Kind(kind)])


@register.simple_tag
def status(value: str) -> SafeString:
    return badge(STATUS_NAMES[Status(value)], tone=_TONES[Status(value)])


@register.filter
def told(changes: Mapping[str, Sequence[Any]]) -> list[tuple[str, str, str]]:
    """Changed fields of the history as (name, before, after)."""
    return [
        (str(words.FIELDS.get(name, name)), _said(name, old), _said(name, new)) for name, (old, new) in changes.items()
    ]


def _said(name: str, value: Any) -> str:
    if value is None or value == "":
        return "—"
    if name == "quantity":
        return words.number(Decimal(value))
    if name == "kind":
        return str(KIND_NAMES[Kind(value)])
    return words.yes_no(value) if isinstance(value, bool) else str(value)
