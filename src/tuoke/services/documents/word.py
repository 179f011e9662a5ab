"""A document for Word: A4, headings that make a table of contents, header rows that repeat on every page."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import IO, Any

from docx import Document as new_document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from tuoke.base.ui.charts import Chart
from tuoke.services.documents.drawing import png, svg
from tuoke.services.documents.rules import (
    Bullets,
    Document,
    Facts,
    Part,
    Section,
    Table,
    Text,
    Value,
    is_number,
    paragraphs,
    printable,
    said,
    shares,
)

FONT = "Microsoft YaHei"  # on every Windows and Mac with Office; others replace it by their own
INK, QUIET, ACCENT = RGBColor(0x1F, 0x29, 0x37), RGBColor(0x5B, 0x66, 0x76), RGBColor(0x06, 0x4F, 0x9E)
BROAD, LABEL = Cm(17), Cm(3.5)


def write(target: IO[bytes], document: Document) -> None:
    word_file = new_document()
    _page(word_file, document)
    title = word_file.add_paragraph(style="Title")
    title.add_run(printable(document.title)).font.bold = True
    if document.subtitle:
        _line(word_file, document.subtitle, size=12, colour=QUIET)
    if document.facts:
        _facts(word_file, document.facts)
    for section in document.sections:
        _section(word_file, section)
    word_file.save(target)


def _page(file: Any, document: Document) -> None:
    page = file.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin = page.bottom_margin = Cm(2)
    file.core_properties.title = printable(document.title)[:255]
    file.core_properties.author = ""
    file.core_properties.comments = ""
    for name, size, colour in (("Normal", 10.5, INK), ("Title", 22, INK), ("Heading 1", 14, ACCENT)):
        _style(file.styles[name], size=size, colour=colour)
    for border in file.styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    file.styles["Heading 1"].paragraph_format.space_before = Pt(16)
    file.styles["Heading 1"].paragraph_format.space_after = Pt(6)
    footer = page.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = footer.add_run(f"{printable(document.footer)}  " if document.footer else "")
    run.font.size, run.font.color.rgb = Pt(8.5), QUIET
    _page_number(footer)


def _style(style: Any, *, size: float, colour: RGBColor) -> None:
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:eastAsia", "w:hAnsi", "w:cs"):
        fonts.set(qn(kind), FONT)
    for kind in ("w:asciiTheme", "w:eastAsiaTheme", "w:hAnsiTheme", "w:cstheme"):
        fonts.attrib.pop(qn(kind), None)
    language = style.element.rPr.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        style.element.rPr.append(language)
    language.set(qn("w:eastAsia"), "zh-CN")


def _page_number(paragraph: Any) -> None:
    run = paragraph.add_run()
    run.font.size, run.font.color.rgb = Pt(8.5), QUIET
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _section(file: Any, section: Section) -> None:
    file.add_heading(printable(section.heading), level=1)
    if not section.parts and section.empty:
        _line(file, section.empty, colour=QUIET)
    for part in section.parts:
        _part(file, part)


def _part(file: Any, part: Part) -> None:
    match part:
        case Text(text, quiet):
            for paragraph in paragraphs(text):
                _line(file, paragraph, size=9 if quiet else 10.5, colour=QUIET if quiet else INK)
        case Bullets(items):
            for item in items:
                file.add_paragraph(printable(item), style="List Bullet").paragraph_format.space_after = Pt(2)
        case Facts(facts):
            _facts(file, facts)
        case Table():
            _table(file, part)
        case Chart():
            if part.says_something:
                _line(file, str(part.title), size=9, colour=QUIET).paragraph_format.keep_with_next = True
                file.add_picture(BytesIO(png(svg(part))), width=Cm(16))


def _line(file: Any, text: str, *, size: float = 10.5, colour: RGBColor = INK) -> Any:
    paragraph = file.add_paragraph()
    run = paragraph.add_run(printable(text))
    run.font.size, run.font.color.rgb = Pt(size), colour
    paragraph.paragraph_format.space_after = Pt(4)
    return paragraph


def _facts(file: Any, facts: tuple[tuple[str, Value], ...]) -> None:
    table = file.add_table(rows=0, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    _columns(table, [LABEL, BROAD - LABEL])
    for label, value in facts:
        cells = table.add_row().cells
        _fill(cells[0], label, colour=QUIET, size=9.5)
        _fill(cells[1], said(value), size=10)
        cells[0].width, cells[1].width = LABEL, BROAD - LABEL
    file.add_paragraph().paragraph_format.space_after = Pt(0)


def _table(file: Any, table: Table) -> None:
    made = file.add_table(rows=1, cols=len(table.headers), style="Table Grid")
    widths = [int(BROAD * share) for share in shares(table)]
    _columns(made, widths)
    _borders(made)
    for cell, header in zip(made.rows[0].cells, table.headers, strict=True):
        _fill(cell, header, size=9.5, bold=True)
        _shade(cell, "EDF2F8")
    _repeat(made.rows[0])
    for row in table.rows:
        cells = made.add_row().cells
        for cell, value in zip(cells, row, strict=True):
            _fill(cell, said(value), size=9.5, right=is_number(value))
    for row in made.rows:
        _whole(row)
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
    file.add_paragraph().paragraph_format.space_after = Pt(0)


def _fill(
    cell: Any, text: str, *, size: float, bold: bool = False, right: bool = False, colour: RGBColor = INK
) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for number, line in enumerate(printable(text).split("\n")):
        run = paragraph.add_run(line)
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, colour
        if number < text.count("\n"):
            run.add_break()


def _columns(table: Any, widths: Sequence[int]) -> None:
    """Fixed columns, and air around what stands in the cells."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", "50"), ("left", "90"), ("bottom", "50"), ("right", "90")):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), twips)
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def _shade(cell: Any, colour: str) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shading)


def _borders(table: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("color", "D5DCE5")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _repeat(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _whole(row: Any) -> None:
    """A row isn't torn between two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
