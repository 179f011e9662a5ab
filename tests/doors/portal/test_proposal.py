"""The customer's proposal page (S5.2): what he sees, asks and takes with him, and what is known of his reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.spine.followups.cases import a_contact, lost
from tests.steps.proposals.cases import a_need
from tuoke.services.links.queries import address_of
from tuoke.steps.proposals import actions as proposals
from tuoke.steps.proposals.actions import NewSection
from tuoke.steps.proposals.rules import SectionDraft
from tuoke.steps.proposals.sendings import actions
from tuoke.steps.proposals.sendings.models import Remark, Sending
from tuoke.steps.proposals.sendings.rules import SendDraft

pytestmark = pytest.mark.django_db
TEXT = "把“三张表各写各的”改为一个交期。\n\n- 变更当天到车间\n- <script>alert(1)</script>"


@pytest.fixture
def draft(contact):
    return SendDraft(contact.pk, date(2026, 12, 20), message="请您过目")


@pytest.fixture
def proposal(deal, by, now):
    need = a_need(deal, by, text="三张表各写各的，交期对不上")
    sections = [NewSection(SectionDraft("solution", "交期对齐", TEXT, (need.pk,)))]
    return proposals.begin(deal=deal, title="数据整合方案", sections=sections, by=by, now=now)


@pytest.fixture
def sending(deal, proposal, draft, by, now):
    return prepared(actions.send(deal=deal, draft=draft, by=by, now=now))


@pytest.fixture
def place(sending):
    return address_of(sending.link)


@pytest.fixture
def section(proposal):
    return f"s{proposal.sections.get().pk}"


def prepared(sending):
    actions.prepare.func(sending.pk)
    return Sending.objects.get(pk=sending.pk)


def page(response):
    return response.content.decode()


def test_he_reads_it_without_an_account_and_nothing_he_was_written_is_markup(customer, place, section):
    answer = customer.get(place)
    shown = page(answer)
    assert answer.status_code == 200
    assert "数据整合方案" in shown
    assert "请您过目" in shown
    assert '<li dir="auto">变更当天到车间</li>' in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert f'id="section-{section}"' in shown
    assert " style=" not in shown
    assert " onclick" not in shown
    assert "no-store" in answer["Cache-Control"]


def test_the_chrome_is_in_his_language(customer, place):
    assert "Preview" not in page(customer.get(place))
    english = customer.get(place, headers={"accept-language": "en"})
    assert '<html lang="en"' in page(english)


def test_the_script_tells_what_is_read_and_no_robot_does(customer, client, place, section, sending):
    said = {"do": "read", f"read-{section}": "20", "read-nonsense": "9"}
    assert customer.post(place, said).status_code == 204
    assert list(sending.readings.values_list("section", "seconds")) == [(section, 20)]
    assert client.post(place, said, headers={"user-agent": "WhatsApp/2"}).status_code == 204
    assert sending.readings.get().seconds == 20


def test_without_a_script_going_to_a_section_counts(customer, client, place, section, sending):
    client.get(f"{place}?at={section}", headers={"user-agent": "curl/8"})
    assert not sending.readings.exists()
    customer.get(f"{place}?at={section}")
    customer.get(f"{place}?at=nonsense")
    assert list(sending.readings.values_list("section", "times")) == [(section, 1)]


def test_a_question_is_sent_shown_answered_and_taken_back(customer, place, section, sending, by, now):
    answer = customer.post(place, {"do": "remark", "section": section, "text": "要换设备吗？"})
    assert answer.status_code == 302
    assert answer.url.endswith(f"#section-{section}")
    said = Remark.objects.get()
    assert (said.section, said.title, said.by_name) == (section, "交期对齐", "陈工")
    shown = page(customer.get(answer.url))
    assert "要换设备吗？" in shown
    assert "已发给我们" in shown
    other = customer.post(place, {"do": "remark", "section": "whole", "text": "整体不错"})
    customer.post(place, {"do": f"back-{Remark.objects.get(section='').pk}"})
    assert other.status_code == 302
    assert Remark.objects.standing().get() == said
    actions.answer_remark(remark=said, text="不用换", by=by, now=now)
    assert "不用换" in page(customer.get(place))


@pytest.mark.parametrize("text", ["", "字" * 2001, "a\x00b"])
def test_what_cannot_be_taken_is_said_in_its_place(customer, place, section, text):
    answer = customer.post(place, {"do": "remark", "section": section, "text": text})
    assert answer.status_code == 422
    assert f'href="#section-{section}"' in page(answer)
    assert not Remark.objects.exists()


def test_files_only_where_he_may_have_them(customer, place, sending):
    paper = customer.get(f"{place}pdf/")
    assert b"".join(paper.streaming_content).startswith(b"%PDF-")
    assert customer.get(f"{place}xlsx/").status_code == 404
    Sending.objects.update(may_download=False)
    assert customer.get(f"{place}docx/").status_code == 404
    assert "Word" not in page(customer.get(place))


def test_a_superseded_version_says_so_and_leads_only_its_own_reader_on(customer, place, sending, deal, proposal, draft, by, now):  # fmt: skip
    part = proposal.sections.get()
    part.text += "另附培训。"
    part.save()
    other = a_contact(deal.customer, name="赵工")
    theirs = prepared(actions.send(deal=deal, draft=replace(draft, contact_id=other.pk), by=by, now=now))
    shown = page(customer.get(place))
    assert "已发出更新的一版" in shown
    assert address_of(theirs.link) not in shown
    his = prepared(actions.send(deal=deal, draft=draft, by=by, now=now))
    assert address_of(his.link) in page(customer.get(place))
    late = customer.post(place, {"do": "remark", "section": "whole", "text": "还在吗"})
    assert late.status_code == 422
    assert "还在吗" in page(late)


def test_a_lost_deal_can_only_be_read(customer, place, deal):
    lost(deal)
    shown = page(customer.get(place))
    assert "只能看" in shown
    assert "<textarea" not in shown


def test_a_colleague_only_looks(login, place, section, sending):
    client = login("rep")
    client.get(f"{place}?at={section}")
    assert client.post(place, {"do": "read", f"read-{section}": "20"}).status_code == 403
    assert client.post(place, {"do": "remark", "section": section, "text": "自己问"}).status_code == 403
    assert not sending.readings.exists()
    assert not Remark.objects.exists()


def test_nothing_opens_before_it_is_sent_or_after_it_expired(customer, deal, proposal, draft, by, now, clock):
    asked = actions.send(deal=deal, draft=draft, by=by, now=now)
    assert asked.link is None
    place = address_of(prepared(asked).link)
    clock.now = now + timedelta(days=60)
    assert customer.get(place).status_code == 410


def test_as_many_queries_for_many_sections_as_for_one(customer, place, sending, django_assert_max_num_queries):
    customer.get(place)
    with django_assert_max_num_queries(25):
        customer.get(place)
