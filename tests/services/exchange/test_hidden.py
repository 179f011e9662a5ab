"""What a spreadsheet doesn't show by itself: hidden sheets and rows, formulas that failed."""

import pytest
import xlsxwriter

from tuoke.services.exchange.reading import open_table
from tuoke.services.exchange.rules import BrokenCell


@pytest.fixture
def book(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "book.xlsx")
    yield book
    if not book.fileclosed:
        book.close()


def opened(book, **how):
    book.close()
    with open_table(book.filename, **how) as table:
        return table, list(table.rows())


def test_failed_formulas_break_their_cell_only(book):
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["公司", "金额", "备注"])
    for row, error in enumerate(["#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"], start=1):
        sheet.write_string(row, 0, f"第{row}号公司")
        sheet.write_formula(row, 1, "=B99*2", value=error)
    _, rows = opened(book)
    assert [row.cells[1] for row in rows] == [
        BrokenCell(error) for error in ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!")
    ]
    assert [row.cells[0] for row in rows][:2] == ["第1号公司", "第2号公司"]


def test_a_look_up_that_found_nothing_is_blank(book):
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["公司", "金额"])
    sheet.write_string(1, 0, "甲公司")
    sheet.write_formula(1, 1, '=VLOOKUP("x",A1:B1,2,FALSE)', value="#N/A")
    _, rows = opened(book)
    assert rows[0].cells == ["甲公司", None]


def test_formulas_give_what_they_showed(book):
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["公司", "金额", "日期"])
    sheet.write_formula(1, 0, '="甲"&"公司"', value="甲公司")
    sheet.write_formula(1, 1, "=1+2", value=3)
    _, rows = opened(book)
    assert rows[0].cells == ["甲公司", 3, None]


def test_a_failed_formula_far_down(book):
    """Found in whatever piece of the sheet it stands."""
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["公司", "金额"])
    for row in range(1, 30_000):
        sheet.write_string(row, 0, f"第{row}号公司，名字很长很长")
        if row % 1000 == 0:
            sheet.write_formula(row, 1, "=A1*2", value="#VALUE!")
    _, rows = opened(book)
    assert [row.number for row in rows if isinstance(row.cells[1], BrokenCell)] == list(range(1001, 30_000, 1000))


def test_hidden_rows_are_read_and_counted(book):
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["公司", "电话"])
    for row in range(1, 5):
        sheet.write_row(row, 0, [f"第{row}号公司", "x"])
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_row(3, None, None, {"hidden": True})
    table, rows = opened(book)
    assert table.hidden_rows == 2
    assert [row.number for row in rows] == [2, 3, 4, 5]


def test_hidden_sheets_are_told_and_opened_only_when_asked_for(book):
    book.add_worksheet("线索").write_row(0, 0, ["公司", "电话"])
    hidden = book.add_worksheet("底稿")
    hidden.write_row(0, 0, ["公司", "电话"])
    hidden.write_row(1, 0, ["甲公司", "1"])
    hidden.hide()
    very = book.add_worksheet("参数")
    very.write(0, 0, "x")
    very.very_hidden()
    table, rows = opened(book)
    assert (table.sheet, table.sheets, table.hidden_sheets) == ("线索", ("线索",), ("底稿", "参数"))
    assert rows == []
    with open_table(book.filename, sheet="底稿") as asked:
        assert [row.cells[0] for row in asked.rows()] == ["甲公司"]


def test_how_far_it_goes_is_known_at_once(book, tmp_path):
    sheet = book.add_worksheet()
    for row in range(1000):
        sheet.write_row(row, 0, [f"公司{row}", "x"])
    table, _ = opened(book)
    assert table.last_row == 1000
    path = tmp_path / "a.csv"
    path.write_text("公司,电话\n" + "甲,1\n" * 500)
    with open_table(path) as table:
        assert 501 <= table.last_row <= 502


def test_the_header_is_looked_for_again_without_reading_again(book):
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["甲", "乙", "丙"])
    sheet.write_row(1, 0, ["公司名称", "联系人", "电话"])
    sheet.write_row(2, 0, ["甲公司", "王", "1"])
    book.close()
    with open_table(book.filename, known_headers=frozenset(["公司名称", "联系人", "电话"])) as table:
        assert table.header_row == 2
        table.find_header()
        assert table.header_row == 1
        assert [row.number for row in table.rows()] == [2, 3]
