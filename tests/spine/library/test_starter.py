"""The library that ships: whole, sound, added once, and never over what people made of it."""

from __future__ import annotations

from collections import Counter

import pytest

from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.queries import history_of
from tuoke.doors.cli.main import main
from tuoke.spine.catalog.rules import Market
from tuoke.spine.library.actions import load_starter, retire, revise
from tuoke.spine.library.actions.shipped import read_starter
from tuoke.spine.library.models import Item
from tuoke.spine.library.queries import current_of, fitting_clauses, found, offered
from tuoke.spine.library.rules import (
    BlockPart,
    CaseContent,
    ClausePart,
    Dimension,
    Fit,
    ItemDraft,
    ItemKind,
    ObjectionKind,
    PhraseContent,
    PhraseField,
    QuestionContent,
    SignalKind,
    Trigger,
    emphasis_of,
    quantities,
    texts_of,
)

BY = system("test")


@pytest.fixture(scope="module")
def starter():
    return read_starter()


def of(starter, kind):
    return [shipped for shipped in starter if shipped.kind is kind]


def test_every_item_could_be_typed_as_it_stands(starter):
    assert {shipped.key: shipped.verdict.reasons for shipped in starter if not shipped.verdict} == {}
    keys = Counter(shipped.key for shipped in starter)
    titles = Counter((shipped.kind, shipped.draft.titled) for shipped in starter)
    assert max(keys.values()) == max(titles.values()) == 1


def test_there_is_enough_of_each_kind_for_each_trade(starter):
    counts = Counter(shipped.kind for shipped in starter)
    wanted = {
        "script": 8,
        "opening": 14,
        "question": 50,
        "case": 10,
        "mail": 8,
        "phrase": 24,
        "block": 30,
        "objection": 20,
        "closing": 8,
        "evidence": 8,
        "clause": 30,
    }
    assert {kind: counts[ItemKind(kind)] >= n for kind, n in wanted.items()} == dict.fromkeys(wanted, True)
    families = Counter(shipped.family for shipped in starter if shipped.family)
    assert sum(size >= 2 for size in families.values()) >= 2
    for kind in (ItemKind.SCRIPT, ItemKind.QUESTION, ItemKind.CASE):
        tags = [shipped.draft.tags for shipped in of(starter, kind)]
        assert {"制造业", "租赁商务服务", "批发零售"} <= {one.industry for one in tags}
        assert any(one.market == Market.TOC for one in tags)
    assert {Trigger(s.draft.tags.trigger) for s in of(starter, ItemKind.OPENING) if s.draft.tags.trigger} == set(
        Trigger
    )
    phrases = [s.draft.content for s in of(starter, ItemKind.PHRASE)]
    assert {one.field for one in phrases if isinstance(one, PhraseContent)} == {field.value for field in PhraseField}


def test_questions_cover_the_five_dimensions_and_say_what_to_listen_for(starter):
    questions = [(s.draft.tags, s.draft.content) for s in of(starter, ItemKind.QUESTION)]
    assert all(isinstance(said, QuestionContent) and said.probes and said.listen_for for _tags, said in questions)
    for industry in ("", "制造业", "批发零售"):
        assert {tags.dimension for tags, _ in questions if tags.industry == industry} == {d.value for d in Dimension}


def test_cases_are_examples_and_say_so(starter):
    for shipped in of(starter, ItemKind.CASE):
        case = shipped.draft.content
        assert isinstance(case, CaseContent)
        assert not case.may_name
        assert case.figures
        assert "虚构" in case.customer
        assert "虚构" in case.source


@pytest.mark.parametrize(
    "echo", ["快速扩张|内部协同", "主要采用什么方式", "最大挑战是什么", "理想状态下", "最看重的三个因素", "流失客户的例子", "月均节省成本", "投入产出", "员工培训", "不再重复录入", "开放接口", "对账和报表", "异常数据预警", "现有系统清单和对接文档", "投诉明显增加", "省下多少钱", "满意度由第三方回访", "产出提高三成", "试用账号|原型", "太贵|预算", "等不了", "数据放在外面", "第三方安全评估的证书", "一次免费的员工培训"]
)  # fmt: skip
def test_each_example_of_the_process_document_has_its_counterpart(starter, echo):
    texts = [text for shipped in starter for text in texts_of(shipped.draft.content)]
    assert any(all(word in text for word in echo.split("|")) for text in texts)


def test_it_is_added_once_and_stays_as_people_made_it(db, company, now, django_assert_max_num_queries):
    lead = company.by("team_lead")
    with pytest.raises(Refused):
        load_starter(by=company.by("rep"), now=now)
    with django_assert_max_num_queries(25):
        assert load_starter(by=BY, now=now) == len(read_starter())
    mine, gone = Item.objects.filter(kind="phrase")[:2]
    revise(item=mine, version=1, draft=ItemDraft(PhraseContent("我们自己的话")), by=lead, now=now)
    retire(item=gone, by=lead, now=now)
    with django_assert_max_num_queries(4):
        assert load_starter(by=BY, now=now) == 0
    mine.refresh_from_db()
    assert (current_of(mine).parsed.text, Item.objects.in_use().count()) == ("我们自己的话", len(read_starter()) - 1)
    assert history_of(gone).last().facts["shipped"] is True
    assert [item.title for item in found(lead, "rzkskz")] == ["融资 · 快速扩张期的内部协同"]


