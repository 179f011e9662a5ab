"""What a clause says as values: amounts, percentages, dates, spans of time, counts. Two ways of writing one value are one
value (50万 = 500,000.00 元 = 伍拾万元整); what only sounds alike isn't (三个月 ≠ 90 天)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from unicodedata import normalize

from tuoke.spine.library.rules.numerals import DIGITS, number_of
from tuoke.steps.contracts.rules.capitals import DIGIT_SIGNS, SIGNS, of_capitals

MOST_READ = 20_000
"""Characters of a text that are read for values."""


class ValueKind(StrEnum):
    MONEY = "money"
    FOREIGN = "foreign"  # an amount that isn't yuan
    PERCENT = "percent"
    DATE = "date"
    SPAN = "span"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Value:
    """``text`` stands at ``start``–``end`` of what was read (full-width signs are read as plain ones, place for place).

    ``amount`` is yuan, per cent, the count, or how many ``unit`` a span has: day, workday, month or hour (a week is
    seven days, a year twelve months). ``day`` is an ISO date. A range has ``low`` below ``amount``.
    """

    kind: ValueKind
    text: str
    start: int = 0
    end: int = 0
    amount: Decimal | None = None
    low: Decimal | None = None
    unit: str = ""
    day: str = ""

    @property
    def same(self) -> tuple[object, ...]:
        """Equal for two ways of saying one value."""
        return self.kind, self.amount, self.low, self.unit, self.day

    @property
    def measure(self) -> tuple[object, ...]:
        """Values of one measure can be set side by side: 3 次 beside 2 次, 90 天 beside 三个月."""
        return self.kind, self.unit if self.kind is ValueKind.COUNT else ""


def values_of(text: str) -> tuple[Value, ...]:
    """Every value of the text, in reading order."""
    plain = "".join(_plain(sign) for sign in text[:MOST_READ])
    found: list[Value] = []
    taken: list[tuple[int, int]] = []
    for read in (_capitals, _dates, _foreign, _money, _percents, _spans, _counts):
        for value in read(plain):
            if not any(start < value.end and value.start < end for start, end in taken):
                found.append(value)
                taken.append((value.start, value.end))
    return tuple(sorted(found, key=lambda value: value.start))


def stored(text: str) -> list[dict[str, Any]]:
    """The values of a text as JSON takes them: kind, text, amount (a decimal string), unit, day."""
    return [
        {
            "kind": value.kind.value,
            "text": value.text,
            "amount": None if value.amount is None else f"{value.amount.normalize():f}",
            "unit": value.unit,
            "day": value.day,
        }
        for value in values_of(text)
    ]


def equal_in(wanted: Value, values: Sequence[Value]) -> bool:
    return any(value.same == wanted.same for value in values)


_NUMBER = rf"(?:(?<![\d.])(?<!\d,)\d[\d,]{{0,18}}(?:\.\d{{1,8}})?|[{DIGITS}]{{1,12}}(?:点[{DIGITS}]{{1,6}})?)"
_RANGE = rf"(?:(?P<low>{_NUMBER})\s*(?:个|天|日|%)?\s*(?:-|–|—|~|至|到)\s*)?(?P<n>{_NUMBER})"
_CAPITALS = re.compile(
    rf"(?P<yuan>[{DIGIT_SIGNS}拾][{SIGNS}]{{0,39}})[元圆](?:整|正|(?:零?(?P<jiao>[壹贰叁肆伍陆柒捌玖])角)?(?:零?(?P<fen>[壹贰叁肆伍陆柒捌玖])分)?(?:整|正)?)"
)
_DATE = re.compile(
    r"(?P<y>(?:19|20)\d\d)\s*(?:年|[-/.])\s*(?P<m>1[0-2]|0?[1-9])\s*(?:月|[-/.])\s*(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)\s*日?"
)
_FOREIGN = re.compile(
    rf"(?:(?:US\$|HK\$|\$|€|£|USD|EUR|GBP|HKD|JPY)\s*{_NUMBER}\s*(?:万|亿)?)"
    rf"|(?:{_NUMBER}\s*(?:万|亿|百万|千)?\s*(?:美元|美金|欧元|英镑|港元|港币|日元|USD|EUR|HKD|GBP|JPY))",
    re.IGNORECASE,
)
_MONEY = re.compile(
    rf"(?:[¥￥]|RMB|人民币)\s*(?P<n1>{_NUMBER})\s*(?P<u1>万亿|亿|千万|百万|万|千)?\s*元?"
    rf"|(?P<n2>{_NUMBER})\s*(?P<u2>万亿|亿|千万|百万|万|千)?\s*(?:元|块钱)(?!\s*/?\s*%)"
    rf"|(?P<n3>{_NUMBER})\s*(?P<u3>亿|万)(?![{DIGITS}\d元人次条件台套个户名字份张辆吨平])",
    re.IGNORECASE,
)
_SCALES = {"万亿": 10**12, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 1000, "": 1}
_PERCENT = re.compile(
    rf"百分之(?P<h>{_NUMBER})|千分之(?P<t>{_NUMBER})|万分之(?P<w>{_NUMBER})"
    rf"|{_RANGE}\s*(?P<sign>%|‰)|(?P<half>一半)|(?P<tenth>[一二两三四五六七八九])成(?![本功立为交员果绩品熟长都语套])"
)
_UNITS = {
    "个工作日": ("workday", 1), "工作日": ("workday", 1), "个自然日": ("day", 1), "自然日": ("day", 1), "日历天": ("day", 1),
    "个日历日": ("day", 1), "天": ("day", 1), "日": ("day", 1), "个星期": ("day", 7), "星期": ("day", 7), "周": ("day", 7),
    "个月": ("month", 1), "月": ("month", 1), "个季度": ("month", 3), "季度": ("month", 3), "年": ("month", 12),
    "个小时": ("hour", 1), "小时": ("hour", 1), "分钟": ("minute", 1),
}  # fmt: skip
_SPAN = re.compile(
    rf"(?P<word>半年|半个月|半天|半小时|半个小时)|{_RANGE}\s*(?P<unit>"
    + "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
    + ")"
)
_HALVES = {
    "半年": ("month", Decimal(6)), "半个月": ("day", Decimal(15)), "半天": ("hour", Decimal(12)),
    "半小时": ("minute", Decimal(30)), "半个小时": ("minute", Decimal(30)),
}  # fmt: skip
_NO_SPAN_UNITS = ("月", "日", "周", "年", "季度")
_COUNTED = (
    "人次", "人天", "个账号", "个用户", "个点位", "个站点", "个", "账号", "用户", "次", "场", "人", "名", "套", "台", "份", "件",
    "条", "张", "项", "家", "路", "节", "门", "辆", "吨", "平方米", "公里", "GB", "TB",
)  # fmt: skip
_COUNT = re.compile(
    rf"{_RANGE}\s*(?P<wan>万)?\s*(?P<unit>" + "|".join(sorted(_COUNTED, key=len, reverse=True)) + r")(?!性|款|目|级|方)"
)
_LABEL_BEFORE = re.compile(r"(?:第|每|附件|编号|[A-Za-z]|\d[-./])\s*$")


def _plain(sign: str) -> str:
    """Full-width digits and signs as plain ones, each in its place."""
    return folded if len(folded := normalize("NFKC", sign)) == 1 else sign


def _capitals(text: str) -> Iterator[Value]:
    for match in _CAPITALS.finditer(text):
        yuan = of_capitals(match["yuan"])
        if yuan is None:
            continue
        jiao, fen = (of_capitals(match[part] or "零") or Decimal(0) for part in ("jiao", "fen"))
        yield _value(ValueKind.MONEY, match, yuan + jiao / 10 + fen / 100)


def _dates(text: str) -> Iterator[Value]:
    for match in _DATE.finditer(text):
        try:
            day = date(int(match["y"]), int(match["m"]), int(match["d"]))
        except ValueError:
            continue
        yield Value(ValueKind.DATE, match[0].strip(), match.start(), match.end(), day=day.isoformat())


def _foreign(text: str) -> Iterator[Value]:
    for match in _FOREIGN.finditer(text):
        yield Value(ValueKind.FOREIGN, match[0].strip(), match.start(), match.end())


def _money(text: str) -> Iterator[Value]:
    for match in _MONEY.finditer(text):
        said = match["n1"] or match["n2"] or match["n3"]
        number = _number(said)
        if number is not None:
            yield _value(ValueKind.MONEY, match, number * _SCALES[match["u1"] or match["u2"] or match["u3"] or ""])


def _percents(text: str) -> Iterator[Value]:
    for match in _PERCENT.finditer(text):
        if match["half"]:
            yield _value(ValueKind.PERCENT, match, Decimal(50))
        elif match["tenth"]:
            tenth = number_of(match["tenth"])
            yield _value(ValueKind.PERCENT, match, tenth * 10 if tenth is not None else None)
        else:
            yield from _percent(match)


def _percent(match: re.Match[str]) -> Iterator[Value]:
    said = match["h"] or match["t"] or match["w"] or match["n"]
    number, low = _number(said), _number(match["low"] or "")
    if number is None:
        return
    part = 10 if match["t"] or match["sign"] == "‰" else 100 if match["w"] else 1
    yield _value(ValueKind.PERCENT, match, number / part, low=low / part if low is not None else None)


def _spans(text: str) -> Iterator[Value]:
    for match in _SPAN.finditer(text):
        if match["word"]:
            unit, amount = _HALVES[match["word"]]
            yield _value(ValueKind.SPAN, match, amount, unit=unit)
            continue
        said, unit_said = match["n"], match["unit"]
        if _LABEL_BEFORE.search(text[max(0, match.start() - 8) : match.start()]) or _is_calendar(
            said, unit_said, text[match.end() : match.end() + 8]
        ):
            continue
        number, low = _number(said), _number(match["low"] or "")
        if number is not None:
            unit, times = _UNITS[unit_said]
            yield _value(ValueKind.SPAN, match, number * times, low=low * times if low is not None else None, unit=unit)


def _is_calendar(said: str, unit: str, after: str) -> bool:
    """2027 年, 3 月 and 15 日 name a date; 15 日内 and 90 日 after 起 are spans."""
    if unit == "年":
        return said.isdigit() and len(said) == 4
    if unit == "月":
        return True
    if unit == "日":
        return not re.match(r"\s*(?:内|以内|之内|后|前|起|的?期限)", after) and len(said) <= 2
    return False


def _counts(text: str) -> Iterator[Value]:
    for match in _COUNT.finditer(text):
        if _LABEL_BEFORE.search(text[max(0, match.start() - 8) : match.start()]):
            continue
        number, low = _number(match["n"]), _number(match["low"] or "")
        if number is not None:
            times = 10_000 if match["wan"] else 1
            unit = _SAME_UNIT.get(match["unit"], match["unit"])
            yield _value(
                ValueKind.COUNT, match, number * times, low=low * times if low is not None else None, unit=unit
            )


_SAME_UNIT: Mapping[str, str] = {"场": "次", "名": "人", "账号": "个账号", "用户": "个用户"}


def _value(
    kind: ValueKind, match: re.Match[str], amount: Decimal | None, *, low: Decimal | None = None, unit: str = ""
) -> Value:
    return Value(kind, match[0].strip(), match.start(), match.end(), amount, low, unit)


def _number(said: str) -> Decimal | None:
    if not said or len(said) > 20:
        return None
    try:
        return number_of(said)
    except InvalidOperation:
        return None
