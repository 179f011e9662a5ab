"""A document for Word: A4, headings that make a table of contents, header rows that repeat on every page.

One with a cover gets it on a page without margins (``word_cover``), then the contents as links, then numbered chapters.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import IO, Any

from docx import Document as new_document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from tuoke.base.ui.charts import Chart
from tuoke.services.documents import word_cover, xml
from tuoke.services.documents.drawing import png, svg
from tuoke.services.documents.rules import (
    Bullets,
    Document,
    Facts,
    Figure,
    Figures,
    Heading,
    Part,
    Quote,
    Section,
    Table,
    Text,
    Value,
    cells_of,
    numeric_columns,
    paragraphs,
    printable,
    said,
    shares,
)

FONT = "Microsoft YaHei"  # on every Windows and Mac with Office; others replace it by their own
INK, QUIET, ACCENT = RGBColor(0x1F, 0x29, 0x37), RGBColor(0x5B, 0x66, 0x76), RGBColor(0x06, 0x4F, 0x9E)
DEEP, BRIGHT = RGBColor(0x0B, 0x2F, 0x6B), RGBColor(0x1D, 0x5F, 0xD6)
TINT, HAIR, LINE = "EDF2F8", "D5DCE5", "1D5FD6"
BROAD, LABEL, GAP = Cm(17), Cm(3.5), Cm(0.3)


def write(target: IO[bytes], document: Document) -> None:
    word_file = new_document()
    _styles(word_file, document)
    if document.cover is None:
        _page(word_file.sections[0], document)
        _top(word_file, document)
    else:
        word_cover.write(word_file, document, document.cover)
        _page(word_file.sections[-1], document)
        if document.cover.contents:
            word_cover.contents(word_file, document, document.cover.contents)
    for number, section in enumerate(document.sections, 1):
        _section(word_file, section, number if document.cover else 0)
    word_file.save(target)


def _top(file: Any, document: Document) -> None:
    title = file.add_paragraph(style="Title")
    title.add_run(printable(document.title)).font.bold = True
    if document.subtitle:
        _line(file, document.subtitle, size=12, colour=QUIET)
    if document.facts:
        _facts(file, document.facts)


def _styles(file: Any, document: Document) -> None:
    file.core_properties.title = printable(document.title)[:255]
    file.core_properties.author = ""
    file.core_properties.comments = ""
    sizes = (("Normal", 10.5, INK), ("Title", 22, INK), ("Heading 1", 14, ACCENT), ("Heading 2", 11.5, INK))
    for name, size, colour in sizes:
        _style(file.styles[name], size=size, colour=colour)
    for border in file.styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    for name, before in (("Heading 1", 16), ("Heading 2", 10)):
        file.styles[name].paragraph_format.space_before = Pt(before)
        file.styles[name].paragraph_format.space_after = Pt(6)
    if document.cover:
        file.styles["Heading 1"].font.size = Pt(16)
        file.styles["Normal"].paragraph_format.line_spacing = 1.25


def _page(page: Any, document: Document) -> None:
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin = page.bottom_margin = Cm(2.4 if document.cover else 2)
    page.footer.is_linked_to_previous = page.header.is_linked_to_previous = False
    if document.header:
        header = page.header.paragraphs[0]
        _small(header, document.header)
        xml.border(header, "bottom", colour=HAIR)
    footer = page.footer.paragraphs[0]
    if document.cover:
        footer.style = "Normal"
        footer.paragraph_format.tab_stops.add_tab_stop(BROAD, WD_TAB_ALIGNMENT.RIGHT)
        xml.border(footer, "top", colour=HAIR)
    else:
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    between = "\t" if document.cover else "  "
    _small(footer, f"{document.footer}{between}" if document.footer or document.cover else "")
    xml.field(_small(footer, ""), "PAGE")


def _small(paragraph: Any, text: str) -> Any:
    run = paragraph.add_run(printable(text))
    run.font.size, run.font.color.rgb = Pt(8.5), QUIET
    return run


def _style(style: Any, *, size: float, colour: RGBColor) -> None:
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:eastAsia", "w:hAnsi", "w:cs"):
        fonts.set(qn(kind), FONT)
    for kind in ("w:asciiTheme", "w:eastAsiaTheme", "w:hAnsiTheme", "w:cstheme"):
        fonts.attrib.pop(qn(kind), None)
    language = style.element.rPr.find(qn("w:lang"))
    if language is None:
        language = xml.element("w:lang")
        style.element.rPr.append(language)
    language.set(qn("w:eastAsia"), "zh-CN")


def _section(file: Any, section: Section, number: int) -> None:
    heading = file.add_heading(level=1)
    if number:
        heading.add_run(f"{number:02d}  ").font.color.rgb = BRIGHT
        xml.border(heading, "bottom", colour=LINE)
        xml.bookmark(heading, f"chapter{number}", number)
    heading.add_run(printable(section.heading))
    if not section.parts and section.empty:
        _line(file, section.empty, colour=QUIET)
    for part in section.parts:
        _part(file, part)


def _part(file: Any, part: Part) -> None:
    match part:
        case Text(text, quiet):
            for paragraph in paragraphs(text):
                _line(file, paragraph, size=9 if quiet else 10.5, colour=QUIET if quiet else INK)
        case Heading(text):
            file.add_heading(printable(text), level=2)
        case Quote():
            _quote(file, part)
        case Bullets(items):
            for item in items:
                file.add_paragraph(printable(item), style="List Bullet").paragraph_format.space_after = Pt(2)
        case Facts(facts):
            _facts(file, facts)
        case Figures(figures):
            _figures(file, figures)
        case Table():
            _table(file, part)
        case Chart():
            if part.says_something:
                _line(file, str(part.title), size=9.5, colour=QUIET).paragraph_format.keep_with_next = True
                file.add_picture(BytesIO(png(svg(part))), width=Cm(16))


def _quote(file: Any, quote: Quote) -> None:
    lines = [*paragraphs(quote.text), *([f"— {quote.source}"] if quote.source else [])]
    for at, text in enumerate(lines):
        is_source = bool(quote.source) and at == len(lines) - 1
        said_line = _line(file, text, size=9 if is_source else 10.5, colour=QUIET if is_source else INK)
        said_line.paragraph_format.left_indent = Cm(0.35)
        xml.border(said_line, "left", colour=LINE, size=18)
        xml.fill(said_line, TINT)


def _figures(file: Any, figures: Sequence[Figure]) -> None:
    """Tiles side by side, four at most, with a gap between them."""
    across = 3 if len(figures) in (3, 5, 6, 9) else min(len(figures), 4)
    tile = int((BROAD - GAP * (across - 1)) / across)
    for start in range(0, len(figures), across):
        table = file.add_table(rows=1, cols=2 * across - 1)
        _columns(table, [GAP if at % 2 else tile for at in range(2 * across - 1)], side=140)
        _whole(table.rows[0])
        for cell, figure in zip(table.rows[0].cells[::2], figures[start : start + across], strict=False):
            _tile(cell, figure, size=12.5 if across > 3 else 15)
        _gap(file)


def _tile(cell: Any, figure: Figure, *, size: float) -> None:
    xml.edge(cell, "left", LINE)
    xml.shade(cell, TINT)
    _fill(cell, figure.label, size=9, colour=QUIET)
    value = cell.add_paragraph()
    run = value.add_run(printable(figure.value))
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), True, DEEP
    value.paragraph_format.space_after = Pt(2)
    if figure.note:
        _small(cell.add_paragraph(), figure.note)


def _gap(file: Any) -> None:
    gap = file.add_paragraph()
    gap.paragraph_format.space_after = Pt(0)
    gap.paragraph_format.line_spacing = Pt(8)


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
    _gap(file)


def _table(file: Any, table: Table) -> None:
    made = file.add_table(rows=1, cols=len(table.headers), style="Table Grid")
    widths = [int(BROAD * share) for share in shares(table)]
    _columns(made, widths)
    xml.grid(made, HAIR)
    numeric = numeric_columns(table)
    for cell, header, right in zip(made.rows[0].cells, table.headers, numeric, strict=True):
        _fill(cell, header, size=9.5, bold=True, right=right)
        xml.shade(cell, TINT)
    _repeat(made.rows[0])
    for row in cells_of(table):
        for cell, shown in zip(made.add_row().cells, row, strict=True):
            _fill(cell, shown.text, size=9.5, right=shown.right, bold=shown.is_sum)
            if shown.is_sum:
                xml.shade(cell, TINT)
    for row in made.rows:
        _whole(row)
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
    _gap(file)


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


def _columns(table: Any, widths: Sequence[int], *, side: int = 90) -> None:
    """Fixed columns, and air around what stands in the cells."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    xml.air(table, side=side)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(xml.element("w:tblHeader", val="true"))


def _whole(row: Any) -> None:
    """A row isn't torn between two pages."""
    row._tr.get_or_add_trPr().append(xml.element("w:cantSplit"))
