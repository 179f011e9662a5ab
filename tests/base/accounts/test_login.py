from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from tuoke.base.accounts.models import User

PASSWORD = "Xiaoshou-2026!"


@pytest.fixture
def rep(company):
    cache.clear()
    company.rep.set_password(PASSWORD)
    company.rep.save()
    return company.rep


def log_in(client, *, password=PASSWORD, username="rep", **more):
    return client.post("/login/", {"login": username, "password": password, **more})


def test_a_page_asks_for_the_login_and_leads_back(client, rep):
    answer = client.get("/leads/")
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=/leads/")


def test_the_right_password_opens_the_house(client, rep):
    assert log_in(client).status_code == 302
    assert client.get("/").status_code == 200


def test_the_session_id_changes_at_login(client, rep):
    client.get("/login/")
    before = client.session.session_key
    log_in(client)
    assert client.session.session_key != before


@pytest.mark.parametrize("username", ["rep", "nobody"])
def test_a_wrong_password_and_an_unknown_user_read_the_same(client, rep, username):
    answer = log_in(client, username=username, password="wrong-wrong")
    assert answer.status_code in {200, 422}
    assert "_auth_user_id" not in client.session


def test_after_five_failures_the_right_password_is_refused_too(client, rep):
    for _ in range(5):
        log_in(client, password="wrong-wrong")
    assert log_in(client).status_code != 302
    assert "_auth_user_id" not in client.session


def test_another_account_is_not_locked_with_it(client, rep, company):
    company.teammate.set_password(PASSWORD)
    company.teammate.save()
    for _ in range(6):
        log_in(client, password="wrong-wrong")
    assert log_in(Client(), username="teammate").status_code == 302


def test_a_disabled_person_does_not_get_in(client, company):
    cache.clear()
    company.disabled.set_password(PASSWORD)
    company.disabled.save()
    log_in(client, username="disabled")
    assert client.get("/").status_code == 302


def test_disabling_takes_effect_at_the_next_request(login, company):
    client = login("rep")
    assert client.get("/").status_code == 200
    User.objects.filter(pk=company.rep.pk).update(is_active=False)
    assert client.get("/").status_code == 302


def test_logout_kills_the_session_on_the_server(client, rep):
    log_in(client)
    key = client.cookies["sessionid"].value
    client.post("/logout/")
    stolen = Client()
    stolen.cookies["sessionid"] = key
    assert stolen.get("/").status_code == 302


def test_the_password_can_be_changed_and_a_weak_one_is_refused(client, rep):
    log_in(client)
    weak = client.post("/password/", {"oldpassword": PASSWORD, "password1": "12345678", "password2": "12345678"})
    assert weak.status_code in {200, 422}
    client.post("/password/", {"oldpassword": PASSWORD, "password1": "Kehu-Diyi-77", "password2": "Kehu-Diyi-77"})
    rep.refresh_from_db()
    assert rep.check_password("Kehu-Diyi-77")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_login_never_leads_off_the_host(client, rep, target):
    answer = log_in(client, next=target)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith("//")


def test_there_is_no_sign_up(client, db):
    assert client.get("/signup/").status_code == 404
