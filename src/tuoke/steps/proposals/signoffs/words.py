"""The words for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.services.approvals import words as approvals

SENTENCES: Mapping[str, StrOrPromise] = {
    "deal_closed": _("商机已输单或作废，不再签认。需要继续时请先重新打开商机。"),
    "no_proposal": _("还没有方案。先写方案，再请技术同事签认。"),
    "nothing_to_sign": _("方案里还没有“解决方案、实施计划、服务与团队”的内容，没有可以签认的。"),
    "already_waiting": _("已经请人签认，正在等他的答复。要换人，请先撤回。"),
    "already_signed": _("现在的内容已经签认过了。改了内容再请签认。"),
    "not_a_signer": _("%(name)s 不能签认：签认人要属于技术部门，并且现在是这个商机的协作人。"),
    "not_waiting": _("这次签认已经有了结果或撤回了，请刷新页面。"),
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    return approvals.sentence(reason) if said is None else str(said) % reason.params


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]
