"""The room's screens: what they show to whom, what they refuse, what they cost."""

import re
from datetime import timedelta
from decimal import Decimal
from itertools import zip_longest

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.steps.negotiation.rounds.cases import (
    FAIR,
    LOW,
    a_co_owner,
    a_round,
    an_agreement,
    ours_of,
    the_request,
)
from tuoke.steps.negotiation.rounds import actions
from tuoke.steps.negotiation.rounds.models import AgreedTerms, ConcessionMade, Position, Round
from tuoke.steps.negotiation.rules import Terms

HTMX = {"HTTP_HX_REQUEST": "true"}


def typed(**more):
    at = timezone.localtime(timezone.now() - timedelta(hours=1))
    return {
        "held_at": f"{at:%Y-%m-%dT%H:%M}",
        "channel": "visit",
        "ours_price": "47万",
        "ours_delivery_days": "50",
        "ours_payment": "首付 40%",
        "theirs_price": "380,000",
        "seen": "0",
    } | more


@pytest.fixture
def rep(login):
    return login("rep")


@pytest.fixture
def outsider(deal, company, login):
    a_co_owner(deal, company.other_team)
    return login("other_team")


def test_a_round_is_typed_and_shown(deal, rep, line):
    answer = rep.post(reverse("rounds:new", args=[deal.pk]), typed(note="对方想先试用"))
    assert answer.url == reverse("rounds:page", args=[deal.pk])
    assert ours_of(Round.objects.get()).terms == FAIR
    page = rep.get(answer.url).content.decode()
    assert "第 1 轮" in page
    assert "对方想先试用" in page
    assert "成立" in page


def test_the_form_is_filled_in_from_what_lies_on_the_table(deal, by, rep):
    a_round(deal, by)
    page = rep.get(reverse("rounds:new", args=[deal.pk])).content.decode()
    assert 'value="47万"' in page
    assert 'name="seen" value="1"' in page


@pytest.mark.parametrize("price", ["-5", "0", "1e18", "NaN", "$300", "3万美元", "九" * 90, "😀", "<b>1</b>"])
def test_prices_that_are_none_are_refused_where_they_were_typed(deal, rep, price):
    answer = rep.post(reverse("rounds:new", args=[deal.pk]), typed(ours_price=price))
    assert answer.status_code == 422
    assert "ours_price" in answer.context["form"].errors
    assert not Round.objects.exists()


def test_past_the_line_the_form_asks_for_a_reason_and_keeps_what_was_typed(deal, rep, line):
    url = reverse("rounds:new", args=[deal.pk])
    answer = rep.post(url, typed(ours_price="40万", note="对方很坚决"))
    assert answer.status_code == 422
    assert "越过了底线（价格）" in " ".join(answer.context["form"].errors["reason"])
    assert "对方很坚决" in answer.content.decode()
    assert rep.post(url, typed(ours_price="40万", reason="首单")).status_code == 302
    assert "等主管批准" in rep.get(reverse("rounds:page", args=[deal.pk])).content.decode()


def test_a_colleagues_round_meanwhile_is_shown_and_saving_again_goes_on(deal, rep, company, line):
    a_round(deal, company.by("team_lead"))
    url = reverse("rounds:new", args=[deal.pk])
    answer = rep.post(url, typed(note="我也记了"))
    assert (answer.status_code, Round.objects.count()) == (409, 1)
    said = answer.content.decode()
    assert "李娜刚记录了第 1 轮" in said
    assert 'name="seen" value="1"' in said
    assert rep.post(url, typed(note="我也记了", seen="1")).status_code == 302


def test_outside_the_door_pages_are_alike_on_either_side_of_the_line(deal, outsider, company, line):
    """S6.1: entered by himself, entered by the owner, agreed to: word for word the same but for what he typed himself."""
    answers = []
    for price in ("47万", "40万"):
        answer = outsider.post(reverse("rounds:new", args=[deal.pk]), typed(ours_price=price))
        row = Round.objects.get()
        page = outsider.get(reverse("rounds:page", args=[deal.pk])).content.decode()
        answers.append((answer.status_code, _without_figures(page)))
        _forget(row)
    assert answers[0][0] == answers[1][0]
    assert _differing(answers[0][1], answers[1][1]) == []


