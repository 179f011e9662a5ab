from types import SimpleNamespace

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.template import Context, Template, engines
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from tuoke.base.ui import http

PAGE = "{% partialdef list inline %}<ul id='list'></ul>{% endpartialdef %}<footer>page</footer>"


def asked(**headers) -> http.HtmxRequest:
    request = RequestFactory().get("/", headers=headers)
    request.htmx = HtmxDetails(request)
    request.principal = SimpleNamespace(name="王芳", user_id=1)
    request._messages = CookieStorage(request)
    return request


@pytest.fixture
def page(monkeypatch, tmp_path):
    """A template of its own, without a file in the package."""
    (tmp_path / "page.html").write_text(PAGE)
    engine = engines["django"].engine
    monkeypatch.setattr(engine, "dirs", [str(tmp_path)])
    for loader in engine.template_loaders:
        loader.reset()
    yield "page.html"
    for loader in engine.template_loaders:
        loader.reset()


def test_a_browser_gets_the_page_and_htmx_its_region(page):
    whole = http.screen(asked(), page, {}, region="list")
    part = http.screen(asked(**{"HX-Request": "true"}), page, {}, region="list", status=422)
    assert b"footer" in whole.content
    assert part.content == b"<ul id='list'></ul>"
    assert part.status_code == 422
    assert whole.headers["Vary"] == part.headers["Vary"] == "HX-Request"


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_history_and_boosted_links_get_the_page(page, header):
    assert b"footer" in http.screen(asked(**{"HX-Request": "true", header: "true"}), page, {}, region="list").content


def test_messages_travel_with_a_region(page):
    request = asked(**{"HX-Request": "true"})
    http.toast(request, "已认领 <b>", undo_url="/undo/")
    drawn = http.screen(request, page, {}, region="list").content.decode()
    assert '<hx-partial hx-target="#toasts" hx-swap="beforeend">' in drawn
    assert "已认领 &lt;b&gt;" in drawn
    assert 'action="/undo/"' in drawn


def test_after_a_write_a_browser_is_redirected():
    def region() -> HttpResponse:
        return HttpResponse("region")

    assert http.after_post(asked(), region, to="/there/").headers["Location"] == "/there/"
    assert http.after_post(asked(**{"HX-Request": "true"}), region, to="/there/").content == b"region"


def test_tags_need_no_load():
    assert Template("{% kbd '/' %}").render(Context()) == "<kbd>/</kbd>"
