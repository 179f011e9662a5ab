import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.spine.followups.cases import a_contact
from tuoke.steps.outreach.models import BackgroundEvent, Concern, Profile

HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(login):
    return login("rep")


def cells(answer):
    """Everything that a workbook says."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return "|".join(
        str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
    )


def event(**more):
    given = {"kind": "funding", "happened_on": "2026-11-20", "title": "完成 B 轮融资", "link": "https://news.example/1"}
    return given | more


def test_an_empty_sheet_says_what_to_look_for_and_where(client, deal, customer):
    page = client.get(reverse("outreach:deal", args=[deal.pk])).content.decode()
    assert "招标网站" in page
    assert "LinkedIn" in page
    assert f"/outreach/event/new/customer/{customer.pk}/" in page


def test_the_sheet_shows_what_is_known_and_openings_with_the_facts_marked(
    client, deal, contact, customer, add, library
):
    add(customer, link="https://www.news.example/plant?id=1"), add(contact, text="<script>alert(1)</script>交付")
    library("扩产", text="〔称呼〕，恭喜〔近况〕。", trigger="expansion", industry="制造业")
    library("转介绍", text="〔介绍人〕让我联系您，约〔约定时间〕。")
    page = client.get(reverse("outreach:deal", args=[deal.pk])).content.decode()
    assert '<mark class="fact">陈总</mark>，恭喜<mark class="fact">苏州二厂投产</mark>。' in page
    assert "有新近的由头、同行业" in page
    assert 'href="https://www.news.example/plant?id=1" target="_blank" rel="noopener noreferrer nofollow"' in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    lacking = page[page.index("is-lacking") :]
    assert '<span class="missing">〔介绍人〕</span>' in lacking
    assert f"/followups/plan/?deal={deal.pk}" in lacking


def test_what_an_opening_speaks_of_and_nobody_noted_is_named_with_its_place(client, deal, contact, customer, library):
    library("到任", text="〔称呼〕，祝贺您到任〔职位〕。", trigger="people")
    page = client.get(reverse("outreach:deal", args=[deal.pk])).content.decode()
    assert f'<a href="/outreach/event/new/customer/{customer.pk}/">由头：人事变动</a>' in page
    assert "用它打电话" not in page


@pytest.mark.parametrize("kind", ["lead", "customer", "deal"])
def test_pages_panels_and_papers_of_all_three(request, client, kind, customer, contact, lead, deal, add):
    subject = request.getfixturevalue(kind)
    add(lead if kind == "lead" else customer, "扩建三期")
    assert "扩建三期" in client.get(reverse(f"outreach:{kind}", args=[subject.pk])).content.decode()
    panel = client.get(reverse(f"outreach:panel_{kind}", args=[subject.pk]), headers=HTMX).content.decode()
    assert panel.lstrip().startswith('<div id="background">')
    assert "扩建三期" in panel
    answer = client.get(reverse("outreach:export", args=[kind, subject.pk, "xlsx"]))
    assert "扩建三期" in cells(answer)
    for form, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        assert client.get(reverse("outreach:export", args=[kind, subject.pk, form])).content.startswith(start)
    assert client.get(reverse("outreach:export", args=[kind, subject.pk, "exe"])).status_code == 404


def test_a_note_is_taken_from_the_sheet_with_and_without_script(client, customer, deal):
    url = reverse("outreach:add", args=["event", "customer", customer.pk]) + f"?back=deal-{deal.pk}&panel=1"
    part = client.post(url, event(), headers=HTMX)
    assert part.status_code == 200
    assert part.content.decode().lstrip().startswith('<div id="background">')
    plain = client.post(url, event(title="C 轮"))
    assert plain.headers["Location"] == reverse("outreach:deal", args=[deal.pk])
    assert BackgroundEvent.objects.count() == 2


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "www.example.com"])
def test_a_link_that_is_none_is_told_what_is_right_and_nothing_typed_is_lost(client, customer, link):
    url = reverse("outreach:add", args=["event", "customer", customer.pk])
    answer = client.post(url, event(link=link))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "http:// 或 https:// 开头" in page
    assert "完成 B 轮融资" in page
    assert not BackgroundEvent.objects.exists()


def test_two_who_edit_at_once_see_both_sides(client, customer, add):
    note = add(customer)
    url = reverse("outreach:edit", args=["event", note.pk])
    assert client.post(url, event(version=1, title="第一个")).status_code == 302
    answer = client.post(url, event(version=1, title="第二个"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "第一个" in page
    assert "第二个" in page
    assert client.post(url, event(version=2, title="第二个")).status_code == 302


def test_withdraw_and_undo(client, contact, add):
    note = add(contact, text="交付")
    client.post(reverse("outreach:withdraw", args=["concern", note.pk]))
    assert not Concern.objects.standing().exists()
    page = client.get(reverse("outreach:customer", args=[contact.customer_id])).content.decode()
    assert "已撤下 1 条" in page
    client.post(reverse("outreach:restore", args=["concern", note.pk]))
    assert Concern.objects.standing().get() == note


def test_profiles_and_concerns_have_forms_of_their_own(client, contact, lead):
    for kind, whose in (("contact", contact), ("lead", lead)):
        url = reverse("outreach:add", args=["profile", kind, whose.pk])
        client.post(url, {"kind": "linkedin", "link": "https://example.com/in/1", "seen_on": "2026-11-20"})
        client.post(
            reverse("outreach:add", args=["concern", kind, whose.pk]), {"text": "交付", "noted_on": "2026-11-20"}
        )
    assert (Profile.objects.count(), Concern.objects.count()) == (2, 2)


def test_nobody_elses(login, customer, contact, lead, deal, add):
    note, other = add(customer), login("other_team")
    asked = [
        reverse("outreach:lead", args=[lead.pk]),
        reverse("outreach:customer", args=[customer.pk]),
        reverse("outreach:deal", args=[deal.pk]),
        reverse("outreach:panel_deal", args=[deal.pk]),
        reverse("outreach:export", args=["deal", deal.pk, "pdf"]),
        reverse("outreach:add", args=["event", "customer", customer.pk]),
        reverse("outreach:add", args=["concern", "contact", contact.pk]),
        reverse("outreach:edit", args=["event", note.pk]),
    ]
    assert {other.get(url).status_code for url in asked} == {404}
    for verb in ("withdraw", "restore"):
        assert other.post(reverse(f"outreach:{verb}", args=["event", note.pk])).status_code == 404
    mine = login("rep")
    strange = [
        reverse("outreach:add", args=["gossip", "customer", customer.pk]),
        reverse("outreach:add", args=["concern", "customer", customer.pk]),
        reverse("outreach:add", args=["event", "contact", contact.pk]),
        reverse("outreach:export", args=["gossip", deal.pk, "pdf"]),
    ]
    assert {mine.get(url).status_code for url in strange} == {404}


def test_readers_change_nothing(login, customer, add, deal):
    note, auditor = add(customer), login("auditor")
    page = auditor.get(reverse("outreach:deal", args=[deal.pk])).content.decode()
    assert note.title in page
    assert "记一条动态" not in page
    assert auditor.post(reverse("outreach:withdraw", args=["event", note.pk])).status_code == 403


def test_a_lead_in_the_pool_stays_masked_on_its_sheet_panel_and_paper(client, lead, add):
    add(lead, "欧阳明升任 CIO", note="私下说的", link="https://example.com/ouyang"), add(lead, text="只看价格")
    lead.owner = None
    lead.save()
    for url in (
        reverse("outreach:lead", args=[lead.pk]),
        reverse("outreach:panel_lead", args=[lead.pk]),
        reverse("outreach:export", args=["lead", lead.pk, "xlsx"]),
        reverse("leads:detail", args=[lead.pk]),
    ):
        answer = client.get(url)
        said = answer.content.decode("utf-8", "ignore")
        if url.endswith("xlsx"):
            said = cells(answer)
        assert "升任 CIO" in said or "leads" in url, url
        for hidden in ("欧阳明", "13900139000", "私下说的", "example.com/ouyang"):
            assert hidden not in said, (url, hidden)
    assert "只看价格" not in client.get(reverse("outreach:lead", args=[lead.pk])).content.decode()


def test_who_wants_to_be_left_alone_is_marked_everywhere(client, customer, contact):
    url = reverse("customers:leave_alone", args=[contact.pk])
    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "字" * 201}).status_code == 422
    assert client.post(url, {"reason": "电话里要求不再联系"}).status_code == 302
    contact.refresh_from_db()
    assert (contact.do_not_contact, contact.do_not_contact_reason) == (True, "电话里要求不再联系")
    page = client.get(customer.get_absolute_url()).content.decode()
    assert "起不要联系：电话里要求不再联系" in page
    assert f"tel:{contact.phone}" not in page
    a_contact(customer, name="周工")
    sheet = client.get(reverse("outreach:customer", args=[customer.pk]) + f"?contact={contact.pk}").content.decode()
    assert "已要求不再联系" in sheet
    client.post(reverse("customers:contact_again", args=[contact.pk]))
    contact.refresh_from_db()
    assert (contact.do_not_contact, contact.do_not_contact_since) == (False, None)


def test_a_colleague_is_left_alone_by_nobody_else(login, contact):
    other = login("other_team")
    assert other.post(reverse("customers:leave_alone", args=[contact.pk]), {"reason": "x"}).status_code == 404
    assert other.post(reverse("customers:contact_again", args=[contact.pk])).status_code == 404
