"""Every code of this package in words: what is wrong and what would be right. And where it is put right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.base.ui.parts import Line
from tuoke.spine.catalog.models import MARKETS, MOTIONS, SCALES
from tuoke.spine.deals import hooks
from tuoke.spine.deals.models import OUTCOME_NAMES, Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.playbook.rules import KINDS, Comparison, ResolvedPlaybook

FIELD_NAMES: dict[str, StrOrPromise] = {
    "name": _("名称"),
    "amount": _("金额"),
    "expected_close_on": _("预计签约日期"),
    "budget_low": _("预算 从"),
    "budget_high": _("预算 到"),
    "product": _("产品"),
    "market": _("市场"),
    "scale": _("规模"),
    "motion": _("方式"),
    "is_complex": _("复杂项目"),
    "note": _("备注"),
}
OUTCOME_TONES = {
    Outcome.OPEN: "blue",
    Outcome.PAUSED: "yellow",
    Outcome.WON: "green",
    Outcome.LOST: "red",
    Outcome.VOID: "gray",
}
TIER_TONES = {"focus": "red", "nurture": "orange", "watch": "gray"}

SENTENCES = {
    "not_next": _("这一步之后是“%(next)s”，不能直接到“%(to)s”。每一步都要走过。"),
    "last_step": _("已经是最后一步。复盘完成后请选择“完成复盘”。"),
    "deal_paused": _("商机正在暂停。请先恢复，再继续。"),
    "deal_closed": _("商机已经%(outcome)s。需要继续时请先重新打开。"),
    "deal_finished": _("这个商机已经复盘完成。需要继续时请先重新打开。"),
    "not_before": _("只能退回到本流程中更早的一步。"),
    "signed": _("已经签约的商机最多退回到签约启动。合同作废时请先重新打开商机。"),
    "reason_missing": _("请写明理由，一两句话就够，最多 %(limit)s 个字。"),
    "reason_broken": _("含有无法保存的字符，请删掉后再试。"),
    "reason_too_long": _("理由最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "date_not_future": _("请选一个以后的日期，最早是明天。"),
    "not_paused": _("商机没有暂停，不需要恢复。"),
    "not_at_contract": _("签约发生在“签约启动”这一步。现在在“%(step)s”，请先推进过去。"),
    "amount_missing": _("请填写签约金额，例如 48万。"),
    "amount_negative": _("金额不能小于 0。"),
    "contract_unsigned": _("还没有签署的合同。请到“合同”里签署，签署后商机自动赢单。"),
    "signed_in_future": _("签署日期不能晚于今天。"),
    "budget_range": _("预算的上限小于下限，请写成 20-50万。"),
    "not_closed": _("商机没有关闭，不需要重新打开。"),
    "contract_stands": _("合同 %(number)s 已签署，仍然有效。请先在“合同”里解除它，再标为输单或作废。"),
    "deal_has_receipts": _("已经收到回款 ¥%(amount)s，不能重新打开。请先在“回款”里退款，或撤销登记错的到账。"),
    "outcome_open": _("商机还没有结果。请先标为赢单、输单或作废。"),
    "not_at_review": _("复盘在最后一步完成。现在在“%(step)s”。"),
    "name_missing": _("请填写商机名称，例如 数据整合一期。"),
    "name_too_long": _("名称最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "step_left_out": _("换成这个客户类型后，流程里没有“%(step)s”这一步。请先退回或推进，再改类型。"),
    "version_not_published": _("只能换到同一流程的已发布版本。"),
    "same_version": _("商机已经在第 %(number)s 版上。"),
    "may_not_open": _("您没有新建商机的权限。"),
    "linked_elsewhere": _("原商机属于另一家客户，请重新选择。"),
    "owner_inactive": _("%(name)s 的账号已停用，请选其他同事。"),
    "same_owner": _("商机已经由 %(name)s 负责。"),
    "not_a_colleague": _("只能转给您管理范围内有销售权限的同事，%(name)s 不在其中。"),
    "owner_is_member": _("%(name)s 是负责人，不用再加入。"),
    "may_not_read": _("%(name)s 的角色不能查看商机，请管理员先给他协作人角色。"),
    "is_co_owner": _("%(name)s 是协同负责人，请在“协同负责人”里修改。"),
    "not_yours_to_give": _("业绩占比和转移由负责人 %(name)s 或他的主管决定。"),
    "share_out_of_range": _("业绩占比在 1 到 %(limit)s 之间，例如 30。"),
    "shares_over": _("最多还能给 %(limit)s：其余已经分给别的协同负责人，负责人自己至少留 1。"),
    "share_settled": _("已经签约，业绩按签约当天的比例计。需要更改时请先重新打开商机。"),
    "may_not_sell": _("%(name)s 的角色不能负责商机，请选有销售权限的同事。"),
    "duty_too_long": _("职责最多 %(limit)s 个字。"),
    "dates_crossed": _("结束日期早于开始日期。"),
    "not_a_member": _("%(name)s 不在协作人里。"),
    "unknown_item": _("这个客户类型的流程里没有这一项，请刷新页面。"),
    "note_broken": _("含有无法保存的字符，请删掉后再试。"),
    "note_too_long": _("说明最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "may_not_waive": _("豁免要由主管来做。请补齐条件，或请主管豁免。"),
    "waiver_unknown": _("要豁免的条件不在这道关口里，请刷新页面。"),
    "not_waivable": _("“%(title)s”不能豁免。"),
    "waiver_reason_missing": _("豁免要写理由，最多 %(limit)s 个字。"),
    "waiver_reason_broken": _("含有无法保存的字符，请删掉后再试。"),
    "waiver_reason_too_long": _("豁免理由最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "nothing_to_waive": _("这一条已经满足或已经豁免。"),
}


FIGURES = {
    Comparison.AT_LEAST: _("%(title)s（现在 %(actual)s，需要 %(wanted)s）"),
    Comparison.AT_MOST: _("%(title)s（现在 %(actual)s，最多 %(wanted)s）"),
}


def sentence(reason: Reason, process: ResolvedPlaybook | None) -> str:
    """One refusal in words; steps and outcomes by their names."""
    said = SENTENCES.get(reason.code)
    if said is None:
        return gettext("不能这样做（%(code)s）") % {"code": reason.code}
    names = {step.key.value: step.name for step in process.doc.steps} if process else {}
    names |= {outcome.value: str(name) for outcome, name in OUTCOME_NAMES.items()}
    values = {key: names.get(str(value), value) for key, value in reason.params.items()}
    return str(said) % values


def sentences(verdict: Verdict, process: ResolvedPlaybook) -> list[str]:
    """Every refusal that isn't a criterion of a gate."""
    return [sentence(reason, process) for reason in verdict.reasons if reason.code not in KINDS]


