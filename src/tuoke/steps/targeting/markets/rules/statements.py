"""What a market analysis says (S1.1): statements, each with its source. Nothing stands there without one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.services.exchange.rules import Span, sound

TITLE_LIMIT = 120
TEXT_LIMIT = 2000
LINE_LIMIT = 200
LINES_LIMIT = 20
REFERENCE_LIMIT = 500
POINTS_LIMIT = 30
STATEMENTS_LIMIT = 200
MOST_MARKET = Decimal(10) ** 17
"""Ten times the yearly product of the world, in yuan; more is a slip of the unit."""
MOST_PRICE = Decimal(10) ** 12
YEARS = (1990, 2100)
EARLIEST = date(1990, 1, 1)


class StatementKind(StrEnum):
    SIZE = "size"  # 市场规模
    GROWTH = "growth"  # 增长趋势
    SEGMENT = "segment"  # 细分市场
    COMPETITOR = "competitor"  # 竞争对手
    UNMET = "unmet"  # 未被满足的需求


class SourceKind(StrEnum):
    REPORT = "report"  # 行业报告
    INTERVIEW = "interview"  # 客户访谈
    RIVALS = "rivals"  # 竞品调研
    NEWS = "news"  # 行业资讯
    SOCIAL = "social"  # 社交平台
    OTHER = "other"  # 其他


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from: what kind, where exactly (a title or a link), of which day."""

    kind: SourceKind
    reference: str
    on: date


@dataclass(frozen=True, slots=True)
class Point:
    """A year of a growth series, in yuan."""

    year: int
    amount: Decimal


def _open() -> Span[Any]:
    return Span(None, None)


@dataclass(frozen=True, slots=True)
class StatementDraft:
    """A statement as it is entered; what its kind doesn't have stays empty.

    ``title``: what a size or series counts (全国 SaaS), a segment's name, who has an unmet need. ``text``: why a segment
    is attractive, the unmet need, a note. ``amount`` is yuan; ``unit`` how it was given (亿元). ``share`` is per cent.
    """

    kind: StatementKind
    source: Source
    title: str = ""
    text: str = ""
    year: int | None = None
    amount: Decimal | None = None
    unit: str = ""
    share: Decimal | None = None
    points: tuple[Point, ...] = ()
    competitor_id: int | None = None
    price: Span[Decimal] = field(default_factory=_open)
    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()


def sound_statement(draft: StatementDraft, *, today: date) -> Verdict:
    """Every reason with its ``field``.

    Codes: reference_missing, date_in_future, date_too_early, text_broken, too_long(limit, found), too_many, missing,
    year_out_of_range, negative, too_big, points_too_few, points_too_many, year_twice(year), share_out_of_range,
    competitor_missing, says_nothing, upside_down.
    """
    return Verdict((*_source(draft.source, today), *_texts(draft), *_BY_KIND[draft.kind](draft)))


def _source(source: Source, today: date) -> Iterable[Reason]:
    if not source.reference.strip():
        yield Reason("reference_missing", {"field": "reference"})
    yield from _text("reference", source.reference, REFERENCE_LIMIT)
    if source.on > today:
        yield Reason("date_in_future", {"field": "sourced_on"})
    if source.on < EARLIEST:
        yield Reason("date_too_early", {"field": "sourced_on"})


def _texts(draft: StatementDraft) -> Iterable[Reason]:
    yield from _text("title", draft.title, TITLE_LIMIT)
    yield from _text("text", draft.text, TEXT_LIMIT)
    for name in ("strengths", "weaknesses", "counters"):
        lines: tuple[str, ...] = getattr(draft, name)
        yield from [reason for line in lines for reason in _text(name, line, LINE_LIMIT)][:1]
        if len(lines) > LINES_LIMIT:
            yield Reason("too_many", {"field": name, "limit": LINES_LIMIT, "found": len(lines)})


def _text(name: str, text: str, limit: int) -> Iterable[Reason]:
    if not sound(text):
        yield Reason("text_broken", {"field": name})
    elif len(text) > limit:
        yield Reason("too_long", {"field": name, "limit": limit, "found": len(text)})


def _size(draft: StatementDraft) -> Iterable[Reason]:
    yield from _needed(draft, "title", "year", "amount")
    yield from _year(draft.year)
    yield from _amount("amount", draft.amount)


def _growth(draft: StatementDraft) -> Iterable[Reason]:
    yield from _needed(draft, "title")
    if len(draft.points) < 2:
        yield Reason("points_too_few", {"field": "points"})
    if len(draft.points) > POINTS_LIMIT:
        yield Reason("points_too_many", {"field": "points", "limit": POINTS_LIMIT})
    years = [point.year for point in draft.points]
    for year in sorted({year for year in years if years.count(year) > 1}):
        yield Reason("year_twice", {"field": "points", "year": year})
    for point in draft.points:
        for reason in (*_year(point.year), *_amount("points", point.amount)):
            yield Reason(reason.code, {**reason.params, "field": "points", "year": point.year})
            return


def _segment(draft: StatementDraft) -> Iterable[Reason]:
    yield from _needed(draft, "title", "text")
    yield from _amount("amount", draft.amount)
    if draft.share is not None and not 0 <= draft.share <= 100:
        yield Reason("share_out_of_range", {"field": "share"})


def _competitor(draft: StatementDraft) -> Iterable[Reason]:
    if draft.competitor_id is None:
        yield Reason("competitor_missing", {"field": "competitor"})
    if not (draft.strengths or draft.weaknesses or draft.counters):
        yield Reason("says_nothing", {"field": "strengths"})
    for end in draft.price:
        yield from _amount("price", end, MOST_PRICE)
    low, high = draft.price
    if low is not None and high is not None and low > high:
        yield Reason("upside_down", {"field": "price"})


def _unmet(draft: StatementDraft) -> Iterable[Reason]:
    yield from _needed(draft, "text")


_BY_KIND = {
    StatementKind.SIZE: _size,
    StatementKind.GROWTH: _growth,
    StatementKind.SEGMENT: _segment,
    StatementKind.COMPETITOR: _competitor,
    StatementKind.UNMET: _unmet,
}


def _needed(draft: StatementDraft, *names: str) -> Iterable[Reason]:
    for name in names:
        value = getattr(draft, name)
        if value is None or (isinstance(value, str) and not value.strip()):
            yield Reason("missing", {"field": name})


def _year(year: int | None) -> Iterable[Reason]:
    if year is not None and not YEARS[0] <= year <= YEARS[1]:
        yield Reason("year_out_of_range", {"field": "year", "low": YEARS[0], "high": YEARS[1]})


def _amount(name: str, amount: Decimal | None, most: Decimal = MOST_MARKET) -> Iterable[Reason]:
    if amount is not None and amount < 0:
        yield Reason("negative", {"field": name})
    if amount is not None and amount >= most:
        yield Reason("too_big", {"field": name})
