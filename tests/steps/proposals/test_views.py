import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.steps.proposals.cases import SAID, a_block, a_need, an_evidence, version_of
from tuoke.base.records.models import Event, key_of
from tuoke.base.records.templatetags.history import timeline_event
from tuoke.spine.library import actions as library
from tuoke.spine.library.models import Item
from tuoke.steps.discovery.rules import NeedKind
from tuoke.steps.proposals import actions, queries
from tuoke.steps.proposals.models import Proposal, ProposalVersion, Section
from tuoke.steps.proposals.rules import SectionDraft

HTMX = {"HX-Request": "true"}
NOW = timezone.now()


def url(name, *args):
    return reverse(f"proposals:{name}", args=args)


@pytest.fixture
def rep(login):
    return login("rep")


@pytest.fixture
def section(proposal):
    return proposal.sections.get()


def typed(section, **more):
    fields = {"title": section.title, "part": section.part, "text": section.text, "version": section.version}
    return {f"section{section.pk}-{name}": value for name, value in (fields | more).items()}


def page_of(client, deal):
    return client.get(url("builder", deal.pk)).content.decode()


def test_the_first_draft_in_one_press(rep, deal, need, block):
    page = page_of(rep, deal)
    for words in ("按需求起草", "三张表各写各的", "需求里提到“交期”", "现用方案", "差异化"):
        assert words in page
    picks = re.findall(r'name="pick" value="([^"]+)"', page)
    answer = rep.post(url("begin", deal.pk), {"title": "华瑞方案", "pick": picks}, headers=HTMX)
    assert answer["HX-Trigger"] == "deal-changed"
    page = answer.content.decode()
    assert "刚性需求已回应 0/1" in page  # 〔现用方案〕 is still open
    assert "还要补上：" in page
    assert 'class="open-place">〔现用方案〕' in page
    assert Proposal.objects.get().sections.count() == len(picks)


def test_a_blank_start_and_a_title_that_is_missing(rep, deal):
    answer = rep.post(url("begin", deal.pk), {"title": " ", "blank": "1"}, headers=HTMX)
    assert answer.status_code == 422
    assert rep.post(url("begin", deal.pk), {"title": "空白", "blank": "1"}).url == url("builder", deal.pk)
    assert Section.objects.count() == 0


def test_the_builder_shows_what_is_found_and_what_is_missing(rep, deal, proposal):
    page = page_of(rep, deal)
    for words in ("刚性需求已回应 1/1", "1 处数字没有证据", "三张表各写各的", "什么算客户自己的事实", "100 小时"):
        assert words in page
    assert 'class="claim claim-bare"' in page
    assert "需求 → 方案 → 价值 → 证据" in page


def test_a_need_without_an_answer_gets_blocks_with_reasons_and_one_press_takes_one(rep, deal, proposal, by, company):
    other = a_need(deal, by, "质量追溯要查到批次，客诉要在两小时内查清")
    block = a_block(
        company, "批次追溯", "按批次追溯，由〔我的姓名〕跟进，预算〔预算〕。", words=("追溯",), types=("quality",)
    )
    page = page_of(rep, deal)
    for words in ("还没有哪一节回应它", "批次追溯", "需求里提到“追溯”", "对应质量类需求"):
        assert words in page
    answer = rep.post(url("take", deal.pk, block.pk), {"need": other.pk}, headers=HTMX).content.decode()
    assert "已加入方案，还缺：预算" in answer
    taken = Section.objects.get(source__item=block)
    assert taken.text == "按批次追溯，由王芳跟进，预算〔预算〕。"
    assert list(taken.needs.all()) == [other]
    assert taken.why[0] == {"code": "need_words", "params": {"words": ["追溯"]}}


def test_edit_in_place_keeps_what_was_typed_when_refused_or_stale(rep, deal, section, need, by):
    form = rep.get(url("section_edit", section.pk), headers=HTMX).content.decode()
    assert 'data-draft="proposal-section-' in form
    assert "<html" not in form
    wrong = rep.post(url("section_edit", section.pk), typed(section, text="很长" * 4001), headers=HTMX)
    assert wrong.status_code == 422
    assert "正文最多 8000 个字，现在有 8002 个" in wrong.content.decode()
    assert "很长很长" in wrong.content.decode()
    mine = typed(section, text="我写的 240 单", needs=[need.pk])
    change = SectionDraft("solution", "别人改的", "别人的正文", ())
    actions.edit_section(section=section, version=1, draft=change, by=by, now=NOW)
    stale = rep.post(url("section_edit", section.pk), mine, headers=HTMX)
    assert stale.status_code == 409
    for words in ("我写的 240 单", "别人的正文", "有人先保存了"):
        assert words in stale.content.decode()
    section.refresh_from_db()
    assert rep.post(url("section_edit", section.pk), typed(section, text="新的 240 单")).status_code == 302
    section.refresh_from_db()
    assert section.text == "新的 240 单"