def unmet(reason: Reason, *, process: ResolvedPlaybook, present: str) -> str:
    """An unmet criterion in words: its title, how far it is, and its step where that is an earlier one."""
    title = str(reason.params["title"])
    kind = KINDS[reason.code]
    if said := FIGURES.get(kind.comparison):
        title = str(said) % {
            "title": title,
            "actual": _figure(reason.params["actual"]),
            "wanted": _figure(reason.params["wanted"]),
        }
    step = str(reason.params["step"])
    return (
        title
        if step == present
        else gettext("%(step)s：%(title)s") % {"step": process.doc.step(step).name, "title": title}
    )


def lines(reasons: Iterable[Reason], *, deal: Opportunity, process: ResolvedPlaybook) -> list[Line]:
    """Unmet criteria as lines, each with the place where it is put right."""
    return [
        Line(
            unmet(reason, process=process, present=deal.step),
            place(reason, deal=deal),
            "hard" if reason.params["required"] else "soft",
        )
        for reason in reasons
    ]


def changed(
    changes: Mapping[str, Sequence[Any]], *, amount_of: Callable[[object], str]
) -> list[tuple[StrOrPromise, str, str]]:
    """An edit's changes in words, in the form's order; what follows from others (the variant) is left out."""
    kinds = {"market": dict(MARKETS), "scale": dict(SCALES), "motion": dict(MOTIONS)}
    yes_no = {True: _("是"), False: _("否")}

    def said(field: str, value: Any) -> str:
        if value in (None, ""):
            return ""
        if field in {"amount", "budget_low", "budget_high"}:
            return amount_of(value)
        if isinstance(value, bool):
            return str(yes_no[value])
        return str(kinds.get(field, {}).get(value, value))

    fields = [field for field in FIELD_NAMES if field in changes]
    return [(FIELD_NAMES[field], said(field, changes[field][0]), said(field, changes[field][1])) for field in fields]


def shown(field: Any, value: Any) -> str:
    """A form value as a person reads it: in the conflict table."""
    if value is None or value in ("", (None, None)):
        return ""
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]  # plain pairs here
    if hasattr(field, "prepare_value"):
        return str(field.prepare_value(value))
    return str(value)


def place(reason: Reason, *, deal: Opportunity) -> str:
    """Where a criterion can be made true: ticks on the deal's own page, the rest where its package says."""
    if KINDS[reason.code].comparison is Comparison.TICKED:
        step = reason.params["step"]
        query = "" if step == deal.step else f"?step={step}"
        return f"{deal.get_absolute_url()}{query}#item-{reason.params['criterion']}"
    found = hooks.fix_places.get(reason.code)
    return found(deal) if found else ""


def _edit(field: str) -> Callable[[Opportunity], str]:
    return lambda deal: f"{reverse('deals:edit', args=[deal.pk])}#id_{field}"


def _contacts(deal: Opportunity) -> str:
    try:
        return f"{deal.customer.get_absolute_url()}#contacts"
    except NoReverseMatch:  # the customer's room has no page
        return ""


def to_share(deal: Opportunity) -> str:
    return reverse("deals:share_credit", args=[deal.pk])


OWN_PLACES: dict[str, Callable[[Opportunity], str]] = {
    "amount_known": _edit("amount"),
    "budget_known": _edit("budget"),
    "close_date_known": _edit("expected_close_on"),
    "contact_reachable": _contacts,
    "decision_maker_known": _contacts,
    "decision_maker_contacted": _contacts,
    "co_owner_set": to_share,
    "outcome_won": lambda deal: reverse("deals:won", args=[deal.pk]),
}
"""Where the facts of ``facts.py`` are put right; wired into ``hooks.fix_places``."""
ACTION_PLACES: dict[str, Callable[[Opportunity], str]] = {"outreach-partner": to_share}
"""By key action of the playbook; wired into ``hooks.action_places``."""


def _figure(value: object) -> str:
    if value is None:
        return gettext("未知")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)
