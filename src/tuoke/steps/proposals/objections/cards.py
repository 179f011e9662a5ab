"""How far the list of objections is, in a line on the deal's page."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.objections.queries import readiness_of
from tuoke.steps.proposals.objections.rules import OPEN


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """5 条 · 2 条还没备好 · 客户提出 1 条."""
    if not who.may(Permission.PROPOSAL_READ):
        return None
    listed = readiness_of(deal, today=today)
    if not listed:
        return RoomState(_("没有预判到异议"))
    bare, said = sum(not one.is_prepared for one in listed), [_("%(count)s 条") % {"count": len(listed)}]
    if bare:
        said.append(_("%(count)s 条还没备好") % {"count": bare})
    if raised := sum(one.state in OPEN for one in listed):
        said.append(_("客户提出、没消除 %(count)s 条") % {"count": raised})
    return RoomState(" · ".join(said), tone="warn" if bare or raised else "good")
