"""The words for this package's codes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason
from tuoke.base.ui.formats import amount
from tuoke.steps.targeting.goals.queries import source_of
from tuoke.steps.targeting.goals.rules import Axis, Basis, Period, PeriodKind

BASES: Mapping[Basis, StrOrPromise] = {
    Basis.HEADS: gettext_lazy("按人数"),
    Basis.LAST_YEAR: gettext_lazy("按去年同期业绩"),
    Basis.WEIGHTS: gettext_lazy("按权重"),
    Basis.EVEN: gettext_lazy("平均"),
    Basis.BY_HAND: gettext_lazy("手工填写"),
}
AXES: Mapping[Axis, StrOrPromise] = {
    Axis.PEOPLE: gettext_lazy("拆给下级"),
    Axis.PERIODS: gettext_lazy("拆到更短的期间"),
}
KINDS: Mapping[PeriodKind, StrOrPromise] = {
    PeriodKind.YEAR: gettext_lazy("年"),
    PeriodKind.QUARTER: gettext_lazy("季度"),
    PeriodKind.MONTH: gettext_lazy("月"),
}
_RIGHT: Mapping[str, StrOrPromise] = {
    "unknown_metric": gettext_lazy("没有这个指标，请刷新页面。"),
    "unknown_campaign": gettext_lazy("没有这个拓展计划，请刷新页面。"),
    "holder_unknown": gettext_lazy("没有这个部门或成员，请刷新页面。"),
    "person_elsewhere": gettext_lazy("%(name)s 已不在这个部门；请到他现在的部门设目标。"),
    "person_inactive": gettext_lazy("%(name)s 的账号已停用，不能再设新目标。"),
    "negative": gettext_lazy("目标不能是负数。"),
    "too_big": gettext_lazy("目标太大，请检查单位，例如 300万。"),
    "not_in_units": gettext_lazy("个数要填整数，金额最多到分。"),
    "not_a_number": gettext_lazy("目标要填一个数，例如 300万 或 40。"),
    "no_goal": gettext_lazy("先设好上级目标，再拆解。"),
    "not_a_part": gettext_lazy("这一项不属于要拆解的目标，请刷新页面。"),
    "already_withdrawn": gettext_lazy("这个目标已经撤销。"),
}


def right(reason: Reason) -> str:
    """What is wrong and what would be right."""
    said = _RIGHT.get(reason.code)
    return str(said) % {"name": "", **reason.params} if said is not None else reason.code


def period_name(period: Period) -> str:
    """2026 年, 2026 年第 4 季度, 2026 年 11 月."""
    if period.kind is PeriodKind.YEAR:
        return _("%(year)s 年") % {"year": period.year}
    if period.kind is PeriodKind.QUARTER:
        return _("%(year)s 年第 %(number)s 季度") % {"year": period.year, "number": period.number}
    return _("%(year)s 年 %(number)s 月") % {"year": period.year, "number": period.number}


def short_period(period: Period) -> str:
    """Inside a longer one: 第 4 季度, 11 月."""
    if period.kind is PeriodKind.QUARTER:
        return _("第 %(number)s 季度") % {"number": period.number}
    return _("%(number)s 月") % {"number": period.number} if period.kind is PeriodKind.MONTH else period_name(period)


def metric_name(metric: str) -> str:
    source = source_of(metric)
    return str(source.name) if source else metric


def lacking(metric: str, reason: Reason) -> str:
    """What a breakdown lacks, in a sentence (``facts.lacks``)."""
    said = {"metric": metric_name(metric), **reason.params}
    if "period" in reason.params:
        said["period"] = period_name(Period.read(str(reason.params["period"])))
    if "difference" in reason.params:
        said["difference"] = _said_amount(metric, reason.params["difference"])
    if reason.code == "not_to_persons":
        return _("%(metric)s · %(holder)s · %(period)s：还没有拆到人") % said
    if reason.code == "sum_differs" and reason.params["axis"] == Axis.PERIODS:
        return _("%(metric)s · %(holder)s · %(period)s：各期相加与目标差 %(difference)s") % said
    if reason.code == "sum_differs":
        return _("%(metric)s · %(holder)s · %(period)s：下级相加与目标差 %(difference)s") % said
    return _("还没有设目标")


def adds_up() -> str:
    return _("相符")


def lacks(short: str) -> str:
    return _("还差 %(amount)s 未拆") % {"amount": short}


def exceeds(short: str) -> str:
    return _("多拆 %(amount)s") % {"amount": short}


def _said_amount(metric: str, value: object) -> str:
    exact, source = Decimal(str(value)), source_of(metric)
    return amount(exact) if source and source.is_money else f"{exact.normalize():,f}"
