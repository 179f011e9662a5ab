"""How far the value model is, in a line on the deal's page."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.values.queries import worth_of
from tuoke.steps.proposals.values.words import said_band, said_months


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """每年 ¥18 万 – ¥26 万 · 回本 9 个月; what is missing is said where the customer's own figures are."""
    if not who.may(Permission.PROPOSAL_READ):
        return None
    found = worth_of(deal)
    if found is None:
        return RoomState(_("还没有测算"))
    said = [_("每年 %(band)s") % {"band": said_band(found.yearly)}]
    if found.payback[1] is not None:
        said.append(_("回本 %(months)s") % {"months": said_months(found.payback[1])})
    if not found.own_figures:
        lines = len(found.lines)
        said.append(ngettext("%(count)s 项都不是客户的数据", "%(count)s 项都不是客户的数据", lines) % {"count": lines})
    return RoomState(" · ".join(said), tone="good" if found.own_figures else "warn")
