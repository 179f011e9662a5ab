"""Money, counts and their ranges: units are read from the value, else from what the caller knows, never guessed."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from tuoke.services.exchange.rules.cells import Cell, Problem, compact, unfit

T = TypeVar("T", bound=Decimal | int)


class Span(NamedTuple, Generic[T]):
    """From low to high, both included; ``None`` is an open end. An exact value has low == high."""

    low: T | None
    high: T | None


UNITS: dict[str, Decimal] = {
    "元": Decimal(1),
    "千元": Decimal(10**3),
    "万元": Decimal(10**4),
    "百万元": Decimal(10**6),
    "千万元": Decimal(10**7),
    "亿元": Decimal(10**8),
}
"""Canonical names of the units of an amount, in yuan."""

MAX_AMOUNT = Decimal(10**13)
MAX_COUNT = 10**9

_CENT = Decimal("0.01")
_SCALES = {
    "十": 10, "百": 10**2, "千": 10**3, "k": 10**3, "十万": 10**5, "万": 10**4, "w": 10**4, "百万": 10**6, "千万": 10**7,
    "亿": 10**8, "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12,
}  # fmt: skip
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,60})(?:\.[0-9]{1,40})?(?:e[+-]?[0-9]{1,4})?"
_SCALE = r"万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百|w|k"
_YUAN = r"元整?|块钱|块|圆|人民币|rmb|cny|yuan"
_HEADS = r"人|名|位|个|家|间|台|套|辆|户|所|店|门店|家门店|家店|员工|名员工|个员工|位员工|人员|职工|名职工|多人|余人|employees?|people|staff"
_QUANTITY = re.compile(
    rf"(?P<currency>人民币|rmb|cny|¥)?(?P<number>{_NUMBER})(?P<scale>{_SCALE})?"
    rf"(?:(?P<number2>{_NUMBER})(?P<scale2>{_SCALE}))?(?P<more>[+多余])?(?:(?P<yuan>{_YUAN})|(?P<heads>{_HEADS}))?(?P<more2>\+)?"
)
_HAN = re.compile(
    r"(?P<number>[零〇一二两三四五六七八九十百千万亿]{1,20}?)(?:(?P<yuan>元整?|块钱?|圆)|(?P<heads>人|名|家|个))?"
)
_HAN_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_ABOUT = re.compile(r"^(?:大约|大概|约为|约|近|预计|~|≈)|(?:左右|上下|约)$")
_FROM_PREFIX = re.compile(r"^(?:≥|>=|=>|>|≧|不少于|不低于|不小于|至少|最少|最低|大于等于|大于|超过|高于|多于|超)")
_TO_PREFIX = re.compile(r"^(?:≤|<=|=<|<|≦|不超过|不高于|不多于|不大于|至多|最多|最高|小于等于|小于|少于|低于|不足)")
_FROM_SUFFIX = re.compile(r"(?:及以上|或以上|以上|起)$")
_TO_SUFFIX = re.compile(r"(?:及以下|或以下|以下|以内|之内|内)$")
_BETWEEN = re.compile(r"--|[-–—―‐−~至到]")
_NEGATIVE = re.compile(r"^[-−–—](?:¥|人民币)?[0-9]")
_FOREIGN = re.compile(r"[$€£₩₽]|美元|美金|usd|欧元|eur|港币|港元|hkd|日元|jpy|英镑|gbp|台币|澳元|韩元|卢布")
_UNIT_NAMES = {
    "元": "元", "圆": "元", "块": "元", "rmb": "元", "cny": "元", "¥": "元", "人民币": "元", "人民币元": "元", "yuan": "元",
    "千元": "千元", "千": "千元", "k": "千元", "万元": "万元", "万": "万元", "w": "万元", "人民币万元": "万元", "万人民币": "万元", "万rmb": "万元",
    "百万元": "百万元", "百万": "百万元", "千万元": "千万元", "千万": "千万元", "亿元": "亿元", "亿": "亿元",
}  # fmt: skip


def unit_of(name: str) -> str:
    """The canonical unit that a text names (``万`` → ``万元``), or ``""``."""
    folded = compact(name)
    return _UNIT_NAMES.get(folded.removeprefix("单位:").removeprefix("单位"), "") if isinstance(folded, str) else ""


def amount(cell: Cell, unit: str = "") -> Decimal | Problem | None:
    """One amount in yuan. ``unit`` is what the header or the user says; the value's own unit wins. Ranges are refused."""
    span = amount_range(cell, unit)
    if span is None or isinstance(span, Problem):
        return span
    if span.low is None or span.low != span.high:
        return Problem("amount_is_range", {"low": span.low, "high": span.high})
    return span.low


