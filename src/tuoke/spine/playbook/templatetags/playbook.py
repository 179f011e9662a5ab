"""Small readings of playbook values in templates: ``{% load playbook %}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.models import FUNCTION_NAMES
from tuoke.spine.playbook.rules import KINDS, Comparison, CriterionDoc, ResponsibilityDoc
from tuoke.spine.playbook.words import PART

register = template.Library()


@register.filter
def entry(mapping: Mapping[str, Any] | None, key: str) -> Any:
    """What a mapping holds under a key; empty if nothing (or no mapping)."""
    return (mapping or {}).get(key, "")


@register.filter
def is_ticked_by_hand(criterion: CriterionDoc) -> bool:
    """Whether a person's word is the only proof."""
    return KINDS[criterion.kind].comparison is Comparison.TICKED


@register.filter
def department(responsibility: ResponsibilityDoc) -> StrOrPromise:
    return FUNCTION_NAMES[responsibility.function]


@register.filter
def part(responsibility: ResponsibilityDoc) -> StrOrPromise:
    return PART[responsibility.part]
