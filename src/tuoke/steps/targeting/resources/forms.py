from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import Department, User
from tuoke.base.kernel.verdict import Reason
from tuoke.base.ui.widgets import DateInput
from tuoke.services.exchange import rules as exchange
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.fields import TextField, parsed
from tuoke.spine.customers.models import TIERS
from tuoke.steps.targeting.resources import words
from tuoke.steps.targeting.resources.models import KINDS, Resource
from tuoke.steps.targeting.resources.rules import LIMITS, RETURNS, Supply, Wish, sound_amount

USED_UP = [("yes", _("用掉就没有了，例如物料、预算、人天")), ("no", _("用完可以再用，例如试用账号"))]


class QuantityField(TextField):
    """20, 2.5, 20万: above nothing, at most two places."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "maxlength": 40, "placeholder": "20"}
        super().__init__(widget=forms.TextInput(attrs), **kwargs)

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        if not typed:
            return None
        found = parsed(exchange.amount(typed, "元"), "number_unclear")
        exact = parsed(exchange.number(typed), "number_unclear") if typed.replace(",", "").isascii() else found
        if found is None:
            raise ValidationError(words.right(Reason("not_a_number")))
        if verdict := sound_amount(exact):
            return found
        raise ValidationError([words.right(reason) for reason in verdict.reasons])

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class RefusableForm(forms.Form):
    """Says each reason at the field that it names, else above the form."""

    def refuse(self, reasons: Iterable[Reason], *, unit: str = "") -> None:
        for reason in reasons:
            where = str(reason.params.get("field", ""))
            self.add_error(where if where in self.fields else None, words.right(reason, unit=unit))


class SupplyForm(RefusableForm):
    name = TextField(
        label=_("名称"), max_length=LIMITS["name"], widget=forms.TextInput({"placeholder": _("四季度技术专家时间")})
    )
    kind = forms.ChoiceField(label=_("类别"), choices=KINDS)
    quantity = QuantityField(label=_("总量"))
    unit = TextField(
        label=_("单位"), max_length=LIMITS["unit"], widget=forms.TextInput({"placeholder": _("人天"), "list": "units"})
    )
    starts_on = forms.DateField(label=_("开始日期"), widget=DateInput)
    ends_on = forms.DateField(label=_("结束日期"), widget=DateInput)
    used_up = forms.ChoiceField(label=_("用了以后"), choices=USED_UP, initial="yes", widget=forms.RadioSelect)
    owner = forms.ModelChoiceField(
        label=_("负责人"), queryset=User.objects.none(), help_text=_("负责审批对这项资源的申请。")
    )
    campaign = forms.ModelChoiceField(
        label=_("拓展计划"), queryset=Campaign.objects.all(), required=False, empty_label=_("不限")
    )
    note = TextField(label=_("说明"), required=False, max_length=LIMITS["note"], widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, owners: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(pk__in=[person.pk for person in owners]).order_by("name")

    @property
    def supply(self) -> Supply:
        said = self.cleaned_data
        return Supply(
            name=said["name"],
            kind=said["kind"],
            unit=said["unit"],
            quantity=said["quantity"],
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
            owner_id=said["owner"].pk,
            is_consumed=said["used_up"] == "yes",
            campaign_id=said["campaign"].pk if said["campaign"] else None,
            note=said["note"],
        )

    @classmethod
    def initial_of(cls, resource: Resource) -> dict[str, Any]:
        same = ("name", "kind", "quantity", "unit", "starts_on", "ends_on", "note")
        return {name: getattr(resource, name) for name in same} | {
            "owner": resource.owner_id,
            "campaign": resource.campaign_id,
            "used_up": "yes" if resource.is_consumed else "no",
        }

    @classmethod
    def initial_for(cls, kind: str) -> str:
        return "no" if kind in RETURNS else "yes"


class WishForm(RefusableForm):
    """A request or an allocation. ``receivers`` are (key, label): ``d12`` or ``d12u5``."""

    receiver = forms.ChoiceField(label=_("给谁"))
    quantity = QuantityField(label=_("数量"))
    starts_on = forms.DateField(label=_("从"), widget=DateInput)
    ends_on = forms.DateField(label=_("到"), widget=DateInput)
    purpose = TextField(
        label=_("用途"),
        max_length=LIMITS["purpose"],
        widget=forms.TextInput({"placeholder": _("华瑞精密 技术交流，现场演示半天")}),
    )
    tier = forms.ChoiceField(
        label=_("用于哪类线索"),
        choices=[("", _("不限")), *TIERS],
        required=False,
        help_text=_("重点攻坚的申请排在前面。"),
    )

    def __init__(
        self, *args: Any, departments: Sequence[Department], people: Sequence[User], resource: Resource, today: date,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        first = min(max(today, resource.starts_on), resource.ends_on)
        kwargs.setdefault("initial", {"starts_on": first, "ends_on": resource.ends_on})
        super().__init__(*args, **kwargs)
        field = self.fields["receiver"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            *((f"d{person.department_id}u{person.pk}", person.name) for person in people),
            *((f"d{department.pk}", department.name) for department in departments),
        ]

    @property
    def wish(self) -> Wish:
        said = self.cleaned_data
        department, _u, user = said["receiver"].removeprefix("d").partition("u")
        return Wish(
            quantity=said["quantity"],
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
            department_id=int(department),
            user_id=int(user) if user else None,
            purpose=said["purpose"],
            tier=said["tier"],
        )


class VersionForm(RefusableForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ReasonForm(VersionForm):
    reason = TextField(label=_("理由"), max_length=LIMITS["reason"], widget=forms.TextInput)


class ReturnForm(VersionForm):
    quantity = QuantityField(label=_("归还数量"))
    reason = TextField(label=_("说明"), required=False, max_length=LIMITS["reason"], widget=forms.TextInput)


class StatementForm(RefusableForm):
    reason = TextField(
        label=_("为什么不需要资源"),
        max_length=LIMITS["reason"],
        widget=forms.TextInput({"placeholder": _("例如 只做电话拓展，现有话术和试用环境够用")}),
    )


class KindForm(forms.Form):
    kind = forms.ChoiceField(label=_("类别"), choices=[("", _("所有类别")), *KINDS], required=False)
    over = forms.BooleanField(label=_("也看已结束的"), required=False)
