"""How the technical sign-off stands, in a line on the deal's page."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.signoffs.queries import standing_of
from tuoke.steps.proposals.signoffs.rules import SignState


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """吴工 已签认."""
    if not who.may(Permission.PROPOSAL_READ):
        return None
    found = standing_of(who, deal)
    if found.is_signed and found.last:
        return RoomState(_("已签认"), tone="good")
    if found.is_waiting and found.last:
        return RoomState(_("等 %(name)s 签认") % {"name": found.last.signer.name}, tone="warn")
    if found.is_stale:
        return RoomState(_("内容改过了，要重新签认"), tone="warn")
    if found.last and found.last.state == SignState.REFUSED:
        return RoomState(_("技术不同意"), tone="bad")
    return RoomState(_("还没有签认"))
