"""The words for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.services.approvals import words as approvals
from tuoke.spine.customers import words as customers
from tuoke.spine.deals import words as deals

SENTENCES: Mapping[str, StrOrPromise] = {
    "deal_closed": _("商机已输单或作废，报价不再修改。需要继续时请先重新打开商机。"),
    "not_a_draft": _("只有草稿能修改和发出。要改已发出的报价，请用“改一版”。"),
    "not_issued": _("这份报价不是现行报价，没有可撤销的。"),
    "already_withdrawn": _("这份报价已经撤回。"),
    "not_withdrawn": _("这份报价没有撤回，不需要恢复。"),
    "offer_elsewhere": _("只能照着同一个商机的报价改。"),
    "too_many_offers": _("一个商机最多 %(most)s 份报价。"),
    "too_many_lines": _("一份报价最多 %(most)s 行。请合并相近的。"),
    "line_removed": _("这一行已经移除，请先恢复。"),
    "name_missing": _("请选产品，或写清楚卖的是什么，例如 上门培训。"),
    "price_missing": _("请填单价，例如 12800。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "text_broken": _("含有无法保存的字符，请删掉后再试。"),
    "quantity_odd": _("数量要大于 0、不超过 %(most)s，最多两位小数，例如 12。"),
    "price_odd": _("单价在 0 到 100 亿元之间，最多到分，例如 12800.50。"),
    "discount_odd": _("优惠在 0 到 100 之间，例如 10（即九折）。"),
    "tax_unknown": _("税率请选 %(rates)s 之一。"),
    "total_too_big": _("总价超过一万亿元，请检查数量和单价。"),
    "valid_until_odd": _("请检查年份。"),
    "delivery_odd": _("交付天数在 0 到 %(most)s 之间，例如 30。"),
    "product_unknown": _("产品目录里没有它，或已停售，请重新选择。"),
    "product_unpriced": _("这个产品在目录里没有价格，请自己填单价。"),
    "no_lines": _("还没有报价行。请先加上产品或服务。"),
    "valid_until_missing": _("请先填“有效期至”，客户要知道这个价格管到哪天。"),
    "valid_until_past": _("有效期 %(date)s 已经过了，请改成以后的日期。"),
    "discount_beyond": _("总优惠 %(percent)s%%，超过您能自己决定的 %(limit)s%%，要主管批准。"),
    "below_band": _("“%(name)s”折后单价 %(price)s 元，低于目录价格带的下限 %(low)s 元，要主管批准。"),
    "nothing_to_ask": _("价格都在您能自己决定的范围里，不需要审批。"),
    "nobody_to_ask": _("没有权限足够的主管可以批准这个优惠。请和管理员确认组织架构。"),
    "prices_changed": _("申请之后价格又改过了，这次申请不再有效。请申请人重新提交。"),
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    if said is None:
        return _elsewhere(reason)
    params = {"limit": "", "length": "", **reason.params}
    if reason.code == "valid_until_past":
        params["date"] = date_format(reason.params["date"], "Y-m-d")  # type: ignore[arg-type]  # a date
    return str(said) % params


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


def _elsewhere(reason: Reason) -> str:
    """Codes of the deal itself and of approvals, which an action of ours may pass on."""
    if reason.code in approvals.SENTENCES:
        return approvals.sentence(reason)
    if reason.code in deals.SENTENCES:
        return deals.sentence(reason, None)
    return customers.sentence(reason)


FIELD_NAMES: Mapping[str, StrOrPromise] = {
    "name": _("名称"),
    "quantity": _("数量"),
    "unit": _("单位"),
    "unit_price": _("单价"),
    "discount_percent": _("优惠 %"),
    "tax_rate": _("税率 %"),
    "note": _("说明"),
    "title": _("报价名称"),
    "tax_included": _("价格含税"),
    "valid_until": _("有效期至"),
    "delivery_days": _("交付天数"),
    "payment_terms": _("付款方式"),
}
