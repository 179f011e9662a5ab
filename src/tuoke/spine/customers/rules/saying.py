"""How facts about parties are said, and can be typed again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeVar

import phonenumbers

End = TypeVar("End")


def said_phone(phone: str) -> str:
    """A stored number as people write it: 138 0013 8000, 0531 8888 6666 转 123."""
    number, _, extension = phone.partition("x")
    if len(number) == 14 and number.startswith("+861"):
        said = f"{number[3:6]} {number[6:10]} {number[10:]}"
    elif number.startswith("+"):
        said = _said_abroad(number)
    else:
        said = number
    return f"{said} 转 {extension}" if extension else said


def said_yuan(value: Decimal) -> str:
    """An amount as it can be typed again: 50万, 8600."""
    if value and value % 1000 == 0 and abs(value) >= 10_000:
        return f"{(value / 10_000).normalize():f}万"
    return f"{value.normalize():f}"


def _said_abroad(number: str) -> str:
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, style.NATIONAL if number.startswith("+86") else style.INTERNATIONAL)


def said_span(low: End | None, high: End | None, said: Callable[[End], str]) -> str:
    """A range: 100-500, ≥100, ≤500; one number where both ends are the same; nothing where nothing is known."""
    if low is None:
        return "" if high is None else f"≤{said(high)}"
    if high is None:
        return f"≥{said(low)}"
    return said(low) if low == high else f"{said(low)}-{said(high)}"


def said_month(day: date) -> str:
    """Plans are made by the month: 2027-01."""
    return f"{day:%Y-%m}" if day.day == 1 else day.isoformat()
