"""The customer's pages of steps 5 and 6 from outside: a proposal, a calculation (S5.2, S6.3)."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.attacks.test_hostile_text import BROKEN
from tests.attacks.test_portal import LAPTOP, ROBOTS, customer
from tests.attacks.tools import a_client, failure, unchanged
from tuoke.doors.portal import limits
from tuoke.services.links.models import Link
from tuoke.services.links.queries import address_of
from tuoke.steps.negotiation.returns.models import Calculation
from tuoke.steps.proposals.sendings.models import Sending

pytestmark = pytest.mark.django_db
FIGURES = (
    "1e400",
    "9e999999",
    "NaN",
    "-1",
    "-Infinity",
    "9" * 5000,
    "$5",
    "USD 5",
    "5万美元",
    "\x00",
    "½",
    "1e18",
    "=1+1",
)


@pytest.fixture(autouse=True)
def clock(monkeypatch, now):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    cache.clear()
    monkeypatch.setattr(limits, "POSTS", limits.Limit("posts", most=1000, seconds=600))


@pytest.fixture
def proposal(scene):
    return address_of(Link.objects.get(kind="proposal"))


@pytest.fixture
def returns(scene):
    return address_of(Link.objects.get(kind="returns"))


def test_robots_and_colleagues_read_nothing(proposal, returns, company):
    colleague = a_client(company.rep)
    with unchanged("robots and previews"):
        for agent in ROBOTS[:4]:
            for path in (proposal, returns):
                assert customer(agent=agent).get(f"{path}?at=s1&done=sent").status_code == 200
                assert customer(agent=agent).head(path).status_code == 200
        assert colleague.post(proposal, {"do": "remark", "section": "whole", "text": "好"}).status_code == 403
        assert colleague.post(returns, {"do": "send", "name": "陈工", "amount-0": "1"}).status_code in (403, 422)


def test_nonsense_changes_nothing(proposal, returns):
    """Broken and endless words, sections and remarks that aren't his, figures that are none: refused, nothing kept."""
    other = {"section": "s999", "text": "塞进来"}
    with unchanged("nonsense"):
        for text in (*BROKEN, "字" * 100_000):
            answer = customer().post(proposal, {"do": "remark", "section": "whole", "text": text})
            assert answer.status_code == 422, (text[:5], failure(answer))
            answer = customer().post(
                returns, {"do": "send", "name": "陈工", "amount-0": "30万", "investment": "70万", "note": text}
            )
            assert answer.status_code == 422, (text[:5], failure(answer))
        for said in ({"do": "remark", **other}, {"do": "back-999"}, {"do": "back-²"}, {"do": "back-" + "9" * 5000}, {"do": "x" * 5000},
                     {"do": "read", "read-s999": "9", "read-x": "-1"}, {"do": "read", "read-whole": "9" * 5000}):  # fmt: skip
            answer = customer(agent=LAPTOP).post(proposal, said)
            assert answer.status_code in (204, 302, 404, 422), (str(said)[:60], failure(answer))
        for value in FIGURES:
            for field in ("investment", "delay", "years", "amount-0"):
                answer = customer().post(
                    returns, {"investment": "70万", "amount-0": "30万", "do": "send", field: value}
                )
                assert answer.status_code == 422, (field, value[:20], answer.status_code, failure(answer))
    assert Calculation.objects.filter(origin="customer").count() == 0
    assert Sending.objects.get().read_through_at is None
