"""The customer's door from outside: forged and foreign links, guessing, robots, what his page must not say (S4.3, O1)."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from datetime import timedelta
from html import unescape
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.attacks.marking import mark
from tests.attacks.test_hostile_text import BROKEN, PLAIN, XSS, harm_in
from tests.attacks.tools import a_client, content_of, failure, said_by, unchanged
from tuoke.doors.portal import limits
from tuoke.services.links import actions as links
from tuoke.services.links import rules
from tuoke.services.links.models import Link
from tuoke.services.links.queries import address_of, signing_keys
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals import actions as deals
from tuoke.steps.discovery.actions import add_need, resend_list, send_list
from tuoke.steps.discovery.models import Confirmation, Need, NeedComment
from tuoke.steps.discovery.rules import NeedDraft, NeedKind, Priority, SendDraft

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1"
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/120.0"


@pytest.fixture(autouse=True)
def clock(monkeypatch, now):
    here = SimpleNamespace(now=now)
    monkeypatch.setattr("django.utils.timezone.now", lambda: here.now)
    cache.clear()  # what others guessed in this minute
    return here


@pytest.fixture
def sent(scene):
    return scene.sent


@pytest.fixture
def path(sent):
    return address_of(sent.link)


@pytest.fixture
def guarded(scene, company, now):
    """A list whose link asks for the phone's last digits: 8000."""
    draft = SendDraft(contact_id=scene.contact.pk, expires_on=(now + timedelta(days=80)).date(), challenge=True)
    return send_list(deal=scene.deal, draft=draft, by=company.by("rep"), now=now)


def customer(*, agent=PHONE, **more):
    return Client(headers={"user-agent": agent}, raise_request_exception=False, **more)


def page(answer):
    return content_of(answer).decode()


# Who gets in


def tokens_like(sent, other):
    """Everything that is nearly the token of ``sent``."""
    key, public_id = signing_keys()[0], sent.link.public_id
    token = rules.token_of(public_id, key=key)
    foreign = rules.token_of(other.public_id, key=key)
    yield from (token[:-1], token[:22], token[1:], token + "A", token + "=", token.swapcase(), token[::-1])
    yield from (token[:21] + foreign[21:], foreign[:21] + token[21:])  # the other's signature
    yield rules.token_of(uuid4(), key=key)  # signed, of no link
    yield rules.token_of(public_id, key=b"another key")
    yield from (urlsafe_b64encode(public_id.bytes + bytes(16)).rstrip(b"=").decode(), str(public_id), public_id.hex)
    yield from ("%00", f"{token}%00", f"{token}%0a", "..%2f..", "９" * 43, "a" * 43, "A" * 8000)
    for at in range(0, 43, 3):
        yield token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]


def test_nothing_that_is_nearly_a_token_opens_anything(sent, guarded, monkeypatch):
    """Forged, cut, put together from two, another key: 404, and no word of anybody."""
    monkeypatch.setattr(limits, "FORGED", limits.Limit("forged", most=1000, seconds=60))
    with unchanged("forged tokens"):
        for token in tokens_like(sent, guarded.link):
            for method in ("get", "head", "post"):
                answer = getattr(customer(), method)(f"/p/{token}/", {"do": "confirm", "name": "陈工"})
                assert answer.status_code in (404, 400), (token[:60], method, answer.status_code, failure(answer))
                assert not {word for word in ("打通数据", "王芳", "恒远") if word in page(answer)}, token[:60]


def test_the_last_letter_of_a_token_has_one_form(sent):
    """Base64 would read several letters as the same byte: only the one that we wrote is ours."""
    token = rules.token_of(sent.link.public_id, key=signing_keys()[0])
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    taken = [last for last in letters if rules.id_in(token[:-1] + last, keys=signing_keys())]
    assert taken == [token[-1]]


def over(name, *, scene, sent, clock, company):
    """What ends a link or what it opens."""
    by, now = company.by("rep"), clock.now
    if name == "expired":
        clock.now += timedelta(days=400)
    elif name == "revoked":
        links.revoke_link(link=sent.link, by=by, now=now)
    elif name == "replaced":
        resend_list(sent=sent, expires_on=(now + timedelta(days=9)).date(), challenge=False, by=by, now=now)
    elif name == "superseded":
        draft = SendDraft(contact_id=scene.contact.pk, expires_on=(now + timedelta(days=9)).date())
        send_list(deal=scene.deal, draft=draft, by=by, now=now)
    elif name == "wrong kind":
        Link.objects.filter(pk=sent.link_id).update(kind="proposal")
    elif name == "lost":
        deals.close_lost(deal=scene.deal, reason="价格", by=by, now=now)
    elif name == "left":
        Contact.objects.filter(pk=scene.contact.pk).update(
            do_not_contact=True, do_not_contact_since=timezone.localdate(now)
        )
    else:
        Confirmation.objects.filter(pk=sent.pk).update(link=None)


