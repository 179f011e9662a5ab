"""The words for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.steps.contracts.kickoff.models import PARTY_NAMES
from tuoke.steps.contracts.kickoff.rules import Gap, Party

SENTENCES: Mapping[str, StrOrPromise] = {
    "deal_closed": _("商机已输单或作废，启动计划不再修改。需要继续时请先重新打开商机。"),
    "plan_exists": _("这个商机已经有启动计划了。要换一份，请先把现在的每一项移出。"),
    "template_unknown": _("没有这份模板，请重新选择。"),
    "name_missing": _("请写这一项叫什么，例如 首期上线。"),
    "days_odd": _("任务用几个工作日：1 到 %(most)s。"),
    "milestone_has_days": _("里程碑不占时间，工作日请填 0，或改成任务。"),
    "day_odd": _("请检查年份：日期要在 2000 年到 2100 年之间。"),
    "two_owners": _("负责人只能有一位：我方同事或客户方联系人，选一个。"),
    "lag_odd": _("间隔是 0 到 %(most)s 个工作日。"),
    "too_many_waits": _("一项最多等 %(most)s 项。"),
    "too_many": _("一份计划最多 %(most)s 项，先移出不用的。"),
    "wait_unknown": _("选的前置项不在这份计划里，请重新选择。"),
    "circle": _("前置项绕成了圈：%(names)s。去掉其中一个。"),
    "too_early": _("要等“%(before)s”完成，最早 %(date)s 开始。"),
    "is_done": _("这一项已经完成，日期不再改。要改请先撤销完成。"),
    "not_done": _("这一项还没有完成，不需要撤销。"),
    "done_in_future": _("完成日期不能晚于今天（%(today)s）。"),
    "before_deal": _("日期早于 %(first)s，请检查年份。"),
    "withdrawn": _("这一项已移出计划，请先恢复。"),
    "not_withdrawn": _("这一项没有移出，不需要恢复。"),
    "undone": _("这次调整已经撤销过了。"),
    "changed_since": _("之后有人改过其中的日期或前置项，不能整体撤销；请逐项调整。"),
    "accountable_taken": _("最终负责已经是%(party)s；每一项只能有一位，先把那一格改掉。"),
    "two_accountable": _("每一项恰好一位最终负责（A），现在选了两位以上。"),
    "contact_elsewhere": _("这位联系人不属于该客户，请重新选择。"),
    "owner_elsewhere": _("这位同事还不在这个商机里，看不到分给他的事。请先把他加为协作人。"),
    "dates_missing": _("请给出日期，写成 2026-12-08 的样子。"),
    "ends_before_start": _("结束不能早于开始。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "text_broken": _("含有无法保存的字符，请删掉后再试。"),
}
GAPS: Mapping[str, StrOrPromise] = {
    "no_accountable": _("缺最终负责（A）"),
    "two_accountable": _("最终负责（A）多于一位"),
    "no_responsible": _("缺执行（R）"),
}
FIELD_NAMES: Mapping[str, StrOrPromise] = {
    "name": _("名称"),
    "starts_on": _("开始"),
    "days": _("工作日"),
    "phase": _("阶段"),
    "acceptance": _("完成的标准"),
    "note": _("备注"),
}


def sentence(reason: Reason) -> str:
    params = {"limit": "", "length": "", **reason.params}
    if reason.code == "accountable_taken":
        params["party"] = str(PARTY_NAMES[Party(str(params["party"]))])
    return str(SENTENCES[reason.code]) % params


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


def gap(one: Gap) -> str:
    return str(GAPS[one.code])


def field_of(reason: Reason) -> str:
    """Beside which field it is said; empty: above them all."""
    return {"contact_elsewhere": "contact"}.get(reason.code, "") or str(reason.params.get("field", ""))
