"""How goals are said: figures of money or counts, periods, who holds them."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tuoke.base.ui.formats import amount
from tuoke.base.ui.templatetags.ui import NONE, money
from tuoke.steps.targeting.goals import words
from tuoke.steps.targeting.goals.queries import Row, source_of
from tuoke.steps.targeting.goals.rules import Basis, Period

register = template.Library()


@register.simple_tag
def figure(value: Decimal | str | None, is_money: bool) -> SafeString | str:
    """¥182 万 with the full figure on hover, or a count; nothing is a dash. Takes the history's strings, too."""
    if value is None or value == "":
        return NONE
    exact = Decimal(value)
    return money(exact) if is_money else f"{exact.normalize():,f}"


@register.simple_tag
def gap(value: Decimal | None, is_money: bool) -> SafeString:
    """A difference between a goal and its parts: ✓ where they add up, what lacks, or what is too much."""
    if value is None:
        return NONE
    if not value:
        return format_html('<span class="good">✓ {}</span>', words.adds_up())
    short = amount(abs(value)) if is_money else f"{abs(value).normalize():,f}"
    exact = f"{abs(value):,.2f}" if is_money else short
    said = words.lacks(short) if value > 0 else words.exceeds(short)
    return format_html('<span class="warn" title="{}">{}</span>', exact, said)


@register.filter
def period_name(period: Period | str) -> str:
    return words.period_name(Period.read(period) if isinstance(period, str) else period)


@register.filter
def short_period(period: Period) -> str:
    return words.short_period(period)


@register.filter
def metric_name(metric: str) -> str:
    return words.metric_name(metric)


@register.filter
def is_money(metric: str) -> bool:
    source = source_of(metric)
    return bool(source and source.is_money)


@register.filter
def basis_name(basis: str) -> str:
    return str(words.BASES[Basis(basis)]) if basis in set(Basis) else basis


@register.filter
def tone(row: Row) -> str:
    """The bar's colour: reached, behind the pace, on the way."""
    if row.goal is not None and row.actual >= row.goal:
        return "green"
    return "orange" if row.is_behind else "blue"
