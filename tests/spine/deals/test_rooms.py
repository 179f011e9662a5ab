"""The rooms of a step, as tabs above each of them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.template import Context

from tuoke.base.accounts.rules import Permission
from tuoke.spine.deals import hooks
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.templatetags.deals import deal_rooms


@pytest.fixture
def rooms(monkeypatch):
    named = [
        hooks.Room("needs", "需求清单", "discovery:needs", Permission.NEED_READ),
        hooks.Room("decisions", "决策链", "decisions:map", Permission.DEAL_READ),
    ]
    monkeypatch.setattr(hooks, "rooms", {"discovery": named})


def tabs(*, key, allowed):
    request = SimpleNamespace(principal=SimpleNamespace(may=lambda permission: permission in allowed))
    found = deal_rooms(Context({"request": request}), Opportunity(pk=7), key)["tabs"]
    return [(tab.label, tab.url, tab.current) for tab in found]


def test_names_the_rooms_of_the_step_and_marks_where_one_is(rooms):
    assert tabs(key="decisions", allowed={Permission.NEED_READ, Permission.DEAL_READ}) == [
        ("需求清单", "/deals/7/needs/", False),
        ("决策链", "/deals/7/decisions/", True),
    ]


def test_leaves_out_what_one_may_not_open(rooms):
    assert [label for label, _url, _current in tabs(key="decisions", allowed={Permission.DEAL_READ})] == ["决策链"]
