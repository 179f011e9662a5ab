"""A form field for figures as people type them: 25, 1,200, 0.68, 1.5万. Wrong input is told what is right."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from tuoke.services.exchange import rules as exchange
from tuoke.services.exchange.rules import Problem
from tuoke.steps.proposals.values.words import SENTENCES, said_figure

_WRONG = {
    "negative": "figure_negative",
    "foreign_currency": "foreign_currency",
    "amount_is_range": "amount_is_range",
    "text_too_long": "figure_unclear",
    "too_big": "figure_unclear",
}


class FigureField(forms.CharField):
    """A plain figure, zero or more; rules say what is too much of it."""

    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value) or None
        found = exchange.number(typed)
        if isinstance(found, Problem) and found.code == "number_unclear":
            found = exchange.amount(typed, "元")  # 1.5万, 0.68元
        if isinstance(found, Problem):
            code = _WRONG.get(found.code, "figure_unclear")
            raise ValidationError(SENTENCES[code], code=code)
        return found

    def prepare_value(self, value: Any) -> Any:
        return said_figure(value).replace(",", "") if isinstance(value, Decimal) else value
