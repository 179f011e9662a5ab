"""How far the rounds are, in a line on the deal's page: the same for everybody, whatever the bottom line says."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.ui.formats import full_amount
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.rounds.models import Round
from tuoke.steps.negotiation.rounds.queries import agreed_terms, on_the_table


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """已谈定 ¥1,780,000.00 · 谈了 3 轮 · 我方 ¥1,800,000.00 · 客户 ¥1,700,000.00."""
    if not who.may(Permission.NEGOTIATION_READ):
        return None
    agreed = agreed_terms(deal)
    if agreed is not None and agreed.price is not None:
        return RoomState(_("已谈定 %(price)s") % {"price": full_amount(agreed.price)}, tone="good")
    count = Round.objects.listed().filter(opportunity=deal).count()
    if not count:
        return RoomState(_("还没有记录"))
    ours, theirs = on_the_table(deal)
    said = [_("谈了 %(count)s 轮") % {"count": count}]
    if ours.price is not None:
        said.append(_("我方 %(price)s") % {"price": full_amount(ours.price)})
    if theirs.price is not None:
        said.append(_("客户 %(price)s") % {"price": full_amount(theirs.price)})
    return RoomState(" · ".join(said))
