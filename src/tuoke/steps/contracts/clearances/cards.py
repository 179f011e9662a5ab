"""How the clearances of the contract stand, in a line on the deal's page."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.clearances.models import KIND_NAMES
from tuoke.steps.contracts.clearances.queries import KindStanding, overview_of
from tuoke.steps.contracts.queries import current_contract


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """法务审核 已通过 · 管理审批 等 李娜."""
    if not who.may(Permission.CONTRACT_READ):
        return None
    contract = current_contract(deal)
    if contract is None:
        return RoomState(_("还没有合同"))
    if contract.is_signed:
        return RoomState(_("合同已签署"), tone="good")
    contract.opportunity = deal
    found = overview_of(contract)
    kinds = [one for one in found.kinds if one.want is not None]
    if not kinds:
        return RoomState(_("这份合同不用审批"), tone="good")
    tone = "good" if not found.open else "bad" if any(one.is_refused for one in kinds) else "warn"
    return RoomState(" · ".join(_said(one) for one in kinds), tone=tone)


def _said(one: KindStanding) -> str:
    name = str(KIND_NAMES[one.kind])
    if one.is_cleared:
        return _("%(kind)s 已通过") % {"kind": name}
    if one.is_waiting:
        return _("%(kind)s 等答复") % {"kind": name}
    if one.is_refused:
        return _("%(kind)s 不同意") % {"kind": name}
    return _("%(kind)s 要送审") % {"kind": name}
