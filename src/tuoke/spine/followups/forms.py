"""Parse what people type about follow-ups and next actions. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.kernel.verdict import Verdict
from tuoke.base.ui.widgets import DateInput, DateTimeInput, TimeInput
from tuoke.spine.customers.models import CHANNELS, Contact
from tuoke.spine.followups.models import ASKED, NextAction
from tuoke.spine.followups.preferences import left_alone, preference_among
from tuoke.spine.followups.rules import Plan
from tuoke.spine.followups.words import OTHER, quick_days, sentence

INTERNAL = "internal"
LENGTHS = [
    ("", "—"), (15, _("15 分钟")), (30, _("30 分钟")), (60, _("1 小时")), (90, _("1 小时 30 分")), (120, _("2 小时")),
    (240, _("半天")),
]  # fmt: skip
FIELDS: Mapping[str, str] = {
    "summary": "summary",
    "channel": "channels",
    "at": "at",
    "contact": "contact",
    "title": "next_title",
    "due": "next_pick",
    "time": "next_time",
    "minutes": "next_minutes",
    "place": "next_place",
    "owner": "next_owner",
    "note": "summary",
}
"""The field that a refusal is about, by the first word of its code."""


def called(contact: Contact) -> str:
    """陈志强 · 生产副总（偏好微信）: a person in a list to choose from."""
    name = f"{contact.name} · {contact.position}" if contact.position else contact.name
    if contact.do_not_contact:
        return gettext("%(name)s（勿扰）") % {"name": name}
    if not contact.preferred_channel:
        return name
    return gettext("%(name)s（偏好%(channel)s）") % {"name": name, "channel": contact.get_preferred_channel_display()}


class RefusableForm(forms.Form):
    def refuse(self, verdict: Verdict) -> None:
        """Say every reason of a refusal at the field that it is about."""
        for reason in verdict.reasons:
            name = FIELDS.get(reason.code.split("_")[0], "")
            self.add_error(name if name in self.fields else None, sentence(reason))


class NextStepForm(RefusableForm):
    """The next action: optional beside a follow-up, the whole matter where it stands alone."""

    next_title = forms.CharField(label=_("下一步行动"), required=False)
    next_pick = forms.ChoiceField(label=_("完成时限"), required=False, widget=forms.RadioSelect)
    next_due_on = forms.DateField(label=_("日期"), required=False, widget=DateInput)
    next_owner = forms.TypedChoiceField(label=_("责任人"), required=False, coerce=int, empty_value=None)
    next_channel = forms.ChoiceField(label=_("方式"), choices=[("", "—"), *CHANNELS], required=False)
    next_time = forms.TimeField(label=_("几点"), required=False, widget=TimeInput)
    next_minutes = forms.TypedChoiceField(
        label=_("时长"), choices=LENGTHS, coerce=int, empty_value=None, required=False
    )
    next_place = forms.CharField(label=_("地点或会议链接"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        today: date,
        owners: Sequence[User],
        owner_id: int | None,
        people: Sequence[Contact] = (),
        contact_id: int | None = None,
        **more: Any,
    ) -> None:
        """``people``: whom the subject has; the preferred channel (S3.3) of ``contact_id``, else of who decides, is proposed."""
        super().__init__(data, **more)
        self.preference = preference_among(people, contact_id=contact_id)
        self.left_alone = left_alone(people)
        if self.preference and not self.preference.do_not_contact:
            self.fields["next_channel"].initial = self.preference.channel
        self.fields["next_pick"].choices = quick_days(today)  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["next_due_on"].widget.attrs["min"] = today.isoformat()
        self.fields["next_owner"].choices = [(user.pk, user.name) for user in owners]  # type: ignore[attr-defined]
        self.fields["next_owner"].initial = owner_id
        self.fields["next_title"].widget.attrs["placeholder"] = _("例如：发送修订报价")

    @property
    def is_channel_chosen(self) -> bool:
        """Whether the channel is another one than what is proposed anyway."""
        proposed = self.preference.channel if self.preference else ""
        return (self["next_channel"].value() or "") not in {"", proposed}

    @property
    def plan(self) -> Plan | None:
        """What was asked for, complete or not; None where nothing was."""
        title, due_on = self.cleaned_data.get("next_title", ""), self._due_on()
        if not title and due_on is None:
            return None
        return Plan(
            title=title,
            due_on=due_on,
            due_time=self.cleaned_data.get("next_time"),
            owner_id=self.cleaned_data.get("next_owner"),
            channel=self.cleaned_data.get("next_channel", ""),
            minutes=self.cleaned_data.get("next_minutes"),
            place=self.cleaned_data.get("next_place", ""),
        )

    def _due_on(self) -> date | None:
        pick = self.cleaned_data.get("next_pick", "")
        if pick and pick != OTHER:
            return date.fromisoformat(pick)
        found: date | None = self.cleaned_data.get("next_due_on")
        return found


class FollowUpForm(NextStepForm):
    outcome = forms.ChoiceField(label=_("结果"), choices=ASKED, widget=forms.RadioSelect)
    channels = forms.MultipleChoiceField(label=_("跟进方式"), choices=CHANNELS, widget=forms.CheckboxSelectMultiple)
    summary = forms.CharField(label=_("沟通内容摘要"), widget=forms.Textarea(attrs={"rows": 3}))
    at = forms.DateTimeField(label=_("跟进时间"), widget=DateTimeInput)
    contact = forms.TypedChoiceField(label=_("联系人"), required=False, coerce=int, empty_value=None)
    answers = forms.TypedChoiceField(label=_("完成了哪项待办"), required=False, coerce=int, empty_value=None)

    def __init__(
        self,
        data: Any = None,
        *,
        now: datetime,
        contacts: Sequence[Contact],
        waiting: Iterable[NextAction],
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        self.fields["at"].initial = now
        self.fields["summary"].widget.attrs["placeholder"] = _("谈了什么、客户怎么说、约定了什么")
        said = [(contact.pk, called(contact)) for contact in contacts]
        self.fields["contact"].choices = [("", "—"), *said]  # type: ignore[attr-defined]
        self.fields["answers"].choices = [("", "—"), *((a.pk, a.title) for a in waiting)]  # type: ignore[attr-defined]
        if not contacts:
            del self.fields["contact"]
        if len(self.fields["answers"].choices) == 1:  # type: ignore[attr-defined]
            del self.fields["answers"]


class FinishForm(NextStepForm):
    """Finishing a next action: with the customer (then it is a follow-up), or inside the house."""

    outcome = forms.ChoiceField(
        label=_("结果"), choices=[*ASKED, (INTERNAL, _("内部事项，已办好"))], widget=forms.RadioSelect
    )
    channels = forms.MultipleChoiceField(
        label=_("跟进方式"), choices=CHANNELS, widget=forms.CheckboxSelectMultiple, required=False
    )
    summary = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def is_internal(self) -> bool:
        return bool(self.cleaned_data["outcome"] == INTERNAL)


class PlanForm(NextStepForm):
    pass


class EditForm(NextStepForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class RescheduleForm(forms.Form):
    due_on = forms.DateField()
    version = forms.IntegerField()


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("文件"),
        help_text=_("xlsx、xls 或 csv，第一行是列名"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": _("请选择一个文件。"), "empty": _("文件是空的，请选择有内容的文件。")},
    )
