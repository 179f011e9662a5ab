"""Parse what people type around a calculation; its figures are read by ``rules.typed``. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.customers.fields import TextField
from tuoke.spine.customers.models import Contact
from tuoke.steps.negotiation.returns.rules import NOTE_LIMIT, SendDraft
from tuoke.steps.negotiation.returns.words import sentence


class RefusableForm(SaysWhy):
    say = staticmethod(sentence)


class WalkForm(RefusableForm):
    contact = forms.TypedChoiceField(label=_("和谁"), coerce=int, empty_value=None)
    walked_on = forms.DateField(label=_("哪一天"), widget=DateInput)
    note = TextField(
        label=_("他怎么说"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2, "placeholder": _("例如 停机损失少算了夜班，改成每月 3.2 万")}),
    )

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, **more)
        _choose(self, contacts)


class SendForm(RefusableForm):
    contact = forms.TypedChoiceField(label=_("发给谁"), coerce=int, empty_value=None)
    expires_on = forms.DateField(label=_("链接有效到"), widget=DateInput)
    message = TextField(
        label=_("留言"), required=False, max_length=NOTE_LIMIT, widget=forms.Textarea({"rows": 2}),
        help_text=_("显示在页面上方，可不填"),
    )  # fmt: skip
    shows_rivals = forms.BooleanField(
        label=_("把对比也给客户看"), required=False, help_text=_("不勾选时，页面上没有其他方案")
    )
    challenge = forms.BooleanField(label=_("打开时验证手机后四位"), required=False, help_text=_("转发给别人就打不开"))

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, **more)
        _choose(self, contacts)

    @property
    def draft(self) -> SendDraft:
        said = self.cleaned_data
        return SendDraft(
            contact_id=said["contact"],
            expires_on=said["expires_on"],
            message=said["message"],
            shows_rivals=said["shows_rivals"],
            challenge=said["challenge"],
        )


def _choose(form: forms.Form, people: Sequence[Contact]) -> None:
    said = [(c.pk, f"{c.name} · {c.position}" if c.position else c.name) for c in people]
    form.fields["contact"].choices = [("", "—"), *said]  # type: ignore[attr-defined]  # a ChoiceField
