"""What became of a campaign's leads: counts for its page, each with the list that shows the same leads."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.rules import Principal
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.rules import LeadStatus
from tuoke.steps.leads.queries.lists import Corner, corners_of, leads_in
from tuoke.steps.targeting.hooks import Figure

LIMIT = 10_000

_ANY: Mapping[str, str] = {"status": "any"}
_CUTS: tuple[tuple[StrOrPromise, Q, Mapping[str, str]], ...] = (
    (_("线索"), Q(), _ANY),
    (_("跟进中"), Q(status=LeadStatus.OPEN), {}),
    (_("高潜力"), Q(status=LeadStatus.OPEN) & ~Q(tier=""), {"tier": "any"}),
    (_("已转商机"), Q(status=LeadStatus.CONVERTED), {"status": LeadStatus.CONVERTED.value}),
)


def campaign_figures(campaign: Campaign, who: Principal) -> list[Figure]:
    """Wired into ``targeting.hooks.campaign_leads``. The widest part of the leads that ``who`` has, then the pool."""
    corners = corners_of(who)
    if not corners:
        return []
    widest = next(corner for corner in (Corner.ALL, Corner.TEAM, Corner.MINE, Corner.POOL) if corner in corners)
    seen = leads_in(widest, who=who).filter(campaign=campaign)
    found = [_figure(campaign, title, seen.filter(q), widest, query) for title, q, query in _CUTS]
    if Corner.POOL in corners:
        pool = leads_in(Corner.POOL, who=who).filter(campaign=campaign, status=LeadStatus.OPEN)
        found.append(_figure(campaign, _("公海里"), pool, Corner.POOL, {}))
    return found


def _figure(
    campaign: Campaign, title: StrOrPromise, leads: QuerySet[Lead], corner: Corner, query: Mapping[str, str]
) -> Figure:
    asked = urlencode({"tab": corner.value, "campaign": campaign.pk, **query})
    count = len(leads.order_by().values_list("pk", flat=True)[: LIMIT + 1])
    return Figure(str(title), count, f"{reverse('leads:list')}?{asked}")
