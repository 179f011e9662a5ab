"""Form fields for prices as people type them: 12800.50, 1.28万, 九折. Wrong input is told what is right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import normalize

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.services.exchange.fields import YuanField
from tuoke.spine.customers.fields import TextField

_WRONG: Mapping[str, StrOrPromise] = {
    "negative": _("不能小于 0。"),
    "foreign_currency": _("报价只用人民币。请按约定的汇率换算后再填，例如 12800。"),
    "amount_is_range": _("这里填一个数，例如 12800。"),
    "too_big": _("数目太大，请检查单位，例如 12800。"),
    "amount_unclear": _("单价看不明白。请写成 12800、12800.50 或 1.28万。"),
}
_PERCENT = _("优惠看不明白。请写百分数，例如 10，或写 九折、85折。")
_FOLD = re.compile(r"^(?P<number>[0-9]{1,2}(?:\.[0-9]{1,2})?)折$")
_HAN = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_HAN_FOLD = re.compile(r"^(?P<ten>[一二三四五六七八九])(?P<one>[一二三四五六七八九])?折$")


class PriceField(YuanField):
    """Yuan for one unit."""

    wrong = _WRONG

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, Decimal) else value


class DiscountField(TextField):
    """Per cent off; 九折 and 85折 are understood as what they take off. Nothing typed is 0."""

    def to_python(self, value: Any) -> Any:
        typed = normalize("NFKC", super().to_python(value) or "").replace(" ", "").removesuffix("%")
        if not typed:
            return Decimal(0)
        if (folded := _folded(typed)) is not None:
            return folded
        try:
            found = Decimal(typed) if len(typed) <= 12 else Decimal("NaN")
        except InvalidOperation:
            raise ValidationError(_PERCENT, code="percent_unclear") from None
        if not found.is_finite():
            raise ValidationError(_PERCENT, code="percent_unclear")
        return found

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, Decimal) else value


def plain(value: Decimal) -> str:
    """12800, 12800.5: as a number is typed."""
    return f"{value.normalize():f}" if value else "0"


def _folded(typed: str) -> Decimal | None:
    """九折 → 10, 85折 → 15, 8.5折 → 15."""
    if found := _FOLD.match(typed):
        number = Decimal(found["number"])
        return Decimal(100) - (number * 10 if number < 10 else number)
    if found := _HAN_FOLD.match(typed):
        return Decimal(100 - _HAN[found["ten"]] * 10 - (_HAN[found["one"]] if found["one"] else 0))
    return None


def rate_choices(rates: tuple[Decimal, ...]) -> list[tuple[str, Any]]:
    return [(f"{rate}", f"{rate}%" if rate else _("免税")) for rate in rates]


class RateField(forms.TypedChoiceField):
    """One of the tax rates there are."""

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, Decimal) else value