def test_a_factory_is_offered_what_is_for_factories(db, company, now):
    load_starter(by=BY, now=now)
    rep = company.by("rep")
    fit = Fit(market="tob", industry="汽车零部件", channel="phone", role="生产副总")
    assert {offer.item.family for offer in offered(rep, kind="script", fit=fit, limit=2)} == {
        "first-call-manufacturing"
    }
    news = offered(rep, kind="opening", fit=Fit(market="tob", triggers=("funding",)))
    assert {offer.item.trigger for offer in news} == {"funding", ""}
    assert news[0].item.trigger == "funding"
    unknown, known = (
        [offer.item.title for offer in offered(rep, kind="script", fit=Fit(market="tob", motion="new", triggers=told))]
        for told in ((), ("referral",))
    )
    assert unknown.index("企业首次电话 · 先问后说") < unknown.index("转介绍首次电话")
    assert known[0] == "转介绍首次电话"
    assert offered(rep, kind="script", fit=Fit(market="tob"))[-1].item.title == "转介绍首次电话"
    person = offered(rep, kind="script", fit=Fit(market="toc"))
    assert person[0].item.title == "个人客户首次沟通 · 电话或微信"
    assert all(offer.item.is_example for offer in offered(rep, kind="case", fit=fit))


def test_the_shell_hands_scripts_out(db, now, tmp_path, capsys):
    load_starter(by=BY, now=now)
    script = Item.objects.get(shipped_as="scripts/tob-ask-first")
    for words, ending in (([str(script.pk)], "docx"), ([], "pdf"), ([], "xlsx")):
        target = tmp_path / f"话术.{ending}"
        assert main(["export", "script", *words, "-o", str(target)]) == 0
        assert target.stat().st_size > 1000
    assert main(["export", "script", "999999", "-o", str(tmp_path / "no.docx")]) == 2
    assert "999999" in capsys.readouterr().err


def test_objections_of_every_kind_rest_on_what_ships_and_blocks_fill_every_part(starter):
    keys = {shipped.key for shipped in starter}
    objections = of(starter, ItemKind.OBJECTION)
    assert {s.draft.content.kind for s in objections} == set(ObjectionKind)
    assert all(s.draft.content.meaning and s.draft.content.probes and s.proofs for s in objections)
    assert {proof for s in objections for proof in s.proofs} <= keys
    blocks = of(starter, ItemKind.BLOCK)
    assert {s.draft.content.part for s in blocks} == set(BlockPart)
    for industry in ("制造业", "租赁商务服务", "批发零售"):
        needs = {need for s in blocks if s.draft.tags.industry == industry for need in s.draft.content.need_types}
        assert set(emphasis_of(industry)) <= needs
    assert [s.key for s in blocks if any(q.is_promise for q in quantities(s.draft.content.text))] == []
    assert {s.draft.content.signal for s in of(starter, ItemKind.CLOSING)} == {"", *SignalKind}


@pytest.mark.parametrize(
    "fit",
    [
        Fit(market="tob", scale="large", industry="汽车零部件制造"),
        Fit(market="tob", scale="small", industry="软件"),
        Fit(market="tob", scale="small", industry="连锁超市"),
        Fit(market="toc"),
    ],
)
def test_every_customer_gets_a_whole_contract_one_clause_a_heading(db, now, company, fit):
    load_starter(by=BY, now=now)
    drafted = fitting_clauses(company.by("rep"), fit=fit, is_draft=True)
    said = [offer.content for offer in drafted]
    headings = [(one.part, one.heading) for one in said]
    assert len(set(headings)) == len(headings) >= 8
    assert {one.part for one in said} == set(ClausePart)
    assert [one.part for one in said] == sorted((one.part for one in said), key=list(ClausePart).index)
    assert all(one.is_drafted for one in said)
    assert any("〔付款安排〕" in one.text for one in said)
    assert any("〔合同金额〕" in one.text for one in said)
    industry = "制造业" if "制造" in fit.industry else ""
    if industry:
        assert {offer.item.industry for offer in drafted if offer.content.heading == "服务范围"} == {industry}


def test_clauses_name_no_day_that_can_be_read_in_two_ways(starter):
    vague = ("尽快", "及时", "左右", "适当", "合理时间", "等相关")
    texts = [s.draft.content.text for s in of(starter, ItemKind.CLAUSE)]
    assert [text for text in texts for word in vague if word in text] == []
