"""Ranges and lists on forms, as people type them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason
from tuoke.services.exchange.rules import Problem, Span, amount_range, count_range
from tuoke.steps.targeting.rules.phrases import amount_text, count_text, names_in
from tuoke.steps.targeting.words import right

TYPED = {"unit_unknown": "unit_missing"}
"""Where a form can say better than a file's row what would be right."""


class SpanField(forms.CharField):
    """A range, open ends and exact values too; nothing typed is Span(None, None)."""

    def __init__(
        self,
        *,
        parse: Callable[[str], Span[Any] | Problem | None],
        say: Callable[[Span[Any]], str],
        placeholder: StrOrPromise,
        **kwargs: Any,
    ) -> None:
        self._parse, self._say = parse, say
        super().__init__(
            required=False, widget=forms.TextInput({"placeholder": placeholder, "autocomplete": "off"}), **kwargs
        )

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        found = self._parse(typed) if typed else None
        if isinstance(found, Problem):
            raise ValidationError(right(Reason(TYPED.get(found.code, found.code), {**found.params, "text": typed})))
        return found or Span(None, None)

    def prepare_value(self, value: Any) -> Any:
        return self._say(value) if isinstance(value, Span) else value


def count_field(label: StrOrPromise, *, unit: str, placeholder: StrOrPromise) -> SpanField:
    return SpanField(label=label, parse=count_range, say=lambda span: count_text(span, unit), placeholder=placeholder)


def amount_field(label: StrOrPromise, *, placeholder: StrOrPromise) -> SpanField:
    return SpanField(label=label, parse=amount_range, say=amount_text, placeholder=placeholder)


class NamesField(forms.CharField):
    """Several names in one line, separated by 、 or a comma."""

    def __init__(self, *, placeholder: StrOrPromise = "", **kwargs: Any) -> None:
        super().__init__(
            required=False, widget=forms.TextInput({"placeholder": placeholder, "autocomplete": "off"}), **kwargs
        )

    def to_python(self, value: Any) -> Any:
        return names_in(super().to_python(value) or "")

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, tuple | list) else value
