"""What a measurement says, in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason
from tuoke.steps.reviews.effects.rules import MIN_CASES, Finding, Measure, Question, Verdict

TONES = {Verdict.BETTER: "green", Verdict.WORSE: "red", Verdict.UNTOLD: "gray", Verdict.TOO_FEW: "gray"}


def refusal(reason: Reason) -> str:
    return {
        "may_not_measure": _("你不能测量流程的效果；请总监或流程负责人来看。"),
        "version_draft": _("草稿还没有商机在用，没有可比的；先发布。"),
        "versions_order": _("“改前”要选同一流程里更早的一版。"),
    }.get(reason.code, reason.code)


def verdict(found: Verdict) -> str:
    return {Verdict.BETTER: _("提升"), Verdict.WORSE: _("下降")}.get(found, _("数据还不足以判断"))


def name(question: Question, steps: Mapping[str, str]) -> str:
    """``steps``: names by step key."""
    step = steps.get(question.step, question.step)
    return {
        Measure.WIN_RATE: _("赢率"),
        Measure.CYCLE: _("成交周期"),
        Measure.AMOUNT: _("成交金额"),
        Measure.CONVERSION: _("%(step)s：推进到下一步的比例") % {"step": step},
        Measure.STEP_DAYS: _("%(step)s：停留天数") % {"step": step},
    }[question.measure]


def short(measure: Measure) -> str:
    """Under the heading of its step."""
    return {
        Measure.WIN_RATE: _("赢率"),
        Measure.CYCLE: _("成交周期"),
        Measure.AMOUNT: _("成交金额"),
        Measure.CONVERSION: _("推进到下一步的比例"),
        Measure.STEP_DAYS: _("停留天数"),
    }[measure]


def value(found: float | None, measure: Measure) -> str:
    if found is None:
        return "—"
    if measure.is_share:
        return f"{found:.0%}"
    if measure is Measure.AMOUNT:
        return _("%(amount)s 万元") % {"amount": f"{Decimal(found) / 10_000:,.1f}"}
    return _("%(days)s 天") % {"days": f"{found:.1f}"}


def change(found: float | None, measure: Measure) -> str:
    """With its sign: +9 个百分点, -3.2 天, +12%."""
    if found is None:
        return "—"
    if measure.is_share:
        return _("%(points)s 个百分点") % {"points": f"{found * 100:+.1f}"}
    if measure is Measure.AMOUNT:
        return f"{found:+.0%}"
    return _("%(days)s 天") % {"days": f"{found:+.1f}"}


def interval(found: Finding) -> str:
    if found.low is None:
        return ""
    measure = found.question.measure
    return _("%(low)s 到 %(high)s") % {"low": change(found.low, measure), "high": change(found.high, measure)}


def sentence(found: Finding, steps: Mapping[str, str]) -> str:
    """提升：赢率从 22% 到 31%（+9.0 个百分点，可能在 +3.1 到 +14.9 之间）。"""
    about, measure = name(found.question, steps), found.question.measure
    if found.verdict is Verdict.TOO_FEW:
        return _("%(about)s：数据还不足以判断。可比的商机改前 %(before)s 个、改后 %(after)s 个，两边都至少要 %(least)s 个。") % {
            "about": about, "before": found.n_before, "after": found.n_after, "least": MIN_CASES,
        }  # fmt: skip
    told = {
        "about": about,
        "before": value(found.before, measure),
        "after": value(found.after, measure),
        "change": change(found.difference, measure),
        "low": change(found.low, measure),
        "high": change(found.high, measure),
    }
    if found.verdict is Verdict.UNTOLD:
        said = (
            _(
                "%(about)s：数据还不足以判断。看到的是从 %(before)s 到 %(after)s，真实的变化可能在 %(low)s 到 %(high)s 之间。"
            )
            % told
        )
        return said + _outlook(found)
    word = verdict(found.verdict)
    return _("%(word)s：%(about)s从 %(before)s 到 %(after)s（%(change)s，可能在 %(low)s 到 %(high)s 之间）。") % {
        **told,
        "word": word,
    }


def _outlook(found: Finding) -> str:
    if found.wanted:
        return _("差别若真有这么大，改后要攒到大约 %(wanted)s 个可比的商机，才有八成把握看出来。") % {
            "wanted": found.wanted
        }
    return _("差别这么小，改前可比的商机又少，改后再多也难看出来。") if found.difference else ""


def summary(findings: tuple[Finding, ...]) -> StrOrPromise:
    """The page in one line."""
    better = sum(f.verdict is Verdict.BETTER for f in findings)
    worse = sum(f.verdict is Verdict.WORSE for f in findings)
    untold = len(findings) - better - worse
    if not better and not worse:
        return _("数据还不足以判断新版本有没有用。")
    parts = []
    if better:
        parts.append(ngettext("%(n)s 项提升", "%(n)s 项提升", better) % {"n": better})
    if worse:
        parts.append(ngettext("%(n)s 项下降", "%(n)s 项下降", worse) % {"n": worse})
    if untold:
        parts.append(ngettext("%(n)s 项数据还不足以判断", "%(n)s 项数据还不足以判断", untold) % {"n": untold})
    return "，".join(parts) + "。"
