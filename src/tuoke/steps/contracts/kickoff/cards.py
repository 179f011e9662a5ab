"""What the kick-off plan says on a deal's page and card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.hooks import Badge, RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import GIVEN_UP
from tuoke.steps.contracts.kickoff.models import Milestone
from tuoke.steps.contracts.kickoff.queries import plan_of, sheet_of


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """完成 3/17 · 逾期 1 项 · 下一项 12-08 启动会."""
    if not who.may(Permission.PROJECT_READ):
        return None
    plan = plan_of(deal)
    sheet = sheet_of(plan) if plan else None
    if sheet is None or not sheet.lines:
        return RoomState(_("还没有计划"))
    said = [_("完成 %(done)s/%(all)s") % {"done": sheet.done, "all": len(sheet.lines)}]
    late, following = sheet.late(today), sheet.following(today)
    if late:
        said.append(ngettext("逾期 %(count)s 项", "逾期 %(count)s 项", len(late)) % {"count": len(late)})
    if following:
        said.append(_("下一项 %(date)s %(name)s") % {"date": f"{following.ends_on:%m-%d}", "name": following.name})
    return RoomState(" · ".join(said), tone="warn" if late else "quiet" if following else "good")


def badges_of(ids: Sequence[int], now: datetime) -> Mapping[int, Sequence[Badge]]:
    """Deals among ``ids`` whose plan has late lines. One query for any number."""
    late = Milestone.objects.late(timezone.localdate(now)).filter(plan__opportunity__in=ids)
    late = late.exclude(plan__opportunity__outcome__in=sorted(GIVEN_UP))
    counts = late.order_by().values_list("plan__opportunity").annotate(count=Count("pk"))
    return {
        pk: [
            Badge(
                ngettext("启动计划逾期 %(count)s 项", "启动计划逾期 %(count)s 项", count) % {"count": count},
                tone="red",
                permission=Permission.PROJECT_READ,
            )
        ]
        for pk, count in counts
    }
