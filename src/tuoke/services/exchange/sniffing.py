"""What a file is, by its content: the kind, and for text its encoding and delimiter."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections import Counter
from pathlib import Path, PurePath

from tuoke.services.exchange.limits import Unreadable

SAMPLE = 65_536

_SAYS = {
    ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".et": "xls", ".csv": "csv", ".tsv": "csv", ".txt": "csv",
    ".pdf": "pdf", ".doc": "doc", ".docx": "docx", ".ppt": "ppt", ".pptx": "pptx", ".png": "png", ".jpg": "jpeg",
    ".jpeg": "jpeg", ".zip": "zip", ".rar": "rar", ".html": "html", ".htm": "html", ".xml": "xml", ".json": "json",
    ".ods": "ods", ".xlsb": "xlsb", ".exe": "exe", ".gz": "gzip",
}  # fmt: skip
_MAGIC = (
    (b"%PDF", "pdf"), (b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF8", "gif"), (b"\x1f\x8b", "gzip"), (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"), (b"MZ\x90", "exe"), (b"\x7fELF", "exe"), (b"SQLite format 3", "sqlite"), (b"RIFF", "media"),
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<!--.{0,2000}?-->\s*)?<(\?xml|!doctype\s+html|html|head|body|table|meta|style|div|script)",
    re.IGNORECASE | re.DOTALL,
)
_JSON = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(?:\{\s*[\"}]|\[\s*[\[{])")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_DELIMITERS = ",\t;|"


def kind_of(path: Path, filename: str) -> str:
    """``xlsx``, ``xls`` or ``csv``. Anything else is refused, and so is a file whose name says something else."""
    found = _content(path)
    says = _SAYS.get(PurePath(filename).suffix.lower(), "")
    if found not in ("xlsx", "xls", "csv") or (says and says != found):
        raise Unreadable("not_a_table", {"says": says, "found": found})
    return found


def encoding_of(path: Path) -> tuple[str, str]:
    """Encoding and error handler of a text file. A few bad bytes are escaped, so that only their cells are broken."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return name, "surrogateescape" if name == "utf-8-sig" else "surrogatepass"
    if b"\0" in head and (wide := _utf16_without_mark(head)):
        return wide, "surrogatepass"
    wrong = {name: _bad_bytes(path, name) for name in ("utf-8", "gb18030")}
    best = min(wrong, key=lambda name: wrong[name])
    if wrong[best] > max(20, path.stat().st_size // 200) or _is_binary(head.decode(best, "replace")):
        raise Unreadable("not_a_table", {"says": "csv", "found": "binary"})
    return best, "surrogateescape"


def delimiter_of(sample: str) -> str:
    """The delimiter under which most lines have the same number of cells; ``,`` for a single column."""
    if found := re.match(r"sep=(.)\r?\n", sample):
        return found[1]
    scores = {delimiter: _regularity(sample, delimiter, strict=True) for delimiter in _DELIMITERS}
    if not any(scores.values()):
        scores = {delimiter: _regularity(sample, delimiter, strict=False) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: scores[delimiter])
    return best if scores[best] else ","


def _content(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(SAMPLE)
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return _zip_content(path)
        if head.startswith(_OLE):
            return _ole_content(head + file.read())
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if found := _MARKUP.match(head):
        return "xml" if found[1].lower() == b"?xml" and b"<html" not in head.lower() else "html"
    return "json" if _JSON.match(head) else "csv"


def _zip_content(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError) as error:
        raise Unreadable("broken_file", {"why": "zip"}) from error
    if "xl/workbook.bin" in names:
        return "xlsb"
    for prefix, kind in (("xl/", "xlsx"), ("word/", "docx"), ("ppt/", "pptx")):
        if any(name.startswith(prefix) for name in names):
            return kind
    return "ods" if "mimetype" in names and "content.xml" in names else "zip"


def _ole_content(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Unreadable("encrypted")
    for name, kind in (("WordDocument", "doc"), ("PowerPoint Document", "ppt"), ("Workbook", "xls"), ("Book", "xls")):
        if name.encode("utf-16-le") + b"\0\0" in data:
            return kind
    return "ole"


def _utf16_without_mark(head: bytes) -> str:
    even = head[: len(head) // 2 * 2]
    for name in ("utf-16-le", "utf-16-be"):
        text = even.decode(name, "replace")
        likely = sum(
            c in "\t\r\n" or " " <= c <= "~" or "\u3000" <= c <= "\u9fff" or "\uff00" <= c <= "\uffee" for c in text
        )
        if text and likely > 0.9 * len(text):
            return name
    return ""


def _bad_bytes(path: Path, encoding: str) -> int:
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    bad = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            text = decoder.decode(chunk)
            if not text.isascii():
                bad += len(text) - len(text.encode("utf-8", "ignore").decode("utf-8"))
    try:
        bad += len(re.findall("[\ud800-\udfff]", decoder.decode(b"", final=True)))
    except UnicodeDecodeError:
        bad += 1
    return bad


def _is_binary(text: str) -> bool:
    return len(_CONTROLS.findall(text)) > max(8, len(text) // 50)


def _regularity(sample: str, delimiter: str, *, strict: bool) -> float:
    """The share of lines that have the usual width, a little better for more columns; 0 for one column or none."""
    rows = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, strict=strict):
            rows.append(len(row))
            if len(rows) == 300:
                break
    except csv.Error as error:
        if "unexpected end of data" not in str(error):
            return 0.0
    widths = Counter(width for width in rows if width)
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1] * min(item[0], 3), item[0]))
    return 0.0 if width < 2 else count / widths.total() + min(width, 50) / 1000
