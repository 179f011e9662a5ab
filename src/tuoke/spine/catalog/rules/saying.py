"""Ranges as people type them, so that what is shown can be typed again."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from tuoke.services.exchange.rules import Span

End = TypeVar("End", int, Decimal)


def said_yuan(value: Decimal) -> str:
    """50万, 1.2亿, 8600: never rounded."""
    for unit, name in ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万")):
        if value and abs(value) >= unit and value % (unit / 1000) == 0:
            return f"{_plain(value / unit)}{name}"
    return _plain(value)


def said_amounts(span: Span[Decimal]) -> str:
    return _said(span, said_yuan, "")


def said_counts(span: Span[int], unit: str = "") -> str:
    return _said(span, str, unit)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _said(span: Span[End], said: Callable[[End], str], unit: str) -> str:
    low, high = span
    if low is None:
        return "" if high is None else f"≤{said(high)}{unit}"
    if high is None:
        return f"≥{said(low)}{unit}"
    return f"{said(low)}{unit}" if low == high else f"{said(low)}-{said(high)}{unit}"
