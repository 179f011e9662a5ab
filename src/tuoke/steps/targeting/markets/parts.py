"""市场分析 as one part of a campaign on its page."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.hooks import Part
from tuoke.steps.targeting.markets import words
from tuoke.steps.targeting.markets.facts import competitors_wanted
from tuoke.steps.targeting.markets.queries import analysis_of, counts_of
from tuoke.steps.targeting.markets.rules import missing


def parts_of(campaign: Campaign, who: Principal, today: date) -> list[Part]:
    """How far the market analysis is, in a line. Three queries at most."""
    analysis = analysis_of(campaign, who)
    counts = counts_of(analysis) if analysis else {}
    lacking = missing(counts, competitors=competitors_wanted())
    if not counts:
        state, text = "missing", _("还没有：市场有多大、在怎么变、会遇到谁、客户缺什么。")
    elif lacking:
        state, text = "begun", words.lacking(lacking)
    else:
        state, text = "done", _("规模、增长、竞争对手和未被满足的需求都有来源。")
    return [
        Part(
            key="market",
            title=_("市场分析"),
            state=state,
            text=text,
            url=reverse("markets:analysis", args=[campaign.pk]) if who.may(Permission.PROFILE_READ) else "",
            review_by=analysis.review_by if analysis else None,
            kinds=("market_analysed",),
        )
    ]
