"""《项目复盘报告》, drawn from a ``Content`` alone: the frozen one of a final review, or what it says now as a draft.
Chinese whatever the language of the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils import translation

from tuoke.base.ui.formats import full_amount
from tuoke.services.documents.rules import (
    Document,
    Facts,
    Figure,
    Heading,
    Section,
    Table,
    Text,
    Value,
)
from tuoke.services.documents.rules import Figures as Numbers
from tuoke.services.documents.rules import Part as Paper
from tuoke.spine.deals.models import OUTCOME_NAMES
from tuoke.spine.deals.rules import GIVEN_UP, Outcome
from tuoke.steps.reviews.charts import days_chart
from tuoke.steps.reviews.models import CAUSE_NAMES
from tuoke.steps.reviews.rules import FEWEST, Attainment, Cause, Content, Figures, Part, StepDays
from tuoke.steps.reviews.words import function_name

TITLE = "项目复盘报告"
LANGUAGE = "zh-hans"


def review_document(content: Content, *, number: int, today: date) -> Document:
    """``number`` 0: not final yet. ``content`` as its reader may see it."""
    with translation.override(LANGUAGE):
        return Document(
            title=TITLE,
            subtitle=f"{content.customer} · {content.deal}",
            facts=(
                ("负责人", content.owner),
                ("结果", _outcome(content)),
                ("复盘会", content.held_on),
                ("版本", f"第 {number} 版" if number else "草稿，未定稿"),
                ("导出日期", today),
            ),
            sections=(
                Section("结论", _conclusion(content), empty="还没有写结论。"),
                Section("目标达成率", _attainment(content.figures)),
                Section("关键节点效率", _steps(content.figures), empty="还没有走完一步。"),
                Section("客户满意度", _satisfaction(content.figures), empty="客户还没有给出评分。"),
                Section("各部门的看法", _parts(content.parts), empty="还没有人写。"),
                Section("问题", _problems(content), empty="没有记录问题。"),
                Section("改进项", _improvements(content), empty=content.nothing_to_change or "没有改进项。"),
            ),
            footer=f"{TITLE} · {content.customer}",
        )


def _outcome(content: Content) -> str:
    said = str(OUTCOME_NAMES[Outcome(content.outcome)])
    return f"{said}（{content.outcome_on:%Y-%m-%d}）" if content.outcome_on else said


def _conclusion(content: Content) -> tuple[Paper, ...]:
    found: list[Paper] = [Text(content.summary)] if content.summary else []
    if content.outcome in GIVEN_UP:
        cause = str(CAUSE_NAMES[Cause(content.cause)]) if content.cause else "—"
        known: list[tuple[str, Value]] = [("主要原因", cause), ("原因说明", content.cause_text or "—")]
        known.append(("结束时登记的原因", content.outcome_reason or "—"))
        if content.lost_to:
            known.append(("输给", content.lost_to))
        found.append(Facts(tuple(known)))
    return tuple(found)


def _attainment(figures: Figures) -> tuple[Paper, ...]:
    reached = figures.reached
    numbers = [
        Figure(_per_cent(reached.amount_ratio), "金额达成率", _amounts(reached)),
        Figure(_late(reached), "签约日期", f"计划 {_day(reached.planned_on)}，实际 {_day(reached.reached_on)}"),
    ]
    if reached.margin is not None:
        numbers.append(Figure(_per_cent(reached.margin), "毛利率", "（签约额 − 项目成本）÷ 签约额"))
    rows = tuple(
        (f"离开“{plan.step}”时" if plan.step else "立项时", plan.said_on, _money(plan.amount), _day(plan.close_on))
        for plan in figures.plans
    )
    source = (
        f"实际金额取自已签合同 {'、'.join(figures.contracts)}。"
        if figures.contracts
        else "实际金额取自商机的成交金额。"
    )
    return (
        Numbers(tuple(numbers)),
        Heading("计划的变化"),
        Table(("记录于", "日期", "计划金额", "计划签约"), rows),
        Text(f"计划取自立项时和每次推进时系统留下的记录。{source}", quiet=True),
    )


def _steps(figures: Figures) -> tuple[Paper, ...]:
    chart = days_chart(figures.steps)
    if chart is None:
        return ()
    rows = tuple((step.name, step.days, step.standard, step.over, _median(step), _rank(step)) for step in figures.steps)
    said = (
        f"天数取自进入和离开每一步的记录，当天算一天。团队：同一部门、同一类客户在此前两年结束的 {figures.compared_with} 个商机；"
        f"走过这一步的不足 {FEWEST} 个时不作比较。"
    )
    headers = ("步骤", "用时（天）", "标准（天）", "超出（天）", "团队中位数", "快于")
    return (chart, Table(headers, rows), Text(said, quiet=True))


def _satisfaction(figures: Figures) -> tuple[Paper, ...]:
    if not figures.satisfaction:
        return ()
    rows = tuple(
        (one.source, one.on, f"{one.score:g} / 10", one.by or "—", one.comment or "—") for one in figures.satisfaction
    )
    score = f"{figures.score:g} / 10" if figures.score is not None else "—"
    return (
        Numbers((Figure(score, "平均", f"{len(rows)} 次评分，均由客户本人给出"),)),
        Table(("来源", "日期", "评分", "谁给的", "他说"), rows, widths=(0.2, 0.15, 0.12, 0.15, 0.38)),
    )


def _parts(parts: Sequence[Part]) -> tuple[Paper, ...]:
    found: list[Paper] = []
    for part in parts:
        function = function_name(part.function)
        found.append(Heading(f"{function} · {part.name}" if function else part.name))
        if part.excuse:
            found.append(Text(f"没有要写的：{part.excuse}", quiet=True))
            continue
        said = (("做得好的", part.went_well), ("要改的", part.went_wrong), ("下次怎么做", part.advice))
        found.append(Facts(tuple((label, text) for label, text in said if text)))
    return tuple(found)


def _problems(content: Content) -> tuple[Paper, ...]:
    rows = tuple((one.step or "—", one.text, one.cause or "—") for one in content.problems)
    return (Table(("步骤", "问题", "原因"), rows, widths=(0.15, 0.45, 0.4)),) if rows else ()


def _improvements(content: Content) -> tuple[Paper, ...]:
    rows = tuple(
        (one.title, one.target, one.proposal, one.owner, one.due_on, one.state) for one in content.improvements
    )
    if not rows:
        return ()
    headers = ("改什么", "改在哪里", "改成什么", "负责人", "期限", "状态")
    return (Table(headers, rows, widths=(0.2, 0.14, 0.3, 0.1, 0.13, 0.13)),)


def _amounts(reached: Attainment) -> str:
    return f"计划 {_money(reached.planned)}，实际 {_money(reached.reached)}"


def _money(amount: Decimal | None) -> str:
    return full_amount(amount) if amount is not None else "—"


def _per_cent(value: Decimal | None) -> str:
    return f"{value:g}%" if value is not None else "—"


def _day(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else "—"


def _late(reached: Attainment) -> str:
    if reached.days_late is None:
        return "—"
    if reached.days_late == 0:
        return "按时"
    return f"晚 {reached.days_late} 天" if reached.days_late > 0 else f"早 {-reached.days_late} 天"


def _median(step: StepDays) -> str:
    if step.against.median is None:
        return f"数据不足（{step.against.cases} 个）"
    return f"{step.against.median:g} 天（{step.against.cases} 个）"


def _rank(step: StepDays) -> str:
    return "—" if step.against.faster is None else f"{step.against.faster}% 的商机"
