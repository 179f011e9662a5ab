"""A pause ends by itself (P2a)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.architecture.world import make_world
from tuoke.base.records.models import Event
from tuoke.spine.deals import actions
from tuoke.spine.deals.models import Opportunity

pytestmark = pytest.mark.django_db


def test_a_deal_wakes_on_its_day_and_not_before(company, playbook, now):
    make_world(company, now)
    deal = Opportunity.objects.get(name="数据整合")
    actions.pause(deal=deal, until=now.date() + timedelta(days=2), reason="等预算", by=company.by("rep"), now=now)

    assert actions.wake_paused(now + timedelta(days=1)) == 0
    assert actions.wake_paused(now + timedelta(days=2)) == 1
    assert actions.wake_paused(now + timedelta(days=2)) == 0

    deal.refresh_from_db()
    assert (deal.outcome, deal.paused_until) == ("open", None)
    event = Event.objects.filter(kind="deals.resumed").get()
    assert (event.actor_kind, event.actor_name) == ("system", "系统")
