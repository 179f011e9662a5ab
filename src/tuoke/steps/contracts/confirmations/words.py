"""The words for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.steps.contracts.confirmations.places import REASONS

SENTENCES: Mapping[str, StrOrPromise] = {
    "clauses_unconfirmed_ours": _("我方还有 %(count)s 条没有确认：%(titles)s。"),
    "clauses_unconfirmed_theirs": _("客户还有 %(count)s 条没有确认：%(titles)s。"),
    "clause_change_wanted_ours": _("我方要改 %(count)s 条：%(titles)s。改好条款，或撤回意见。"),
    "clause_change_wanted_theirs": _("客户要改 %(count)s 条：%(titles)s。改好条款请他再确认，或请他撤回意见。"),
    "no_version": _("合同还没有定过版。先定一版，双方才知道确认的是哪些字。"),
    "version_superseded": _("合同已经有第 %(number)s 版，请按新的一版确认。"),
    "clause_unknown": _("这一条不在这一版合同里，请刷新页面后再试。"),
    "nothing_to_confirm": _("没有还要确认的条款。"),
    "nothing_newer": _("合同没有新的内容，链接里已经是第 %(number)s 版。"),
    "comment_missing": _("请写清楚要改成什么样，或为什么要改。"),
    "contact_missing": _("请选择联系人。"),
    "contact_elsewhere": _("这位联系人不属于该客户，请重新选择。"),
    "contact_gone": _("%(name)s 设为勿扰，不能发给他。"),
    "already_invited": _("发给 %(name)s 的链接还有效。合同改了就更新那个链接，不用再发一个。"),
    "expires_missing": _("请填写链接有效期。"),
    "expiry_out_of_range": _("有效期在 %(least)s 到 %(most)s 天之间。"),
    "phone_missing": _("这位联系人没有手机号，不能用后四位验证。"),
    "channel_missing": _("请选客户是怎么告诉我们的。"),
    "clauses_missing": _("请勾选客户同意了哪几条。"),
    "day_missing": _("请填写是哪一天。"),
    "day_in_future": _("日期不能晚于今天（%(today)s）。"),
    "day_too_early": _("日期早于 %(first)s，请检查年份。"),
    "not_ours": _("这是客户通过链接说的，只有他自己能撤回。"),
    "only_people_confirm": _("确认条款要由人来做。"),
    "link_dead": _("这个链接已失效，请给他发一个新的。"),
    "contract_signed": _("合同已经签署，不再确认条款；要改请起草补充协议。"),
    "contract_ended": _("合同已撤回或解除，不再确认条款。"),
    "deal_closed": _("商机已输单或作废。需要继续时请先重新打开商机。"),
    "no_clauses": _("合同里还没有条款，先写条款再定版。"),
    "answers_too_many": _("通过这个链接的答复已有 %(most)s 条，请直接联系我们。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个，请精简一些。"),
    "text_broken": _("含有无法保存的字符，请删掉后再试。"),
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    return str(said) % reason.params if said else reason.code


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


def against_signing(reason: Reason) -> str:
    """For ``contracts.hooks.sentences``: empty where the reason isn't this room's."""
    return sentence(reason) if reason.code in REASONS else ""
