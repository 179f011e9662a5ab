"""What the list of customers can be narrowed to; everything is said in the address."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.base.ui.widgets import SearchInput
from tuoke.services.search.queries import narrowed
from tuoke.spine.customers import hooks
from tuoke.spine.customers.models import TIERS, Customer


class CustomerFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """The owner is offered to whoever sees more than his own."""

    q = filters.CharFilter(
        label=_("搜索客户"),
        method="search",
        max_length=80,
        widget=SearchInput({"placeholder": _("客户名称或电话，可用拼音首字母"), "autocomplete": "off"}),
    )
    industry = filters.CharFilter(
        label=_("行业"),
        lookup_expr="icontains",
        max_length=40,
        widget=forms.TextInput({"placeholder": _("行业"), "list": "industries"}),
    )
    region = filters.CharFilter(
        label=_("地区"), lookup_expr="icontains", max_length=40, widget=forms.TextInput({"placeholder": _("地区")})
    )
    tier = filters.ChoiceFilter(label=_("级别"), choices=TIERS, empty_label=_("所有级别"))
    owner = filters.ModelChoiceFilter(label=_("负责人"), queryset=User.objects.none(), empty_label=_("所有负责人"))

    class Meta:
        model = Customer
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, who: Principal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for more in hooks.list_filters:
            if who.may(more.permission):
                self.filters[more.name] = _narrowing(more)
        scope = who.scope_of(Permission.CUSTOMER_READ)
        if scope < Scope.DEPARTMENT:
            del self.filters["owner"]
            return
        people = User.objects.filter(is_active=True).order_by("name")
        if scope is not Scope.ALL:
            people = people.filter(department_id__in=who.department_ids(scope))
        self.filters["owner"].queryset = people

    def search(self, customers: QuerySet[Customer], name: str, value: str) -> QuerySet[Customer]:
        return narrowed(customers, "customer", value)


def _narrowing(more: hooks.ListFilter) -> filters.ChoiceFilter:
    def matched(customers: QuerySet[Customer], name: str, value: str) -> QuerySet[Customer]:
        return customers.filter(more.matching(value))

    found = filters.ChoiceFilter(label=more.label, choices=more.choices(), empty_label=more.none, method=matched)
    found.field_name = more.name
    return found
