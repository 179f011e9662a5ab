import json
import os
import subprocess
import sys
import threading
from datetime import date, datetime

import pytest
import xlsxwriter

from tuoke.services.exchange import reading
from tuoke.services.exchange.reading import LIMITS, Limits, Unreadable, open_table
from tuoke.services.exchange.rules import BrokenCell, Problem, amount, day, header, header_key, looks_like_header

ROWS = [["公司", "联系人", "电话"], ["华辰科技", "李娜", "13800138000"], ["辰华医疗", None, "=1+1"]]
TEXT = "公司,联系人,电话\r\n华辰科技,李娜,13800138000\r\n\r\n辰华医疗,,13900139000\r\n"


def sheet(path, *sheets, hidden=()):
    """Writes sheets of rows; a sheet is a list of rows or a function that fills the worksheet."""
    book = xlsxwriter.Workbook(str(path))
    for index, rows in enumerate(sheets):
        worksheet = book.add_worksheet()
        if callable(rows):
            rows(worksheet)
        else:
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    worksheet.write_string(number, column, value) if isinstance(value, str) else worksheet.write(
                        number, column, value
                    )
        if index in hidden:
            worksheet.hide()
    book.close()
    return path


def read(path, **options):
    with open_table(path, **options) as table:
        return [tuple(row) for row in table.rows()]


class TestSheets:
    def test_rows_with_their_real_numbers(self, tmp_path):
        path = sheet(tmp_path / "a.xlsx", [[], ["2026年客户名单"], [], *ROWS[:2], [], ROWS[2]])
        with open_table(path) as table:
            assert (table.kind, table.sheets, table.sheet, table.header_row) == ("xlsx", ("Sheet1",), "Sheet1", 4)
            assert table.headers == ("公司", "联系人", "电话")
            assert [column.letter for column in table.columns] == ["A", "B", "C"]
            assert [row.number for row in table.head()] == [5, 7]
            assert [tuple(row) for row in table.rows()] == [(5, ROWS[1]), (7, ROWS[2])]

    def test_rows_again_and_from_where_one_stopped(self, tmp_path):
        path = sheet(tmp_path / "a.xlsx", [["编号", "名称"], *([n, "x"] for n in range(2, 3500))])
        with open_table(path) as table:
            assert sum(1 for _ in table.rows()) == 3498
            assert [row.cells[0] for row in table.rows(after=3497)] == [3498, 3499]
            assert [len(batch) for batch in table.batches(after=999, size=1000)] == [1000, 1000, 500]
        with open_table(path) as table:
            assert next(table.rows(after=2000)).number == 2001

    def test_values_keep_their_kind(self, tmp_path):
        def fill(worksheet):
            formats = [worksheet_format(worksheet, "yyyy-mm-dd"), worksheet_format(worksheet, "yyyy-mm-dd hh:mm")]
            worksheet.write_row(0, 0, ["整数", "小数", "日期", "时间", "是否", "公式", "文本"])
            worksheet.write_row(1, 0, [13800138000, 0.5])
            worksheet.write_datetime(1, 2, date(2026, 7, 1), formats[0])
            worksheet.write_datetime(1, 3, datetime(2026, 7, 1, 9, 30), formats[1])
            worksheet.write_boolean(1, 4, True)
            worksheet.write_formula(1, 5, "=1+1", None, 2)
            worksheet.write_string(1, 6, "007")

        def worksheet_format(worksheet, form):
            return book_of[0].add_format({"num_format": form})

        path = tmp_path / "a.xlsx"
        book_of = [xlsxwriter.Workbook(str(path))]
        fill(book_of[0].add_worksheet())
        book_of[0].close()
        assert read(path) == [(2, [13800138000, 0.5, date(2026, 7, 1), datetime(2026, 7, 1, 9, 30), True, 2, "007"])]

    def test_vertically_merged_cells_hold_for_all_their_rows(self, tmp_path):
        def fill(worksheet):
            worksheet.write_row(0, 0, ["公司", "项目"])
            worksheet.merge_range("A2:A4", "华辰")
            for row, project in enumerate(["甲", "乙", "丙", "丁"], start=1):
                worksheet.write(row, 1, project)

        cells = [row[1] for row in read(sheet(tmp_path / "a.xlsx", fill))]
        assert cells == [["华辰", "甲"], ["华辰", "乙"], ["华辰", "丙"], [None, "丁"]]

    def test_a_table_that_starts_to_the_right(self, tmp_path):
        path = sheet(tmp_path / "a.xlsx", [[], [None, None, "公司", "电话"], [None, None, "华辰", 5]])
        with open_table(path) as table:
            assert [(column.letter, column.header) for column in table.columns] == [
                ("A", ""),
                ("B", ""),
                ("C", "公司"),
                ("D", "电话"),
            ]
            assert [tuple(row) for row in table.rows()] == [(3, [None, None, "华辰", 5])]

    def test_cells_beyond_the_header_are_kept(self, tmp_path):
        rows = read(sheet(tmp_path / "a.xlsx", [["公司", "电话"], ["华辰", 5, None, "移位"], ["辰华", 6]]))
        assert rows == [(2, ["华辰", 5, None, "移位"]), (3, ["辰华", 6])]

    def test_the_sheet_one_asks_for(self, tmp_path):
        path = sheet(tmp_path / "a.xlsx", [], [["甲"], ["1"]], [["乙"], ["2"]], [["丙"], ["3"]], hidden=[1])
        with open_table(path) as table:
            assert (table.sheets, table.sheet) == (("Sheet1", "Sheet3", "Sheet4"), "Sheet3")
        assert read(path, sheet="Sheet4") == [(2, ["3"])]
        assert read(path, sheet="Sheet2") == [(2, ["1"])]
        assert refusal(path, sheet="Tabelle") == (
            "unknown_sheet",
            {"sheet": "Tabelle", "sheets": ["Sheet1", "Sheet3", "Sheet4"]},
        )

    def test_known_headers_and_a_forced_one(self, tmp_path):
        path = sheet(tmp_path / "a.xlsx", [["甲", "乙"], ["丙", "丁"], ["公司", "电话"], ["华辰", "5"]])
        assert len(read(path)) == 3
        assert read(path, known_headers={header_key("公司"), header_key("电话")}) == [(4, ["华辰", "5"])]
        assert read(path, header_row=3) == [(4, ["华辰", "5"])]
        assert refusal(path, header_row=99)[0] == "no_header"


