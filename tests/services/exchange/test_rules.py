import time
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoke.services.exchange.rules import (
    BrokenCell,
    Day,
    Phone,
    Problem,
    Span,
    amount,
    amount_range,
    company_key,
    count_range,
    credit_code,
    day,
    emails,
    escaped,
    find_header,
    header,
    header_key,
    looks_like_header,
    looks_like_total,
    moment,
    number,
    percent,
    phone_key,
    phones,
    text,
    unescaped,
    unit_of,
    yes_no,
)
from tuoke.services.exchange.rules.names import check_character

CELLS = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.text(alphabet="0123456789.,-~至到万亿元千百约以上内≥< 年月日/:人家kw十五", max_size=20),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.builds(BrokenCell, st.text(max_size=5)),
)
PARSERS = [text, amount, amount_range, count_range, number, percent, day, moment, phones, emails, credit_code, yes_no]


def code(result):
    return result.code if isinstance(result, Problem) else result


class TestAmounts:
    @pytest.mark.parametrize(
        "cell, unit, low, high",
        [
            ("200.000000", "万元", 2_000_000, 2_000_000),
            (200, "万", 2_000_000, 2_000_000),
            (129.696, "元", "129.70", "129.70"),
            ("1,234,567.8", "元", "1234567.80", "1234567.80"),
            ("１２３．５", "万元", 1_235_000, 1_235_000),
            ("1000万", "", 10_000_000, 10_000_000),
            ("20万", "亿元", 200_000, 200_000),
            ("100元", "万元", 100, 100),
            ("¥100", "", 100, 100),
            ("人民币500万元整", "", 5_000_000, 5_000_000),
            ("10w左右", "", 100_000, 100_000),
            ("5k", "", 5_000, 5_000),
            ("3千万", "", 30_000_000, 30_000_000),
            ("1亿5000万", "", 150_000_000, 150_000_000),
            ("五十万", "", 500_000, 500_000),
            ("一百二十万元", "", 1_200_000, 1_200_000),
            ("三千五百元", "", 3_500, 3_500),
            ("5000万-2亿", "", 50_000_000, 200_000_000),
            ("1-2亿", "", 100_000_000, 200_000_000),
            ("500～1000", "万元", 5_000_000, 10_000_000),
            ("10万 至 20万元", "", 100_000, 200_000),
            ("十万到二十万", "", 100_000, 200_000),
            ("1000万以上", "", 10_000_000, None),
            ("1千万以上", "", 10_000_000, None),
            ("≥50万", "", 500_000, None),
            ("10万+", "", 100_000, None),
            ("20万以内", "", None, 200_000),
            ("不超过20万元", "", None, 200_000),
            ("约10万", "", 100_000, 100_000),
            ("0", "元", 0, 0),
        ],
    )
    def test_understands(self, cell, unit, low, high):
        assert amount_range(cell, unit) == Span(low and Decimal(low), high and Decimal(high))

    @pytest.mark.parametrize(
        "cell, unit, problem",
        [
            ("200", "", "unit_unknown"),
            (200.5, "", "unit_unknown"),
            ("500-1000", "", "unit_unknown"),
            ("五十", "", "unit_unknown"),
            ("200", "公斤", "unit_unknown"),
            ("-5万", "", "negative"),
            (-3, "元", "negative"),
            ("－３", "元", "negative"),
            ("nan", "元", "amount_unclear"),
            (float("nan"), "元", "amount_unclear"),
            (float("inf"), "元", "amount_unclear"),
            (True, "元", "amount_unclear"),
            (date(2026, 1, 1), "元", "amount_unclear"),
            ("是", "万元", "amount_unclear"),
            ("拟面向中小企业预留", "万元", "amount_unclear"),
            ("100人", "元", "amount_unclear"),
            ("5万-10", "", "amount_unclear"),
            ("5000-2万", "", "amount_unclear"),
            ("20万-10万", "", "amount_unclear"),
            ("10 20万", "", "amount_unclear"),
            ("1,5", "元", "amount_unclear"),
            ("5万/年", "", "amount_unclear"),
            ("≥5万以内", "", "amount_unclear"),
            ("万", "", "amount_unclear"),
            ("1e400", "元", "too_big"),
            (10**400, "元", "too_big"),
            (1e300, "元", "too_big"),
            ("9" * 60, "元", "too_big"),
            ("$100", "元", "foreign_currency"),
            ("100万美元", "", "foreign_currency"),
            (BrokenCell("\ufffd"), "元", "text_broken"),
            ("1\0", "元", "text_broken"),
        ],
    )
    def test_refuses(self, cell, unit, problem):
        assert code(amount_range(cell, unit)) == problem

    @pytest.mark.parametrize("cell", [None, "", "  ", "-", "面议", "待定", "N/A", "无", "\u3000"])
    def test_blank(self, cell):
        assert amount(cell) is None

    def test_one_amount_is_no_range(self):
        assert amount("20万") == Decimal("200000.00")
        assert code(amount("10-20万")) == "amount_is_range"
        assert code(amount("20万以内")) == "amount_is_range"

    @given(
        st.integers(1, 9_999),
        st.integers(0, 9_999),
        st.sampled_from(["万", "亿", "万元", "元", "k"]),
        st.sampled_from("-~至到～—"),
    )
    def test_a_range_is_its_two_ends(self, low, more, unit, dash):
        one, two = f"{low}{unit}", f"{low + more}{unit}"
        assert amount_range(f"{one}{dash}{two}") == Span(amount(one), amount(two))
        assert amount_range(f"{low}{dash}{low + more}", unit) == Span(amount(one), amount(two))

    @given(st.decimals(0, 10**9, places=2), st.sampled_from(["元", "万元", "亿元"]))
    def test_number_text_and_full_width_agree(self, value, unit):
        if value * {"元": 1, "万元": 10**4, "亿元": 10**8}[unit] >= 10**13:
            return
        wide = str(value).translate({48 + n: 0xFF10 + n for n in range(10)})
        assert amount(str(value), unit) == amount(f"{value}{unit}") == amount(wide, unit) == amount(f"{value:,}", unit)

    def test_units(self):
        assert [unit_of(name) for name in ("万", "单位：万元", "亿", "RMB", "k", "吨", "")] == [
            "万元",
            "万元",
            "亿元",
            "元",
            "千元",
            "",
            "",
        ]


