"""How far the confirmation of the clauses is, in a line on the deal's page."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.confirmations.queries import summary_of
from tuoke.steps.contracts.queries import current_contract


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """客户 12/15 · 我方 15/15 · 2 条要改."""
    if not who.may(Permission.CONTRACT_READ):
        return None
    contract = current_contract(deal)
    found = summary_of(contract) if contract else None
    if contract is None or found is None:
        return RoomState(_("还没有可以确认的合同"))
    if contract.is_signed:
        return RoomState(_("合同已签署"), tone="good")
    if found.is_settled:
        return RoomState(_("双方都已确认"), tone="good")
    total = len(found.rows)
    said = [
        _("客户 %(done)s/%(total)s") % {"done": found.theirs, "total": total},
        _("我方 %(done)s/%(total)s") % {"done": found.ours, "total": total},
    ]
    if found.changes:
        said.append(_("%(count)s 条要改") % {"count": found.changes})
    return RoomState(" · ".join(said), tone="bad" if found.changes else "warn")