class TestText:
    @pytest.mark.parametrize(
        "encoding, shown",
        [
            ("utf-8", "utf-8"),
            ("utf-8-sig", "utf-8"),
            ("gb18030", "gb18030"),
            ("utf-16", "utf-16"),
            ("utf-16-le", "utf-16-le"),
            ("utf-16-be", "utf-16-be"),
        ],
    )
    def test_encodings(self, tmp_path, encoding, shown):
        path = tmp_path / "a.csv"
        path.write_bytes(TEXT.encode(encoding))
        with open_table(path) as table:
            assert (table.kind, table.encoding, table.delimiter) == ("csv", shown, ",")
            assert [tuple(row) for row in table.rows()] == [
                (2, ["华辰科技", "李娜", "13800138000"]),
                (4, ["辰华医疗", None, "13900139000"]),
            ]

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt", "a.bak", "a"])
    def test_delimiters_whatever_the_name(self, tmp_path, delimiter, name):
        path = tmp_path / name
        path.write_text(f'公司{delimiter}备注\n华辰{delimiter}"a{delimiter},;b"\n', encoding="utf-8")
        with open_table(path) as table:
            assert table.delimiter == delimiter
            assert [row.cells for row in table.rows()] == [["华辰", f"a{delimiter},;b"]]

    def test_rows_as_a_spreadsheet_counts_them(self, tmp_path):
        path = tmp_path / "a.csv"
        path.write_bytes('sep=;\n公司;备注\n"华\n辰";1\n\n辰华;2;多\n'.encode())
        assert read(path) == [(3, ["华\n辰", "1"]), (5, ["辰华", "2", "多"])]

    def test_one_column(self, tmp_path):
        path = tmp_path / "a.txt"
        path.write_text("公司\n华辰\n辰华\n", encoding="utf-8")
        assert [row[1] for row in read(path)] == [["华辰"], ["辰华"]]

    def test_broken_characters_break_their_cell_only(self, tmp_path):
        path = tmp_path / "a.csv"
        rows = b"".join(f"华辰{n},好\n".encode() for n in range(500))
        path.write_bytes(
            "公司,备注\n".encode() + rows + b"a\0b,\xff\xfe\n" + "辰华,\ud800\n".encode("utf-8", "surrogatepass")
        )
        last = read(path)[-2:]
        assert last[0][1] == [BrokenCell("a\ufffdb"), BrokenCell("\ufffd\ufffd")]
        assert last[1][1] == ["辰华", BrokenCell("\ufffd\ufffd\ufffd")]

    def test_numbers_that_were_kept_from_excel(self, tmp_path):
        path = tmp_path / "a.csv"
        path.write_text('公司,电话\n华辰,="0571001"\n辰华,\'+86\n', encoding="utf-8")
        assert [row[1][1] for row in read(path)] == ["0571001", "+86"]


