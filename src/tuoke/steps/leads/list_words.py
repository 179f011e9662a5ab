"""What lists, views, runs on many leads and exports say when they can't; ``words`` says the rest."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.steps.leads import words

SENTENCES: Mapping[str, StrOrPromise] = {
    "name_missing": _("请给视图起个名字。"),
    "name_too_long": _("名称最多 %(limit)s 个字。"),
    "name_broken": _("名称里有无法保存的字符，请删掉后再试。"),
    "name_taken": _("您已有同名的视图，请换个名字。"),
    "query_too_long": _("筛选条件太长，无法保存。请少选几项。"),
    "may_not_share": _("只有主管可以把视图给别人用。"),
    "may_not_use": _("您的角色不能使用线索列表。"),
    "too_many_views": _("最多保存 %(limit)s 个视图，请先删除不用的。"),
    "may_not_export": _("您的角色不能导出。"),
    "may_not_bulk": _("您的角色不能批量做这件事。"),
    "nothing_chosen": _("还没有选中线索。请勾选几行，或选择符合条件的全部线索。"),
    "too_many_chosen": _("一次最多处理 %(limit)s 条线索。请用筛选缩小范围，分几次做。"),
    "run_over": _("这次批量操作已经执行过了。"),
    "nothing_left": _("选中的线索都不能这样处理，没有改动。"),
    "tier_unknown": _("请选择一个级别。"),
    "campaign_unknown": _("请选择一个拓展计划。"),
    "receiver_missing": _("请选择分配给谁。"),
    "not_undoable": _("这次批量操作不能撤销。"),
    "undo_too_late": _("只能在 30 分钟内撤销。"),
    "not_the_last": _("只能撤销最近一次批量操作。"),
}
LEFT: Mapping[str, StrOrPromise] = {
    "not_there": _("已经不在您的范围内，或不存在"),
    "changed_meanwhile": _("选中以后有人改过，请重新选择再看"),
    "not_open": _("已转商机、无效或已合并"),
    "lead_elsewhere": _("由别人负责，您不能改"),
    "already_claimed": _("已被同事领取"),
    "already_yours": _("已经是您的"),
    "not_claimed": _("还在公海，要先领取"),
    "in_pool": _("已经在公海里"),
    "same_owner": _("本来就由他负责"),
    "no_room": _("超出他最多能持有的 %(limit)s 条"),
    "hands_full": _("超出您最多能持有的 %(limit)s 条"),
    "claims_used_up": _("超出每天能领取的 %(limit)s 条"),
    "cooling_down": _("您放弃不久，还在冷却期"),
    "too_new_in_pool": _("刚进公海，还不能领取"),
    "same_tier": _("已经是这个级别"),
    "same_campaign": _("已经在这个计划里"),
}
"""Why some of many leads are left alone, in few words beside their count."""


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    return str(said) % reason.params if said else words.sentence(reason)


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


def left_alone(code: str, params: Mapping[str, object]) -> str:
    said = LEFT.get(code)
    return str(said) % params if said else sentence(Reason(code, params))
