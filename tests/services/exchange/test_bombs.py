"""Files made to hurt: each is refused early, with its reason, and the server lives."""

import os
import struct
import time
import zipfile
import zlib

import pytest

from tests.services.exchange.test_reading import refusal, sheet
from tuoke.services.exchange.reading import open_table

SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'
)
WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)


def workbook(path, body, **more):
    """A minimal workbook around the inside of one sheet; ``more`` replaces or adds parts."""
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": RELATIONS.replace("worksheets/sheet1.xml", "xl/workbook.xml").replace(
            '/worksheet"', '/officeDocument"'
        ),
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": SHEET.format(body),
    } | {name.replace("__", "/"): part for name, part in more.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


def cells(*references):
    return (
        "<sheetData>"
        + "".join(f'<row><c r="{r}" t="inlineStr"><is><t>公司</t></is></c></row>' for r in references)
        + "</sheetData>"
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.xlsx"


def test_the_minimal_workbook_opens(path):
    with open_table(workbook(path, cells("A1", "A2"))) as table:
        assert table.headers == ("公司",)


@pytest.mark.parametrize(
    "reference, code",
    [
        ("XFD1048576", "too_many_columns"),
        ("XFD1", "too_many_columns"),
        ("SS1", "too_many_columns"),
        ("ZZZZZZZZZZ1", "too_many_columns"),
        ("A1048577", "too_large"),
        ("A99999999999999999999", "too_large"),
    ],
)
def test_one_cell_far_away(path, reference, code):
    began = time.monotonic()
    assert refusal(workbook(path, cells("A1", reference)))[0] == code
    assert path.stat().st_size < 5000
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "body",
    [
        cells("A1", "XFD1048576").replace('r="', "r='").replace('" t', "' t"),
        cells("A1", "SR1048576"),
        cells("A1", "SR1000000"),
    ],
)
def test_far_cells_that_the_scan_misses_meet_the_memory_limit(path, body):
    """The parser wants more than a gigabyte, is refused it and aborts: in its own process."""
    assert refusal(workbook(path, body)) == ("too_large", {"what": "memory", "limit": 1024 * 1024 * 1024})


def test_the_last_allowed_column_opens(path):
    with open_table(workbook(path, cells("A1", "SR2"))) as table:
        assert len(next(table.rows()).cells) == 512


def test_sixteen_thousand_columns(path, tmp_path):
    assert refusal(sheet(path, [["列"] * 16_384, ["x"] * 16_384]))[0] == "too_many_columns"
    text = tmp_path / "a.csv"
    text.write_text(",".join(["列"] * 16_384) + "\n", encoding="utf-8")
    assert refusal(text) == ("too_many_columns", {"columns": 16_384, "limit": 512})


def test_columns_without_references(path):
    row = "<row>" + '<c t="inlineStr"><is><t>x</t></is></c>' * 16_384 + "</row>"
    assert refusal(workbook(path, f"<sheetData>{row}</sheetData>"))[0] == "too_many_columns"


def test_a_lying_dimension(path):
    with open_table(workbook(path, '<dimension ref="A1:XFD1048576"/>' + cells("A1", "A2"))) as table:
        assert [row.number for row in table.rows()] == [2]


def test_ten_gigabytes_in_ten_megabytes(path):
    """Only the directory is read, so it may as well lie about the content."""
    with zipfile.ZipFile(workbook(path, cells("A1")), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x.bin", b"\0" * 1000)
    data = bytearray(path.read_bytes())
    place = data.rfind(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<L", 0xF0000000)
    path.write_bytes(data)
    began = time.monotonic()
    assert refusal(path) == ("bomb", {"why": "expanded"})
    assert time.monotonic() - began < 3


def test_a_ratio_no_sheet_has(path):
    body = "<sheetData>" + " " * (70 * 1024 * 1024) + "</sheetData>"
    assert refusal(workbook(path, body)) == ("bomb", {"why": "ratio"})


def test_a_hundred_thousand_entries(path):
    with zipfile.ZipFile(workbook(path, cells("A1")), "a") as archive:
        for number in range(100_000 if os.environ.get("TUOKE_DRILL") else 6_000):
            archive.writestr(f"xl/x{number}.xml", b"")
    assert refusal(path) == ("bomb", {"why": "entries"})


def test_overlapping_entries(path):
    workbook(path, cells("A1", "A2"))
    data = bytearray(path.read_bytes())
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    path.write_bytes(data)
    assert refusal(path)[0] in ("bomb", "broken_file")


def test_a_size_that_lies(path):
    """The directory says 100 bytes; the stream holds 50 MB."""
    body = SHEET.format("<sheetData>" + " " * 50_000_000 + "</sheetData>").encode()
    workbook(path, "")
    data = path.read_bytes()
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    stream = packed.compress(body) + packed.flush()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/worksheets/sheet1.xml", stream)
    data = bytearray(path.read_bytes())
    for mark, method, size in ((b"PK\x03\x04", 8, 22), (b"PK\x01\x02", 10, 24)):
        place = data.rfind(mark)
        data[place + method : place + method + 2] = struct.pack("<H", 8)
        data[place + size : place + size + 4] = struct.pack("<L", 100)
    path.write_bytes(data)
    assert refusal(path)[0] == "broken_file"


DTD = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "parts",
    [
        {"xl__worksheets__sheet1.xml": DTD + SHEET.format(cells("A1"))},
        {"xl__sharedStrings.xml": DTD + "<sst><si><t>&f;</t></si></sst>"},
        {"xl__workbook.xml": DTD + WORKBOOK},
        {"docProps__core.xml": DTD + "<x/>"},
        {"xl__styles.xml": "<!-- " + "x" * 300_000 + "-->" + DTD.lower().replace("doctype", "DocType")},
        {"xl__styles.xml": ("\ufeff" + DTD).encode("utf-16-le")},
    ],
)
def test_declarations_are_refused(path, parts):
    assert refusal(workbook(path, cells("A1", "A2"), **parts)) == ("bomb", {"why": "entities"})


def test_external_links_are_not_followed(path):
    relations = RELATIONS.replace(
        "</Relationships>",
        '<Relationship Id="r2" Type="x" Target="http://127.0.0.1:1/x" TargetMode="External"/></Relationships>',
    )
    with open_table(workbook(path, cells("A1", "A2"), **{"xl___rels__workbook.xml.rels": relations})) as table:
        assert table.headers == ("公司",)


def test_a_workbook_in_a_zip(path, tmp_path):
    inner = workbook(tmp_path / "inner.xlsx", cells("A1"))
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "inner.xlsx")
    assert refusal(path) == ("not_a_table", {"says": "xlsx", "found": "zip"})


def test_a_password_in_the_zip_directory(path):
    workbook(path, cells("A1"))
    data = bytearray(path.read_bytes())
    place = data.find(b"PK\x01\x02")
    data[place + 8] |= 1
    path.write_bytes(data)
    assert refusal(path)[0] == "encrypted"


@pytest.mark.parametrize("line", ["x" * 3_000_000, '"' + "x,\n" * 1_000_000, "x," * 600])
def test_text_without_end(tmp_path, line):
    path = tmp_path / "a.csv"
    path.write_text("公司,备注\n" + line, encoding="utf-8")
    assert refusal(path)[0] in ("too_large", "broken_file", "too_many_columns")


def test_damaged_workbooks_never_crash(path, tmp_path):
    """Every byte may be wrong: the answer is rows or a refusal."""
    import random

    good = sheet(path, [["公司", "电话"], ["华辰", 1], ["辰华", 2]]).read_bytes()
    rng = random.Random(7)
    for number in range(40):
        data = bytearray(good)
        for _ in range(rng.choice([1, 3, 30])):
            data[rng.randrange(len(data))] = rng.randrange(256)
        broken = tmp_path / f"{number}.xlsx"
        broken.write_bytes(data)
        try:
            with open_table(broken) as table:
                list(table.rows())
        except Exception as error:
            assert type(error).__name__ == "Unreadable"  # noqa: PT017
