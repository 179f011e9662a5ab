"""Cadence, pool and assignment in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.spine.customers.models import TIER_NAMES

SENTENCES: Mapping[str, StrOrPromise] = {
    "claims_used_up": _("今天已领取 %(count)s/%(limit)s，明天再来。"),
    "hands_full": _("您手上已有 %(count)s/%(limit)s，先转成商机、退回或标为无效一些，再领取。"),
    "hands_full_of": _("%(name)s手上已有 %(count)s/%(limit)s，不能再分给他。"),
    "cooling_down": _("您 %(days)s 天前交出过它，%(until)s 起可以再领。"),
    "too_new_in_pool": _("它刚进公海，%(until)s 起可以领取。"),
    "nothing_chosen": _("请先选择要领取的线索。"),
    "too_many_chosen": _("一次最多处理 %(limit)s 条，请缩小范围。"),
    "customer_pursued": _("这家客户有进行中的商机，不能退回公海。先结束或转交商机。"),
    "customer_in_pool": _("客户已经在公海里了。"),
    "may_not_set_rules": _("只有销售总监可以修改这些规则。"),
    "out_of_range": _("请填 %(low)s 到 %(high)s 之间的整数。"),
    "recycled_before_due": _("收回不能早于跟进：至少 %(days)s 个工作日。"),
    "warned_before_held": _("提前提醒的天数不能多于收回的天数（%(days)s 个工作日）。"),
    "plan_changed": _("预览之后情况有变化：有线索被领走、规则或人员有调整。请看过新的预览再确认。"),
    "nothing_to_assign": _("没有可以分配的线索。"),
    "too_many_rules": _("最多 %(limit)s 条分配规则。"),
    "values_missing": _("请至少写一个地区或行业，每行一个。"),
    "too_many_values": _("最多写 %(limit)s 个。"),
    "people_unknown": _("选的人或部门已不存在，请重新选择。"),
    "people_missing": _("请选择分给哪些人或部门。"),
    "broken": _("含有无法保存的字符，请删掉后再试。"),
}
LEFT: Mapping[str, StrOrPromise] = {
    "no_rule": _("没有规则适用于它们"),
    "rule_without_people": _("适用的规则里，没有在您管理范围内、可以接线索的人"),
    "people_full": _("适用规则里的人手上都满了"),
}
RULE_FIELDS: Mapping[str, StrOrPromise] = {
    "warn_days": _("提前提醒"),
    "hold_limit": _("持有上限"),
    "claims_per_day": _("每天领取上限"),
    "cool_down_days": _("再次领取的间隔"),
    "wait_days": _("新进公海的等待"),
    "counts_customers": _("客户计入持有上限"),
    "counts_pursued": _("有商机的客户也计入"),
    "keeps_planned": _("有计划的不收回"),
    "recycles_customers": _("客户也自动收回"),
    "counts_from": _("起算日"),
    "name": _("名称"),
    "kind": _("方式"),
    "values": _("地区或行业"),
    "people": _("人员"),
    "departments": _("部门"),
    "is_active": _("启用"),
}
PREFIXES: Mapping[str, StrOrPromise] = {
    "touch": _("%(tier)s跟进频次"),
    "recycle": _("%(tier)s收回期限"),
    "weight": _("%(tier)s负荷权重"),
}


def rule_field(name: str) -> str:
    """A number of the rules as history names it."""
    prefix, _mark, tier = name.partition("_")
    if prefix in PREFIXES:
        return str(PREFIXES[prefix]) % {"tier": tier_name("" if tier == "untiered" else tier)}
    return str(RULE_FIELDS.get(name, name))


def tier_name(tier: str) -> str:
    return str(TIER_NAMES.get(tier, gettext("未定级")))  # type: ignore[call-overload]  # keys are strings


def recycled_because(days: str) -> str:
    return gettext("超过 %(days)s 个工作日没有跟进，自动退回公海") % {"days": days}


def said_rule(value: object) -> str:
    """A number of the rules as people say it."""
    if value is None:
        return gettext("不限")
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    return str(value)
