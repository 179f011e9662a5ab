"""The words for this package's codes: why something was refused, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason
from tuoke.services.exchange.limits import Unreadable
from tuoke.spine.catalog.rules import Market
from tuoke.steps.targeting.rules import Dimension, Facet, Urgency, table
from tuoke.steps.targeting.rules.offers import Offer
from tuoke.steps.targeting.rules.suggestions import Finding, State

FACETS: Mapping[Facet, StrOrPromise] = {
    Facet.INDUSTRY: gettext_lazy("行业属性"),
    Facet.SCALE: gettext_lazy("企业规模"),
    Facet.CHAIN: gettext_lazy("决策链角色"),
    Facet.PAINS: gettext_lazy("痛点优先级"),
    Facet.BUDGET: gettext_lazy("预算匹配度"),
}
FACETS_OF_PERSONS: Mapping[Facet, StrOrPromise] = {
    **FACETS,
    Facet.INDUSTRY: gettext_lazy("生活状况"),
    Facet.SCALE: gettext_lazy("购买力"),
}
DIMENSIONS: Mapping[Dimension, StrOrPromise] = {
    Dimension.FIT: gettext_lazy("画像匹配度"),
    Dimension.URGENCY: gettext_lazy("需求紧急度"),
    Dimension.CHAIN: gettext_lazy("决策链完整性"),
    Dimension.BUDGET: gettext_lazy("预算匹配度"),
}
URGENCIES: Mapping[Urgency, StrOrPromise] = {
    Urgency.HIGH: gettext_lazy("高"),
    Urgency.MEDIUM: gettext_lazy("中"),
    Urgency.LOW: gettext_lazy("低"),
}
FIELDS: Mapping[str, StrOrPromise] = {
    "name": gettext_lazy("名称"),
    "market": gettext_lazy("市场"),
    "product": gettext_lazy("产品"),
    "owner": gettext_lazy("负责人"),
    "review_by": gettext_lazy("复核日期"),
    "industries": gettext_lazy("行业"),
    "lifecycle": gettext_lazy("生命周期"),
    "policies": gettext_lazy("政策影响"),
    "staff": gettext_lazy("员工人数"),
    "revenue": gettext_lazy("年营收"),
    "paying_customers": gettext_lazy("付费客户"),
    "life_stages": gettext_lazy("人生阶段"),
    "situations": gettext_lazy("生活情况"),
    "income": gettext_lazy("年收入"),
    "deciders": gettext_lazy("决策人"),
    "influencers": gettext_lazy("影响者"),
    "pains": gettext_lazy("核心痛点"),
    "budget": gettext_lazy("客户预算"),
    "price": gettext_lazy("产品价格"),
    "custom_quote": gettext_lazy("可接受定制化报价"),
    **{f"weight_{dimension.value}": name for dimension, name in DIMENSIONS.items()},
    "weights": gettext_lazy("权重"),
    "threshold": gettext_lazy("高潜力分数线"),
    "watch_after_months": gettext_lazy("长期观察起点(月)"),
    "regions": gettext_lazy("重点地区"),
    "sources": gettext_lazy("重点来源"),
    "minimum_cases": gettext_lazy("证据下限(单)"),
    "unverified_share": gettext_lazy("未核实的事实按"),
    "company_goal": gettext_lazy("服务的企业战略目标"),
    "starts_on": gettext_lazy("开始日期"),
    "ends_on": gettext_lazy("结束日期"),
    "profile": gettext_lazy("目标客户画像"),
    "default": gettext_lazy("默认画像"),
    "customer": gettext_lazy("客户"),
    "industry": gettext_lazy("行业"),
    "size": gettext_lazy("规模"),
    "region": gettext_lazy("地区"),
    "source": gettext_lazy("来源"),
    "amount": gettext_lazy("金额"),
    "created_on": gettext_lazy("创建日期"),
    "closed_on": gettext_lazy("关闭日期"),
    "outcome": gettext_lazy("结果"),
}

BELOW = gettext_lazy("未达高潜力")
"""The tier of a lead that has none."""

_RIGHT: Mapping[str, StrOrPromise] = {
    # who and what
    "may_not_write": gettext_lazy("您的角色不能修改拓展计划和画像；请联系销售总监或流程负责人。"),
    "may_not_plan": gettext_lazy("您的角色不能修改拓展计划和画像；请联系销售总监或流程负责人。"),
    "name_missing": gettext_lazy("请填写名称。"),
    "name_too_long": gettext_lazy("名称最多 %(limit)s 个字。"),
    "name_taken": gettext_lazy("这个名称已经有了，请换一个。"),
    "owner_inactive": gettext_lazy("负责人要是在职的同事。"),
    "period_reversed": gettext_lazy("结束日期不能早于开始日期。"),
    "already_started": gettext_lazy("这个计划已经启动。"),
    "minimum_out_of_range": gettext_lazy("填 %(low)s 到 %(high)s 单；少于 %(low)s 单的赢率说明不了什么。"),
    "not_suggested": gettext_lazy("“%(value)s”现在没有足够的证据支持这条建议；页面已经更新，请再看一遍。"),
    "not_offered": gettext_lazy("产品资料里现在没有这一项，或者画像里已经有了。"),
    "nothing_differs": gettext_lazy("现在的内容和版本 %(number)s 一样，不用恢复。"),
    "other_market": gettext_lazy("清单是写%(table)s的，画像“%(name)s”是%(profile)s的；换一个名称，建成新画像。"),
    "default_stays": gettext_lazy("默认画像不能换市场；先把另一个画像设为默认。"),
    "unknown_item": gettext_lazy("流程手册里没有这一项，请刷新页面。"),
    "note_broken": gettext_lazy("含有无法保存的字符，请删掉后再试。"),
    "note_too_long": gettext_lazy("说明最多 %(limit)s 个字。"),
    # what a profile says
    "weights_not_whole": gettext_lazy("四个权重加起来要等于 100，现在是 %(found)s。"),
    "weight_out_of_range": gettext_lazy("每个权重在 0 到 100 之间。"),
    "threshold_out_of_range": gettext_lazy("分数线在 0 到 10 之间。"),
    "months_out_of_range": gettext_lazy("填 1 到 60 个月。"),
    "share_out_of_range": gettext_lazy("填 0 到 100；100 表示核实与否没有差别。"),
    "upside_down": gettext_lazy("范围的下限不能高于上限。"),
    "too_many": gettext_lazy("最多 %(limit)s 项，现在有 %(found)s 项。"),
    "too_long": gettext_lazy("每项最多 %(limit)s 个字，现在有 %(found)s 个字。"),
    "blank": gettext_lazy("不能留空。"),
    # cells of a table
    "columns_missing": gettext_lazy("缺少列：%(missing)s。第一行应为 维度、具体内容描述、示例；现在是 %(found)s。"),
    "unknown_dimension": gettext_lazy(
        "维度应为 行业属性、企业规模、决策链角色、痛点优先级、预算匹配度 之一，现在是“%(text)s”。"
    ),
    "dimension_twice": gettext_lazy("维度“%(text)s”在前面的行里已经有了；每个维度一行。"),
    "said_twice": gettext_lazy("“%(text)s”和前面说的是同一项；每项写一次。"),
    "scale_unclear": gettext_lazy(
        "“%(text)s”看不出是人数、营收还是客户数；写成 100-500人、年营收5000万-2亿、付费客户≥50家。"
    ),
    "chain_unlabelled": gettext_lazy("“%(text)s”没有说明角色；写成 决策人：CTO；影响者：运维主管。"),
    "urgency_unclear": gettext_lazy("“%(text)s”里的紧急度应为 高、中、低 之一，原因写在括号里。"),
    "urgency_alone": gettext_lazy("“%(text)s”前面要先写核心痛点。"),
    "budget_unclear": gettext_lazy("“%(text)s”看不出是客户预算还是产品价格；写成 预算20万-50万；产品年费30万-80万。"),
    "text_broken": gettext_lazy("单元格里有无法识别的字符，请重新输入：%(text)s"),
    "text_too_long": gettext_lazy("内容太长，最多 %(limit)s 个字。"),
    "unit_unknown": gettext_lazy("金额“%(text)s”没有单位；写成 20万 或 200000元，或在表头注明 金额(万元)。"),
    "unit_missing": gettext_lazy("“%(text)s”没有单位；写成 20-50万 或 200000-500000元。"),
    "amount_unclear": gettext_lazy("看不懂金额“%(text)s”；写成 20万、20-50万、5000万-2亿 或 1000万以上。"),
    "amount_is_range": gettext_lazy("成交金额应是一个数，现在是范围：%(text)s。"),
    "number_unclear": gettext_lazy("看不懂数量“%(text)s”；写成 100-500人、≥50家 或 1000人以上。"),
    "negative": gettext_lazy("不能是负数。"),
    "too_big": gettext_lazy("数字太大：%(text)s。"),
    "foreign_currency": gettext_lazy("只能用人民币，请先换算：%(text)s。"),
    # history
    "not_closed": gettext_lazy("还没有结束的商机不进历史；结果应为 赢单 或 输单，现在是“%(text)s”。"),
    "outcome_unclear": gettext_lazy("看不懂结果“%(text)s”；应为 赢单、成交、Won 或 输单、失败、Lost。"),
    "dates_crossed": gettext_lazy("创建日期晚于关闭日期：%(text)s。"),
    "closed_in_future": gettext_lazy("关闭日期 %(text)s 还没有到。"),
    "date_unclear": gettext_lazy("看不懂日期“%(text)s”；写成 2026-07-01。"),
    "date_year_missing": gettext_lazy("日期“%(text)s”没有年份；写成 2026-07-01。"),
    "date_too_coarse": gettext_lazy("日期“%(text)s”至少写到月；写成 2026-07-01。"),
    "date_impossible": gettext_lazy("没有这一天：%(text)s。"),
    "date_too_early": gettext_lazy("日期太早：%(text)s。"),
    "date_too_late": gettext_lazy("日期太晚：%(text)s。"),
    "outcome_missing": gettext_lazy("没有一列说明结果(赢单/输单)；现有的列：%(headers)s。"),
    "unknown_column": gettext_lazy("文件里没有列“%(column)s”。"),
    "unknown_field": gettext_lazy("没有字段 %(field)s；可用的字段：%(fields)s。"),
    "unknown_unit": gettext_lazy("没有单位 %(unit)s；可用 元、千元、万元、百万元、千万元、亿元。"),
    "bad_pattern": gettext_lazy("列“%(column)s”的提取式不对：%(why)s。"),
    "twice": gettext_lazy("两列对应同一个字段 %(field)s：%(columns)s。"),
}


_UNREADABLE: Mapping[str, StrOrPromise] = {
    "not_a_table": gettext_lazy("这不是 xlsx、xls 或 csv 文件；请另存为 xlsx 后再上传。"),
    "empty_file": gettext_lazy("文件是空的。"),
    "empty_sheet": gettext_lazy("工作表是空的：第一行应为列名，下面是内容。"),
    "too_large": gettext_lazy("文件太大；请分成几个文件，或用命令行导入。"),
    "too_many_columns": gettext_lazy("列太多：%(columns)s 列，最多 %(limit)s 列。"),
    "bomb": gettext_lazy("文件解压后过大，不能读取。"),
    "encrypted": gettext_lazy("文件有密码，请去掉密码后再上传。"),
    "broken_file": gettext_lazy("文件已损坏，请重新导出后再上传。"),
    "no_header": gettext_lazy("没有找到列名所在的行。"),
}


def facets_of(market: str) -> Mapping[Facet, StrOrPromise]:
    """What the five dimensions of a profile are called on the screen."""
    return FACETS_OF_PERSONS if market == Market.TOC else FACETS


def unreadable(problem: Unreadable) -> str:
    said = _UNREADABLE.get(problem.code, _("这个文件不能读取。"))
    return str(said) % {"columns": "", "limit": "", **problem.params}


def right(reason: Reason) -> str:
    """What is wrong and what would be right, in one sentence. An unknown code is said as it is."""
    said = _RIGHT.get(reason.code)
    if said is None:
        return str(reason.params.get("title") or reason.code)
    return str(said) % {"text": "", "found": "", "limit": "", **reason.params}


def unmet(reason: Reason) -> str:
    """An unmet criterion of step 1: the playbook's own title, and how far one is where it is counted."""
    title, wanted = str(reason.params["title"]), reason.params["wanted"]
    if wanted == 1 or not isinstance(wanted, int | Decimal):  # True, and one of something, is there or not
        return title
    return _("%(title)s（%(actual)s / %(wanted)s）") % {
        "title": title,
        "actual": reason.params["actual"] or 0,
        "wanted": wanted,
    }


