"""The text of a file that came back: docx or plain text. Nothing of it is kept, run or resolved."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from xml.etree import ElementTree

MOST_BYTES = 5_000_000
MOST_XML = 20_000_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class NoText(Exception):
    """It is no file of which a text can be read."""


def text_of(name: str, content: bytes) -> str:
    """Paragraph by paragraph, one a line; what a docx marks as deleted (w:del) is left out, what it marks as new is in.

    Raises NoText for another kind of file, one that is broken, empty, too large, or declares entities.
    """
    if not content or len(content) > MOST_BYTES:
        raise NoText
    text = _word(content) if content.startswith(b"PK") or name.lower().endswith(".docx") else _plain(content)
    if not text.strip():
        raise NoText
    return text


def _plain(content: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16", "gb18030") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else _USUAL:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NoText


_USUAL = ("utf-8-sig", "gb18030")


def _word(content: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entry = archive.getinfo("word/document.xml")
            if entry.file_size > MOST_XML:
                raise NoText
            with archive.open(entry) as part:
                xml = part.read(MOST_XML + 1)
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise NoText from error
    if len(xml) > MOST_XML or b"<!" in xml[:2000] or b"<!ENTITY" in xml:
        raise NoText
    try:
        root = ElementTree.fromstring(xml)  # noqa: S314  # no declarations in it, and its size is bounded
    except ElementTree.ParseError as error:
        raise NoText from error
    return "\n".join(_paragraph(paragraph) for paragraph in root.iter(f"{_W}p"))


def _paragraph(paragraph: ElementTree.Element) -> str:
    """Deleted text has a tag of its own (w:delText): what isn't read isn't there."""
    signs = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n"}
    return "".join(
        (run.text or "") if run.tag == f"{_W}t" else signs[run.tag]
        for run in paragraph.iter()
        if run.tag == f"{_W}t" or run.tag in signs
    )