def refusal(path, **options):
    with pytest.raises(Unreadable) as caught, open_table(path, **options) as table:
        list(table.rows())
    return caught.value.code, dict(caught.value.params)


class TestRefusals:
    @pytest.mark.parametrize(
        "name, content, found",
        [
            ("a.csv", b"%PDF-1.7\n", "pdf"),
            ("a.xlsx", b"\x89PNG\r\n\x1a\n", "png"),
            ("a.xlsx", TEXT.encode(), "csv"),
            ("a.xls", TEXT.encode("gb18030"), "csv"),
            ("a.xls", b"<html><body><table><tr><td>1</td></tr></table></body></html>", "html"),
            ("a.csv", b'{"a": [1, 2]}', "json"),
            ("a.csv", b"\x1f\x8b\x08\0", "gzip"),
            ("a.csv", b"<?xml version='1.0'?><a/>", "xml"),
            ("a.csv", os.urandom(5000), "binary"),
            ("a.pdf", TEXT.encode(), "csv"),
        ],
    )
    def test_what_is_no_table_or_not_what_it_says(self, tmp_path, name, content, found):
        path = tmp_path / name
        path.write_bytes(content)
        assert refusal(path) == (
            "not_a_table",
            {"says": {"xlsx": "xlsx", "csv": "csv", "xls": "xls", "pdf": "pdf"}[name[2:]], "found": found},
        )

    def test_a_sheet_under_another_name(self, tmp_path):
        path = sheet(tmp_path / "a.xlsx", ROWS)
        assert refusal(path, filename="客户.csv") == ("not_a_table", {"says": "csv", "found": "xlsx"})
        assert len(read(path, filename="客户.xlsx.bak")) == 2

    @pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \r\n\r\n", b",,,\n,,\n"])
    def test_empty_files(self, tmp_path, content):
        path = tmp_path / "a.csv"
        path.write_bytes(content)
        assert refusal(path)[0] == "empty_file"

    def test_empty_sheets(self, tmp_path):
        assert refusal(sheet(tmp_path / "a.xlsx", [])) == ("empty_sheet", {"sheet": "Sheet1"})
        assert refusal(sheet(tmp_path / "b.xlsx", [], ROWS), sheet="Sheet1") == ("empty_sheet", {"sheet": "Sheet1"})

    def test_no_header(self, tmp_path):
        assert refusal(sheet(tmp_path / "a.xlsx", [[1, 2], [3, 4]]))[0] == "no_header"

    def test_header_only(self, tmp_path):
        assert read(sheet(tmp_path / "a.xlsx", [["公司", "电话"]])) == []

    @pytest.mark.parametrize(
        "content",
        [
            b"PK\x03\x04" + b"x" * 200,
            b"PK\x05\x06" + b"\0" * 18,
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0\0".encode("utf-16-le") * 50,
        ],
    )
    def test_broken_files(self, tmp_path, content):
        path = tmp_path / "a"
        path.write_bytes(content)
        assert refusal(path)[0] in ("broken_file", "not_a_table")

    def test_a_cut_file(self, tmp_path):
        path = sheet(tmp_path / "a.xlsx", [["公司"], *([f"华辰{n}"] for n in range(999))])
        path.write_bytes(path.read_bytes()[:-300])
        assert refusal(path)[0] == "broken_file"

    def test_an_encrypted_workbook(self, tmp_path):
        path = tmp_path / "a.xlsx"
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le"))
        assert refusal(path)[0] == "encrypted"

    def test_quotes_that_never_close(self, tmp_path):
        path = tmp_path / "a.csv"
        path.write_text('公司,备注\n华辰,"开始\n辰华,x\n', encoding="utf-8")
        assert refusal(path) == ("broken_file", {"why": "quotes", "row": 2})

    def test_refused_half_way_after_good_rows(self, tmp_path):
        path = tmp_path / "a.csv"
        path.write_text("公司,备注\n" + "华辰,x\n" * 5000 + '"华辰"x,y\n', encoding="utf-8")
        with open_table(path) as table, pytest.raises(Unreadable) as caught:
            list(table.rows())
        assert caught.value.params == {"why": "quotes", "row": 5002}


