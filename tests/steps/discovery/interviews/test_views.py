import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from tests.conftest import NOW
from tests.spine.followups.cases import a_contact
from tests.steps.discovery.interviews.test_actions import CLOSING, question_of, say
from tuoke.spine.deals.models import Membership
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.library.models import Item
from tuoke.steps.discovery.interviews import actions
from tuoke.steps.discovery.interviews.models import Answer, Outline, OutlineQuestion
from tuoke.steps.discovery.interviews.rules import OutlineDraft
from tuoke.steps.discovery.models import Need

HTMX = {"HX-Request": "true"}


def url(name, *args):
    return reverse(f"interviews:{name}", args=args)


@pytest.fixture
def rep(login):
    return login("rep")


@pytest.fixture
def held(full, by, contact):
    say(question_of(full, "status"), by, "排产靠三张表", contact_id=contact.pk)
    say(question_of(full, "pain"), by, "月底对账要三天", own_words=True, contact_id=contact.pk)
    return actions.hold(outline=full, closing=CLOSING, by=by, now=NOW)


def typed(place="1-0", text="客户说的", **more):
    return {"text": text, "place": place, "slot": 0, "base": 0, "writer": "here"} | more


def test_from_nothing_to_an_outline(rep, deal, contact, bank):
    page = rep.get(url("deal", deal.pk)).content.decode()
    assert "还没有调研提纲" in page
    form = {"title": "首访", "on": "2099-01-01", "contacts": [contact.pk], "in_calendar": "on"}
    assert rep.post(url("new", deal.pk), form).status_code == 422
    answer = rep.post(url("new", deal.pk), form | {"on": "2030-01-07", "at": "10:00"})
    outline = Outline.objects.get()
    assert answer.url == url("outline", outline.pk)
    assert NextAction.objects.get().minutes == 60
    page = rep.post(url("suggest", outline.pk), headers=HTMX).content.decode()
    assert "已加入 15 个问题" in page
    assert 'id="bank"' in page  # what is taken is marked beside it


def test_the_bank_fills_in_and_says_why(rep, full):
    page = rep.get(url("bank", full.pk), {"dimension": "pain"}).content.decode()
    assert "pain 问题 0，华瑞精密" in page
    assert "同行业" in page
    assert "已选" in page
    assert "门店缺货" not in page
    assert "没有找到" in rep.get(url("bank", full.pk), {"dimension": "pain", "q": "没有这种"}).content.decode()
    assert rep.get(url("bank", full.pk), {"dimension": "weather"}).status_code == 404


def test_pick_add_edit_move_remove_restore_share(rep, login, outline, bank):
    item = Item.objects.filter(dimension="goal").first()
    rep.post(url("pick", outline.pk), {"item": item.pk, "dimension": "goal"})
    question = outline.questions.get()
    assert rep.post(url("pick", outline.pk), {"item": item.pk}, headers=HTMX).status_code == 200
    own = {"dimension": "goal", "text": "明年最想改变哪一件事？", "probes": "1. 为什么\n- 谁提的"}
    rep.post(url("add_question", outline.pk), own)
    mine = outline.questions.get(source=None)
    assert mine.probes == ["为什么", "谁提的"]
    rep.post(url("move_question", mine.pk), {"way": "up"})
    assert list(outline.questions.all()) == [mine, question]
    rep.post(url("order", outline.pk), {"order": f"{question.pk},{mine.pk}"})
    assert list(outline.questions.all()) == [question, mine]
    changed = own | {"text": "换个问法", "version": 1}
    assert rep.post(url("edit_question", mine.pk), changed).status_code == 302
    page = rep.post(url("edit_question", mine.pk), changed | {"text": "我的问法"}, headers=HTMX)
    assert page.status_code == 409
    assert "换个问法" in page.content.decode()
    page = rep.post(url("remove_question", mine.pk), headers=HTMX).content.decode()
    assert url("restore_question", mine.pk) in page
    rep.post(url("restore_question", mine.pk))
    assert outline.questions.filter(withdrawn_at=None).count() == 2
    assert rep.post(url("share_question", mine.pk)).status_code == 403
    login("director").post(url("share_question", mine.pk))
    assert Item.objects.filter(dimension="goal", versions__content__text="换个问法").exists()


