"""Money on forms, as people type it. Wrong input is told what is right."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.services.exchange import rules
from tuoke.services.exchange.rules import Problem

MAX_AMOUNT = Decimal(10) ** 12
WRONG_AMOUNT: Mapping[str, StrOrPromise] = {
    "negative": _("金额不能小于 0，例如 20万 或 200,000。"),
    "too_big": _("金额太大，请检查单位：这里以元计，例如 20万。"),
    "foreign_currency": _("只能填人民币，请换算后再填，例如 20万。"),
    "amount_is_range": _("这里填一个数，例如 30万。"),
    "amount_unclear": _("金额看不明白，请写成 20万 或 200,000。"),
}


class YuanField(forms.CharField):
    """182万, 1,820,000 or 1820000元 → Decimal or None; a bare number is yuan, another currency is refused."""

    wrong = WRONG_AMOUNT
    widget = forms.TextInput({"autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        found = rules.amount(super().to_python(value) or None, "元")
        if isinstance(found, Problem):
            code = found.code if found.code in self.wrong else "amount_unclear"
            raise ValidationError(self.wrong[code], code=code)
        if found is not None and found >= MAX_AMOUNT:
            raise ValidationError(self.wrong["too_big"], code="too_big")
        return found

    def prepare_value(self, value: Any) -> Any:
        return typed_yuan(value) if isinstance(value, Decimal) else value


def typed_yuan(value: Decimal | None) -> str:
    """An amount as people type it: 50万, 8600."""
    if value is None:
        return ""
    if value and value % 1000 == 0 and abs(value) >= 10_000:
        return f"{(value / 10_000).normalize():f}万"
    return f"{value.normalize():f}"
