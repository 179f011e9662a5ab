"""How far demonstrations and trials are, in a line on the deal's page."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.demos.queries import days_left, ends_soon, shown_in


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """已演示 2 次 · 试用还剩 5 天."""
    if not who.may(Permission.PROPOSAL_READ):
        return None
    found = shown_in(who, deal)
    said, tone = [], "quiet"
    if found.held:
        said.append(_("已演示 %(count)s 次") % {"count": len(found.held)})
        tone = "good"
    if found.planned:
        said.append(_("%(date)s 演示") % {"date": f"{found.planned[0].planned_on:%m-%d}"})
    if found.running:
        first = found.running[0]
        left = days_left(first, today=today)
        said.append(_("试用还剩 %(days)s 天") % {"days": left} if left >= 0 else _("试用已到期"))
        tone = "warn" if ends_soon(first, today=today) else tone
    return RoomState(" · ".join(said) or _("还没有演示"), tone=tone)
