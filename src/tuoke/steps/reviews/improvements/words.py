"""The words for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.steps.reviews import words as reviews

SENTENCES: Mapping[str, StrOrPromise] = {
    "title_missing": _("请用一句话写改什么，例如 谈判前先请财务给出两套付款方案。"),
    "proposal_missing": _("请写改成什么样，写到别人照着就能做。"),
    "owner_missing": _("请选一位负责人。没有人负责的改进不会发生。"),
    "owner_elsewhere": _("这位同事看不到改进项，请另选一位。"),
    "target_elsewhere": _("没有这一条，或它不属于所选的种类。请重新选择。"),
    "problem_elsewhere": _("这个问题不在这次复盘里，请重新选择。"),
    "due_missing": _("请填期限。"),
    "already_decided": _("已经决定过了。要改，请先撤回决定。"),
    "not_decided": _("还没有决定，或已经开始落实，不能撤回决定。"),
    "may_not_decide": _("由流程负责人或总监决定。"),
    "may_not_propose": _("您可以在参与的商机的复盘里提改进。"),
    "not_accepted": _("还没有采纳，先请流程负责人决定。"),
    "nothing_to_write": _("它不在某个工具里，做完后直接“标为已落实”。"),
    "may_not_write_there": _("您不能修改这类内容。请把负责人改成能修改的同事，例如主管或流程负责人。"),
    "not_yours": _("由负责人或流程负责人来做。"),
    "not_drafting": _("还没有人在写，请刷新页面。"),
    "not_carried_out": _("它还没有落实，不用撤回。"),
    "already_carried_out": _("已经落实的不能撤下。如果其实没有落实，请先“撤回落实”。"),
    "not_open": _("已经结束，不用再改负责人和期限。"),
    "note_missing": _("请写怎么落实的，例如 12 月 3 日例会上讲过，全组已照做。"),
    "withdrawn": _("它已被撤下，请先恢复。"),
    "may_not_draft": _("只有流程负责人能修改流程手册。请把负责人改成他。"),
}
FIELD_NAMES: Mapping[str, StrOrPromise] = {
    "title": _("改什么"),
    "target": _("改在哪里"),
    "target_key": _("具体哪一条"),
    "proposal": _("改成什么"),
    "why": _("为什么"),
    "owner": _("负责人"),
    "due_on": _("期限"),
    "problem": _("回答哪个问题"),
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    if said is None:
        return reviews.sentence(reason)
    return str(said) % {"limit": "", "length": "", **reason.params}


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]