class TestCounts:
    @pytest.mark.parametrize(
        "cell, low, high",
        [
            ("100-500人", 100, 500),
            ("≥50家", 50, None),
            ("1000人以上", 1000, None),
            ("500人及以上", 500, None),
            ("1万人", 10_000, 10_000),
            ("1-2万人", 10_000, 20_000),
            ("500-1万人", 500, 10_000),
            ("50人以下", None, 50),
            ("少于50人", None, 50),
            ("200余家", 200, None),
            ("100多人", 100, None),
            ("１００－５００人", 100, 500),
            ("五十人", 50, 50),
            (50.0, 50, 50),
        ],
    )
    def test_understands(self, cell, low, high):
        assert count_range(cell) == Span(low, high)

    @pytest.mark.parametrize("cell", ["1.5人", "100万元", "3年", "500-100人", "很多", True, float("nan")])
    def test_refuses(self, cell):
        assert code(count_range(cell)) == "number_unclear"

    def test_plain_numbers_and_shares(self):
        assert number("1,234.50") == Decimal("1234.50")
        assert code(number("-1")) == "negative"
        assert percent("9.98%") == Decimal("0.0998")
        assert percent(0.0998) == Decimal("0.0998")
        assert code(percent("5")) == code(percent(1.5)) == "number_unclear"


