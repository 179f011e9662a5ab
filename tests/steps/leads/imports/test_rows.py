from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from tuoke.services.exchange.rules import BrokenCell
from tuoke.steps.leads.imports.rules import LeadRow, Reader, applied, guess, parse_map_option


def read(headers, cells, *maps):
    mapping, reasons = applied(guess(headers), [parse_map_option(text) for text in maps])
    assert not reasons
    return Reader(mapping).read(2, cells)


def lead(headers, cells, *maps):
    row = read(headers, cells, *maps)
    assert isinstance(row, LeadRow), row
    return row


def codes(headers, cells, *maps):
    row = read(headers, cells, *maps)
    assert not isinstance(row, LeadRow)
    return [(reason.code, reason.column) for reason in row]


def test_a_full_row():
    headers = [
        "公司名称",
        "联系人",
        "手机",
        "员工人数",
        "预算金额(万元)",
        "预计采购时间",
        "是否接触决策人",
        "需求",
        "来源",
        "负责人",
        "级别",
    ]
    row = lead(
        headers, ["华辰", "王芳", 13800138000, "100-500人", "20-50", "2026年07月", "是", "上云", "官网", "李强", "A"]
    )
    assert row.values == {
        "company": "华辰", "contact": "王芳", "phone": "+8613800138000", "staff_low": 100, "staff_high": 500,
        "budget_low": Decimal(200_000), "budget_high": Decimal(500_000), "purchase_on": date(2026, 7, 1),
        "decision_maker": True, "want": "上云",
    }  # fmt: skip
    assert (row.source, row.owner, row.attributes) == ("官网", "李强", {"级别": "A"})


# Several columns for one field


def test_the_second_phone_is_kept():
    row = lead(["公司", "固定电话", "手机号码"], ["华辰", "0532-61234567", "13800138000"])
    assert row.values["phone"] == "+8613800138000"  # a mobile reaches the person
    assert row.attributes == {"固定电话": "0532-61234567"}


def test_the_second_phone_fills_in_for_the_first():
    row = lead(["公司", "固定电话", "手机号码"], ["华辰", "0532-61234567", None])
    assert (row.values["phone"], row.attributes) == ("+8653261234567", {})


def test_several_phones_in_one_cell_are_kept():
    row = lead(["公司", "电话"], ["华辰", "13800138000/0532-61234567转8"])
    assert (row.values["phone"], row.attributes) == ("+8613800138000", {"电话": "13800138000/0532-61234567转8"})


def test_an_extension_stays_with_its_number():
    assert lead(["公司", "电话"], ["华辰", "0532-61234567转8"]).values["phone"] == "+8653261234567x8"


def test_province_and_city_become_one_region():
    assert lead(["公司", "所在城市", "所在省份"], ["华辰", "苏州市", "江苏省"]).values["region"] == "江苏省 苏州市"
    assert lead(["公司", "省份", "城市"], ["华辰", "上海", "上海市"]).values["region"] == "上海市"


def test_the_project_is_the_wish_and_its_description_is_kept():
    row = lead(["公司", "采购需求概况", "项目名称"], ["华辰", "很长的说明", "一期"])
    assert (row.values["want"], row.attributes) == ("一期", {"采购需求概况": "很长的说明"})


def test_notes_become_lines():
    assert lead(["公司", "备注", "公司简介"], ["华辰", "急", "做阀门"]).values["note"] == "急\n公司简介：做阀门"


def test_two_columns_of_one_name_are_both_kept():
    assert lead(["公司", "级别", "级别", ""], ["华辰", "A", "B", "C"]).attributes == {
        "级别": "A",
        "级别 (C)": "B",
        "列 D": "C",
    }


def test_what_the_user_maps_comes_before_what_was_guessed():
    row = lead(["名称", "标题"], ["编号七", "华辰2026年意向"], r"标题=company:/^(.+?)\d{4}年/")
    assert row.values["company"] == "华辰"
    assert row.attributes == {"标题": "华辰2026年意向", "名称": "编号七"}


