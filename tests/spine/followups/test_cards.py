from __future__ import annotations

from datetime import timedelta

import pytest

from tests.architecture.world import make_world
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.cards import badges_of
from tuoke.spine.followups.models import NextAction

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal(company, playbook, now):
    make_world(company, now)
    return Opportunity.objects.get(name="数据整合")


def texts(deal, now):
    return [str(badge.text) for badge in badges_of([deal.pk], now).get(deal.pk, [])]


def test_a_next_action_in_time_needs_no_word(deal, now):
    assert texts(deal, now) == []


def test_an_overdue_one_says_for_how_long(deal, now):
    assert texts(deal, now + timedelta(days=4)) == ["逾期 3 天"]


def test_none_is_said(deal, company, now):
    NextAction.objects.update(cancelled_at=now)
    assert texts(deal, now) == ["没有下一步"]


def test_a_paused_deal_is_left_in_peace(deal, company, now):
    NextAction.objects.update(cancelled_at=now)
    deals.pause(deal=deal, until=now.date() + timedelta(days=9), reason="", by=company.by("rep"), now=now)
    assert texts(deal, now) == []


def test_one_query_for_any_number(deal, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        badges_of([deal.pk, deal.pk + 1, deal.pk + 2], now)
