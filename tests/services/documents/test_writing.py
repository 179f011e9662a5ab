"""The files are opened again and read: what stands in them is what was said."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from python_calamine import CalamineWorkbook

from tuoke.base.ui.charts import Chart, ChartKind, Series
from tuoke.services.documents.drawing import NARROW, png, svg
from tuoke.services.documents.rules import (
    Bullets,
    Cover,
    Document,
    Facts,
    Figure,
    Figures,
    Heading,
    Quote,
    Section,
    Table,
    Text,
    breadth,
    cells_of,
    printable,
    said,
    shares,
)
from tuoke.services.documents.writing import write_document

GROWTH = Chart(
    ChartKind.COLUMNS,
    "市场规模（行业报告，2026-03）",
    ("2022", "2023", "2024", "2025"),
    (Series("市场规模", (31, 36, None, Decimal("46.5"))),),
    "亿元",
)
DOCUMENT = Document(
    title="市场分析：华东离散制造 A&B <2026>",
    subtitle="四季度拓展计划",
    facts=(("负责人", "孙莉"), ("复核日期", date(2027, 3, 1)), ("企业战略目标", "")),
    sections=(
        Section("增长", (Text("三年年均增长 14%。\n\n口径：不含外资。"), GROWTH, Text("来源：行业报告", quiet=True))),
        Section(
            "竞争对手",
            (
                Table(
                    ("名称", "价格带上限", "我们怎么应对"),
                    (("=HYPERLINK(1)", Decimal("800000.50"), "8 周上线 🚀"), ("乙软件", None, "第一行\n第二行")),
                ),
                Bullets(("中型工厂嫌实施超过半年", "#pagebreak() *x* $y$")),
                Facts((("样本", 11),)),
            ),
        ),
        Section("未被满足的需求", empty="还没有写。"),
    ),
    footer="内部资料",
)


def written(kind: str, document: Document = DOCUMENT) -> BytesIO:
    file = BytesIO()
    write_document(file, document, kind=kind)
    file.seek(0)
    return file


def test_word_says_everything_in_its_order_and_carries_the_chart():
    file = docx.Document(written("docx"))
    lines = [p.text for p in file.paragraphs if p.text]
    assert lines[0] == "市场分析：华东离散制造 A&B <2026>"
    assert [p.text for p in file.paragraphs if p.style.name == "Heading 1"] == ["增长", "竞争对手", "未被满足的需求"]
    assert "口径：不含外资。" in lines
    assert lines.index("还没有写。") > lines.index("未被满足的需求")
    facts, rivals, sample = file.tables
    assert [[c.text for c in row.cells] for row in facts.rows][1:] == [
        ["复核日期", "2027-03-01"],
        ["企业战略目标", "—"],
    ]
    assert [c.text for c in rivals.rows[1].cells] == ["=HYPERLINK(1)", "800,000.50", "8 周上线 🚀"]
    assert [c.text for c in rivals.rows[2].cells] == ["乙软件", "—", "第一行\n第二行"]
    assert sample.rows[0].cells[1].text == "11"
    assert len(file.inline_shapes) == 1


def test_the_sheet_can_be_calculated_with_and_holds_no_formulas():
    file = written("xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(file.getvalue())).get_sheet_by_index(0).to_python()
    flat = [cell for row in rows for cell in row if cell != ""]
    assert ["=HYPERLINK(1)", 800000.5, "8 周上线 🚀"] in [row[:3] for row in rows]
    assert [row[:2] for row in rows if row[0] in ("2024", "2025")] == [["2024", ""], ["2025", 46.5]]
    assert "还没有写。" in flat
    with ZipFile(file) as parts:
        assert "xl/charts/chart1.xml" in parts.namelist()
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_the_paper_is_a_pdf_and_what_was_typed_is_no_markup():
    long = Document(
        "长", (Section("表", (Table(("一", "二"), tuple((f"第 {n} 条", "#pagebreak()") for n in range(90))),)),)
    )
    one, many = written("pdf").getvalue(), written("pdf", long).getvalue()
    assert one.startswith(b"%PDF-")
    assert one.count(b"/Type /Page\n") + one.count(b"/Type/Page/") <= 2
    assert len(many) > 10_000


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf"])
def test_nothing_that_people_type_breaks_a_file(kind):
    evil = "NUL\x00 \ud800 \x0b & <b> ]]> " + "长" * 8_000
    table = Table(("列" * 200, evil), ((evil, evil), (None, date(1899, 1, 1))))
    chart = Chart(ChartKind.LINE, evil, (evil,), (Series(evil, (1,)),), evil[:20])
    document = Document(evil[:300], (Section(evil[:80], (Text(evil), table, chart)),), evil[:80], ((evil[:80], evil),))
    assert len(written(kind, document).getvalue()) > 1000


def test_a_picture_is_drawn_of_every_kind_with_gaps_left_open():
    for kind in ChartKind:
        chart = Chart(
            kind, "签约", ("7月", "8月", "9月"), (Series("目标", (60, 60, 80)), Series("实际", (52, None, 71))), "万元"
        )
        drawing = svg(chart)
        assert drawing.startswith("<svg ")
        assert "签约" not in drawing  # the title stands above it
        assert png(drawing).startswith(b"\x89PNG")
    line = svg(Chart(ChartKind.LINE, "x", tuple("abcde"), (Series("s", (1, 2, None, 3, 4)),)))
    assert line.count("<polyline") == 2


def test_an_empty_chart_is_left_out():
    nothing = Chart(ChartKind.BARS, "无", ("一",), (Series("a", (None,)),))
    file = docx.Document(written("docx", Document("t", (Section("s", (nothing,)),))))
    assert len(file.inline_shapes) == 0


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        ("", "—"),
        (0, "0"),
        (1234567, "1,234,567"),
        (date(2026, 11, 3), "2026-11-03"),
        ("a\x00b", "a\ufffdb"),
    ],
)
def test_values_are_said_as_they_are_printed(value, shown):
    assert said(value) == shown


def test_widths_follow_the_words_or_what_was_given():
    assert shares(Table(("a", "b"), (), (1, 3))) == (0.25, 0.75)
    narrow, broad = shares(Table(("序号", "说明"), ((1, "很长很长很长很长很长很长的说明"),)))
    assert broad > 2 * narrow
    with pytest.raises(ValueError, match="not 2 columns"):
        Table(("a", "b"), ((1,),))
    assert breadth("中文ab") == pytest.approx(3.1)
    assert printable("好\ud800") == "好\ufffd"


BOUND = Document(
    title="一体化方案 A&B",
    subtitle="一期",
    facts=(("版本", "第 2 版"), ("日期", date(2026, 11, 23))),
    sections=(
        Section("现状", (Quote("各写各的 #x", "生产总监"), Text("一段"))),
        Section(
            "价值",
            (
                Heading("一年"),
                Figures(tuple(Figure(f"{n} 万元", f"第 {n} 项") for n in range(1, 6))),
                Table(("名称", "金额"), (("平台", Decimal("100.00")), ("合计", Decimal("100.00"))), totals=1),
                replace(GROWTH, kind=ChartKind.LINE, series=(Series("净值", (-48, -2, None, 90)),)),
            ),
        ),
    ),
    footer="本公司",
    header="一体化方案",
    cover=Cover("解决方案", "华瑞 <精密>", "本公司", "目录"),
)


def pages_in(pdf: bytes) -> int:
    return max(int(count) for count in re.findall(rb"/Pages/Count (\d+)", pdf))


class TestBound:
    """Made to be handed over: cover, contents, numbered chapters."""

    def test_word(self):
        file = docx.Document(written("docx", BOUND))
        cover = "\n".join(cell.text for row in file.tables[0].rows for cell in row.cells)
        for text in ("本公司", "解决方案", "一体化方案 A&B", "华瑞 <精密>", "版本\t第 2 版", "日期\t2026-11-23"):
            assert text in cover
        headings = [p.text for p in file.paragraphs if p.style.name == "Heading 1"]
        assert headings == ["01  现状", "02  价值"]
        contents = file.element.xpath("//w:hyperlink/@w:anchor")
        bookmarks = file.element.xpath("//w:bookmarkStart/@w:name")
        assert contents == bookmarks == ["chapter1", "chapter2"]
        assert file.sections[-1].header.paragraphs[0].text == "一体化方案"
        assert file.sections[0].header.paragraphs[0].text == ""
        tiles = [table for table in file.tables if "万元" in table.rows[0].cells[0].text]
        assert [len(table.columns) for table in tiles] == [5, 5]

    def test_pdf_is_a_cover_contents_and_the_chapters_with_its_own_font(self):
        bound = written("pdf", BOUND).getvalue()
        assert b"NotoSansSC" in bound
        assert b"/FontFile" in bound
        loose = written("pdf", replace(BOUND, cover=None)).getvalue()
        assert pages_in(bound) == pages_in(loose) + 2

    def test_a_sheet_has_no_cover_but_all_that_stands_in_it(self):
        rows = CalamineWorkbook.from_filelike(written("xlsx", BOUND)).get_sheet_by_index(0).to_python()
        shown = "\n".join(str(cell) for row in rows for cell in row)
        for text in ("各写各的 #x", "— 生产总监", "一年", "5 万元", "合计"):
            assert text in shown


class TestBelowNothing:
    def test_a_line_crosses_zero(self):
        drawing = svg(BOUND.sections[1].parts[-1])
        assert "-48" in drawing
        assert 'height="-' not in drawing
        heights = [float(found) for found in re.findall(r'cy="([\d.]+)"', drawing)]
        assert heights == sorted(heights, reverse=True)

    @pytest.mark.parametrize("kind", [ChartKind.BARS, ChartKind.COLUMNS])
    def test_bars_hang_down_or_go_left(self, kind):
        chart = Chart(kind, "变化", ("甲", "乙"), (Series("差", (-30, 20)),))
        sizes = [float(found) for found in re.findall(r'<rect[^>]* (?:width|height)="([-\d.]+)"', svg(chart))]
        assert min(sizes) > 0

    def test_narrow_enough_for_a_phone(self):
        many = Chart(ChartKind.COLUMNS, "多", tuple(f"第{n}月" for n in range(24)), tuple(Series(f"系列{n}", tuple(range(24))) for n in range(4)))  # fmt: skip
        drawing = svg(many, width=NARROW)
        assert max(float(found) for found in re.findall(r'<(?:text|rect) x="([\d.]+)"', drawing)) <= NARROW


def test_gaps_in_sums_stay_blank_elsewhere_they_say_that_nothing_is_known():
    table = Table(("名称", "金额"), (("甲", None), ("合计", Decimal(3)), ("", None)), totals=2)
    shown = [[cell.text for cell in row] for row in cells_of(table)]
    assert shown == [["甲", "—"], ["合计", "3"], ["", ""]]
    assert [cell.right for cell in cells_of(table)[0]] == [False, True]
