"""Form fields for what people type about parties: 20-50万, 100-500人, 138 0013 8000. Wrong input is told what is right."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tuoke.base.ui.widgets import PhoneInput
from tuoke.services.exchange import rules as exchange
from tuoke.services.exchange.rules import Problem, Span
from tuoke.spine.customers.rules import said_month, said_phone, said_span, said_yuan

UNCLEAR: dict[str, Any] = {
    "amount": _("金额看不明白。请写成 20万、200,000 或 20-50万。"),
    "unit_unknown": _("金额请带单位，例如 20万 或 200000元。"),
    "foreign_currency": _("只能填人民币，请换算后再填，例如 20万。"),
    "amount_is_range": _("这里填一个数，例如 30万。"),
    "negative": _("不能小于 0。"),
    "too_big": _("数目太大，请检查单位，例如 20万。"),
    "number_unclear": _("人数看不明白。请写成 200、100-500人 或 1000人以上。"),
    "phone_invalid": _("电话看不明白。手机请写 11 位，例如 13800138000；座机请带区号，例如 0531-88886666。"),
    "email_invalid": _("邮箱看不明白。请写成 name@example.com。"),
    "credit_code_invalid": _("统一社会信用代码应为 18 位，且最后一位校验码正确。请对照营业执照。"),
    "date_year_missing": _("请带上年份，例如 2027-01。"),
    "date_too_coarse": _("请至少写到月，例如 2027-01。"),
    "date_unclear": _("日期请写成 2027-01 或 2027-01-15。"),
    "date_impossible": _("没有这一天，请检查。例如 2027-01-15。"),
    "date_too_early": _("日期太早，请检查年份。"),
    "date_too_late": _("日期太晚，请检查年份。"),
    "text_broken": _("含有无法保存的字符，请删掉后再试。"),
    "text_too_long": _("太长了，请缩短。"),
}
MOST = Decimal(10) ** 12


class TextField(forms.CharField):
    """Free text without what no database can hold (lone surrogates); NUL is refused by Django itself."""

    def to_python(self, value: Any) -> Any:
        said = super().to_python(value)
        if said and not exchange.sound(said):
            raise ValidationError(UNCLEAR["text_broken"])
        return said


class AmountField(TextField):
    """Yuan as people type them → Decimal or None."""

    def to_python(self, value: Any) -> Any:
        return within(parsed(exchange.amount(super().to_python(value) or None), "amount"))

    def prepare_value(self, value: Any) -> Any:
        return said_yuan(value) if isinstance(value, Decimal) else value


class AmountRangeField(TextField):
    """→ Span of yuan; nothing known is Span(None, None)."""

    def to_python(self, value: Any) -> Any:
        found = parsed(exchange.amount_range(super().to_python(value) or None), "amount")
        return within(found) or Span(None, None)

    def prepare_value(self, value: Any) -> Any:
        return said_span(value[0], value[1], said_yuan) if isinstance(value, tuple) else value


class CountRangeField(TextField):
    """→ Span of int."""

    def to_python(self, value: Any) -> Any:
        found = parsed(exchange.count_range(super().to_python(value) or None), "number_unclear")
        return found or Span(None, None)

    def prepare_value(self, value: Any) -> Any:
        return said_span(value[0], value[1], str) if isinstance(value, tuple) else value


class PhoneField(TextField):
    """→ E.164, an extension behind an x; one number."""

    widget = PhoneInput

    def to_python(self, value: Any) -> Any:
        found = parsed(exchange.phones(super().to_python(value) or None), "phone_invalid") or ()
        if len(found) > 1:
            raise ValidationError(_("这里填一个号码，其余的请写到备注里。"))
        return "".join(f"{p.number}x{p.extension}" if p.extension else p.number for p in found)

    def prepare_value(self, value: Any) -> Any:
        return said_phone(value) if isinstance(value, str) and value.startswith("+") else value


class EmailField(TextField):
    def to_python(self, value: Any) -> Any:
        found = parsed(exchange.emails(super().to_python(value) or None), "email_invalid") or ()
        if len(found) > 1:
            raise ValidationError(_("这里填一个邮箱，其余的请写到备注里。"))
        return found[0] if found else ""


class CreditCodeField(TextField):
    def to_python(self, value: Any) -> Any:
        return parsed(exchange.credit_code(super().to_python(value) or None), "credit_code_invalid") or ""


class MonthField(TextField):
    """A day, or a month, which is its first day."""

    def to_python(self, value: Any) -> Any:
        found = parsed(exchange.day(super().to_python(value) or None), "date_unclear")
        return found.date if found else None

    def prepare_value(self, value: Any) -> Any:
        return said_month(value) if isinstance(value, date) else value


def parsed(found: Any, otherwise: str) -> Any:
    if isinstance(found, Problem):
        raise ValidationError(UNCLEAR.get(found.code, UNCLEAR[otherwise]), code=found.code)
    return found


def within(found: Any) -> Any:
    for value in found if isinstance(found, Span) else (found,):
        if value is not None and value >= MOST:
            raise ValidationError(UNCLEAR["too_big"])
    return found
