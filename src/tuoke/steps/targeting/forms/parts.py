"""Fields that several forms of step 1 share."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.spine.customers.fields import TextField


def note_field() -> TextField:
    return TextField(
        label=_("修改说明"),
        required=False,
        max_length=1000,
        help_text=_("为什么改：会记在这个版本上，以后复盘时看得到。"),
        widget=forms.TextInput({"placeholder": _("例如 上季度制造业客户赢率更高")}),
    )


def offer_people(field: forms.Field, people: Iterable[User]) -> None:
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = User.objects.filter(pk__in=[person.pk for person in people]).order_by("name")
