"""The words for this room's codes, and what its fields are called."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.services.files import words as files

SENTENCES: Mapping[str, StrOrPromise] = {
    "deal_closed": _("商机已输单或作废，这里的内容不再修改。需要继续时请先重新打开商机。"),
    "title_missing": _("请写清楚是什么，一句话就够。"),
    "criteria_missing": _("请写验收标准，一行一条：做到什么样，客户才签字。"),
    "too_many_criteria": _("一项最多 %(most)s 条验收标准，请拆成几项。"),
    "line_too_long": _("第 %(number)s 条太长，一条最多 %(limit)s 个字。"),
    "too_many": _("一次交付最多列 %(most)s 项。"),
    "too_many_issues": _("最多记 %(most)s 个问题，请先处理已有的。"),
    "milestone_elsewhere": _("启动计划里没有这个里程碑，请重新选择。"),
    "item_elsewhere": _("这次交付里没有这一项，请重新选择。"),
    "item_withdrawn": _("这一项已经移除，请先恢复。"),
    "already_accepted": _("客户已经验收这一项，内容不再修改。"),
    "already_delivered": _("这一项已经交付，正在等客户验收。"),
    "not_delivered": _("这一项还没有交付，请先登记交付。"),
    "not_withdrawn": _("这一条没有移除，不需要恢复。"),
    "nothing_delivered": _("还没有交付任何一项，交付后再请客户评分。"),
    "nothing_to_accept": _("还没有列交付内容。先列出交付什么、按什么标准验收，再发给客户。"),
    "day_missing": _("请填写日期。"),
    "day_in_future": _("日期不能晚于今天（%(today)s）。"),
    "day_odd": _("请检查年份。"),
    "before_deal": _("日期早于 %(first)s，请检查年份。"),
    "accepted_before_delivery": _("验收日期不能早于交付日期 %(date)s。"),
    "note_missing": _("请写明原因，责任人要照着它去解决。"),
    "solution_missing": _("请写怎么解决的，客户会看到。"),
    "contact_missing": _("请选择客户的哪一位。"),
    "contact_elsewhere": _("这位联系人不属于该客户，请重新选择。"),
    "contact_gone": _("%(name)s 设为勿扰，不能发给他。"),
    "expires_missing": _("请填写链接有效期。"),
    "expiry_out_of_range": _("有效期在 %(least)s 到 %(most)s 天之间。"),
    "phone_missing": _("这位联系人没有手机号，不能用后四位验证。"),
    "owner_elsewhere": _("只能交给商机负责人或协作人，请先把他加为协作人。"),
    "issue_not_open": _("这个问题已经标为解决，请刷新页面。"),
    "issue_closed": _("这个问题已经关闭。没有解决的话，请重新打开。"),
    "issue_open": _("这个问题没有关闭，不需要重新打开。"),
    "issue_not_solved": _("这个问题还没有标为解决，请先写明怎么解决的。"),
    "issue_withdrawn": _("这个问题已经移除，请先恢复。"),
    "others_issue": _("客户提出的问题由客户确认关闭：他在链接里确认，或登记他当面、电话里的答复。"),
    "others_word": _("这是客户自己在链接里填写的，不能由我们撤回。"),
    "taken_back": _("这条记录已经撤回。"),
    "not_the_last": _("之后客户又答复过，只能撤回最后一条。"),
    "score_missing": _("请选择 1 到 10 分。"),
    "score_out_of_range": _("评分在 %(least)s 到 %(most)s 分之间。"),
    "name_missing": _("请写姓名。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "text_broken": _("含有无法保存的字符，请删掉后再试。"),
}
FIELD_NAMES: Mapping[str, StrOrPromise] = {
    "kind": _("类型"),
    "title": _("名称"),
    "criteria": _("验收标准"),
    "due_on": _("日期"),
    "milestone": _("启动计划里的里程碑"),
    "severity": _("严重程度"),
    "item": _("哪一项"),
    "owner": _("责任人"),
    "note": _("说明"),
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    return (
        files.sentence(reason) if said is None else str(said) % {"limit": "", "length": "", "name": "", **reason.params}
    )


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]
