"""How far the contract is, in one line on the deal's page."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.queries import current_contract, standing


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """``deals.hooks.Room.state_of``: signed when, or what stands in the way."""
    contract = current_contract(deal)
    if contract is None:
        return RoomState(_("还没有合同"))
    if contract.is_signed:
        assert contract.signed_on is not None
        said = {"day": contract.signed_on.isoformat()}
        if deal.is_running:
            return RoomState(_("%(day)s 已签署，商机又打开了") % said, "warn")
        return RoomState(_("%(day)s 已签署") % said, "good")
    if not contract.is_open:
        return RoomState(str(contract.get_state_display()), "warn")
    found = standing(contract)
    if found.open:
        return RoomState(_("起草中 · %(count)s 处与谈定的不一致") % {"count": len(found.open)}, "warn")
    return RoomState(_("起草中 · 与谈定的一致") if found.agreed else _("起草中 · 还没有谈定的条件"))
