"""Parse what people type about customers and contacts. Decides nothing: drafts and actions refuse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields, replace
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.catalog.models import MARKETS
from tuoke.spine.catalog.rules import Market
from tuoke.spine.customers.fields import (
    AmountRangeField,
    CountRangeField,
    CreditCodeField,
    EmailField,
    PhoneField,
    TextField,
)
from tuoke.spine.customers.models import (
    CHANNELS,
    DECISION_ROLES,
    FACT_NAMES,
    PAIR_KINDS,
    SOURCE_NAMES,
    Contact,
    Customer,
)
from tuoke.spine.customers.rules import CONTACT_LIMITS, CUSTOMER_LIMITS, SILENCE_LIMIT, ContactDraft, CustomerDraft
from tuoke.spine.customers.rules.verification import (
    REFERENCE_LIMIT,
    FactKey,
    FactValue,
    SourceKind,
    Statement,
)
from tuoke.spine.customers.words import sentence

RANGES = ("staff", "revenue")


class RefusableForm(SaysWhy):
    say = staticmethod(sentence)


class ReviewForm(forms.Form):
    """What of the review queue is looked at; anything else asks for nothing."""

    kind = forms.ChoiceField(label=_("哪两种"), required=False, choices=[("", _("所有")), *PAIR_KINDS])
    least = forms.TypedChoiceField(
        label=_("相似度"),
        required=False,
        coerce=int,
        empty_value="",
        choices=[("", _("所有相似度")), ("95", _("95 以上")), ("90", _("90 以上")), ("85", _("85 以上"))],
    )

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {"kind": self.cleaned_data.get("kind", ""), "least": self.cleaned_data.get("least") or 0}


class CustomerForm(RefusableForm):
    """``version`` is what was seen when editing began; ``confirmed`` says that the duplicates were looked at."""

    market = forms.ChoiceField(label=_("市场"), choices=MARKETS, initial=Market.TOB.value, widget=forms.RadioSelect)
    name = TextField(label=_("客户名称"), max_length=CUSTOMER_LIMITS["name"], help_text=_("写全称，查重更准。"))
    phone = PhoneField(label=_("电话"), required=False, max_length=CUSTOMER_LIMITS["phone"])
    credit_code = CreditCodeField(label=_("统一社会信用代码"), required=False)
    industry = TextField(
        label=_("行业"),
        required=False,
        max_length=CUSTOMER_LIMITS["industry"],
        widget=forms.TextInput({"list": "industries"}),
    )
    region = TextField(label=_("地区"), required=False, max_length=CUSTOMER_LIMITS["region"])
    address = TextField(label=_("地址"), required=False, max_length=CUSTOMER_LIMITS["address"])
    staff = CountRangeField(
        label=_("员工人数"), required=False, widget=forms.TextInput({"placeholder": _("例如 100-500人")})
    )
    revenue = AmountRangeField(
        label=_("年营收"), required=False, widget=forms.TextInput({"placeholder": _("例如 5000万-2亿")})
    )
    owner = forms.TypedChoiceField(label=_("负责人"), coerce=int)
    note = TextField(
        label=_("备注"), required=False, max_length=CUSTOMER_LIMITS["note"], widget=forms.Textarea({"rows": 3})
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    confirmed = forms.BooleanField(label=_("已核对，不是同一家，仍要保存"), required=False)

    def __init__(self, *args: Any, receivers: Iterable[User] | None, check_url: str = "", **kwargs: Any) -> None:
        """``receivers`` None: the owner isn't asked for (editing; see transfer)."""
        super().__init__(*args, **kwargs)
        if receivers is None:
            del self.fields["owner"]
        else:
            self.fields["owner"].choices = [(user.pk, user.name) for user in receivers]  # type: ignore[attr-defined]
        for name in ("name", "phone", "credit_code") if check_url else ():
            self.fields[name].widget.attrs |= {
                "hx-get": check_url,
                "hx-trigger": "input changed delay:400ms",
                "hx-target": "#duplicates",
                "hx-swap": "outerHTML",
                "hx-include": "closest form",
                "hx-sync": "#duplicates:replace",
            }

    def draft(self, *, upon: CustomerDraft | None = None) -> CustomerDraft:
        values: dict[str, Any] = dict(self.cleaned_data)
        owner = values.pop("owner", None)
        for name in ("version", "confirmed"):
            values.pop(name)
        for name in RANGES:
            values[f"{name}_low"], values[f"{name}_high"] = values.pop(name)
        return replace(upon or CustomerDraft(name=values["name"], owner_id=owner), **values)

    @classmethod
    def initial_of(cls, customer: Customer) -> dict[str, Any]:
        same = ("market", "name", "phone", "credit_code", "industry", "region", "address", "note", "version")
        known = {name: getattr(customer, name) for name in same}
        return known | {name: (getattr(customer, f"{name}_low"), getattr(customer, f"{name}_high")) for name in RANGES}


