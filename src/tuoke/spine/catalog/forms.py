from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.kernel.verdict import Reason
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.catalog import words
from tuoke.spine.catalog.fields import AmountField, LinesField, NamesField, TextField, amounts_field, counts_field
from tuoke.spine.catalog.models import Competitor, Product, SourceCost
from tuoke.spine.catalog.queries import draft_of
from tuoke.spine.catalog.rules import (
    LINES_LIMIT,
    CompetitorDraft,
    CostDraft,
    PainHelp,
    ProductDraft,
    ProductFits,
)


class RefusableForm(forms.Form):
    def refuse(self, reasons: Iterable[Reason]) -> None:
        """Say each reason at the field that it names, else above the form."""
        for reason in reasons:
            where = str(reason.params.get("field") or "")
            self.add_error(where if where in self.fields else None, words.right(reason))


class ProductForm(RefusableForm):
    """A product and whom it fits; the pains stand in ``PainFormSet``."""

    name = TextField(label=_("产品名称"), max_length=80, widget=forms.TextInput({"placeholder": _("数据整合平台")}))
    price = amounts_field(_("价格"), placeholder=_("30万-80万"), help_text=_("可以是一个数或一个范围，带单位。"))
    unit = TextField(
        label=_("计价单位"),
        required=False,
        max_length=20,
        widget=forms.TextInput({"placeholder": _("年、套、用户·年")}),
    )
    custom_quote = forms.BooleanField(
        label=_("可接受定制化报价"), required=False, help_text=_("客户预算低于价格时，可以按需求另行报价。")
    )
    industries = NamesField(
        label=_("适合的行业"), placeholder=_("制造业、信息技术"), help_text=_("几个行业用“、”隔开；空着就是不限。")
    )
    staff = counts_field(_("员工人数"), unit="人", placeholder=_("100-500人"))
    revenue = amounts_field(_("年营收"), placeholder=_("5000万-2亿"))
    note = TextField(label=_("说明"), required=False, widget=forms.Textarea({"rows": 3}))

    def draft(self, pains: tuple[PainHelp, ...]) -> ProductDraft:
        said = self.cleaned_data
        fits = ProductFits(said["industries"], said["staff"], said["revenue"], pains)
        return ProductDraft(
            said["name"], price=said["price"], unit=said["unit"], custom_quote=said["custom_quote"], fits=fits,
            note=said["note"],
        )  # fmt: skip

    @staticmethod
    def initial_of(product: Product) -> dict[str, Any]:
        fits = product.fits
        same = ("name", "price", "unit", "custom_quote", "note")
        return {name: getattr(product, name) for name in same} | {
            "industries": fits.industries,
            "staff": fits.staff,
            "revenue": fits.revenue,
        }


class PainForm(forms.Form):
    pain = TextField(
        label=_("客户的痛点"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"placeholder": _("数据分散，部门之间对不上账")}),
    )
    help = TextField(
        label=_("怎么解决"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"placeholder": _("统一数据口径，报表自动生成")}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("help") and not said.get("pain"):
            self.add_error("pain", words.right(Reason("pain_missing")))
        return said


PainFormSet = forms.formset_factory(PainForm, extra=2, max_num=LINES_LIMIT, absolute_max=LINES_LIMIT + 10)


def pains_of(formset: forms.BaseFormSet[PainForm]) -> tuple[PainHelp, ...]:
    """The rows that say something, in their order."""
    said = [form.cleaned_data for form in formset.forms if form.cleaned_data.get("pain")]
    return tuple(PainHelp(row["pain"], row["help"]) for row in said)


def pains_initial(product: Product) -> list[dict[str, str]]:
    return [{"pain": row.pain, "help": row.help} for row in product.fits.pains]


class CompetitorForm(RefusableForm):
    name = TextField(label=_("竞品名称"), max_length=80)
    price = amounts_field(
        _("价格"), placeholder=_("20万-40万"), help_text=_("打听到的报价范围，带单位；不清楚就空着。")
    )
    products = forms.ModelMultipleChoiceField(
        label=_("与我们哪些产品竞争"),
        queryset=Product.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    strengths = LinesField(label=_("优势"), placeholder=_("一行一条，例如 实施快，两周上线"))
    weaknesses = LinesField(label=_("劣势"), placeholder=_("一行一条，例如 不支持私有部署"))
    counters = LinesField(label=_("我们的应对"), placeholder=_("一行一条，例如 用同行业三个案例说明两年总成本更低"))
    note = TextField(label=_("说明"), required=False, widget=forms.Textarea({"rows": 3}))

    @property
    def draft(self) -> CompetitorDraft:
        said = self.cleaned_data
        same = ("name", "price", "strengths", "weaknesses", "counters", "note")
        return CompetitorDraft(
            **{name: said[name] for name in same}, product_ids=frozenset(product.pk for product in said["products"])
        )

    @staticmethod
    def initial_of(competitor: Competitor) -> dict[str, Any]:
        draft = draft_of(competitor)
        same = ("name", "price", "strengths", "weaknesses", "counters", "note")
        return {name: getattr(draft, name) for name in same} | {"products": sorted(draft.product_ids)}


class SourceForm(RefusableForm):
    name = TextField(label=_("名称"), max_length=60, widget=forms.TextInput({"placeholder": _("上海工博会 2027")}))
    parent = forms.TypedChoiceField(label=_("上级来源"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, parents: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parent"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("最上层")), *parents]


class RenameForm(RefusableForm):
    name = TextField(label=_("名称"), max_length=60)


class CostForm(RefusableForm):
    starts_on = forms.DateField(label=_("开始日期"), widget=DateInput)
    ends_on = forms.DateField(
        label=_("结束日期"), widget=DateInput, help_text=_("两天都算在内；统计时按天分摊到所看的期间。")
    )
    amount = AmountField(label=_("金额"), widget=forms.TextInput({"placeholder": _("3万"), "autocomplete": "off"}))
    note = TextField(
        label=_("说明"), required=False, max_length=500, widget=forms.TextInput({"placeholder": _("展位费和搭建")})
    )

    def draft(self, source: int) -> CostDraft:
        return CostDraft(source, **{name: self.cleaned_data[name] for name in self.fields})

    @staticmethod
    def initial_of(cost: SourceCost) -> dict[str, Any]:
        return {name: getattr(cost, name) for name in ("starts_on", "ends_on", "amount", "note")}
