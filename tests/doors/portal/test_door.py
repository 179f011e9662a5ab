"""Who gets in by a private link, who doesn't, and what he is told (S4.3; a forged, expired, revoked, guessed link)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.doors.portal.conftest import PHONE
from tuoke.doors.portal import limits
from tuoke.services.links import actions as links
from tuoke.services.links.models import Link, LinkVisit
from tuoke.services.links.queries import address_of

pytestmark = pytest.mark.django_db


def page(response):
    return response.content.decode()


class TestLink:
    def test_opens_the_page_of_its_kind(self, customer, address, company):
        company.rep.phone = "021-5555 0000"
        company.rep.save()
        response = customer.get(address)
        assert response.status_code == 200
        for said in ("数据当天对齐", "王芳", 'href="tel:021-55550000"', "总部", "请您过目"):
            assert said in page(response)

    def test_is_kept_by_no_cache_and_told_to_nobody(self, customer, address):
        for response in (customer.get(address), customer.get("/p/forged/")):
            assert "no-store" in response["Cache-Control"]
            assert response["Referrer-Policy"] == "same-origin"
            assert "noindex" in response["X-Robots-Tag"]
            assert "sessionid" not in response.cookies
            assert not re.findall(r'(?:src|href)="(?:https?:)?//', page(response)), "nothing of third parties"

    def test_forged_is_404_and_says_nothing(self, customer, address, sent):
        changed = address[:-3] + ("A" if address[-3] != "A" else "B") + address[-2:]
        for path in (changed, "/p/x/", f"/p/{sent.link.public_id}/", f"/p/{'a' * 5000}/"):
            response = customer.get(path)
            assert response.status_code == 404
            assert "王芳" not in page(response)

    def test_expired_is_410_and_says_whom_to_ask(self, customer, address, clock, company):
        company.rep.phone = "021-5555 0000"
        company.rep.save()
        clock.now += timedelta(days=15)
        for response in (customer.get(address), customer.post(address, {"do": "confirm", "name": "陈工"})):
            assert response.status_code == 410
            for said in ("链接有效至 2026-12-05", "王芳", "021-5555 0000"):
                assert said in page(response)
            assert "数据当天对齐" not in page(response)

    def test_revoked_is_410(self, customer, address, sent, by, now):
        links.revoke_link(link=sent.link, by=by, now=now)
        assert customer.get(address).status_code == 410
        assert customer.get(f"{address}pdf/").status_code == 410

    def test_who_has_left_is_not_named(self, customer, address, sent, by, company, now):
        links.revoke_link(link=sent.link, by=by, now=now)
        company.rep.is_active = False
        company.rep.save()
        assert "王芳" not in page(customer.get(address))

    def test_a_link_to_what_no_page_shows_is_no_link(self, customer, by, now):
        link = links.make_link(
            kind="other", subject="x:1", recipient="陈工", expires_at=now + timedelta(days=1), by=by, now=now
        )
        assert customer.get(address_of(link)).status_code == 404

    def test_speaks_the_language_of_the_browser(self, customer, address):
        for asked in ("en", "zh-hant", "zh-hans"):
            assert f'<html lang="{asked}"' in page(customer.get(address, headers={"accept-language": asked}))


class TestOpening:
    def test_is_counted_when_the_page_was_seen(self, customer, address, sent):
        customer.get(address)
        customer.get(address)
        link = Link.objects.get()
        assert (link.opens, link.opened_at is not None) == (1, True)
        assert LinkVisit.objects.get().agent == PHONE

    @pytest.mark.parametrize("agent", ["WhatsApp/2.0", "", "Mozilla/5.0 (compatible; bingbot/2.0)"])
    def test_not_by_robots(self, address, agent):
        assert Client(headers={"user-agent": agent}).get(address).status_code == 200
        assert Link.objects.get().opens == 0

    def test_not_by_asking_for_the_headers_only(self, customer, address):
        assert customer.head(address).status_code == 200
        assert Link.objects.get().opens == 0

    def test_no_get_confirms_anything(self, customer, address, sent):
        customer.get(address, {"do": "confirm", "name": "陈工"})
        sent.refresh_from_db()
        assert sent.confirmed_at is None

    def test_a_colleague_only_looks(self, login, address, sent):
        rep = login("rep")
        assert "预览" in page(rep.get(address)) or "只能看" in page(rep.get(address))
        assert rep.post(address, {"do": "confirm", "name": "陈工", "general": "写了"}).status_code == 403
        sent.refresh_from_db()
        assert (sent.confirmed_at, Link.objects.get().opens, sent.comments.count()) == (None, 0, 0)

    def test_who_is_believed_about_his_address(self, customer, address, settings):
        customer.get(address, headers={"x-forwarded-for": "203.0.113.9"})
        assert LinkVisit.objects.get().ip == "127.0.0.1"
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        customer.get(address, headers={"x-forwarded-for": "203.0.113.9"})
        assert LinkVisit.objects.first().ip == "203.0.113.9"


class TestLimits:
    def test_guessing_ends_but_true_links_still_open(self, customer, address, clock):
        answers = [customer.get(f"/p/guess-{n}/").status_code for n in range(limits.FORGED.most + 2)]
        assert answers == [404] * limits.FORGED.most + [429, 429]
        assert customer.get(address).status_code == 200
        clock.now += timedelta(seconds=limits.FORGED.seconds)
        assert customer.get("/p/guess/").status_code == 404

    def test_a_link_takes_so_many_forms_and_loses_no_word(self, customer, address, clock, monkeypatch):
        monkeypatch.setattr(limits, "POSTS", limits.Limit("posts", most=2, seconds=600))
        answers = [customer.post(address, {"do": "save", "general": f"意见 {n}"}) for n in range(3)]
        assert [one.status_code for one in answers] == [302, 302, 429]
        assert "意见 2" in page(answers[2])
        clock.now += timedelta(seconds=600)
        assert customer.post(address, {"do": "save"}).status_code == 302


class TestForms:
    def test_need_the_token_of_the_page_and_no_session(self, address, sent):
        strict = Client(enforce_csrf_checks=True, headers={"user-agent": PHONE})
        assert strict.post(address, {"do": "save"}).status_code == 403
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page(strict.get(address)))[1]
        answer = strict.post(address, {"do": "confirm", "name": "陈工", "csrfmiddlewaretoken": token})
        assert answer.status_code == 302
        sent.refresh_from_db()
        assert sent.confirmed_name == "陈工"


class TestChallenge:
    @pytest.fixture
    def address(self, send):
        return address_of(send("数据当天对齐", challenge=True).link)

    def test_nothing_is_seen_before_it_is_answered(self, customer, address):
        for path in (address, f"{address}pdf/"):
            response = customer.get(path, follow=True)
            assert "后四位" in page(response)
            assert "数据当天对齐" not in page(response)
        assert customer.post(address, {"do": "confirm", "name": "陈工"}).url == address
        assert Link.objects.get().opens == 0

    def test_the_right_digits_open_it_for_this_browser(self, customer, address):
        wrong = customer.post(address, {"digits": "0000"})
        assert wrong.status_code == 422
        assert "还可以试 4 次" in page(wrong)
        cookie = customer.post(address, {"digits": "8000"}).cookies.popitem()[1]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (address, True, "Lax")
        assert "数据当天对齐" in page(customer.get(address))
        assert "数据当天对齐" not in page(Client().get(address))

    def test_the_answer_to_one_link_opens_no_other(self, customer, address, send):
        kept = customer.post(address, {"digits": "8000"}).cookies.popitem()[1].value
        other = send(challenge=True).link
        customer.cookies[f"link-{other.public_id.hex[:12]}"] = kept
        assert "数据当天对齐" not in page(customer.get(address_of(other)))

    def test_five_wrong_answers_lock_it(self, customer, address, clock):
        answers = [customer.post(address, {"digits": "1111"}).status_code for _ in range(5)]
        assert answers == [422] * 4 + [429]
        locked = customer.post(address, {"digits": "8000"})
        assert (locked.status_code, "11:00" in page(locked)) == (429, True)
        clock.now += timedelta(hours=1)
        assert customer.post(address, {"digits": "8000"}).status_code == 302


def test_asks_as_often_for_three_needs_as_for_one(send, customer, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for texts in (("一条",), ("又一条", "再一条")):
        address = address_of(send(*texts).link)
        customer.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert customer.get(address).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 6


def test_the_sender_sees_address_code_and_visits(login, customer, address, sent):
    customer.get(address)
    here = [sent.link.public_id]
    shown = page(login("rep").get(reverse("links:show", args=here)))
    assert f"http://testserver{address}" in shown
    assert "127.0.0.1" in shown
    qr = login("rep").get(reverse("links:qr", args=here))
    assert (qr["Content-Type"], qr.content[:4]) == ("image/svg+xml", b"<svg")
    assert b"style=" not in qr.content
    assert login("other_team").get(reverse("links:show", args=here)).status_code == 404
    assert login("other_team").post(reverse("links:revoke", args=here)).status_code == 404
    assert login("auditor").get(reverse("links:show", args=here)).status_code == 200
    assert login("auditor").post(reverse("links:revoke", args=here)).status_code == 404
    answer = login("rep").post(reverse("links:revoke", args=here), {"next": "https://evil.example/"})
    assert answer.url == reverse("links:show", args=here)
    assert customer.get(address).status_code == 410
    assert login("rep").get(reverse("links:qr", args=here)).status_code == 404
