"""How far the return is, in a line on the deal's page."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.returns.facts import facts_of
from tuoke.steps.negotiation.returns.models import Calculation
from tuoke.steps.negotiation.returns.words import said_money, said_months


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """最近一份：每年 ¥18 万 · 回本 9 个月 · 和客户一起算过"""
    if not who.may(Permission.NEGOTIATION_READ):
        return None
    last = Calculation.objects.standing().filter(opportunity=deal).order_by("-number").first()
    if last is None:
        return RoomState(_("还没有算过"))
    is_walked = bool(facts_of(deal)["roi_walked"])
    said = [
        _("每年 %(amount)s") % {"amount": said_money(last.result.yearly)},
        _("回本 %(months)s") % {"months": said_months(last.result.payback)},
        _("和客户一起算过") if is_walked else _("还没和客户一起算"),
    ]
    return RoomState(" · ".join(said), tone="good" if is_walked else "warn")