class TestDates:
    @pytest.mark.parametrize(
        "cell, year, month, the_day",
        [
            ("2026年07月", 2026, 7, None),
            ("2026年7月份", 2026, 7, None),
            ("2026年7月底", 2026, 7, None),
            ("2026.7", 2026, 7, None),
            (2026.7, 2026, 7, None),
            ("2026-07", 2026, 7, None),
            ("202607", 2026, 7, None),
            (202607, 2026, 7, None),
            ("2026/7/1", 2026, 7, 1),
            ("2026-07-01", 2026, 7, 1),
            ("２０２６年７月１日", 2026, 7, 1),
            ("20260701", 2026, 7, 1),
            ("2026-01-30 09:07:01", 2026, 1, 30),
            ("2026年7月1日 星期三", 2026, 7, 1),
            (42852, 2017, 4, 27),
            ("42852", 2017, 4, 27),
            (42852.75, 2017, 4, 27),
            (date(2026, 7, 1), 2026, 7, 1),
            (datetime(2026, 7, 1, 8), 2026, 7, 1),
        ],
    )
    def test_understands(self, cell, year, month, the_day):
        assert day(cell) == Day(date(year, month, the_day or 1), "day" if the_day else "month")

    @pytest.mark.parametrize(
        "cell, problem",
        [
            ("7月", "date_year_missing"),
            ("七月", "date_year_missing"),
            ("7月1日", "date_year_missing"),
            ("07-01", "date_year_missing"),
            ("2026年", "date_too_coarse"),
            (2026, "date_too_coarse"),
            ("2026Q3", "date_too_coarse"),
            ("2026年下半年", "date_too_coarse"),
            ("2026年三季度", "date_too_coarse"),
            ("2026-02-30", "date_impossible"),
            ("2026年13月", "date_impossible"),
            ("1899-12-31", "date_too_early"),
            (date(1850, 1, 1), "date_too_early"),
            ("9999-12-31", "date_too_late"),
            (2026.1, "date_unclear"),
            (5, "date_unclear"),
            (-5, "date_unclear"),
            (10**400, "date_unclear"),
            (float("nan"), "date_unclear"),
            (True, "date_unclear"),
            ("26/7/1", "date_unclear"),
            ("明天", "date_unclear"),
            ("是", "date_unclear"),
            (BrokenCell("x"), "text_broken"),
        ],
    )
    def test_refuses(self, cell, problem):
        assert code(day(cell)) == problem

    @pytest.mark.parametrize(
        "cell, hour, minute",
        [
            ("2026-1-1 12:00", 12, 0),
            ("2026-1-1 2:00", 2, 0),
            ("2026年1月1日14时30分", 14, 30),
            ("2026-01-01T08:05:00Z", 8, 5),
            ("2026/1/1", 0, 0),
        ],
    )
    def test_moments(self, cell, hour, minute):
        assert moment(cell) == datetime(2026, 1, 1, hour, minute)

    def test_a_month_is_no_moment(self):
        assert code(moment("2026年7月")) == "date_too_coarse"

    @given(
        st.dates(date(1900, 1, 1), date(2199, 12, 31)),
        st.sampled_from(["{0}-{1}-{2}", "{0}/{1:02}/{2:02}", "{0}年{1}月{2}日", "{0}.{1}.{2}", "{0}{1:02}{2:02}"]),
    )
    def test_every_spelling_of_a_day(self, value, form):
        assert day(form.format(value.year, value.month, value.day)) == Day(value, "day")


