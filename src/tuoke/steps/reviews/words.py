"""The words for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.models import FUNCTION_NAMES
from tuoke.base.accounts.rules import Function
from tuoke.base.kernel.verdict import Reason, Verdict

SENTENCES: Mapping[str, StrOrPromise] = {
    "deal_runs": _("商机还在进行。赢单、输单或作废之后再复盘。"),
    "deal_finished": _("这个商机已经结束复盘并归档。要再改，请先重新打开商机。"),
    "review_final": _("报告已经定稿。要改，请先“重新打开复盘”，改完再定稿，会生成下一版。"),
    "review_not_final": _("报告还没有定稿，直接改就可以。"),
    "review_not_held": _("复盘会还没有记录：先填会议日期和结论。"),
    "summary_missing": _("还没有写结论。"),
    "cause_missing": _("丢单要写明主要原因。"),
    "functions_missing": _("这些部门参与过项目，还没有写他们的部分，也没有说明为什么没有：%(functions)s。"),
    "improvements_missing": _("至少要有一条改进项；确实没有，请在会议记录里写明原因。"),
    "improvements_unowned": _("有 %(count)s 条改进项没有负责人或期限。"),
    "held_on_missing": _("请填复盘会的日期。"),
    "held_in_future": _("复盘会日期不能晚于今天（%(today)s）。"),
    "held_before_deal": _("复盘会不能早于商机建立的日期（%(opened)s）。"),
    "nobody_chosen": _("请至少选一位同事。"),
    "person_elsewhere": _("只能请看得到这个商机的同事。请先把他加为协作人。"),
    "too_many": _("最多 %(most)s 条。"),
    "due_in_past": _("日期不能早于今天（%(today)s）。"),
    "due_too_far": _("日期最晚到 %(latest)s，请检查年份。"),
    "part_written": _("他已经写了，不能再收回。"),
    "part_withdrawn": _("已经不再请您写这一部分。想写仍可以用“加上我的看法”。"),
    "part_exists": _("您已经有自己的部分，请直接修改。"),
    "part_empty": _("请至少写一项，或者说明为什么没有要写的。"),
    "excuse_beside_words": _("已经写了内容，就不用再说明为什么没有。"),
    "problem_missing": _("请写出了什么问题。"),
    "problem_withdrawn": _("这个问题已被撤下，请先恢复。"),
    "step_unknown": _("这个商机的流程里没有这一步。"),
    "reason_missing": _("请写明原因。"),
    "cost_negative": _("成本不能小于 0。"),
    "cost_too_big": _("数目太大，请检查单位，例如 20万。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "text_broken": _("含有无法保存的字符，请删掉后再试。"),
}
FIELD_NAMES: Mapping[str, StrOrPromise] = {
    "held_on": _("复盘会日期"),
    "summary": _("结论"),
    "cause": _("主要原因"),
    "cause_text": _("原因说明"),
    "nothing_to_change": _("没有改进项的原因"),
    "went_well": _("做得好的"),
    "went_wrong": _("要改的"),
    "advice": _("下次怎么做"),
    "excuse": _("没有内容的原因"),
    "text": _("发现的问题"),
    "step": _("出在哪一步"),
}


def function_name(code: str) -> str:
    return str(FUNCTION_NAMES[Function(code)]) if code in {one.value for one in Function} else ""


def sentence(reason: Reason) -> str:
    params = {"limit": "", "length": "", **reason.params}
    functions = reason.params.get("functions")
    if isinstance(functions, Sequence):
        params["functions"] = "、".join(function_name(str(code)) for code in functions)
    return str(SENTENCES[reason.code]) % params


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]
