from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.kernel.verdict import Reason
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.catalog.models import Campaign, Product
from tuoke.spine.catalog.rules import CampaignPlan
from tuoke.spine.customers.fields import TextField
from tuoke.steps.targeting import words
from tuoke.steps.targeting.forms.parts import offer_people
from tuoke.steps.targeting.models import CustomerProfile


class CampaignForm(forms.Form):
    name = TextField(
        label=_("计划名称"), max_length=80, widget=forms.TextInput({"placeholder": _("2027 一季度 华东 SaaS 拓展")})
    )
    company_goal = TextField(
        label=_("服务的企业战略目标"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2, "placeholder": _("例如 全年新签 1200 万，其中 SaaS 行业占一半")}),
    )
    profile = forms.ModelChoiceField(
        label=_("目标客户画像"), queryset=CustomerProfile.objects.all(), required=False, empty_label=_("默认画像")
    )
    product = forms.ModelChoiceField(
        label=_("产品"), queryset=Product.objects.all(), required=False, empty_label=_("不限")
    )
    starts_on = forms.DateField(label=_("开始日期"), widget=DateInput)
    ends_on = forms.DateField(label=_("结束日期"), widget=DateInput)
    owner = forms.ModelChoiceField(label=_("负责人"), queryset=User.objects.none())

    def __init__(self, *args: Any, owners: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_people(self.fields["owner"], owners)
        products = Product.objects.offered(keeping=self.initial.get("product"))
        self.fields["product"].queryset = products  # type: ignore[attr-defined]  # a ModelChoiceField

    @property
    def plan(self) -> CampaignPlan:
        said = self.cleaned_data
        return CampaignPlan(
            name=said["name"],
            company_goal=said["company_goal"],
            product_id=said["product"].pk if said["product"] else None,
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
            owner_id=said["owner"].pk,
        )

    def refuse(self, reasons: Iterable[Reason]) -> None:
        for reason in reasons:
            where = str(reason.params.get("field", ""))
            self.add_error(where if where in self.fields else None, words.right(reason))

    @classmethod
    def initial_of(cls, campaign: Campaign, profile: CustomerProfile | None) -> dict[str, Any]:
        same = ("name", "company_goal", "starts_on", "ends_on")
        return {name: getattr(campaign, name) for name in same} | {
            "profile": profile.pk if profile else None,
            "product": campaign.product_id,
            "owner": campaign.owner_id,
        }


class NoteForm(forms.Form):
    item = TextField(max_length=80)
    note = TextField(required=False)
