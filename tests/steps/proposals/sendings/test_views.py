from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests.spine.followups.cases import a_contact
from tuoke.services.links.queries import holder_of
from tuoke.steps.proposals import hooks
from tuoke.steps.proposals.hooks import Part
from tuoke.steps.proposals.sendings import actions
from tuoke.steps.proposals.sendings.models import Presentation, Sending
from tuoke.steps.proposals.sendings.rules import SendDraft

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"sendings:{name}", args=args)


def test_sending_from_the_form(login, deal, claims_backed, contact):
    client, form = login("rep"), {"contact": contact.pk, "expires_on": "2026-12-20", "may_download": "on"}
    assert client.get(url("send", deal.pk)).status_code == 200
    assert client.post(url("send", deal.pk), form).status_code == 302
    assert Sending.objects.get().may_download
    page = client.get(url("page", deal.pk)).content.decode()
    assert "正在生成 PDF 和 Word" in page
    assert client.get(url("one", Sending.objects.get().pk)).status_code == 200


def test_a_refusal_keeps_what_was_typed_and_says_every_reason(login, deal, proposal, contact):
    form = {"contact": contact.pk, "expires_on": "2020-01-01", "message": "附言在此"}
    answer = login("rep").post(url("send", deal.pk), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "没有证据支持" in page
    assert "有效期要晚于今天" in page
    assert "附言在此" in page


def test_what_the_customer_asked_is_answered_in_its_place(login, sent, deal, now):
    said = actions.customer_remarks(link=sent.link, section="", text="多久上线？", by=holder_of(sent.link), now=now)
    client = login("rep")
    assert "多久上线？" in client.get(url("page", deal.pk)).content.decode()
    answer = {f"remark{said.pk}-text": ""}
    assert client.post(url("answer", said.pk), answer).status_code == 422
    answer = {f"remark{said.pk}-text": "四周"}
    assert client.post(url("answer", said.pk), answer).status_code == 302
    assert "四周" in client.get(url("page", deal.pk)).content.decode()


def test_shown_in_a_meeting_taken_back_and_brought_back(login, deal, claims_backed, contact):
    client = login("rep")
    assert client.post(url("present", deal.pk), {"held_on": "2026-11-20"}).status_code == 422
    form = {"held_on": "2026-11-20", "contacts": [contact.pk], "note": "当场要了报价"}
    assert client.post(url("present", deal.pk), form).status_code == 302
    shown = Presentation.objects.get()
    assert "当场要了报价" in client.get(url("page", deal.pk)).content.decode()
    client.post(url("withdraw", shown.pk))
    client.post(url("restore", shown.pk))
    assert Presentation.objects.standing().get() == shown


def test_a_manager_is_asked(login, deal, proposal, now):
    client = login("rep")
    assert "100 小时" in client.get(url("ask", deal.pk)).content.decode()
    assert client.post(url("ask", deal.pk), {"reason": ""}).status_code == 422
    assert client.post(url("ask", deal.pk), {"reason": "现场量过"}).status_code == 302
    assert "待审批" in client.get(url("page", deal.pk)).content.decode()


def test_prices_that_have_ended_stand_in_the_way_before_anybody_presses(
    login, deal, claims_backed, contact, monkeypatch
):
    ended = Part("offer", "报价", lambda asked: {"valid_until": "2026-11-01"})
    monkeypatch.setattr(hooks, "parts", [ended])
    client = login("rep")
    assert "2026-11-01 过期" in client.get(url("page", deal.pk)).content.decode()
    answer = client.post(url("send", deal.pk), {"contact": contact.pk, "expires_on": "2026-12-20"})
    assert (answer.status_code, Sending.objects.count()) == (422, 0)


def test_files_for_us(login, deal, sent):
    client = login("rep")
    draft = client.get(url("draft", deal.pk, "pdf"))
    paper = client.get(url("paper", sent.version_id, "docx"))
    assert b"".join(draft.streaming_content).startswith(b"%PDF-")
    assert b"".join(paper.streaming_content).startswith(b"PK")
    assert client.get(url("draft", deal.pk, "exe")).status_code == 404


@pytest.mark.parametrize(("who", "code"), [("rep", 200), ("other_team", 404), ("auditor", 200), ("team_lead", 200)])
def test_who_may_look(login, deal, sent, who, code):
    assert login(who).get(url("page", deal.pk)).status_code == code


def test_as_many_queries_for_three_as_for_one(login, deal, sent, run, by, now, django_assert_max_num_queries):
    client = login("rep")
    client.get(url("page", deal.pk))
    with django_assert_max_num_queries(60) as one:
        client.get(url("page", deal.pk))
    for name in ("甲", "乙"):
        draft = SendDraft(a_contact(deal.customer, name=name).pk, date(2026, 12, 20))
        more = run(actions.send(deal=deal, draft=draft, by=by, now=now))
        actions.customer_remarks(link=more.link, section="", text="问", by=holder_of(more.link), now=now)
    with django_assert_max_num_queries(60) as three:
        client.get(url("page", deal.pk))
    assert len(three) <= len(one)
