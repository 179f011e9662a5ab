"""How far the team is, in a line on the deal's page."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.teams.models import Booking
from tuoke.steps.contracts.teams.queries import contacts_of, is_introduced, is_shared
from tuoke.steps.contracts.teams.rules import BookingState, Side


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """我方 3 人 · 客户方 2 人 · 已介绍 · 计划客户已看."""
    if not who.may(Permission.PROJECT_READ):
        return None
    people = contacts_of(deal)
    if not people:
        return RoomState(_("还没有对口联系人"))
    ours = sum(one.side == Side.OURS for one in people)
    said = [_("我方 %(ours)s 人 · 客户方 %(theirs)s 人") % {"ours": ours, "theirs": len(people) - ours}]
    is_done = is_introduced(deal)
    said.append(_("已介绍") if is_done else _("还没介绍"))
    if is_shared(deal):
        said.append(_("计划客户已看"))
    waiting = Booking.objects.filter(opportunity=deal, state=BookingState.ASKED).count()
    if waiting:
        said.append(_("%(count)s 个预订待同意") % {"count": waiting})
    return RoomState(" · ".join(said), tone="good" if is_done and not waiting else "quiet")
