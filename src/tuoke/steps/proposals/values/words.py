"""The words for this room's codes, and how its figures are said."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.base.ui.formats import amount
from tuoke.steps.proposals.values.rules import Band

SENTENCES: Mapping[str, StrOrPromise] = {
    "deal_closed": _("商机已输单或作废，这里的内容不再修改。需要继续时请先重新打开商机。"),
    "figure_missing": _("请填一个数，不知道就先问客户。"),
    "figure_unclear": _("看不明白，请写一个数，例如 25、1,200 或 0.68。"),
    "figure_negative": _("不能小于 0。"),
    "figure_zero": _("要大于 0。"),
    "figure_too_big": _("太大了，最多 %(most)s。请检查单位。"),
    "figure_too_fine": _("小数最多 %(places)s 位。"),
    "foreign_currency": _("只能填人民币，请换算成元后再填。"),
    "amount_is_range": _("这里填一个数。区间请用保守、最可能、乐观三档。"),
    "benefit_too_big": _("算下来一年超过 %(most)s 元，请检查单位价值和次数。"),
    "worse_than_now_less": _("要降低，之后的数就不能比现在大。如果本来就是要提高，请改选“提高”。"),
    "worse_than_now_more": _("要提高，之后的数就不能比现在小。如果本来就是要降低，请改选“降低”。"),
    "low_above_likely_less": _("保守是改善最少的情况：要降低，它应当不小于“最可能”。"),
    "low_above_likely_more": _("保守是改善最少的情况：要提高，它应当不大于“最可能”。"),
    "high_below_likely_less": _("乐观是改善最多的情况：要降低，它应当不大于“最可能”。"),
    "high_below_likely_more": _("乐观是改善最多的情况：要提高，它应当不小于“最可能”。"),
    "name_missing": _("请写什么会变好，例如 换线准备时间。"),
    "name_twice": _("已经有一项叫这个名字。请改名，或者修改原来那一项。"),
    "unit_missing": _("请写单位，例如 分钟、单、小时。"),
    "source_missing_customer": _("请写客户在哪里说的，例如 11 月 26 日访谈；或者选上对应的需求。"),
    "source_missing_industry": _("请写出处，例如 哪份报告、哪一年。"),
    "source_missing_estimate": _("请写凭什么这样估，一句话就够。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "text_broken": _("含有无法保存的字符，请删掉后再试。"),
    "need_elsewhere": _("这条需求不在该商机的清单里，请重新选择。"),
    "proof_unknown": _("资料库里没有这一条，或者已经停用，请重新选择。"),
    "share_elsewhere": _("这一项不在本测算里，请重新选择。"),
    "shares_in_circle": _("这样会绕成一圈：%(way)s。一项的收益不能再算回它自己，请改其中一项。"),
    "too_many_items": _("一份测算最多 %(most)s 项。请合并相近的。"),
    "item_withdrawn": _("这一项已撤回，请先恢复。"),
    "delay_out_of_range": _("见效时间在 0 到 %(most)s 个月之间。"),
    "years_out_of_range": _("年数在 1 到 %(most)s 之间。"),
    "kind_changed": _("这一项是另一种算法，请刷新页面后再试。"),
}


def sentence(reason: Reason) -> str:
    """Some codes are said otherwise by what they are about (``direction``, ``basis``)."""
    about = reason.params.get("direction") or reason.params.get("basis")
    said = SENTENCES.get(f"{reason.code}_{about}", SENTENCES.get(reason.code, reason.code))
    way = reason.params.get("way")
    params = {**reason.params, "way": " → ".join(map(str, way)) if isinstance(way, tuple) else ""}
    return str(said) % {"limit": "", "length": "", **params}


def sentences(verdict: Verdict) -> list[str]:
    return list(dict.fromkeys(sentence(reason) for reason in verdict.reasons))


def said_figure(value: Decimal | None) -> str:
    """25, 1,200.5; "—" for what isn't known."""
    if value is None:
        return "—"
    said = f"{value:,.4f}"
    return said.rstrip("0").rstrip(".")


def trimmed(value: Decimal | None) -> Decimal | None:
    """The same number without zeros behind it: 25, 0.6875."""
    if value is None:
        return None
    whole = value.to_integral_value()
    return whole.quantize(Decimal(1)) if whole == value else value.normalize()


def said_money(value: Decimal | None) -> str:
    return "—" if value is None else amount(value)


def said_band(band: Band | None) -> str:
    """¥18 万 – ¥26 万; one amount where the cases agree."""
    if band is None:
        return "—"
    low, high = amount(band.low), amount(band.high)
    return low if low == high else f"{low} – {high}"


def said_months(months: int | None) -> str:
    if months is None:
        return _now("收不回")
    return ngettext("%(count)s 个月", "%(count)s 个月", months) % {"count": months}


def said_payback(payback: tuple[int | None, int | None, int | None]) -> str:
    """9 – 14 个月, from the optimistic to the cautious case."""
    low, _likely, high = payback
    if low is None or high is None or low == high:
        return said_months(high) if low == high else f"{said_months(high)} – {said_months(low)}"
    return f"{high} – {said_months(low)}"


def said_change(*, current: Decimal | None, expected: Decimal | None, unit: str) -> str:
    """25 → 5 分钟"""
    return f"{said_figure(current)} → {said_figure(expected)} {unit}".strip()


def said_benefit(band: Band) -> str:
    """One short line for the table need → solution → value → evidence: 每年 ¥18 万 – ¥26 万."""
    return _now("每年 %(band)s") % {"band": said_band(band)}


def formula(*, years: int, delay: int) -> str:
    """How it is counted, in words that the customer can check."""
    after = _now("见效前的 %(delay)s 个月不计收益；") % {"delay": delay} if delay else ""
    said = _now(
        "每项每年收益 = 改善的数 × 单位价值 × 一年次数。%(after)s%(years)s 年净值 = %(years)s 年收益 − 初期投入 − %(years)s 年运行费用；"
        "回本 = 累计收益补回全部投入的那个月。静态计算，不折现，口径同《建设项目经济评价方法与参数（第三版）》的静态投资回收期。"
    )
    return said % {"years": years, "after": after}


FIELD_NAMES: Mapping[str, StrOrPromise] = {
    "name": _("什么会变好"),
    "direction": _("变化"),
    "current": _("现在"),
    "low": _("保守"),
    "likely": _("最可能"),
    "high": _("乐观"),
    "unit": _("单位"),
    "unit_value": _("每单位值多少元"),
    "times": _("一年几次"),
    "share_of": _("连带于"),
    "percent": _("百分之几"),
    "basis": _("数据来自"),
    "source": _("出处"),
    "need": _("对应的需求"),
    "proof": _("证据"),
    "investment": _("初期投入"),
    "running": _("每年运行费用"),
    "delay": _("几个月后见效"),
    "years": _("算几年"),
    "note": _("假设与说明"),
}
