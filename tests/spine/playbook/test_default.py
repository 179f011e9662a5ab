"""P1: the process document is complete in the playbook that ships."""

from __future__ import annotations

from itertools import product

import pytest
import yaml

from tests.spine.playbook.docs import shipped, shipped_content
from tuoke.spine.catalog.rules import Market, Motion, Scale, Segment
from tuoke.spine.playbook.rules import KINDS, MAX_REQUIRED, StepDoc, StepKey, resolve, variant_for
from tuoke.spine.playbook.rules.kinds import TICK

STEPS = [pytest.param(step, id=step.key) for step in shipped().steps]


def everything(step: StepDoc | None = None) -> str:
    content = shipped_content()
    if step is not None:
        content = content["steps"][step.number - 1]
    return yaml.safe_dump(content, allow_unicode=True, width=10**6)


def test_eight_steps_in_the_order_of_the_process():
    assert [step.key for step in shipped().steps] == list(StepKey)
    assert [step.name for step in shipped().steps] == [
        "前期准备", "客户筛选", "初步接触", "深度沟通", "方案呈现", "谈判促成", "签约启动", "复盘优化",
    ]  # fmt: skip
    assert shipped().logic == ("目标聚焦", "精准触达", "需求挖掘", "价值呈现", "促成转化", "持续深耕")
    assert {step.theme for step in shipped().steps} == set(shipped().logic)


def test_standard_days():
    assert [step.standard_days for step in shipped().steps] == [3, 5, 7, 14, 14, 21, 14, 7]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_complete(step):
    assert len(step.actions) >= 3
    assert all(a.how and a.tools and a.example and a.output for a in step.actions)
    assert len(step.script) >= 3
    assert step.good_example
    assert len(step.common_mistakes) >= 3
    assert len(step.deliverables) >= 2
    assert step.pacing
    assert step.verification
    assert {r.part.value for r in step.responsibilities} >= {"accountable", "consulted"} or step.number == 7
    assert sum(r.part.value == "accountable" for r in step.responsibilities) == 1


@pytest.mark.parametrize("step", STEPS)
def test_few_hard_criteria_many_soft(step):
    assert 1 <= len(step.required) <= MAX_REQUIRED
    assert len(step.advised) >= 2
    assert {criterion.kind for criterion in step.criteria} <= set(KINDS)


@pytest.mark.parametrize(
    ("step", "titles"),
    [
        ("targeting", ["市场与竞品分析", "目标客户画像构建", "资源与目标拆解"]),
        ("leads", ["线索来源管理", "多维度筛选评分", "分级跟进优先级"]),
        ("outreach", ["触达前准备", "多渠道触达", "信息初步收集"]),
        ("discovery", ["需求调研提纲设计", "场景化沟通", "需求确认与分级"]),
        ("proposals", ["方案定制化设计", "价值可视化呈现", "异议预判与应对"]),
        ("negotiation", ["谈判前准备", "聚焦价值而非价格", "临门一脚促成"]),
        ("contracts", ["合同条款确认", "内部资源对接", "首期成果交付"]),
        ("reviews", ["项目复盘会议", "客户关系深化", "流程迭代更新"]),
    ],
)
def test_every_key_action_of_the_process_document_is_there(step, titles):
    assert [action.title for action in shipped().step(step).actions][:3] == titles


@pytest.mark.parametrize(
    ("step", "names"),
    [
        ("targeting", ["市场分析模板", "《目标客户画像清单》"]),
        ("leads", ["《线索来源登记表》"]),
        ("outreach", ["《初次沟通脚本模板》", "《项目跟进记录表》"]),
        ("discovery", ["《客户需求清单》"]),
        ("negotiation", ["《谈判要点清单》"]),
        ("contracts", ["《项目启动计划》"]),
        ("reviews", ["《项目复盘报告》"]),
    ],
)
def test_every_named_document_is_a_deliverable_of_its_step(step, names):
    assert {deliverable.name for deliverable in shipped().step(step).deliverables} >= set(names)


