"""The words for this package's codes, and what it says of answers. Refusals of what it writes along have their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.spine.library.models import DIMENSION_NAMES
from tuoke.spine.library.rules import Dimension
from tuoke.steps.discovery import words as needs

if TYPE_CHECKING:
    from tuoke.steps.discovery.interviews.models import Answer
    from tuoke.steps.discovery.interviews.queries.sheet import Sheet

_RIGHT: Mapping[str, StrOrPromise] = {
    "missing": gettext_lazy("这里要填写。"),
    "too_long": gettext_lazy("最多 %(limit)s 个字，现在有 %(found)s 个字。"),
    "text_broken": gettext_lazy("含有无法保存的字符，请删掉后再试。"),
    "day_missing": gettext_lazy("写了时间，请也选日期。"),
    "day_unlikely": gettext_lazy("请检查年份。"),
    "too_many_people": gettext_lazy("参会人最多 %(limit)s 位。"),
    "person_unknown": gettext_lazy("这个人不属于该客户，也不是能参加的同事，请重新选择。"),
    "action_unknown": gettext_lazy("所选的会议不在这个商机里，或已经结束，请重新选择。"),
    "too_many_outlines": gettext_lazy("一个商机最多 %(limit)s 份提纲；请先撤回不用的。"),
    "too_many_questions": gettext_lazy("一份提纲最多 %(limit)s 个问题；问得完的才是好提纲。"),
    "too_many_probes": gettext_lazy("追问最多 %(limit)s 条，现在有 %(found)s 条。"),
    "too_many_answers": gettext_lazy("一个问题最多记 %(limit)s 条回答；请写进已有的一条里。"),
    "nothing_to_suggest": gettext_lazy("问题库里没有更多适合的问题了；可以自己写，或请团队负责人往资料库里加。"),
    "question_taken": gettext_lazy("这个问题已经在提纲里。"),
    "question_unknown": gettext_lazy("这个问题已不在资料库里使用，请换一个。"),
    "question_removed": gettext_lazy("这个问题已移出提纲；先恢复再记回答。"),
    "question_answered": gettext_lazy("这个问题已经有回答，不能移出提纲。"),
    "order_unknown": gettext_lazy("提纲刚被别人改过，已显示最新内容，请再排一次。"),
    "outline_held": gettext_lazy("这次访谈已经结束，提纲不再修改；回答仍可更正。"),
    "outline_not_held": gettext_lazy("访谈结束以后，才能转到下一次。"),
    "outline_withdrawn": gettext_lazy("这份提纲已撤回，请先恢复。"),
    "outline_has_answers": gettext_lazy("这份提纲已经有回答，不能撤回。"),
    "nothing_open": gettext_lazy("没有未回答的问题要转到下一次。"),
    "answer_withdrawn": gettext_lazy("这条回答已撤回，请先恢复。"),
    "minutes_unlikely": gettext_lazy("时长填 1 到 %(limit)s 分钟。"),
    "not_from_library": gettext_lazy("请先写好问题再存入资料库。"),
    "deal_closed": gettext_lazy("商机已输单或作废，不能再记录。需要继续时请先重新打开商机。"),
    # hints
    "took_long": gettext_lazy(
        "这次谈了 %(minutes)s 分钟。超过 %(limit)s 分钟，对方难免分心；可以分两次谈，先问最要紧的。"
    ),
    "decision_first": gettext_lazy("一开始就问了决策或预算。先聊现状和痛点，对方更愿意说真话。"),
    "no_own_words": gettext_lazy("没有标记客户原话。写方案时，客户自己的话最有说服力；现在补标还来得及。"),
    "dimension_missed": gettext_lazy("“%(name)s”没有问到，安排在下一次。"),
    "nothing_heard": gettext_lazy("还没有记下回答。趁记忆新鲜，现在补上。"),
}
_FITTING: Mapping[str, StrOrPromise] = {
    "industry": gettext_lazy("同行业"),
    "role": gettext_lazy("适合对方职位"),
    "motion": gettext_lazy("适合这种拓展方式"),
    "scale": gettext_lazy("适合这样的规模"),
    "market": gettext_lazy("适合这类市场"),
}
SAID = 60


def right(reason: Reason) -> str:
    """What is wrong and what would be right, in one sentence."""
    said = _RIGHT.get(reason.code)
    if said is None:
        return needs.sentence(reason)
    named = reason.params.get("dimension")
    name = DIMENSION_NAMES[Dimension(str(named))] if named else ""
    return str(said) % {"limit": "", "found": "", "name": name, **reason.params}


def sentences(verdict: Verdict) -> str:
    return " ".join(right(reason) for reason in verdict.reasons)


def fitting(tag: str) -> str:
    return str(_FITTING.get(tag, tag))


def said_by(answer: Answer) -> str:
    """陈工 · 生产总监, 现状访谈; who noted it where nobody is named."""
    contact = answer.contact
    if contact is None:
        return _("%(who)s 记录 · %(where)s") % {"who": answer.by.name, "where": answer.question.outline.title}
    who = f"{contact.name} · {contact.position}" if contact.position else contact.name
    return f"{who} · {answer.question.outline.title}"


def quoted(answer: Answer, *, most: int = SAID) -> str:
    """The answer in short, the customer's own words in quotes."""
    text = " ".join(answer.text.split())
    text = text if len(text) <= most else text[: most - 1] + "…"
    return f"“{text}”" if answer.own_words else text


def summary_of(sheet: Sheet) -> str:
    """A follow-up's summary, proposed from the answers: dimension by dimension what was said."""
    lines = [
        _("访谈《%(title)s》，问到 %(covered)s 个维度。")
        % {"title": sheet.outline.title, "covered": sheet.meter.covered}
    ]
    if people := names_of(sheet):
        lines.append(_("参会：%(people)s。") % {"people": "、".join(people)})
    for group in sheet.groups:
        if said := [quoted(answer) for line in group.lines for answer in line.answers]:
            lines.append(f"{group.name}：{'；'.join(said)}")
    return "\n".join(lines)


def names_of(sheet: Sheet) -> Sequence[str]:
    contacts = [f"{one.name}（{one.position}）" if one.position else one.name for one in sheet.contacts]
    return [*contacts, *(one.name for one in sheet.colleagues)]


def own_summary(sheet: Sheet, *, most: int) -> str:
    """``summary_of`` within what a follow-up takes."""
    text = summary_of(sheet)
    return text if len(text) <= most else text[: most - 1] + "…"
