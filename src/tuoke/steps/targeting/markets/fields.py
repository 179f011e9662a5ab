"""Form fields for what people type about a market. Wrong input is told what is right."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason
from tuoke.services.exchange.rules import UNITS, Problem, Span, amount_range, number
from tuoke.spine.catalog.rules import said_amounts
from tuoke.spine.customers.fields import TextField
from tuoke.steps.targeting.markets.rules import POINTS_LIMIT, Point, typed_amount
from tuoke.steps.targeting.markets.words import right, typed_wrong, unit

_BULLET = re.compile(r"^\s*(?:[-*•·]\s+|\d{1,2}[.、)）]\s*)")
_POINT = re.compile(r"^\s*(?P<year>\d{4})\s*(?:年|[eE]|（预）|\(预\))?\s*[:：,，\t \-–—=]+\s*(?P<amount>\S.*?)\s*$")
UNIT_CHOICES = [(name, _(name)) for name in ("亿元", "万元", "元")]


class SizeField(TextField):
    """A size as it stands in the source; ``yuan`` reads it with the unit beside it."""

    def __init__(self, *, placeholder: StrOrPromise = "", **kwargs: Any) -> None:
        widget = forms.TextInput({"placeholder": placeholder, "autocomplete": "off", "inputmode": "decimal"})
        super().__init__(widget=widget, **kwargs)


def yuan(typed: str, unit_name: str) -> Decimal | None:
    """Raises ValidationError where it can't be read."""
    found = typed_amount(typed, unit_name if unit_name in UNITS else "亿元")
    if isinstance(found, Problem):
        raise ValidationError(typed_wrong(found, "amount_unclear"))
    return found


def points_in(typed: str, unit_name: str) -> tuple[Point, ...]:
    """One year a line: 2024：320, 2025年 380亿. Raises ValidationError that names each line it can't read."""
    found, wrong = [], []
    rows = [row for row in typed.splitlines() if row.strip()]
    for number_, row in enumerate(rows[: POINTS_LIMIT + 1], start=1):
        parts = _POINT.match(row)
        read = typed_amount(parts["amount"], unit_name if unit_name in UNITS else "亿元") if parts else None
        if parts is None or not isinstance(read, Decimal):
            wrong.append(right(Reason("points_unclear", {"row": number_, "text": row.strip()[:40]})))
            continue
        found.append(Point(int(parts["year"]), read))
    if wrong:
        raise ValidationError(wrong)
    return tuple(found)


class ShareField(TextField):
    """35 or 35% → Decimal per cent."""

    def to_python(self, value: Any) -> Any:
        typed = (super().to_python(value) or "").strip().removesuffix("%").removesuffix("％")
        found = number(typed or None)
        if isinstance(found, Problem):
            raise ValidationError(right(Reason("share_unclear")))
        return found.quantize(Decimal("0.01")) if found is not None else None

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class PriceField(TextField):
    """20万-40万 → Span of yuan; nothing typed is Span(None, None)."""

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        found = amount_range(typed) if typed else None
        if isinstance(found, Problem):
            raise ValidationError(typed_wrong(found, "amount_unclear"))
        return found or Span(None, None)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Span):
            return value
        said = said_amounts(value)
        return f"{said}{unit('元')}" if said and said[-1].isdigit() else said


class LinesField(TextField):
    """Short statements, one a line → tuple. Bullets and numbers that were pasted along are taken off."""

    def __init__(self, *, placeholder: StrOrPromise = "", **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea({"placeholder": placeholder, "rows": 3}), **kwargs)

    def to_python(self, value: Any) -> Any:
        lines = (_BULLET.sub("", line).strip() for line in (super().to_python(value) or "").splitlines())
        return tuple(dict.fromkeys(filter(None, lines)))

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, tuple | list) else value
