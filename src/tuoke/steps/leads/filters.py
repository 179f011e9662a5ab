"""What the list of leads can be narrowed to; everything is said in the address."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.base.ui.widgets import SearchInput
from tuoke.services.search.queries import narrowed
from tuoke.spine.catalog.models import Campaign, LeadSource
from tuoke.spine.customers.models import STATUSES, TIERS, Lead
from tuoke.spine.customers.rules import LeadStatus

ANY = "any"


class LeadFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Without a status only open leads are listed. The owner is offered to whoever sees more than his own."""

    q = filters.CharFilter(
        label=_("搜索线索"),
        method="search",
        max_length=80,
        widget=SearchInput({"placeholder": _("公司、联系人、需求或电话，可用拼音首字母"), "autocomplete": "off"}),
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
    source = filters.ModelChoiceFilter(
        label=_("来源"), method="from_source", queryset=LeadSource.objects.all(), empty_label=_("所有来源")
    )
    tier = filters.ChoiceFilter(label=_("级别"), choices=TIERS, empty_label=_("所有级别"))
    status = filters.ChoiceFilter(
        label=_("状态"),
        method="of_status",
        choices=[*((key, name) for key, name in STATUSES if key != LeadStatus.OPEN), (ANY, _("所有状态"))],
        empty_label=_("跟进中"),
    )
    score_min = filters.NumberFilter(
        label=_("得分不低于"),
        field_name="score",
        lookup_expr="gte",
        min_value=0,
        max_value=10,
        widget=forms.NumberInput({"placeholder": _("得分 ≥"), "step": "0.5", "min": "0", "max": "10"}),
    )
    owner = filters.ModelChoiceFilter(label=_("负责人"), queryset=User.objects.none(), empty_label=_("所有负责人"))
    campaign = filters.ModelChoiceFilter(
        label=_("拓展计划"), queryset=Campaign.objects.all(), empty_label=_("所有计划")
    )

    tab = filters.CharFilter(method="as_it_is", widget=forms.HiddenInput)
    sort = filters.CharFilter(method="as_it_is", widget=forms.HiddenInput)

    class Meta:
        model = Lead
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, who: Principal, tab: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = who.scope_of(Permission.LEAD_READ)
        if scope < Scope.DEPARTMENT or tab not in ("team", "all"):
            del self.filters["owner"]
            return
        people = User.objects.filter(is_active=True).order_by("name")
        if scope is not Scope.ALL:
            people = people.filter(department_id__in=who.department_ids(scope))
        self.filters["owner"].queryset = people

    @property
    def qs(self) -> Any:
        found = super().qs
        return found if self.form.cleaned_data.get("status") else found.filter(status=LeadStatus.OPEN)

    def as_it_is(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        """Travels with the filters, narrows nothing."""
        return leads

    def search(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        return narrowed(leads, "lead", value)

    def from_source(self, leads: QuerySet[Lead], name: str, value: LeadSource) -> QuerySet[Lead]:
        """The channel and those below it."""
        return leads.filter(Q(source=value) | Q(source__parent=value))

    def of_status(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        return leads if value == ANY else leads.filter(status=value)
