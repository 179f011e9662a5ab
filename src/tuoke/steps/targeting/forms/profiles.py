from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.kernel.verdict import Reason
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.catalog.models import MARKETS, Product
from tuoke.spine.catalog.rules import Market
from tuoke.spine.customers.fields import TextField
from tuoke.steps.targeting import words
from tuoke.steps.targeting.fields import NamesField, amount_field, count_field
from tuoke.steps.targeting.forms.parts import note_field, offer_people
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.queries import content_of, offers_from
from tuoke.steps.targeting.rules import Dimension, Pain, ProfileContent, ProfileDraft, Urgency, problems_of
from tuoke.steps.targeting.rules.content import LIST_LIMIT, TEXT_LIMIT
from tuoke.steps.targeting.rules.offers import Offer
from tuoke.steps.targeting.rules.phrases import names_in
from tuoke.steps.targeting.rules.table import role

URGENCIES = [(urgency.value, name) for urgency, name in words.URGENCIES.items()]
_LISTS = ("industries", "lifecycle", "policies", "life_stages", "situations", "regions", "sources")
_SPANS = ("staff", "revenue", "paying_customers", "income", "budget", "price")
_SCORING = ("threshold", "watch_after_months", "unverified_share")


class ProfileForm(forms.Form):
    """A profile in structured inputs. Weights are per cent and add up to 100; the rules say so, not this form."""

    name = TextField(label=_("画像名称"), max_length=80)
    market = forms.ChoiceField(label=_("市场"), choices=MARKETS, initial=Market.TOB.value)
    product = forms.ModelChoiceField(
        label=_("产品"),
        queryset=Product.objects.none(),
        required=False,
        empty_label=_("不限"),
        widget=forms.Select({"hx-post": "", "hx-vals": '{"take": ""}', "hx-target": "#offers", "hx-swap": "outerHTML"}),
    )
    owner = forms.ModelChoiceField(
        label=_("负责人"), queryset=User.objects.none(), required=False, empty_label=_("未定")
    )
    review_by = forms.DateField(
        label=_("复核日期"), required=False, widget=DateInput, help_text=_("到这一天重新看一遍画像是否还成立。")
    )
    industries = NamesField(label=_("行业"), placeholder=_("SaaS、信息技术"), help_text=_("几个行业用“、”隔开。"))
    lifecycle = NamesField(label=_("生命周期"), placeholder=_("成长期、成熟期"))
    policies = NamesField(label=_("政策影响"), placeholder=_("受“企业数字化转型”政策推动"))
    staff = count_field(_("员工人数"), unit="人", placeholder=_("100-500人"))
    revenue = amount_field(_("年营收"), placeholder=_("5000万-2亿"))
    paying_customers = count_field(_("付费客户"), unit="家", placeholder=_("≥50家"))
    life_stages = NamesField(
        label=_("人生阶段"), placeholder=_("新婚、有学龄儿童、退休"), help_text=_("几个阶段用“、”隔开。")
    )
    situations = NamesField(label=_("生活情况"), placeholder=_("刚购房、换工作、搬到新城区"))
    income = amount_field(_("年收入"), placeholder=_("20万-50万"))
    deciders = NamesField(label=_("决策人"), placeholder=_("CTO、采购总监"), help_text=_("写职位，不写人名。"))
    influencers = NamesField(label=_("影响者"), placeholder=_("运维主管、技术顾问"))
    budget = amount_field(_("客户预算"), placeholder=_("20万-50万"))
    price = amount_field(_("产品价格"), placeholder=_("30万-80万"))
    custom_quote = forms.BooleanField(
        label=_("可接受定制化报价"), required=False, help_text=_("客户预算低于价格带时按部分匹配计分，而不是零分。")
    )
    fit = forms.DecimalField(label=words.DIMENSIONS[Dimension.FIT], max_digits=5, decimal_places=2)
    urgency = forms.DecimalField(label=words.DIMENSIONS[Dimension.URGENCY], max_digits=5, decimal_places=2)
    chain = forms.DecimalField(label=words.DIMENSIONS[Dimension.CHAIN], max_digits=5, decimal_places=2)
    budget_weight = forms.DecimalField(label=words.DIMENSIONS[Dimension.BUDGET], max_digits=5, decimal_places=2)
    threshold = forms.DecimalField(
        label=_("高潜力分数线"), max_digits=4, decimal_places=2, help_text=_("得分达到这条线的线索是高潜力客户。")
    )
    watch_after_months = forms.IntegerField(
        label=_("长期观察起点"), help_text=_("预计采购比这更远的高潜力客户归入长期观察。")
    )
    unverified_share = forms.IntegerField(
        label=_("未核实的事实按"),
        initial=90,
        help_text=_("规模、预算、需求、联系人未经两类来源核实时，按这个百分比计分；100 表示没有差别。"),
    )

    regions = NamesField(label=_("重点地区"), placeholder=_("江苏、浙江"), help_text=_("不计入得分，用于投放和分配。"))
    sources = NamesField(
        label=_("重点来源"), placeholder=_("展会、客户转介绍"), help_text=_("不计入得分，用于投放和分配。")
    )
    minimum_cases = forms.IntegerField(
        label=_("证据下限"),
        initial=20,
        help_text=_("一个值和其余各有至少这么多已结束的商机，历史才给建议。"),
    )
    note = note_field()

    def __init__(
        self, *args: Any, owners: Iterable[User], profile: CustomerProfile | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_people(self.fields["owner"], owners)
        kept = models.Q(pk=profile.product_id) if profile and profile.product_id else models.Q()
        products = self.fields["product"]
        assert isinstance(products, forms.ModelChoiceField)
        products.queryset = Product.objects.filter(models.Q(active=True) | kept if kept else models.Q(active=True))

    def clean(self) -> dict[str, Any]:
        """What the rules say of the scoring, so that it is told together with the fields' own errors."""
        said = super().clean() or {}
        weights = {d: said[_weight_name(d)] for d in Dimension if _weight_name(d) in said}
        if len(weights) == len(Dimension):
            numbers = {name: said[name] for name in _SCORING if name in said}
            self.refuse(problems_of(ProfileContent(weights=weights, **numbers)))
        return said

    @property
    def weight_fields(self) -> list[forms.BoundField]:
        return [self[_weight_name(dimension)] for dimension in Dimension]

    def draft(self, pains: tuple[Pain, ...]) -> ProfileDraft:
        said = self.cleaned_data
        roles: dict[str, Any] = {n: tuple(dict.fromkeys(map(role, said[n]))) for n in ("deciders", "influencers")}
        content = ProfileContent(
            **{name: said[name] for name in (*_LISTS, *_SPANS)},
            **roles,
            pains=pains,
            custom_quote=said["custom_quote"],
            weights={dimension: said[_weight_name(dimension)] for dimension in Dimension},
            **{name: said[name] for name in _SCORING},
        ).for_market(said["market"])
        return ProfileDraft(
            name=said["name"],
            market=said["market"],
            product_id=said["product"].pk if said["product"] else None,
            owner_id=said["owner"].pk if said["owner"] else None,
            review_by=said["review_by"],
            minimum_cases=said["minimum_cases"],
            content=content,
        )

    def refuse(self, reasons: Iterable[Reason]) -> None:
        """Say each reason at the field that it names, else above the form."""
        for reason in reasons:
            where = str(reason.params.get("path") or reason.params.get("field") or "").split(".")[0]
            where = "fit" if where == "weights" else where
            self.add_error(where if where in self.fields else None, words.right(reason))

    @classmethod
    def initial_of(cls, profile: CustomerProfile) -> dict[str, Any]:
        content = content_of(profile)
        return {
            **content_initial(content),
            "name": profile.name,
            "market": profile.market,
            "product": profile.product_id,
            "owner": profile.owner_id,
            "review_by": profile.review_by,
            "minimum_cases": profile.minimum_cases,
        }


def content_initial(content: ProfileContent) -> dict[str, Any]:
    names = (*_LISTS, *_SPANS, "deciders", "influencers", "custom_quote", *_SCORING)
    weights = {_weight_name(d): f"{content.weights[d].normalize():f}" for d in Dimension}
    return {name: getattr(content, name) for name in names} | weights


class PainForm(forms.Form):
    text = TextField(
        label=_("核心痛点"),
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.TextInput({"placeholder": _("数据分散导致协作效率低")}),
    )
    urgency = forms.ChoiceField(label=_("紧急度"), choices=URGENCIES, initial=Urgency.MEDIUM.value, required=False)
    reason = TextField(
        label=_("为什么紧急"),
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.TextInput({"placeholder": _("近期客户投诉增加")}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("reason") and not said.get("text"):
            self.add_error("text", _("写了原因，还要写痛点本身。"))
        return said


PainFormSet = forms.formset_factory(PainForm, extra=2, max_num=LIST_LIMIT, absolute_max=LIST_LIMIT + 10)


def pains_of(formset: forms.BaseFormSet[PainForm]) -> tuple[Pain, ...]:
    """The rows that say something, in their order."""
    said = [form.cleaned_data for form in formset.forms if form.cleaned_data.get("text")]
    return tuple(Pain(row["text"], Urgency(row["urgency"] or Urgency.MEDIUM), row["reason"]) for row in said)


def pains_initial(content: ProfileContent) -> list[dict[str, str]]:
    return [{"text": p.text, "urgency": p.urgency.value, "reason": p.reason} for p in content.pains]


def chosen_product(form: ProfileForm) -> Product | None:
    """The product that the form names at the moment, saved or not."""
    if form.is_bound:
        return _read_so_far(form).get("product")
    pk = form.initial.get("product")
    return Product.objects.filter(pk=pk).first() if pk else None


def offered(form: ProfileForm, pains: Any) -> tuple[Offer, ...]:
    """What the chosen product says it fits and the form doesn't say yet. What can't be read yet counts as not said."""
    said = _read_so_far(form) if form.is_bound else form.initial
    names = (*_LISTS, *_SPANS, "custom_quote")
    content = ProfileContent(
        **{name: said[name] for name in names if name in said},
        pains=pains_of(pains) if pains.is_bound and pains.is_valid() else _pains_shown(pains),
    )
    return offers_from(chosen_product(form), content, market=str(said.get("market") or Market.TOB))


def _read_so_far(form: ProfileForm) -> dict[str, Any]:
    """The fields that can be read, whatever is wrong with the others."""
    form.is_valid()
    return form.cleaned_data


def fill_in(data: QueryDict, offer: Offer) -> None:
    """Put an offer's value where the form has its field; what is typed in other fields stays as it is typed."""
    if offer.field == "pains":
        _fill_pain(data, offer.text)
    elif offer.field == "custom_quote":
        data["custom_quote"] = "on"
    elif offer.field == "industries":
        data["industries"] = "、".join(dict.fromkeys([*names_in(data.get("industries", "")), offer.text]))
    else:
        data[offer.field] = offer.text


def _fill_pain(data: QueryDict, text: str) -> None:
    """In the first free row; one more where none is free."""
    total = int(str(data["pains-TOTAL_FORMS"]))
    free = (n for n in range(total) if not data.get(f"pains-{n}-text", "").strip())
    number = next(free, total)
    data["pains-TOTAL_FORMS"] = str(max(total, number + 1))
    data[f"pains-{number}-text"] = text
    data.setdefault(f"pains-{number}-urgency", Urgency.MEDIUM.value)


def _pains_shown(pains: Any) -> tuple[Pain, ...]:
    rows = pains.initial or () if not pains.is_bound else ()
    return tuple(Pain(row["text"], Urgency(row["urgency"]), row["reason"]) for row in rows)


class TableForm(forms.Form):
    """A 《目标客户画像清单》 to take in."""

    name = TextField(label=_("画像名称"), max_length=80, help_text=_("已有同名画像时更新它，没有就新建。"))
    file = forms.FileField(label=_("文件"), help_text=_("xlsx、xls 或 csv；第一行是 维度、具体内容描述、示例。"))


class CompareForm(forms.Form):
    """Two versions of a profile, the older one first."""

    a = forms.TypedChoiceField(label=_("版本"), coerce=int)
    b = forms.TypedChoiceField(label=_("与版本"), coerce=int)

    def __init__(self, *args: Any, numbers: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(number, str(number)) for number in numbers]
        for field in self.fields.values():
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class RestoreForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    note = note_field()


def _weight_name(dimension: Dimension) -> str:
    return "budget_weight" if dimension is Dimension.BUDGET else dimension.value
