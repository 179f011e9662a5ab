"""What an address asks for: a place of a goal, in words that can be wrong. Everything wrong is a 404."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.models import User
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.goals.hooks import Source
from tuoke.steps.targeting.goals.models import Goal
from tuoke.steps.targeting.goals.queries import Known, Row, source_of
from tuoke.steps.targeting.goals.rules import Holder, Node, Period, Slot

LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True)
class Asked:
    """The place that an address names, and what is known around it for whoever asks."""

    request: StaffRequest
    source: Source
    slot: Slot
    campaign: Campaign | None

    @cached_property
    def known(self) -> Known:
        also = {self.slot.holder} if self._is_person_there else set()
        return Known(
            self.request.principal,
            source=self.source,
            year=self.slot.period.year,
            campaign_id=self.slot.campaign_id,
            also=also,
        )

    @cached_property
    def node(self) -> Node:
        """Its node in the tree. 404 where there is none, or it isn't his to see."""
        found = self.known.root.find(self.slot.holder)
        if found is None or not self.known.reach.shows(found.holder):
            raise Http404
        return found

    @cached_property
    def row(self) -> Row:
        return self.known.row(self.node, self.slot.period, today=timezone.localdate())

    def to_change(self) -> None:
        """404 unless his to change."""
        if not self.known.reach.rules(self.node.holder):
            raise Http404

    def goal(self, *, action: str = "read") -> Goal | None:
        """The stored goal, withdrawn or not."""
        return Goal.objects.visible_to(self.request.principal, action).at(self.slot).first()

    def url(self, name: str, *more: str, slot: Slot | None = None) -> str:
        return address(name, slot or self.slot, *more)

    @property
    def context(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "period": self.slot.period,
            "holder": self.slot.holder,
            "campaign": self.campaign,
            "is_money": self.source.is_money,
            "query": query_of(self.slot.campaign_id),
        }

    @cached_property
    def _is_person_there(self) -> bool:
        """Somebody of this department who isn't in the tree by himself (a director, say) may be given a goal."""
        holder = self.slot.holder
        if not holder.is_person:
            return False
        return User.objects.filter(
            pk=holder.user_id or 0, department_id=holder.department_id or 0, is_active=True
        ).exists()


def asked(request: StaffRequest, metric: str, period: str, holder: str) -> Asked:
    source = source_of(metric)
    try:
        place = Period.read(period), Holder.read(holder)
    except ValueError as error:
        raise Http404 from error
    if source is None:
        raise Http404
    campaign = asked_campaign(request)
    return Asked(request, source, Slot(metric, *place, campaign.pk if campaign else None), campaign)


def asked_campaign(request: StaffRequest) -> Campaign | None:
    text = request.GET.get("campaign", "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text[:20]) > LARGEST_KEY:
        raise Http404
    return get_object_or_404(Campaign, pk=int(text[:20]))


def address(name: str, slot: Slot, *more: str) -> str:
    return reverse(f"goals:{name}", args=[slot.metric, str(slot.period), slot.holder.key, *more]) + query_of(
        slot.campaign_id
    )


def query_of(campaign_id: int | None) -> str:
    return f"?{urlencode({'campaign': campaign_id})}" if campaign_id else ""
