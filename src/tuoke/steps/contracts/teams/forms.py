"""Parse what people type about the team. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput, TimeInput
from tuoke.spine.customers.fields import TextField
from tuoke.spine.customers.models import CHANNEL_NAMES, Contact
from tuoke.spine.customers.rules import Channel
from tuoke.steps.contracts.teams.models import EVERIES, WEEKDAYS, ProjectContact, Rhythm
from tuoke.steps.contracts.teams.rules import (
    DUTY_LIMIT,
    LETTER_LIMIT,
    MINUTES,
    NAME_LIMIT,
    NOTE_LIMIT,
    PERCENTS,
    ROLE_LIMIT,
    SUBJECT_LIMIT,
    BookingDraft,
    ContactDraft,
    Every,
    IntroductionDraft,
    RhythmDraft,
    ShareDraft,
    Side,
    Way,
)
from tuoke.steps.contracts.teams.words import sentence

CHANNELS = [(channel.value, name) for channel, name in CHANNEL_NAMES.items()]
MEETINGS = [
    (Channel.ONLINE_MEETING.value, _("线上会议")),
    (Channel.OFFLINE_MEETING.value, _("当面")),
    (Channel.PHONE.value, _("电话")),
]


class RefusableForm(SaysWhy):
    say = staticmethod(sentence)


class ContactForm(RefusableForm):
    person = forms.TypedChoiceField(label=_("是谁"), coerce=int, empty_value=None)
    role = TextField(
        label=_("项目角色"), max_length=ROLE_LIMIT, widget=forms.TextInput({"placeholder": _("例如 实施经理")})
    )
    responsible_for = TextField(
        label=_("管什么"), required=False, max_length=DUTY_LIMIT,
        widget=forms.TextInput({"placeholder": _("例如 上线进度与数据迁移")}),
    )  # fmt: skip
    is_main = forms.BooleanField(label=_("主要对口人"), required=False, help_text=_("对方有事先找他；每一方一位"))
    shows_phone = forms.BooleanField(
        label=_("把电话给对方看"), required=False, initial=True, help_text=_("显示在介绍信和客户的计划页面上")
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=10**9)

    def __init__(
        self,
        data: Any = None,
        *,
        side: Side,
        people: Sequence[User | Contact],
        row: ProjectContact | None = None,
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        self.side, self.row = side, row
        if row:
            del self.fields["person"]
        else:
            _choices(self, "person", [("", "—"), *((one.pk, _named(one)) for one in people)])

    @property
    def draft(self) -> ContactDraft:
        said = self.cleaned_data
        person_id = (self.row.user_id or self.row.contact_id) if self.row else said["person"]
        return ContactDraft(
            self.side, person_id, said["role"], said["responsible_for"], said["shows_phone"], said["is_main"]
        )

    @classmethod
    def initial_of(cls, row: ProjectContact) -> dict[str, Any]:
        return {name: getattr(row, name) for name in ("role", "responsible_for", "is_main", "shows_phone", "version")}


class IntroductionForm(RefusableForm):
    to = forms.TypedMultipleChoiceField(
        label=_("介绍给谁"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    subject = TextField(label=_("标题"), max_length=SUBJECT_LIMIT)
    text = TextField(label=_("内容"), max_length=LETTER_LIMIT, widget=forms.Textarea({"rows": 12}))
    way = forms.ChoiceField(
        label=_("怎么告诉客户"), choices=[(Way.MAIL.value, _("现在发邮件")), (Way.HAND.value, _("已用别的方式告诉他"))],
        widget=forms.RadioSelect, initial=Way.MAIL.value,
    )  # fmt: skip
    on = forms.DateField(label=_("哪一天"), required=False, widget=DateInput, help_text=_("用别的方式时填"))
    channel = forms.ChoiceField(label=_("什么方式"), choices=CHANNELS, required=False)

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], mail_is_on: bool, **more: Any) -> None:
        super().__init__(data, **more)
        _choices(self, "to", [(one.pk, _named(one)) for one in contacts])
        if not mail_is_on:
            self.fields["way"].initial = Way.HAND.value
            self.fields["way"].help_text = _("没有配置邮件发送：复制内容发给客户，再在这里登记")

    @property
    def draft(self) -> IntroductionDraft:
        said = self.cleaned_data
        channel = said["channel"] or Channel.OFFLINE_MEETING.value
        return IntroductionDraft(
            tuple(said["to"]), said["subject"], said["text"], Way(said["way"]), said["on"], channel
        )


class ShareForm(RefusableForm):
    contact = forms.TypedChoiceField(label=_("给谁"), coerce=int, empty_value=None)
    way = forms.ChoiceField(
        label=_("怎么给"), choices=[(Way.LINK.value, _("专属链接")), (Way.HAND.value, _("已当面交给他"))],
        widget=forms.RadioSelect, initial=Way.LINK.value,
    )  # fmt: skip
    expires_on = forms.DateField(label=_("链接有效到"), required=False, widget=DateInput)
    on = forms.DateField(label=_("哪一天交给他"), required=False, widget=DateInput, help_text=_("当面交给他时填"))
    message = TextField(
        label=_("留言"), required=False, max_length=NOTE_LIMIT, widget=forms.Textarea({"rows": 2}),
        help_text=_("显示在页面上方，可不填"),
    )  # fmt: skip
    challenge = forms.BooleanField(label=_("打开时验证手机后四位"), required=False, help_text=_("转发给别人就打不开"))

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, **more)
        _choices(self, "contact", [("", "—"), *((one.pk, _named(one)) for one in contacts)])

    @property
    def draft(self) -> ShareDraft:
        said = self.cleaned_data
        return ShareDraft(
            said["contact"], Way(said["way"]), said["expires_on"], said["on"], said["message"], said["challenge"]
        )


class BookingForm(RefusableForm):
    user = forms.TypedChoiceField(label=_("谁的时间"), coerce=int, empty_value=None)
    starts_on = forms.DateField(label=_("从"), widget=DateInput)
    ends_on = forms.DateField(label=_("到"), widget=DateInput)
    percent = forms.TypedChoiceField(
        label=_("投入"), coerce=int, choices=[(value, f"{value}%") for value in PERCENTS], initial=50,
        help_text=_("占他工作时间的多少"),
    )  # fmt: skip
    note = TextField(
        label=_("做什么"), required=False, max_length=DUTY_LIMIT,
        widget=forms.TextInput({"placeholder": _("例如 首批两条产线上线与夜班培训")}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, colleagues: Sequence[User], **more: Any) -> None:
        super().__init__(data, **more)
        _choices(self, "user", [("", "—"), *((one.pk, _named(one)) for one in colleagues)])

    @property
    def draft(self) -> BookingDraft:
        said = self.cleaned_data
        return BookingDraft(said["user"], said["starts_on"], said["ends_on"], said["percent"], said["note"])


class DeclineForm(RefusableForm):
    reason = TextField(
        label=_("为什么不能"), max_length=DUTY_LIMIT,
        widget=forms.Textarea({"rows": 2, "placeholder": _("例如 12 月在另一个项目上线，1 月起可以")}),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=10**9)


class RhythmForm(RefusableForm):
    title = TextField(label=_("名称"), max_length=NAME_LIMIT, widget=forms.TextInput({"placeholder": _("例如 周例会")}))
    every = forms.ChoiceField(label=_("多久一次"), choices=EVERIES, initial=Every.WEEK.value)
    weekday = forms.TypedChoiceField(label=_("周几"), coerce=int, choices=WEEKDAYS, initial=0)
    starts_on = forms.DateField(label=_("从哪天起"), widget=DateInput)
    until = forms.DateField(label=_("到哪天为止"), required=False, widget=DateInput, help_text=_("只开一次的不填"))
    at = forms.TimeField(label=_("几点"), widget=TimeInput)
    minutes = forms.TypedChoiceField(
        label=_("多长"), coerce=int, initial=30,
        choices=lambda: [(value, _now("%(minutes)s 分钟") % {"minutes": value}) for value in MINUTES],
    )  # fmt: skip
    channel = forms.ChoiceField(label=_("方式"), choices=MEETINGS, initial=Channel.ONLINE_MEETING.value)
    place = TextField(label=_("地点或会议链接"), required=False, max_length=DUTY_LIMIT)
    owner = forms.TypedChoiceField(label=_("谁召集"), coerce=int, empty_value=None)
    contacts = forms.TypedMultipleChoiceField(
        label=_("谁参加"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=10**9)

    def __init__(
        self, data: Any = None, *, owners: Sequence[User], contacts: Sequence[ProjectContact], **more: Any
    ) -> None:
        super().__init__(data, **more)
        _choices(self, "owner", [("", "—"), *((one.pk, str(one)) for one in owners)])
        _choices(self, "contacts", [(one.pk, f"{one.name} · {one.role}") for one in contacts])

    @property
    def draft(self) -> RhythmDraft:
        said = self.cleaned_data
        return RhythmDraft(
            title=said["title"],
            every=Every(said["every"]),
            starts_on=said["starts_on"],
            at=said["at"],
            minutes=said["minutes"],
            owner_id=said["owner"],
            until=said["until"],
            weekday=said["weekday"],
            channel=said["channel"],
            place=said["place"],
            contact_ids=tuple(said["contacts"]),
        )

    @classmethod
    def initial_of(cls, rhythm: Rhythm, contact_ids: Sequence[int]) -> dict[str, Any]:
        names = ("title", "every", "weekday", "starts_on", "until", "at", "minutes", "channel", "place", "version")
        said = {name: getattr(rhythm, name) for name in names}
        return said | {"owner": rhythm.owner_id, "contacts": list(contact_ids)}


def _choices(form: forms.Form, field: str, choices: Sequence[tuple[Any, Any]]) -> None:
    form.fields[field].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


def _named(one: User | Contact) -> str:
    said = one.position if isinstance(one, Contact) else (one.department.name if one.department else "")
    return f"{one.name} · {said}" if said else one.name
