"""Money on forms and filters, as people type it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tuoke.services.exchange import rules as exchange
from tuoke.services.exchange.rules import Problem, Span

MAX_AMOUNT = Decimal(10) ** 12
WRONG_AMOUNT = {
    "negative": _("金额不能小于 0，例如 20万 或 200,000。"),
    "too_big": _("金额太大，请检查单位：这里以元计，例如 20万。"),
    "foreign_currency": _("只能填人民币，请换算后再填，例如 20万。"),
    "amount_is_range": _("这里填一个数，例如 30万；区间请填到客户预算。"),
}


def said_amount(value: Decimal | None) -> str:
    """An amount as people type it: 50万, 8600."""
    if value is None:
        return ""
    if value and value % 1000 == 0 and abs(value) >= 10_000:
        return f"{(value / 10_000).normalize():f}万"
    return f"{value.normalize():f}"


class AmountField(forms.CharField):
    """Yuan, as people type it: 20万, 1,000, 200000元."""

    def to_python(self, value: Any) -> Any:
        return _parsed(exchange.amount(super().to_python(value) or None))

    def prepare_value(self, value: Any) -> Any:
        return said_amount(value) if isinstance(value, Decimal) else value


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
            return said_amount(low)
        if high is None:
            return f"≥{said_amount(low)}"
        return f"≤{said_amount(high)}" if low is None else f"{said_amount(low)}-{said_amount(high)}"


def _parsed(found: Any) -> Any:
    if isinstance(found, Problem):
        raise ValidationError(WRONG_AMOUNT.get(found.code, _("金额看不明白，请写成 20万、200,000 或 20-50万。")))
    for value in found if isinstance(found, Span) else (found,):
        if value is not None and value >= MAX_AMOUNT:
            raise ValidationError(WRONG_AMOUNT["too_big"])
    return found
