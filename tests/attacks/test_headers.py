"""What every answer carries: no sniffing, no framing, no foreign scripts, no copies of private pages in caches."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.attacks.tools import PAGES_OF_EXPORTS, a_client, address, addresses, content_of

pytestmark = [pytest.mark.django_db, pytest.mark.walk]


def crawl(company, scene):
    """Pages that are shown, refused and missing, forms with mistakes, files."""
    client = a_client(company.director)
    for name, path in addresses(scene).items():
        yield name, client.get(path)
        if name not in {"account_login", "set_language"}:
            yield f"{name} refused", client.post(path, {})
    yield "missing", client.get("/deals/999999/")
    yield "nowhere", client.get("/nowhere/")
    yield "not allowed", a_client(company.admin).get("/leads/")
    stranger = a_client(company.other_team)
    yield "foreign", stranger.get(address("deals:detail", scene))


def kept_by_nobody(name, said):
    """A calendar program keeps its copy, that is what it is for; it asks again each time, and nobody between keeps one."""
    return said == "private, no-cache" if name == "calendar:feed" else "no-store" in said


def own_or_none(policy, kind):
    """Only from ourselves; where the policy doesn't name the kind, ``default-src 'none'`` (asked for above) lets in nothing:
    so for attached files (ADR 22)."""
    return re.search(rf"{kind} 'self'(;|$)", policy) or kind not in policy


LEADS_AWAY = re.compile(r'<a [^>]*href="https?://[^">]*"[^>]* rel="noopener noreferrer[^">]*"[^>]*>')
FORBIDDEN = re.compile(
    r"<script(?![^>]*(?:\bsrc=|type=\"application/json\"))|<style|\sstyle=|\son[a-z]+=|\b(?:src|href|action)=[\"']?(?:https?:)?//|javascript:|\bhx-on",
    re.I,
)


def forbidden_in(answer):
    """Inline script or style, a handler in an attribute, something from another house. A chart's figures are data.

    A link that somebody noted may lead there when it is pressed; it takes along neither our window nor our address.
    """
    if not answer.get("Content-Type", "").startswith("text/html"):
        return []
    page = LEADS_AWAY.sub(lambda link: re.sub(' href="[^"]*"', "", link[0]), content_of(answer).decode())
    return FORBIDDEN.findall(page)


def test_every_answer_is_guarded_and_needs_nothing_that_the_policy_forbids(company, scene):
    wrong = {}
    for name, answer in crawl(company, scene):
        policy = answer.get("Content-Security-Policy", "")
        bad = [
            header
            for header, right in (
                ("X-Content-Type-Options", answer.get("X-Content-Type-Options") == "nosniff"),
                ("X-Frame-Options", answer.get("X-Frame-Options") == "DENY"),
                ("Referrer-Policy", answer.get("Referrer-Policy") == "same-origin"),
                ("Cross-Origin-Opener-Policy", answer.get("Cross-Origin-Opener-Policy") == "same-origin"),
                ("CSP default", "default-src 'none'" in policy),
                ("CSP scripts", own_or_none(policy, "script-src")),
                ("CSP styles", own_or_none(policy, "style-src")),
                ("CSP frames", "frame-ancestors 'none'" in policy),
                ("CSP unsafe", not re.search(r"unsafe|\*|http:|https:", policy)),
                ("kept", kept_by_nobody(name, answer.get("Cache-Control", ""))),
                ("Server", "Server" not in answer and "X-Powered-By" not in answer),
            )
            if not right
        ]
        if bad := bad + forbidden_in(answer):
            wrong[name] = (answer.status_code, bad)
    assert wrong == {}


def test_files_are_offered_not_shown(company, scene):
    client, seen = a_client(company.rep), 0
    for name, path in addresses(scene).items():
        if ("export" in name and name not in PAGES_OF_EXPORTS) or name in {"imports:template", "imports:rejects"}:
            answer = client.get(path)
            assert answer["Content-Disposition"].startswith("attachment"), name
            assert "officedocument" in answer["Content-Type"], name
            seen += 1
    assert seen >= 6


def test_cookies_are_for_this_house_and_not_for_scripts(company, scene):
    company.rep.set_password("ein-langes-geheimnis")
    company.rep.save()
    client = Client()
    client.get("/login/")
    client.post("/login/", {"login": "rep", "password": "ein-langes-geheimnis"})
    client.post("/language/", {"language": "en"})
    assert set(client.cookies) == {"sessionid", "csrftoken", "django_language"}
    for name, morsel in client.cookies.items():
        assert morsel["httponly"], name
        assert morsel["samesite"] in {"Lax", "Strict"}, name
        assert not morsel["domain"], name


def test_a_page_from_before_logging_out_is_not_kept(company, playbook):
    client = a_client(company.rep)
    for path in ("/", "/leads/", "/deals/board/", "/leads/export/"):
        answer = client.get(path)
        assert "private" in answer["Cache-Control"], path
        assert "no-store" in answer["Cache-Control"], path
