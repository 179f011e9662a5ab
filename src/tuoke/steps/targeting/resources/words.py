"""The words for this package's codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason

FIELDS: Mapping[str, StrOrPromise] = {
    "name": gettext_lazy("名称"),
    "kind": gettext_lazy("类别"),
    "unit": gettext_lazy("单位"),
    "quantity": gettext_lazy("总量"),
    "starts_on": gettext_lazy("开始日期"),
    "ends_on": gettext_lazy("结束日期"),
    "is_consumed": gettext_lazy("用掉就没有了"),
    "owner": gettext_lazy("负责人"),
    "campaign": gettext_lazy("拓展计划"),
    "note": gettext_lazy("说明"),
    "reason": gettext_lazy("理由"),
}
_RIGHT: Mapping[str, StrOrPromise] = {
    "may_not_write": gettext_lazy("您的角色不能登记资源；请联系销售主管或总监。"),
    "may_not_request": gettext_lazy("您的角色不能申请资源。"),
    "may_not_state": gettext_lazy("只有销售总监，或负责这个计划的主管，可以说明不需要资源。"),
    "owner_inactive": gettext_lazy("负责人要是在职的同事。"),
    "owner_may_not_grant": gettext_lazy("%(name)s 的角色不能审批资源，请换一位负责人。"),
    "owner_elsewhere": gettext_lazy("%(name)s 不在您管理的部门，请换一位负责人。"),
    "unknown_campaign": gettext_lazy("没有这个拓展计划，请刷新页面。"),
    "unknown_kind": gettext_lazy("请选择类别。"),
    "missing": gettext_lazy("请填写。"),
    "too_long": gettext_lazy("最多 %(limit)s 个字。"),
    "text_broken": gettext_lazy("含有无法保存的字符，请删掉后再试。"),
    "not_a_number": gettext_lazy("要填一个数，例如 20。"),
    "not_positive": gettext_lazy("要大于 0。"),
    "too_big": gettext_lazy("数目太大，请检查。"),
    "too_fine": gettext_lazy("最多两位小数。"),
    "period_reversed": gettext_lazy("结束日期不能早于开始日期。"),
    "days_out_of_range": gettext_lazy("日期要在 2000 年到 2099 年之间。"),
    "outside_period": gettext_lazy("这项资源只在 %(first)s 到 %(last)s 可用，请选这之间的日期。"),
    "more_than_there_is": gettext_lazy("总共只有 %(quantity)s %(unit)s。"),
    "not_enough": gettext_lazy("不够分：%(first)s 到 %(last)s 只剩 %(left)s %(unit)s，要 %(wanted)s %(unit)s。"),
    "less_than_allocated": gettext_lazy(
        "总量不能少于已分配的：%(first)s 到 %(last)s 已分配 %(taken)s %(unit)s（%(lines)s）。先请他们归还。"
    ),
    "allocated_outside": gettext_lazy(
        "有 %(count)s 笔分配在这段期间之外（%(lines)s）。先请他们归还，或保留原来的期间。"
    ),
    "still_allocated": gettext_lazy("还有没归还的分配（%(lines)s）。先请他们归还，再作废。"),
    "still_asked_for": gettext_lazy("还有 %(count)s 个申请等审批。先批准或驳回，再作废。"),
    "already_voided": gettext_lazy("这项资源已经作废。"),
    "resource_voided": gettext_lazy("这项资源已经作废，不能再申请或分配。"),
    "unknown_receiver": gettext_lazy("没有这个部门或成员，请重新选择。"),
    "receiver_inactive": gettext_lazy("%(name)s 的账号已停用，不能再分给他。"),
    "unknown_tier": gettext_lazy("没有这个级别，请重新选择。"),
    "not_for_them": gettext_lazy("您只能为自己或您管理的部门申请和分配。"),
    "not_waiting": gettext_lazy("这个申请已经处理过了，请刷新页面。"),
    "not_allocated": gettext_lazy("只有已分配的才能归还。"),
    "not_yours": gettext_lazy("只有申请人可以撤回。"),
    "more_than_kept": gettext_lazy("最多能归还 %(kept)s %(unit)s。"),
}


def right(reason: Reason, *, unit: str = "") -> str:
    """What is wrong and what would be right. ``unit`` is the resource's, where the reason doesn't bring it."""
    said = _RIGHT.get(reason.code)
    if said is None:
        return reason.code
    params = {"name": "", "unit": unit, **{key: _plain(value) for key, value in reason.params.items()}}
    if "lines" in reason.params:
        params["lines"] = _lines(reason.params["lines"], unit=str(params["unit"]))
    return str(said) % params


def number(value: Decimal) -> str:
    """20, 2.5: without zeros that say nothing."""
    return f"{value.normalize():,f}"


def _lines(lines: object, *, unit: str) -> str:
    assert isinstance(lines, list)
    said = [
        _("%(whom)s %(quantity)s %(unit)s，%(first)s 到 %(last)s")
        % {"whom": whom, "quantity": number(quantity), "unit": unit, "first": first, "last": last}
        for whom, quantity, first, last in lines
    ]
    return "；".join(said)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return number(value)
    return value.isoformat() if isinstance(value, date) else value


def yes_no(value: bool) -> str:
    return _("是") if value else _("否")