class TestContacts:
    @pytest.mark.parametrize(
        "cell, expected",
        [
            ("13800138000", [Phone("+8613800138000", "mobile")]),
            (13800138000, [Phone("+8613800138000", "mobile")]),
            ("+86 138-0013-8000", [Phone("+8613800138000", "mobile")]),
            ("手机：１３８００１３８０００", [Phone("+8613800138000", "mobile")]),
            ("０１０－１２３４５６７８", [Phone("+861012345678", "landline")]),
            ("(0531)82345678转801", [Phone("+8653182345678", "landline", "801")]),
            ("0531-82345678-801", [Phone("+8653182345678", "landline", "801")]),
            (53182345678, [Phone("+8653182345678", "landline")]),
            ("400-820-8820", [Phone("+864008208820", "service")]),
            ("61234567", [Phone("61234567", "local")]),
            ("+1 650 253 0000", [Phone("+16502530000", "foreign")]),
            (
                "13800138000/13900139000、010-62345678",
                [
                    Phone("+8613800138000", "mobile"),
                    Phone("+8613900139000", "mobile"),
                    Phone("+861062345678", "landline"),
                ],
            ),
            ("13800138000 13900139000", [Phone("+8613800138000", "mobile"), Phone("+8613900139000", "mobile")]),
            ("13800138000；13800138000", [Phone("+8613800138000", "mobile")]),
        ],
    )
    def test_phones(self, cell, expected):
        assert phones(cell) == tuple(expected)

    @pytest.mark.parametrize(
        "cell",
        ["138****0000", "138xxxx0000", "12345", "abc", "张经理", "1380013800", "2026-07-01", "1.38E+10", True, 5],
    )
    def test_no_phones(self, cell):
        assert code(phones(cell)) == "phone_invalid"

    def test_spellings_share_a_key(self):
        spellings = ["13800138000", "+86 138 0013 8000", "138-0013-8000", "008613800138000"]
        assert {phone_key(phones(spelling)[0]) for spelling in spellings} == {"+8613800138000"}
        assert phone_key(Phone("61234567", "local")) is None

    def test_emails(self):
        assert emails("Li.Wei@Example.COM; b@c.cn") == ("li.wei@example.com", "b@c.cn")
        assert emails("ａ＠ｂ．ｃｏｍ") == ("a@b.com",)
        assert emails("无") is None
        for wrong in (
            "a@b",
            "a b@c.com x",
            "@b.com",
            "a..b@c.com",
            "x" * 70 + "@b.com",
            "a@b.com，不常用",
            ",",
            "；、",
        ):
            assert code(emails(wrong)) == "email_invalid", wrong


class TestNames:
    @pytest.mark.parametrize(
        "one, other",
        [
            ("华辰（上海）科技有限公司", "华辰(上海)科技"),
            ("华辰科技股份有限公司", " 华辰 科技有限责任公司"),
            ("ＡＢＣ Co., Ltd.", "abc"),
            ("华辰科技有限公司上海分公司", "华辰科技上海分公司"),
        ],
    )
    def test_same_company(self, one, other):
        assert company_key(one) == company_key(other)

    @pytest.mark.parametrize(
        "one, other",
        [
            ("华辰科技有限公司", "华辰科技有限公司上海分公司"),
            ("华辰科技上海分公司", "华辰科技北京分公司"),
            ("华辰集团有限公司", "华辰有限公司"),
            ("工商银行济南支行", "工商银行"),
            ("有限公司", "公司"),
        ],
    )
    def test_other_company(self, one, other):
        assert company_key(one) != company_key(other)

    @given(st.text(max_size=40))
    def test_only_blank_names_have_no_key(self, name):
        assert bool(company_key(name)) == bool(company_key(name + " "))
        assert company_key(name) or not name.strip() or not any(char.isalnum() for char in name)

    @given(st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9), st.integers(0, 30))
    def test_the_last_character_checks_the_code(self, tail, shift):
        body = "91370100" + tail
        right = check_character(body)
        alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
        other = alphabet[(alphabet.index(right) + shift) % 31]
        assert (credit_code(body + other) == body + right) == (shift == 0)

    def test_credit_codes(self):
        assert credit_code("9135 0100 m000100y43") == "91350100M000100Y43"
        assert code(credit_code("91350100M000100Y44")) == "credit_code_invalid"
        assert code(credit_code(913501000001000)) == "credit_code_invalid"
        assert credit_code("无") is None