def test_sections_are_added_moved_dragged_dropped_and_restored(rep, deal, proposal, section, need):
    new = {"new-title": "第二节", "new-part": "solution", "new-text": "正文", "new-needs": [need.pk]}
    assert rep.post(url("add", deal.pk), new).url == url("builder", deal.pk)
    second = Section.objects.get(title="第二节")
    assert rep.post(url("add", deal.pk), new | {"new-part": "x"}, headers=HTMX).status_code == 422

    def order():
        return [sheet.section.pk for sheet in queries.standing(proposal, today=timezone.localdate()).sheets]

    rep.post(url("section_move", second.pk), {"to": "up"})
    assert order() == [second.pk, section.pk]
    rep.post(url("order", deal.pk), {"order": f"{section.pk},{second.pk}"}, headers=HTMX)
    assert order() == [section.pk, second.pk]
    rep.post(url("order", deal.pk), {"order": "x"}, headers=HTMX)
    answer = rep.post(url("section_withdraw", second.pk), {"version": 1}, headers=HTMX).content.decode()
    assert url("section_restore", second.pk) in answer
    assert "已撤下 1 节" in answer
    rep.post(url("section_restore", second.pk))
    assert order() == [section.pk, second.pk]


def test_evidence_is_offered_by_what_it_covers(rep, company, deal, section):
    weak, enough = an_evidence(company, "小样本", statement="减少 5 小时/月"), an_evidence(company, "行业调研")
    page = rep.get(url("proofs", section.pk), headers=HTMX).content.decode()
    assert page.index("行业调研") < page.index("小样本")
    Item.objects.filter(pk=enough.pk).update(shipped_as="evidence-sample")
    page = rep.get(url("proofs", section.pk), headers=HTMX).content.decode()
    assert page.index("小样本") < page.index("行业调研") < page.index("示例，不能发给客户")
    Item.objects.filter(pk=enough.pk).update(shipped_as="")
    assert "盖得住" in page
    assert "小样本" not in rep.get(url("proofs", section.pk), {"q": "调研"}, headers=HTMX).content.decode()
    answer = rep.post(url("proofs", section.pk), {"item": enough.pk}, headers=HTMX).content.decode()
    assert "数字都有证据" in answer
    proof = section.proofs.get()
    again = rep.post(url("proofs", section.pk), {"item": enough.pk}, headers=HTMX)
    assert (again.status_code, "这条证据已经放在这一节里了" in again.content.decode()) == (422, True)
    library.retire(item=enough, by=company.by("process_owner"), now=NOW)
    page = page_of(rep, deal)
    for words in ("有证据已失效", "已停用", "1 处数字没有证据"):
        assert words in page
    answer = rep.post(url("proof_withdraw", proof.pk), headers=HTMX).content.decode()
    assert url("proof_restore", proof.pk) in answer
    rep.post(url("proof_restore", proof.pk))
    assert section.proofs.standing().count() == 1
    assert rep.post(url("proofs", section.pk), {"item": 10**15}).status_code == 404
    assert weak.pk


def test_versions_are_kept_read_and_compared(rep, company, deal, proposal, section, by):
    rep.post(url("freeze", deal.pk), {"note": "初稿"})
    answer = rep.post(url("freeze", deal.pk), {"note": "再来"}, headers=HTMX).content.decode()
    assert "内容和第 1 版一样，没有另存" in answer
    item = an_evidence(company)
    actions.attach_proof(section=section, version=version_of(item), by=by, now=NOW)
    change = SectionDraft("solution", "交期对齐", section.text.replace("100", "120"), ())
    actions.edit_section(section=section, version=1, draft=change, by=by, now=NOW)
    rep.post(url("freeze", deal.pk), {"note": ""})
    second = ProposalVersion.objects.get(number=2)
    page = rep.get(url("version", second.pk), {"against": 1}).content.decode()
    for words in ("<del>100</del><ins>120</ins>", "加了证据：行业调研", "第 1 版 → 第 2 版"):
        assert words in page
    library.mark_outdated(item=item, reason="数据有误", by=company.by("process_owner"), now=NOW)
    assert "这一版引用的证据已失效" in rep.get(url("version", second.pk)).content.decode()
    assert "证据失效" in rep.get(url("builder", deal.pk), headers=HTMX).content.decode()
    assert rep.get(url("preview", deal.pk)).status_code == 200


