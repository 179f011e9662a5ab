"""Words that would be commands elsewhere: headers of a mail, lines of a calendar, addresses that run a script."""

from __future__ import annotations

from datetime import time, timedelta
from email import message_from_bytes, policy

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from tests.attacks.tools import FILLED, a_client, address, content_of, failure, taken_back, unchanged
from tuoke.services.notifications.models import Mail
from tuoke.services.notifications.smtp import message_of
from tuoke.spine.customers.models import Contact
from tuoke.spine.followups.models import NextAction

pytestmark = pytest.mark.django_db
HEADERS = "\r\nBcc: zq7@example.com\r\n\r\n<script>zq7()</script>"
LINES = "核对\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:zq7\r\nATTENDEE:mailto:zq7@example.com\r\nSUMMARY:zq7"
RUNNING = (
    "javascript:zq7()", " JaVaScRiPt:zq7()", "java\tscript:zq7()", "data:text/html,<script>zq7()</script>", "vbscript:zq7",
    "//zq7.example/", "file:///etc/passwd", "ftp://zq7.example/", "https://", "https:zq7", "http://a b/", "https://zq7.example/\r\nx",
    "\x01javascript:zq7()", "https://zq7.example\x00/", "zq7", "mailto:zq7@example.com",
)  # fmt: skip


@pytest.mark.parametrize("sort", ["event", "profile"])
def test_no_link_runs_a_script(sort, scene, company):
    """Where a web page is asked for, only one of the web is taken; the field says so."""
    name = f"outreach:add {sort}"
    client = a_client(company.rep)
    sent, path = FILLED[name][1](client, scene), address(name, scene)
    with unchanged(f"links at {name}"):
        for link in RUNNING:
            answer = client.post(path, sent | {"link": link})
            assert answer.status_code == 422, (link, answer.status_code, failure(answer))
            assert "link" in answer.context["form"].errors, link


def letter(client, scene, **changes):
    return FILLED["mails:write"][1](client, scene) | changes


def test_a_subject_is_one_line(scene, company):
    client, path = a_client(company.rep), address("mails:write", scene)
    with unchanged("mails with headers in them"):
        for sign in ("\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\x00"):
            answer = client.post(path, letter(client, scene, subject=f"资料{sign}Bcc: zq7@example.com"))
            assert answer.status_code == 422, (sign, failure(answer))
            assert "subject" in answer.context["form"].errors, sign


def test_neither_names_nor_addresses_become_headers(scene, company):
    """What stands in a contact, past every form, writes no header of its own; it is refused, or folded into a word."""
    client, path = a_client(company.rep), address("mails:write", scene)
    data = letter(client, scene)
    for field, value in (
        ("email", f"wang@example.com{HEADERS}"), ("email", "wang@example.com, zq7@example.com"), ("email", "<zq7@example.com>x@y.cn"),
        ("name", f"王经理{HEADERS}"), ("name", '"王" <zq7@example.com>, x'), ("name", "=?utf-8?q?zq7=40example.com?="),
    ):  # fmt: skip
        with taken_back():
            before = Mail.objects.count()
            Contact.objects.filter(pk=scene.contact.pk).update(**{field: value})
            answer = client.post(path, data)
            assert answer.status_code in (302, 422), (field, value, failure(answer))
            if answer.status_code == 422:
                assert Mail.objects.count() == before
                continue
            raw = message_of(Mail.objects.latest("pk")).message().as_bytes()
            said = message_from_bytes(raw, policy=policy.default)
            assert [one.addr_spec for one in said["To"].addresses] == ["wang@example.com"], value
            assert (said["Bcc"], said["Cc"]) == (None, None)
            assert b"<script>" not in raw.split(b"\n\n")[0]


@pytest.fixture
def meeting(scene, company):
    """An appointment whose every text would be lines of the calendar."""
    Contact.objects.filter(pk=scene.contact.pk).update(name=LINES[:60])
    type(scene.customer).objects.filter(pk=scene.customer.pk).update(name=LINES[:100])
    return NextAction.objects.create(
        opportunity=scene.deal, title=LINES[:200], place=LINES[:200], owner=company.rep, contact=scene.contact, minutes=30,
        due_on=timezone.localdate() + timedelta(days=2), due_time=time(14), created_at=timezone.now(),
    )  # fmt: skip


def assert_tame(body):
    calendar = Calendar.from_ical(body)
    events = calendar.walk("VEVENT")
    assert all("zq7" not in str(event["UID"]) for event in events)
    assert all("zq7" not in str(event.get("ATTENDEE", "")) for event in events)
    return events


def test_a_calendar_holds_the_entries_that_there_are(meeting, scene):
    events = assert_tame(content_of(Client().get(address("calendar:feed", scene))))
    assert len(events) == len({str(event["UID"]) for event in events})
    waiting = NextAction.objects.waiting().filter(owner=scene.people.rep).count()
    assert len(events) == waiting


def test_an_invitation_invites_whom_it_was_written_to(meeting, scene, company):
    client, path = a_client(company.rep), address("mails:write", scene)
    answer = client.post(path, letter(client, scene, invite=str(meeting.pk)))
    assert answer.status_code == 302, failure(answer) or answer.context["form"].errors
    [file] = Mail.objects.latest("pk").attachments.all()
    [event] = assert_tame(bytes(file.content))
    assert "wang@example.com" in str(event["ATTENDEE"])


def test_the_feed_opens_only_by_its_address(scene, company):
    """Forged and cut tokens, and the id that stands in the database, open nothing."""
    path = address("calendar:feed", scene)
    token = path.rsplit("/", 1)[1].removesuffix(".ics")
    public_id = token.split(".")[0]
    for wrong in (
        token[:-1],
        token[1:],
        token.swapcase(),
        public_id,
        f"{public_id}.",
        f"{public_id}.x",
        f"{token}A",
        "x" * 5000,
        "%00",
    ):
        answer = a_client(company.rep).get(path.replace(token, wrong))
        assert answer.status_code == 404, (wrong[:50], answer.status_code, failure(answer))


def test_letters_go_to_the_people_of_this_case(scene, company):
    """Neither somebody else's contact, nor who asked to be left alone, nor a foreign address."""
    foreign = type(scene.customer).objects.create(
        name="别人的公司", name_key="别人的公司", owner=company.other_team, created_at=timezone.now()
    )
    other = Contact.objects.create(customer=foreign, name="别人", email="other@example.com")
    client, path = a_client(company.rep), address("mails:write", scene)
    data = letter(client, scene)
    with unchanged("letters to others"):
        for to in ([str(other.pk)], ["zq7@example.com"], ["lead"], [], ["\x00"], ["9" * 5000]):
            answer = client.post(path, data | {"to": to})
            assert answer.status_code == 422, (to, answer.status_code, failure(answer))
            preview = client.post(f"{reverse('mails:preview')}?{path.split('?')[1]}", data | {"to": to})
            assert preview.status_code == 200
            assert "other@example.com" not in content_of(preview).decode()
    Contact.objects.filter(pk=scene.contact.pk).update(do_not_contact=True, do_not_contact_since=timezone.localdate())
    with unchanged("a letter to who wants none"):
        assert client.post(path, data).status_code == 422
