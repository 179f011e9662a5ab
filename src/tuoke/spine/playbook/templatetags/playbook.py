"""Small readings of playbook values in templates: ``{% load playbook %}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.models import FUNCTION_NAMES
from tuoke.spine.playbook.rules import KINDS, Comparison, CriterionDoc, ResponsibilityDoc
from tuoke.spine.playbook.words import FIELD, PART
from tuoke.spine.playbook.words import shown as shown_value

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


@register.filter
def part_url(place: str) -> str:
    """The editor's page of a step or customer type."""
    return reverse("playbook:draft_part", args=place.split("/")[:2])


@register.simple_tag
def place_in(*words: str) -> str:
    """The place of a part: ``{% place_in place "actions" action.key as item %}``."""
    return "/".join(words)


@register.filter
def judged_by(criterion: Mapping[str, Any]) -> str:
    """What a criterion of a draft is judged by, with its figure."""
    said = shown_value("params", criterion.get("params"), {})
    return " · ".join(filter(None, (shown_value("kind", criterion.get("kind"), {}), said, criterion.get("hint", ""))))


@register.filter
def responsible(row: Mapping[str, str]) -> str:
    """售后 · 执行."""
    return " · ".join(shown_value(name, row.get(name), {}) for name in ("function", "part"))


@register.filter
def case_said(row: Mapping[str, Any]) -> str:
    return shown_value("when", dict(row), {})


@register.filter(name="words")
def words_of(text: str) -> list[str]:
    return text.split()


@register.filter
def field_name(name: str) -> StrOrPromise:
    return FIELD.get(name, name)


@register.filter
def shown(part: Mapping[str, Any], name: str) -> tuple[str, Any]:
    """A field to be said: ``{{ part|shown:name|in_words:names }}``."""
    return name, part.get(name)


@register.filter
def in_words(said: tuple[str, Any], names: Mapping[str, str]) -> str:
    return shown_value(said[0], said[1], names)
