"""Parse what people note of a customer. Decides nothing: drafts and actions refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.kernel.verdict import Verdict
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.customers.fields import TextField
from tuoke.steps.outreach.models import EVENT_KINDS, PROFILE_KINDS, Note
from tuoke.steps.outreach.rules import (
    ConcernDraft,
    EventDraft,
    EventKind,
    NoteDraft,
    NoteKind,
    ProfileDraft,
    ProfileKind,
)
from tuoke.steps.outreach.words import sentence

LINK = forms.TextInput({"inputmode": "url", "autocomplete": "off", "placeholder": "https://"})


class NoteForm(forms.Form):
    """``version`` is what was seen when editing began."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "version"])

    @property
    def draft(self) -> NoteDraft:
        raise NotImplementedError

    @property
    def shown(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name != "version"]

    def refuse(self, verdict: Verdict) -> None:
        """Say every reason at the field that it is about."""
        for reason in verdict.reasons:
            name = str(reason.params.get("field", ""))
            self.add_error(name if name in self.fields else None, sentence(reason))

    @classmethod
    def initial_of(cls, note: Note) -> dict[str, Any]:
        return {name: getattr(note, name) for name in cls.base_fields}


class EventForm(NoteForm):
    kind = forms.ChoiceField(label=_("类型"), choices=EVENT_KINDS)
    happened_on = forms.DateField(label=_("日期"), widget=DateInput, help_text=_("发生或发布的那一天。"))
    title = TextField(
        label=_("发生了什么"),
        widget=forms.TextInput({"placeholder": _("例如：完成 B 轮融资、苏州二厂投产")}),
        help_text=_("写成一句能直接说给客户听的话：开场白会用到它。"),
    )
    link = TextField(label=_("链接"), required=False, widget=LINK, help_text=_("新闻、公告或招标页面的网址。"))
    note = TextField(
        label=_("备注"), required=False, widget=forms.Textarea({"rows": 2}), help_text=_("对我们意味着什么。")
    )

    @property
    def draft(self) -> EventDraft:
        said = self.cleaned_data
        return EventDraft(EventKind(said["kind"]), said["happened_on"], said["title"], said["link"], said["note"])


class ConcernForm(NoteForm):
    text = TextField(
        label=_("关注什么"),
        widget=forms.Textarea({"rows": 2, "placeholder": _("例如：旺季交付不能断、上线不能影响生产")}),
        help_text=_("尽量写本人的说法。"),
    )
    source = TextField(
        label=_("从哪里知道"),
        required=False,
        widget=forms.TextInput({"placeholder": _("例如：公开演讲、朋友圈、同事转述、上次电话")}),
    )
    noted_on = forms.DateField(label=_("日期"), widget=DateInput)

    @property
    def draft(self) -> ConcernDraft:
        said = self.cleaned_data
        return ConcernDraft(said["text"], said["noted_on"], said["source"])


class ProfileForm(NoteForm):
    kind = forms.ChoiceField(label=_("哪里"), choices=PROFILE_KINDS)
    link = TextField(label=_("链接"), widget=LINK, help_text=_("以 https:// 开头的网址。"))
    title = TextField(
        label=_("说明"), required=False, widget=forms.TextInput({"placeholder": _("例如：生产总监的公开主页")})
    )
    seen_on = forms.DateField(label=_("查看日期"), widget=DateInput)

    @property
    def draft(self) -> ProfileDraft:
        said = self.cleaned_data
        return ProfileDraft(ProfileKind(said["kind"]), said["link"], said["seen_on"], said["title"])


FORMS: Mapping[NoteKind, type[NoteForm]] = {
    NoteKind.EVENT: EventForm,
    NoteKind.CONCERN: ConcernForm,
    NoteKind.PROFILE: ProfileForm,
}
DATES: Mapping[NoteKind, str] = {
    NoteKind.EVENT: "happened_on",
    NoteKind.CONCERN: "noted_on",
    NoteKind.PROFILE: "seen_on",
}
"""The field that begins with today."""
