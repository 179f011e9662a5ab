"""How far the comparison is, in a line on the deal's page."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.rivals.queries import rivals_of
from tuoke.steps.proposals.rivals.rules import Threat


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """云图软件、北辰软件 · 1 家威胁高."""
    if not who.may(Permission.OFFER_READ):
        return None
    found = rivals_of(deal)
    if not found:
        return RoomState(_("还没有记竞品"))
    said = "、".join(rival.competitor.name for rival in found[:3])
    grave = sum(rival.threat == Threat.HIGH for rival in found)
    bare = sum(not rival.our_difference for rival in found)
    if bare:
        return RoomState(f"{said} · " + _("%(count)s 家还没写我们的差异") % {"count": bare}, tone="warn")
    return RoomState(f"{said} · " + _("%(count)s 家威胁高") % {"count": grave} if grave else said, tone="good")
