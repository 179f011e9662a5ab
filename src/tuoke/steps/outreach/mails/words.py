"""Refusals of a letter in words: its own, the mail's and the follow-up's."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tuoke.base.kernel.verdict import Reason
from tuoke.services.notifications import words as mail_words
from tuoke.spine.followups import words as followup_words

SENTENCES = {
    "to_left_alone": _("%(name)s要求勿扰，不能给他发邮件。%(reason)s"),
    "to_no_address": _("%(name)s没有邮箱地址，请先补上。"),
    "text_facts_missing": _("还有没填上的内容：%(names)s。请补上或删掉再发。"),
    "invite_no_time": _("要附上日历邀请，请给下一步选好日期和时间。"),
    "invite_gone": _("要邀请的那项安排已经完成或取消，请重新选择。"),
    "template_gone": _("这个模板已不能用，请重新选择。"),
    "may_not_send": _("只有登录的同事能发邮件。"),
}
FIELDS = {
    "to": "to",
    "recipient": "to",
    "too": "to",
    "text": "text",
    "subject": "subject",
    "summary": "text",
    "invite": "invite",
    "title": "next_title",
    "due": "next_pick",
    "time": "next_time",
    "minutes": "next_minutes",
    "place": "next_place",
    "action": "answers",
    "owner": "next_owner",
}
"""The field that a refusal is about, by the first word of its code."""


def sentence(reason: Reason) -> str:
    if said := SENTENCES.get(reason.code):
        return str(said) % dict(reason.params)
    if reason.code in mail_words.SENTENCES:
        return mail_words.sentence(reason)
    return followup_words.sentence(reason)


def field_of(reason: Reason) -> str:
    return FIELDS.get(reason.code.split("_")[0], "")
