"""One shape for every verb: in one press, or with a form."""

from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import RequestFactory

from tuoke.base.kernel.verdict import Conflict, Refused, no
from tuoke.base.ui import verbs
from tuoke.base.ui.refusals import SaysWhy


class Form(SaysWhy):
    text = forms.CharField()

    @staticmethod
    def say(reason):
        return f"因为{reason.code}"


def raising(error):
    def act():
        raise error

    return act


def done():
    """A verb that is taken."""


REFUSED = Refused(no("gone", field="text") & no("late"))
CONFLICT = Conflict(SimpleNamespace(pk=1, version=2))


@pytest.fixture
def post():
    request = RequestFactory().post("/verb/", {"text": "做"})
    request._messages = CookieStorage(request)
    return request


def press(request, act, **more):
    verbs.press(request, act, say=lambda verdict: [reason.code for reason in verdict.reasons], **more)
    return [(message.level_tag, message.message, message.extra_tags) for message in get_messages(request)]


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (done, [("success", "做好了", "/undo/")]),
        (raising(REFUSED), [("error", "gone late", "")]),
        (raising(CONFLICT), [("error", "刚被别人改过，已显示最新内容，请再试一次。", "")]),
    ],
)
def test_a_press_says_what_became_of_it(post, act, told):
    assert press(post, act, said="做好了", undo_url="/undo/") == told


def test_a_press_may_have_nothing_to_say(post):
    assert press(post, done) == []


def asked(monkeypatch, request, act):
    drawn = {}

    def screen(request, template, context, *, region, status):
        drawn.update(context, status=status, place=(template, region))
        return HttpResponse(status=status)

    monkeypatch.setattr(verbs, "screen", screen)
    form = Form(request.POST if request.method == "POST" else None)
    sheet = verbs.Sheet("a/form.html", "a-form", {"title": "改"})
    answer = verbs.asked(
        request, form, act, sheet=sheet, then=lambda: HttpResponse("room"), two_sides=lambda late: {"rows": [late]}, said="好"
    )  # fmt: skip
    return answer, drawn


def test_a_form_is_shown_then_done(monkeypatch, post):
    answer, drawn = asked(monkeypatch, RequestFactory().get("/verb/"), raising(AssertionError))
    assert (answer.status_code, drawn["url"], drawn["place"]) == (200, "/verb/", ("a/form.html", "a-form"))
    answer, drawn = asked(monkeypatch, post, done)
    assert (answer.content, drawn) == (b"room", {})
    assert [message.message for message in get_messages(post)] == ["好"]


def test_a_refusal_stands_at_its_field_and_a_late_edit_shows_both_sides(monkeypatch, post):
    answer, drawn = asked(monkeypatch, post, raising(REFUSED))
    assert answer.status_code == 422
    assert drawn["form"].errors == {"text": ["因为gone"], "__all__": ["因为late"]}
    answer, drawn = asked(monkeypatch, post, raising(CONFLICT))
    assert (answer.status_code, drawn["rows"]) == (409, [CONFLICT])
    assert list(get_messages(post)) == []
