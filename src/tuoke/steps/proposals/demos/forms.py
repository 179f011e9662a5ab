"""Parse what people type about demonstrations and trials. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.kernel.verdict import Verdict
from tuoke.base.ui.widgets import DateInput, TimeInput
from tuoke.spine.customers.fields import TextField
from tuoke.spine.customers.models import Contact
from tuoke.spine.customers.rules import Channel
from tuoke.steps.proposals.demos.models import KINDS, REACTIONS, Demo, Trial
from tuoke.steps.proposals.demos.rules import (
    ACCOUNT_LIMIT,
    LINE_LIMIT,
    TEXT_LIMIT,
    DemoDraft,
    DemoKind,
    HeldDraft,
    Reaction,
    TrialDraft,
)
from tuoke.steps.proposals.demos.words import field_of, sentence

WAYS = [(Channel.ONLINE_MEETING.value, _("线上")), (Channel.OFFLINE_MEETING.value, _("当面"))]


class RefusableForm(forms.Form):
    def refuse(self, verdict: Verdict) -> None:
        """Say every reason of a refusal, at its field where it has one."""
        for reason in verdict.reasons:
            field = field_of(reason)
            self.add_error(field if field in self.fields else None, sentence(reason))


class WithContact(RefusableForm):
    contact = forms.TypedChoiceField(label=_("联系人"), required=False, coerce=int, empty_value=None)

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, **more)
        said = [(c.pk, f"{c.name} · {c.position}" if c.position else c.name) for c in contacts]
        self.fields["contact"].choices = [("", _("未定")), *said]  # type: ignore[attr-defined]  # a ChoiceField


class DemoForm(WithContact):
    kind = forms.ChoiceField(label=_("类型"), choices=KINDS, initial=DemoKind.DEMO.value, widget=forms.RadioSelect)
    planned_on = forms.DateField(label=_("哪天"), widget=DateInput)
    planned_time = forms.TimeField(label=_("几点"), required=False, widget=TimeInput, help_text=_("填了就进日历"))
    purpose = TextField(
        label=_("要让客户看到什么"), max_length=LINE_LIMIT, required=False,
        widget=forms.TextInput({"placeholder": _("例如 用他们的订单走一遍排产")}),
    )  # fmt: skip
    place = TextField(label=_("地点或会议链接"), max_length=200, required=False)
    field_order = ["kind", "planned_on", "planned_time", "contact", "purpose", "place"]

    @property
    def draft(self) -> DemoDraft:
        said = self.cleaned_data
        return DemoDraft(
            DemoKind(said["kind"]),
            said["planned_on"],
            said["planned_time"],
            said["contact"],
            said["purpose"],
            said["place"],
        )


class HeldForm(WithContact):
    held_on = forms.DateField(label=_("演示日期"), widget=DateInput)
    channel = forms.ChoiceField(label=_("方式"), choices=WAYS, initial=WAYS[0][0], widget=forms.RadioSelect)
    shown = TextField(label=_("演示了什么"), max_length=TEXT_LIMIT, widget=forms.Textarea({"rows": 2}))
    feedback = TextField(
        label=_("客户反馈"), max_length=TEXT_LIMIT, required=False,
        widget=forms.Textarea({"rows": 3, "placeholder": _("最好是原话：哪里像他们，哪里不像")}),
    )  # fmt: skip
    reaction = forms.ChoiceField(label=_("反应"), choices=[r for r in REACTIONS if r[0]], widget=forms.RadioSelect)
    presented = forms.BooleanField(label=_("把方案也讲了一遍"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=10**9)
    field_order = ["held_on", "channel", "contact", "shown", "feedback", "reaction", "presented"]

    @property
    def draft(self) -> HeldDraft:
        said = self.cleaned_data
        return HeldDraft(
            said["held_on"],
            said["shown"],
            said["feedback"],
            Reaction(said["reaction"]),
            said["contact"],
            said["presented"],
        )

    @property
    def channel_said(self) -> Channel:
        return Channel(self.cleaned_data["channel"])

    @classmethod
    def initial_of(cls, demo: Demo, *, today: Any) -> dict[str, Any]:
        names = ("shown", "feedback", "reaction", "presented", "version")
        held_on = demo.held_on or min(demo.planned_on, today)
        return {name: getattr(demo, name) for name in names} | {"held_on": held_on, "contact": demo.contact_id}


class TrialForm(WithContact):
    account = TextField(
        label=_("账号"), max_length=ACCOUNT_LIMIT, help_text=_("只写名称，不写密码。"),
        widget=forms.TextInput({"placeholder": _("例如 华瑞试用 01"), "autocomplete": "off"}),
    )  # fmt: skip
    goal = TextField(
        label=_("客户要验证什么"), max_length=LINE_LIMIT, required=False,
        widget=forms.TextInput({"placeholder": _("例如 一周的排产能不能半小时排完")}),
    )  # fmt: skip
    starts_on = forms.DateField(label=_("开通日期"), widget=DateInput)
    expires_on = forms.DateField(label=_("到期日期"), widget=DateInput, help_text=_("到期前三天提醒您"))
    field_order = ["account", "starts_on", "expires_on", "contact", "goal"]

    @property
    def draft(self) -> TrialDraft:
        said = self.cleaned_data
        return TrialDraft(said["account"], said["starts_on"], said["expires_on"], said["contact"], said["goal"])


class ExtendForm(RefusableForm):
    expires_on = forms.DateField(label=_("延到哪天"), widget=DateInput)


class UsageForm(RefusableForm):
    usage = TextField(
        label=_("使用情况"), max_length=TEXT_LIMIT, required=False,
        widget=forms.Textarea({"rows": 4, "placeholder": _("谁在用、用到哪一步、卡在哪里")}),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=10**9)

    @classmethod
    def initial_of(cls, trial: Trial) -> dict[str, Any]:
        return {"usage": trial.usage, "version": trial.version}


class EndForm(RefusableForm):
    end_note = TextField(
        label=_("试用的结果"), max_length=LINE_LIMIT, required=False,
        widget=forms.TextInput({"placeholder": _("例如 三个场景都跑通了，等报价")}),
    )  # fmt: skip
