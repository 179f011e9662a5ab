"""What the list of leads can be narrowed to; everything is said in the address."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import holders_of
from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.base.ui.widgets import DateInput, SearchInput
from tuoke.services.search.queries import matching_ids
from tuoke.services.search.rules import is_blank, needles
from tuoke.spine.catalog.models import Campaign, LeadSource
from tuoke.spine.customers.models import STATUSES, TIERS, Customer, Lead
from tuoke.spine.customers.paging import sort_named
from tuoke.spine.customers.queries import findable
from tuoke.spine.customers.rules import FactKind, LeadStatus
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.leads.queries import SORTS, Asked, Corner, leads_in
from tuoke.steps.leads.rules.views import DUE_SOON
from tuoke.steps.leads.validators import in_this_age

ANY, NONE = "any", "none"
PROBED = 1000
"""Up to so many matches an index is asked for; what is more common is met soon in the list's own order."""
EVERY_FACT = sum(FactKind)
MAIN = ("q", "tier", "source", "owner", "due", "score_min")
ALIVE = (LeadStatus.OPEN, LeadStatus.CONVERTED, LeadStatus.DISCARDED)
"""所有状态: what was merged stands in another lead."""
KEPT_APART = ("tab", "sort", "view")
"""Travel with the filters and narrow nothing."""


class LeadFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Without a status only open leads are listed. The owner is offered to whoever sees more than his own.

    ``asked()`` is the list that the address asks for; ask ``is_valid()`` before.
    """

    q = filters.CharFilter(
        label=_("搜索线索"),
        method="search",
        max_length=80,
        widget=SearchInput({"placeholder": _("公司、联系人、需求或电话，可用拼音首字母"), "autocomplete": "off"}),
    )
    tier = filters.ChoiceFilter(
        label=_("级别"),
        method="of_tier",
        choices=[(ANY, _("高潜力（已定级）")), *TIERS, (NONE, _("未定级"))],
        empty_label=_("所有级别"),
    )
    source = filters.ModelChoiceFilter(
        label=_("来源"),
        method="from_source",
        queryset=LeadSource.objects.all(),
        empty_label=_("所有来源"),
        null_label=_("没有登记来源"),
        null_value=NONE,
    )
    owner = filters.ModelChoiceFilter(label=_("负责人"), queryset=User.objects.none(), empty_label=_("所有负责人"))
    due = filters.ChoiceFilter(
        label=_("该联系"),
        method="due_by",
        choices=[("overdue", _("已逾期")), ("today", _("今天该联系")), ("week", _("7 天内该联系"))],
        empty_label=_("联系时间不限"),
    )
    score_min = filters.NumberFilter(
        label=_("得分不低于"),
        method="scored",
        min_value=0,
        max_value=10,
        widget=forms.NumberInput({"placeholder": _("得分 ≥"), "step": "0.5", "min": "0", "max": "10"}),
    )
    status = filters.ChoiceFilter(
        label=_("状态"),
        method="as_it_is",
        choices=[*((key, name) for key, name in STATUSES if key != LeadStatus.OPEN), (ANY, _("所有状态"))],
        empty_label=_("跟进中"),
    )
    industry = filters.CharFilter(
        label=_("行业"),
        method="holding",
        max_length=40,
        widget=forms.TextInput({"placeholder": _("行业"), "list": "industries"}),
    )
    region = filters.CharFilter(
        label=_("地区"), method="holding", max_length=40, widget=forms.TextInput({"placeholder": _("地区")})
    )
    campaign = filters.ModelChoiceFilter(
        label=_("拓展计划"), method="of_campaign", queryset=Campaign.objects.all(), empty_label=_("所有计划")
    )
    recycle = filters.ChoiceFilter(
        label=_("收回公海"), method="recycled_by", choices=[("week", _("7 天内收回"))], empty_label=_("收回时间不限")
    )
    verified = filters.ChoiceFilter(
        label=_("核验"),
        method="of_proof",
        choices=[
            ("all", _("全部已核验")),
            ("part", _("部分已核验")),
            (NONE, _("都没核验")),
            ("disputed", _("来源互相矛盾")),
        ],
        empty_label=_("核验不限"),
    )
    unknown = filters.NumberFilter(
        label=_("补齐未知信息最多能加的分"),
        method="unknown_by",
        min_value=0,
        max_value=10,
        widget=forms.NumberInput({"placeholder": _("未知可加分 ≥"), "step": "0.5", "min": "0", "max": "10"}),
    )
    created = filters.ChoiceFilter(
        label=_("登记时间"),
        method="created_in",
        choices=[("today", _("今天登记")), ("week", _("本周登记")), ("month", _("本月登记"))],
        empty_label=_("登记时间不限"),
    )
    created_from = filters.DateFilter(
        label=_("登记日期从"), method="created_since", widget=DateInput(), validators=[in_this_age]
    )
    created_to = filters.DateFilter(
        label=_("登记日期到"), method="created_until", widget=DateInput(), validators=[in_this_age]
    )
    qualified = filters.ChoiceFilter(
        label=_("高潜力"), method="once_qualified", choices=[("1", _("曾达到高潜力"))], empty_label=_("得分不限")
    )
    deal = filters.ChoiceFilter(
        label=_("成交"),
        method="with_deal",
        choices=[(ANY, _("有商机")), ("won", _("已赢单"))],
        empty_label=_("商机不限"),
    )
    referrer = filters.ModelChoiceFilter(
        label=_("介绍人"), method="from_referrer", queryset=Customer.objects.none(), widget=forms.HiddenInput
    )

    tab = filters.CharFilter(method="as_it_is", widget=forms.HiddenInput)
    view = filters.CharFilter(method="as_it_is", max_length=40, widget=forms.HiddenInput)
    sort = filters.ChoiceFilter(
        label=_("排序"),
        method="as_it_is",
        choices=[(name, name) for name in SORTS if name],
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Lead
        fields: tuple[str, ...] = ()

    def __init__(self, data: Any, *, who: Principal, corner: Corner) -> None:
        super().__init__(data, queryset=leads_in(corner, who=who))
        self.who, self.corner = who, corner
        self.is_loose = False
        self.filters["referrer"].queryset = Customer.objects.visible_to(who)
        scope = who.scope_of(Permission.LEAD_READ)
        if scope < Scope.DEPARTMENT or corner not in (Corner.TEAM, Corner.ALL):
            del self.filters["owner"]
        else:
            self.filters["owner"].queryset = _holders(who, scope)

    def asked(self) -> Asked:
        """Raises nothing: only for what is valid."""
        values = self.form.cleaned_data
        leads = self.qs
        status = values.get("status")
        statuses = ALIVE if status == ANY else (LeadStatus(status or LeadStatus.OPEN),)
        return Asked(
            who=self.who,
            corner=self.corner,
            leads=leads,
            statuses=statuses,
            sort=sort_named(values.get("sort") or "", SORTS),
            is_loose=self.is_loose,
        )

    @property
    def main_fields(self) -> list[BoundField]:
        return [self.form[name] for name in MAIN if name in self.form.fields]

    @property
    def more_fields(self) -> list[BoundField]:
        return [field for field in self.form.visible_fields() if field.name not in MAIN]

    @property
    def narrowing(self) -> dict[str, str]:
        """What of the address narrows the list."""
        return {name: self.data[name] for name in self.form.fields if name not in KEPT_APART and self.data.get(name)}

    @property
    def is_open(self) -> bool:
        """Is something asked for that stands under 更多条件?"""
        return any(name not in MAIN for name in self.narrowing)

    def as_it_is(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        return leads

    def search(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        if is_blank(value):
            return leads
        if self.corner in (Corner.POOL, Corner.ALL):
            leads = leads.filter(findable(value, who=self.who))
        matches = matching_ids("lead", value)
        if not matches.more:
            return leads.filter(pk__in=matches.ids)
        self.is_loose = True
        for needle in needles(value):
            leads = leads.filter(search_text__contains=needle.text)
        return leads

    def of_tier(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        if value == NONE:
            return self._loosely(leads, tier="")
        known = Q(tier__gt="")  # as the index says it
        return self._probed(leads, known if value == ANY else known & Q(tier=value))

    def from_source(self, leads: QuerySet[Lead], name: str, value: LeadSource | str) -> QuerySet[Lead]:
        """The channel and all below it."""
        if not isinstance(value, LeadSource):
            return self._loosely(leads, source=None)
        return self._probed(leads, Q(source_id__in=_below(value)))

    def due_by(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        today = timezone.localdate()
        last = {"overdue": today - timedelta(days=1), "today": today, "week": today + timedelta(days=DUE_SOON)}[value]
        return self._probed(leads, Q(due_on__lte=last))

    def recycled_by(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        return self._probed(leads, Q(recycle_on__lte=timezone.localdate() + timedelta(days=DUE_SOON)))

    def scored(self, leads: QuerySet[Lead], name: str, value: Any) -> QuerySet[Lead]:
        return self._loosely(leads, score__gte=value)

    def unknown_by(self, leads: QuerySet[Lead], name: str, value: Any) -> QuerySet[Lead]:
        self.is_loose = True
        return leads.filter(score_max__gte=F("score") + value)

    def holding(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        return self._loosely(leads, **{f"{name}__icontains": value})

    def of_campaign(self, leads: QuerySet[Lead], name: str, value: Campaign) -> QuerySet[Lead]:
        return self._probed(leads, Q(campaign=value))

    def from_referrer(self, leads: QuerySet[Lead], name: str, value: Customer) -> QuerySet[Lead]:
        return self._probed(leads, Q(referrer=value))

    def of_proof(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        if value == "disputed":
            return self._loosely(leads, disputed__gt=0)
        if value == "part":
            return self._loosely(leads, verified__gt=0, verified__lt=EVERY_FACT)
        return self._loosely(leads, verified=EVERY_FACT if value == "all" else 0)

    def created_in(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        today = timezone.localdate()
        first = {"today": today, "week": today - timedelta(days=today.weekday()), "month": today.replace(day=1)}[value]
        return self.created_since(leads, name, first)

    def created_since(self, leads: QuerySet[Lead], name: str, value: date) -> QuerySet[Lead]:
        return self._probed(leads, Q(created_at__gte=_midnight(value)))

    def created_until(self, leads: QuerySet[Lead], name: str, value: date) -> QuerySet[Lead]:
        return self._probed(leads, Q(created_at__lt=_midnight(value + timedelta(days=1))))

    def once_qualified(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        return self._loosely(leads, qualified_at__isnull=False)

    def with_deal(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        """Deals that the viewer may see."""
        deals = Opportunity.objects.visible_to(self.who).real().filter(lead=OuterRef("pk"))
        self.is_loose = True
        return leads.filter(Exists(deals.filter(outcome=Outcome.WON) if value == "won" else deals))

    def _probed(self, leads: QuerySet[Lead], wanted: Q) -> QuerySet[Lead]:
        """Few matches come from their index as ids. Many are met in the list's own order, if not at its beginning."""
        ids = list(Lead.objects.filter(wanted).order_by().values_list("pk", flat=True)[: PROBED + 1])
        if len(ids) <= PROBED:
            return leads.filter(pk__in=ids)
        self.is_loose = True
        return leads.filter(wanted)

    def _loosely(self, leads: QuerySet[Lead], **wanted: Any) -> QuerySet[Lead]:
        self.is_loose = True
        return leads.filter(**wanted)


def _holders(who: Principal, scope: Scope) -> QuerySet[User]:
    """Active people of one's scope who can hold leads."""
    people = User.objects.filter(is_active=True)
    if scope is not Scope.ALL:
        people = people.filter(department_id__in=who.department_ids(scope))
    held = [user.pk for user in holders_of(Permission.LEAD_WRITE, among=people)]
    return User.objects.filter(pk__in=held).order_by("name")


def _below(source: LeadSource) -> Iterable[int]:
    children: dict[int | None, list[int]] = {}
    for pk, parent in LeadSource.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found, fresh = {source.pk}, [source.pk]
    while fresh:
        fresh = [child for pk in fresh for child in children.get(pk, []) if child not in found]
        found |= set(fresh)
    return sorted(found)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
