"""Small readings of this room's history in templates: ``{% load decisions %}``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from tuoke.steps.discovery.decisions import words
from tuoke.steps.discovery.decisions.models import ATTITUDES, FINDINGS, INFLUENCES, STANDINGS

register = template.Library()

_CHOICES: Mapping[str, Mapping[str, StrOrPromise]] = {
    "influence": dict(INFLUENCES),
    "attitude": dict(ATTITUDES),
    "standing": dict(STANDINGS),
}


@register.filter
def stance_words(changes: Mapping[str, Sequence[Any]]) -> list[tuple[StrOrPromise, str, str]]:
    """The changes of a stance, criterion or process as (field, before, after)."""
    return [
        (label, _said(name, changes[name][0]), _said(name, changes[name][1]))
        for name, label in words.FIELD_NAMES.items()
        if name in changes
    ]


@register.filter
def role_name(role: str) -> str:
    return words.role_name(role)


@register.filter
def finding_name(finding: str) -> str:
    return str(dict(FINDINGS).get(finding, finding))


def _said(field: str, value: Any) -> str:
    if field == "tender" and value is not None:
        return gettext("要") if value else gettext("不要")
    if value is None or value == "":
        return ""
    return str(_CHOICES.get(field, {}).get(str(value), value))
