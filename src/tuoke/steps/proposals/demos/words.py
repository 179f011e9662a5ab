"""The words for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.spine.followups import words as followups

SENTENCES: Mapping[str, StrOrPromise] = {
    "deal_closed": _("商机已输单或作废，这里的内容不再修改。需要继续时请先重新打开商机。"),
    "contact_elsewhere": _("这位联系人不属于该客户，请重新选择。"),
    "too_many": _("一个商机最多记 %(most)s 次。"),
    "not_planned": _("这次演示已经记过或取消了，请刷新页面。"),
    "not_held": _("还没有演示，先记下演示的结果。"),
    "not_cancelled": _("这次演示没有取消，不需要恢复。"),
    "held_in_future": _("演示日期不能晚于今天（%(today)s）。"),
    "day_odd": _("请检查年份。"),
    "shown_missing": _("请写演示了什么，一句话就够。"),
    "reaction_missing": _("请选客户的反应。"),
    "account_missing": _("请写试用账号的名称，例如 华瑞试用 01。"),
    "holds_password": _("不要在这里写密码，看到这条记录的人都会看到它。密码请当面或用密码工具交给客户。"),
    "ends_before_start": _("到期日期不能早于开通日期。"),
    "trial_too_long": _("试用最长 %(most)s 天，请检查年份。"),
    "already_past": _("到期日期不能早于今天（%(today)s）。"),
    "not_later": _("延期要晚于现在的到期日期 %(date)s。"),
    "trial_ended": _("试用已经结束。要继续用，请先撤销结束。"),
    "trial_runs": _("试用没有结束，不需要恢复。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "text_broken": _("含有无法保存的字符，请删掉后再试。"),
}
FIELD_NAMES: Mapping[str, StrOrPromise] = {
    "held_on": _("演示日期"),
    "shown": _("演示了什么"),
    "feedback": _("客户反馈"),
    "reaction": _("反应"),
    "presented": _("讲了方案"),
    "expires_on": _("到期日期"),
    "usage": _("使用情况"),
}
_FIELDS = {
    "due_in_past": "planned_on",
    "due_too_far": "planned_on",
    "due_missing": "planned_on",
    "place_too_long": "place",
    "contact_elsewhere": "contact",
    "at_too_early": "held_on",
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    if said is None:
        return followups.sentence(reason)
    return str(said) % {"limit": "", "length": "", **reason.params}


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


def field_of(reason: Reason) -> str:
    """Beside which field it is said; empty: above them all."""
    return str(reason.params.get("field", "")) or _FIELDS.get(reason.code, "")
