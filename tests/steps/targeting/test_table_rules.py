"""The five cells of 《目标客户画像清单》 and what they say."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings

from tests.steps.targeting.strategies import contents
from tuoke.steps.targeting.rules import Facet, Pain, Span, Urgency
from tuoke.steps.targeting.rules.table import FIELDS, columns_of, facet_named, names_in, read, role, written


@settings(max_examples=300)
@given(contents)
def test_what_is_written_reads_the_same(content):
    for facet in Facet:
        said = read(facet, written(facet, content))
        assert said == {name: getattr(content, name) for name in FIELDS[facet]}, written(facet, content)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("制造业，成熟期", (("制造业",), ("成熟期",), ())),
        ("行业：成长期；生命周期：早期", (("成长期",), ("早期",), ())),
        ("SaaS行业", (("SaaS",), (), ())),
        ("行业", (("行业",), (), ())),
        ("医疗、受“集采、DRG”政策影响", (("医疗",), (), ("受“集采、DRG”政策影响",))),
    ],
)
def test_industry(text, said):
    assert tuple(read(Facet.INDUSTRY, text).values()) == said


@pytest.mark.parametrize(
    ("text", "name", "span"),
    [
        ("员工人数:1,000-2,000人", "staff", Span(1000, 2000)),
        ("员工１００－５００人", "staff", Span(100, 500)),
        ("人数≥50", "staff", Span(50, None)),
        ("规模200人以下", "staff", Span(None, 200)),
        ("200名员工", "staff", Span(200, 200)),
        ("营收1亿以上", "revenue", Span(Decimal("1e8"), None)),
        ("5000万-2亿", "revenue", Span(Decimal("5e7"), Decimal("2e8"))),
        ("客户数量50", "paying_customers", Span(50, 50)),
        ("50家以上", "paying_customers", Span(50, None)),
    ],
)
def test_scale(text, name, span):
    assert read(Facet.SCALE, text)[name] == span


@pytest.mark.parametrize(
    ("facet", "text", "code"),
    [
        (Facet.SCALE, "中等规模", "scale_unclear"),
        (Facet.SCALE, "年营收5000-8000", "unit_unknown"),
        (Facet.SCALE, "100人、200人", "said_twice"),
        (Facet.CHAIN, "CTO", "chain_unlabelled"),
        (Facet.PAINS, "核心痛点:慢;紧急度:特别", "urgency_unclear"),
        (Facet.PAINS, "紧急度:高", "urgency_alone"),
        (Facet.BUDGET, "20-50万", "budget_unclear"),
        (Facet.BUDGET, "预算20-50", "unit_unknown"),
        (Facet.BUDGET, "预算5万美元", "foreign_currency"),
        (Facet.BUDGET, "预算不限", "amount_unclear"),
    ],
)
def test_what_is_not_understood_is_named(facet, text, code):
    assert [reason.code for reason in read(facet, text)] == [code]


def test_chain_of_several():
    said = read(Facet.CHAIN, "关键决策人：CEO/采购总监\n影响者：*经理、技术顾问")
    assert said == {"deciders": ("CEO", "采购总监"), "influencers": ("*经理", "技术顾问")}


def test_pains_with_and_without_urgency():
    said = read(Facet.PAINS, "核心痛点1：报表慢；紧急度：低（以后；再说）；手工对账")
    assert said["pains"] == (Pain("报表慢", Urgency.LOW, "以后；再说"), Pain("手工对账"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("产品年费30万（不可定制）", False),
        ("产品年费30万(可接受定制化报价)", True),
        ("报价30万起，支持定制", True),
        ("价格30万；不接受定制化报价", False),
    ],
)
def test_custom_quotes(text, wanted):
    assert read(Facet.BUDGET, text)["custom_quote"] is wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("CTO总", "CTO"),
        ("CTO*总", "CTO"),
        ("运维主管*经理", "运维主管"),
        ("采购总监", "采购总监"),
        ("总经理", "总经理"),
        ("*总", "*总"),
    ],
)
def test_a_role_is_not_a_name(text, wanted):
    assert role(text) == wanted


def test_names_are_separated_as_people_write():
    assert names_in("SaaS、信息技术，制造;SaaS\n金融") == ("SaaS", "信息技术", "制造", "金融")
    assert names_in(" ") == ()


def test_columns_and_dimensions_by_their_names():
    assert columns_of(["维度", "具体内容描述", "示例（ToB 企业服务）"]) == {"维度": 0, "具体内容描述": 1, "示例": 2}
    assert columns_of(["示例", "维度 "]) == {"示例": 0, "维度": 1}
    assert facet_named("行业 属性") is Facet.INDUSTRY
    assert facet_named("别的") is None