def amount_range(cell: Cell, unit: str = "") -> Span[Decimal] | Problem | None:
    """An amount or a range in yuan: ``5000万-2亿``, ``20万以内``. A number without any unit is ``unit_unknown``."""
    if type(cell) is str:
        return _amount_of_text(cell, unit)
    if cell is None:
        return None
    value = _decimal(cell)
    if value is None:
        return unfit(cell, "amount_unclear")
    return _amount_of_number(value, unit)


def count_range(cell: Cell) -> Span[int] | Problem | None:
    """A count or a range of counts: ``100-500人``, ``≥50家``, ``1万人以上``."""
    if type(cell) is str:
        return _count_of_text(cell)
    if cell is None:
        return None
    value = _decimal(cell)
    return unfit(cell, "number_unclear") if value is None else _count_span(value, value, str(cell)[:80])


def cents(value: Decimal) -> Decimal:
    """To the cent, half up, as an invoice rounds."""
    return value.quantize(_CENT, ROUND_HALF_UP)


def number(cell: Cell) -> Decimal | Problem | None:
    """A plain number, zero or more; thousands separators and numbers stored as text are fine."""
    if type(cell) is int or type(cell) is float:
        value = _decimal(cell)
    else:
        folded = compact(cell)
        if folded is None or isinstance(folded, Problem):
            return folded
        if _NEGATIVE.match(folded):
            return Problem("negative", {"text": folded})
        value = _decimal(folded) if re.fullmatch(_NUMBER, folded) else None
    if value is None:
        return Problem("number_unclear", {"text": str(cell)[:80]})
    if value < 0:
        return Problem("negative", {"text": str(cell)[:80]})
    return Problem("too_big", {"text": str(cell)[:80]}) if value >= MAX_AMOUNT else value


def percent(cell: Cell) -> Decimal | Problem | None:
    """A share: ``9.98%`` is 0.0998, a number cell from 0 to 1 is itself (Excel stores percentages so); all else is unclear."""
    if type(cell) is str:
        folded = compact(cell)
        if isinstance(folded, str) and folded.endswith("%"):
            value = number(folded[:-1])
            return value / 100 if isinstance(value, Decimal) else value
        return folded if not isinstance(folded, str) else Problem("number_unclear", {"text": folded})
    value = number(cell)
    return Problem("number_unclear", {"text": str(cell)}) if isinstance(value, Decimal) and value > 1 else value


@lru_cache(maxsize=8192)
def _amount_of_number(value: Decimal, unit: str) -> Span[Decimal] | Problem:
    return _amount_span(value, True, value, True, unit, str(value)[:80])


@lru_cache(maxsize=8192)
def _amount_of_text(cell: str, unit: str) -> Span[Decimal] | Problem | None:
    folded = compact(cell)
    if folded is None or isinstance(folded, Problem):
        return folded
    if _FOREIGN.search(folded):
        return Problem("foreign_currency", {"text": folded})
    ends = _ends(folded, "yuan")
    if isinstance(ends, Problem):
        return Problem("amount_unclear", {"text": folded}) if ends.code == "unclear" else ends
    (low, low_bare), (high, high_bare) = ends
    return _amount_span(low, low_bare, high, high_bare, unit, folded)


@lru_cache(maxsize=4096)
def _count_of_text(cell: str) -> Span[int] | Problem | None:
    folded = compact(cell)
    if folded is None or isinstance(folded, Problem):
        return folded
    ends = _ends(folded, "heads")
    if isinstance(ends, Problem):
        return Problem("number_unclear", {"text": folded}) if ends.code == "unclear" else ends
    return _count_span(ends[0][0], ends[1][0], folded)


def _amount_span(
    low: Decimal | None, low_bare: bool, high: Decimal | None, high_bare: bool, unit: str, shown: str
) -> Span[Decimal] | Problem:
    if (low is not None and low < 0) or (high is not None and high < 0):
        return Problem("negative", {"text": shown})
    factor = UNITS.get(unit) or UNITS.get(unit_of(unit))
    if (low_bare and low is not None) or (high_bare and high is not None):
        if factor is None:
            return Problem("unit_unknown", {"text": shown})
        low = low * factor if low is not None and low_bare else low
        high = high * factor if high is not None and high_bare else high
    if max(low or 0, high or 0) >= MAX_AMOUNT:
        return Problem("too_big", {"text": shown[:80]})
    if low is not None and high is not None and low > high:
        return Problem("amount_unclear", {"text": shown})
    return Span(_cents(low), _cents(high))


def _count_span(low: Decimal | None, high: Decimal | None, shown: str) -> Span[int] | Problem:
    for end in (low, high):
        if end is None:
            continue
        if end < 0:
            return Problem("negative", {"text": shown})
        if end > MAX_COUNT:
            return Problem("too_big", {"text": shown[:80]})
        if end != int(end):
            return Problem("number_unclear", {"text": shown})
    if low is not None and high is not None and low > high:
        return Problem("number_unclear", {"text": shown})
    return Span(None if low is None else int(low), None if high is None else int(high))