@pytest.mark.parametrize("name", ["other_team", "auditor"])
def test_what_the_owner_entered_tells_nothing_outside(deal, by, outsider, login, line, name):
    pages = []
    for terms in (FAIR, LOW):
        row = a_round(deal, by, ours=terms, reason="说明")
        answer = login(name).get(reverse("rounds:page", args=[deal.pk]))
        panel = login(name).get(reverse("deals:rooms", args=[deal.pk])).content.decode()
        pages.append((answer.status_code, _without_figures(answer.content.decode() + panel)))
        _forget(row)
    assert pages[0][0] == pages[1][0]
    assert _differing(pages[0][1], pages[1][1]) == []


def _without_figures(page):
    """The page without what differs for other reasons: the figure itself, keys, tokens."""
    for said, other in (("¥40 万", "¥47 万"), ("400,000", "470,000"), ("¥2 万", "¥9 万"), ("20,000", "90,000")):
        page = page.replace(said, other)
    page = re.sub(r"/\d+/", "/·/", page)
    return [line for line in page.splitlines() if "csrf" not in line.lower() and "nonce" not in line]


def _differing(one, other):
    return [pair for pair in zip_longest(one, other) if pair[0] != pair[1]]


def _forget(row):
    row.positions.all().delete()
    Round.objects.filter(pk=row.pk).update(number=1)
    row.concessions.all().delete()
    Round.objects.filter(pk=row.pk).delete()


def test_an_agreement_that_waits_isnt_there_outside(deal, by, outsider, login, line):
    agreed = actions.agree(deal=deal, draft=an_agreement(LOW), by=by, now=timezone.now(), reason="首单")
    page = outsider.get(reverse("rounds:page", args=[deal.pk])).content.decode()
    assert "还没有谈定" in page
    for verb in ("reopen", "withdraw", "confirm", "decline"):
        url = reverse(f"rounds:agreement_{verb}", args=[agreed.pk])
        assert outsider.post(url, {"reason": "看看"}).status_code == 404
    assert "等主管批准" in login("rep").get(reverse("rounds:page", args=[deal.pk])).content.decode()


def test_the_owner_decides_what_a_colleague_entered(deal, by, company, outsider, rep, line):
    row = a_round(deal, company.by("other_team"), ours=LOW)
    position = ours_of(row)
    assert outsider.get(reverse("rounds:offer_confirm", args=[position.pk])).status_code == 404
    url = reverse("rounds:offer_confirm", args=[position.pk])
    assert "放行" in rep.get(url, **HTMX).content.decode()
    assert rep.post(url, {"reason": ""}, **HTMX).status_code == 422
    answer = rep.post(url, {"reason": "首单"}, **HTMX)
    assert answer.headers["HX-Trigger"] == "deal-changed"
    assert the_request().requester == company.rep


def test_the_manager_sees_what_he_is_asked(deal, by, login, line):
    a_round(deal, by, ours=LOW, reason="首单，二期更大")
    page = login("team_lead").get(the_request().get_absolute_url()).content.decode()
    assert "首单，二期更大" in page
    assert "400,000" in page
    assert "现在的底线" in page
    assert "432,100" in page
    room = reverse("rounds:page", args=[deal.pk])
    for name, seen in (("rep", True), ("team_lead", True), ("auditor", False)):
        assert (the_request().get_absolute_url() in login(name).get(room).content.decode()) is seen


def test_concessions_are_noted_taken_back_and_marked(deal, by, rep):
    row = a_round(deal, by)
    url = reverse("rounds:concede", args=[row.pk])
    assert rep.post(url, {"give": "加一场培训"}).status_code == 422
    assert rep.post(url, {"give": "加一场培训", "value": "8000"}).status_code == 302
    made = ConcessionMade.objects.get()
    assert "没有换回" in rep.get(reverse("rounds:page", args=[deal.pk])).content.decode()
    rep.post(reverse("rounds:concession_withdraw", args=[made.pk]))
    made.refresh_from_db()
    assert made.withdrawn_at is not None
    rep.post(reverse("rounds:concession_restore", args=[made.pk]))
    made.refresh_from_db()
    assert made.withdrawn_at is None


