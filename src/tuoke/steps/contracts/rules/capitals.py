"""Amounts in capitals, as contracts write them beside the figures: 480000 → 肆拾捌万元整."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
DIGIT_SIGNS = _DIGITS + "两〇"
"""With one of them, or with 拾, a number in capitals begins: 万元 after a figure is none."""
_VALUES = {sign: value for value, sign in enumerate(_DIGITS)} | {"贰": 2, "陆": 6, "两": 2, "〇": 0}
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_SCALES = {"拾": 10, "佰": 100, "仟": 1000}
SIGNS = DIGIT_SIGNS + "拾佰仟万亿"
"""What a number in capitals is made of."""


def in_capitals(amount: Decimal) -> str:
    """Yuan to the cent, below 10^16: 人民币 goes before it, where one wants to."""
    cents = int((abs(amount) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    yuan, rest = divmod(cents, 100)
    jiao, fen = divmod(rest, 10)
    said = _whole(yuan) + "元" if yuan else ""
    if not rest:
        return (said or "零元") + "整"
    said += f"{_DIGITS[jiao]}角" if jiao else ("零" if said else "")
    return said + (f"{_DIGITS[fen]}分" if fen else "整")


def of_capitals(said: str) -> Decimal | None:
    """The number before 元; None where it is no such number."""
    total = group = current = 0
    for sign in said:
        if sign in _SCALES:
            group += (current or 1) * _SCALES[sign]
            current = 0
        elif sign == "万":
            total += (group + current) * 10_000
            group = current = 0
        elif sign == "亿":
            total = (total + group + current) * 100_000_000
            group = current = 0
        elif sign in _VALUES:
            current = _VALUES[sign]
        else:
            return None
    return Decimal(total + group + current) if said else None


def _whole(number: int) -> str:
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    said = ""
    for place in reversed(range(len(groups))):
        group = groups[place]
        if not group:
            said += "" if said.endswith("零") or not any(groups[:place]) else "零"
            continue
        if said and group < 1000 and not said.endswith("零"):
            said += "零"
        said += _thousands(group) + _GROUPS[place]
    return said


def _thousands(number: int) -> str:
    said, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if not digit:
            gap = bool(said)
            continue
        said += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return said