ENDS = ("expired", "revoked", "replaced", "superseded", "wrong kind", "lost", "left", "behind it nothing")


@pytest.mark.parametrize("name", ENDS)
def test_what_is_over_shows_no_need_and_takes_no_word(name, scene, sent, path, clock, company):
    """Whatever ended it, each form of the page is refused, nothing is kept, and no file comes out."""
    over(name, scene=scene, sent=sent, clock=clock, company=company)
    client = customer()
    form = {"need": [str(scene.need.pk)], "version": "1", "name": "陈工", "general": "我的话", "addition": "多一条"}
    with unchanged(f"a link that is {name}"):
        answers = [
            client.post(path, form | {"do": do}) for do in ("save", "confirm", "add", "back-1", "up-1", "down-1")
        ]
        assert {answer.status_code for answer in answers} <= {404, 409, 410}, name
        for file in ("pdf", "docx", "xlsx", "..", "x" * 200):
            assert client.get(f"{path}{file}/").status_code in (302, 404, 410), (name, file)
        for answer in (*answers, client.head(path)):
            assert "打通数据" not in page(answer), name
    shown = client.get(path)
    assert shown.status_code in (200, 404, 410), name
    assert "打通数据" not in page(shown), name
    assert "<textarea" not in page(shown), name


# Guessing


def test_the_digits_are_locked_for_everybody_and_longer_each_time(guarded, clock):
    """However many addresses guess, and however patiently: of ten thousand answers they try a few dozen."""
    path, tried, opened = address_of(guarded.link), 0, clock.now
    Link.objects.filter(pk=guarded.link_id).update(expires_at=opened + timedelta(days=90))
    while clock.now < opened + timedelta(days=90):
        ip = f"10.0.{tried // 200}.{tried % 200}"
        answer = customer().post(path, {"digits": f"{tried:04d}"}, REMOTE_ADDR=ip)
        assert answer.status_code in (422, 429), tried
        if answer.status_code == 429:
            assert customer().post(path, {"digits": "8000"}, REMOTE_ADDR="10.9.9.9").status_code == 429
            clock.now = Link.objects.get(pk=guarded.link_id).locked_until
        tried += 1
    assert tried < 150
    assert customer().get(path).status_code in (200, 410)


def test_the_right_digits_begin_anew(guarded, clock):
    path = address_of(guarded.link)
    for _round in range(2):
        assert [customer().post(path, {"digits": "1"}).status_code for _ in range(4)] == [422] * 4
        assert customer().post(path, {"digits": "8000"}).status_code == 302


@pytest.mark.parametrize(
    "digits",
    ["", "+", "8000%00", "%EF%BC%98000", "8000+1", "0" * 100_000, "%ED%A0%80", "%27+OR+1=1--", "%C2%B2", "-8000"],
)
def test_digits_that_are_none(digits, guarded):
    form = "application/x-www-form-urlencoded"
    answer = customer().post(address_of(guarded.link), f"digits={digits}", content_type=form)
    assert answer.status_code == 422, failure(answer)
    assert "打通数据" not in page(answer)


def test_a_cookie_opens_only_the_link_that_it_answered(guarded, scene, company, now, path):
    client, address = customer(), address_of(guarded.link)
    client.post(address, {"digits": "8000"})
    assert "打通数据" in page(client.get(address))
    kept = next(iter(client.cookies.values())).value
    again = resend_list(
        sent=guarded, expires_on=(now + timedelta(days=9)).date(), challenge=True, by=company.by("rep"), now=now
    )
    for value in (kept, kept[:-1], "x", "", f"{again.link.challenge}:x:y", again.link.challenge):
        client.cookies[f"link-{again.link.public_id.hex[:12]}"] = value
        assert "打通数据" not in page(client.get(address_of(again.link))), value
    assert client.get(f"{address_of(again.link)}pdf/").status_code == 302


# Robots, and other devices


ROBOTS = (
    "", "WhatsApp/2.23.20.0 A", "Slackbot-LinkExpanding 1.0", "TelegramBot (like TwitterBot)", "facebookexternalhit/1.1",
    "Mozilla/5.0 (compatible; bingbot/2.0)", "python-requests/2.31", "curl/8.0", "SkypeUriPreview Preview/0.5",
    "Mozilla/5.0 (Windows NT 10.0) SafeLinks", "DingTalkBot-LinkService/1.0",
)  # fmt: skip


