"""Parse what people type about needs. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.kernel.verdict import Verdict
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.customers.fields import TextField
from tuoke.spine.customers.models import Contact
from tuoke.steps.discovery.models import KINDS, MANNERS, PRIORITIES
from tuoke.steps.discovery.rules import Manner, NeedDraft, NeedKind, Priority, SendDraft
from tuoke.steps.discovery.words import sentence

OWN_MANNERS = [(value, name) for value, name in MANNERS if value != Manner.LINK]
"""What a person may say: that a link was used only the link knows."""

FIELDS: Mapping[str, str] = {
    "description": "description",
    "confirmed": "confirmed_on",
    "contact": "contact",
    "pain": "pain",
    "impact": "impact",
    "expires": "expires_on",
    "expiry": "expires_on",
    "challenge": "challenge",
    "message": "message",
    "nothing": "kinds",
    "comment": "text",
    "merge": "into",
}
"""The field that a refusal is about, by the first word of its code."""


class RefusableForm(forms.Form):
    def refuse(self, verdict: Verdict) -> None:
        """Say every reason of a refusal at the field that it is about."""
        for reason in verdict.reasons:
            name = FIELDS.get(reason.code.split("_")[0], "")
            self.add_error(name if name in self.fields else None, sentence(reason))


class NeedForm(RefusableForm):
    kind = forms.ChoiceField(label=_("需求类型"), choices=KINDS, widget=forms.RadioSelect)
    description = TextField(label=_("需求描述"), widget=forms.Textarea(attrs={"rows": 3}))
    priority = forms.ChoiceField(
        label=_("优先级"), choices=PRIORITIES, widget=forms.RadioSelect, initial=Priority.MEDIUM.value
    )
    contact = forms.TypedChoiceField(label=_("谁提出的"), required=False, coerce=int, empty_value=None)
    said_by_customer = forms.BooleanField(label=_("客户原话"), required=False)
    pain = TextField(
        label=_("背后的痛点"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("表面需求之下，真正让他难受的是什么"),
    )
    impact = TextField(
        label=_("业务影响"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("不解决会怎样：多少钱、多少时间、谁受影响"),
    )
    confirmed_on = forms.DateField(
        label=_("确认时间"), required=False, widget=DateInput, help_text=_("客户确认这条需求的日期；还没确认就空着")
    )
    confirmed_how = forms.TypedChoiceField(
        label=_("怎样确认"), required=False, coerce=Manner, empty_value=None, choices=[("", "—"), *OWN_MANNERS]
    )

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["contact"].choices = people(contacts)  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["description"].widget.attrs["placeholder"] = _("用客户的话写：什么事、多少、影响什么")
        if not contacts:
            del self.fields["contact"]

    @property
    def draft(self) -> NeedDraft:
        given = self.cleaned_data
        return NeedDraft(
            kind=NeedKind(given["kind"]),
            description=given["description"],
            priority=Priority(given["priority"]),
            contact_id=given.get("contact"),
            confirmed_on=given.get("confirmed_on"),
            confirmed_how=given.get("confirmed_how"),
            pain=given["pain"],
            impact=given["impact"],
            said_by_customer=given["said_by_customer"],
        )

    @property
    def goes_deep(self) -> bool:
        """Whether what lies behind the need is to be seen at once: it says something, or something is wrong with it."""
        names = ("pain", "impact", "confirmed_on")
        return any(self[name].value() or self.errors.get(name) for name in names)


class EditNeedForm(NeedForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, contacts=contacts, **more)
        if self.initial.get("confirmed_how") == Manner.LINK:
            self.fields["confirmed_how"].choices = [("", "—"), *MANNERS]  # type: ignore[attr-defined]  # a ChoiceField


class VersionForm(forms.Form):
    """A one-press verb: the version that was seen, and the day and manner where it needs them."""

    version = forms.IntegerField()
    on = forms.DateField(required=False)
    how = forms.TypedChoiceField(required=False, coerce=Manner, empty_value=Manner.OTHER, choices=OWN_MANNERS)


class MergeForm(forms.Form):
    version = forms.IntegerField()
    into = forms.IntegerField()


class OrderForm(forms.Form):
    """Ids with commas between them, in their new order."""

    order = forms.RegexField(regex=r"^\d{1,18}(,\d{1,18})*$", max_length=20_000)

    @property
    def ids(self) -> list[int]:
        return [int(part) for part in self.cleaned_data["order"].split(",")]


class MoveForm(forms.Form):
    to = forms.ChoiceField(choices=[("up", "up"), ("down", "down")])


class LinkForm(RefusableForm):
    """How long a private link lives, and whether it asks for the phone's last digits."""

    expires_on = forms.DateField(
        label=_("有效期到"), widget=DateInput, help_text=_("这一天结束后链接打不开，可以随时换新链接")
    )
    challenge = forms.BooleanField(
        label=_("打开时核对手机尾号"), required=False, help_text=_("请客户输入手机号后四位，转给别人也打不开")
    )


class SendForm(LinkForm):
    contact = forms.TypedChoiceField(label=_("发给谁"), coerce=int, empty_value=None)
    message = TextField(
        label=_("附言"), required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("显示在确认页最上面")
    )
    kinds = forms.TypedMultipleChoiceField(
        label=_("包括哪些需求"), choices=KINDS, coerce=NeedKind, widget=forms.CheckboxSelectMultiple,
        help_text=_("潜在需求是我们的判断，可以先不给客户看"),
    )  # fmt: skip
    field_order = ("contact", "expires_on", "challenge", "kinds", "message")

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["contact"].choices = people([c for c in contacts if not c.do_not_contact])  # type: ignore[attr-defined]

    @property
    def draft(self) -> SendDraft:
        given = self.cleaned_data
        return SendDraft(
            contact_id=given["contact"],
            expires_on=given["expires_on"],
            challenge=given["challenge"],
            message=given["message"],
            kinds=tuple(given["kinds"]),
        )


class AnswerForm(RefusableForm):
    text = TextField(label=_("回复"), widget=forms.Textarea(attrs={"rows": 2}))


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("文件"),
        help_text=_("xlsx、xls 或 csv，第一行是列名"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": _("请选择一个文件。"), "empty": _("文件是空的，请选择有内容的文件。")},
    )


def people(contacts: Sequence[Contact]) -> list[tuple[int | str, str]]:
    return [("", "—"), *((c.pk, f"{c.name} · {c.position}" if c.position else c.name) for c in contacts)]
