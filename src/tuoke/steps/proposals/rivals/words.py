"""The words for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.spine.customers import words as customers

SENTENCES: Mapping[str, StrOrPromise] = {
    "deal_closed": _("商机已输单或作废，这里的内容不再修改。需要继续时请先重新打开商机。"),
    "rival_twice": _("%(name)s 已经在对比里。"),
    "too_many_rivals": _("一个商机最多比 %(most)s 家。先移除威胁小的。"),
    "competitor_gone": _("%(name)s 已从竞品目录停用，请重新选择。"),
    "rival_withdrawn": _("%(name)s 已移出对比，请先恢复。"),
    "criterion_elsewhere": _("这条采购标准不属于这个商机。请刷新页面。"),
    "criterion_withdrawn": _("这条采购标准已撤回。请刷新页面。"),
    "too_many_statements": _("最多写 %(most)s 条，现在有 %(count)s 条。请合并相近的。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "text_broken": _("含有无法保存的字符，请删掉后再试。"),
    "price_odd": _("价格看着不对，请检查单位，例如 20-50万。"),
    "price_crossed": _("价格从低到高写，例如 20-50万。"),
}
FIELD_NAMES: Mapping[str, StrOrPromise] = {
    "threat": _("威胁"),
    "price": _("他们的报价"),
    "price_low": _("他们的价格 从"),
    "price_high": _("他们的价格 到"),
    "strengths": _("他们的优势"),
    "weaknesses": _("他们的劣势"),
    "our_difference": _("我们的差异"),
    "note": _("应对与备注"),
    "standing": _("他们的位置"),
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    if said is None:
        return customers.sentence(reason)
    return str(said) % {"limit": "", "length": "", "name": "", **reason.params}


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]
