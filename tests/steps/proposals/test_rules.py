import json

import pytest

from tuoke.spine.library.rules import Change
from tuoke.steps.proposals.rules import (
    Asked,
    Block,
    CoverageRow,
    Evidence,
    FactKind,
    Frozen,
    FrozenClaim,
    FrozenProof,
    FrozenSection,
    Lack,
    SectionDraft,
    Told,
    Written,
    answer_to,
    best_for,
    between,
    claims_in,
    figures_of,
    heading_of,
    judge_section,
    known_of,
    may_be_kept,
    parse,
    readiness_of,
    seal,
    store,
    suggest,
    uncovered,
    wanted,
)
from tuoke.steps.proposals.rules.suggesting import Met

NEED = "销售、计划、车间“三张表各写各的”，每月 240 单里有两成交期对不上，每单返工沟通 25 分钟，用友导不出来"
KNOWN = known_of(
    [Told(NEED, "需求清单", 7), Told("订单一改车间第二天才知道", "访谈", 7), Told("用友 U8", "客户资料", is_name=True)],
    customer="华瑞精密",
)


def facts(text, general=""):
    return [(fact.kind, fact.text) for fact in KNOWN.found_in(text, general=general)]


@pytest.mark.parametrize(
    "text, found",
    [
        ("以每月 240 单计算", [(FactKind.FIGURE, "240 单")]),
        ("每单 二十五分钟 的沟通", [(FactKind.FIGURE, "25 分钟")]),
        ("不再三张表，各写各的", [(FactKind.NAME, "三张表各写各的")]),
        ("您说“订单一改，车间第二天才知道”", [(FactKind.WORDS, "订单一改，车间第二天才知道")]),
        ("与 用友 U8 对接", [(FactKind.NAME, "用友 U8")]),
        ("为华瑞精密量身定做，全面提升效率", []),
        ("覆盖 3 个环节、5 类角色", []),
        ("〔三张表各写各的〕", []),
        ("华瑞精密的订单一改", []),
    ],
)
def test_what_counts_as_the_customers_own(text, found):
    assert facts(text) == found


def test_what_stood_in_the_library_already_says_nothing_of_the_customer():
    block = "订单一改车间第二天才知道，是很多工厂的通病，平均 25 分钟一单。"
    assert facts(block, general=block) == []
    assert facts(block + "贵司每月 240 单。", general=block) == [(FactKind.FIGURE, "240 单")]


@pytest.mark.parametrize(
    "text, part, claimed",
    [
        ("换线时间缩短三成", "solution", ["三成"]),
        ("5 天内上线，费用减半", "plan", ["5 天", "减半"]),
        ("贵司目前每单返工沟通 25 分钟", "situation", []),
        ("每单沟通缩短到 25 分钟以内", "solution", ["25 分钟"]),
        ("您要求“每单 25 分钟以内”", "situation", []),
        ("我们保证“效率提升 50%”", "solution", ["50%"]),
        ("总价 18 万元", "terms", []),
        ("每年省下 18 万元", "value", ["18 万元"]),
        ("第 3 条产线在 2026 年改造，见 2.1 节", "plan", []),
    ],
)
def test_what_counts_as_a_claim(text, part, claimed):
    assert [claim.text for claim in claims_in(text, own=figures_of([NEED]), part=part)] == claimed


def test_a_claim_needs_a_figure_that_reaches_it():
    (claim,) = claims_in("换线时间缩短 30%")
    assert text_at(claim, "换线时间缩短 30%") == "30%"
    weak, strong = Evidence(1, figures_of(["缩短 25%"])), Evidence(2, figures_of(["缩短 32%"]))
    assert uncovered([claim], [weak]) == (claim,)
    assert uncovered([claim], [weak, strong]) == ()


def text_at(claim, text):
    return text[claim.start : claim.end]


def judged(text, *, part="solution", needs=(7,), general="", proofs=()):
    written = Written(1, part, "交期对齐", text, needs, general, proofs)
    return judge_section(written, KNOWN, own_figures=figures_of([NEED]))


@pytest.mark.parametrize(
    "section, lack",
    [
        (judged("每月 240 单共用一个交期"), None),
        (judged("共用一个交期"), Lack.GENERAL),
        (judged("每月 240 单，〔写明怎么解决〕"), Lack.UNFINISHED),
        (judged(""), Lack.UNFINISHED),
        (judged("每月 240 单", part="situation"), Lack.ELSEWHERE),
        (judged("每月 240 单", needs=(8,)), Lack.NO_SECTION),
    ],
)
def test_a_need_is_answered_only_by_a_finished_section_of_the_customers_own(section, lack):
    assert answer_to(Asked(7, "rigid", "high", NEED), [section]).lack == lack


def test_readiness_names_everything_that_is_missing():
    general, bare = judged("共用一个交期"), judged("每月 240 单，效率提升 50%")
    answers = [answer_to(Asked(9, kind, "high", "别的"), [general, bare]) for kind in ("rigid", "latent")]
    ready = readiness_of([general, bare], answers, stale=(4,))
    assert [claim.text for _section, claim in ready.uncovered] == ["50%"]
    assert [answer.need.kind for answer in ready.unanswered] == ["rigid"]
    assert (ready.general, ready.stale, ready.is_ready) == ((general,), (4,), False)
    assert not readiness_of([], []).is_ready
    assert readiness_of([judged("每月 240 单共用一个交期")], []).is_ready


def a_block(pk, part="solution", *, words=(), types=(), **tags):
    return Block(pk, pk, f"段{pk}", part, "正文", types, words, "", tags.get("industry", ""), tags.get("scale", ""))


