"""Closed deals of earlier years (S1.3): which column is what, and what a row says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tuoke.base.kernel.verdict import Reason
from tuoke.services.exchange.rules import BrokenCell, Cell, Problem, amount, day, header, header_key, text, unit_of

FIELDS = (
    "customer", "industry", "size", "region", "source", "product", "amount", "owner", "created_on", "closed_on", "outcome",
)  # fmt: skip
NEEDED = ("outcome",)
LIMITS = {"customer": 120, "industry": 80, "size": 80, "region": 80, "source": 80, "product": 80, "owner": 80}
ATTRIBUTE_LIMIT = 1000

# Best name first: where several columns would do, the first of these wins and the others are kept as attributes.
_ALIASES: Mapping[str, tuple[str, ...]] = {
    "customer": ("客户名称", "公司名称", "企业名称", "客户", "公司", "account name", "account", "customer name", "customer",
                 "company name", "company", "client"),
    "industry": ("行业", "所属行业", "客户行业", "industry", "sector", "vertical"),
    "size": ("规模", "公司规模", "企业规模", "客户规模", "员工人数", "人数", "size", "company size", "employees"),
    "region": ("地区", "区域", "大区", "省市", "省份", "城市", "所在地", "region", "territory", "country", "regional office"),
    "source": ("来源", "线索来源", "客户来源", "商机来源", "渠道", "source", "lead source", "channel"),
    "product": ("产品", "产品名称", "购买产品", "product", "product name"),
    "amount": ("成交金额", "签约金额", "合同金额", "签约额", "订单金额", "商机金额", "金额", "close value", "deal value",
               "contract value", "deal amount", "amount", "value"),
    "owner": ("负责人", "归属人", "业务负责人", "销售代表", "销售人员", "销售", "业务员", "owner", "sales agent", "sales rep",
              "salesperson", "rep"),
    "created_on": ("创建日期", "创建时间", "立项日期", "立项时间", "商机创建时间", "开始日期", "created", "create date",
                   "created date", "created on", "created at", "engage date", "open date", "opened", "start date"),
    "closed_on": ("关闭日期", "关闭时间", "成交日期", "成交时间", "签约日期", "签约时间", "结束日期", "closed", "close date",
                  "closed date", "closed on", "closed at", "end date"),
    "outcome": ("结果", "成交结果", "商机结果", "是否成交", "是否赢单", "赢单状态", "商机状态", "商机阶段", "状态", "阶段",
                "outcome", "result", "won", "is won", "deal stage", "stage", "status"),
}  # fmt: skip
_FIELD_RANK = {header_key(n): (f, rank) for f, names in _ALIASES.items() for rank, n in enumerate(names)}
KNOWN_HEADERS = frozenset(_FIELD_RANK)

_WON = frozenset("won win closedwon 赢单 赢 成交 已成交 签约 已签约 成功 已赢单 是 yes y true 1".split())  # noqa: SIM905
_LOST = frozenset(
    "lost lose closedlost 输单 输 丢单 失败 流失 战败 未成交 已失败 已流失 已输单 否 no n false 0".split()  # noqa: SIM905
)
_OPEN = frozenset(
    [
        "open",
        "engaging",
        "prospecting",
        "inprogress",
        "pending",
        "new",
        "qualified",
        "negotiation",
        "proposal",
        "进行中",
        "跟进中",
        "未关闭",
        "开放",
        "谈判中",
        "初步接触",
        "深度沟通",
        "方案呈现",
        "谈判促成",
        "挂起",
        "暂停",
    ]
)


@dataclass(frozen=True, slots=True)
class Source:
    """A column of the file and the field that it feeds; ``field`` blank keeps it as an attribute."""

    index: int
    name: str
    field: str = ""
    unit: str = ""
    pattern: re.Pattern[str] | None = None
    assumed_yuan: bool = False


class MappingError(ValueError):
    """The columns can't be used. ``problems``: unknown_column, unknown_field, unknown_unit, bad_pattern, outcome_missing, twice."""

    def __init__(self, problems: tuple[Reason, ...]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Deal:
    """One closed deal as a row of the file tells it; amount in yuan."""

    outcome: str
    digest: str
    customer: str = ""
    industry: str = ""
    size: str = ""
    region: str = ""
    source: str = ""
    product: str = ""
    amount: Decimal | None = None
    owner: str = ""
    created_on: date | None = None
    closed_on: date | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


def sources_of(headers: Sequence[str], mapping: Mapping[str, str] | None = None) -> tuple[Source, ...]:
    """What each column feeds: as ``mapping`` says (``{"金额": "amount:万元", "标题": "customer:/^(.+?)\\d{4}/"}``, ``""``
    keeps the column as an attribute), else guessed by its header. Raises MappingError with every problem.

    The unit of an amount comes from the mapping, the header's brackets or the cell. Only under an English header
    (close_value, amount …), where nobody counts in 万, a plain number is taken as yuan (``assumed_yuan``: the import
    says so as a warning); under a Chinese one it stays unknown and the row is refused.
    """
    problems: list[Reason] = []
    wanted = {header_key(name): target for name, target in (mapping or {}).items()}
    problems += [
        Reason("unknown_column", {"column": name})
        for name in mapping or {}
        if header_key(name) not in {header_key(h) for h in headers}
    ]
    guessed = _guesses(headers, skip=set(wanted))
    found = [
        _mapped(index, name, wanted[header_key(name)], problems)
        if name and header_key(name) in wanted
        else _source(index, name, guessed.get(index, ""))
        for index, name in enumerate(headers)
    ]
    found = _without_twins(found, mapped={header_key(n) for n in mapping or {}}, problems=problems)
    if not problems and not any(source.field == "outcome" for source in found):
        problems.append(Reason("outcome_missing", {"headers": ", ".join(h for h in headers if h)}))
    if problems:
        raise MappingError(tuple(problems))
    return tuple(found)


def deal_of(cells: Sequence[Cell], sources: Sequence[Source], *, today: date) -> Deal | tuple[Reason, ...]:
    """The closed deal that a row tells of, or every reason why it isn't one. Reason params: ``field``, ``text``.

    Codes: not_closed (an open stage, or none), outcome_unclear, dates_crossed, closed_in_future, unit_unknown and the
    other codes of ``exchange.rules``.
    """
    said: dict[str, Any] = {}
    attributes: dict[str, Any] = {}
    problems: list[Reason] = []
    for source in sources:
        cell = cells[source.index] if source.index < len(cells) else None
        value = _value(cell, source)
        if isinstance(value, Problem):
            problems.append(
                Reason(value.code, {"field": source.field or source.name, "text": _shown(cell), **value.params})
            )
        elif source.field:
            said[source.field] = value
        elif value is not None:
            attributes[source.name] = value
    problems += _contradictions(said, today)
    if problems:
        return tuple(problems)
    texts = {name: said[name] for name in LIMITS if said.get(name)}
    return Deal(
        outcome=said["outcome"],
        digest=_digest(cells, sources),
        amount=said.get("amount"),
        created_on=said.get("created_on"),
        closed_on=said.get("closed_on"),
        attributes=attributes,
        **texts,
    )


def _guesses(headers: Sequence[str], *, skip: set[str]) -> dict[int, str]:
    best: dict[str, tuple[int, int]] = {}
    for index, name in enumerate(headers):
        ranked = _FIELD_RANK.get(header_key(name)) if name and header_key(name) not in skip else None
        if ranked is not None:
            field_name, rank = ranked
            best[field_name] = min(best.get(field_name, (rank, index)), (rank, index))
    return {index: field_name for field_name, (_, index) in best.items()}


def _source(index: int, name: str, field_name: str) -> Source:
    unit, assumed = header(name).unit, False
    if field_name == "amount" and not unit and name.isascii():
        unit, assumed = "元", True
    return Source(index, name or f"#{index + 1}", field_name, unit, None, assumed)


def _mapped(index: int, name: str, target: str, problems: list[Reason]) -> Source:
    """``field[:unit][:/pattern/]``."""
    rest, _, pattern_text = target.partition(":/")
    field_name, _, unit_text = rest.partition(":")
    field_name = {"created": "created_on", "closed": "closed_on"}.get(field_name.strip(), field_name.strip())
    if field_name and field_name not in FIELDS:
        problems.append(Reason("unknown_field", {"column": name, "field": field_name, "fields": ", ".join(FIELDS)}))
    unit = unit_of(unit_text)
    if unit_text.strip() and not unit:
        problems.append(Reason("unknown_unit", {"column": name, "unit": unit_text}))
    pattern = None
    if pattern_text:
        try:
            pattern = re.compile(pattern_text.removesuffix("/"))
        except re.error as error:
            problems.append(Reason("bad_pattern", {"column": name, "pattern": pattern_text, "why": str(error)}))
    guessed = _source(index, name, field_name)
    if unit:
        return Source(index, guessed.name, field_name, unit, pattern)
    return Source(index, guessed.name, field_name, guessed.unit, pattern, guessed.assumed_yuan)


def _without_twins(sources: list[Source], *, mapped: set[str], problems: list[Reason]) -> list[Source]:
    """One column a field: what was said wins over what was guessed; two that were said are a mistake."""
    kept: dict[str, Source] = {}
    for source in sorted(sources, key=lambda s: header_key(s.name) not in mapped):
        if not source.field:
            continue
        first = kept.setdefault(source.field, source)
        if first is not source and header_key(source.name) in mapped:
            problems.append(Reason("twice", {"field": source.field, "columns": f"{first.name}, {source.name}"}))
    return [s if not s.field or kept[s.field] is s else Source(s.index, s.name) for s in sources]


def _value(cell: Cell, source: Source) -> Any:
    if isinstance(cell, BrokenCell):
        return Problem("text_broken", {"text": cell.text})
    if source.pattern is not None:
        found = source.pattern.search(str(cell)) if cell is not None else None
        cell = None if found is None else found[1] if found.re.groups else found[0]
    match source.field:
        case "":
            return _attribute(cell)
        case "outcome":
            return _outcome(cell)
        case "amount":
            return amount(cell, source.unit)
        case "created_on" | "closed_on":
            found_day = day(cell)
            return found_day if found_day is None or isinstance(found_day, Problem) else found_day.date
        case name:
            return text(cell, LIMITS[name])


def _attribute(cell: Cell) -> Any:
    return cell if isinstance(cell, int | float) else text(cell, ATTRIBUTE_LIMIT)


def _outcome(cell: Cell) -> str | Problem:
    word = re.sub(r"[\s_\-]+", "", str(cell).strip().casefold()) if cell is not None else ""
    if word in _WON:
        return "won"
    if word in _LOST:
        return "lost"
    return Problem("not_closed" if not word or word in _OPEN else "outcome_unclear")


def _contradictions(said: Mapping[str, Any], today: date) -> list[Reason]:
    created, closed = said.get("created_on"), said.get("closed_on")
    if closed is None:
        return []
    if closed > today:
        return [Reason("closed_in_future", {"field": "closed_on", "text": closed.isoformat()})]
    if created is not None and created > closed:
        return [Reason("dates_crossed", {"field": "closed_on", "text": f"{created} > {closed}"})]
    return []


def _digest(cells: Sequence[Cell], sources: Sequence[Source]) -> str:
    """The same row is the same deal, whatever file it stands in and however its columns are mapped or ordered."""
    pairs = sorted(
        (s.name, _shown(cells[s.index])) for s in sources if s.index < len(cells) and cells[s.index] is not None
    )
    return hashlib.sha256("\x1e".join(f"{name}\x1f{shown}" for name, shown in pairs).encode()).hexdigest()


def _shown(cell: Cell) -> str:
    return cell.text if isinstance(cell, BrokenCell) else "" if cell is None else str(cell)
