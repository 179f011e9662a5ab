"""The words for this package's codes: why something was refused, what is missing, and how figures are said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason
from tuoke.services.exchange.rules import Problem
from tuoke.steps.targeting.markets.rules import Growth

FIELDS: Mapping[str, StrOrPromise] = {
    "goal": gettext_lazy("服务的企业战略目标"),
    "owner": gettext_lazy("负责人"),
    "review_by": gettext_lazy("复核日期"),
    "title": gettext_lazy("名称或口径"),
    "text": gettext_lazy("内容"),
    "year": gettext_lazy("年份"),
    "amount": gettext_lazy("金额"),
    "share": gettext_lazy("占比"),
    "points": gettext_lazy("逐年规模"),
    "competitor": gettext_lazy("竞品"),
    "price": gettext_lazy("价格"),
    "strengths": gettext_lazy("优势"),
    "weaknesses": gettext_lazy("劣势"),
    "counters": gettext_lazy("我们的应对"),
    "source_kind": gettext_lazy("来源类型"),
    "reference": gettext_lazy("出处"),
    "sourced_on": gettext_lazy("来源日期"),
    "place": gettext_lazy("顺序"),
}

_RIGHT: Mapping[str, StrOrPromise] = {
    "may_not_write": gettext_lazy("您的角色不能修改市场分析；请联系销售总监或流程负责人。"),
    "may_not_list": gettext_lazy("竞品目录里还没有它，您的角色不能新建竞品；请联系销售总监或流程负责人。"),
    "owner_inactive": gettext_lazy("负责人要是在职的同事。"),
    "reference_missing": gettext_lazy("请写出处：报告名称、受访客户、文章标题或链接。没有出处的判断不能保存。"),
    "date_in_future": gettext_lazy("来源日期不能晚于今天；写报告发布、访谈进行的那一天。"),
    "date_too_early": gettext_lazy("来源日期太早，请检查年份。"),
    "text_broken": gettext_lazy("含有无法保存的字符，请删掉后再试。"),
    "too_long": gettext_lazy("最多 %(limit)s 个字，现在有 %(found)s 个字。"),
    "too_many": gettext_lazy("最多 %(limit)s 条，现在有 %(found)s 条。"),
    "missing": gettext_lazy("这里要填写。"),
    "year_out_of_range": gettext_lazy("年份在 %(low)s 到 %(high)s 之间。"),
    "negative": gettext_lazy("不能小于 0。"),
    "too_big": gettext_lazy("数目太大，请检查单位。"),
    "points_too_few": gettext_lazy("至少写两年，一行一年，例如 2024：320。"),
    "points_too_many": gettext_lazy("最多写 %(limit)s 年。"),
    "year_twice": gettext_lazy("%(year)s 年写了两次，每年一行。"),
    "share_out_of_range": gettext_lazy("占比在 0 到 100 之间。"),
    "competitor_missing": gettext_lazy("请写竞品名称；目录里没有的会一并加入。"),
    "says_nothing": gettext_lazy("优势、劣势、应对至少写一条。"),
    "upside_down": gettext_lazy("范围的下限不能高于上限。"),
    "statement_voided": gettext_lazy("这一条已作废；先恢复再修改。"),
    "too_many_statements": gettext_lazy("一份分析最多 %(limit)s 条。"),
    "analysis_not_empty": gettext_lazy("这份分析已经有内容；只能复制到空的分析里。"),
    "nothing_to_copy": gettext_lazy("那份分析里没有内容。"),
    # what is missing
    "size_missing": gettext_lazy("缺市场规模"),
    "growth_missing": gettext_lazy("缺增长趋势"),
    "unmet_missing": gettext_lazy("缺未被满足的需求"),
    "competitors_missing": gettext_lazy("竞争对手 %(actual)s 个，要 %(wanted)s 个"),
    # what was typed
    "amount_unclear": gettext_lazy("看不懂金额；写成 380 并选单位，或直接写 380亿。"),
    "amount_is_range": gettext_lazy("这里填一个数；范围请写在口径里。"),
    "unit_unknown": gettext_lazy("请选单位，或直接写 380亿。"),
    "foreign_currency": gettext_lazy("只能用人民币，请先换算。"),
    "number_unclear": gettext_lazy("看不懂这个数。"),
    "points_unclear": gettext_lazy("第 %(row)s 行看不懂：“%(text)s”。一行一年，例如 2024：320。"),
    "share_unclear": gettext_lazy("占比写一个数，例如 35。"),
}


def right(reason: Reason) -> str:
    """What is wrong and what would be right, in one sentence. An unknown code is said as it is."""
    said = _RIGHT.get(reason.code)
    return str(said) % {"limit": "", "found": "", **reason.params} if said else reason.code


def typed_wrong(problem: Problem, otherwise: str) -> str:
    """For what a person typed; a code without words of its own is said as ``otherwise``."""
    return right(Reason(problem.code if problem.code in _RIGHT else otherwise, problem.params))


def lacking(reasons: Iterable[Reason]) -> str:
    """缺增长趋势；竞争对手 1 个，要 2 个"""
    return "；".join(right(reason) for reason in reasons)


def growth_title() -> str:
    return _("市场规模逐年变化")


def year_label(year: int, *, estimated: bool) -> str:
    return _("%(year)s(预)") % {"year": year} if estimated else str(year)


_UNITS: Mapping[str, StrOrPromise] = {
    "元": gettext_lazy("元"),
    "万元": gettext_lazy("万元"),
    "亿元": gettext_lazy("亿元"),
}


def unit(name: str) -> str:
    return str(_UNITS.get(name, name))


def per_cent(rate: float | Decimal, places: int = 1) -> str:
    """0.183 is 18.3%."""
    return f"{100 * rate:.{places}f}%"


def apart_by(share: Decimal) -> str:
    """How far the largest is from the smallest: a share while it can be felt as one, from double on as times."""
    if share < 1:
        return _("比最小的高 %(share)s") % {"share": per_cent(share, 0)}
    return _("是最小的 %(times)s 倍") % {"times": f"{(share + 1).quantize(Decimal('0.1')).normalize():f}"}


def growth(found: Growth) -> str:
    return _("%(first)s–%(last)s 年均增长 %(rate)s") % {
        "first": found.first,
        "last": found.last,
        "rate": per_cent(found.rate),
    }
