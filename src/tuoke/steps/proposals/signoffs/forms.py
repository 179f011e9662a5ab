"""Parse who is asked to sign, and what he should look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.kernel.verdict import Verdict
from tuoke.spine.customers.fields import TextField
from tuoke.steps.proposals.signoffs.words import sentence


class AskForm(forms.Form):
    signer = forms.ModelChoiceField(label=_("请谁签认"), queryset=User.objects.none(), empty_label=_("请选择同事"))
    note = TextField(
        label=_("请他重点看什么"),
        max_length=500,
        widget=forms.Textarea({"rows": 3, "placeholder": _("例如 四周上线够不够；和他们旧系统的接口谁来做")}),
    )

    def __init__(self, data: Any = None, *, signers: Sequence[User], **more: Any) -> None:
        super().__init__(data, **more)
        keys = [user.pk for user in signers]
        field = self.fields["signer"]
        field.queryset = User.objects.filter(pk__in=keys).order_by("name")  # type: ignore[attr-defined]
        if len(keys) == 1:
            field.initial = keys[0]

    def refuse(self, verdict: Verdict) -> None:
        """Say every reason of a refusal, at its field where it has one."""
        fields = {"reason": "note"}
        for reason in verdict.reasons:
            said = str(reason.params.get("field", ""))
            field = fields.get(said, said)
            self.add_error(field if field in self.fields else None, sentence(reason))
