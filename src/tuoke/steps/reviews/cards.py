"""How far the review is, in a line on the deal's page."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.reviews.models import STATE_NAMES, Contribution
from tuoke.steps.reviews.queries import review_of
from tuoke.steps.reviews.rules import ReviewState


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """已开会，待定稿 · 还等 2 人写. Two queries."""
    if not who.may(Permission.REVIEW_READ):
        return None
    review = review_of(deal)
    if review is None:
        return RoomState(_("还没有复盘"))
    if review.is_final:
        return RoomState(str(STATE_NAMES[ReviewState.FINAL]), tone="good")
    waiting = Contribution.objects.waiting().filter(review=review).count()
    said = [str(STATE_NAMES[review.standing])]
    if waiting:
        said.append(_("还等 %(count)s 人写") % {"count": waiting})
    if review.due_on < today:
        said.append(_("最晚应在 %(date)s") % {"date": f"{review.due_on:%m-%d}"})
    return RoomState(" · ".join(said), tone="warn" if review.due_on < today else "quiet")