def test_a_wrong_question_is_told_at_its_field_and_kept(rep, outline):
    answer = rep.post(url("add_question", outline.pk), {"dimension": "goal", "text": "字" * 501}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "最多 500 个字" in page
    assert "字" * 501 in page


def test_the_interview_saves_every_field_by_itself(rep, full):
    page = rep.get(url("hold", full.pk)).content.decode()
    assert "宏图机械" in page  # a scene of the same trade
    assert "能否举例说明最近一次" in page
    question = question_of(full)
    answer = rep.post(url("answer", question.pk), typed(f"{question.pk}-0", own_words="on"), headers=HTMX)
    page = answer.content.decode()
    assert "1/3" in page
    assert 'name="base" value="1"' in page
    assert Answer.objects.get().own_words
    long = rep.post(url("answer", question.pk), typed(f"{question.pk}-0", "字" * 4001), headers=HTMX)
    assert long.status_code == 422
    assert "最多 4000 个字" in long.content.decode()


def test_without_a_script_it_leads_back_to_the_question(rep, full):
    question = question_of(full)
    assert rep.post(url("answer", question.pk), {"text": "客户说的"}).url == f"{url('hold', full.pk)}#q{question.pk}"
    assert rep.get(url("answer", question.pk)).url == f"{url('hold', full.pk)}#q{question.pk}"
    assert "客户说的" in rep.get(url("hold", full.pk)).content.decode()
    more = rep.get(url("hold", full.pk), {"more": question.pk}).content.decode()
    assert f'id="answer-{question.pk}-1"' in more


def test_a_second_page_of_mine_keeps_both(rep, full):
    question = question_of(full)
    for writer, text in (("laptop", "三天"), ("phone", "五个人")):
        answer = rep.post(url("answer", question.pk), typed(f"{question.pk}-0", text, writer=writer), headers=HTMX)
    page = answer.content.decode()
    assert "两份都留下了" in page
    assert 'name="slot" value="1"' in page


def test_notes_and_a_latecomer(rep, full, customer):
    boss = a_contact(customer, "张总")
    answer = rep.post(url("notes", full.pk), {"notes": "预算 50 万", "base": 0, "writer": "here"}, headers=HTMX)
    assert 'value="1"' in answer.content.decode()
    assert rep.post(url("bring_in", full.pk), {"contact": boss.pk}).url == url("hold", full.pk)
    assert rep.post(url("bring_in", full.pk), {"contact": 987654}).status_code == 404
    page = rep.get(url("hold", full.pk)).content.decode()
    assert "预算 50 万" in page
    assert "张总" in page


def test_finish_proposes_what_was_said_and_books_all_of_it(rep, full, contact, by):
    say(question_of(full, "pain"), by, "月底对账要三天", own_words=True, contact_id=contact.pk)
    page = rep.get(url("finish", full.pk)).content.decode()
    assert "痛点：“月底对账要三天”" in page
    assert rep.post(url("finish", full.pk), {}).status_code == 422
    form = {
        "at": "2026-11-20T10:00", "minutes": 45, "channels": ["visit"], "outcome": "progress", "summary": "谈了对账",
        "contact": contact.pk, "next_title": "送方案", "next_pick": "other", "next_due_on": "2030-01-07",
        "next_time": "14:00", "next_minutes": 60, "next_place": "现场", "next_contact": contact.pk,
    }  # fmt: skip
    assert rep.post(url("finish", full.pk), form).url == url("review", full.pk)
    assert FollowUp.objects.get().summary == "谈了对账"
    planned = NextAction.objects.get()
    assert (planned.contact, planned.place, planned.minutes) == (contact, "现场", 60)
    assert rep.get(url("outline", full.pk)).url == url("review", full.pk)


def test_the_review_shows_what_is_missing_and_carries_it_over(rep, held):
    page = rep.get(url("review", held.pk)).content.decode()
    for words in ("下一次要问", "“决策”没有问到", "谈了 95 分钟", "月底对账要三天"):
        assert words in page
    assert "没有标记客户原话" not in page
    assert rep.post(url("carry", held.pk)).url == url("outline", Outline.objects.latest("pk").pk)
    assert "已转到" in rep.get(url("review", held.pk)).content.decode()


def test_an_answer_becomes_a_need_in_one_press(rep, login, held, deal):
    answer = Answer.objects.get(own_words=True)
    form = rep.get(url("take_need", answer.pk), headers=HTMX).content.decode()
    assert "月底对账要三天" in form
    assert "必须解决" in form
    said = {"kind": "rigid", "priority": "high", "description": "当天出账", "pain": "人工对账", "impact": "晚三天开票"}
    assert rep.post(url("take_need", answer.pk), said | {"kind": ""}, headers=HTMX).status_code == 422
    response = rep.post(url("take_need", answer.pk), said, headers=HTMX)
    assert response["HX-Trigger"] == "deal-changed"
    assert "需求：当天出账" in response.content.decode()
    need = Need.objects.get()
    assert (need.pain, need.impact, need.said_by_customer, need.contact) == (
        "人工对账", "晚三天开票", True, answer.contact,
    )  # fmt: skip


def test_correct_remove_restore_and_a_late_answer(rep, held):
    answer = Answer.objects.get(own_words=True)
    fixed = {"text": "对账要两天", "own_words": "on", "version": 1, "contact": answer.contact_id}
    assert "对账要两天" in rep.post(url("correct", answer.pk), fixed, headers=HTMX).content.decode()
    assert rep.post(url("correct", answer.pk), fixed | {"text": "四天"}, headers=HTMX).status_code == 409
    assert url("restore_answer", answer.pk) in rep.post(url("remove_answer", answer.pk), headers=HTMX).content.decode()
    rep.post(url("restore_answer", answer.pk))
    late = question_of(held, "goal")
    assert "补记回答" in rep.get(url("answer", late.pk)).content.decode()
    rep.post(url("answer", late.pk), {"text": "半年内上线", "slot": 0, "writer": "late"})
    assert "半年内上线" in rep.get(url("review", held.pk)).content.decode()


def test_topics_tell_the_customer_nothing_of_what_we_listen_for(rep, full):
    page = rep.get(url("topics", full.pk)).content.decode()
    assert "status 问题 1，华瑞精密" in page
    assert "最近一次？" not in page
    assert "decision 问题" not in page  # who decides and what it costs is asked face to face
    assert "还有哪些同事参与" in page


@pytest.mark.parametrize("kind", ["docx", "pdf", "xlsx"])
def test_export(rep, held, kind):
    answer = rep.get(url("export", held.pk, kind))
    assert answer.status_code == 200
    assert len(answer.content) > 1000
    if kind == "docx":
        document = Document(io.BytesIO(answer.content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        assert "“月底对账要三天”（客户原话）" in cells


def test_deal_panel_and_lists_ask_the_same_however_many_there_are(rep, deal, full, by, contact):
    def cost(address):
        rep.get(address)
        with CaptureQueriesContext(connection) as found:
            assert rep.get(address).status_code == 200
        return len(found)

    pages = [url("deal", deal.pk), url("panel", deal.pk), url("hold", full.pk), url("review", full.pk)]
    say(question_of(full), by, contact_id=contact.pk)
    before = [cost(page) for page in pages]
    for question in full.questions.all()[1:4]:
        say(question, by, "又说", contact_id=contact.pk)
    for number in range(3):
        other = actions.draw_up(deal=deal, draft=OutlineDraft(f"第 {number} 次"), by=by, now=NOW)
        OutlineQuestion.objects.create(outline=other, dimension="goal", text="？")
    assert [cost(page) for page in pages] == before


def test_who_sees_what(login, company, held, deal):
    pages = {"deal": deal.pk, "panel": deal.pk, "review": held.pk, "topics": held.pk, "scenes": deal.pk}
    expected = {"team_lead": 200, "auditor": 200, "teammate": 404, "collaborator": 404, "process_owner": 403}
    for name, status in expected.items():
        client = login(name)
        assert {client.get(url(page, pk)).status_code for page, pk in pages.items()} == {status}, name
    Membership.objects.create(opportunity=deal, user=company.collaborator)
    joined = login("collaborator")
    assert joined.get(url("review", held.pk)).status_code == 200
    assert joined.get(url("take_need", Answer.objects.first().pk)).status_code == 403
    assert login("auditor").get(url("hold", held.pk)).status_code == 403


def test_a_colleague_who_joined_takes_notes_too(login, company, full, deal):
    Membership.objects.create(opportunity=deal, user=company.collaborator)
    joined, question = login("collaborator"), question_of(full)
    assert joined.get(url("hold", full.pk)).status_code == 200
    assert joined.post(url("answer", question.pk), typed(f"{question.pk}-0"), headers=HTMX).status_code == 200
    assert "吴工 记" in login("rep").get(url("hold", full.pk)).content.decode()


def test_withdraw_and_restore_an_outline(rep, outline, deal):
    rep.post(url("withdraw", outline.pk))
    assert "已撤回 1 份" in rep.get(url("deal", deal.pk)).content.decode()
    rep.post(url("restore", outline.pk))
    assert Outline.objects.get().withdrawn_at is None


def test_edit_an_outline_and_its_conflict(rep, outline):
    form = {"title": "改名", "on": "2030-01-07", "version": 1}
    assert rep.post(url("edit", outline.pk), form).url == url("outline", outline.pk)
    again = rep.post(url("edit", outline.pk), form | {"title": "我的名字"})
    assert again.status_code == 409
    assert "改名" in again.content.decode()
