"""Parse what people type about leads. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import AUDIENCE_NAMES, DENSITY_NAMES, User
from tuoke.base.accounts.rules import VIEW_NAME_LIMIT, VIEW_QUERY_LIMIT, Audience, Principal
from tuoke.base.kernel.verdict import Verdict
from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.catalog.models import MARKETS, MOTIONS, SCALES, Campaign, LeadSource, Product
from tuoke.spine.catalog.queries import source_tree
from tuoke.spine.catalog.rules import Market, Motion, Scale
from tuoke.spine.customers.fields import (
    AmountField,
    AmountRangeField,
    CountRangeField,
    CreditCodeField,
    EmailField,
    MonthField,
    PhoneField,
    TextField,
)
from tuoke.spine.customers.models import TIERS, Customer, Lead
from tuoke.steps.leads import list_words
from tuoke.steps.leads.actions import REASON_LIMIT
from tuoke.steps.leads.queries.columns import COLUMNS
from tuoke.steps.leads.rules import LIMITS, LeadDraft
from tuoke.steps.leads.rules.bulk import NEEDS_REASON, BulkVerb
from tuoke.steps.leads.validators import in_this_age
from tuoke.steps.leads.words import sentence

POOL = "pool"
_SAID = {None: "", True: "yes", False: "no"}
YES_NO = [("", _("未知")), ("yes", _("是")), ("no", _("否"))]
RANGES = ("staff", "revenue", "budget")


class SourceChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.parent.name} / {obj.name}" if obj.parent else str(obj.name)


def said_referrer(customer: Customer) -> str:
    """A customer as the form names it: two may have one name."""
    return f"{customer.name} #{customer.pk}"


class ReferrerField(forms.CharField):
    """A customer by its name, or as ``said_referrer`` says it; only those that ``who`` may see."""

    who: Principal

    def clean(self, value: Any) -> Customer | None:
        said = str(super().clean(value)).strip()
        if not said:
            return None
        seen = Customer.objects.visible_to(self.who).filter(merged_into=None)
        name, _mark, number = said.rpartition(" #")
        if name and number.isascii() and number.isdigit() and len(number) < 19:
            found = seen.filter(pk=int(number), name=name.strip()).first()
        else:
            found = seen.filter(name=said).order_by("id").first()
        if found is None:
            raise forms.ValidationError(gettext_lazy("没有找到这位客户。请输入全名，或从提示里选一位您看得到的客户。"))
        return found


class RefusableForm(SaysWhy):
    say = staticmethod(sentence)


class LeadForm(RefusableForm):
    """``version`` is what was seen when editing began; ``confirmed`` says that the duplicates were looked at."""

    market = forms.ChoiceField(label=_("市场"), choices=MARKETS, initial=Market.TOB.value, widget=forms.RadioSelect)
    company = TextField(
        label=_("公司名称"),
        required=False,
        max_length=LIMITS["company"],
        help_text=_("写全称，查重更准；个人客户可以不填。"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    want = TextField(
        label=_("需求"),
        required=False,
        max_length=LIMITS["want"],
        help_text=_("想买什么、为了解决什么问题。同一家公司的不同需求是不同的线索。"),
        widget=forms.Textarea({"rows": 2}),
    )
    contact = TextField(label=_("联系人"), required=False, max_length=LIMITS["contact"])
    position = TextField(label=_("职位"), required=False, max_length=LIMITS["position"])
    phone = PhoneField(label=_("电话"), required=False, max_length=LIMITS["phone"])
    wechat = TextField(label=_("微信"), required=False, max_length=LIMITS["wechat"])
    email = EmailField(label=_("邮箱"), required=False, max_length=LIMITS["email"])
    decision_maker = forms.ChoiceField(label=_("已接触决策人"), required=False, choices=YES_NO)
    industry = TextField(
        label=_("行业"), required=False, max_length=LIMITS["industry"], widget=forms.TextInput({"list": "industries"})
    )
    region = TextField(label=_("地区"), required=False, max_length=LIMITS["region"])
    staff = CountRangeField(
        label=_("员工人数"), required=False, widget=forms.TextInput({"placeholder": _("例如 100-500人")})
    )
    revenue = AmountRangeField(
        label=_("年营收"), required=False, widget=forms.TextInput({"placeholder": _("例如 5000万-2亿")})
    )
    credit_code = CreditCodeField(label=_("统一社会信用代码"), required=False)
    address = TextField(label=_("地址"), required=False, max_length=LIMITS["address"])
    budget = AmountRangeField(
        label=_("预算"), required=False, widget=forms.TextInput({"placeholder": _("例如 20-50万")})
    )
    purchase_on = MonthField(
        label=_("预计采购时间"), required=False, widget=forms.TextInput({"placeholder": _("例如 2027-03")})
    )
    source = SourceChoice(
        label=_("线索来源"),
        required=False,
        queryset=LeadSource.objects.select_related("parent").order_by("parent_id", "id"),
        empty_label=_("未登记"),
    )
    source_detail = TextField(
        label=_("来源明细"),
        required=False,
        max_length=LIMITS["source_detail"],
        widget=forms.TextInput({"placeholder": _("哪场展会、哪位老客户介绍")}),
    )
    referrer = ReferrerField(
        label=_("介绍人（老客户）"),
        required=False,
        max_length=140,
        help_text=_("来源是客户转介绍时请写是哪位客户，才知道谁带来了成交。"),
        widget=forms.TextInput({"list": "referrers", "autocomplete": "off", "placeholder": _("输入客户名称")}),
    )
    campaign = forms.ModelChoiceField(
        label=_("拓展计划"), required=False, queryset=Campaign.objects.all(), empty_label=_("无")
    )
    owner = forms.ChoiceField(label=_("负责人"), required=False)
    note = TextField(label=_("备注"), required=False, max_length=LIMITS["note"], widget=forms.Textarea({"rows": 3}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    confirmed = forms.BooleanField(label=_("已核对，不是同一件事，仍要保存"), required=False)

    def __init__(
        self,
        *args: Any,
        who: Principal,
        receivers: Iterable[User] | None,
        check_url: str = "",
        referrers_url: str = "",
        **kwargs: Any,
    ) -> None:
        """``receivers`` None: the owner isn't asked for (editing; see assign)."""
        super().__init__(*args, **kwargs)
        self.fields["referrer"].who = who  # type: ignore[attr-defined]  # a ReferrerField
        self.fields["source"].queryset = _offered_sources(self.initial.get("source"))  # type: ignore[attr-defined]
        if referrers_url:
            self.fields["referrer"].widget.attrs |= {
                "hx-get": referrers_url,
                "hx-trigger": "input changed delay:300ms",
                "hx-target": "#referrers",
                "hx-swap": "outerHTML",
                "hx-sync": "this:replace",
            }
        if receivers is None:
            del self.fields["owner"]
        else:
            people = [(str(user.pk), user.name) for user in receivers]
            self.fields["owner"].choices = [*people, (POOL, _("公海（无负责人）"))]  # type: ignore[attr-defined]
        for name in ("company", "phone", "credit_code", "want") if check_url else ():
            self.fields[name].widget.attrs |= {
                "hx-get": check_url,
                "hx-trigger": "input changed delay:400ms",
                "hx-target": "#duplicates",
                "hx-swap": "outerHTML",
                "hx-include": "closest form",
                "hx-sync": "#duplicates:replace",
            }

    def draft(self, *, upon: LeadDraft | None = None) -> LeadDraft:
        """The cleaned values as a draft; what the form doesn't ask stays as in ``upon``."""
        values: dict[str, Any] = dict(self.cleaned_data)
        owner = values.pop("owner", None)
        source, campaign, referrer = values.pop("source"), values.pop("campaign"), values.pop("referrer")
        hidden = (
            upon is not None and upon.referrer_id and not self.initial.get("referrer")
        )  # not his to see, nor to lose
        for name in ("version", "confirmed"):
            values.pop(name)
        for name in RANGES:
            values[f"{name}_low"], values[f"{name}_high"] = values.pop(name)
        values["decision_maker"] = {"yes": True, "no": False}.get(values["decision_maker"])
        base = upon or LeadDraft(owner_id=int(owner) if owner and owner != POOL else None)
        return replace(
            base,
            **values,
            source_id=source.pk if source else None,
            campaign_id=campaign.pk if campaign else None,
            referrer_id=referrer.pk if referrer else upon.referrer_id if upon and hidden else None,
        )

    @classmethod
    def initial_of(cls, lead: Lead, *, who: Principal) -> dict[str, Any]:
        same = (
            "market", "company", "want", "contact", "position", "phone", "wechat", "email", "industry", "region",
            "credit_code", "address", "purchase_on", "source", "source_detail", "campaign", "note", "version",
        )  # fmt: skip
        known = {name: getattr(lead, name) for name in same}
        ranges = {name: (getattr(lead, f"{name}_low"), getattr(lead, f"{name}_high")) for name in RANGES}
        referrer = Customer.objects.visible_to(who).filter(pk=lead.referrer_id or 0).first()
        return {
            **known,
            **ranges,
            "decision_maker": _SAID[lead.decision_maker],
            "referrer": said_referrer(referrer) if referrer else "",
        }


