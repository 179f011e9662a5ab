from __future__ import annotations

import pytest
from django.urls import reverse

from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.teams import actions
from tuoke.steps.contracts.teams.models import Booking, ProjectContact, Rhythm
from tuoke.steps.contracts.teams.rules import BookingDraft

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def to(name, *args):
    return reverse(f"teams:{name}", args=args)


def text(response):
    return response.content.decode()


def test_from_an_empty_page_to_a_team_that_meets(login, company, deal, contact, now, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    me = login("rep")
    assert "还没有我方的对口人" in text(me.get(to("page", deal.pk)))
    said = {"person": company.collaborator.pk, "role": "实施经理", "shows_phone": "on"}
    assert me.post(to("add", deal.pk, "ours"), said | {"role": ""}, headers=HTMX).status_code == 422
    assert "实施经理" in text(me.post(to("add", deal.pk, "ours"), said, headers=HTMX))
    me.post(to("add", deal.pk, "theirs"), {"person": contact.pk, "role": "信息化主管"})
    assert ProjectContact.objects.count() == 2
    assert me.get(to("add", deal.pk, "elsewhere")).status_code == 404
    letter = text(me.get(to("introduce", deal.pk)))
    assert "实施经理 吴工" in letter
    rhythm = {
        "title": "周例会", "every": "week", "weekday": 0, "starts_on": "2026-11-23", "until": "2027-02-01", "at": "10:00",
        "minutes": 30, "channel": "online_meeting", "owner": company.rep.pk,
    }  # fmt: skip
    late = me.post(to("start_rhythm", deal.pk), rhythm | {"until": ""}, headers=HTMX)
    assert (late.status_code, "到哪天为止" in text(late)) == (422, True)
    assert me.post(to("start_rhythm", deal.pk), rhythm).status_code == 302
    shown = text(me.get(to("page", deal.pk)))
    assert "每周 · 周一 10:00" in shown
    row = Rhythm.objects.get()
    stale = me.post(to("edit_rhythm", row.pk), rhythm | {"version": 0, "title": "双周会"}, headers=HTMX)
    assert (stale.status_code, "周例会" in text(stale)) == (409, True)


def test_whose_time_it_is_answers_for_it(login, company, deal, now, by, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    draft = BookingDraft(company.collaborator.pk, now.date(), now.date(), 60, "上线")
    booking = actions.book(deal=deal, draft=draft, by=by, now=now)
    him = login("collaborator")
    assert "60%" in text(him.get(to("bookings")))
    assert login("teammate").post(to("agree", booking.pk), {"version": 1}).status_code == 404
    assert him.post(to("decline", booking.pk), {"version": 1, "reason": ""}, headers=HTMX).status_code == 422
    him.post(to("agree", booking.pk), {"version": 1})
    assert Booking.objects.get().state == "agreed"
    assert him.post(to("release", booking.pk)).status_code == 404, "only the deal's own side takes it back"


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [("team_lead", 200, 200), ("auditor", 200, 403), ("other_team", 404, 404), ("process_owner", 403, 403), ("admin", 403, 403)],
)  # fmt: skip
def test_who_gets_in(login, deal, team, who, reads, writes):
    me = login(who)
    assert me.get(to("page", deal.pk)).status_code == reads
    assert me.get(to("add", deal.pk, "ours")).status_code == writes
    assert me.get(reverse("deliveries:page", args=[deal.pk])).status_code == reads
    assert me.get(reverse("deliveries:add", args=[deal.pk])).status_code == writes


def test_without_a_team_there_is_nobody_to_introduce(login, deal, contact, now, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    me = login("rep")
    for name, said, way in (
        ("introduce", "还没有我方的对口联系人", to("add", deal.pk, "ours")),
        ("share", "还没有项目启动计划", reverse("kickoff:page", args=[deal.pk])),
    ):
        page = text(me.get(to(name, deal.pk)))
        assert (said in page, f'href="{way}"' in page, "<textarea" in page) == (True, True, False)
    Opportunity.objects.filter(pk=deal.pk).update(outcome="lost")
    assert "商机已输单或作废" in text(me.get(to("introduce", deal.pk), headers={"HX-Request": "true"}))
