"""Money on forms and filters, as people type it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tuoke.services.exchange import rules as exchange
from tuoke.services.exchange.fields import MAX_AMOUNT, WRONG_AMOUNT, typed_yuan
from tuoke.services.exchange.rules import Problem, Span

_WRONG = {
    **WRONG_AMOUNT,
    "amount_is_range": _("这里填一个数，例如 30万；区间请填到客户预算。"),
    "amount_unclear": _("金额看不明白，请写成 20万、200,000 或 20-50万。"),
}


class AmountField(forms.CharField):
    """Yuan, as people type it: 20万, 1,000, 200000元."""

    def to_python(self, value: Any) -> Any:
        return _parsed(exchange.amount(super().to_python(value) or None))

    def prepare_value(self, value: Any) -> Any:
        return typed_yuan(value) if isinstance(value, Decimal) else value


class AmountRangeField(forms.CharField):
    """20-50万, 50万以上, 30万 → Span of yuan."""

    def to_python(self, value: Any) -> Any:
        found = exchange.amount_range(super().to_python(value) or None)
        return Span(None, None) if found is None else _parsed(found)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, tuple):
            return value
        low, high = value
        if low == high:
            return typed_yuan(low)
        if high is None:
            return f"≥{typed_yuan(low)}"
        return f"≤{typed_yuan(high)}" if low is None else f"{typed_yuan(low)}-{typed_yuan(high)}"


def _parsed(found: Any) -> Any:
    if isinstance(found, Problem):
        raise ValidationError(_WRONG.get(found.code, _WRONG["amount_unclear"]))
    for value in found if isinstance(found, Span) else (found,):
        if value is not None and value >= MAX_AMOUNT:
            raise ValidationError(_WRONG["too_big"])
    return found
