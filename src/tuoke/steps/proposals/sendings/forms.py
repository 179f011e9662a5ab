"""Parse what people type about sendings. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.customers.fields import TextField
from tuoke.spine.customers.models import Contact
from tuoke.steps.proposals.sendings.rules import SendDraft
from tuoke.steps.proposals.sendings.words import sentence


class RefusableForm(SaysWhy):
    say = staticmethod(sentence)


class SendForm(RefusableForm):
    contact = forms.TypedChoiceField(
        label=_("发给谁"), coerce=int, empty_value=None, error_messages={"required": _("请选择发给谁。")}
    )
    expires_on = forms.DateField(
        label=_("有效期到"), widget=DateInput, help_text=_("这一天结束后链接打不开，可以随时重发")
    )
    message = TextField(
        label=_("附言"), required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("显示在方案页最上面")
    )
    may_download = forms.BooleanField(label=_("客户可以下载 Word 和 PDF"), required=False)
    challenge = forms.BooleanField(
        label=_("打开时核对手机尾号"), required=False, help_text=_("请客户输入手机号后四位，转给别人也打不开")
    )
    by_mail = forms.BooleanField(label=_("同时发邮件"), required=False, help_text=_("链接写在邮件里，回复到您的邮箱"))
    attach = forms.BooleanField(label=_("邮件附上 PDF"), required=False)
    note = TextField(label=_("这一版改了什么"), required=False, help_text=_("只有自己人看得到"))

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, **more)
        people = [contact for contact in contacts if not contact.do_not_contact]
        self.fields["contact"].choices = [("", "—"), *((c.pk, named(c)) for c in people)]  # type: ignore[attr-defined]

    @property
    def draft(self) -> SendDraft:
        said = self.cleaned_data
        return SendDraft(
            contact_id=said["contact"],
            expires_on=said["expires_on"],
            challenge=said["challenge"],
            may_download=said["may_download"],
            by_mail=said["by_mail"],
            attach=said["attach"],
            message=said["message"],
            note=said["note"],
        )


class AnswerForm(RefusableForm):
    text = TextField(label=_("回复"), widget=forms.Textarea(attrs={"rows": 2}), help_text=_("客户在方案页上看到"))


class ReasonForm(RefusableForm):
    reason = TextField(
        label=_("为什么没有证据也要发"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写给主管：数字从哪里来、为什么站得住"),
    )


class PresentForm(RefusableForm):
    held_on = forms.DateField(label=_("哪一天讲的"), widget=DateInput)
    contacts = forms.TypedMultipleChoiceField(
        label=_("客户谁在场"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    note = TextField(label=_("当场反应"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["contacts"].choices = [(contact.pk, named(contact)) for contact in contacts]  # type: ignore[attr-defined]


def named(contact: Contact) -> str:
    return f"{contact.name} · {contact.position}" if contact.position else contact.name
