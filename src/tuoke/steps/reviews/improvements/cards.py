"""How far a deal's improvements are, in a line on its page."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.reviews.improvements.models import Improvement
from tuoke.steps.reviews.improvements.rules import CARRIED_OUT


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """3 条 · 已落实 1 · 逾期 1. One query."""
    if not who.may(Permission.REVIEW_READ):
        return None
    rows = list(Improvement.objects.listed().filter(review__opportunity=deal).only("state", "due_on", "withdrawn_at"))
    if not rows:
        return RoomState(_("还没有改进项"))
    done = sum(1 for row in rows if row.standing in CARRIED_OUT)
    late = sum(1 for row in rows if row.is_overdue(today))
    said = [_("%(count)s 条") % {"count": len(rows)}]
    if done:
        said.append(_("已落实 %(count)s") % {"count": done})
    if late:
        said.append(_("逾期 %(count)s") % {"count": late})
    return RoomState(" · ".join(said), tone="warn" if late else "good" if done == len(rows) else "quiet")