def test_who_only_peeks_confirms_nothing_and_is_no_reader(path):
    """Messengers and mail filters fetch links, with any method they know."""
    with unchanged("robots"):
        for agent in ROBOTS:
            for query in ("", "?do=confirm&name=x", "?done=confirmed"):
                assert customer(agent=agent).get(path + query).status_code == 200
            assert customer(agent=agent).head(path).status_code == 200
        for method in ("options", "put", "patch", "delete", "trace"):
            answer = getattr(customer(), method)(path)
            assert answer.status_code in (200, 403, 405), method
            assert "打通数据" not in page(answer), method
        customer().head(path)
        customer().head(f"{path}pdf/")


def test_a_link_that_was_handed_on_is_seen_by_who_sent_it(path, sent, company):
    for agent, ip in ((PHONE, "203.0.113.5"), (LAPTOP, "198.51.100.7")):
        assert customer(agent=agent).get(path, REMOTE_ADDR=ip).status_code == 200
    shown = page(a_client(company.rep).get(f"/links/{sent.link.public_id}/"))
    assert {ip for ip in ("203.0.113.5", "198.51.100.7") if ip in shown} == {"203.0.113.5", "198.51.100.7"}
    assert a_client(company.teammate).get(f"/links/{sent.link.public_id}/").status_code == 404


def test_another_house_can_not_make_a_browser_confirm(path, sent):
    client = customer(enforce_csrf_checks=True)
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page(client.get(path)))[1]
    data = {"do": "confirm", "name": "陈工", "version": "1", "csrfmiddlewaretoken": token}
    for wrong in ({"csrfmiddlewaretoken": "x" * 64}, {"csrfmiddlewaretoken": ""}):
        assert client.post(path, data | wrong).status_code == 403
    assert client.post(path, data, headers={"origin": "https://evil.example"}).status_code == 403
    assert customer(enforce_csrf_checks=True).post(path, data).status_code == 403
    assert Confirmation.objects.get(pk=sent.pk).confirmed_at is None
    assert client.post(path, data).status_code == 302


# What he types


@pytest.mark.parametrize("text", [*XSS, *PLAIN])
def test_strange_words_are_kept_as_they_are_and_never_run(text, path, scene, company):
    """On his page, on the rep's, in the files and in the history: text."""
    client, need = customer(), scene.need.pk
    form = {"need": [str(need)], "version": "1", f"comment-{need}": text, "general": text, "addition": text}
    assert client.post(path, form | {"do": "save"}).status_code == 302
    assert set(NeedComment.objects.filter(by_name="王经理", at__isnull=False).values_list("text", flat=True)) >= {text}
    version = Confirmation.objects.get(pk=scene.sent.pk).version
    name = " ".join(text.split())[:60]
    done = client.post(path, form | {"do": "confirm", "name": name, "version": version})
    assert done.status_code in (302, 422), failure(done)
    rep, deal = a_client(company.rep), scene.deal.pk
    shown = [
        client.get(path),
        *(rep.get(f"/deals/{deal}/{part}") for part in ("", "needs/", "timeline/?before=999999")),
    ]
    shown += [rep.get(f"/deals/needs/versions/{scene.sent.pk}/"), rep.get("/notices/"), rep.get("/")]
    for answer in shown:
        assert answer.status_code in (200, 404), (answer.request["PATH_INFO"], failure(answer))
        assert harm_in(answer) == [], answer.request["PATH_INFO"]
    if done.status_code == 302:
        assert {client.get(f"{path}{kind}/").status_code for kind in ("pdf", "docx")} == {200}


@pytest.mark.parametrize("text", [*BROKEN, "字" * 100_000, "\n" * 3000 + "x" + "y" * 2000])
def test_what_can_not_be_kept_is_refused_with_what_he_typed(text, path, scene):
    need = scene.need.pk
    base = {"need": [str(need)], "version": "1", "name": "陈工", "do": "save"}
    with unchanged("broken words"):
        for field in (f"comment-{need}", "general", "addition"):
            answer = customer().post(path, base | {field: text, "do": "save"})
            assert answer.status_code == 422, (field, answer.status_code, failure(answer))
            body = unescape(page(answer))
            assert text.strip().replace("\x00", "")[:50] in body.replace("\x00", "").replace("\ufffd", ""), field
            assert 'aria-invalid="true"' in body, field
        answer = customer().post(path, base | {"name": text, "do": "confirm", "general": "写了很久"})
        assert answer.status_code == 422
        assert "写了很久" in page(answer)


