"""《异议应对清单》 as a document. Chinese whatever the language of the screen: it is one of the process's own."""

from __future__ import annotations

from datetime import date

from django.utils import translation

from tuoke.services.documents.rules import Bullets, Document, Facts, Part, Section, Table, Text, Value
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.words import STANDINGS
from tuoke.steps.proposals.objections import words
from tuoke.steps.proposals.objections.queries import Board, Line, Proved

TITLE = "异议应对清单"
LANGUAGE = "zh-hans"


def objections_document(deal: Opportunity, board: Board, *, today: date) -> Document:
    """All of them on one page, then each with its answer, what it rests on and what we do where we can't."""
    with translation.override(LANGUAGE):
        lines = board.listed
        return Document(
            title=TITLE,
            subtitle=f"{deal.customer.name} · {deal.name}",
            facts=(
                ("客户名称", deal.customer.name),
                ("商机", deal.name),
                ("负责人", deal.owner.name),
                ("导出日期", today),
                ("还没有备好", f"{board.unbacked} 条" if board.unbacked else "没有"),
            ),
            sections=(
                Section("总表", (_overview(lines),) if lines else (), empty="还没有异议。"),
                *(_section(at, line) for at, line in enumerate(lines, start=1)),
            ),
            footer=f"{TITLE} · {deal.customer.name} · 内部资料",
        )


def _overview(lines: tuple[Line, ...]) -> Table:
    rows: list[tuple[Value, ...]] = [
        (
            at,
            str(words.kind_name(line.kind)),
            said(line),
            words.why(line.rule, line.why) or "我们想到的",
            _state(line),
        )
        for at, line in enumerate(lines, start=1)
    ]
    headers = ("序号", "类型", "客户会怎么说", "判断依据", "状态与结果")
    return Table(headers, tuple(rows), widths=(0.07, 0.12, 0.33, 0.3, 0.18))


def said(line: Line) -> str:
    return line.text or str(words.RULE_TEXTS.get(line.rule, ""))


def _state(line: Line) -> str:
    result = words.result_name(line.objection.result) if line.objection else ""
    return " · ".join(filter(None, [str(words.state_name(line.state)), str(result)]))


def _section(at: int, line: Line) -> Section:
    row, parts = line.objection, list[Part]()
    if row is None:
        return Section(f"{at}. {said(line)}", (Text("还没有准备回答。", quiet=True),))
    parts.append(Facts(_facts(line)))
    for heading, text in (("怎么答", row.answer), ("做不到时的替代办法", row.alternative)):
        if text:
            parts += [Text(heading), Text(text)]
    evidence = tuple(filter(None, [*map(_proof, line.proofs), f"其他依据：{row.backing}" if row.backing else ""]))
    if evidence:
        parts += [Text("证据"), Bullets(evidence)]
    return Section(f"{at}. {row.text}", tuple(parts))


def _facts(line: Line) -> tuple[tuple[str, Value], ...]:
    row = line.objection
    assert row is not None
    raised = " ".join(filter(None, [str(row.raised_on or ""), row.contact.name if row.contact else ""]))
    told: tuple[tuple[str, Value], ...] = (
        ("类型", str(words.kind_name(row.kind))),
        ("状态", _state(line)),
        ("判断依据", words.why(line.rule, line.why)),
        ("客户提出", raised),
        ("答复日期", row.answered_on),
        ("客户的反应", row.result_note),
        ("不适用的原因", row.reason),
    )
    return tuple((name, value) for name, value in told if value)


def _proof(proof: Proved) -> str:
    warning = "虚构示例，请换成真实的" if proof.is_example else "" if proof.holds else str(STANDINGS[proof.standing])
    title = proof.version.item.title
    return f"{title}（{warning}）" if warning else title
