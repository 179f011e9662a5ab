"""Numbers as people write them: 1,200, ３０, 三十五, 两, 一百二十, 三点五."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

DIGITS = "零〇一二两三四五六七八九十百千"
_VALUES = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SCALES = {"十": 10, "百": 100, "千": 1000}


def number_of(said: str) -> Decimal | None:
    """None where it is no number."""
    if said[:1].isdigit():
        try:
            return Decimal(said.replace(",", "").replace("，", ""))
        except InvalidOperation:
            return None
    whole, _point, part = said.partition("点")
    value = _whole(whole)
    if value is None or not part:
        return value
    digits = [_VALUES.get(digit) for digit in part]
    return None if None in digits else value + Decimal(f"0.{''.join(map(str, digits))}")


def _whole(said: str) -> Decimal | None:
    total = current = 0
    for sign in said:
        if sign in _SCALES:
            total += (current or 1) * _SCALES[sign]
            current = 0
        elif sign in _VALUES:
            current = _VALUES[sign]
        else:
            return None
    return Decimal(total + current) if said else None
