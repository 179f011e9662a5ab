"""What python-docx has no words for, as the elements of the file format, each in the order that Word insists on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

_AFTER_BORDER = (
    "w:shd",
    "w:tabs",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:jc",
    "w:outlineLvl",
    "w:rPr",
    "w:sectPr",
)
_AFTER_INDENT = ("w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
_AFTER_EDGES = ("w:shd", "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign", "w:hideMark")
_AFTER_NUMBERING = ("w:cols", "w:formProt", "w:vAlign", "w:noEndnote", "w:titlePg", "w:textDirection", "w:docGrid")


def element(tag: str, /, **attributes: str) -> Any:
    made = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


# Paragraphs


def border(paragraph: Any, *sides: str, colour: str, size: int = 6) -> None:
    lines = _borders("w:pBdr", sides, colour, size=size, space=6)
    paragraph._p.get_or_add_pPr().insert_element_before(lines, *_AFTER_BORDER)


def fill(paragraph: Any, colour: str) -> None:
    paragraph._p.get_or_add_pPr().insert_element_before(_shading(colour), *_AFTER_BORDER[1:])


def bookmark(paragraph: Any, name: str, number: int) -> None:
    paragraph._p.append(element("w:bookmarkStart", id=str(number), name=name))
    paragraph._p.append(element("w:bookmarkEnd", id=str(number)))


def link(paragraph: Any, name: str) -> Any:
    """A link to a bookmark; what is appended to it can be pressed."""
    made = element("w:hyperlink", anchor=name, history="1")
    paragraph._p.append(made)
    return made


def field(run: Any, code: str) -> None:
    """A field that Word fills in: PAGE."""
    for kind in ("begin", "", "end"):
        if kind:
            run._r.append(element("w:fldChar", fldCharType=kind))
        else:
            instruction = element("w:instrText")
            instruction.text = code
            run._r.append(instruction)


# Tables


def shade(cell: Any, colour: str) -> None:
    cell._tc.get_or_add_tcPr().insert_element_before(_shading(colour), *_AFTER_EDGES[1:])


def edge(cell: Any, side: str, colour: str, *, size: int = 18) -> None:
    lines = _borders("w:tcBorders", (side,), colour, size=size)
    cell._tc.get_or_add_tcPr().insert_element_before(lines, *_AFTER_EDGES)


def grid(table: Any, colour: str) -> None:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    table._tbl.tblPr.insert_element_before(_borders("w:tblBorders", sides, colour, size=4), *_AFTER_INDENT[1:])


def air(table: Any, *, top: int = 50, side: int = 90) -> None:
    """Room around what stands in the cells, in twips."""
    made = element("w:tblCellMar")
    for name, width in (("top", top), ("left", side), ("bottom", top), ("right", side)):
        made.append(element(f"w:{name}", w=str(width), type="dxa"))
    table._tbl.tblPr.insert_element_before(made, "w:tblLook")


def unindented(table: Any) -> None:
    """From the very edge: a table otherwise begins where its text is aligned."""
    table._tbl.tblPr.insert_element_before(element("w:tblInd", w="0", type="dxa"), *_AFTER_INDENT)


# Pages


def pages_from_one(section: Any) -> None:
    section._sectPr.insert_element_before(element("w:pgNumType", start="1"), *_AFTER_NUMBERING)


def _shading(colour: str) -> Any:
    return element("w:shd", val="clear", color="auto", fill=colour)


def _borders(tag: str, sides: Iterable[str], colour: str, *, size: int, space: int = 0) -> Any:
    made = element(tag)
    for side in sides:
        made.append(element(f"w:{side}", val="single", sz=str(size), space=str(space), color=colour))
    return made