def test_all_blocks_are_searched(rep, company, deal, proposal, block):
    a_block(company, "客户满意度回访", "每月回访", "service", words=("满意",), types=("experience",))
    a_block(company, "银行专用", "只给银行", industry="金融业")
    page = rep.get(url("blocks", deal.pk)).content.decode()
    assert page.index("一个交期，三处共用") < page.index("客户满意度回访")
    assert "银行专用" not in page
    found = rep.get(url("blocks", deal.pk), {"q": "回访", "part": "service"}, headers=HTMX).content.decode()
    assert "客户满意度回访" in found
    assert "一个交期" not in found


def test_rename_withdraw_and_restore(rep, deal, proposal):
    stale = {"proposal-title": "新名字", "proposal-version": 9}
    assert rep.post(url("title", deal.pk), stale, headers=HTMX).status_code == 409
    assert rep.post(url("title", deal.pk), stale | {"proposal-version": 1}).status_code == 302
    answer = rep.post(url("withdraw", deal.pk), {"version": 2}, headers=HTMX).content.decode()
    assert "“新名字”已撤回" in answer
    rep.post(url("restore", proposal.pk))
    assert "新名字" in page_of(rep, deal)


@pytest.mark.parametrize(
    "who, read, write",
    [("rep", 200, 200), ("team_lead", 200, 200), ("director", 200, 200), ("auditor", 200, 403), ("teammate", 404, 404)],
)
def test_who_may_read_and_write(login, deal, proposal, section, who, read, write):
    client = login(who)
    assert client.get(url("builder", deal.pk)).status_code == read
    for name, pk in (("add", deal.pk), ("section_edit", section.pk), ("proofs", section.pk)):
        assert client.get(url(name, pk)).status_code == write, name
    if read == 200:
        assert (url("section_edit", section.pk) in page_of(client, deal)) == (write == 200)


def test_bad_input_is_harmless(rep, deal, section):
    for value in ("", "x", "1e18", "-1", "9" * 30, "💥"):
        assert rep.post(url("section_withdraw", section.pk), {"version": value}).status_code == 302
        assert rep.post(url("proofs", section.pk), {"item": value}).status_code == 422
        assert rep.get(url("add", deal.pk), {"need": value, "part": value}).status_code == 200
    text = typed(section, text="<script>alert(1)</script>🙂 〔 没有合上")
    assert rep.post(url("section_edit", section.pk), text).status_code == 302
    assert "<script>alert(1)" not in page_of(rep, deal)


def test_the_builder_costs_the_same_for_one_and_for_three(rep, company, deal, proposal, section, by):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert rep.get(url("builder", deal.pk)).status_code == 200
        return len(asked)

    actions.attach_proof(section=section, version=version_of(an_evidence(company)), by=by, now=NOW)
    actions.freeze(proposal=proposal, by=by, now=NOW)
    few = cost()
    for number in range(3):
        need = a_need(deal, by, f"{SAID}，第{number}处", NeedKind.ELASTIC)
        a_block(company, f"段{number}", "正文")
        change = SectionDraft("plan", f"第{number}节", "正文", (need.pk,))
        new = actions.add_section(proposal=proposal, draft=change, by=by, now=NOW)
        actions.attach_proof(section=new, version=version_of(an_evidence(company, f"证据{number}")), by=by, now=NOW)
        actions.freeze(proposal=proposal, by=by, now=NOW)
    assert cost() == few


def test_history_is_told_in_words(company, deal, proposal, section, by):
    item = an_evidence(company)
    proof = actions.attach_proof(section=section, version=version_of(item), by=by, now=NOW)
    actions.withdraw_proof(proof=proof, by=by, now=NOW)
    actions.freeze(proposal=proposal, note="初稿", by=by, now=NOW)
    said = [
        str(timeline_event(event)) for event in Event.objects.filter(thread=key_of(deal), kind__startswith="proposals.")
    ]
    assert len(said) == 4
    assert all("行业调研" in words or proposal.title in words for words in said)
