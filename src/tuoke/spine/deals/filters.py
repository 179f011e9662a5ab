"""What lists and board can be narrowed to; everything is said in the address."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import Department, User
from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.base.ui.widgets import SearchInput
from tuoke.services.search.queries import narrowed
from tuoke.spine.catalog.models import Product
from tuoke.spine.deals.fields import AmountField
from tuoke.spine.deals.models import OUTCOMES, Opportunity
from tuoke.spine.deals.queries import playbook_in_use
from tuoke.spine.playbook.rules import DEAL_STEPS

SEGMENTS = {
    "tob_large": (_("企业大客户"), Q(market="tob", scale="large")),
    "tob_small": (_("企业中小客户"), Q(market="tob", scale="small")),
    "toc": (_("个人客户"), Q(market="toc")),
    "existing": (_("存量深挖"), Q(motion="existing")),
    "cross_region": (_("跨区域"), Q(motion="cross_region")),
}
ACTIVE = "active"


class MonthField(forms.Field):
    """``2026-12`` → its first day."""

    def to_python(self, value: Any) -> date | None:
        if not value:
            return None
        try:
            first = date.fromisoformat(f"{str(value).strip()}-01")
            if first.year == date.max.year:  # no day follows its last month
                raise ValueError(value)
            return first
        except ValueError as error:
            raise ValidationError(_("月份请写成 2026-12。")) from error


class MonthFilter(filters.Filter):  # type: ignore[misc]  # untyped library
    field_class = MonthField


class AmountFilter(filters.Filter):  # type: ignore[misc]  # untyped library
    field_class = AmountField


class BoardFilter(filters.FilterSet):  # type: ignore[misc]  # untyped library
    """Owner and department are offered to whoever sees more than his own."""

    q = filters.CharFilter(
        label=_("搜索商机"),
        method="search",
        widget=SearchInput({"placeholder": _("商机或客户名称，可用拼音首字母"), "autocomplete": "off"}),
    )
    owner = filters.ModelChoiceFilter(label=_("负责人"), queryset=User.objects.none(), empty_label=_("所有负责人"))
    department = filters.ModelChoiceFilter(
        label=_("部门"), queryset=Department.objects.none(), empty_label=_("所有部门")
    )
    segment = filters.ChoiceFilter(
        label=_("客户类型"),
        method="of_segment",
        choices=[(key, name) for key, (name, _q) in SEGMENTS.items()],
        empty_label=_("所有客户类型"),
    )
    product = filters.ModelChoiceFilter(label=_("产品"), queryset=Product.objects.all(), empty_label=_("所有产品"))

    filters: dict[str, Any]

    class Meta:
        model = Opportunity
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, who: Principal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = who.scope_of(Permission.DEAL_READ)
        if scope < Scope.DEPARTMENT:
            for name in ("owner", "department"):
                del self.filters[name]
            return
        people, departments = User.objects.filter(is_active=True).order_by("name"), Department.objects.all()
        if scope is not Scope.ALL:
            ids = who.department_ids(scope)
            people, departments = people.filter(department_id__in=ids), departments.filter(pk__in=ids)
        self.filters["owner"].queryset = people
        self.filters["department"].queryset = departments

    def search(self, deals: QuerySet[Opportunity], name: str, value: str) -> QuerySet[Opportunity]:
        return narrowed(deals, "opportunity", value)

    def of_segment(self, deals: QuerySet[Opportunity], name: str, value: str) -> QuerySet[Opportunity]:
        return deals.filter(SEGMENTS[value][1])


class DealFilter(BoardFilter):
    step = filters.ChoiceFilter(label=_("步骤"), empty_label=_("所有步骤"), choices=())
    outcome = filters.ChoiceFilter(
        label=_("结果"), empty_label=_("所有结果"), method="of_outcome", choices=[(ACTIVE, _("在跟进")), *OUTCOMES]
    )
    closes = MonthFilter(
        label=_("预计签约月份"),
        method="in_month",
        widget=forms.TextInput({"placeholder": _("签约月份，如 2026-12")}),
    )
    amount_min = AmountFilter(
        label=_("金额不低于"),
        field_name="amount",
        lookup_expr="gte",
        widget=forms.TextInput({"placeholder": _("金额不低于，如 20万")}),
    )

    def __init__(self, *args: Any, who: Principal, **kwargs: Any) -> None:
        super().__init__(*args, who=who, **kwargs)
        self.steps = playbook_in_use().steps
        choices = [(step.key.value, step.name) for step in self.steps if step.key in DEAL_STEPS]
        self.filters["step"].extra["choices"] = choices
        order = ["q", "step", "outcome", "owner", "department", "segment", "product", "closes", "amount_min"]
        self.filters = {name: self.filters[name] for name in order if name in self.filters}

    def of_outcome(self, deals: Any, name: str, value: str) -> Any:
        return deals.active() if value == ACTIVE else deals.filter(outcome=value)

    def in_month(self, deals: QuerySet[Opportunity], name: str, value: date) -> QuerySet[Opportunity]:
        following = date(value.year + value.month // 12, value.month % 12 + 1, 1)
        return deals.filter(expected_close_on__gte=value, expected_close_on__lt=following)