@pytest.mark.parametrize(
    ("step", "terms"),
    [
        ("targeting", ["行业报告", "客户访谈", "竞品调研", "行业属性", "企业规模", "决策链角色", "痛点优先级", "预算匹配度"]),
        ("leads", ["展会", "线上研讨会", "客户转介绍", "招投标", "画像匹配度", "需求紧急度", "决策链完整性", "重点攻坚", "持续培育", "长期观察"]),
        ("outreach", ["LinkedIn", "融资", "15-20 分钟", "我是谁", "能为你解决什么问题", "希望知晓什么信息"]),
        ("discovery", ["现状", "痛点", "目标", "方案", "决策", "投诉", "刚性需求", "弹性需求", "潜在需求", "哪三条"]),
        ("proposals", ["降本增效", "客户满意度", "三成", "原型演示", "试用账号", "价格过高", "交付周期", "数据安全"]),
        ("negotiation", ["最低价格", "最长交付周期", "增值服务", "付款方式", "回本", "成交信号", "培训"]),
        ("contracts", ["服务范围", "交付标准", "付款周期", "违约责任", "关键节点", "时间表", "责任分工"]),
        ("reviews", ["目标达成率", "关键节点效率", "客户满意度", "问题与改进点", "每月一次", "增购", "升级", "长期伙伴"]),
    ],
)  # fmt: skip
def test_the_terms_and_examples_of_the_process_document_have_their_counterpart(step, terms):
    text = everything(shipped().step(step))
    assert [term for term in terms if term not in text] == []


def test_first_contact_has_the_three_parts_of_the_script():
    parts = [part.part for part in shipped().step("outreach").script]
    assert parts == ["我是谁", "能为你解决什么问题", "希望知晓什么信息"]


def test_the_notes_on_carrying_it_out_are_there():
    assert [note.title for note in shipped().notes] == ["信息真实性验证", "沟通节奏把控", "团队协作清晰"]
    text = everything()
    assert [
        term for term in ("官网", "年报", "第三方平台", "倾听加提问", "决策时间", "方案可行性") if term not in text
    ] == []


def test_p4_says_who_answers_for_what():
    rows = {(r.function.value, step.key.value): r for step in shipped().steps for r in step.responsibilities}
    assert "商务谈判" in rows["sales", "negotiation"].what
    assert "方案可行性" in rows["tech", "proposals"].what
    assert "功能承诺" in rows["product", "proposals"].what
    assert "条款" in rows["legal", "contracts"].what
    assert "回访" in rows["service", "reviews"].what


@pytest.mark.parametrize(
    ("step", "kinds"),
    [
        ("targeting", {"profile_dimensions", "market_analysed", "goals_broken_down"}),
        ("leads", {"lead_score", "contact_reachable", "lead_duplicates_clear"}),
        ("outreach", {"followups_in_step", "next_action_set"}),
        ("discovery", {"rigid_needs", "needs_confirmed", "decision_maker_contacted"}),
        ("proposals", {"amount_known", "rigid_answered"}),
        ("negotiation", {"bottom_line_set", "close_date_known", "terms_agreed"}),
        ("contracts", {"outcome_won", "contract_matches"}),
        ("reviews", {"review_held", "review_reported", "revisit_planned"}),
    ],
)
def test_what_the_spine_can_prove_is_proved_not_ticked(step, kinds):
    assert {criterion.kind for criterion in shipped().step(step).required} == kinds


def test_every_kind_the_code_knows_is_used():
    doc = shipped()
    used = {criterion.kind for step in doc.steps for criterion in step.criteria}
    used |= {criterion.kind for variant in doc.variants for criterion in variant.extra_criteria}
    assert used == set(KINDS) - {TICK}, "the shipped process leaves nothing to anybody's word"


@pytest.mark.parametrize(("market", "scale", "motion", "is_complex"), [*product(Market, Scale, Motion, (False, True))])
def test_every_customer_type_has_a_way_to_the_review(market, scale, motion, is_complex):
    resolved = resolve(shipped(), variant_for(shipped(), Segment(market, scale, motion), is_complex=is_complex))
    assert resolved.steps[-1].key is StepKey.REVIEWS
    assert all(len(step.required) <= MAX_REQUIRED for step in resolved.steps)
    assert all(step.actions for step in resolved.steps)
