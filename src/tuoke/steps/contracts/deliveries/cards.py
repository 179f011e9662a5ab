"""How far the first delivery is: in a line on the deal's page, on its card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.hooks import Badge, RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.deliveries.queries import open_issues_in, progress_in, score_of, urgent_in
from tuoke.steps.contracts.deliveries.rules import SCORE_GOOD


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """验收 2/3 项 · 1 个问题没关闭 · 客户评分 8."""
    if not who.may(Permission.PROJECT_READ):
        return None
    progress, issues, score = progress_in(deal), open_issues_in([deal.pk]).get(deal.pk, 0), score_of(deal)
    if not progress.total:
        return RoomState(_("还没有列交付内容"))
    said = [_("验收 %(done)s/%(total)s 项") % {"done": progress.accepted, "total": progress.total}]
    if progress.rejected:
        said.append(
            ngettext("%(count)s 项没通过", "%(count)s 项没通过", progress.rejected) % {"count": progress.rejected}
        )
    if issues:
        said.append(ngettext("%(count)s 个问题没关闭", "%(count)s 个问题没关闭", issues) % {"count": issues})
    if score:
        said.append(_("客户评分 %(score)s") % {"score": score.value})
    is_bad = bool(progress.rejected or issues or (score and score.value < SCORE_GOOD))
    return RoomState(" · ".join(said), tone="warn" if is_bad else "good" if progress.is_accepted else "quiet")


def badges_of(ids: Sequence[int], now: datetime) -> dict[int, list[Badge]]:
    """交付逾期 and 问题逾期 on cards: two queries a page of them."""
    found: dict[int, list[Badge]] = {}
    for pk, (issues, items) in urgent_in(ids, today=timezone.localdate(now)).items():
        badges = [Badge(_("交付逾期"), "red", "package", Permission.PROJECT_READ)] if items else []
        solving = [Badge(_("问题逾期"), "orange", "alert-triangle", Permission.PROJECT_READ)] if issues else []
        found[pk] = badges + solving
    return found