class ContactForm(RefusableForm):
    name = TextField(label=_("姓名"), max_length=CONTACT_LIMITS["name"])
    position = TextField(label=_("职位"), required=False, max_length=CONTACT_LIMITS["position"])
    role = forms.ChoiceField(
        label=_("决策链角色"),
        required=False,
        choices=DECISION_ROLES,
        help_text=_("决策人拍板，影响者左右意见，使用者天天用，反对者要先化解。"),
    )
    contacted_on = forms.DateField(label=_("首次接触日期"), required=False, widget=DateInput)
    phone = PhoneField(label=_("电话"), required=False, max_length=CONTACT_LIMITS["phone"])
    wechat = TextField(label=_("微信"), required=False, max_length=CONTACT_LIMITS["wechat"])
    email = EmailField(label=_("邮箱"), required=False, max_length=CONTACT_LIMITS["email"])
    preferred_channel = forms.ChoiceField(label=_("偏好渠道"), required=False, choices=[("", _("未知")), *CHANNELS])
    note = TextField(
        label=_("备注"), required=False, max_length=CONTACT_LIMITS["note"], widget=forms.Textarea({"rows": 2})
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def draft(self) -> ContactDraft:
        return ContactDraft(**{field.name: self.cleaned_data[field.name] for field in fields(ContactDraft)})

    @classmethod
    def initial_of(cls, contact: Contact) -> dict[str, Any]:
        names = [*asdict(ContactDraft(name="")), "version"]
        return {name: getattr(contact, name) for name in names}


class SilenceForm(RefusableForm):
    reason = TextField(
        label=_("原因"),
        max_length=SILENCE_LIMIT,
        widget=forms.TextInput({"placeholder": _("例如：本人在电话里要求不再联系")}),
        help_text=_("写谁在什么时候怎么说的：以后有人问起，这里就是依据。"),
    )


class TransferForm(RefusableForm):
    owner = forms.ModelChoiceField(label=_("转给"), queryset=User.objects.none(), empty_label=_("请选择同事"))

    def __init__(self, *args: Any, receivers: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(pk__in=list(receivers)).order_by("name")
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField


class FactForm(RefusableForm):
    """What one source says about one fact; ``keys`` are those of the party. The value is read as the fact needs it."""

    key = forms.ChoiceField(label=_("事实"))
    value = TextField(
        label=_("这个来源怎么说"), max_length=200, help_text=_("人数写 200 或 100-500人，金额写 50万 或 20-50万。")
    )
    source = forms.ChoiceField(label=_("来源"), choices=[("", "—"), *((s.value, n) for s, n in SOURCE_NAMES.items())])
    reference = TextField(
        label=_("出处"),
        required=False,
        max_length=REFERENCE_LIMIT,
        help_text=_("网址、报告名称和页码，或谁在什么场合说的；别人照着能再查到。"),
    )
    observed_on = forms.DateField(label=_("日期"), widget=DateInput)
    note = TextField(label=_("备注"), required=False, max_length=200)

    def __init__(self, *args: Any, keys: Sequence[FactKey], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = [(key.value, FACT_NAMES[key]) for key in keys]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        key, typed = cleaned.get("key"), cleaned.get("value")
        if key and typed:
            try:
                cleaned["found"] = _fact_value(FactKey(key), typed)
            except forms.ValidationError as wrong:
                self.add_error("value", wrong)
        return cleaned

    def statement(self) -> Statement:
        said = self.cleaned_data
        return Statement(
            key=FactKey(said["key"]),
            value=said["found"],
            source=SourceKind(said["source"]),
            observed_on=said["observed_on"],
            reference=said["reference"].strip(),
            note=said["note"].strip(),
        )


def _fact_value(key: FactKey, typed: str) -> FactValue:
    match key:
        case FactKey.STAFF:
            low, high = CountRangeField().clean(typed)
            return FactValue(None if low is None else Decimal(low), None if high is None else Decimal(high))
        case FactKey.REVENUE | FactKey.BUDGET:
            return FactValue(*AmountRangeField().clean(typed))
        case _:
            return FactValue(text=typed.strip())
