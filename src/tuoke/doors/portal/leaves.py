"""Parts of a document as markup for the customer's page: the same figures, tables and charts as on paper. Everything that
somebody wrote is escaped here."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tuoke.base.ui.charts import Chart
from tuoke.services.documents.drawing import NARROW, svg
from tuoke.services.documents.rules import (
    Bullets,
    Facts,
    Figures,
    Heading,
    Part,
    Quote,
    Table,
    Text,
    cells_of,
    numeric_columns,
    paragraphs,
    said,
)


def drawn(parts: Iterable[Part]) -> SafeString:
    return _joined(_part(part) for part in parts)


def lines(text: str) -> SafeString:
    """A text with its line breaks, escaped."""
    return mark_safe(escape(text).replace("\n", "<br>"))  # noqa: S308  # escaped


def _part(part: Part) -> SafeString:
    match part:
        case Text(text, quiet):
            kind = "quiet small" if quiet else "prose"
            return _joined(format_html('<p class="{}" dir="auto">{}</p>', kind, lines(p)) for p in paragraphs(text))
        case Heading(text):
            return format_html("<h4>{}</h4>", text)
        case Quote(text, source):
            foot = format_html('<footer class="quiet">{}</footer>', source) if source else ""
            return format_html('<blockquote class="message-from" dir="auto">{}{}</blockquote>', lines(text), foot)
        case Bullets(items):
            inner = format_html_join("", '<li dir="auto">{}</li>', ((lines(item),) for item in items))
            return format_html('<ul class="points">{}</ul>', inner)
        case Facts(items):
            pairs = ((label, lines(said(value))) for label, value in items)
            inner = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", pairs)
            return format_html('<dl class="terms">{}</dl>', inner)
        case Figures():
            return _figures(part)
        case Table():
            return _table(part)
        case Chart():
            return _chart(part)


def _figures(figures: Figures) -> SafeString:
    tile = '<div class="tile"><dt>{}</dt><dd><strong>{}</strong>{}</dd></div>'
    notes = (format_html("<span>{}</span>", one.note) if one.note else "" for one in figures.items)
    rows = ((one.label, one.value, note) for one, note in zip(figures.items, notes, strict=True))
    return format_html('<dl class="tiles">{}</dl>', format_html_join("", tile, rows))


def _table(table: Table) -> SafeString:
    """On a phone every row is a card: each cell says what it is. Gaps in sums are left out there."""
    numeric = numeric_columns(table)
    heads = ((SafeString(' class="number"') if right else "", header) for header, right in zip(table.headers, numeric, strict=True))  # fmt: skip
    body = (_row(table.headers, row) for row in cells_of(table))
    head = format_html_join("", '<th scope="col"{}>{}</th>', heads)
    return format_html(
        '<div class="wide"><table class="grid"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>',
        head, _joined(body),
    )  # fmt: skip


def _row(headers: tuple[str, ...], row: list) -> SafeString:  # type: ignore[type-arg]  # rules.Cell
    cells = []
    for at, (header, cell) in enumerate(zip(headers, row, strict=True)):
        kind = SafeString(' class="number"') if cell.right else SafeString("")
        if at == 0:
            cells.append(format_html('<th scope="row">{}</th>', lines(cell.text)))
        else:
            blank = SafeString(" data-blank") if not cell.text else SafeString("")
            cells.append(format_html('<td data-label="{}"{}{}>{}</td>', header, kind, blank, lines(cell.text)))
    sums = SafeString(' class="sum"') if row and row[0].is_sum else SafeString("")
    return format_html("<tr{}>{}</tr>", sums, _joined(cells))


def _chart(chart: Chart) -> SafeString:
    """The very drawing that stands on paper, narrow enough for a phone; its numbers as a table for who can't see it."""
    if not chart.says_something:
        return SafeString("")
    heads = format_html_join("", '<th scope="col">{}</th>', (("",), *((series.name,) for series in chart.series)))
    rows = _joined(
        format_html('<tr><th scope="row">{}</th>{}</tr>', row[0], format_html_join("", "<td>{}</td>", ((v,) for v in row[1:])))
        for row in chart.rows()
    )  # fmt: skip
    drawing = mark_safe(svg(chart, width=NARROW).replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S308  # our own drawing, its texts escaped
    return format_html(
        '<figure class="figure"><figcaption>{}</figcaption>{}<details><summary>{}</summary><div class="wide">'
        '<table class="numbers"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div></details></figure>',
        chart.title, drawing, _("看数字"), heads, rows,
    )  # fmt: skip


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308  # each escaped
