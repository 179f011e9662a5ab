import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuoke.services.exchange.reading import open_table
from tuoke.services.exchange.writing import Unwritable, write_table

NASTY = [
    "=1+1", "+86", "-5", "@x", "\t=1", " =1", "\r=1", "\n=1", "\ufeff=1", "＝1", '"=1', "'=1", "''", "'", "'abc", "a\r\nb", "a\rb", " lead ", "_x0041_",
    "_x005F_x0041_", "_x000D_", "<r>x</r>", "<&>\"'", "a,b;c\td|e", '"', "007", "1e5", "😀👨‍👩‍👧", "𠮷野", "\x85\u2028\u2029", "\u200b", '="x"', "sep=;", "\u3000", "True",
]  # fmt: skip

UNSOUND = [chr(code) for code in (*range(9), 11, 12, *range(14, 32), 127, 0xFFFE, 0xFFFF)]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=UNSOUND), max_size=40)


def came_back(path, rows):
    with open_table(path) as table:
        found = {row.number: row.cells for row in table.rows()}
    return [found.get(number, [None] * len(row)) for number, row in enumerate(rows, start=2)]


def expected(rows):
    return [[cell or None for cell in row] for row in rows]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_nasty_texts_come_back_unchanged(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    rows = [[text, "x", text] for text in NASTY]
    assert write_table(path, headers=["甲", "乙", "丙"], rows=iter(rows)) == len(NASTY)
    assert came_back(path, rows) == rows


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@settings(max_examples=12, deadline=None)
@given(texts=st.lists(st.tuples(TEXTS, TEXTS), min_size=60, max_size=200))
def test_generated_texts_come_back_unchanged(tmp_path_factory, kind, texts):
    path = tmp_path_factory.mktemp("rt") / f"a.{kind}"
    rows = [[one, "x", two] for one, two in texts]
    write_table(path, headers=["甲", "乙", "丙"], rows=rows)
    assert came_back(path, rows) == expected(rows)


def test_values_of_every_kind(tmp_path):
    rows = [[5, 2.5, Decimal("1.25"), True, False, None, date(2026, 7, 1), datetime(2026, 7, 1, 9, 30, 5)]]
    write_table(tmp_path / "a.xlsx", headers=list("甲乙丙丁戊己庚辛"), rows=rows)
    assert came_back(tmp_path / "a.xlsx", rows) == [
        [5, 2.5, 1.25, "是", "否", None, date(2026, 7, 1), datetime(2026, 7, 1, 9, 30, 5)]
    ]
    write_table(tmp_path / "a.csv", headers=list("甲乙丙丁戊己庚辛"), rows=rows)
    assert came_back(tmp_path / "a.csv", rows) == [
        ["5", "2.5", "1.25", "是", "否", None, "2026-07-01", "2026-07-01 09:30:05"]
    ]


def test_no_formula_is_written_and_dangerous_text_is_marked(tmp_path):
    path = tmp_path / "a.xlsx"
    write_table(path, headers=["=1"], rows=[[text] for text in NASTY])
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert "<f>" not in xml
    assert "quotePrefix" in styles


def test_to_a_file_object():
    target = io.BytesIO()
    write_table(target, headers=["甲"], rows=[["华辰"]], sheet="a/b[c]:*?" * 9, widths=[30])
    assert target.getvalue().startswith(b"PK")
    target = io.BytesIO()
    write_table(target, headers=["甲"], rows=[["华辰"]], kind="csv")
    assert target.getvalue() == '\ufeff"甲"\r\n"华辰"\r\n'.encode()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("bad", ["a\0b", "\ud800", "\x01", "\uffff"])
def test_broken_text_is_refused_with_its_place(kind, bad):
    with pytest.raises(Unwritable) as caught:
        write_table(io.BytesIO(), headers=["甲", "乙"], rows=[["x", "y"], ["x", bad]], kind=kind)
    assert (caught.value.code, caught.value.params) == ("cell_broken", {"row": 3, "column": 2})


def test_too_long_a_text_is_refused_by_xlsx_and_kept_by_csv(tmp_path):
    with pytest.raises(Unwritable) as caught:
        write_table(io.BytesIO(), headers=["甲"], rows=[["x" * 32_768]])
    assert caught.value.code == "cell_too_long"
    write_table(tmp_path / "a.csv", headers=["甲"], rows=[["x" * 40_000]])
    assert came_back(tmp_path / "a.csv", [["x"]]) == [["x" * 40_000]]


def test_times_with_a_zone_are_written_as_they_read():
    write_table(io.BytesIO(), headers=["甲"], rows=[[datetime(2026, 7, 1, tzinfo=UTC)]])


def test_rows_stream(tmp_path):
    assert write_table(tmp_path / "a.xlsx", headers=["n"], rows=([n] for n in range(5000))) == 5000
    assert len(came_back(tmp_path / "a.xlsx", [[0]] * 5000)) == 5000
