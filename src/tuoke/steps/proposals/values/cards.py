"""What the value model says in a few words: on the deal's page, and in the proposal beside the needs that it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.values.queries import values_by_need, worth_of
from tuoke.steps.proposals.values.words import said_band, said_benefit, said_months


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """每年 ¥18 万 – ¥26 万 · 回本 9 个月; what is missing is said where the customer's own figures are."""
    if not who.may(Permission.OFFER_READ):
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


def said_by_need(deal: Opportunity) -> Mapping[int, Sequence[str]]:
    """For ``proposals.hooks.values_of``: by the need, 换线准备时间：每年 ¥23 万 – ¥46 万."""
    found = values_by_need(deal)
    return {
        need_id: [
            _("%(name)s：%(said)s") % {"name": entry.item.name, "said": said_benefit(entry.benefit)}
            for entry in entries
        ]
        for need_id, entries in found.items()
    }
