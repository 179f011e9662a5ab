"""市场分析 as a document to be handed out (S1.1). Chinese whatever the language of the screen: it is one of the process's
own documents. Every statement carries its source; figures that don't agree are said first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils import translation

from tuoke.services.documents.rules import Bullets, Document, Part, Section, Table, Text, Value
from tuoke.services.exchange.rules import UNITS
from tuoke.spine.catalog.rules import said_amounts
from tuoke.steps.targeting.markets import words
from tuoke.steps.targeting.markets.models import SOURCE_NAMES, Statement
from tuoke.steps.targeting.markets.queries import Report, growth_chart
from tuoke.steps.targeting.markets.rules import SourceKind, StatementKind, growth_of, in_unit, is_forecast

TITLE = "市场分析"
LANGUAGE = "zh-hans"


def market_document(report: Report, *, today: date) -> Document:
    """The whole report: goal, what the market tells in short, and each part with its sources."""
    with translation.override(LANGUAGE):
        analysis = report.analysis
        campaign = analysis.campaign
        return Document(
            title=TITLE,
            subtitle=campaign.name,
            facts=(
                ("服务的企业战略目标", analysis.goal or "未填写"),
                ("计划期间", f"{campaign.starts_on:%Y-%m-%d} 至 {campaign.ends_on:%Y-%m-%d}"),
                ("负责人", analysis.owner.name),
                ("复核日期", analysis.review_by or "未定"),
                ("最新资料日期", report.latest_on or "—"),
                ("导出日期", today),
            ),
            sections=(
                Section("一、结论", _short(report), empty="还没有内容。"),
                Section("二、市场规模", _sizes(report), empty="还没有市场规模。"),
                Section("三、增长趋势", _growth(report), empty="还没有增长趋势。"),
                Section("四、细分市场", _segments(report), empty="还没有细分市场。"),
                Section("五、竞争对手", _competitors(report), empty="还没有竞争对手。"),
                Section("六、未被满足的需求", _unmet(report), empty="还没有未被满足的需求。"),
            ),
            footer=f"{TITLE} · {campaign.name}",
        )


def source_text(said: Statement) -> str:
    """行业报告 · 《中国企业级 SaaS 报告》 · 2026-03-01"""
    return f"{SOURCE_NAMES[SourceKind(said.source_kind)]} · {said.reference} · {said.sourced_on:%Y-%m-%d}"


def size_text(amount: Decimal | None, unit: str) -> str:
    """As the source gave it: 380 亿元."""
    return "—" if amount is None else f"{in_unit(amount, unit or '元')} {unit or '元'}"


def _short(report: Report) -> tuple[Part, ...]:
    """What a reader takes along, and where the sources don't agree."""
    lines = []
    if size := report.newest_size:
        unsure = "；口径不一，见第二部分" if any(found.year == size.year for found in report.apart) else ""
        lines.append(f"市场规模：{size.year} 年 {size_text(size.amount, size.unit)}（{size.title}{unsure}）。")
    lines += [f"增长：{words.growth(found)}（{said.title}）。" for said, found in report.growth if found]
    if segments := report.listed[StatementKind.SEGMENT]:
        lines.append(f"细分市场：{'、'.join(said.title for said in segments)}。")
    if rivals := _names(report.listed[StatementKind.COMPETITOR]):
        lines.append(f"竞争对手：{'、'.join(rivals)}。")
    if unmet := report.listed[StatementKind.UNMET]:
        lines.append(f"未被满足的需求 {len(unmet)} 条，首要：{unmet[0].text}")
    if not lines:
        return ()
    return (Bullets(tuple(lines)),)


def _sizes(report: Report) -> tuple[Part, ...]:
    if not report.sizes:
        return ()
    rows = [
        (str(said.year), _noted(said.title, said.text), size_text(said.amount, said.unit), source_text(said))
        for said in report.sizes
    ]
    notes = [
        Text(
            f"口径不一：{found.year} 年有 {len(found.figures)} 个数，"
            + (f"最大的{words.apart_by(found.share)}" if found.share is not None else "相差悬殊")
            + "，引用时请写明口径。"
        )
        for found in report.apart
    ]
    return (*notes, _table(("年份", "口径", "规模", "来源"), rows, (0.1, 0.34, 0.18, 0.38)))


def _growth(report: Report) -> tuple[Part, ...]:
    chart = growth_chart(report)
    if chart is None:
        return ()
    parts: list[Part] = [chart]
    for said in report.listed[StatementKind.GROWTH]:
        found, unit = growth_of(said.series), said.unit or "元"
        parts.append(Text(f"{said.title}{'：' + words.growth(found) if found else ''}。{said.text}"))
        points = said.series
        headers = ("年份", *(words.year_label(p.year, estimated=_estimated(p.year, said)) for p in points))
        if len(points) <= 8:
            cells: tuple[Value, ...] = (f"规模({unit})", *(_number(p.amount, unit) for p in points))
            parts.append(Table(headers, (cells,)))
        else:
            rows = [(label, _number(p.amount, unit)) for label, p in zip(headers[1:], points, strict=True)]
            parts.append(_table(("年份", f"规模({unit})"), rows, (0.4, 0.6)))
        parts.append(Text(f"来源：{source_text(said)}", quiet=True))
    if any(_estimated(p.year, said) for said in report.listed[StatementKind.GROWTH] for p in said.series):
        parts.append(Text("(预)：资料发布时这一年还没有结束，是预测数。", quiet=True))
    return tuple(parts)


def _number(amount: Decimal, unit: str) -> Value:
    """A figure that a sheet can calculate with: 168, 512.5."""
    found = amount / UNITS[unit]
    return int(found) if found == found.to_integral_value() else found.normalize()


def _estimated(year: int, said: Statement) -> bool:
    return is_forecast(year, sourced_on=said.sourced_on)


def _segments(report: Report) -> tuple[Part, ...]:
    rows = [
        (
            said.title,
            f"{said.share.normalize():f}%" if said.share is not None else "—",
            size_text(said.amount, said.unit),
            said.text,
            source_text(said),
        )
        for said in report.listed[StatementKind.SEGMENT]
    ]
    headers = ("细分市场", "占比", "规模", "为什么值得做", "来源")
    return (_table(headers, rows, (0.18, 0.09, 0.15, 0.3, 0.28)),) if rows else ()


def _competitors(report: Report) -> tuple[Part, ...]:
    rows = [
        (
            said.competitor.name if said.competitor else "—",
            said_amounts(said.price) or "—",
            "\n".join(said.strengths) or "—",
            "\n".join(said.weaknesses) or "—",
            "\n".join(said.counters) or "—",
            source_text(said),
        )
        for said in report.listed[StatementKind.COMPETITOR]
    ]
    headers = ("竞品", "价格", "优势", "劣势", "我们的应对", "来源")
    return (_table(headers, rows, (0.12, 0.12, 0.19, 0.19, 0.19, 0.19)),) if rows else ()


def _unmet(report: Report) -> tuple[Part, ...]:
    rows = [(said.text, said.title or "—", source_text(said)) for said in report.listed[StatementKind.UNMET]]
    return (_table(("需求", "谁的需求", "来源"), rows, (0.48, 0.18, 0.34)),) if rows else ()


def _table(headers: tuple[str, ...], rows: Sequence[tuple[Value, ...]], widths: tuple[float, ...]) -> Table:
    return Table(headers, tuple(rows), widths=widths)


def _noted(title: str, note: str) -> str:
    return f"{title}\n{note}" if note else title


def _names(rivals: Sequence[Statement]) -> list[str]:
    return list(dict.fromkeys(said.competitor.name for said in rivals if said.competitor))
