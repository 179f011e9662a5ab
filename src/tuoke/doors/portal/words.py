"""What the customer is told, in his words: he knows no deal, no version and no gate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.steps.discovery.rules import NeedKind, Priority

SENTENCES: Mapping[str, StrOrPromise] = {
    "challenge_wrong": _("这四位数字不对，还可以试 %(left)s 次。"),
    "challenge_locked": _("输错的次数太多。为了安全，请在 %(until)s 以后再试，或直接联系我们。"),
    "too_often": _("提交得太频繁了，请过 10 分钟再试。您填写的内容还在这一页上。"),
    "comment_missing": _("请写下您想说的话。"),
    "comment_too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个，请精简一些。"),
    "comment_broken": _("里面有无法保存的字符，请删掉后再试。"),
    "comments_too_many": _("这份清单上的意见已有 %(limit)s 条，请直接联系我们补充。"),
    "name_missing": _("请填写您的姓名，作为确认人。"),
    "name_too_long": _("姓名最多 %(limit)s 个字。"),
    "name_broken": _("姓名里有无法保存的字符，请删掉后再试。"),
    "order_unknown": _("清单和您看到的不一样了，请刷新页面后再试。"),
    "need_unknown": _("清单和您看到的不一样了，请刷新页面后再试。"),
    "already_answered": _("我们已经回复了这一条，不能再撤回。"),
    "already_confirmed": _("这份清单已由 %(name)s 在 %(at)s 确认，不能再修改。"),
    "list_superseded": _("我们已发出一份更新的清单，这一份不再需要确认。"),
    "link_dead": _("这个链接刚刚失效，没有保存。请联系我们重新发送。"),
    "contact_gone": _("这份清单不再由这个链接处理，请联系我们。"),
    "deal_closed": _("这个项目已经结束，清单不再需要确认。"),
    "list_moved": _("您在另一个页面里改过这份清单。下面是您在这一页看到的内容；要以它为准，请再按一次确认。"),
    "remark_missing": _("请写下您想问的或想说的。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个，请精简一些。"),
    "text_broken": _("里面有无法保存的字符，请删掉后再试。"),
    "remarks_too_many": _("这份方案上的留言已有 %(limit)s 条，请直接联系我们。"),
    "section_unknown": _("方案和您看到的不一样了，请刷新页面后再试。"),
    "version_superseded": _("我们已发出更新的一版，这一版不再收留言。"),
    "preview_only": _("您已登录公司账号，这里只是预览：只有客户自己能提交。"),
}

KIND_WORDS: Mapping[NeedKind, tuple[StrOrPromise, StrOrPromise]] = {
    NeedKind.RIGID: (_("刚性需求"), _("必须解决，否则会影响您的核心业务")),
    NeedKind.ELASTIC: (_("弹性需求"), _("能改善更好，暂时没有也可以")),
    NeedKind.LATENT: (_("潜在需求"), _("目前还没有提出，但可能带来新的价值")),
}
PRIORITY_WORDS: Mapping[Priority, StrOrPromise] = {
    Priority.HIGH: _("高"), Priority.MEDIUM: _("中"), Priority.LOW: _("低"),
}  # fmt: skip


def sentence(reason: Reason) -> str:
    said = {name: _said(value) for name, value in reason.params.items()}
    return str(SENTENCES.get(reason.code, reason.code)) % said


def sentences(verdict: Verdict) -> list[str]:
    return list(dict.fromkeys(sentence(reason) for reason in verdict.reasons))


def _said(value: object) -> object:
    """Times as people say them, where they are."""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "Y-m-d H:i")
    return value
