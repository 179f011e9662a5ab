"""The words for this room's codes: why something was refused, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.base.ui.formats import full_amount

SENTENCES: Mapping[str, StrOrPromise] = {
    "deal_closed": _("商机已输单或作废，这里的内容不再修改。需要继续时请先重新打开商机。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "text_broken": _("含有无法保存的字符，请删掉后再试。"),
    "rounds_out_of_range": _("轮数在 1 到 %(most)s 之间，例如 3。"),
    "who_missing": _("请选一位，或写下姓名。"),
    "who_twice": _("已经选了人，姓名请空着；两者只填一个。"),
    "person_inactive": _("这位同事的账号已停用，请另选一位。"),
    "contact_elsewhere": _("这位联系人不属于该客户，请重新选择。"),
    "seated_already": _("他已经在谈判桌上了，请直接修改那一条。"),
    "seat_withdrawn": _("这一位已撤下，请先恢复。"),
    "too_many_seats": _("最多 %(most)s 人。请先撤下不到场的。"),
    "give_missing": _("请写我们给什么，例如 加赠一次管理员培训。"),
    "value_out_of_range": _("代价以元计，不小于 0，也不能大到离谱，例如 8000 或 1.5万。"),
    "concession_twice": _("让步清单里已经有这一条，请直接修改它。"),
    "too_many_concessions": _("最多 %(most)s 条。请先撤回用不上的。"),
    "concession_withdrawn": _("这一条已撤回，请先恢复。"),
    "concession_given": _("这一条已经在谈判轮次里让出，不能再改；需要时请先撤回那一轮的记录。"),
    "unknown_idea": _("没有这一条建议，请刷新页面。"),
    "line_empty": _("至少填一项：最低价格、最长交付周期或不可妥协条款。"),
    "price_out_of_range": _("最低价格要大于 0，以元计，例如 45万 或 452,000。"),
    "price_too_fine": _("金额最多写到分，例如 8,600.50。"),
    "line_above_offer": _("高于现在报给客户的 %(ceiling)s，这样的底线守不住也谈不成。请核对金额和单位，或先改报价。"),
    "days_out_of_range": _("交付周期在 1 到 %(most)s 天之间，例如 60。"),
    "too_many_clauses": _("最多 %(most)s 条。请只写真正不能动的。"),
    "already_inside": _("%(name)s 本来就看得到，不用再加。"),
    "never_named": _("审计和系统管理员不能看底线，也不能被指定。"),
    "reads_not_deal": _("他还打不开这个商机。请先在商机页邀请他参与，再指定为知情人。"),
    "too_many_insiders": _("最多指定 %(most)s 人：知道的人越少越好。"),
}
FIELD_NAMES: Mapping[str, StrOrPromise] = {
    "aim": _("要达成什么"),
    "rounds": _("计划谈几轮"),
    "note": _("备注"),
    "user": _("同事"),
    "contact": _("联系人"),
    "name": _("姓名"),
    "who": _("谁"),
    "duty": _("分工"),
    "authority": _("权限"),
    "stand": _("可能的态度"),
    "position": _("可能的主张"),
    "cares": _("他在意什么"),
    "give": _("我们给什么"),
    "get": _("换回什么"),
    "kind": _("类别"),
    "value": _("对我们的代价"),
    "lowest_price": _("最低价格"),
    "longest_days": _("最长交付周期"),
    "fixed_clauses": _("不可妥协条款"),
}


def sentence(reason: Reason) -> str:
    params = {
        name: full_amount(value) if isinstance(value, Decimal) else value for name, value in reason.params.items()
    }
    return str(SENTENCES[reason.code]) % params


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]
