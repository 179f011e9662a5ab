"""The first pages of a Word file that is handed over: a cover without margins, the chapters as links."""

from __future__ import annotations

from typing import Any

from docx.enum.section import WD_SECTION
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_BREAK
from docx.shared import Cm, Pt, RGBColor

from tuoke.services.documents import xml
from tuoke.services.documents.rules import Cover, Document, breadth, printable, said

DEEP, PALE, SOFT = RGBColor(0x0B, 0x2F, 0x6B), RGBColor(0xB9, 0xCD, 0xF0), RGBColor(0xDF, 0xE9, 0xFB)
WHITE, QUIET, INK = RGBColor(0xFF, 0xFF, 0xFF), RGBColor(0x5B, 0x66, 0x76), RGBColor(0x1F, 0x29, 0x37)
BRIGHT = RGBColor(0x1D, 0x5F, 0xD6)
BLUE = "0B2F6B"
WIDE, SIDE = Cm(21), Cm(2.2)


def write(file: Any, document: Document, cover: Cover) -> None:
    """The cover as a section of its own; the file goes on in the next one, its pages counted from 1."""
    page = file.sections[0]
    page.page_width, page.page_height = WIDE, Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = 0
    page.header_distance = page.footer_distance = 0
    table = _across(file)
    _band(table, document, cover)
    _below(table, document, cover)
    body = file.add_section(WD_SECTION.NEW_PAGE)
    body.header_distance = body.footer_distance = Cm(1.2)
    xml.pages_from_one(body)


def contents(file: Any, document: Document, heading: str) -> None:
    """The chapters, each a link to where it begins. Word alone knows on which page that is."""
    _run(file.add_paragraph(), heading, size=20, colour=DEEP, bold=True)
    for number, section in enumerate(document.sections, 1):
        line = file.add_paragraph()
        line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(6)
        xml.border(line, "bottom", "between", colour="D5DCE5", size=4)
        link = xml.link(line, f"chapter{number}")
        for text, colour in ((f"{number:02d}    ", BRIGHT), (section.heading, INK)):
            link.append(_run(line, text, size=11.5, colour=colour, bold=colour is BRIGHT)._r)
    file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _band(table: Any, document: Document, cover: Cover) -> None:
    """Deep blue across the page: by whom, what it is, its name."""
    _row(table, Cm(2.2), BLUE)
    _run(_row(table, Cm(2), BLUE).paragraphs[0], cover.by, size=11, colour=WHITE)
    _row(table, Cm(5.5), BLUE)
    cell = _row(table, Cm(6.6), BLUE)
    _run(cell.paragraphs[0], cover.kicker, size=12, colour=PALE)
    size = 24 if breadth(document.title) > 20 else 30
    title = _paragraph(cell)
    _run(title, document.title, size=size, colour=WHITE, bold=True)
    title.paragraph_format.line_spacing, title.paragraph_format.space_after = 1.15, Pt(10)
    if document.subtitle:
        _run(_paragraph(cell), document.subtitle, size=13, colour=SOFT)
    _row(table, Cm(0.25), "1D5FD6")


def _below(table: Any, document: Document, cover: Cover) -> None:
    _row(table, Cm(1.6))
    if cover.to:
        _run(_row(table, Cm(1.6)).paragraphs[0], cover.to, size=17, colour=DEEP, bold=True)
    for label, value in document.facts:
        line = _row(table, Cm(0.85)).paragraphs[0]
        line.paragraph_format.tab_stops.add_tab_stop(SIDE + Cm(3))
        _run(line, f"{label}\t", size=9.5, colour=QUIET)
        _run(line, said(value), size=10.5, colour=INK)


def _across(file: Any) -> Any:
    """A table from edge to edge. Its cells have no margin of their own: Word and others count it differently."""
    table = file.add_table(rows=0, cols=1)
    table.columns[0].width = WIDE
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    xml.unindented(table)
    xml.air(table, top=0, side=0)
    return table


def _row(table: Any, height: int, colour: str = "") -> Any:
    """A row at least so high; exactly, where it is only a stripe."""
    row = table.add_row()
    is_stripe = height < Cm(0.5)
    row.height = height
    row.height_rule = WD_ROW_HEIGHT_RULE.EXACTLY if is_stripe else WD_ROW_HEIGHT_RULE.AT_LEAST
    cell = row.cells[0]
    cell.width = WIDE
    if colour:
        xml.shade(cell, colour)
    _indented(cell.paragraphs[0])
    return cell


def _paragraph(cell: Any) -> Any:
    return _indented(cell.add_paragraph())


def _indented(paragraph: Any) -> Any:
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = SIDE
    paragraph.paragraph_format.space_after = Pt(6)
    return paragraph


def _run(paragraph: Any, text: str, *, size: float, colour: RGBColor, bold: bool = False) -> Any:
    run = paragraph.add_run(printable(text))
    run.font.size, run.font.color.rgb, run.font.bold = Pt(size), colour, bold
    return run