class TestHeaders:
    @pytest.mark.parametrize(
        "written, name, unit, note",
        [
            ("*预算金额(万元)", "预算金额", "万元", ""),
            ("预算（单位：万元）", "预算", "万元", ""),
            ("金额/万元", "金额", "万元", ""),
            ("预算：万元", "预算", "万元", ""),
            ("预算万元", "预算", "万元", ""),
            ("万元", "万元", "", ""),
            ("预计采购时间（填写到月）", "预计采购时间", "", "填写到月"),
            ("示例(ToB企业服务)", "示例", "", "ToB企业服务"),
            ("联系人\n姓名", "联系人 姓名", "", ""),
        ],
    )
    def test_parts(self, written, name, unit, note):
        assert header(written) == (name, unit, note)

    def test_keys(self):
        assert header_key("＊公司 名称：") == header_key("公司名称")
        assert header_key("E-Mail") == "email"

    def test_finds_the_header_below_titles(self):
        rows = [
            ["2026年客户名单", None, None],
            ["制表：销售部", "2026-07-01", None],
            ["公司", "联系人", "电话"],
            ["华辰", "李娜", 13800138000],
        ]
        assert find_header(rows) == 2
        assert find_header([[1, 2], [3, 4]]) is None
        assert find_header([]) is None

    def test_known_names_win(self):
        rows = [["甲", "乙", "丙"], ["丁", "戊", "己"], ["公司", "联系人", "备注"]]
        assert find_header(rows) == 0
        assert find_header(rows, {"公司", "联系人"}) == 2

    def test_headers_and_totals_among_the_data(self):
        known = {"采购项目名称", "采购需求概况", "预算金额", "备注", "负责人", "来源"}
        assert looks_like_header([1, "山东", "采购项目名称", "采购需求概况", "预算金额（万元）"], known)
        assert not looks_like_header(["华辰", "负责人", "李娜", "13800138000", "来源"], known)
        assert looks_like_total([None, " 合 计", 5])
        assert not looks_like_total(["合计科技有限公司", 5])


class TestCells:
    @pytest.mark.parametrize(
        "cell, expected",
        [
            (" a ", "a"),
            ("\u3000华 辰\u00a0", "华 辰"),
            ("a\r\nb", "a\nb"),
            (5, "5"),
            ("无", "无"),
            ("\t", None),
            ("", None),
            ("\ufeffx", "x"),
        ],
    )
    def test_text(self, cell, expected):
        assert text(cell) == expected

    def test_text_is_never_cut(self):
        assert code(text("x" * 11, 10)) == "text_too_long"

    @pytest.mark.parametrize("cell", ["a\0b", "a\ud800", "\x01", "\x7f", "\uffff", BrokenCell("?")])
    def test_broken_text(self, cell):
        assert code(text(cell)) == "text_broken"

    @pytest.mark.parametrize(
        "cell, expected",
        [
            ("是", True),
            ("已接触", True),
            ("√", True),
            (1, True),
            (False, False),
            ("无", False),
            ("未接触", False),
            ("", None),
            (None, None),
        ],
    )
    def test_yes_no(self, cell, expected):
        assert yes_no(cell) is expected

    def test_yes_no_unclear(self):
        assert code(yes_no("也许")) == code(yes_no(2)) == "yes_no_unclear"

    @given(st.text())
    def test_escaping_can_be_undone(self, value):
        assert unescaped(escaped(value)) == value

    @pytest.mark.parametrize(
        "value", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\ufeff=1", "\0=1", '"=1', "＝1", "\r=1", "'=1"]
    )
    def test_formulas_are_escaped(self, value):
        assert escaped(value).startswith("'")

    @pytest.mark.parametrize("value", ["华辰", "a=b", "", "1-2", "'"[:0]])
    def test_other_texts_are_not(self, value):
        assert escaped(value) == value


@given(CELLS)
def test_no_cell_breaks_a_parser(cell):
    for parse in PARSERS:
        parse(cell)
    amount(cell, "万元")


@pytest.mark.parametrize("parse", [*PARSERS, company_key, header, header_key, escaped])
@pytest.mark.parametrize(
    "piece", ["1", "1,", "1-", "=", "(", "a@", "a.", "有限公司", "万", "2026年", " 1", "'", "\0", "\ufeff", "1转"]
)
def test_adversarial_text_is_quick(parse, piece):
    began = time.process_time()
    parse((piece * 100_000)[:100_000])
    assert time.process_time() - began < 0.2
