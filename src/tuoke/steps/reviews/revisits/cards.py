"""How far the visits of a deal are, in a line on its page; what a card says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.ui.formats import day_words
from tuoke.spine.deals.hooks import Badge, RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.reviews.revisits.models import Revisit
from tuoke.steps.reviews.revisits.queries.due import due_revisit
from tuoke.steps.reviews.revisits.queries.satisfaction import satisfaction_of


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """下次回访 12-06 · 最近满意度 8 分"""
    if not who.may(Permission.REVIEW_READ):
        return None
    due, scores = due_revisit(deal), satisfaction_of(deal)
    said = [_next(due, today)]
    if scores:
        said.append(_("最近满意度 %(score)s 分") % {"score": f"{scores[-1].score.normalize():f}"})
    late = due is not None and due.days_late(today) > 0
    return RoomState(" · ".join(said), tone="bad" if late else "good" if due or scores else "quiet")


def badges_of(ids: Sequence[int], now: datetime) -> Mapping[int, Sequence[Badge]]:
    """回访逾期 3 天. One query."""
    today = timezone.localdate(now)
    late = Revisit.objects.due().filter(opportunity__in=ids, due_on__lt=today)
    return {
        deal: [
            Badge(_("回访逾期 %(days)s 天") % {"days": (today - due).days}, "orange", "phone", Permission.REVIEW_READ)
        ]
        for deal, due in late.values_list("opportunity_id", "due_on")
    }


def _next(due: Revisit | None, today: date) -> str:
    if due is None:
        return _("没有安排回访")
    if late := due.days_late(today):
        return _("回访逾期 %(days)s 天") % {"days": late}
    return _("下次回访 %(day)s") % {"day": day_words(due.due_on, today=today)}