def test_terms_are_agreed_and_negotiated_anew(deal, by, rep, line):
    a_round(deal, by)
    url = reverse("rounds:agree", args=[deal.pk])
    assert 'value="47万"' in rep.get(url).content.decode()
    said = {"price": "46万", "delivery_days": "50", "payment": "首付 40%", "agreed_on": f"{timezone.localdate()}"}
    assert rep.post(url, said | {"payment": ""}).status_code == 422
    assert rep.post(url, said).status_code == 302
    agreed = AgreedTerms.objects.get()
    again = reverse("rounds:agreement_reopen", args=[agreed.pk])
    assert rep.post(again, {"reason": ""}).status_code == 422
    assert rep.post(again, {"reason": "换了采购总监"}).status_code == 302
    assert "换了采购总监" in rep.get(reverse("rounds:page", args=[deal.pk])).content.decode()


def test_a_round_is_corrected_and_a_stale_one_shows_both_sides(deal, by, rep):
    row = a_round(deal, by)
    url = reverse("rounds:edit", args=[row.pk])
    assert rep.post(url, typed(ours_price="46万", version="1")).status_code == 302
    stale = rep.post(url, typed(ours_price="45万", version="1"))
    assert stale.status_code == 409
    assert "46万" in stale.content.decode()
    timeline = rep.get(reverse("deals:detail", args=[deal.pk])).content.decode()
    assert "修改了第 1 轮谈判" in timeline


def test_only_the_newest_offer_can_be_taken_back(deal, by, rep):
    first, second = a_round(deal, by), a_round(deal, by, ours=Terms(Decimal(460_000)))
    page = rep.get(reverse("rounds:page", args=[deal.pk])).content.decode()
    assert reverse("rounds:offer_withdraw", args=[ours_of(second).pk]) in page
    assert reverse("rounds:offer_withdraw", args=[ours_of(first).pk]) not in page
    rep.post(reverse("rounds:offer_withdraw", args=[ours_of(second).pk]))
    page = rep.get(reverse("rounds:page", args=[deal.pk])).content.decode()
    assert reverse("rounds:offer_again", args=[ours_of(second).pk]) in page


def test_withdrawn_and_brought_back(deal, by, rep):
    row = a_round(deal, by)
    rep.post(reverse("rounds:withdraw", args=[row.pk]))
    assert "已撤回 1 轮" in rep.get(reverse("rounds:page", args=[deal.pk])).content.decode()
    rep.post(reverse("rounds:restore", args=[row.pk]))
    row.refresh_from_db()
    assert row.withdrawn_at is None


@pytest.mark.parametrize(
    ("name", "status"),
    [("rep", 200), ("team_lead", 200), ("director", 200), ("auditor", 200), ("teammate", 404), ("admin", 403)],
)
def test_who_opens_the_room(deal, login, name, status):
    assert login(name).get(reverse("rounds:page", args=[deal.pk])).status_code == status


@pytest.mark.parametrize("kind", ["xlsx", "docx", "pdf"])
def test_the_rounds_on_paper(deal, by, rep, kind, line):
    a_round(deal, by)
    a_round(deal, by, ours=Terms(Decimal(460_000)))
    answer = rep.get(reverse("rounds:export", args=[deal.pk, kind]))
    assert answer.status_code == 200
    assert len(answer.content) > 2000
    assert rep.get(reverse("rounds:export", args=[deal.pk, "exe"])).status_code == 404


def test_the_page_costs_the_same_with_a_hundred_rounds(deal, by, rep, line, contact):
    for cents in range(3):
        a_round(deal, by, ours=Terms(Decimal(470_000 - cents)), contact_id=contact.pk)
    url = reverse("rounds:page", args=[deal.pk])
    rep.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        rep.get(url)
    _a_hundred(deal)
    with CaptureQueriesContext(connection) as many:
        page = rep.get(url).content.decode()
    assert len(many) == len(few)
    assert "第 103 轮" in page
    assert "更早的几轮" in page
    older = rep.get(url, {"before": "20"}).content.decode()
    assert "第 19 轮" in older


def _a_hundred(deal):
    first = Round.objects.filter(opportunity=deal).order_by("number").first()
    rows = Round.objects.bulk_create(
        Round(
            opportunity=deal, number=number, held_at=first.held_at, channel="visit", contact=first.contact,
            recorded_by=first.recorded_by, created_at=first.created_at,
        )
        for number in range(4, 104)
    )  # fmt: skip
    Position.objects.bulk_create(
        Position(round=row, side=side, price=Decimal(400_000 + row.number))
        for row in rows
        for side in ("ours", "theirs")
    )
