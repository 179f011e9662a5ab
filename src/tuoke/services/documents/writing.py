"""The door of this package: one document, three kinds of file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from tuoke.services.documents import paper, sheets, word
from tuoke.services.documents.rules import Document

WRITERS: Mapping[str, Callable[[IO[bytes], Document], None]] = {
    "docx": word.write,
    "xlsx": sheets.write,
    "pdf": paper.write,
}
CONTENT_TYPES: Mapping[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def write_document(target: Path | IO[bytes], document: Document, *, kind: str) -> None:
    """``kind`` is one of docx, xlsx, pdf (KeyError else). A file at that path is replaced."""
    write = WRITERS[kind]
    if not isinstance(target, Path):
        write(target, document)
        return
    with target.open("wb") as file:
        write(file, document)
