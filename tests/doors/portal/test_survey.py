"""The survey behind the customer's link: answered in half a minute, changed until it ends (S8.2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.steps.reviews.revisits.conftest import survey, win, won  # noqa: F401  # fixtures
from tuoke.doors.portal import limits
from tuoke.services.links.actions import revoke_link
from tuoke.services.links.models import Link
from tuoke.services.links.queries import address_of
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.reviews.revisits.models import Survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(survey):  # noqa: F811
    return address_of(survey.link)


def page(response):
    return response.content.decode()


def test_he_answers_and_finds_his_answers_again(customer, address):
    assert "用得怎么样" in page(customer.get(address))
    sent = customer.post(
        address, {"score": "9", "usage": "daily", "service": "good", "comment": "夜班也想用\r\n<b>", "name": "陈工"}
    )
    assert sent.status_code == 302
    said = Survey.objects.get()
    assert (said.score, said.choices) == (9, {"usage": "daily", "service": "good"})
    assert "收到了，谢谢您" in page(customer.get(sent["Location"]))
    again = page(customer.get(address))
    assert "您已经答过了" in again
    assert 'value="9" checked' in again
    assert "夜班也想用\n&lt;b&gt;" in again
    customer.post(address, {"score": "4", "wants_call": "1"})
    assert Survey.objects.get().score == 4


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "请先选一个分数"),
        ({"score": "11"}, "0 到 10"),
        ({"score": "-1"}, "请先选一个分数"),
        ({"score": "１"}, "请先选一个分数"),
        ({"score": "NaN"}, "请先选一个分数"),
        ({"score": "9", "usage": "hourly"}, "请从给出的答案中选择"),
        ({"score": "9", "comment": "长" * 1001}, "最多 1000 个字"),
        ({"score": "9", "name": "\x00"}, "无法保存的字符"),
    ],
)
def test_what_he_types_wrong_is_said_and_stays(customer, address, given, said):
    sent = customer.post(address, {"comment": "先留着"} | given)
    assert sent.status_code == 422
    assert said in page(sent)
    if "comment" not in given:
        assert "先留着" in page(sent)
    assert Survey.objects.get().answered_at is None


def test_a_colleague_only_looks(login, address):
    client = login("rep")
    assert "只能看" in page(client.get(address))
    assert client.post(address, {"score": "9"}).status_code == 403
    assert Survey.objects.get().answered_at is None
    assert Link.objects.get().opens == 0


def test_too_often(customer, address, monkeypatch):
    monkeypatch.setattr(limits, "POSTS", limits.Limit("few", most=1, seconds=600))
    customer.post(address, {"score": ""})
    answer = customer.post(address, {"score": "9", "comment": "还在"})
    assert answer.status_code == 429
    assert "还在" in page(answer)
    assert Survey.objects.get().answered_at is None


def test_it_ends_with_its_link_and_its_deal(customer, address, survey, by, now, clock):  # noqa: F811
    Opportunity.objects.update(outcome="open", outcome_on=None)
    closed = customer.post(address, {"score": "9"})
    assert (closed.status_code, "不再需要了" in page(closed)) == (409, True)
    Opportunity.objects.update(outcome="won", outcome_on=now.date())
    Contact.objects.update(do_not_contact=True, do_not_contact_since=now)
    assert "不再由这个链接处理" in page(customer.get(address))
    revoke_link(link=survey.link, by=by, now=now)
    assert customer.get(address).status_code == 410
    clock.now = now + timedelta(days=99)
    assert customer.get(address).status_code == 410
    assert Survey.objects.get().answered_at is None
    assert customer.get(f"{address}pdf/").status_code in (404, 410)
