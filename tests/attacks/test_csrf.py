"""A request that another house made the browser send is refused before anything is looked at."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.architecture.test_views import ROUTES
from tests.attacks.tools import TOLD_IN_HISTORY, address, unchanged

pytestmark = [pytest.mark.django_db, pytest.mark.walk]


@pytest.fixture
def client(company):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(company.director)
    return client


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_without_a_token_nothing_is_done(method, client, scene):
    with unchanged("a forged request"):
        for name in ROUTES:
            assert getattr(client, method)(address(name, scene)).status_code == 403, name


def test_with_a_wrong_token_nothing_is_done(client, scene):
    client.get("/")
    for sent in ({"csrfmiddlewaretoken": "x" * 32}, {"csrfmiddlewaretoken": ""}, {"csrfmiddlewaretoken": "\x00"}):
        with unchanged("a forged request"):
            for name in ROUTES:
                assert client.post(address(name, scene), sent).status_code == 403, name


def test_a_token_from_another_browser_is_no_token(client, scene):
    other = Client(enforce_csrf_checks=True)
    foreign = other.get("/login/").cookies["csrftoken"].value
    client.get("/")
    with unchanged("a forged request"):
        answer = client.post(address("deals:lost", scene), {"csrfmiddlewaretoken": foreign})
    assert answer.status_code == 403


def test_an_answer_by_htmx_is_no_excuse(client, scene):
    client.get("/")
    with unchanged("a forged request"):
        answer = client.post(address("deals:lost", scene), {}, headers={"HX-Request": "true"})
    assert answer.status_code == 403


def test_with_the_token_of_the_page_it_works(client, scene):
    """In the form and in the header, as htmx sends it."""
    page = client.get(address("deals:lost", scene))
    token = str(page.context["csrf_token"])
    data = {"cause": "价格", "detail": "贵"}
    assert client.post(address("deals:lost", scene), data, headers={"X-CSRFToken": token}).status_code == 302
    reopened = client.post(address("deals:reopen", scene), {"reason": "又来了", "csrfmiddlewaretoken": token})
    assert reopened.status_code == 302


def test_a_read_is_no_write_in_disguise(company, scene):
    """Addresses that change something don't listen to GET, nor to a method hidden in a field."""
    client = Client(raise_request_exception=False)
    client.force_login(company.director)
    with unchanged("a read"):
        for name in ROUTES:
            if name not in {"account_logout", *TOLD_IN_HISTORY}:
                path = address(name, scene)
                join = "&" if "?" in path else "?"
                client.get(
                    f"{path}{join}_method=POST&csrfmiddlewaretoken=x",
                    headers={"X-HTTP-Method-Override": "POST", "HX-Request": "true"},
                )