# Rows that aren't leads


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["公司", "手机", "金额(万元)", "预计时间"], "header_row"),
        (["公司名称", "联系电话", "预算", "时间"], "header_row"),
        (["合计", None, 120, None], "total_row"),
        (["总 计", None, "120", None], "total_row"),
        (["华辰", "13800138000", "否", None], "shifted_row"),
        (["华辰", "是", "20", None], "shifted_row"),
        (["25.000000", None, None, None], "shifted_row"),
        (["是", None, "20", None], "shifted_row"),
        (["2026年03月", None, None, None], "shifted_row"),
        ([None, None, 20, None], "nobody"),
        (["-", None, 20, None], "nobody"),
        (["华辰", None, None, None, "多出来的"], "extra_cells"),
    ],
)
def test_rows_that_are_no_leads(cells, code):
    assert [c for c, _ in codes(["公司", "手机", "金额(万元)", "预计时间"], cells)] == [code]


def test_a_company_with_a_number_for_a_name_is_one():
    assert lead(["公司", "手机"], ["58", None]).values["company"] == "58"
    assert lead(["公司", "手机"], [360, None]).values["company"] == "360"


def test_every_reason_is_named():
    found = codes(["公司", "手机", "邮箱", "金额", "预计时间"], ["华辰", "12", "x@", "20", "明年"])
    assert found == [
        ("phone_invalid", "手机"),
        ("email_invalid", "邮箱"),
        ("unit_unknown", "金额"),
        ("date_unclear", "预计时间"),
    ]


@pytest.mark.parametrize(
    ("header", "cell", "code"),
    [
        ("金额(元)", "1e400", "too_big"),
        ("金额(元)", 10**400, "too_big"),
        ("金额(元)", float("inf"), "amount_unclear"),
        ("金额(元)", -5, "negative"),
        ("金额(元)", "$20", "foreign_currency"),
        ("预计时间", date(1899, 1, 1), "date_too_early"),
        ("预计时间", "7月", "date_year_missing"),
        ("手机", "1380000", "phone_invalid"),
        ("统一社会信用代码", "91370200MA3CXXXXX0", "credit_code_invalid"),
        ("人数", "很多", "number_unclear"),
        ("是否接触决策人", "也许", "yes_no_unclear"),
        ("联系人", BrokenCell("王?"), "text_broken"),
        ("级别", BrokenCell("A?"), "text_broken"),
        ("级别", "a\x00b", "text_broken"),
        ("联系人", "\ud800", "text_broken"),
        ("联系人", "长" * 61, "text_too_long"),
        ("地址", "长" * 201, "text_too_long"),
        ("省份", "长" * 81, "text_too_long"),
    ],
)
def test_cells_that_can_not_be(header, cell, code):
    assert codes(["公司", header], ["华辰", cell]) == [(code, header)]


def test_a_pattern_that_finds_nothing_rejects_the_row():
    assert codes(["标题"], ["没有年份"], r"标题=company:/^(.+?)\d{4}年/") == [("no_match", "标题")]


def test_a_unit_is_never_guessed_but_the_cells_own_wins():
    assert codes(["公司", "金额"], ["华辰", "20"]) == [("unit_unknown", "金额")]
    assert lead(["公司", "金额"], ["华辰", "20"], "金额=budget:万元").values["budget_low"] == 200_000
    assert lead(["公司", "金额"], ["华辰", "300元"], "金额=budget:万元").values["budget_low"] == 300


@pytest.mark.parametrize("blank", ["-", "无", "暂无", "N/A", "  ", None])
def test_words_for_nothing_say_nothing(blank):
    assert lead(["公司", "联系人", "电话", "金额", "预计时间"], ["华辰", blank, blank, blank, blank]).values == {
        "company": "华辰"
    }


# The very same row


def test_the_same_row_in_another_order_of_columns_is_the_same():
    one = lead(["公司", "手机", "级别"], ["华辰", "13800138000", "A"])
    other = lead(["级别", "手机号", "客户名称"], ["A", 13800138000, "华辰"])
    assert one.digest == other.digest


@pytest.mark.parametrize("cells", [["华辰", "13800138001", "A"], ["华辰", "13800138000", "B"], ["华辰", None, "A"]])
def test_another_row_is_another(cells):
    headers = ["公司", "手机", "级别"]
    assert lead(headers, cells).digest != lead(headers, ["华辰", "13800138000", "A"]).digest


def test_dates_and_numbers_are_kept_as_people_write_them():
    row = lead(["公司", "甲", "乙", "丙", "丁"], ["华辰", datetime(2026, 1, 30, 9, 7), date(2026, 2, 1), 12.5, True])
    assert row.attributes == {"甲": "2026-01-30 09:07:00", "乙": "2026-02-01", "丙": "12.5", "丁": "是"}
