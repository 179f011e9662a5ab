"""Parse who is asked, what he told us, and what we want otherwise; ``actions`` judge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.customers.fields import TextField
from tuoke.spine.customers.models import Contact
from tuoke.steps.contracts.confirmations.models import CHANNELS
from tuoke.steps.contracts.confirmations.rules import COMMENT_LIMIT, MESSAGE_LIMIT, ClauseStand, InviteDraft, ToldDraft
from tuoke.steps.contracts.confirmations.words import sentence


class RefusableForm(SaysWhy):
    say = staticmethod(sentence)


class InviteForm(RefusableForm):
    contact = forms.TypedChoiceField(label=_("请谁确认"), coerce=int, empty_value=None)
    expires_on = forms.DateField(label=_("链接有效到"), widget=DateInput)
    message = TextField(
        label=_("留言"), required=False, max_length=MESSAGE_LIMIT, widget=forms.Textarea({"rows": 2}),
        help_text=_("显示在页面上方，可不填"),
    )  # fmt: skip
    challenge = forms.BooleanField(label=_("打开时验证手机后四位"), required=False, help_text=_("转发给别人就打不开"))

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, **more)
        _choose(self, contacts)

    @property
    def draft(self) -> InviteDraft:
        said = self.cleaned_data
        return InviteDraft(said["contact"], said["expires_on"], said["message"], challenge=said["challenge"])


class ChangeForm(RefusableForm):
    comment = TextField(
        label=_("要改成什么样，为什么"),
        max_length=COMMENT_LIMIT,
        widget=forms.Textarea({"rows": 4, "placeholder": _("例如 到场时限 24 小时做不到，改成 48 小时")}),
        help_text=_("签署前要么改好这一条，要么撤回意见。"),
    )


class ToldForm(RefusableForm):
    contact = forms.TypedChoiceField(label=_("谁同意的"), coerce=int, empty_value=None)
    told_on = forms.DateField(label=_("哪一天"), widget=DateInput)
    channel = forms.ChoiceField(label=_("怎么告诉我们的"), choices=CHANNELS)
    clauses = forms.TypedMultipleChoiceField(
        label=_("同意了哪几条"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    note = TextField(
        label=_("凭据"),
        required=False,
        max_length=COMMENT_LIMIT,
        widget=forms.Textarea({"rows": 2, "placeholder": _("例如 10 月 20 日邮件回复“按此版签”")}),
        help_text=_("日后有争议时，看得到是怎么确认的。"),
    )

    def __init__(
        self, data: Any = None, *, contacts: Sequence[Contact], rows: Sequence[ClauseStand], **more: Any
    ) -> None:
        super().__init__(data, **more)
        _choose(self, contacts)
        field = self.fields["clauses"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(row.clause.clause_id, f"{row.number}. {row.clause.title}") for row in rows]

    @property
    def draft(self) -> ToldDraft:
        said = self.cleaned_data
        return ToldDraft(said["contact"], said["told_on"], said["channel"], tuple(said["clauses"]), said["note"])


def _choose(form: forms.Form, contacts: Sequence[Contact]) -> None:
    field = form.fields["contact"]
    assert isinstance(field, forms.TypedChoiceField)
    field.choices = [("", _("请选择联系人")), *((contact.pk, str(contact)) for contact in contacts)]
    if len(contacts) == 1 and not form.initial.get("contact"):
        form.initial["contact"] = contacts[0].pk
