"""Parse what is typed into a letter. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.kernel.verdict import Verdict
from tuoke.base.ui.widgets import DateInput, TimeInput
from tuoke.services.notifications.rules import SUBJECT_LIMIT
from tuoke.spine.customers.models import CHANNELS
from tuoke.spine.followups.models import OUTCOME_NAMES, NextAction
from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.spine.followups.words import OTHER, quick_days
from tuoke.steps.outreach.mails.rules import INVITE_TO_NEXT, NO_INVITATION, OUTCOMES, LetterDraft, Recipient
from tuoke.steps.outreach.mails.words import field_of, sentence

LENGTHS = [("", "—"), (15, _("15 分钟")), (30, _("30 分钟")), (60, _("1 小时")), (120, _("2 小时"))]


class LetterForm(forms.Form):
    """The fields of the next step are called as in 记录跟进, so that they are drawn by the same template."""

    to = forms.MultipleChoiceField(
        label=_("收件人"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请选择至少一位收件人。")},
    )
    cc = forms.TypedChoiceField(label=_("抄送同事"), required=False, coerce=int, empty_value=None)
    subject = forms.CharField(label=_("主题"), error_messages={"required": _("请写主题。")})
    text = forms.CharField(
        label=_("正文"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        error_messages={"required": _("请写正文。")},
    )
    template = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    filled_for = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)
    outcome = forms.ChoiceField(
        label=_("这封邮件算"),
        choices=[(o.value, OUTCOME_NAMES[o]) for o in OUTCOMES],
        widget=forms.RadioSelect,
        help_text=_("给了对方新内容、约了下一步算推进；只是催一催、还在等答复算停滞。"),
    )
    answers = forms.TypedChoiceField(label=_("完成了哪项待办"), required=False, coerce=int, empty_value=None)
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
    invite = forms.ChoiceField(
        label=_("日历邀请"), required=False, help_text=_("附上 .ics，对方点一下就进他的日历；答复会回到您的邮箱。")
    )

    def __init__(
        self,
        data: Any = None,
        *,
        today: date,
        people: Sequence[Recipient],
        colleagues: Sequence[User],
        owners: Sequence[User],
        owner_id: int | None,
        waiting: Sequence[NextAction],
        meetings: Sequence[NextAction],
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        self._choose("to", [(one.key, one.name) for one in people])
        self._choose("cc", [("", "—"), *((user.pk, f"{user.name} <{user.email}>") for user in colleagues)])
        self._choose("answers", [("", "—"), *((action.pk, action.title) for action in waiting)])
        self._choose("next_pick", quick_days(today))
        self._choose("next_owner", [(user.pk, user.name) for user in owners])
        self._choose("invite", [
            (NO_INVITATION, _("不附")), (INVITE_TO_NEXT, _("邀请参加下面的下一步")),
            *((str(one.pk), f"{one.due_on:%m-%d} {one.due_time:%H:%M} {one.title}") for one in meetings),
        ])  # fmt: skip
        self.fields["next_owner"].initial = owner_id
        self.fields["subject"].widget.attrs["maxlength"] = SUBJECT_LIMIT
        self.fields["next_due_on"].widget.attrs["min"] = today.isoformat()
        self.fields["next_title"].widget.attrs["placeholder"] = _("例如：三天后打电话问看法")
        for name in ("cc", "answers"):
            if len(self.fields[name].choices) == 1:  # type: ignore[attr-defined]  # a ChoiceField
                del self.fields[name]

    def draft(self) -> LetterDraft:
        """Also of a form with mistakes, as far as it could be read: the preview shows it."""
        given = self.cleaned_data
        return LetterDraft(
            to=tuple(given.get("to") or ()),
            cc=(given["cc"],) if given.get("cc") else (),
            subject=given.get("subject", ""),
            text=given.get("text", ""),
            outcome=FollowUpOutcome(given.get("outcome") or FollowUpOutcome.PROGRESS),
            template_id=given.get("template"),
            plan=self._plan(),
            answers_id=given.get("answers"),
            invite=given.get("invite") or NO_INVITATION,
        )

    def refuse(self, verdict: Verdict) -> None:
        """Say every reason of a refusal at the field that it is about."""
        for reason in verdict.reasons:
            name = field_of(reason)
            self.add_error(name if name in self.fields else None, sentence(reason))

    def _plan(self) -> Plan | None:
        given, title = self.cleaned_data, self.cleaned_data.get("next_title", "")
        pick = given.get("next_pick", "")
        due_on = date.fromisoformat(pick) if pick and pick != OTHER else given.get("next_due_on")
        if not title and due_on is None:
            return None
        return Plan(
            title=title,
            due_on=due_on,
            due_time=given.get("next_time"),
            owner_id=given.get("next_owner"),
            channel=given.get("next_channel", ""),
            minutes=given.get("next_minutes"),
            place=given.get("next_place", ""),
        )

    def _choose(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
