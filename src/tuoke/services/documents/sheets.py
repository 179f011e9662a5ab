"""A document as one sheet that prints well: headings, tables below each other, charts that Excel draws itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import IO, Any

import xlsxwriter

from tuoke.base.ui.charts import Chart, ChartKind
from tuoke.services.documents.drawing import COLOURS
from tuoke.services.documents.rules import (
    Bullets,
    Document,
    Facts,
    Figures,
    Heading,
    Part,
    Quote,
    Section,
    Table,
    Text,
    Value,
    breadth,
    paragraphs,
    printable,
    said,
)

KINDS = {ChartKind.BARS: "bar", ChartKind.COLUMNS: "column", ChartKind.LINE: "line"}
NARROW, BROAD = 10.0, 44.0  # of a column, in characters
FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
UPRIGHT = 110  # characters that fit on a standing page
LINE = 18  # points a line of text takes
LONGEST = 32_767  # characters in a cell


def write(target: IO[bytes], document: Document) -> None:
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": printable(document.title)[:255]})
    _Sheet(book, document).fill()
    book.close()


class _Sheet:
    """Writes from top to bottom; ``row`` is the next free one."""

    def __init__(self, book: Any, document: Document) -> None:
        self.book, self.document, self.row = book, document, 0
        self.sheet = book.add_worksheet(_sheet_name(document.title))
        self.widths = _widths(document)
        self.last = len(self.widths) - 1
        self.title = book.add_format(FONT | {"bold": True, "font_size": 18})
        self.heading = book.add_format(FONT | {"bold": True, "font_size": 13, "font_color": "#064F9E"})
        self.plain = book.add_format(FONT | {"text_wrap": True})
        self.quiet = book.add_format(FONT | {"text_wrap": True, "font_color": "#5B6676"})
        line = {"border": 1, "border_color": "#D5DCE5", "text_wrap": True}
        self.head = book.add_format(FONT | line | {"bold": True, "bg_color": "#EDF2F8"})
        self.cell = book.add_format(FONT | line)
        self.number = book.add_format(FONT | line | {"num_format": "#,##0.##", "align": "right"})
        self.day = book.add_format(FONT | line | {"num_format": "yyyy-mm-dd", "align": "left"})

    def fill(self) -> None:
        for column, width in enumerate(self.widths):
            self.sheet.set_column(column, column, width)
        self.sheet.set_paper(9)
        if sum(self.widths) > UPRIGHT:
            self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.hide_gridlines(2)
        self.sheet.set_footer(f"&C&8{_footer(self.document.footer)}&P / &N")
        self._line(self.document.title, self.title)
        if self.document.subtitle:
            self._line(self.document.subtitle, self.quiet)
        self._facts(self.document.facts)
        for section in self.document.sections:
            self._section(section)

    def _section(self, section: Section) -> None:
        self.row += 1
        self._line(section.heading, self.heading)
        if not section.parts and section.empty:
            self._line(section.empty, self.quiet)
        for part in section.parts:
            self._part(part)

    def _part(self, part: Part) -> None:
        match part:
            case Text(text, quiet):
                for paragraph in paragraphs(text):
                    self._line(paragraph, self.quiet if quiet else self.plain)
            case Bullets(items):
                for item in items:
                    self._line(f"• {item}", self.plain)
            case Facts(items):
                self._facts(items)
            case Heading(text):
                self._line(text, self.head)
            case Quote(text, source):
                self._line("\n".join(filter(None, (text, source and f"— {source}"))), self.quiet)
            case Figures(figures):
                self._facts(tuple((one.label, " · ".join(filter(None, (one.value, one.note)))) for one in figures))
            case Table():
                self._table(part)
            case Chart():
                if part.says_something:
                    self._chart(part)

    def _line(self, text: str, style: Any) -> None:
        """A text across the whole width, as high as it needs to be."""
        shown = printable(text)[:LONGEST]
        if self.last:
            self.sheet.merge_range(self.row, 0, self.row, self.last, "", style)
        self.sheet.write_string(self.row, 0, shown, style)
        height = LINE * _lines(shown, sum(self.widths))
        self.sheet.set_row(self.row, height + {self.title: 14, self.heading: 6}.get(style, 0))
        self.row += 1

    def _facts(self, facts: tuple[tuple[str, Value], ...]) -> None:
        for label, value in facts:
            self.sheet.write_string(self.row, 0, printable(label), self.quiet)
            if self.last > 1:
                self.sheet.merge_range(self.row, 1, self.row, self.last, "", self.plain)
            self.sheet.write_string(self.row, 1, said(value)[:LONGEST], self.plain)
            self.sheet.set_row(self.row, LINE * _lines(said(value), sum(self.widths[1:])))
            self.row += 1

    def _table(self, table: Table) -> None:
        for column, header in enumerate(table.headers):
            self.sheet.write_string(self.row, column, printable(header), self.head)
        for row in table.rows:
            self.row += 1
            for column, value in enumerate(row):
                self._cell(column, value)
            height = max(_lines(said(value), width) for value, width in zip(row, self.widths, strict=False))
            self.sheet.set_row(self.row, LINE * height)
        self.row += 2

    def _cell(self, column: int, value: Value) -> None:
        match value:
            case None | "":
                self.sheet.write_blank(self.row, column, None, self.cell)
            case int() | Decimal():
                self.sheet.write_number(self.row, column, float(value), self.number)
            case date():
                self.sheet.write_datetime(self.row, column, value, self.day)
            case _:
                self.sheet.write_string(self.row, column, printable(value)[:LONGEST], self.cell)

    def _chart(self, chart: Chart) -> None:
        """Its figures as a table, and Excel's own chart of them below: who gets the file can go on with it."""
        top = self.row + 1
        unit = f"（{chart.unit}）" if chart.unit else ""
        values = zip_longest(*(series.values for series in chart.series))
        rows = [(label, *map(_decimal, row)) for label, row in zip(chart.labels, values, strict=True)]
        self._line(str(chart.title), self.quiet)
        headers = ("", *(f"{series.name}{unit}" for series in chart.series))
        self._table(Table(headers, tuple(rows)))
        made = self.book.add_chart({"type": KINDS[chart.kind]})
        for column, series in enumerate(chart.series, start=1):
            made.add_series(
                {
                    "name": printable(str(series.name)),
                    "categories": [self.sheet.name, top + 1, 0, top + len(rows), 0],
                    "values": [self.sheet.name, top + 1, column, top + len(rows), column],
                    "data_labels": {"value": len(chart.series) == 1},
                    "fill": {"color": COLOURS[(column - 1) % len(COLOURS)]},
                    "line": {"color": COLOURS[(column - 1) % len(COLOURS)]},
                    "gap": 80,
                }
            )
        made.set_title({"none": True})
        faint = {"visible": True, "line": {"color": "#E2E7EE"}}
        (made.set_x_axis if chart.kind is ChartKind.BARS else made.set_y_axis)({"major_gridlines": faint})
        made.set_legend({"position": "top"} if len(chart.series) > 1 else {"none": True})
        if chart.kind is ChartKind.BARS:
            made.set_y_axis({"reverse": True})
        made.set_size({"width": 640, "height": 280})
        self.sheet.insert_chart(self.row, 0, made)
        self.row += 15


def _widths(document: Document) -> list[float]:
    """Broad enough for every table on the sheet; at least two columns, for labels and what is known."""
    found: list[float] = [14.0, 24.0]
    for section in document.sections:
        for part in section.parts:
            if isinstance(part, Table):
                needed = [
                    max(2 * breadth(text) for text in (header, *(said(row[n]) for row in part.rows)))
                    for n, header in enumerate(part.headers)
                ]
                found = [max(pair) for pair in zip_longest(found, needed, fillvalue=NARROW)]
            elif isinstance(part, Chart):
                found += [14.0] * (1 + len(part.series) - len(found))
    return [min(max(width + 2, NARROW), BROAD) for width in found]


def _lines(text: str, width: float) -> int:
    """So many lines a text takes in a column of that many characters."""
    return max(1, sum(1 + int(2 * breadth(line) // max(width, 1)) for line in text.split("\n")))


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _sheet_name(title: str) -> str:
    kept = "".join(" " if character in "[]:*?/\\'" else character for character in printable(title)).strip()
    return kept[:31] or "Sheet1"


def _footer(text: str) -> str:
    return f"{printable(text).replace('&', '&&')[:120]}  " if text else ""
