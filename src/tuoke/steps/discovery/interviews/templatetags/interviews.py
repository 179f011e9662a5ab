"""``{% load interviews %}``: dimensions by name, texts with what is still missing marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_stubs_ext import StrOrPromise

from tuoke.spine.library.models import DIMENSION_NAMES
from tuoke.spine.library.rules import Dimension, fill

register = template.Library()


@register.filter
def dimension_name(dimension: str) -> StrOrPromise:
    return DIMENSION_NAMES[Dimension(dimension)]


@register.filter
def marked(text: str) -> SafeString:
    """The text; a place for which no fact is known yet is marked."""
    return format_html_join(
        "", "{}", ((_gap(piece.text) if piece.is_missing else piece.text,) for piece in fill(text, {}).pieces)
    )


@register.filter
def has_gaps(text: str) -> bool:
    return not fill(text, {}).is_ready


@register.filter
def for_question(fields: Mapping[int, Any], question: int) -> Any:
    """What stands in a mapping by question."""
    return fields.get(question, ())


def _gap(name: str) -> SafeString:
    return format_html('<mark class="gap">〔{}〕</mark>', name)
