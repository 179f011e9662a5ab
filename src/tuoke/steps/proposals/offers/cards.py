"""How far the offer is, in a line on the deal's page."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.services.approvals.queries import latest
from tuoke.services.approvals.rules import State
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.offers.queries import DISCOUNT, totals_of, working_offer


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """报价 2 · ¥182,000.00 · 有效至 12-31."""
    if not who.may(Permission.OFFER_READ):
        return None
    offer = working_offer(deal)
    if offer is None:
        return RoomState(_("还没有报价"))
    said = _("报价 %(number)s") % {"number": offer.number}
    gross = f"¥{totals_of(offer).gross:,.2f}"
    if offer.is_draft:
        request = latest(DISCOUNT, offer)
        waits = request is not None and request.state == State.OPEN
        return RoomState(f"{said} · {gross} · {_('等待审批') if waits else _('草稿')}", tone="warn")
    if offer.has_expired(today):
        return RoomState(f"{said} · {gross} · {_('已过有效期')}", tone="bad")
    until = f" · {_('有效至')} {offer.valid_until:%m-%d}" if offer.valid_until else ""
    return RoomState(f"{said} · {gross}{until}", tone="good")
