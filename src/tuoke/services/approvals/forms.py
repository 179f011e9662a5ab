"""Parse what an approver types. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.base.ui.widgets import SearchInput
from tuoke.services.approvals.rules import REASON_LIMIT
from tuoke.services.approvals.words import SENTENCES, sentence


class RefusableForm(forms.Form):
    called: Mapping[str, str] = {}
    """What the rules name otherwise than this form does."""

    def has_place_for(self, verdict: Verdict) -> bool:
        """Whether every reason of a refusal belongs to a field; otherwise it is about the request as a whole."""
        return all(self._place(reason) for reason in verdict.reasons)

    def refuse(self, verdict: Verdict) -> None:
        """Say every reason of a refusal, at its field where it has one."""
        for reason in verdict.reasons:
            self.add_error(self._place(reason), sentence(reason))

    def _place(self, reason: Reason) -> str | None:
        field = str(reason.params.get("field", ""))
        field = self.called.get(field, field)
        return field if field in self.fields else None


class SearchForm(forms.Form):
    """Narrows one of the lists; ``tab`` goes along."""

    q = forms.CharField(label=_("找申请"), required=False, widget=SearchInput({"placeholder": _("项目名或发起人")}))
    tab = forms.CharField(required=False, widget=forms.HiddenInput)


class DecideForm(RefusableForm):
    reason = forms.CharField(
        label=_("意见"),
        required=False,
        max_length=REASON_LIMIT,
        help_text=_("驳回时必填，发起人会看到。"),
        widget=forms.Textarea({"rows": 3}),
    )
    verb = forms.ChoiceField(choices=[("approve", ""), ("reject", "")], widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=1, max_value=10**6, widget=forms.HiddenInput)


class DelegateForm(RefusableForm):
    called = {"reason": "note"}

    to = forms.TypedChoiceField(
        label=_("转交给"), coerce=int, error_messages={"required": SENTENCES["receiver_missing"]}
    )
    note = forms.CharField(
        label=_("给他的话"), required=False, max_length=REASON_LIMIT, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, data: Any = None, *, people: Sequence[User], **more: Any) -> None:
        super().__init__(data, **more)
        named = [(user.pk, f"{user.name}（{user.department}）" if user.department else user.name) for user in people]
        self.fields["to"].choices = [("", _("请选择")), *named]  # type: ignore[attr-defined]  # a choice field
