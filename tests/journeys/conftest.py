"""A real Chromium against a real server. Console errors and refused scripts fail the journey."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from tuoke.steps.negotiation.models import BottomLineVersion

ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts"
FETCHING = ".htmx-request, .htmx-swapping, .htmx-settling"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1"
"""A browser that names itself headless is taken for a robot, whose visits to a private link don't count."""
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


class Visitor:
    """One person at one screen."""

    def __init__(self, browser, live_server, viewport, user, *, locale="zh-CN", touch=False):
        self.base = live_server.url
        self.context = browser.new_context(
            viewport=viewport,
            locale=locale,
            has_touch=touch,
            is_mobile=touch,
            accept_downloads=True,
            user_agent=IPHONE if touch else None,
        )
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        if user is not None:
            self._enter(user)

    def _enter(self, user):
        from django.test import Client

        client = Client()
        client.force_login(user)
        self.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.base}])

    def _hear(self, message):
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location['url']} seen at {self.page.url})")

    def go(self, path):
        answer = self.page.goto(self.base + path)
        self.page.wait_for_load_state("networkidle")
        return answer

    def look(self, path):
        """Open without waiting longer than for what the page itself still fetches; many screens are looked at."""
        answer = self.page.goto(self.base + path)
        self.page.wait_for_selector(FETCHING, state="detached")
        return answer

    def shot(self, name):
        ARTEFACTS.mkdir(exist_ok=True)
        width = self.page.viewport_size["width"]
        # a hidden caret would be a style that the driver injects, which our policy refuses
        self.page.screenshot(path=ARTEFACTS / f"{name}-{width}.png", full_page=True, caret="initial")

    def fits(self):
        """Nothing sticks out to the right."""
        return self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def forget_bottom_lines():
    """What a line once was can't be deleted; but after a journey its tables are emptied: they thaw for that moment."""
    if not BottomLineVersion.objects.exists():
        return
    frozen = import_module("tuoke.steps.negotiation.migrations.0002_frozen")
    with connection.schema_editor() as editor:
        frozen.thaw(apps, editor)
    BottomLineVersion.objects.all().delete()
    with connection.schema_editor() as editor:
        frozen.freeze(apps, editor)


@pytest.fixture
def visit(chromium, live_server, settings):
    """``visit(user)`` opens a screen as this person; without one as a stranger, ``touch``: with his telephone."""
    settings.ALLOWED_HOSTS = ["*"]
    visitors: list[Visitor] = []

    def enter(user=None, *, viewport=None, locale="zh-CN", touch=False):
        visitor = Visitor(chromium, live_server, viewport or DESK, user, locale=locale, touch=touch)
        visitors.append(visitor)
        return visitor

    yield enter
    for visitor in visitors:
        visitor.context.close()
    forget_bottom_lines()
    # 4xx answers of refused forms are logged by the browser as failed loads; scripts and policy violations are not allowed
    unexpected = [e for v in visitors for e in v.errors if "status of 4" not in e]
    assert unexpected == []