def test_a_form_of_nonsense_changes_nothing(path, scene):
    other = Need.objects.create(
        customer=scene.customer, opportunity=scene.deal, kind="rigid", description="别的", priority="low",
        created_at=scene.need.created_at,
    )  # fmt: skip
    need = scene.need.pk
    nonsense = [
        {"do": "back-1' OR 1=1"}, {"do": "back-999999999999999999999"}, {"do": f"back-{scene.comment.pk + 99}"},
        {"do": f"up-{other.pk}"}, {"do": "down-\x00"}, {"do": "x" * 5000}, {"do": "confirm", "name": "陈工", "version": "0"},
        {"do": "confirm", "name": "陈工", "version": "9" * 5000}, {"do": "confirm", "name": "\u200b \u00a0"}, {"digits": "8000"},
        {"do": "confirm", "name": "陈工", "version": "-1"},
    ]  # fmt: skip
    with unchanged("nonsense"):
        for one in nonsense[:6]:
            answer = customer().post(path, {"need": [str(need)], "version": "1", **one})
            assert answer.status_code in (200, 302, 404, 409, 422), (one, failure(answer))
    for one in nonsense[6:]:
        customer().post(path, {"need": [str(need)], **one})
    customer().post(
        path, {"do": "save", "need": [str(other.pk)], f"comment-{other.pk}": "塞进来", f"wrong-{other.pk}": "on"}
    )
    assert not NeedComment.objects.filter(need=other).exists()
    other.refresh_from_db()
    assert (other.confirmed_on, other.priority) == (None, "low")


# What his page must not say


def test_his_page_tells_nothing_of_the_house(scene, sent, path, company, now):
    """Needs that weren't sent, pain and impact, prices, notes, persons: not on the page, not in its files or headers."""
    secret = {}

    def word(place, longest=60):
        secret[f"Zqx{len(secret):04d}w"[:longest]] = place
        return next(reversed(secret))

    for name in (
        "lead",
        "deal",
        "contact",
        "action",
        "note",
        "answer",
        "outline",
        "question",
        "stance",
        "criterion",
        "draft",
    ):
        mark(name, scene.rows[name], word)
    Need.objects.filter(pk=scene.need.pk).update(pain=word("need.pain"), impact=word("need.impact"))
    scene.deal.refresh_from_db()
    scene.customer.note, scene.customer.address = word("customer.note"), word("customer.address")
    scene.customer.save()
    inner = NeedDraft(NeedKind.LATENT, word("a need that wasn't sent"), Priority.HIGH)
    add_need(deal=scene.deal, draft=inner, by=company.by("rep"), now=now)
    type(scene.deal).objects.filter(pk=scene.deal.pk).update(amount="7654321.09")
    secret |= {"7654321": "amount", "7,654,321": "amount"}
    client = customer()
    said = [said_by(client.get(path))]
    done = client.post(path, {"do": "confirm", "name": "陈工", "version": "1", "need": [str(scene.need.pk)]})
    assert done.status_code == 302
    said += [said_by(client.get(path)), *(said_by(client.get(f"{path}{kind}/")) for kind in ("docx", "pdf"))]
    assert "打通数据" in said[0]
    assert {place for word, place in secret.items() for text in said if word in text} == set()
    internal = ("/deals/", "/customers/", "/leads/", "sessionid", "csrftoken=;", f'"{scene.deal.pk}"')
    assert not {one for one in internal[:4] for text in said if one in text}


def test_every_answer_of_the_door_is_guarded(path, guarded, sent):
    client = customer()
    asked = address_of(guarded.link)
    answers = {
        "page": client.get(path), "saved": client.post(path, {"do": "save"}), "asked": client.get(asked), "file": client.get(f"{path}pdf/"),
        "forged": client.get("/p/x/"), "wrong digits": client.post(asked, {"digits": "1"}),
        "right digits": client.post(asked, {"digits": "8000"}), "refused": client.post(asked, {"do": "confirm"}),
        "not allowed": client.put(path), "confirmed": client.post(asked, {"do": "confirm", "name": "陈工", "version": "1"}),
        "final": client.get(asked), "docx": client.get(f"{asked}docx/"),
    }  # fmt: skip
    for name, answer in answers.items():
        policy = answer["Content-Security-Policy"]
        assert "no-store" in answer["Cache-Control"], name
        assert answer["Referrer-Policy"] in ("same-origin", "no-referrer"), name
        assert "noindex" in answer["X-Robots-Tag"], name
        assert answer["X-Frame-Options"] == "DENY", name
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert "default-src 'none'" in policy, name
        assert not re.search(r"unsafe|\*|http:|https:", policy), name
        assert "sessionid" not in answer.cookies, name
        if answer.get("Content-Type", "").startswith("text/html"):
            assert harm_in(answer) == [], name
    for morsel in answers["right digits"].cookies.values():
        assert (morsel["path"], morsel["httponly"], morsel["samesite"]) == (asked, True, "Lax")
