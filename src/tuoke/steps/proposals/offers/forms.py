"""Parse what people type into an offer. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.catalog.models import Product
from tuoke.spine.customers.fields import TextField
from tuoke.steps.proposals.offers.fields import DiscountField, PriceField, RateField, plain, rate_choices
from tuoke.steps.proposals.offers.models import Offer, OfferLine
from tuoke.steps.proposals.offers.rules import (
    NAME_LIMIT,
    NOTE_LIMIT,
    TAX_RATES,
    TERMS_LIMIT,
    TITLE_LIMIT,
    UNIT_LIMIT,
    USUAL_TAX,
    LineDraft,
    OfferDraft,
)
from tuoke.steps.proposals.offers.words import sentence


class RefusableForm(SaysWhy):
    say = staticmethod(sentence)


def _number(label: Any, **attrs: Any) -> dict[str, Any]:
    return {"label": label, "widget": forms.TextInput({"inputmode": "decimal", "autocomplete": "off", **attrs})}


class LineForm(RefusableForm):
    """One line in its place."""

    name = TextField(label=_("名称"), max_length=NAME_LIMIT, required=False)
    quantity = forms.DecimalField(max_digits=12, decimal_places=2, **_number(_("数量")))
    unit = TextField(label=_("单位"), max_length=UNIT_LIMIT, required=False)
    unit_price = PriceField(**_number(_("单价")))
    discount_percent = DiscountField(required=False, **_number(_("优惠 %")))
    tax_rate = RateField(label=_("税率"), choices=rate_choices(TAX_RATES), coerce=Decimal, initial=f"{USUAL_TAX}")
    note = TextField(label=_("说明"), max_length=TERMS_LIMIT, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=10**9)

    @property
    def draft(self) -> LineDraft:
        said = self.cleaned_data
        return LineDraft(
            name=said["name"],
            quantity=said["quantity"],
            unit_price=said["unit_price"],
            unit=said["unit"],
            discount_percent=said["discount_percent"],
            tax_rate=said["tax_rate"],
            product_id=said.get("product"),
            note=said["note"],
        )

    @classmethod
    def of(cls, line: OfferLine, data: Any = None) -> LineForm:
        names = ("name", "unit", "unit_price", "discount_percent", "tax_rate", "note", "version")
        initial = {name: getattr(line, name) for name in names} | {"quantity": plain(line.quantity)}
        return cls(data, initial=initial, auto_id=f"line-{line.pk}-%s")


class NewLineForm(LineForm):
    """A line more: a product of the catalogue, or something written by hand."""

    product = forms.TypedChoiceField(label=_("产品"), required=False, coerce=int, empty_value=None)
    unit_price = PriceField(required=False, **_number(_("单价"), placeholder=_("不填就按目录价")))
    field_order = ["product", "name", "quantity", "unit", "unit_price", "discount_percent", "tax_rate", "note"]

    def __init__(self, data: Any = None, *, products: Sequence[Product], **more: Any) -> None:
        super().__init__(data, auto_id="new-line-%s", **more)
        offered = [(product.pk, _offered(product)) for product in products]
        self.fields["product"].choices = [("", _("自己写")), *offered]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["quantity"].initial = "1"


class OfferForm(RefusableForm):
    """What holds for the whole offer."""

    title = TextField(
        label=_("报价名称"),
        max_length=TITLE_LIMIT,
        required=False,
        widget=forms.TextInput({"placeholder": _("例如 标准版、含上门培训")}),
    )
    valid_until = forms.DateField(label=_("有效期至"), required=False, widget=DateInput)
    tax_included = forms.TypedChoiceField(
        label=_("填的价格"),
        choices=[("yes", _("含税")), ("no", _("不含税"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    delivery_days = forms.IntegerField(
        label=_("交付天数"), required=False, widget=forms.NumberInput({"min": 0, "placeholder": _("例如 30")})
    )
    payment_terms = TextField(
        label=_("付款方式"),
        max_length=TERMS_LIMIT,
        required=False,
        widget=forms.TextInput({"placeholder": _("例如 签约付 40%，验收付 50%，质保一年后付 10%")}),
    )
    note = TextField(
        label=_("备注"), max_length=NOTE_LIMIT, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("会印在报价单上。"),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=10**9)

    @property
    def draft(self) -> OfferDraft:
        return OfferDraft(**{name: value for name, value in self.cleaned_data.items() if name != "version"})

    @classmethod
    def initial_of(cls, offer: Offer) -> dict[str, Any]:
        names = ("title", "valid_until", "delivery_days", "payment_terms", "note", "version")
        said = {name: getattr(offer, name) for name in names}
        return said | {"tax_included": "yes" if offer.tax_included else "no"}


class AskForm(RefusableForm):
    reason = TextField(
        label=_("为什么要给这个价格"),
        max_length=500,
        widget=forms.Textarea({"rows": 3, "placeholder": _("例如 客户一次签两年，且同意作参考案例")}),
    )


def _offered(product: Product) -> str:
    """数据整合平台（5万–8万/年）"""
    low, high = product.price_low, product.price_high
    if low is None and high is None:
        return product.name
    band = "–".join(f"{value:,.0f}" for value in dict.fromkeys((low, high)) if value is not None)
    return f"{product.name}（{band} 元/{product.unit}）" if product.unit else f"{product.name}（{band} 元）"
