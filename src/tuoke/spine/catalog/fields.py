"""Form fields for what people type about products, competitors and sources. Wrong input is told what is right."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django_stubs_ext import StrOrPromise

from tuoke.services.exchange import rules as exchange
from tuoke.services.exchange.rules import Problem, Span
from tuoke.spine.catalog.rules import said_amounts, said_counts, said_yuan
from tuoke.spine.catalog.words import typed_wrong

_BULLET = re.compile(r"^\s*(?:[-*•·]\s+|\d{1,2}[.、)）]\s*)")


class TextField(forms.CharField):
    """Free text without what no database can hold."""

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        if typed and not exchange.sound(typed):
            raise ValidationError(typed_wrong(Problem("text_broken"), "text_broken"))
        return typed


class NamesField(TextField):
    """Several names in one line, separated by 、 or a comma → tuple."""

    def __init__(self, *, placeholder: StrOrPromise = "", **kwargs: Any) -> None:
        widget = forms.TextInput({"placeholder": placeholder, "autocomplete": "off"})
        super().__init__(required=False, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        names = (name.strip() for name in re.split(r"[、,，;；\n]", super().to_python(value) or ""))
        return tuple(dict.fromkeys(filter(None, names)))

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, tuple | list) else value


class LinesField(TextField):
    """Short statements, one a line → tuple. Bullets and numbers that were pasted along are taken off."""

    def __init__(self, *, placeholder: StrOrPromise = "", rows: int = 4, **kwargs: Any) -> None:
        widget = forms.Textarea({"placeholder": placeholder, "rows": rows})
        super().__init__(required=False, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        lines = (_BULLET.sub("", line).strip() for line in (super().to_python(value) or "").splitlines())
        return tuple(dict.fromkeys(filter(None, lines)))

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, tuple | list) else value


class AmountField(TextField):
    """Yuan as people type them, 3万 or 30000元 → Decimal or None."""

    def to_python(self, value: Any) -> Any:
        return _parsed(exchange.amount(super().to_python(value) or None), "amount_unclear")

    def prepare_value(self, value: Any) -> Any:
        return _with_unit(said_yuan(value)) if isinstance(value, Decimal) else value


class SpanField(TextField):
    """A range, open ends and exact values too; nothing typed is Span(None, None)."""

    def __init__(
        self,
        *,
        parse: Callable[[str], Span[Any] | Problem | None],
        say: Callable[[Span[Any]], str],
        otherwise: str,
        placeholder: StrOrPromise,
        **kwargs: Any,
    ) -> None:
        self._parse, self._say, self._otherwise = parse, say, otherwise
        widget = forms.TextInput({"placeholder": placeholder, "autocomplete": "off"})
        super().__init__(required=False, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        return (_parsed(self._parse(typed), self._otherwise) if typed else None) or Span(None, None)

    def prepare_value(self, value: Any) -> Any:
        return self._say(value) if isinstance(value, Span) else value


def amounts_field(label: StrOrPromise, *, placeholder: StrOrPromise, **kwargs: Any) -> SpanField:
    return SpanField(
        label=label, parse=exchange.amount_range, say=lambda span: _with_unit(said_amounts(span)),
        otherwise="amount_unclear", placeholder=placeholder, **kwargs,
    )  # fmt: skip


def counts_field(label: StrOrPromise, *, unit: str, placeholder: StrOrPromise, **kwargs: Any) -> SpanField:
    return SpanField(
        label=label, parse=exchange.count_range, say=lambda span: said_counts(span, unit),
        otherwise="number_unclear", placeholder=placeholder, **kwargs,
    )  # fmt: skip


def _with_unit(said: str) -> str:
    """8600 would not be understood again, 8600元 is."""
    return f"{said}元" if said and said[-1].isdigit() else said


def _parsed(found: Any, otherwise: str) -> Any:
    if isinstance(found, Problem):
        raise ValidationError(typed_wrong(found, otherwise))
    return found