def test_suggestions_say_why_and_put_the_customers_words_first():
    needs = [wanted(7, NEED, kind="rigid", priority="high")]
    blocks = [
        a_block(1, types=("delivery",)),
        a_block(2, words=("交期", "三张表"), types=("delivery",)),
        a_block(3, types=("delivery",), industry="制造业"),
        a_block(4, types=("delivery",), industry="金融业"),
        a_block(5, types=("growth",)),
        a_block(6, "plan"),
        a_block(7, types=("delivery",), scale="large"),
    ]
    found = suggest(blocks, needs, industry="制造业", scale="small", taken={1})
    assert [one.block.item_id for one in found] == [2, 3, 6]
    assert [(reason.code, dict(reason.params)) for reason in found[0].why] == [
        ("need_words", {"words": ["交期", "三张表"]}),
        ("need_type", {"types": ["delivery"]}),
    ]
    assert [reason.code for reason in found[1].why] == ["need_type", "industry"]
    assert found[0].needs == (7,)


def test_of_several_needs_each_is_offered_what_meets_just_that():
    needs = [wanted(7, NEED, kind="rigid", priority="high"), wanted(8, "批次要能追溯", kind="rigid", priority="high")]
    both = a_block(1, words=("交期", "三张表", "追溯"))
    blocks = [both, a_block(2, words=("追溯", "批次")), a_block(3, "situation", words=("追溯", "批次"))]
    found = suggest(blocks, needs, industry="制造业", scale="small")
    assert [one.block.item_id for one in best_for(found, 7, limit=2)] == [1]
    assert [one.block.item_id for one in best_for(found, 8, limit=2)] == [2, 1]
    assert best_for(found, 8, limit=2)[1].why[0].params == {"words": ["追溯"]}


def test_without_needs_the_usual_of_the_industry_is_suggested():
    blocks = [a_block(1, types=("cost",)), a_block(2, types=("experience",))]
    assert [one.block.item_id for one in suggest(blocks, [], industry="制造业", scale="")] == [1]
    assert [one.block.item_id for one in suggest(blocks, [], industry="居民服务", scale="")] == [2]


@pytest.mark.parametrize(
    "text, heading",
    [
        ("1. 交期对齐。每月对不上", "交期对齐"),
        ("一、" + "长" * 40, "长" * 23 + "…"),
        ("  打通用友；不再手工  ", "打通用友"),
        ("销售、计划、车间“三张表各写各的”，每月 240 单里有两成交期对不上", "销售、计划、车间“三张表各写各的”"),
        ("他说“交期，我们从来不敢答应得太早，因为插单太多”", "他说“交期，我们从来不敢答应得太早，因为插单太…"),
    ],
)
def test_heading(text, heading):
    assert heading_of(text) == heading


@pytest.mark.parametrize(
    "words, types, close",
    [(("投诉",), (), False), (("投诉",), ("quality",), True), (("积分", "会员"), (), True), ((), ("quality",), False)],
)
def test_one_shared_word_is_not_enough_to_draft_from(words, types, close):
    assert Met(1, 12, words, types).is_close is close


@pytest.mark.parametrize(
    "draft, codes",
    [
        (SectionDraft("solution", "交期", ""), ()),
        (SectionDraft("anything", " ", "x" * 8001), ("part_unknown", "title_missing", "text_too_long")),
        (SectionDraft("plan", "标" * 81, "\x00"), ("title_too_long", "text_broken")),
    ],
)
def test_may_be_kept(draft, codes):
    assert may_be_kept(draft).codes == codes


def frozen(*sections, parts=None, made_on="2026-11-23"):
    return Frozen("方案", "华瑞精密", made_on, tuple(sections), (CoverageRow(7, "rigid", "high", NEED),), parts or {})


def a_section(pk, text="正文", *, title="一节", part="solution", proofs=()):
    return FrozenSection(pk, part, title, text, (7,), (FrozenClaim("30%", 0, 3),), proofs)


def test_frozen_content_survives_json():
    proof = FrozenProof(4, 2, "case", "案例", figures=("42 分钟 → 29 分钟",), named=True)
    content = frozen(a_section(1, proofs=(proof,)), parts={"value": {"likely": "180000.00"}})
    assert parse(json.loads(json.dumps(store(content)))) == content
    assert content.proofs == (proof,)
    assert [claim.text for claim in content.uncovered] == ["30%"]
    assert [row.need_id for row in content.unanswered] == [7]


def test_seals_follow_what_is_said_and_not_the_day():
    one, later = frozen(a_section(1)), frozen(a_section(1), made_on="2026-12-01")
    other = frozen(a_section(1, "别的"))
    assert seal(store(one)) == seal(store(later)) != seal(store(other))


def test_differences_between_versions():
    proof = FrozenProof(4, 2, "case", "案例")
    before = frozen(a_section(1, "交期 5 天"), a_section(2), a_section(3), parts={"offer": {"gross": "1.00"}})
    after = frozen(
        a_section(3), a_section(1, "交期 7 天", proofs=(proof,)), a_section(4), parts={"offer": {"gross": "2.00"}}
    )
    change = between(before, after)
    said = {one.section.section_id: one for one in change.sections}
    assert {pk: one.change for pk, one in said.items()} == {1: Change.SAME, 4: Change.IN, 2: Change.OUT}
    assert [(run.change, run.text) for run in said[1].text if run.change != Change.SAME] == [("out", "5"), ("in", "7")]
    assert (said[1].proofs_in, change.parts, change.is_reordered) == (("案例",), ("offer",), True)
    assert between(before, before).is_none