def _offered_sources(known: LeadSource | None) -> QuerySet[LeadSource]:
    """The channels in use; and the one that a lead has already."""
    offered = [branch.source.pk for branch in source_tree() if branch.offered]
    found = LeadSource.objects.filter(pk__in=[*offered, known.pk] if known else offered)
    return found.select_related("parent").order_by("parent_id", "id")


class ReasonForm(RefusableForm):
    reason = TextField(label=_("理由"), max_length=REASON_LIMIT, widget=forms.Textarea({"rows": 2}))


class TierForm(RefusableForm):
    tier = forms.ChoiceField(label=_("级别"), choices=TIERS, widget=forms.RadioSelect)
    reason = TextField(
        label=_("理由"),
        max_length=REASON_LIMIT,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("规则看不到的事，例如 老板亲自来访、对手合同下月到期。"),
    )


class AssignForm(RefusableForm):
    owner = forms.ModelChoiceField(label=_("分配给"), queryset=User.objects.none(), empty_label=_("请选择同事"))

    def __init__(self, *args: Any, receivers: Mapping[int, User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(pk__in=list(receivers)).order_by("name")
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField


class ConvertForm(RefusableForm):
    name = TextField(label=_("商机名称"), max_length=120)
    customer = forms.ModelChoiceField(
        label=_("客户"),
        required=False,
        queryset=Customer.objects.none(),
        empty_label=_("按名称匹配，没有就新建"),
        help_text=_("选已有的客户，商机就挂在它下面。"),
    )
    amount = AmountField(label=_("预计金额"), required=False, help_text=_("最可能的成交额，例如 30万。"))
    expected_close_on = forms.DateField(label=_("预计签约日期"), required=False, widget=DateInput)
    product = forms.ModelChoiceField(
        label=_("产品"), queryset=Product.objects.offered(), required=False, empty_label=_("未定")
    )
    scale = forms.ChoiceField(label=_("规模"), choices=SCALES, initial=Scale.SMALL.value, widget=forms.RadioSelect)
    motion = forms.ChoiceField(label=_("方式"), choices=MOTIONS, initial=Motion.NEW.value, widget=forms.RadioSelect)
    is_complex = forms.BooleanField(
        label=_("复杂项目"), required=False, help_text=_("需要多个部门一起交付：会多出技术签认和责任分工。")
    )
    note = TextField(label=_("备注"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, customers: Iterable[Customer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [customer.pk for customer in customers]
        if found:
            self.fields["customer"].queryset = Customer.objects.filter(pk__in=found)  # type: ignore[attr-defined]
        else:
            del self.fields["customer"]


class ListForm(RefusableForm):
    def refuse(self, verdict: Verdict) -> None:
        for reason in verdict.reasons:
            field = str(reason.params.get("field", ""))
            self.add_error(field if field in self.fields else None, list_words.sentence(reason))


class ViewForm(ListForm):
    """A list's view to keep. ``refresh`` puts what is seen now in the place of what it kept."""

    name = TextField(
        label=_("名称"), max_length=VIEW_NAME_LIMIT, widget=forms.TextInput({"placeholder": _("例如 华东高潜力")})
    )
    audience = forms.ChoiceField(label=_("给谁用"))
    refresh = forms.BooleanField(label=_("改用列表现在的筛选、排序和列"), required=False)
    is_first = forms.BooleanField(label=_("打开线索时先看这个视图"), required=False)
    query = forms.CharField(required=False, max_length=VIEW_QUERY_LIMIT, widget=forms.HiddenInput)
    columns = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)

    def __init__(self, *args: Any, audiences: Iterable[Audience], is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(audience.value, AUDIENCE_NAMES[audience]) for audience in audiences]
        self.fields["audience"].choices = offered  # type: ignore[attr-defined]  # a ChoiceField
        if len(offered) == 1:
            self.fields["audience"].widget = forms.HiddenInput()
            self.fields["audience"].initial = offered[0][0]
        if is_new:
            del self.fields["refresh"]


class LayoutForm(forms.Form):
    """Which columns and in what order: ``order-<key>`` is a column's place, asked for beside its tick."""

    view = forms.CharField(required=False, max_length=40)
    columns = forms.MultipleChoiceField(
        required=False, choices=[(key, column.label) for key, column in COLUMNS.items()]
    )
    density = forms.ChoiceField(choices=[(density.value, name) for density, name in DENSITY_NAMES.items()])
    is_first = forms.BooleanField(required=False)

    def ordered(self) -> list[str]:
        """The ticked columns by the numbers beside them; without a number in the order in which they came."""
        chosen = list(self.cleaned_data["columns"])
        return sorted(chosen, key=lambda key: (_number(self.data.get(f"order-{key}", "")), chosen.index(key)))


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 4 else 999


class BulkForm(ListForm):
    """What a verb on many leads needs to know: only its own fields are asked for."""

    to = forms.ModelChoiceField(label=_("分配给"), queryset=User.objects.none(), empty_label=_("请选择同事"))
    tier = forms.ChoiceField(label=_("级别"), choices=[("", _("请选择")), *TIERS])
    campaign = forms.ModelChoiceField(
        label=_("拓展计划"), queryset=Campaign.objects.all(), empty_label=_("请选择拓展计划")
    )
    reason = TextField(label=_("理由"), max_length=REASON_LIMIT, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, verb: BulkVerb, receivers: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = {BulkVerb.ASSIGN: {"to"}, BulkVerb.TIER: {"tier"}, BulkVerb.CAMPAIGN: {"campaign"}}.get(verb, set())
        if verb in NEEDS_REASON:
            asked = asked | {"reason"}
        for name in set(self.fields) - asked:
            del self.fields[name]
        if "to" in self.fields:
            people = User.objects.filter(pk__in=list(receivers)).order_by("name")
            self.fields["to"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField

    def terms(self) -> dict[str, Any]:
        """As the run keeps them: ids and texts."""
        values = self.cleaned_data
        return {name: getattr(value, "pk", value) for name, value in values.items()}


class PeriodForm(forms.Form):
    """From day to day, both included; this year where nothing is asked for."""

    since = forms.DateField(label=_("登记日期从"), required=False, widget=DateInput, validators=[in_this_age])
    until = forms.DateField(label=_("到"), required=False, widget=DateInput, validators=[in_this_age])
    tab = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", _("结束日期不能早于开始日期。"))
        return values

    def period(self) -> tuple[date, date]:
        until: date = self.cleaned_data["until"] or max(self.today, self.cleaned_data["since"] or self.today)
        since: date = self.cleaned_data["since"] or until.replace(month=1, day=1)
        return since, until
