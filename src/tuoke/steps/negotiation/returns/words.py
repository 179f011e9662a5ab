"""The words for this room's codes, and what its fields are called."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.steps.negotiation.returns.rules import Figures
from tuoke.steps.proposals.values import words as values
from tuoke.steps.proposals.values.words import said_figure, said_money, said_months

SENTENCES: Mapping[str, StrOrPromise] = {
    "figure_not_whole": _("请填整数。"),
    "saving_unnamed": _("请写节省的是什么。"),
    "rival_unnamed": _("请写是哪一家的方案。"),
    "too_many_savings": _("一次测算最多 %(most)s 项。"),
    "too_many_scenarios": _("一个商机最多保存 %(most)s 份测算。"),
    "calculation_withdrawn": _("这份测算已撤回，请先恢复。"),
    "contact_missing": _("请选择联系人。"),
    "contact_elsewhere": _("这位联系人不属于该客户，请重新选择。"),
    "contact_gone": _("%(name)s 设为勿扰，不能发给他。"),
    "expires_missing": _("请填写链接有效期。"),
    "expiry_out_of_range": _("有效期在 %(least)s 到 %(most)s 天之间。"),
    "phone_missing": _("这位联系人没有手机号，不能用后四位验证。"),
    "day_missing": _("请填写是哪一天算的。"),
    "day_in_future": _("日期不能晚于今天（%(today)s）。"),
    "day_too_early": _("日期早于 %(first)s，请检查年份。"),
    "nothing_saved": _("还没有任何一项节省。先在价值测算里加一项，或在下面直接填。"),
}

FIELDS: Mapping[str, StrOrPromise] = {
    "investment": _("初期投入"),
    "one_off": _("其他一次性费用"),
    "running": _("每年运行费用"),
    "delay": _("几个月后见效"),
    "years": _("算几年"),
    "current": _("现在"),
    "expected": _("之后"),
    "unit_value": _("每单位值多少元"),
    "times": _("一年几次"),
    "amount": _("每年节省"),
    "free_name": _("其他节省"),
    "free_amount": _("每年节省"),
    "rival_name": _("对比方案"),
    "rival_price": _("报价"),
    "rival_running": _("每年运行费用"),
    "rival_other": _("其他一次性费用"),
    "title": _("名称"),
    "note": _("说明"),
    "name": _("姓名"),
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    if said is None:
        return values.sentence(reason)
    return str(said) % {"name": "", **reason.params}


def sentences(verdict: Verdict) -> list[str]:
    return list(dict.fromkeys(sentence(reason) for reason in verdict.reasons))


def field_name(field: str, figures: Figures) -> str:
    """换线准备时间 · 现在"""
    name, _dash, place = field.partition("-")
    label = str(FIELDS.get(name, ""))
    is_line = name in ("current", "expected", "unit_value", "times", "amount") and place.isdecimal()
    if is_line and int(place) < len(figures.savings):
        return f"{figures.savings[int(place)].name} · {label}"
    is_rival = name.startswith("rival_") and place.isdecimal() and int(place) < len(figures.rivals)
    if is_rival and name != "rival_name":
        return f"{figures.rivals[int(place)].name} · {label}"
    return f"{label} {int(place) + 1}" if place.isdecimal() else label


def problems(verdict: Verdict, figures: Figures) -> list[tuple[str, str]]:
    """(field, what is wrong with it) for the list above a form, each with the field's name."""
    found = []
    for reason in verdict.reasons:
        field = str(reason.params.get("field", ""))
        name = field_name(field, figures) if field else ""
        found.append(
            (field, _now("%(name)s：%(said)s") % {"name": name, "said": sentence(reason)} if name else sentence(reason))
        )
    return list(dict.fromkeys(found))


def said_costs(figures: Figures) -> str:
    """How the total cost comes about: 50 万 + 2 万 + 3 年 × 3 万"""
    parts = [said_money(figures.investment)]
    if figures.one_off:
        parts.append(said_money(figures.one_off))
    if figures.running:
        times = ngettext("%(count)s 年 × %(amount)s", "%(count)s 年 × %(amount)s", figures.years)
        parts.append(times % {"count": figures.years, "amount": said_money(figures.running)})
    return " + ".join(parts)


__all__ = ["field_name", "problems", "said_costs", "said_figure", "said_money", "said_months", "sentence", "sentences"]
