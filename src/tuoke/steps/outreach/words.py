"""What this package's fields and codes are called."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason
from tuoke.spine.library.words import TRIGGER_NAMES
from tuoke.steps.outreach.models import EVENT_NAMES, PROFILE_NAMES
from tuoke.steps.outreach.rules import EventKind, NoteKind, ProfileKind, Unknown

FIELDS: Mapping[str, StrOrPromise] = {
    "kind": _("类型"),
    "happened_on": _("日期"),
    "title": _("内容"),
    "link": _("链接"),
    "note": _("备注"),
    "text": _("关注点"),
    "source": _("从哪里知道"),
    "noted_on": _("日期"),
    "seen_on": _("查看日期"),
}
SORT_NAMES: Mapping[str, StrOrPromise] = {
    NoteKind.EVENT: _("客户动态"),
    NoteKind.CONCERN: _("关注点"),
    NoteKind.PROFILE: _("主页链接"),
}
EVENT_TONES: Mapping[str, str] = {
    EventKind.FUNDING: "green",
    EventKind.EXPANSION: "teal",
    EventKind.PEOPLE: "purple",
    EventKind.TENDER: "blue",
    EventKind.PRODUCT: "cyan",
    EventKind.POLICY: "yellow",
    EventKind.RESULTS: "lime",
    EventKind.NEGATIVE: "red",
    EventKind.OTHER: "gray",
}
UNKNOWN: Mapping[Unknown, tuple[StrOrPromise, StrOrPromise]] = {
    Unknown.CONTACT: (_("还没有联系人"), _("添加联系人")),
    Unknown.REACH: (_("联系人没有电话、邮箱或微信"), _("补联系方式")),
    Unknown.DECIDER: (_("不知道谁拍板"), _("标出决策人")),
    Unknown.CONCERN: (_("不知道决策人关注什么"), _("记关注点")),
    Unknown.NEWS: (_("90 天内没有新动态"), _("查一下并记下")),
    Unknown.PROFILE: (_("没有官网、LinkedIn 等链接"), _("加链接")),
    Unknown.INDUSTRY: (_("行业未知"), _("补行业")),
    Unknown.SCALE: (_("规模未知"), _("补规模")),
    Unknown.BUDGET: (_("预算未知"), _("补预算")),
    Unknown.VERIFIED: (_("有信息还没有核验"), _("记出处")),
    Unknown.DISPUTED: (_("不同来源说法不一"), _("去核对")),
    Unknown.CHANNEL: (_("不知道联系人喜欢哪种联系方式"), _("补偏好")),
}
"""What is unknown, and what to do about it."""
REASONS: Mapping[str, StrOrPromise] = {
    "trigger": _("有新近的由头"),
    "industry": _("同行业"),
    "role": _("适合这个岗位"),
    "motion": _("适合这类拓展"),
    "channel": _("适合偏好的渠道"),
    "scale": _("适合这个规模"),
    "market": _("适合这类客户"),
}
"""Why an opening was chosen: the tags of the library that match."""
SENTENCES: Mapping[str, StrOrPromise] = {
    "blank": _("请填写%(field)s。"),
    "link_missing": _("请填链接，例如 https://www.example.com/news/1。"),
    "link_invalid": _("链接要以 http:// 或 https:// 开头，中间没有空格，例如 https://www.example.com/news/1。"),
    "too_long": _("%(field)s最多 %(limit)s 个字，现在有 %(found)s 个。"),
    "text_broken": _("%(field)s里有无法保存的字符，请删掉后再试。"),
    "date_in_future": _("日期不能晚于今天；写它发生、发布或看到的那一天。"),
    "date_too_early": _("日期太早，请检查年份。"),
    "too_many": _("最多记 %(limit)s 条。"),
    "not_of_this": _("动态记在客户上，关注点记在联系人上。"),
    "note_withdrawn": _("这一条已撤下；先恢复再修改。"),
}


def sentence(reason: Reason) -> str:
    """What is wrong and what would be right."""
    said = SENTENCES.get(reason.code)
    if said is None:
        return gettext("不能保存（%(code)s）。") % {"code": reason.code}
    field = FIELDS.get(str(reason.params.get("field", "")), "")
    return str(said) % {**reason.params, "field": field}


def said_value(field: str, value: object) -> str:
    """A value of a note as people read it."""
    if value in (None, ""):
        return "—"
    if field == "kind":
        return kind_name(str(value))
    return str(value)


def kind_name(kind: str) -> str:
    """An event's kind, or a page's. 其他 is called the same in both."""
    if kind in set(EventKind):
        return str(EVENT_NAMES[EventKind(kind)])
    return str(PROFILE_NAMES[ProfileKind(kind)]) if kind in set(ProfileKind) else kind


def trigger_name(trigger: str) -> str:
    """由头：人事变动: what an opening speaks of."""
    return gettext("由头：%(name)s") % {"name": TRIGGER_NAMES[trigger]}


def why(reasons: tuple[str, ...]) -> str:
    """同行业、有新近的由头; for one that suits everybody: 通用."""
    return "、".join(str(REASONS[reason]) for reason in reasons if reason in REASONS) or gettext("通用")
