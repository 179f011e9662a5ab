"""Figures in texts: what they say, what covers them, and what a case or evidence proves. Plain Python."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tuoke.spine.library.rules import (
    BlockContent,
    CaseContent,
    EvidenceContent,
    Held,
    ItemKind,
    MeasureWrong,
    ObjectionContent,
    ProofStanding,
    covers,
    emphasis_of,
    match,
    measure_in,
    need_types_of,
    proof_quantities,
    proves,
    quantities,
    sound_content,
    standing,
)

TODAY = date(2026, 11, 23)


def said(text):
    return [(q.text, f"{q.low.normalize():f}", f"{q.high.normalize():f}", q.unit) for q in quantities(text)]


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("效率提升30%", 30, 30, "%"),
        ("效率提升３０％", 30, 30, "%"),
        ("人均产出提高三成", 30, 30, "%"),
        ("降低三成半", 35, 35, "%"),
        ("成本降低七八成", 70, 80, "%"),
        ("提升百分之三十", 30, 30, "%"),
        ("返工减少一半", 50, 50, "%"),
        ("错误率减少三分之二", "66.6", "66.6", "%"),
        ("降低 20%~30%", 20, 30, "%"),
        ("毛利率 +2.6 个百分点", "2.6", "2.6", "pp"),
        ("产能翻倍", 1, 1, "×"),
        ("产量是原来的两倍", 2, 2, "×"),
        ("5 天内上线", 7200, 7200, "min"),
        ("5-7 个工作日交付", 10080, 14112, "min"),
        ("十二天完成", 17280, 17280, "min"),
        ("半年回本", 262800, 262800, "min"),
        ("减少 12 小时/月", 720, 720, "min/月"),
        ("每年节省 1.5 万元", 15000, 15000, "yuan/年"),
        ("每年净省 19 万", 190000, 190000, "yuan/年"),
        ("节省 3,200 元", 3200, 3200, "yuan"),
        ("投诉每月减少 40 件", 40, 40, "件/月"),
    ],
)
def test_figures_are_read_as_people_write_them(text, low, high, unit):
    (only,) = quantities(text)
    assert (only.low, only.high, only.unit) == (Decimal(str(low)), Decimal(str(high)), unit)
    assert text[only.start : only.end].strip() == only.text
    assert only.is_promise


@pytest.mark.parametrize(
    "text",
    ["2026 年 3 月 5 日", "2025-11-30 前", "3月15日签字", "10:30 开会", "第 3 条、第二节", "电话 13812345678", "V2.3 版", "ISO 27001", "一、二、三、四",
     "三张表各写各的", "四条产线", "每月 240 单", "成功上线", "成立于那年", "一年合多少钱", "三年总成本", "近三年的报表", "", "😀" * 50, "<b>三</b>"],
)  # fmt: skip
def test_dates_labels_and_plain_counts_are_no_figures(text):
    assert said(text) == []


@pytest.mark.parametrize(
    ("evidence", "claim", "is_covered"),
    [
        ("提升 31%", "提升三成", True),
        ("提升 25%", "提升三成", False),
        ("提升 20%-30%", "提升 20%-30%", True),
        ("提升 20%-30%", "提升 25%", False),
        ("提升 20%-30%", "提升 40%", False),
        ("每月减少 12 小时", "每月节省 10 小时", True),
        ("每年减少 12 小时", "每月节省 10 小时", False),
        ("4 天上线", "5 天内上线", True),
        ("6 天上线", "5 天内上线", False),
        ("25 分钟内查清", "1 天内查清", True),
        ("不良率降到 2.1%", "不良率控制在 3% 以内", True),
        ("利用率 64% → 95%", "提升 60%", False),
        ("利用率 64% → 95%", "到位率达到 90%", True),
        ("节省 3 万元", "节省 3 天", False),
    ],
)
def test_a_figure_covers_a_claim_that_it_reaches(evidence, claim, is_covered):
    assert any(covers(figure, quantities(claim)[0]) for figure in quantities(evidence)) is is_covered


def test_before_and_after_prove_the_gain_and_where_it_began_promises_nothing():
    case = CaseContent(measures=("换线准备：42 分钟 → 29 分钟",))
    before, after, gain, share = proof_quantities(case)
    assert (before.is_promise, after.high, gain.low, share.low) == (False, 29, 13, Decimal("30.95"))
    claims = quantities("换线准备时间缩短三成，从 42 分钟降到 30 分钟")
    assert [claim.is_promise for claim in claims] == [True, False, True]
    assert all(proves([case], claim) for claim in claims)
    assert not proves([case], quantities("缩短一半")[0])
    assert proves([EvidenceContent(figures=("缺货损失减少 52%",))], quantities("缺货损失减少一半")[0])
    assert proof_quantities(BlockContent("提升 30%")) == ()


@pytest.mark.parametrize("line", ["换线准备 42 → 29", "换线：快 → 更快", "换线：42 分钟", "→", "a：1 → 2 → 3"])
def test_a_measure_has_a_name_and_two_figures(line):
    with pytest.raises(MeasureWrong):
        measure_in(line)
    assert sound_content(ItemKind.CASE, CaseContent("某厂", "慢", "改", "快", measures=(line,))).codes == (
        "measure_broken",
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ProofStanding.CURRENT),
        ({"current_number": 2}, ProofStanding.REPLACED),
        ({"valid_until": TODAY}, ProofStanding.CURRENT),
        ({"valid_until": date(2026, 11, 22), "current_number": 2}, ProofStanding.OUTDATED),
        ({"review_by": date(2026, 11, 22)}, ProofStanding.OUTDATED),
        ({"is_outdated": True}, ProofStanding.OUTDATED),
        ({"is_retired": True, "is_outdated": True}, ProofStanding.WITHDRAWN),
    ],
)
def test_the_gravest_of_what_befell_it_is_said(changes, expected):
    held = {
        "number": 1,
        "current_number": 1,
        "is_retired": False,
        "is_outdated": False,
        "review_by": None,
        "valid_until": None,
    }
    assert standing(Held(**{**held, **changes}), today=TODAY) is expected


def test_needs_are_read_and_matched():
    assert need_types_of("减少重复录入，打通系统")[0] == "efficiency"
    assert need_types_of("") == ()
    assert emphasis_of("制造业") == ("cost", "efficiency")
    assert emphasis_of("租赁商务服务")[0] == "experience"
    block = BlockContent("…", need_types=("delivery", "cost"), need_words=("插单",))
    found = match(block, text="插单以后交期算不准")
    assert (found.need_types, found.words, found.points) == (("delivery",), ("插单",), 3)
    assert not match(block, text="希望界面好看")


def test_what_no_list_holds_is_refused():
    assert sound_content(ItemKind.BLOCK, BlockContent("正文", part="cover", need_types=("x",), priority="urgent")).codes == (
        "choice_unknown",
    ) * 3  # fmt: skip
    evidence = EvidenceContent("证", "report", url="javascript:alert(1)", dated_on=TODAY, valid_until=date(2020, 1, 1))
    assert set(sound_content(ItemKind.EVIDENCE, evidence).codes) == {
        "part_missing",
        "valid_before_dated",
        "url_strange",
    }
    assert sound_content(ItemKind.OBJECTION, ObjectionContent("贵", answer="好", proofs=("a1",))).codes == (
        "proof_unknown",
    )
