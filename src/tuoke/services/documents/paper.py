"""A document as PDF through typst. What people typed goes in as data, never as markup."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import IO, Any

import typst

from tuoke.base.ui.charts import Chart
from tuoke.services.documents.drawing import FONTS, svg
from tuoke.services.documents.rules import (
    Bullets,
    Cover,
    Document,
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
    printable,
    said,
    shares,
)

_LAYOUT = Path(__file__).with_name("layout.typ")


def write(target: IO[bytes], document: Document) -> None:
    data = json.dumps(_plain(document), ensure_ascii=False)
    target.write(typst.compile(_layout(), format="pdf", font_paths=FONTS, sys_inputs={"data": data}))


@cache
def _layout() -> bytes:
    return _LAYOUT.read_bytes()


def _plain(document: Document) -> dict[str, Any]:
    return {
        "title": printable(document.title),
        "subtitle": printable(document.subtitle),
        "header": printable(document.header),
        "footer": printable(document.footer),
        "cover": _cover(document.cover),
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


def _cover(cover: Cover | None) -> dict[str, str] | None:
    return _printables(cover) if cover else None


def _part(part: Part) -> dict[str, Any]:
    match part:
        case Text(text, quiet):
            return {"kind": "text", "quiet": quiet, "lines": paragraphs(text)}
        case Heading(text):
            return {"kind": "heading", "text": printable(text)}
        case Quote(text, source):
            return {"kind": "quote", "lines": paragraphs(text), "source": printable(source)}
        case Figures(figures):
            return {"kind": "figures", "items": [_printables(figure) for figure in figures]}
        case Bullets(items):
            return {"kind": "bullets", "items": [printable(item) for item in items]}
        case Facts(items):
            return {"kind": "facts", "items": [[printable(label), said(value)] for label, value in items]}
        case Table():
            return _table(part)
        case Chart():
            return {"kind": "chart", "title": printable(str(part.title)), "svg": svg(part)}


def _table(table: Table) -> dict[str, Any]:
    cells = [{"text": c.text, "right": c.right, "sum": c.is_sum} for row in cells_of(table) for c in row]
    headers = [
        {"text": printable(header), "right": right}
        for header, right in zip(table.headers, numeric_columns(table), strict=True)
    ]
    shape = {"shares": shares(table), "rows": len(table.rows), "totals": table.totals}
    return {"kind": "table", "headers": headers, "cells": cells, **shape}


def _printables(values: Any) -> dict[str, str]:
    return {name: printable(text) for name, text in asdict(values).items()}
