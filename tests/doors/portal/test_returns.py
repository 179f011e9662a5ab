"""The customer's page of the return: he plays, nothing is kept before he sends it, and nothing of ours shows (S6.3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.spine.followups.cases import lost
from tests.steps.negotiation.returns.conftest import FIGURES
from tuoke.doors.portal import limits
from tuoke.services.links.actions import revoke_link
from tuoke.services.links.models import Link
from tuoke.services.links.queries import address_of
from tuoke.services.notifications.models import Notice
from tuoke.steps.negotiation.returns import actions
from tuoke.steps.negotiation.returns.models import Calculation
from tuoke.steps.negotiation.returns.rules import SendDraft, as_typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(deal, by, now):
    return actions.keep(deal=deal, figures=FIGURES, title="内部叫法", note="内部说明", by=by, now=now)


@pytest.fixture
def share(kept, contact, by, now):
    return actions.send(calculation=kept, draft=SendDraft(contact.pk, date(2026, 12, 5), "请过目"), by=by, now=now)


@pytest.fixture
def address(share):
    return address_of(share.link)


@pytest.fixture
def say(customer, address):
    """Send the page's form with these figures changed."""

    def say(do="try", **changed):
        given = {name.replace("_0", "-0"): value for name, value in changed.items()}
        return customer.post(address, as_typed(FIGURES) | {"do": do, "name": "", "note": ""} | given)

    return say


def page(response):
    return response.content.decode()


def test_what_he_sees_and_what_he_does_not(customer, address, kept):
    shown = page(customer.get(address))
    for said in ("值不值，您自己算", "请过目", "¥37 万", "21 个月", "静态投资回收期", "<svg"):
        assert said in shown
    for ours in ("云算科技", "内部叫法", "内部说明"):
        assert ours not in shown
    assert Link.objects.get().opens == 1


def test_he_plays_without_anything_being_kept(say):
    tried = say(expected_0="21")
    assert tried.status_code == 200
    assert "¥59 万" in page(tried)
    assert 'value="21"' in page(tried)
    wrong = say(investment="$5", current_0="")
    assert wrong.status_code == 422
    for said in ("只能填人民币", "换线准备时间 · 现在", 'value="$5"'):
        assert said in page(wrong)
    assert Calculation.objects.count() == 1


def test_what_he_sends_comes_back_to_the_team(say, customer, company, kept):
    answer = say("send", expected_0="21", note="夜班也要算", name="陈总")
    assert answer.status_code == 302
    found = Calculation.objects.get(origin="customer")
    assert (found.by_name, found.note, found.based_on) == ("陈总", "夜班也要算", kept)
    assert found.figures.savings[0].expected == Decimal(21)
    assert "陈总" in Notice.objects.get(user=company.rep, kind="customer_calculated").text
    again = page(customer.get(answer.url))
    assert "已发给我们" in again
    assert "夜班也要算" in again
    assert 'value="21"' in again  # as he left it
    say("send", expected_0="21", note="夜班也要算", name="陈总")
    assert Calculation.objects.filter(origin="customer").count() == 1
    assert say("send", note="\x00" + "长" * 1500).status_code == 422


def test_others_are_compared_only_where_we_say_so(customer, kept, contact, by, now):
    draft = SendDraft(contact.pk, date(2026, 12, 5), shows_rivals=True)
    share = actions.send(calculation=kept, draft=draft, by=by, now=now)
    assert "云算科技" in page(customer.get(address_of(share.link)))


def test_a_colleague_plays_but_sends_nothing(login, address, say, customer):
    colleague = login("rep")
    assert colleague.post(address, as_typed(FIGURES) | {"do": "send"}).status_code == 403
    assert Calculation.objects.count() == 1


def test_too_often(say, monkeypatch):
    monkeypatch.setattr(limits, "POSTS", limits.Limit("few", most=1, seconds=600))
    say()
    answer = say("send", note="还在")
    assert answer.status_code == 429
    assert "还在" in page(answer)
    assert Calculation.objects.count() == 1


def test_it_ends_with_its_link_its_deal_or_its_calculation(customer, address, say, share, deal, kept, by, now):
    assert customer.get(f"{address}pdf/").status_code == 200
    assert customer.get(f"{address}exe/").status_code == 404
    actions.withdraw(calculation=kept, by=by, now=now)
    assert "不再由这个链接处理" in page(customer.get(address))
    assert say("send").status_code == 409
    assert customer.get(f"{address}pdf/").status_code == 302
    actions.restore(calculation=kept, by=by, now=now)
    lost(deal)
    assert "不再需要了" in page(customer.get(address))
    revoke_link(link=share.link, by=by, now=now)
    assert customer.get(address).status_code == 410
