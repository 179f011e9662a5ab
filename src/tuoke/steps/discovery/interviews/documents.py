"""《调研提纲》 as a document, and the topics that the customer gets beforehand. Chinese whatever the screen's language: they
are the process's own documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from django.utils import timezone, translation

from tuoke.services.documents.rules import Document, Part, Section, Table, Text
from tuoke.spine.library.rules import Dimension
from tuoke.steps.discovery.interviews.models import Answer, Outline
from tuoke.steps.discovery.interviews.queries import Group, Line, Sheet

TITLE = "调研提纲"
LANGUAGE = "zh-hans"
NUMERALS = "一二三四五"
HEADERS = ("问题", "回答", "谁说的")
WIDTHS = (0.4, 0.44, 0.16)
DECISION_TOPIC = "后面怎么推进、还有哪些同事参与"
"""Who decides and what it may cost is asked face to face: the message names it as a topic and no more."""


def outline_document(sheet: Sheet, *, today: date) -> Document:
    """Questions by dimension, what was answered, the customer's own words marked; then notes and what stayed open."""
    with translation.override(LANGUAGE):
        outline, deal = sheet.outline, sheet.outline.opportunity
        sections = [_section(number, group) for number, group in enumerate(sheet.groups)]
        if sheet.notes:
            notes = tuple(Text(f"{one.by.name}：{one.text}") for one in sheet.notes)
            sections.append(Section("提纲以外的记录", notes))
        if outline.is_held:
            sections.append(Section("没有问到的", _missed(sheet), empty="都问到了。"))
        return Document(
            title=TITLE,
            subtitle=f"{deal.customer.name} · {outline.title}",
            facts=(
                ("商机", deal.name),
                ("时间", when_of(outline) or "未定"),
                ("客户方", "、".join(_named(one.name, one.position) for one in sheet.contacts) or "未定"),
                ("我方", "、".join(one.name for one in sheet.colleagues) or "未定"),
                (
                    "覆盖",
                    f"五个维度问到 {sheet.meter.covered} 个，{sheet.meter.asked} 个问题答了 {sheet.meter.answered} 个",
                ),
                ("导出日期", today),
            ),
            sections=tuple(sections),
            footer=f"{TITLE} · {deal.customer.name}",
        )


def topics_of(sheet: Sheet, *, sender: str) -> str:
    """A short message to the customer: what we would like to talk about, nothing of what we listen for."""
    with translation.override(LANGUAGE):
        return "\n".join(_message(sheet, sender))


def when_of(outline: Outline) -> str:
    """2026-11-24 10:00; empty while nobody knows."""
    day: date | None = outline.on
    clock: time | None = outline.at
    if day is None:
        held = timezone.localtime(outline.held_at) if outline.held_at else None
        return f"{held:%Y-%m-%d %H:%M}" if held else ""
    return f"{day:%Y-%m-%d} {clock:%H:%M}" if clock else f"{day:%Y-%m-%d}"


def _message(sheet: Sheet, sender: str) -> Iterator[str]:
    names = "、".join(one.name for one in sheet.contacts)
    when = when_of(sheet.outline)
    yield f"{names}，您好：" if names else "您好："
    yield f"我们约在 {when} 沟通“{sheet.outline.title}”。" if when else f"关于“{sheet.outline.title}”的沟通，"
    yield "想提前把话题发给您，方便您准备；不必书面回复，见面聊就好。"
    for group in sheet.groups:
        if group.lines and group.dimension is Dimension.DECISION:
            yield ""
            yield f"【{DECISION_TOPIC}】"
        elif group.lines:
            yield ""
            yield f"【{group.name}】"
            for number, line in enumerate(group.lines, start=1):
                yield f"{number}. {line.question.text}"
    yield ""
    yield "如有您更想谈的，请告诉我，我来调整。"
    yield sender


def _section(number: int, group: Group) -> Section:
    rows = [row for line in group.lines for row in _rows(line)]
    heading = f"{NUMERALS[number]}、{group.name}（{group.covered.answered}/{group.covered.asked}）"
    parts: tuple[Part, ...] = (Table(HEADERS, tuple(rows), widths=WIDTHS),) if rows else ()
    return Section(heading, parts, empty="没有安排问题。")


def _rows(line: Line) -> Iterator[tuple[str, str, str]]:
    question = "\n".join([line.question.text, *(f"追问：{probe}" for probe in line.question.probes)])
    if not line.answers:
        yield question, "", ""
    for place, answer in enumerate(line.answers):
        yield question if place == 0 else "", _said(answer), _who(answer)


def _said(answer: Answer) -> str:
    return f"“{answer.text.strip()}”（客户原话）" if answer.own_words else answer.text.strip()


def _who(answer: Answer) -> str:
    return _named(answer.contact.name, answer.contact.position) if answer.contact else f"{answer.by.name} 记"


def _named(name: str, position: str) -> str:
    return f"{name}（{position}）" if position else name


def _missed(sheet: Sheet) -> tuple[Part, ...]:
    questions = sheet.open_questions
    return (Text("\n\n".join(f"· {question.text}" for question in questions)),) if questions else ()
