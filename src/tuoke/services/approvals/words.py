"""The words for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.services.approvals.models import STATE_NAMES
from tuoke.services.approvals.rules import State

SENTENCES: Mapping[str, StrOrPromise] = {
    "only_people_ask": _("只有登录的人才能申请审批。"),
    "reason_missing": _("请写理由：对方要靠它决定，例如“客户年底前必须上线，竞品报价低 8%%”。"),
    "why_not_missing": _("请写驳回的理由：发起人要知道怎么改，例如“先把付款谈到验收前付八成，再报这个价”。"),
    "label_missing": _("请写清楚申请的是什么。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "text_broken": _("含有无法保存的字符，请删掉后再试。"),
    "own_request": _("自己发起的申请不能由自己审批，请等其他审批人决定。"),
    "too_many_approvers": _("一次最多请 %(most)s 个人审批。"),
    "expiry_odd": _("截止时间要晚于现在，最长 %(days)s 天。"),
    "no_approver": _("没有可以审批的人：上级都已停用，或没有设置上级。请联系管理员。"),
    "already_asked": _("%(who)s在%(at)s已经申请过，还在等审批。请等结果，或先撤回那一条。"),
    "already_decided": _("%(who)s在%(at)s%(state)s了这项申请，您的决定没有保存。"),
    "request_withdrawn": _("这项申请已经撤回，不用再审批。"),
    "request_expired": _("这项申请已在%(at)s过期。还需要的话，请发起人重新申请。"),
    "not_yours": _("只有发起人可以撤回。"),
    "not_an_approver": _("您不是这项申请的审批人。"),
    "may_not_decide": _("您现在没有权限决定这件事，可能是部门或角色有变动。请转告发起人另请审批人。"),
    "receiver_missing": _("请选择转交给谁。"),
    "receiver_inactive": _("%(name)s已停用，请选择其他人。"),
    "receiver_asked": _("%(name)s就是发起人，不能审批自己的申请。请选择其他人。"),
    "receiver_already": _("%(name)s已经是审批人，不用转交。"),
    "receiver_may_not": _("%(name)s无权查看这件事，不能转交给他。请选择有权限的人。"),
}
_DECIDED: Mapping[str, StrOrPromise] = {State.APPROVED: _("批准"), State.REJECTED: _("驳回")}


def sentence(reason: Reason) -> str:
    """An unknown code belongs to the kind's own package; it is said without words of ours."""
    said = SENTENCES.get(reason.code)
    if said is None:
        return _now("现在不能这样做（%(code)s）。") % {"code": reason.code}
    return str(said) % {name: _shown(name, value) for name, value in reason.params.items()}


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


def _shown(name: str, value: object) -> str:
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "m-d H:i")
    if name == "state":
        return str(_DECIDED.get(str(value), STATE_NAMES[State(str(value))]))
    return str(value)
