"""The words for this room's codes: why something was refused, what the map lacks and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.spine.customers import words as customers
from tuoke.spine.customers.models import DECISION_ROLE_NAMES
from tuoke.spine.customers.rules import DecisionRole

SENTENCES: Mapping[str, StrOrPromise] = {
    "deal_closed": _("商机已输单或作废，这里的内容不再修改。需要继续时请先重新打开商机。"),
    "no_map_for_persons": _("个人客户自己决定，不需要决策链图。"),
    "contact_elsewhere": _("这位联系人不属于该客户，请重新选择。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "text_broken": _("含有无法保存的字符，请删掉后再试。"),
    "since_in_future": _("日期不能晚于今天（%(today)s）。"),
    "since_too_early": _("日期早于 %(first)s，请检查年份。"),
    "reports_to_himself": _("上级不能是他自己。"),
    "reports_in_a_circle": _("这样会绕成一圈：对方（或对方的上级）已经向他汇报。请先改那一边。"),
    "role_never_empty": _("总有人拍板。请找到决策人，不能记为“没有”。"),
    "text_missing": _("请写客户看重什么，例如 上线周期、数据安全、总成本。"),
    "weight_out_of_range": _("权重在 0 到 100 之间，例如 40。"),
    "too_many_criteria": _("一个商机最多 %(most)s 条标准。请合并相近的。"),
    "criterion_twice": _("这条标准已经在清单里。"),
    "criterion_withdrawn": _("这条标准已撤回，请先恢复。"),
    "competitor_unknown": _("竞品目录里没有它，请重新选择。"),
    "weights_all_given": _("每条都有权重了，没有要平分的。"),
    "weights_used_up": _("已经分出去 %(total)s，剩下的不够分给 %(count)s 条。请先调低几条。"),
    "rounds_out_of_range": _("评审轮数在 0 到 %(most)s 之间。"),
    "decision_date_odd": _("请检查年份。"),
    "finding_missing": _("请选一项：仍然成立、已变化或已解决。"),
    "change_missing": _("请写变成什么样了，一句话就够。"),
    "unknown_fact": _("这一条不在以前的商机里，或者已经撤回。请刷新页面。"),
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    if said is None:
        return customers.sentence(reason)
    return str(said) % {"limit": "", "length": "", **reason.params}


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


# What the map lacks

_LACKING: Mapping[str, tuple[StrOrPromise, StrOrPromise]] = {
    "nobody": (_("图上还没有人"), _("先把见过的、听说过的人写下来，再问一句：这件事还有谁会参与？")),
    "decider_unknown": (_("还不知道谁拍板"), _("问现在的联系人：最后谁签字、谁管预算？")),
    "decider_unmet": (_("决策人 %(names)s 还没有见过"), _("请现在的联系人引见，或邀请他参加需求确认会。")),
    "nobody_met": (_("图上的人一个都还没有见过"), _("约一次沟通，做完记一条跟进并选上联系人。")),
    "single_contact": (_("只见过 %(name)s 一个人"), _("单线联系有风险：请他介绍使用部门和管预算的人。")),
    "silent": (_("已经 %(days)s 天没有见过任何人"), _("安排下一次沟通，确认人和优先级有没有变。")),
    "blocker_unplanned": (_("%(names)s 反对，还没有对策"), _("写下他在意什么、怎么争取；先单独谈一次。")),
    "attitude_unknown": (_("还不知道 %(names)s 的态度"), _("关键的人要知道态度：直接问，或向支持我们的人打听。")),
    "role_unthought": (_("还没想过谁是%(role)s"), _("有就加到图上；想过了确实没有，就记一笔。")),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that the map lacks: what, and what to do. ``role`` where it can be said that nobody has it."""

    code: str
    text: str
    remedy: str
    role: str = ""


def gap(reason: Reason) -> Gap:
    text, remedy = _LACKING[reason.code]
    role, names = str(reason.params.get("role", "")), reason.params.get("names")
    params = {**reason.params, "role": role_name(role) if role else ""}
    if isinstance(names, tuple):
        params["names"] = "、".join(names)
    return Gap(reason.code, str(text) % params, str(remedy), role)


def gaps(reasons: Iterable[Reason]) -> list[Gap]:
    return [gap(reason) for reason in reasons]


def role_name(role: str) -> str:
    """决策人; 未定 where nobody has said it."""
    return str(DECISION_ROLE_NAMES[DecisionRole(role)]) if role else str(_("角色未定"))


FIELD_NAMES: Mapping[str, StrOrPromise] = {
    "influence": _("影响力"),
    "attitude": _("态度"),
    "since": _("从什么时候起"),
    "cares": _("他在意什么"),
    "plan": _("怎么争取"),
    "note": _("备注"),
    "text": _("采购标准"),
    "weight": _("权重"),
    "contact": _("谁说的"),
    "own_words": _("客户原话"),
    "standing": _("我们的位置"),
    "competitor": _("和谁比"),
    "tender": _("要招标吗"),
    "rounds": _("几轮评审"),
    "contract_checked_by": _("合同由谁审"),
    "budget_source": _("预算从哪里出"),
    "decision_on": _("预计什么时候定"),
    "boss": _("上级"),
}
