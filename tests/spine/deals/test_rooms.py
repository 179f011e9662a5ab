"""The rooms of a step, as tabs above each of them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import transaction
from django.template import Context

from tests.spine.followups.cases import a_deal
from tuoke.base.accounts.rules import Permission
from tuoke.base.records.actions import record
from tuoke.spine.deals import hooks, queries
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


def test_the_deals_page_says_how_far_each_room_is(rooms, monkeypatch, company, playbook, login):
    deal = a_deal(company.rep, playbook)
    told = hooks.Room(
        "needs", "需求清单", "discovery:needs", Permission.NEED_READ,
        state_of=lambda who, deal, today: hooks.RoomState(f"{who.name}记了 2 条", "good"),
    )  # fmt: skip
    monkeypatch.setitem(
        hooks.rooms, "discovery", [told, hooks.Room("x", "组织", "discovery:needs", Permission.ORG_WRITE)]
    )
    page = login("rep").get(f"/deals/{deal.pk}/rooms/?step=discovery")
    assert [(line.title, str(line.state.text)) for line in page.context["rooms"]] == [
        ("需求清单", f"{company.rep.name}记了 2 条")
    ]
    assert login("rep").get(f"/deals/{deal.pk}/rooms/?step=nowhere").context["rooms"] == []
    monkeypatch.setitem(hooks.rooms_at_hand, "proposals", ("需求", "discovery"))
    later = login("rep").get(f"/deals/{deal.pk}/rooms/?step=proposals")
    assert (later.context["rooms"], [line.title for line in later.context["at_hand"]]) == ([], ["需求清单"])


def test_what_is_told_of_a_negotiation_is_not_for_who_may_not_read_one(company, playbook, now):
    deal = a_deal(company.rep, playbook)
    with transaction.atomic():
        for kind, section in (("rounds.agreed", ""), ("approvals.asked", "negotiation"), ("deals.edited", "")):
            record(
                kind=kind, subject=deal, thread=deal, party=deal.customer, by=company.by("rep"), at=now, section=section
            )
    told = {
        who: [event.kind for event in queries.events_of(deal, who=company.by(who))[0]]
        for who in ("rep", "collaborator")
    }
    assert set(told["rep"]) >= {"rounds.agreed", "approvals.asked", "deals.edited"}
    assert "deals.edited" in told["collaborator"]
    assert not {"rounds.agreed", "approvals.asked"} & set(told["collaborator"])
