from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from tuoke.base.ui import nav
from tuoke.base.ui.gallery import EXAMPLES
from tuoke.base.ui.nav import Item, Shell
from tuoke.base.ui.views import gallery

pytestmark = pytest.mark.urls("tests.base.ui.urls")

PLACES = [
    Item("今日", "home", "home", go="t", phone=True, count=lambda request: 120),
    Item(
        "线索",
        "things",
        "users-group",
        phone=True,
        children=(Item("公海", "things", query="pool=1"), Item("导入", "pool")),
    ),
    Item("设置", "account_login", "settings", shown=lambda request: False),
]


@pytest.fixture(autouse=True)
def places(monkeypatch):
    monkeypatch.setattr(nav, "items", PLACES)
    monkeypatch.setattr(nav, "new", [Item("新建线索", "things", "user-plus")])
    monkeypatch.setattr(nav, "mine", [])
    monkeypatch.setattr(nav, "bell", [])
    monkeypatch.setattr(nav, "search", [])


def asked(address: str):
    request = RequestFactory().get(address)
    request.htmx = HtmxDetails(request)
    request.principal = SimpleNamespace(name="王芳", user_id=1)
    return request


@pytest.mark.parametrize(
    ("address", "active"),
    [
        ("/", "今日"),
        ("/things/", "线索"),
        ("/things/7/", "线索"),
        ("/things/?pool=1", "公海"),
        ("/things/pool/", "导入"),
    ],
)
def test_the_nearest_place_is_marked(address, active):
    shell = Shell(asked(address))
    entries = [entry for top in shell.nav for entry in (top, *top.children)]
    assert [str(entry.label) for entry in entries if entry.active] == [active]
    assert [str(entry.label) for entry in shell.nav if entry.open] == ["今日" if active == "今日" else "线索"]


def test_nobody_sees_what_is_not_for_him():
    assert [str(entry.label) for entry in Shell(asked("/")).nav] == ["今日", "线索"]


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.labels: list[str] = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            if name == "for":
                self.labels.append(value)
            if (
                name == "style"
                or name.startswith("on")
                or (tag == "script" and name == "src" and "static" not in value)
            ):
                self.inline.append(f"{tag} {name}")
        data = dict(attrs).get("type") == "application/json"  # read by a script, never run
        if tag == "style" or (tag == "script" and "src" not in dict(attrs) and not data):
            self.inline.append(tag)


def test_the_gallery_shows_every_example_with_its_call():
    drawn = gallery(asked("/ui/")).content.decode()
    assert drawn.count('class="gallery-call"') == len(EXAMPLES)
    assert '<aside class="side"' in drawn
    assert "navbar-expand" not in drawn
    assert 'hx-headers:inherited="{&quot;X-CSRFToken&quot;: &quot;' in drawn
    assert ">99+</span>" in drawn
    read = Reader()
    read.feed(drawn)
    assert read.inline == []
    assert [name for name in read.ids if read.ids.count(name) > 1] == []
    assert set(read.labels) <= set(read.ids)


@pytest.mark.parametrize("name", ["404.html", "403.html", "403_csrf.html", "500.html"])
def test_error_pages_need_nothing(name):
    drawn = render_to_string(name)
    assert 'class="empty"' in drawn
    assert 'href="/"' in drawn


def test_a_place_may_hold_addresses_that_are_not_below_its_own():
    deals = Item("商机", "things", within=("/things/", "/interviews/"))
    assert [deals.nearness(path) for path in ("/things/7/", "/interviews/7/", "/desk/7/")] == [8, 12, 0]
    assert Item("今日", "home", within=("/",)).nearness("/things/") == 0, "the first page holds only itself"
