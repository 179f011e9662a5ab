"""Figures in a text that promise or prove something (30%, 三成, 一半, 5–7 个工作日, 1.5 万元, 减少 12 小时/月), and whether one
figure covers another (S5.4). Dates, years, numbers of lists, versions and telephones are no such figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from tuoke.spine.library.rules.numerals import DIGITS, number_of

PERCENT, POINTS, TIMES, MINUTES, YUAN = "%", "pp", "×", "min", "yuan"
"""Units in which figures are compared. Counted things (单, 人次 …) are units by their own name; a rate carries ``/月``."""


class Sense(StrEnum):
    """What a figure says, read from the words around it. Only figures of one sense can be compared."""

    GAIN = "gain"  # 提高 30%, 减少 12 小时: more is more
    AT_MOST = "at_most"  # 降到 2%, 5 天内: a level that isn't exceeded
    AT_LEAST = "at_least"  # 达到 95%: a level that is reached
    LEVEL = "level"  # 6% → 2%: the level after, good for both
    BEFORE = "before"  # 6% → 2%: where it began; promises nothing


@dataclass(frozen=True, slots=True)
class Quantity:
    """``text`` stands at ``start``–``end``; ``low`` and ``high`` are equal where it is no range, both in ``unit``."""

    text: str
    start: int
    end: int
    low: Decimal
    high: Decimal
    unit: str
    sense: Sense = Sense.GAIN

    @property
    def is_promise(self) -> bool:
        return self.sense is not Sense.BEFORE


def quantities(text: str) -> tuple[Quantity, ...]:
    """Every figure of the text, in reading order."""
    return tuple(_found(text))


def covers(evidence: Quantity, claim: Quantity) -> bool:
    """Does the evidence's figure reach the claim's? Of a range both ends count: 20–30 % proves neither 25 % nor 40 %."""
    if evidence.unit != claim.unit:
        return False
    if claim.sense is Sense.BEFORE or evidence.sense is Sense.BEFORE:
        return evidence.sense is claim.sense and (evidence.low, evidence.high) == (claim.low, claim.high)
    if claim.sense in (Sense.AT_MOST, Sense.LEVEL):
        return evidence.sense in (Sense.AT_MOST, Sense.LEVEL) and evidence.high <= claim.high
    if claim.sense is Sense.AT_LEAST:
        return evidence.sense in (Sense.AT_LEAST, Sense.LEVEL) and evidence.low >= claim.low
    return evidence.sense is Sense.GAIN and evidence.low >= claim.low and evidence.high >= claim.high


_NUMBER = rf"(?:\d[\d,，]*(?:\.\d+)?|[{DIGITS}]+(?:点[{DIGITS}]+)?)"
_JOIN = r"\s*(?:-|–|—|~|～|至|到)\s*"
_TIME: Mapping[str, Decimal | int] = {
    "个工作日": 2016, "工作日": 2016, "个小时": 60, "小时": 60, "个钟头": 60, "分钟": 1, "个星期": 10080, "星期": 10080,
    "周": 10080, "个季度": 131400, "季度": 131400, "个月": 43800, "天": 1440, "日": 1440, "年": 525600, "秒": Decimal(1) / 60,
}  # fmt: skip
"""In minutes; a working day is 7/5 of a day, a month the twelfth of a year."""
_MONEY = {
    "亿元": 10**8,
    "亿": 10**8,
    "千万元": 10**7,
    "百万元": 10**6,
    "万元": 10**4,
    "万块": 10**4,
    "千元": 1000,
    "元": 1,
    "块钱": 1,
    "万": 10**4,
}
_COUNTED = (
    "人次", "人天", "人", "次", "单", "件", "张", "条", "台", "家", "吨", "公里", "平方米", "度电", "分", "页", "步", "个百分点",
)  # fmt: skip
_UNITS = "|".join(
    map(re.escape, sorted({*_TIME, *_MONEY, *_COUNTED, "%", "％", "倍", "成半", "成"} - {"万"}, key=len, reverse=True))
)
_UNITS += r"|万(?![元块人次单件张条台家吨公平度个辆户名只袋箱瓶套步页字亿])"
_FIGURE = re.compile(
    r"(?P<sign>[+\-−＋])?(?:(?P<word>一半|减半|折半|对半|翻一番|翻了一番|翻番|翻倍|三分之一|三分之二|四分之一|四分之三|五分之一|"
    rf"半年|半个月|半天|半个?小时)|百分之(?P<hundredth>{_NUMBER})|"
    rf"(?P<low>{_NUMBER})\s*(?P<myriad>万)?(?:\s*(?:{_UNITS}))?{_JOIN}(?P<high>{_NUMBER})\s*(?P<unit2>{_UNITS})|"
    rf"(?P<one>{_NUMBER})\s*(?P<unit1>{_UNITS}))"
)
_WORDS = {
    "一半": (Decimal(50), PERCENT), "减半": (Decimal(50), PERCENT), "折半": (Decimal(50), PERCENT),
    "对半": (Decimal(50), PERCENT), "翻一番": (Decimal(1), TIMES), "翻了一番": (Decimal(1), TIMES),
    "翻番": (Decimal(1), TIMES), "翻倍": (Decimal(1), TIMES), "三分之一": (Decimal("33.3"), PERCENT),
    "三分之二": (Decimal("66.6"), PERCENT), "四分之一": (Decimal(25), PERCENT), "四分之三": (Decimal(75), PERCENT),
    "五分之一": (Decimal(20), PERCENT), "半年": (Decimal(262800), MINUTES), "半个月": (Decimal(21600), MINUTES),
    "半天": (Decimal(720), MINUTES), "半小时": (Decimal(30), MINUTES), "半个小时": (Decimal(30), MINUTES),
}  # fmt: skip
_RATE = re.compile(r"\s*(?:/|／|每)\s*(天|日|周|月|季度|年|班|单|人|次|件|台)")
_EVERY = re.compile(r"(月均|年均|日均|周均|每个?(?:天|日|周|月|季度|年|班)|一年|全年|一个月)[^，。；、：\d]{0,10}$")
_PLAIN_RATE = {"一年", "一天", "一日", "一周", "一个月", "一个季度", "一个星期", "一个小时", "一小时"}
_GAINED = re.compile(
    r"(提高|提升|增加|增长|上升|多出?|减少|降低|下降|节省|节约|省出?|省下|省|缩短|压缩|提前|少|快|降|涨|升|增|减|超出|高出)"
    r"(?:了|约|近|超过|超|至少|将近|大约|出|掉|去|下来|费用|成本|时间|工时|人工)*\s*$"
)
_TO_LESS = re.compile(
    r"(降到|降至|降为|降低到|下降到|减到|减少到|缩短到|缩短至|缩到|压到|压缩到|控制在|不超过|不到|低于|少于|最多|最长|至多|只需|只要|"
    r"仅需|只用|只有|仅|减至|缩至)(?:了|约|近|平均|大约)*\s*$"
)
_TO_MORE = re.compile(
    r"(达到|达|升到|升至|提高到|提升到|提升至|提高至|增加到|增至|回升到|不低于|不少于|至少|保持在|以上的)(?:了|约|近|大约)*\s*$"
)
_WITHIN_AFTER = re.compile(r"\s*(?:以内|之内|内|以下|即可|就能|就可|左右?上线|上线|完成|交付|到货|回本|收回)")
_ARROW_BEFORE, _ARROW_AFTER = re.compile(r"(?:→|->|—>)[^，。；\d]{0,6}$"), re.compile(r"[^，。；\d]{0,6}(?:→|->|—>)")
_FROM = re.compile(r"(?:从|由|原来|过去|以前|目前|现在)[^，。；\d]{0,12}$")
_NO_FIGURE_BEFORE = re.compile(r"(?:第|[A-Za-z]|V|v|版本|编号|No\.?|\d[-./年])\s*$")
_SPAN_BEFORE = re.compile(r"(?:(?<![提之以目])前|头|近|过去|最近|未来|每|上|下)\s*$")
_SPAN_AFTER = re.compile(r"\s*(?:净值|总成本|总账|总价|总费用|的?服务期|的?质保|报告|计划|规划|来|以来|前)")
"""Spans that something is told or reckoned over promise nothing: 近三年, 三年总成本."""
_YEAR, _PHONE = re.compile(r"(?:19|20)\d\d"), re.compile(r"\d{8,}")


def _found(text: str) -> Iterator[Quantity]:
    for match in _FIGURE.finditer(text):
        if quantity := _read(text, match):
            yield quantity


def _read(text: str, match: re.Match[str]) -> Quantity | None:
    before, after = text[: match.start()], text[match.end() :]
    if _is_label(match, before, after):
        return None
    low, high, unit = _value(match)
    if low is None or high is None or low > high:
        return None
    sense = _sense(match, unit, before, after)
    if unit in _COUNTED and not _is_counted(match, before, after, sense):
        return None
    rate = _rate(before, after) if unit not in (PERCENT, POINTS, TIMES) else ""
    return Quantity(match[0].strip(), match.start(), match.end(), low, high, unit + rate, sense)


def _value(match: re.Match[str]) -> tuple[Decimal | None, Decimal | None, str]:
    if word := match["word"]:
        value, unit = _WORDS[word]
        return value, value, unit
    if said := match["hundredth"]:
        hundredth = number_of(said)
        return hundredth, hundredth, PERCENT
    if match["one"] is not None:
        return _scaled(match["one"], match["one"], match["unit1"])
    return _scaled(match["low"], match["high"], match["unit2"])


def _scaled(low: str, high: str, unit: str) -> tuple[Decimal | None, Decimal | None, str]:
    if unit in ("成", "成半"):
        return _tenths(low, high, half=unit == "成半")
    try:
        first, last = number_of(low), number_of(high)
    except InvalidOperation:
        return None, None, unit
    if first is None or last is None:
        return None, None, unit
    if unit in _TIME:
        return first * _TIME[unit], last * _TIME[unit], MINUTES
    if unit in _MONEY:
        return first * _MONEY[unit], last * _MONEY[unit], YUAN
    named = {"%": PERCENT, "％": PERCENT, "倍": TIMES, "个百分点": POINTS}
    return first, last, named.get(unit, unit)


def _tenths(low: str, high: str, *, half: bool) -> tuple[Decimal | None, Decimal | None, str]:
    """三成, 三成半, 七八成."""
    if low == high and len(low) == 2 and set(low) <= set("一二三四五六七八九"):
        low, high = low[0], low[1]
    first, last = number_of(low), number_of(high)
    if first is None or last is None or last > 10:
        return None, None, PERCENT
    extra = 5 if half else 0
    return first * 10 + extra, last * 10 + extra, PERCENT


def _is_label(match: re.Match[str], before: str, after: str) -> bool:
    """A date, a year, a number in a list, a version, a telephone: no figure."""
    said, unit = match["one"] or match["low"] or "", match["unit1"] or match["unit2"] or ""
    if _NO_FIGURE_BEFORE.search(before) or _PHONE.fullmatch(said):
        return True
    if unit == "年" and (_YEAR.fullmatch(said) or _YEAR.fullmatch(match["high"] or "")):
        return True
    if (unit in _TIME or match["word"]) and (_SPAN_BEFORE.search(before) or _SPAN_AFTER.match(after)):
        return True
    if unit == "日" and not after.startswith(("内", "以内", "之内")):
        return True
    if unit == "成" and after[:1] and after[0] in "本功立为交员果绩品熟长都语套":
        return True
    return match[0] in _PLAIN_RATE and not _WITHIN_AFTER.match(after) and not _is_changed(before)


def _is_changed(before: str) -> bool:
    return any(words.search(before) for words in (_GAINED, _TO_LESS, _TO_MORE))


def _is_counted(match: re.Match[str], before: str, after: str, sense: Sense) -> bool:
    """Things are counted everywhere (三张表, 4 条产线); they are a figure only where something changes."""
    is_digit = (match["one"] or match["low"] or "")[:1].isdigit()
    moves = sense in (Sense.BEFORE, Sense.LEVEL, Sense.AT_MOST, Sense.AT_LEAST) or bool(_GAINED.search(before))
    return is_digit and moves


def _sense(match: re.Match[str], unit: str, before: str, after: str) -> Sense:
    if _ARROW_AFTER.match(after):
        return Sense.BEFORE
    if _ARROW_BEFORE.search(before):
        return Sense.LEVEL
    if _TO_LESS.search(before):
        return Sense.AT_MOST
    if _TO_MORE.search(before):
        return Sense.AT_LEAST
    if match["sign"] or _GAINED.search(before):
        return Sense.GAIN
    if _FROM.search(before) and re.match(r"[^，。；]{0,8}(?:降|升|提高|缩短|减|增|回升|变成|到)", after):
        return Sense.BEFORE
    if unit == MINUTES or (_WITHIN_AFTER.match(after) and unit != PERCENT):
        return Sense.AT_MOST
    return Sense.GAIN


def _rate(before: str, after: str) -> str:
    if said := _RATE.match(after):
        return f"/{_PER.get(said[1], said[1])}"
    if said := _EVERY.search(before):
        return next(f"/{per}" for word, per in _PERIODS.items() if word in said[1])
    return ""


_PER = {"日": "天"}
_PERIODS = {"月": "月", "年": "年", "季度": "季度", "日": "天", "天": "天", "周": "周", "班": "班"}
