"""Parse who is asked to clear a contract, and what he should look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.ui.refusals import SaysWhy
from tuoke.spine.customers.fields import TextField
from tuoke.steps.contracts.clearances.rules import NOTE_LIMIT
from tuoke.steps.contracts.clearances.words import sentence

ALL_CHECKED = 3
"""Up to so many deciders are all chosen to begin with: any one of them suffices."""


class AskForm(SaysWhy):
    say = staticmethod(sentence)

    deciders = forms.TypedMultipleChoiceField(
        label=_("请谁审批"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("任意一位答复即可。"),
    )
    note = TextField(
        label=_("请他重点看什么"),
        required=False,
        max_length=NOTE_LIMIT,
        widget=forms.Textarea({"rows": 3, "placeholder": _("例如 客户把违约金上限从 10% 改成 20%，能不能接受")}),
    )

    def __init__(self, data: Any = None, *, deciders: Sequence[User], **more: Any) -> None:
        super().__init__(data, **more)
        field = self.fields["deciders"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(user.pk, _named(user)) for user in deciders]
        if len(deciders) <= ALL_CHECKED:
            field.initial = [user.pk for user in deciders]


def _named(user: User) -> str:
    return f"{user.name} · {user.department}" if user.department else user.name
