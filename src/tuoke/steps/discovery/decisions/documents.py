"""决策链图与采购标准 as a document. Chinese whatever the language of the screen: it is one of the process's own."""

from __future__ import annotations

from datetime import date

from django.utils import translation

from tuoke.services.documents.rules import Bullets, Document, Part, Section, Table, Text, Value
from tuoke.spine.catalog.rules import Market
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions import words
from tuoke.steps.discovery.decisions.models import (
    ATTITUDE_NAMES,
    INFLUENCE_NAMES,
    STANDING_NAMES,
    PurchaseProcess,
)
from tuoke.steps.discovery.decisions.queries import Chain, Criteria, Seen
from tuoke.steps.discovery.decisions.rules import Standing

TITLE = "决策链图与采购标准"
LANGUAGE = "zh-hans"


def chain_document(
    deal: Opportunity, chain: Chain, criteria: Criteria, process: PurchaseProcess | None, *, today: date
) -> Document:
    """Who decides and how he stands, what is missing, what the customer chooses by, how he buys."""
    with translation.override(LANGUAGE):
        is_person = deal.market == Market.TOC
        return Document(
            title=TITLE,
            subtitle=f"{deal.customer.name} · {deal.name}",
            facts=(
                ("客户名称", deal.customer.name),
                ("商机", deal.name),
                ("负责人", deal.owner.name),
                ("导出日期", today),
            ),
            sections=(
                Section("一、决策链", _people(chain), empty="还没有联系人。"),
                Section("二、还缺什么", () if is_person else _gaps(chain, today), empty="没有缺口。"),
                Section("三、态度的变化", _changes(chain), empty="还没有变化。"),
                Section("四、采购标准", _criteria(criteria), empty="还没有问出客户的选择标准。"),
                Section("五、采购流程", _process(process), empty="还不清楚。"),
            ),
            footer=f"{TITLE} · {deal.customer.name}",
        )


def _people(chain: Chain) -> tuple[Part, ...]:
    rows: list[tuple[Value, ...]] = [
        (words.role_name(role.value), *_person(seen)) for role, people in chain.bands for seen in people
    ]
    if not rows:
        return ()
    headers = ("角色", "姓名与职位", "影响力", "态度", "接触情况", "在意什么、怎么争取")
    return (Table(headers, tuple(rows), widths=(0.11, 0.2, 0.1, 0.14, 0.21, 0.24)),)


def _person(seen: Seen) -> tuple[Value, ...]:
    stance = seen.stance
    since = f"\n{stance.since:%Y-%m-%d} 起" if stance and stance.since else ""
    boss = f"\n向 {seen.boss.name} 汇报" if seen.boss else ""
    said = [stance.cares, f"对策：{stance.plan}" if stance.plan else "", stance.note] if stance else []
    return (
        f"{seen.contact.name}\n{seen.contact.position}{boss}".strip(),
        str(INFLUENCE_NAMES[seen.influence]),
        f"{ATTITUDE_NAMES[seen.attitude]}{since}",
        contact_text(seen),
        "\n".join(filter(None, said)) or "—",
    )


def contact_text(seen: Seen) -> str:
    """王芳 3 次，最近 2026-11-20"""
    lines = [f"{t.by_name or '同事'} {t.times} 次，最近 {t.last_at:%Y-%m-%d}" for t in seen.touches]
    if not lines and seen.contact.contacted_on:
        lines = [f"首次接触 {seen.contact.contacted_on:%Y-%m-%d}"]
    return "\n".join(lines) or "还没有接触"


def _gaps(chain: Chain, today: date) -> tuple[Part, ...]:
    lines = [f"{gap.text}。{gap.remedy}" for gap in words.gaps(chain.gaps(today=today))]
    return (Bullets(tuple(lines)),) if lines else ()


def _changes(chain: Chain) -> tuple[Part, ...]:
    rows: list[tuple[Value, ...]] = [
        (entry.since or entry.at.date(), seen.contact.name, str(entry.get_attitude_display()), entry.note or "—")
        for seen in chain.people
        for entry in seen.changes
    ]
    rows.sort(key=lambda row: str(row[0]), reverse=True)
    return (Table(("日期", "谁", "态度", "说明"), tuple(rows), widths=(0.16, 0.2, 0.14, 0.5)),) if rows else ()


def _criteria(criteria: Criteria) -> tuple[Part, ...]:
    rows: list[tuple[Value, ...]] = []
    for place, criterion in enumerate(criteria.listed, start=1):
        rival = f"（对比 {criterion.competitor.name}）" if criterion.competitor else ""
        standing = f"{STANDING_NAMES[Standing(criterion.standing)]}{rival}"
        said_by = criterion.contact.name if criterion.contact else "—"
        weight = "—" if criterion.weight is None else f"{criterion.weight}%"
        rows.append((place, criterion.text, weight, said_by, criterion.own_words or "—", standing))
    if not rows:
        return ()
    headers = ("顺序", "标准", "权重", "谁说的", "客户原话", "我们的位置")
    table = Table(headers, tuple(rows), widths=(0.07, 0.22, 0.09, 0.12, 0.3, 0.2))
    if criteria.makes_100:
        return (table,)
    return (table, Text(f"权重合计 {criteria.total}，还没有凑成 100。", quiet=True))


def _process(process: PurchaseProcess | None) -> tuple[Part, ...]:
    if process is None:
        return ()
    tender = {True: "要", False: "不要", None: ""}[process.tender]
    said = (
        ("要招标吗", tender),
        ("评审", f"{process.rounds} 轮" if process.rounds is not None else ""),
        ("合同由谁审", process.contract_checked_by),
        ("预算从哪里出", process.budget_source),
        ("预计什么时候定", f"{process.decision_on:%Y-%m-%d}" if process.decision_on else ""),
        ("备注", process.note),
    )
    return (Bullets(tuple(f"{name}：{value}" for name, value in said if value)),)
