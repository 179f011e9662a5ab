"""《谈判要点清单》 as a document: plan, what the rooms after it add, bottom line. Chinese whatever the language of the
screen: it is one of the process's own.

The part of the bottom line is drawn only from what the door let through (``Inside``); for others the document is the
same whether there is one or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from django.utils import timezone, translation

from tuoke.base.accounts.rules import Principal
from tuoke.services.documents.rules import Bullets, Document, Part, Section, Table, Text, Value
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation import hooks, queries
from tuoke.steps.negotiation.models import (
    AUTHORITY_NAMES,
    DUTY_NAMES,
    KIND_NAMES,
    STAND_NAMES,
    STATE_NAMES,
    Plan,
    Seat,
)
from tuoke.steps.negotiation.queries import Inside, Ladder
from tuoke.steps.negotiation.queries import Table as SeatTable
from tuoke.steps.negotiation.rules import Authority, ConcessionKind, ConcessionState, Duty, Stand

TITLE = "谈判要点清单"
LANGUAGE = "zh-hans"
NUMBERS = "一二三四五六七八九十"


def plan_document(who: Principal, deal: Opportunity, *, today: date) -> Document:
    """What ``who`` may read of the plan of a deal that he holds."""
    inside = queries.inside_of(who, deal)
    with translation.override(LANGUAGE):
        sections = [
            Section("目标与安排", _aim(queries.plan_of(who, deal)), empty="还没有写。"),
            Section("谈判桌", _seats(queries.table_of(who, deal)), empty="还没有安排。"),
            Section("让步空间", _ladder(queries.ladder_of(who, deal)), empty="还没有列出。"),
            *(section for more in hooks.document_sections for section in more(who, deal, today)),
        ]
        if inside is not None:
            sections.append(Section("底线（仅限知情人）", _line(inside), empty="还没有设定。"))
        return Document(
            title=TITLE,
            subtitle=f"{deal.customer.name} · {deal.name}",
            facts=(
                ("客户名称", deal.customer.name),
                ("商机", deal.name),
                ("负责人", deal.owner.name),
                ("导出人", who.name),
                ("导出日期", today),
            ),
            sections=tuple(_numbered(sections)),
            footer=f"{TITLE} · {deal.customer.name}" + (" · 机密" if inside is not None else ""),
        )


def _numbered(sections: Iterable[Section]) -> Iterator[Section]:
    for number, section in zip(NUMBERS, sections, strict=False):
        yield replace(section, heading=f"{number}、{section.heading}")


def _aim(plan: Plan | None) -> tuple[Part, ...]:
    if plan is None:
        return ()
    said = (
        ("要达成什么", plan.aim),
        ("计划谈几轮", f"{plan.rounds} 轮" if plan.rounds else ""),
        ("备注", plan.note),
    )
    lines = tuple(f"{name}：{value}" for name, value in said if value)
    return (Bullets(lines),) if lines else ()


def _seats(table: SeatTable) -> tuple[Part, ...]:
    parts: list[Part] = []
    if table.ours:
        rows: list[tuple[Value, ...]] = [(s.who, _duty(s), s.authority or "—") for s in table.ours]
        parts.append(Table(("我方", "分工", "有权当场答应什么"), tuple(rows), widths=(0.22, 0.16, 0.62)))
    if table.theirs:
        rows = [
            (_their_name(s), _duty(s), str(STAND_NAMES[Stand(s.stand)]), s.position or "—", s.cares or "—")
            for s in table.theirs
        ]
        headers = ("客户方", "分工", "可能的态度", "可能的主张", "他在意什么")
        parts.append(Table(headers, tuple(rows), widths=(0.18, 0.1, 0.16, 0.28, 0.28)))
    return tuple(parts)


def _duty(seat: Seat) -> str:
    return str(DUTY_NAMES[Duty(seat.duty)])


def _their_name(seat: Seat) -> str:
    return f"{seat.who}\n{seat.contact.position}".strip() if seat.contact else seat.who


def _ladder(ladder: Ladder) -> tuple[Part, ...]:
    rows: list[tuple[Value, ...]] = [
        (
            place,
            str(KIND_NAMES[ConcessionKind(c.kind)]),
            c.give,
            c.get or "（还没有交换条件）",
            c.value,
            str(AUTHORITY_NAMES[Authority(c.authority)]),
            str(STATE_NAMES[ConcessionState(c.state)]),
        )
        for place, c in enumerate(ladder.listed, start=1)
    ]
    if not rows:
        return ()
    headers = ("顺序", "类别", "我们给什么", "换回什么", "代价（元）", "谁可以答应", "状态")
    return (
        Table(headers, tuple(rows), widths=(0.07, 0.1, 0.24, 0.24, 0.12, 0.13, 0.1)),
        Text("按顺序让，先让代价小的；每一条都要换回东西，只换不送。", quiet=True),
    )


def _line(inside: Inside) -> tuple[Part, ...]:
    line = inside.line
    if line is None:
        return ()
    price = f"{line.lowest_price:,} 元（客户实付总价，含税）" if line.lowest_price is not None else "不设"
    days = f"{line.longest_days} 天" if line.longest_days is not None else "不设"
    clauses = tuple(f"不可妥协：{clause}" for clause in line.fixed_clauses)
    names = "、".join(insider.user.name for insider in inside.insiders)
    setter = line.set_by.name if line.set_by else "—"
    return (
        Bullets((f"最低价格：{price}", f"最长交付周期：{days}", *clauses)),
        *((Text(f"依据：{line.note}"),) if line.note else ()),
        Text(
            f"{setter} 于 {timezone.localtime(line.set_at):%Y-%m-%d} 设定，第 {line.version} 版。另外指定的知情人：{names or '无'}。",
            quiet=True,
        ),
    )
