"""The scripts and the look in a real browser, under the product's own content security policy."""

import threading
import time

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from tuoke.base.ui import nav
from tuoke.base.ui.nav import Item

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.base.ui.urls")]
EXPECTED = ("status of 422", "status of 500")


class Quiet(WSGIRequestHandler):
    def log_message(self, *args) -> None: ...


@pytest.fixture(scope="module")
def site():
    """The address of a server that needs no database: the pages here keep nothing."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(chromium, site, monkeypatch, settings):
    """A page at 1440 pixels; the test fails on any script error or breach of the policy."""
    settings.MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
    monkeypatch.setattr(
        nav, "items", [Item("今日", "home", "home", go="t", phone=True), Item("组件", "gallery", "book", go="u")]
    )
    monkeypatch.setattr(nav, "new", [Item("新建线索", "things", "user-plus")])
    monkeypatch.setattr(nav, "mine", [])
    monkeypatch.setattr(nav, "bell", [])
    monkeypatch.setattr(nav, "search", [])
    page = chromium.new_page(viewport={"width": 1440, "height": 900}, base_url=site, locale="zh-CN")
    page.set_default_timeout(5000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield page
    page.close()
    assert [text for text in wrong if not any(known in text for known in EXPECTED)] == []


@pytest.mark.parametrize("width", [1440, 800, 390])
def test_the_gallery_fits_and_is_accessible(page, width):
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/ui/")
    assert page.locator("aside.side").is_visible() == (width >= 768)
    assert page.locator("nav.bottom").is_visible() == (width < 768)
    page.wait_for_function("document.querySelectorAll('.chart-drawing svg').length === 3")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    found = Axe().run(page).response["violations"]
    assert [(wrong["id"], [node["html"] for node in wrong["nodes"]]) for wrong in found] == []


def test_keys_lead_everywhere(page):
    page.goto("/trial/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("c")
    page.wait_for_selector("[data-key=c][open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-key=c]:not([open])")
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "二"
    page.keyboard.press("g")
    page.keyboard.press("u")
    page.wait_for_url("**/ui/")


def test_a_refused_form_keeps_what_was_typed_and_a_draft_outlives_the_page(page):
    page.goto("/trial/")
    page.click("[data-sheet]")
    page.fill("#sheet [name=text]", "太长的内容")
    page.evaluate("document.querySelector('#sheet [name=text]').removeAttribute('maxlength')")
    page.fill("#sheet [name=text]", "太长太长的内容")
    page.fill("#sheet [name=more]", "客户要数据")
    page.click("#sheet button.btn-primary")
    page.wait_for_selector("#sheet .errorlist")
    assert page.input_value("#sheet [name=more]") == "客户要数据"

    page.reload()
    page.click("[data-sheet]")
    page.wait_for_selector("#sheet [data-discard-draft]")
    assert page.input_value("#sheet [name=more]") == "客户要数据"
    page.fill("#sheet [name=text]", "好")
    page.click("#sheet button.btn-primary")
    page.wait_for_selector("#toasts .toast-item >> text=已记录")
    page.wait_for_selector("#sheet:not([open])", state="attached")
    assert page.inner_text("#saved") == "好"

    page.click("[data-sheet]")
    page.wait_for_selector("#sheet[open] [name=more]")
    assert page.input_value("#sheet [name=more]") == ""


def test_a_form_pressed_twice_is_sent_once(page):
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.route("**/note/", lambda route: (time.sleep(0.3), route.continue_()))
    page.goto("/trial/")
    page.click("[data-sheet]")
    page.fill("#sheet [name=text]", "好")
    page.dblclick("#sheet button.btn-primary")
    page.wait_for_selector("#toasts .toast-item >> text=已记录")
    page.wait_for_timeout(500)
    assert len(sent) == 1


def test_a_broken_answer_leaves_the_page_as_it_is(page):
    page.goto("/trial/")
    page.click("text=坏了")
    page.wait_for_selector(".toast-error")
    assert page.locator("#saved").count() == 1


def test_a_card_moves_by_hand_and_comes_back_when_refused(page):
    page.goto("/trial/")
    card, column = page.locator("#card"), page.locator("[data-column=a]")
    start, end = card.bounding_box(), column.bounding_box()
    page.mouse.move(start["x"] + 40, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 20, start["y"] + 16, steps=4)
    page.mouse.move(end["x"] + 60, end["y"] + 40, steps=12)
    page.mouse.up()
    page.wait_for_selector("[data-column=a] #card:not(.is-moving)")


def test_a_card_moves_by_key_and_says_why_it_may_not(page):
    page.goto("/trial/")
    page.focus("#card > a")
    page.keyboard.press("[")
    page.wait_for_selector("[data-column=a] #card:not(.is-moving)")
    page.keyboard.press("]")
    page.wait_for_selector("[data-column=b] #card:not(.is-moving)")
    page.keyboard.press("]")
    page.wait_for_selector("#sheet[open] #refusal")
    assert page.locator("[data-column=b] #card").count() == 1
