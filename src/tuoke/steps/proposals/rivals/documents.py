"""竞品对比 as a document, for our own people. Chinese whatever the language of the screen."""

from __future__ import annotations

from datetime import date

from django.utils import translation

from tuoke.services.documents.rules import Bullets, Document, Heading, Part, Section, Table, Text, Value
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions.models import STANDING_NAMES
from tuoke.steps.proposals.rivals.models import THREAT_NAMES
from tuoke.steps.proposals.rivals.queries import Column, Comparison
from tuoke.steps.proposals.rivals.rules import Threat
from tuoke.steps.proposals.rivals.saying import price_said

TITLE = "竞品对比"


def rivals_document(deal: Opportunity, comparison: Comparison, *, today: date) -> Document:
    """Each rival, and the table by the customer's criteria."""
    with translation.override("zh-hans"):
        return Document(
            title=TITLE,
            subtitle=f"{deal.customer.name} · {deal.name}",
            facts=(("客户名称", deal.customer.name), ("负责人", deal.owner.name), ("导出日期", today)),
            sections=(
                Section("一、按客户的采购标准", _table(comparison), empty="还没有采购标准，或还没有竞品。"),
                *(Section(f"{column.rival.competitor.name}", _one(column)) for column in comparison.columns),
            ),
            footer=f"{TITLE} · {deal.customer.name} · 内部资料，请勿外发",
        )


def _table(comparison: Comparison) -> tuple[Part, ...]:
    if not comparison.rows or not comparison.columns:
        return ()
    headers = ("采购标准", "权重", "我们", *(column.rival.competitor.name for column in comparison.columns))
    rows: list[tuple[Value, ...]] = []
    for row in comparison.rows:
        weight = "—" if row.criterion.weight is None else f"{row.criterion.weight}%"
        theirs = (str(STANDING_NAMES[cell.standing]) for cell in row.cells)
        rows.append((row.criterion.text, weight, str(STANDING_NAMES[row.ours]), *theirs))
    return (Table(headers, tuple(rows)), Text("强、平、弱是我们的判断，以客户的说法为准。", quiet=True))


def _one(column: Column) -> tuple[Part, ...]:
    rival = column.rival
    said = [f"威胁：{THREAT_NAMES[Threat(rival.threat)]}", f"他们的报价：{price_said(rival) or '不清楚'}"]
    parts: list[Part] = [Bullets(tuple(said))]
    for heading, lines in (
        ("优势", rival.strengths),
        ("劣势", rival.weaknesses),
        ("我们的差异", rival.our_difference.splitlines()),
    ):
        if found := tuple(line for line in lines if line.strip()):
            parts += [Heading(heading), Bullets(found)]
    if rival.note:
        parts.append(Text(rival.note, quiet=True))
    return tuple(parts)
