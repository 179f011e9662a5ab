"""What the list can be narrowed to; everything is said in the address."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.ui.widgets import SearchInput
from tuoke.steps.reviews.improvements.models import ORIGINS, STATES, TARGETS, Improvement
from tuoke.steps.reviews.improvements.rules import OPEN


class ImprovementFilter(filters.FilterSet):  # type: ignore[misc]  # untyped library
    """Without a state, what is open."""

    q = filters.CharFilter(
        label=_("搜索改进项"),
        method="search",
        widget=SearchInput({"placeholder": _("改什么、改成什么"), "autocomplete": "off", "maxlength": 80}),
    )
    state = filters.ChoiceFilter(
        label=_("状态"),
        method="in_state",
        empty_label=_("还没有落实的"),
        choices=[*STATES, ("late", _("逾期")), ("withdrawn", _("已撤下")), ("all", _("全部状态"))],
    )
    target = filters.ChoiceFilter(label=_("改在哪里"), choices=TARGETS, empty_label=_("所有工具"))
    origin = filters.ChoiceFilter(label=_("来源"), choices=ORIGINS, empty_label=_("所有来源"))
    whose = filters.ChoiceFilter(
        label=_("谁的"),
        method="of_whom",
        empty_label=_("所有人"),
        choices=[("mine", _("我负责的")), ("proposed", _("我提的"))],
    )

    class Meta:
        model = Improvement
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, today: date, user_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.user_id = today, user_id

    def search(self, rows: Any, name: str, value: str) -> Any:
        """Row by row, in the list's own order: people write improvements by hand, one at a time, and 50,000 of them are
        looked through within 50 ms where none matches (SQLite); an index of their words would cost more than it gives."""
        said = Q(title__icontains=value) | Q(proposal__icontains=value) | Q(target_label__icontains=value)
        return rows.filter(said)

    def in_state(self, rows: Any, name: str, value: str) -> Any:
        if value == "late":
            return rows.filter(state__in=sorted(OPEN), due_on__lt=self.today)
        return rows if value in ("withdrawn", "all") else rows.filter(state=value)

    def of_whom(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(**{"owner_id" if value == "mine" else "proposed_by_id": self.user_id or 0})

    def filter_queryset(self, rows: Any) -> Any:
        state = self.form.cleaned_data.get("state")
        rows = rows.exclude(withdrawn_at=None) if state == "withdrawn" else rows.listed()
        return super().filter_queryset(rows if state else rows.open())
