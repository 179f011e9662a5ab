from __future__ import annotations

import csv

import pytest

from tuoke.base.kernel.verdict import Reason
from tuoke.steps.leads.imports.rules import MapOption, Mapping, applied, guess, headers_key, parse_map_option
from tuoke.steps.leads.imports.rules.mapping import letter, pattern_problem

SPEC = {
    "company": "公司名称 客户名称 公司 企业名称 名称",
    "contact": "联系人 姓名 客户联系人",
    "position": "职位 职务",
    "phone": "手机 手机号 手机号码 电话 联系电话 固定电话",
    "email": "邮箱 电子邮件",
    "wechat": "微信",
    "credit_code": "统一社会信用代码",
    "industry": "行业 所属行业 客户行业",
    "region": "地区 省市 城市 所在地",
    "address": "地址",
    "staff": "员工人数 公司规模 人数",
    "revenue": "年营收 销售收入 年收入",
    "source": "线索来源 客户来源 来源 渠道",
    "budget": "预算 预算金额 采购预算 金额",
    "purchase_date": "预计采购时间 预计时间 采购计划",
    "decision_maker": "是否接触决策人 决策人",
    "pains": "痛点 需求 采购需求概况 项目名称",
    "owner": "负责人 归属人 业务负责人",
    "note": "备注 跟进记录",
}


def field_of_header(header, *samples):
    return guess([header], [[sample] for sample in samples]).uses[0].field


@pytest.mark.parametrize(("field", "header"), [(f, h) for f, hs in SPEC.items() for h in hs.split()])
def test_the_headers_of_the_specification(field, header):
    assert field_of_header(header) == field


@pytest.mark.parametrize(
    ("header", "field", "unit"),
    [
        ("*预算金额(万元)", "budget", "万元"),
        ("预算（元）", "budget", "元"),
        ("预计采购时间（填写到月）", "purchase_date", ""),
        ("E-mail", "email", ""),
        ("Company Name", "company", ""),
        ("您的联系电话", "phone", ""),
        ("甲方公司名称", "company", ""),
    ],
)
def test_headers_with_marks_units_and_more_words(header, field, unit):
    (use,) = guess([header]).uses
    assert (use.field, use.unit) == (field, unit)


@pytest.mark.parametrize(
    "header", ["签约公司", "合同金额", "下次联系时间", "注册资金", "发布时间", "", "序号", "企业性质", "官网", "QQ"]
)
def test_other_headers_stay_attributes(header):
    assert field_of_header(header) == ""


def test_a_column_of_names_is_no_yes_or_no():
    assert field_of_header("决策人", "是", "否", None) == "decision_maker"
    assert field_of_header("决策人", "是", "陈总") == ""


def test_headers_that_others_use(shared_data):
    """Of 202 headers seen in the wild each is either known or kept; none is taken for two things."""
    with (shared_data / "cn_crm_templates" / "headers_seen.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    customers = {row["header"] for row in rows if row["entity"] in ("客户", "线索", "客户/线索", "clue", "customer")}
    fields = {header: field_of_header(header) for header in customers}
    expected = {
        "所在省份": "region", "所在城市": "region", "公司简介": "note", "固定电话": "phone", "手机号码": "phone", "座机电话": "phone",
        "联系人名称": "contact", "联系人电话": "phone", "客户需求": "pains", "意向产品": "pains", "行业划分": "industry", "微信号": "wechat",
        "详细地址": "address", "归属人": "owner", "采购项目名称": "pains", "地市": "region", "客户级别": "", "企业性质": "", "开票资料上传": "",
    }  # fmt: skip
    assert {header: fields[header] for header in expected if header in fields} == {
        header: field for header, field in expected.items() if header in fields
    }
    assert sum(bool(field) for field in fields.values()) >= 45


# --map


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("金额=budget:万元", MapOption("金额", "budget", "万元")),
        (r"标题=company:/^(.+?)\d{4}年/", MapOption("标题", "company", "", r"^(.+?)\d{4}年")),
        (r"标题=budget:万元:/(\d+)=/", MapOption("标题", "budget", "万元", r"(\d+)=")),
        ("a=b=phone", MapOption("a=b", "phone")),
        ("#C=email", MapOption("#C", "email")),
    ],
)
def test_what_map_says(text, option):
    assert parse_map_option(text) == option


@pytest.mark.parametrize("text", ["金额", "=budget", "金额=", "金额=预算", "金额=budget:"])
def test_a_map_that_says_nothing_is_refused(text):
    found = parse_map_option(text)
    assert isinstance(found, Reason)
    assert found.code == "map_unclear"


def put(headers, *texts):
    mapping, reasons = applied(guess(headers), [parse_map_option(text) for text in texts])
    return mapping, [r.code for r in (*reasons, *mapping.faults())]


@pytest.mark.parametrize(
    ("headers", "texts", "codes"),
    [
        (["公司"], ["额=budget"], ["unknown_column"]),
        (["公司", "额"], ["额=budgit"], ["unknown_field"]),
        (["公司", "额"], ["额=budget:斤"], ["unknown_unit"]),
        (["公司", "额"], ["额=contact:万元"], ["unit_without_amount"]),
        (["公司", "额"], ["额=budget:/(/"], ["bad_regex"]),
        (["公司", "额"], ["额=budget:/(.*)*x/"], ["slow_regex"]),
        (["公司", "额"], ["额=budget", "额=revenue"], ["column_twice"]),
        (["公司", "额", "额"], ["额=budget"], ["column_ambiguous"]),
        (["金额"], [], ["nobody_mapped"]),
        (["公司", "额", "额"], ["#C=budget:元"], []),
        (["公司", "甲", "乙"], ["甲=phone", "乙=phone"], []),
    ],
)
def test_maps_that_can_not_be(headers, texts, codes):
    assert put(headers, *texts)[1] == codes


def test_the_unit_of_the_header_holds_for_a_mapped_column():
    mapping, codes = put(["公司", "总价(万元)"], "总价(万元)=budget")
    assert (mapping.uses[1].unit, codes) == ("万元", [])


@pytest.mark.parametrize("pattern", ["(a+)+", "(a|ab)*", "(?:x*y*)*", r"(\w+\s?)+$", "a*b*c*d*", "(", "x" * 201])
def test_patterns_that_could_run_for_ever(pattern):
    assert pattern_problem(pattern)


@pytest.mark.parametrize("pattern", [r"^(.+?)\d{4}年", r"\d+", "(甲|乙)方", r"^(.*?)（(.*)）$", "[0-9]{4}"])
def test_patterns_that_are_fine(pattern):
    assert not pattern_problem(pattern)


def test_a_mapping_survives_storage():
    mapping, _ = put(["公司", "标题"], r"标题=company:/^(.+?)\d{4}年/")
    assert Mapping.from_json(mapping.to_json()) == mapping


def test_a_set_of_headers_is_the_same_in_any_order():
    assert headers_key(["公司", "手机 "]) == headers_key(["手机", "公司"]) != headers_key(["公司"])


def test_letters():
    assert [letter(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
