"""《项目启动计划》 as a document: plan, chart, division of work, and what other rooms add. Chinese whatever the language of
the screen: it is one of the process's own."""

from __future__ import annotations

from datetime import date

from django.utils import translation

from tuoke.base.accounts.rules import Principal
from tuoke.services.documents.rules import Document, Part, Section, Table, Text, Value
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.kickoff import hooks, words
from tuoke.steps.contracts.kickoff.drawing import state_said, who_said
from tuoke.steps.contracts.kickoff.models import PARTY_NAMES
from tuoke.steps.contracts.kickoff.queries import Divided, Line, Sheet, divided_of, plan_of, sheet_of
from tuoke.steps.contracts.kickoff.rules import Party, Raci, Span
from tuoke.steps.contracts.kickoff.rules.drawing import share

TITLE = "项目启动计划"
LANGUAGE = "zh-hans"
CELLS = 30
"""Characters that a bar of the whole plan is long on paper."""
LETTERS = "A 最终负责（每项恰好一位） · R 执行（至少一位） · C 提供意见 · I 被告知"


def plan_document(who: Principal, deal: Opportunity, *, today: date) -> Document:
    """What stands in it is what ``who`` may read: call it for somebody who may read projects."""
    with translation.override(LANGUAGE):
        plan = plan_of(deal)
        sheet = sheet_of(plan) if plan else None
        added = [section for part in hooks.document_parts for section in part(who, deal, today)]
        return Document(
            title=TITLE,
            subtitle=f"{deal.customer.name} · {deal.name}",
            facts=(
                ("客户名称", deal.customer.name),
                ("项目", deal.name),
                ("商务负责人", deal.owner.name),
                ("启动日期", plan.starts_on if plan else None),
                ("计划完成", sheet.ends_on if sheet else None),
                ("导出日期", today),
            ),
            sections=(
                Section("关键节点与时间表", _schedule(sheet, today), empty="还没有计划。"),
                Section("甘特图", _chart(sheet), empty="还没有计划。"),
                Section("责任分工", _division(divided_of(sheet) if sheet else ()), empty="还没有分工。"),
                *added,
            ),
            footer=f"{TITLE} · {deal.customer.name}",
        )


def _schedule(sheet: Sheet | None, today: date) -> tuple[Part, ...]:
    if sheet is None or not sheet.lines:
        return ()
    names = {line.key: place for place, line in enumerate(sheet.lines, start=1)}
    waits: dict[int, list[str]] = {}
    for link in sheet.links:
        waits.setdefault(link.after, []).append(f"{names[link.before]}{f'+{link.lag}' if link.lag else ''}")
    rows: list[tuple[Value, ...]] = [
        _line(place, line, waits.get(line.key, []), today) for place, line in enumerate(sheet.lines, start=1)
    ]
    headers = ("序号", "阶段", "事项", "开始", "结束", "工作日", "负责", "前置", "完成的标准", "状态")
    table = Table(headers, tuple(rows), widths=(0.055, 0.075, 0.155, 0.125, 0.125, 0.065, 0.085, 0.07, 0.155, 0.09))
    note = (Text(sheet.plan.note),) if sheet.plan.note else ()
    return (*note, table, Text("前置一栏是序号，+n 表示之后再隔 n 个工作日。◆ 是里程碑。", quiet=True))


def _line(place: int, line: Line, waits: list[str], today: date) -> tuple[Value, ...]:
    return (
        str(place),
        line.phase or "—",
        f"◆ {line.name}" if line.is_milestone else line.name,
        line.starts_on,
        line.ends_on,
        str(line.days) if line.days else "—",
        who_said(line) or "未定",
        "、".join(waits) or "—",
        line.acceptance or "—",
        state_said(line, today) or "未开始",
    )


def _chart(sheet: Sheet | None) -> tuple[Part, ...]:
    """Bars of blocks: the same in Word, PDF and a sheet, and read by machines."""
    if sheet is None or not sheet.lines:
        return ()
    first, last = min(line.starts_on for line in sheet.lines), max(line.ends_on for line in sheet.lines)
    whole = Span(first, last)
    rows: list[tuple[Value, ...]] = [
        (f"◆ {line.name}" if line.is_milestone else line.name, f"{line.starts_on:%m-%d}", _blocks(line, whole), f"{line.ends_on:%m-%d}")
        for line in sheet.lines
    ]  # fmt: skip
    return (
        Table(
            ("事项", "开始", f"{first:%Y-%m-%d} 至 {last:%Y-%m-%d}", "结束"),
            tuple(rows),
            widths=(0.28, 0.09, 0.54, 0.09),
        ),
    )


def _blocks(line: Line, whole: Span) -> str:
    at, length = share(Span(line.starts_on, line.ends_on), whole)
    begins = min(round(at / 100 * CELLS), CELLS - 1)
    if line.is_milestone:
        return "·" * begins + "◆"
    return "·" * begins + "█" * max(round(length / 100 * CELLS), 1)


def _division(divided: tuple[Divided, ...]) -> tuple[Part, ...]:
    if not divided:
        return ()
    rows: list[tuple[Value, ...]] = [
        (one.line.name, *(one.parts.get(party, Raci.NONE).value or " " for party in Party), "；".join(map(words.gap, one.gaps)) or "完整")
        for one in divided
    ]  # fmt: skip
    headers = ("事项", *(str(PARTY_NAMES[party]) for party in Party), "还缺")
    table = Table(headers, tuple(rows), widths=(0.3, *(0.085 for _ in Party), 0.19))
    return (table, Text(LETTERS, quiet=True))
