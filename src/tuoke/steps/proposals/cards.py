"""How far the proposal is, in one line on the deal's page."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.queries import current_proposal, standing


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """``deals.hooks.Room.state_of``: what is answered, and what stands in the way."""
    proposal = current_proposal(deal)
    if proposal is None:
        return RoomState(_("还没有方案"))
    found = standing(proposal, today=today)
    ready, rigid = found.readiness, len(found.rigid)
    said = _("刚性需求已回应 %(done)s/%(all)s") % {"done": found.answered, "all": rigid} if rigid else _("写作中")
    if ready.uncovered:
        return RoomState(_("%(said)s · %(count)s 处数字缺证据") % {"said": said, "count": len(ready.uncovered)}, "warn")
    if ready.stale:
        return RoomState(_("%(said)s · 有证据已失效") % {"said": said}, "warn")
    return RoomState(said, "good" if ready.is_ready else "quiet")
