from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from tuoke.spine.customers.fields import TextField
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.queries import Which
from tuoke.steps.targeting.rules.evidence import Order

DEALS = [
    (Which.BOTH.value, _("自己的和导入的")),
    (Which.OWN.value, _("只看自己的商机")),
    (Which.IMPORTED.value, _("只看导入的历史")),
]
ORDERS = [
    (Order.SURE.value, _("最有把握的在前")),
    (Order.RATE.value, _("赢率高的在前")),
    (Order.N.value, _("单数多的在前")),
    (Order.AMOUNT.value, _("单均金额高的在前")),
    (Order.CYCLE.value, _("周期短的在前")),
]


class EvidenceForm(forms.Form):
    """Which closed deals are looked at, and beside which profile."""

    profile = forms.ModelChoiceField(
        label=_("对照画像"), queryset=CustomerProfile.objects.none(), required=False, empty_label=_("不对照画像")
    )
    deals = forms.ChoiceField(label=_("哪些商机"), choices=DEALS, required=False)
    order = forms.ChoiceField(label=_("排序"), choices=ORDERS, required=False)

    def __init__(self, *args: Any, profiles: models.QuerySet[CustomerProfile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["profile"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = profiles


class SuggestionForm(forms.Form):
    """One suggestion to accept."""

    version = forms.IntegerField()
    field = forms.CharField(max_length=20)
    value = TextField(max_length=200)
    deals = forms.ChoiceField(choices=DEALS)


class OfferForm(forms.Form):
    """One value of the product to take in."""

    version = forms.IntegerField()
    key = TextField(max_length=300)


class HistoryForm(forms.Form):
    file = forms.FileField(label=_("文件"), help_text=_("xlsx、xls 或 csv，每行一个已经结束的商机。"))
