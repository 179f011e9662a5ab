"""The words for this package's codes and fields."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason
from tuoke.services.exchange.rules import Problem

FIELDS: Mapping[str, StrOrPromise] = {
    "name": gettext_lazy("名称"),
    "price": gettext_lazy("价格"),
    "price_low": gettext_lazy("价格下限"),
    "price_high": gettext_lazy("价格上限"),
    "unit": gettext_lazy("计价单位"),
    "custom_quote": gettext_lazy("可接受定制化报价"),
    "industries": gettext_lazy("适合的行业"),
    "staff": gettext_lazy("员工人数"),
    "revenue": gettext_lazy("年营收"),
    "pains": gettext_lazy("解决的痛点"),
    "strengths": gettext_lazy("优势"),
    "weaknesses": gettext_lazy("劣势"),
    "counters": gettext_lazy("我们的应对"),
    "products": gettext_lazy("竞争的产品"),
    "note": gettext_lazy("说明"),
    "source": gettext_lazy("线索来源"),
    "starts_on": gettext_lazy("开始日期"),
    "ends_on": gettext_lazy("结束日期"),
    "amount": gettext_lazy("金额"),
}

_RIGHT: Mapping[str, StrOrPromise] = {
    "may_not_write": gettext_lazy("您的角色不能修改产品、竞品和线索来源；请联系销售总监或流程负责人。"),
    "name_missing": gettext_lazy("请填写名称。"),
    "name_too_long": gettext_lazy("名称最多 %(limit)s 个字。"),
    "name_taken": gettext_lazy("这个名称已经有了，请换一个；停用或作废的也占着名称，可以把它恢复。"),
    "text_broken": gettext_lazy("含有无法保存的字符，请删掉后再试。"),
    "too_long": gettext_lazy("最多 %(limit)s 个字，现在有 %(found)s 个字。"),
    "too_many": gettext_lazy("最多 %(limit)s 条，现在有 %(found)s 条。"),
    "negative": gettext_lazy("不能小于 0。"),
    "too_big": gettext_lazy("数目太大，请检查单位。"),
    "upside_down": gettext_lazy("范围的下限不能高于上限。"),
    "pain_missing": gettext_lazy("写了怎么解决，还要写痛点本身。"),
    "product_unknown": gettext_lazy("所选的产品已经不在目录里，请刷新页面。"),
    "too_deep": gettext_lazy("来源最多分 %(limit)s 层；请加在上一层。"),
    "parent_closed": gettext_lazy("上级来源已停用；先恢复它，再在下面添加。"),
    "source_unknown": gettext_lazy("这个来源不存在，请刷新页面。"),
    "period_reversed": gettext_lazy("结束日期不能早于开始日期。"),
    "amount_not_positive": gettext_lazy("金额要大于 0。"),
    "cost_twice": gettext_lazy(
        "同一来源、同一期间、同样金额的费用已经记过了；确实有两笔时，请在说明里写清楚各是什么。"
    ),
    "cost_voided": gettext_lazy("这笔费用已作废；先恢复再修改。"),
    "unit_unknown": gettext_lazy("金额请带单位，例如 20万 或 200000元。"),
    "amount_unclear": gettext_lazy("看不懂金额；写成 20万、20万-50万 或 1000万以上。"),
    "amount_is_range": gettext_lazy("这里填一个数，例如 30万。"),
    "number_unclear": gettext_lazy("看不懂人数；写成 200、100-500人 或 1000人以上。"),
    "foreign_currency": gettext_lazy("只能用人民币，请先换算。"),
}


def right(reason: Reason) -> str:
    """What is wrong and what would be right, in one sentence. An unknown code is said as it is."""
    said = _RIGHT.get(reason.code)
    return str(said) % {"limit": "", "found": "", **reason.params} if said else reason.code


def typed_wrong(problem: Problem, otherwise: str) -> str:
    """For what a person typed; a code without words of its own is said as ``otherwise``."""
    return str(_RIGHT.get(problem.code) or _RIGHT[otherwise]) % {"limit": "", "found": ""}


def said(value: object) -> str:
    """A value of a changed field as people say it; nothing is a dash."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return "—" if value in ("", None) else str(value)