class TestProcess:
    def test_processor_time_ends(self, tmp_path):
        path = tmp_path / "a.csv"
        path.write_text("公司,备注\n" + "华辰科技有限公司,x\n" * 2_000_000, encoding="utf-8")
        assert refusal(path, limits=Limits(cpu_seconds=1))[0] == "too_large"

    def test_file_size(self, tmp_path):
        path = tmp_path / "a.csv"
        path.write_text(TEXT, encoding="utf-8")
        assert refusal(path, limits=Limits(file_bytes=10)) == ("too_large", {"what": "file", "limit": 10})

    def test_abandoned_reading_leaves_no_process(self, tmp_path):
        path = sheet(tmp_path / "a.xlsx", [["公司"], *([f"华辰{n}"] for n in range(20_000))])
        with open_table(path) as table:
            child = table._stream._child
        assert child.returncode is not None
        with open_table(path) as table:
            rows = table.rows()
            next(rows)
            rows.close()
        assert not [pid for pid in os.listdir("/proc") if pid.isdigit() and is_our_child(pid)]

    def test_from_threads(self, tmp_path):
        path = sheet(tmp_path / "a.xlsx", ROWS)
        found = []
        threads = [threading.Thread(target=lambda: found.append(len(read(path)))) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [2] * 6

    def test_the_child_knows_no_django(self):
        code = "import sys, tuoke.services.exchange.child, tuoke.services.exchange.sniffing, tuoke.services.exchange.safety; print(any(m.startswith('django') for m in sys.modules))"
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        assert subprocess.check_output([sys.executable, "-c", code], text=True, env=env).strip() == "False"

    def test_the_parent_takes_plain_values_only(self):
        import io
        import pickle

        with pytest.raises(pickle.UnpicklingError):
            reading._Messages(io.BytesIO(pickle.dumps(os.system))).load()


def is_our_child(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            parts = file.read().rsplit(")", 1)[1].split()
        with open(f"/proc/{pid}/cmdline") as file:
            command = file.read()
    except OSError:
        return False
    return int(parts[1]) == os.getpid() and "exchange.child" in command


class TestRealFiles:
    """Every file of the trial data opens, or is refused for the right reason."""

    EXPECTED = {
        "cn_crm_templates/cordys_industry_GBT4754.json": "not_a_table",
        "cn_crm_templates/headers_seen.csv": 360,
        "cn_crm_templates/kevin_客户导入模板.xlsx": 3,
        "cn_crm_templates/offertech_合同导入模板_v1.xls": 0,
        "cn_crm_templates/offertech_合同导入模板_v2.xls": 0,
        "cn_crm_templates/offertech_客户导入模板_v1.xls": 1,
        "cn_crm_templates/offertech_客户导入模板_v2.xls": 1,
        "cn_crm_templates/wukong11_default_fields.csv": 86,
        "cn_followup_snippets/followups.csv": 20,
        "cn_names/Chinese_Family_Name（1k）.xlsx": 1074,
        "cn_names/Company-Shorter-Form（28W）.txt": 267_398,
        "cn_names/公司名字频统计.xlsx": 3978,
        "gb18030_channels/流量练习数据.csv": 22,
        "gb18030_channels/流量练习数据.xls": 22,
        "gb18030_channels/流量练习数据1.csv": 22,
        "maven_crm/accounts.csv": 85,
        "maven_crm/products.csv": 7,
        "maven_crm/sales_pipeline.csv": 8800,
        "maven_crm/sales_teams.csv": 35,
        "shandong_purchase_intentions/output_0d25576b-be0c-4dea-8c7f-f43c36981c8b.xlsx": 63,
        "shandong_purchase_intentions/output_8214d9f9-a3f4-4ad5-a3a3-196fe8cd2e66.xlsx": 21,
        "shandong_purchase_intentions/output_f738257c-f2fc-47e5-9a75-e2917a7197dc.xlsx": 40,
        "superstore_cn/示例 - 超市.xls": 10_000,
        "uci_bank/bank-additional.zip": "not_a_table",
        "xeducation_leads/Leads Data Dictionary.xlsx": 37,
        "xeducation_leads/Leads.csv": 9240,
    }

    @pytest.mark.parametrize("name", EXPECTED)
    def test_opens(self, shared_data, name):
        expected = self.EXPECTED[name]
        if isinstance(expected, str):
            assert refusal(shared_data / name)[0] == expected
        else:
            assert len(read(shared_data / name)) == expected

    def test_sums_that_are_known(self, shared_data):
        with open_table(shared_data / "superstore_cn" / "示例 - 超市.xls") as table:
            sales, profit = table.headers.index("销售额"), table.headers.index("利润")
            rows = [row.cells for row in table.rows()]
        assert round(sum(row[sales] for row in rows), 3) == 16_117_548.237
        assert round(sum(row[profit] for row in rows), 3) == 2_156_559.517

    def test_gb18030(self, shared_data):
        with open_table(shared_data / "gb18030_channels" / "流量练习数据.csv") as table:
            assert table.encoding == "gb18030"
            assert table.head(1)[0].cells == ["一级", "-A", "35188 ", "9.98%", "54.3"]

    def test_a_header_in_the_third_row(self, shared_data):
        with open_table(shared_data / "xeducation_leads" / "Leads Data Dictionary.xlsx") as table:
            assert (table.header_row, table.headers) == (3, ("", "Variables", "Description"))


def test_limits_travel_as_json():
    assert json.loads(json.dumps(LIMITS.memory)) == 1024 * 1024 * 1024


class TestShandong:
    """Purchase intentions as a scraper left them: clean, with headers among the data, with rows shifted to the left."""

    FOLDER = "shandong_purchase_intentions"
    KNOWN = frozenset(header_key(name) for name in ("采购项目名称", "采购需求概况", "预算金额", "预计采购时间", "备注"))

    def table(self, shared_data, start):
        with open_table(next((shared_data / self.FOLDER).glob(f"output_{start}*.xlsx"))) as table:
            return [header(name) for name in table.headers], [row.cells for row in table.rows()]

    def test_the_clean_file_adds_up(self, shared_data):
        headers, rows = self.table(shared_data, "8214")
        budget, planned = (
            next(i for i, h in enumerate(headers) if h.name == name) for name in ("预算金额", "预计采购时间")
        )
        assert headers[budget].unit == "万元"
        assert sum(amount(row[budget], headers[budget].unit) for row in rows) == 22_944_700
        assert {day(row[planned]).precision for row in rows if row[planned]} == {"month"}
        assert not any(looks_like_header(row, self.KNOWN) for row in rows)

    def test_headers_and_shifted_rows_are_told_apart(self, shared_data):
        headers, rows = self.table(shared_data, "f738")
        budget = next(i for i, h in enumerate(headers) if h.name == "预算金额")
        repeated = [row for row in rows if looks_like_header(row, self.KNOWN)]
        rest = [amount(row[budget], "万元") for row in rows if row not in repeated]
        assert len(repeated) == 10
        assert {value.code for value in rest if isinstance(value, Problem)} <= {"amount_unclear"}

    def test_amounts_without_a_unit_are_not_guessed(self, shared_data):
        headers, rows = self.table(shared_data, "0d25")
        column = next(i for i, h in enumerate(headers) if h.name == "金额")
        assert headers[column].unit == ""
        found = [amount(row[column]) for row in rows]
        assert {value.code for value in found if value is not None} == {"unit_unknown", "amount_unclear"}
