"""Files as people send them: never a crash, never a wrong row, a reason for each row that isn't taken."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Refused
from tuoke.services.exchange.reading import Unreadable
from tuoke.services.exchange.rules import BrokenCell
from tuoke.services.exchange.rules.cells import safe
from tuoke.spine.customers.models import Lead
from tuoke.steps.leads.imports.actions import import_leads, rehearse_leads
from tuoke.steps.leads.imports.models import LeadImport
from tuoke.steps.leads.imports.rules import LeadRow, Reader, guess, parse_map_option

pytestmark = pytest.mark.django_db

HEADERS = ("公司名称", "联系人", "手机", "预算金额(万元)", "预计采购时间", "需求")
GOOD = ("青岛海风机械有限公司", "王明", "13812345678", 20, "2027年3月", "产线改造")


@pytest.fixture
def workbook(tmp_path):
    """Writes a workbook with whatever the function puts onto its sheet."""

    def written(fill, name="leads.xlsx"):
        book = xlsxwriter.Workbook(tmp_path / name, {"strings_to_formulas": False})
        fill(book.add_worksheet(), book)
        book.close()
        return tmp_path / name

    return written


def take(path, now, *maps):
    arguments = {"by": system("test"), "clock": lambda: now, "map_options": [parse_map_option(text) for text in maps]}
    rehearsed = rehearse_leads(path, **arguments)
    result = import_leads(path, **arguments)
    assert (rehearsed.created, rehearsed.reasons) == (result.created, result.reasons)
    assert result.rows == result.created + result.updated + result.skipped + result.duplicates + result.rejected
    return result


def rows(*lines):
    def fill(sheet, _book):
        for number, line in enumerate(lines):
            for column, cell in enumerate(line):
                if isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, _book.add_format({"num_format": "yyyy-mm-dd"}))
                elif cell is not None:
                    sheet.write(number, column, cell)

    return fill


def test_a_header_below_titles_and_remarks(workbook, now):
    path = workbook(rows(("2026 年线索登记",), ("填表说明：带 * 的必填",), (), HEADERS, GOOD))
    result = take(path, now)
    assert (result.created, result.rejected) == (1, 0)
    assert LeadImport.objects.get().header_row == 4


def test_a_second_header_in_the_middle(workbook, now):
    other = ("烟台远帆物流", "李强", "13900001111", 30, "2027年5月", "仓储")
    result = take(workbook(rows(HEADERS, GOOD, HEADERS, other)), now)
    assert (result.created, dict(result.reasons)) == (2, {"header_row": 1})
    assert result.rejects[0].number == 3


def test_rows_that_slipped_sideways(workbook, now):
    slipped = ("是", *GOOD[:-1])
    result = take(workbook(rows(HEADERS, GOOD, slipped)), now)
    assert (result.created, dict(result.reasons)) == (1, {"shifted_row": 1})


@pytest.mark.parametrize("word", ["合计", "总计：", "小 计", "本月合计:", "Total"])
def test_sums_at_the_end(workbook, now, word):
    result = take(workbook(rows(HEADERS, GOOD, (word, None, None, 20))), now)
    assert (result.created, dict(result.reasons)) == (1, {"total_row": 1})


def test_merged_cells_hold_for_all_their_rows(workbook, now):
    def fill(sheet, book):
        sheet.write_row(0, 0, HEADERS)
        sheet.merge_range(1, 0, 3, 0, "青岛海风机械有限公司")
        for row, project in enumerate(("一期改造", "二期扩建", "培训服务"), start=1):
            sheet.write(row, 5, project)

    result = take(workbook(fill), now)
    assert (result.created, result.rejected) == (3, 0)
    assert set(Lead.objects.values_list("company", flat=True)) == {"青岛海风机械有限公司"}


def test_hidden_rows_come_in(workbook, now):
    def fill(sheet, book):
        rows(HEADERS, GOOD, ("烟台远帆物流", "李强"))(sheet, book)
        sheet.set_row(2, None, None, {"hidden": True})

    assert take(workbook(fill), now).created == 2


def test_formulas_bring_what_they_showed(workbook, now):
    def fill(sheet, book):
        sheet.write_row(0, 0, HEADERS)
        sheet.write_formula(1, 0, '=B1&"有限公司"', value="青岛海风有限公司")
        sheet.write_formula(1, 3, "=1+2", value=3)
        sheet.write(2, 0, "烟台远帆物流")
        sheet.write_formula(2, 3, "=X1/0", value="#DIV/0!")
        sheet.write(3, 0, "潍坊嘉禾食品")
        sheet.write_formula(3, 3, "=VLOOKUP(1,A1:B2,2,0)", value="#N/A")
        sheet.write_formula(4, 0, "=Gone!A1", value="#REF!")

    result = take(workbook(fill), now)
    assert result.created == 2
    assert [(r.number, r.reasons[0][:2]) for r in result.rejects] == [
        (3, ("cell_error", "预算金额(万元)")),
        (5, ("cell_error", "公司名称")),
    ]
    assert Lead.objects.get(company="青岛海风有限公司").budget_low == Decimal(30_000)


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        (4, "1899-12-31", "date_too_early"),
        (4, "0001-01-01", "date_too_early"),
        (4, -5, "date_"),
        (4, 10**9, "date_"),
        (4, "2027-02-30", "date_impossible"),
        (3, "1" + "0" * 60, "amount_unclear"),
        (3, "1" + "0" * 400, "text_too_long"),
        (3, 1e300, "too_big"),
        (3, -1, "negative"),
        (3, "NaN", "amount_unclear"),
        (3, "1e400", ""),
        (2, "1" * 60, "phone_invalid"),
        (2, "1" * 400, "text_too_long"),
        (0, "长" * 200, "text_too_long"),
    ],
)
def test_values_that_can_not_be(workbook, now, column, cell, code):
    bad = [*GOOD]
    bad[column] = cell
    result = take(workbook(rows(HEADERS, bad, ("另一家公司", *GOOD[1:]))), now)
    assert (result.created, result.rejected) == (1, 1)
    (found,) = result.reasons
    assert found.startswith(code)


def test_broken_characters_in_csv(tmp_path, now):
    path = tmp_path / "leads.csv"
    lines = [
        "公司名称,联系人,手机,需求".encode(), "好公司,王明,13812345678,产线改造".encode(), "坏\0公司,王明,13812345679,产线改造".encode(),
        b"\xed\xa0\x80\xe5\x85\xac\xe5\x8f\xb8,x,13812345670,y", "又一家,\x01,13812345671,仓储".encode(),
    ]  # fmt: skip
    path.write_bytes(b"\n".join(lines))
    result = take(path, now)
    assert result.created == 1
    assert dict(result.reasons) == {"text_broken": 3}
    assert [r.number for r in result.rejects] == [3, 4, 5]


def test_a_mapping_that_contradicts_itself_changes_nothing(workbook, now):
    path = workbook(rows(HEADERS, GOOD))
    with pytest.raises(Refused) as refused:
        take(path, now, "公司名称=company", "公司名称=contact", "不存在=phone")
    assert set(refused.value.verdict.codes) == {"column_twice", "unknown_column"}
    assert not LeadImport.objects.exists()


def test_two_columns_of_one_field_are_both_kept(workbook, now):
    headers = ("公司名称", "客户名称", "手机")
    result = take(workbook(rows(headers, ("青岛海风机械", "海风", "13812345678"))), now)
    assert result.created == 1
    assert Lead.objects.get().attributes == {"客户名称": "海风"}


def test_nothing_that_says_who_is_refused_before_anything_happens(workbook, now):
    with pytest.raises(Refused) as refused:
        take(workbook(rows(("金额", "类别"), (1, "甲"), (2, "乙"))), now)
    assert refused.value.verdict.codes == ("nobody_mapped",)
    assert not LeadImport.objects.exists()


def test_one_cell_at_the_far_corner_is_refused_at_once(tmp_path, now):
    """Five kilobytes that would ask for 549 GB."""
    path = tmp_path / "far.xlsx"

    def fill(sheet, book):
        rows(HEADERS, GOOD)(sheet, book)
        sheet.write(1_048_575, 16_383, "x")

    book = xlsxwriter.Workbook(path)
    fill(book.add_worksheet(), book)
    book.close()
    assert path.stat().st_size < 8_000
    started = time.monotonic()
    with pytest.raises(Unreadable) as refused:
        take(path, now)
    assert refused.value.code == "too_many_columns"
    assert time.monotonic() - started < 15
    assert not LeadImport.objects.exists()


# The rejects file, corrected, completes the set


def test_the_corrected_rejects_complete_the_set(workbook, tmp_path, now):
    companies = [f"第{n}号机械公司" for n in range(40)]
    lines = [
        (c, "王明", "12" if n % 4 == 0 else f"138{n:08d}", 20, "2027年3月", "产线改造") for n, c in enumerate(companies)
    ]
    path, out = workbook(rows(HEADERS, *lines)), tmp_path / "rejects.xlsx"
    first = import_leads(path, by=system("test"), clock=lambda: now, rejects_to=out)
    assert (first.created, first.rejected) == (30, 10)

    from tuoke.services.exchange.reading import open_table
    from tuoke.services.exchange.writing import write_table

    with open_table(out) as table:
        headers, rejected = table.headers, list(table.rows())
    assert [row.cells[-2] for row in rejected] == [2 + n for n in range(0, 40, 4)]  # where each stood
    half = tmp_path / "half.xlsx"
    fixed = [[*r.cells[:2], f"139{n:08d}" if n % 2 else "still wrong", *r.cells[3:]] for n, r in enumerate(rejected)]
    write_table(half, headers=headers, rows=fixed)
    second = import_leads(half, by=system("test"), clock=lambda: now, rejects_to=out)
    assert (second.created, second.rejected) == (5, 5)

    with open_table(out) as table:
        assert table.headers == headers, "the columns don't grow from time to time"
        rest = [[*r.cells[:2], f"137{n:08d}", *r.cells[3:]] for n, r in enumerate(table.rows())]
    write_table(half, headers=headers, rows=rest)
    assert import_leads(half, by=system("test"), clock=lambda: now).created == 5
    assert sorted(Lead.objects.values_list("company", flat=True)) == sorted(companies)
    assert not any(Lead.objects.exclude(attributes={}).values_list("attributes", flat=True))


# Anything at all

CELLS = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.text(alphabet="0123456789.-+eE,%万亿元年月日号-/:： 　\0\ud800", max_size=30),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.builds(lambda text: BrokenCell(safe(text)), st.text(max_size=10)),
    st.sampled_from(["合计", "是", "否", "#REF!", "13812345678", "20万", "2027年3月", *HEADERS]),
)
ALL = (
    "公司名称", "联系人", "职位", "手机", "邮箱", "微信", "统一社会信用代码", "行业", "地区", "地址", "员工人数", "年营收(万元)", "线索来源",
    "来源明细", "预算金额(万元)", "预计采购时间", "是否接触决策人", "需求", "负责人", "备注", "别的",
)  # fmt: skip
READER = Reader(guess(ALL))


@settings(max_examples=400, deadline=1000)
@example([None] * 4 + [","] + [None] * (len(ALL) - 5))
@given(st.lists(CELLS, min_size=len(ALL), max_size=len(ALL) + 2))
def test_any_cells_become_a_sound_lead_or_reasons(cells):
    from tuoke.services.exchange.rules import sound
    from tuoke.steps.leads.rules import LeadDraft, faults

    read = READER.read(2, cells)
    if isinstance(read, LeadRow):
        assert not any(fault.code == "text_broken" for fault in faults(LeadDraft(**read.values)))
        assert all(sound(text) for text in read.attributes.values())
    else:
        assert read
        assert all(reason.code and sound(reason.found) for reason in read)


def _good_file():
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    rows(HEADERS, *((f"第{n}号公司", *GOOD[1:]) for n in range(30)))(book.add_worksheet(), book)
    book.close()
    return target.getvalue()


WHOLE = _good_file()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_bytes_end_in_words_or_a_report(tmp_path, now, data):
    """Cut and changed workbooks, random bytes: refused as a whole or read to the end, within seconds."""
    kind = data.draw(st.sampled_from(["cut", "changed", "inside", "random"]))
    if kind == "cut":
        content = WHOLE[: data.draw(st.integers(0, len(WHOLE) - 1))]
    elif kind == "changed":
        place = data.draw(st.integers(0, len(WHOLE) - 1))
        content = WHOLE[:place] + data.draw(st.binary(min_size=1, max_size=8)) + WHOLE[place + 1 :]
    elif kind == "inside":
        content = _with_sheet(data.draw(st.binary(max_size=300)), data.draw(st.integers(0, 3000)))
    else:
        content = data.draw(st.binary(min_size=1, max_size=400))
    path = tmp_path / data.draw(st.sampled_from(["a.xlsx", "a.csv"]))
    path.write_bytes(content)
    started = time.monotonic()
    try:
        result = rehearse_leads(path, by=system("test"), clock=lambda: now)
    except (Unreadable, Refused):
        pass
    else:
        assert result.rows == result.created + result.duplicates + result.skipped + result.rejected
    assert time.monotonic() - started < 20


def _with_sheet(wild, place):
    """A sound zip around a sheet that isn't."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in source.infolist():
            content = source.read(entry)
            if "/worksheets/" in entry.filename:
                content = content[:place] + wild + content[place:]
            copy.writestr(entry.filename, content)
    return target.getvalue()
