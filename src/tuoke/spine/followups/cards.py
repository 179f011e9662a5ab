"""What a deal's card says about its next action (F2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tuoke.spine.deals.hooks import Badge
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome

NO_NEXT_ACTION = Badge(_("没有下一步"), tone="orange")


def badges_of(ids: Sequence[int], now: datetime) -> Mapping[int, Sequence[Badge]]:
    """Open deals among ``ids`` without a next action, or with an overdue one. One query for any number."""
    today = timezone.localdate(now)
    waiting = Q(next_actions__done_at=None, next_actions__cancelled_at=None, next_actions__isnull=False)
    deals = Opportunity.objects.filter(pk__in=ids, outcome=Outcome.OPEN).annotate(
        waiting=Count("next_actions", filter=waiting), due=Min("next_actions__due_on", filter=waiting)
    )
    said: dict[int, list[Badge]] = {}
    for pk, count, due in deals.order_by().values_list("pk", "waiting", "due"):
        if not count:
            said[pk] = [NO_NEXT_ACTION]
        elif due is not None and due < today:
            late = (today - due).days
            said[pk] = [Badge(ngettext("逾期 %(days)s 天", "逾期 %(days)s 天", late) % {"days": late}, tone="red")]
    return said
