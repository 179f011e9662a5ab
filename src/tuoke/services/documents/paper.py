"""A document as PDF through typst. What people typed goes in as data, never as markup."""

from __future__ import annotations

import json
from typing import IO, Any

import typst

from tuoke.base.ui.charts import Chart
from tuoke.services.documents.drawing import FONTS, svg
from tuoke.services.documents.rules import (
    Bullets,
    Document,
    Facts,
    Part,
    Table,
    Text,
    is_number,
    paragraphs,
    printable,
    said,
    shares,
)

_LAYOUT = """
#let d = json(bytes(sys.inputs.data))
#set document(title: d.title)
#set page(paper: "a4", margin: (x: 2cm, y: 2cm), footer: context align(center, text(size: 8pt, fill: rgb("#5b6676"))[#d.footer #h(0.6em) #counter(page).display("1 / 1", both: true)]))
#set text(font: "Noto Sans SC", lang: "zh", region: "cn", size: 10pt, fill: rgb("#1f2937"))
#set par(justify: false, leading: 0.75em)
#let bold(colour, body) = text(fill: colour, stroke: 0.028em + colour, body)
#let ink = rgb("#1f2937")
#let quiet(body) = text(size: 8.5pt, fill: rgb("#5b6676"), body)
#let facts(rows) = grid(columns: (3.4cm, 1fr), row-gutter: 0.7em, ..rows.map(r => (quiet(r.at(0)), r.at(1))).flatten())
#text(size: 21pt, bold(ink, d.title))
#if d.subtitle != "" { block(above: 0.9em, text(size: 11pt, fill: rgb("#5b6676"), d.subtitle)) }
#if d.facts.len() > 0 { block(above: 1.2em, facts(d.facts)) }
#for section in d.sections {
  block(above: 1.8em, below: 0.8em, sticky: true, text(size: 13pt, bold(rgb("#064f9e"), section.heading)))
  for part in section.parts {
    if part.kind == "text" { for p in part.lines { block(if part.quiet { quiet(p) } else { p }) } }
    if part.kind == "bullets" { list(..part.items.map(i => [#i])) }
    if part.kind == "facts" { block(facts(part.items)) }
    if part.kind == "chart" { block(breakable: false)[#quiet(part.title) #image(bytes(part.svg), format: "svg", width: 100%)] }
    if part.kind == "table" {
      show table.cell.where(y: 0): it => bold(ink, it)
      set text(size: 9pt)
      table(
        columns: part.shares.map(s => s * 1fr),
        stroke: 0.5pt + rgb("#d5dce5"),
        inset: 6pt,
        fill: (_, y) => if y == 0 { rgb("#edf2f8") },
        table.header(..part.headers.map(h => [#h])),
        ..part.cells.map(c => table.cell(align: if c.right { right } else { left }, c.text)),
      )
    }
  }
}
"""


def write(target: IO[bytes], document: Document) -> None:
    data = json.dumps(_plain(document), ensure_ascii=False)
    target.write(typst.compile(_LAYOUT.encode(), format="pdf", font_paths=FONTS, sys_inputs={"data": data}))


def _plain(document: Document) -> dict[str, Any]:
    return {
        "title": printable(document.title),
        "subtitle": printable(document.subtitle),
        "footer": printable(document.footer),
        "facts": [[printable(label), said(value)] for label, value in document.facts],
        "sections": [
            {
                "heading": printable(section.heading),
                "parts": [_part(part) for part in section.parts if not isinstance(part, Chart) or part.says_something]
                or [{"kind": "text", "quiet": True, "lines": paragraphs(section.empty)}],
            }
            for section in document.sections
        ],
    }


def _part(part: Part) -> dict[str, Any]:
    match part:
        case Text(text, quiet):
            return {"kind": "text", "quiet": quiet, "lines": paragraphs(text)}
        case Bullets(items):
            return {"kind": "bullets", "items": [printable(item) for item in items]}
        case Facts(items):
            return {"kind": "facts", "items": [[printable(label), said(value)] for label, value in items]}
        case Table():
            cells = [{"text": said(value), "right": is_number(value)} for row in part.rows for value in row]
            headers = [printable(header) for header in part.headers]
            return {"kind": "table", "headers": headers, "shares": shares(part), "cells": cells}
        case Chart():
            return {"kind": "chart", "title": printable(str(part.title)), "svg": svg(part)}