End = tuple[Decimal | None, bool]
"""A value and whether it came bare: without scale or unit of its own."""


class _Quantity(NamedTuple):
    number: Decimal
    scale: int | None  # 万 and the like
    unit: bool  # 元, ¥
    more: bool  # 100+, 200多

    @property
    def end(self) -> End:
        return self.number * (self.scale or 1), self.scale is None and not self.unit


OPEN: End = (None, False)


def _ends(folded: str, noun: str) -> tuple[End, End] | Problem:
    """The two ends of a folded text. ``noun`` names the words that may follow a number: ``yuan`` or ``heads``."""
    if _NEGATIVE.match(folded):
        return Problem("negative", {"text": folded})
    core, opened = _opened(_ABOUT.sub("", folded))
    whole = _quantity(core, noun)
    if whole is not None:
        if opened == "both" or (whole.more and opened == "down"):
            return Problem("unclear")
        if opened == "up" or whole.more:
            return whole.end, OPEN
        return (OPEN, whole.end) if opened == "down" else (whole.end, whole.end)
    halves = _BETWEEN.split(core)
    if len(halves) != 2 or opened:
        return Problem("unclear")
    low, high = _quantity(halves[0], noun), _quantity(halves[1], noun)
    if low is None or high is None or low.more or high.more:
        return Problem("unclear")
    return _range(low, high, noun)


def _opened(text: str) -> tuple[str, str]:
    """The text without the words that open one end, and which: ``up``, ``down``, ``both`` (nonsense) or ``""``."""
    opened = ""
    for pattern, way in ((_FROM_PREFIX, "up"), (_TO_PREFIX, "down"), (_FROM_SUFFIX, "up"), (_TO_SUFFIX, "down")):
        rest = pattern.sub("", text, count=1)
        if rest != text:
            text, opened = rest, "both" if opened else way
    return text, opened


def _range(low: _Quantity, high: _Quantity, noun: str) -> tuple[End, End] | Problem:
    """``1-2亿`` is 1亿 to 2亿 and ``500-1万人`` is 500 to 10,000, but ``5万-10`` says too little."""
    if low.scale is not None and high.scale is None and not high.unit:
        return Problem("unclear")
    if low.scale is None and not low.unit and (high.scale is not None or high.unit):
        if low.number < high.number or high.scale is None:
            low = low._replace(scale=high.scale, unit=high.unit)
        elif noun == "yuan":
            return Problem("unclear")
    return low.end, high.end


def _quantity(text: str, noun: str) -> _Quantity | None:
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return _han_quantity(text, noun)
    if found["heads" if noun == "yuan" else "yuan"] or (found["currency"] and noun != "yuan"):
        return None
    value = _decimal(found["number"])
    if value is None:
        return None
    scale = _SCALES.get(found["scale"]) if found["scale"] else None
    if found["number2"]:
        rest, small = _decimal(found["number2"]), _SCALES[found["scale2"]]
        if scale is None or rest is None or rest * small >= scale:
            return None
        value, scale = value * scale + rest * small, 1
    return _Quantity(value, scale, bool(found["yuan"] or found["currency"]), bool(found["more"] or found["more2"]))


def _han_quantity(text: str, noun: str) -> _Quantity | None:
    """``五十万``, ``三千五百元``. From 千 on the scale says that it is yuan, as it does with digits."""
    found = _HAN.fullmatch(text)
    if found is None or found["heads" if noun == "yuan" else "yuan"]:
        return None
    value = _han_number(found["number"])
    if value is None:
        return None
    scaled = any(c in found["number"] for c in "千万亿")
    return _Quantity(Decimal(value), 1 if scaled else None, bool(found["yuan"]), False)


def _han_number(text: str) -> int | None:
    total = section = digit = 0
    seen = False
    for char in text:
        if char in _HAN_DIGITS:
            if digit:
                return None  # 二三: digits in a row are a code, not a number
            digit, seen = _HAN_DIGITS[char], True
            continue
        scale = _SCALES[char]
        if not seen and char != "十":
            return None
        if scale >= 10**4:
            total, section = (
                (total + section + digit) * scale if scale > 10**4 else total + (section + digit) * scale,
                0,
            )
        else:
            section += (digit or 1) * scale
        digit, seen = 0, True
    return total + section + digit


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and abs(value) >= 10**60:
        return MAX_AMOUNT if value > 0 else -MAX_AMOUNT
    try:
        parsed = Decimal(value.replace(",", "") if isinstance(value, str) else repr(value))
    except InvalidOperation:
        return None
    return MAX_AMOUNT if parsed.adjusted() > 60 else parsed


def _cents(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(_CENT, ROUND_HALF_UP)
