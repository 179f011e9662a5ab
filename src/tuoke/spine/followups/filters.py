"""The filters of the list 跟进记录; their words are in the address."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuoke.spine.customers.models import CHANNELS
from tuoke.spine.followups.models import ASKED, FollowUp, FollowUpQuerySet

PERIODS = [
    ("today", _("今天")),
    ("week", _("本周")),
    ("month", _("本月")),
    ("last_month", _("上月")),
    ("year", _("今年")),
]


class FollowUpFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    period = django_filters.ChoiceFilter(
        choices=PERIODS, label=_("时间"), empty_label=_("全部时间"), method="in_period"
    )
    outcome = django_filters.ChoiceFilter(choices=ASKED, label=_("结果"), empty_label=_("全部结果"))
    channel = django_filters.ChoiceFilter(
        choices=CHANNELS, label=_("方式"), empty_label=_("全部方式"), method="by_channel"
    )

    class Meta:
        model = FollowUp
        fields: list[str] = []

    def in_period(self, followups: FollowUpQuerySet, name: str, value: str) -> FollowUpQuerySet:
        first, last = days_of(value, today=timezone.localdate())
        return followups.filter(at__gte=_midnight(first), at__lt=_midnight(last + timedelta(days=1)))

    def by_channel(self, followups: FollowUpQuerySet, name: str, value: str) -> FollowUpQuerySet:
        return followups.filter(channels__icontains=f'"{value}"')


def days_of(period: str, *, today: date) -> tuple[date, date]:
    """First and last day of a period that contains or precedes ``today``."""
    if period == "week":
        return today - timedelta(days=today.weekday()), today
    if period == "month":
        return today.replace(day=1), today
    if period == "last_month":
        last = today.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last
    if period == "year":
        return today.replace(month=1, day=1), today
    return today, today


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