def said(value: object) -> str:
    """A value of a changed field as people say it; nothing is a dash."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return "—" if value in ("", None) else str(value)


def code(name: str) -> str:
    """A code of a rejected row in two or three words, for counts."""
    return str(_CODES.get(name, name))


_CODES: Mapping[str, StrOrPromise] = {
    "not_closed": gettext_lazy("还没有结束"),
    "outcome_unclear": gettext_lazy("看不懂结果"),
    "dates_crossed": gettext_lazy("日期前后颠倒"),
    "closed_in_future": gettext_lazy("关闭日期在将来"),
    "unit_unknown": gettext_lazy("金额没有单位"),
    "amount_unclear": gettext_lazy("看不懂金额"),
    "amount_is_range": gettext_lazy("金额是范围"),
    "negative": gettext_lazy("负数"),
    "too_big": gettext_lazy("数字太大"),
    "foreign_currency": gettext_lazy("不是人民币"),
    "text_broken": gettext_lazy("字符无法识别"),
    "text_too_long": gettext_lazy("内容太长"),
    "date_unclear": gettext_lazy("看不懂日期"),
    "date_year_missing": gettext_lazy("日期没有年份"),
    "date_too_coarse": gettext_lazy("日期不够细"),
    "date_impossible": gettext_lazy("没有这一天"),
    "date_too_early": gettext_lazy("日期太早"),
    "date_too_late": gettext_lazy("日期太晚"),
}


def blank_dimension(facet: Facet, market: str) -> str:
    return _("%(name)s 没有填写，保持原样。") % {"name": table.names_of(market)[facet]}


def assumed_yuan(column: str) -> str:
    return _("列 %(column)s 没有写单位，按元计算。金额是别的单位时，请在列名里写明再导入，例如 成交金额(万元)。") % {
        "column": column
    }


def evidence_note(finding: Finding) -> str:
    """The figures that a suggestion was accepted on, for the version's note."""
    verb = _("加入") if finding.state is State.ADD else _("去掉")
    return _(
        "%(verb)s%(field)s“%(value)s”。历史证据：%(n)s 单，赢率 %(rate)s (95%% 区间 %(low)s–%(high)s)；其余 %(rest)s 单 %(rest_rate)s；"
        "相差 %(gap)s 个百分点 (%(from)s 到 %(to)s，%(confidence)s 区间)。"
    ) % {
        "verb": verb,
        "field": FIELDS[finding.field],
        "value": finding.value,
        "n": finding.inside.n,
        "rate": percent(finding.inside.share),
        "low": percent(finding.inside.low),
        "high": percent(finding.inside.high),
        "rest": finding.outside.n,
        "rest_rate": percent(finding.outside.share),
        "gap": points(finding.gap),
        "from": points(finding.low),
        "to": points(finding.high),
        "confidence": confidence(finding.confidence),
    }


def product_note(product: str, offer: Offer) -> str:
    return _("按产品“%(product)s”填入%(field)s：%(value)s") % {
        "product": product,
        "field": FIELDS[offer.field],
        "value": offer.text or _("是"),
    }


def percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def confidence(share: float) -> str:
    """95%, 98.3%: never rounded up to certainty."""
    return f"{min(100 * share, 99.9):.1f}".removesuffix(".0") + "%"


def points(gap: float) -> str:
    """Percentage points with their sign."""
    return f"{100 * gap:+.1f}"
