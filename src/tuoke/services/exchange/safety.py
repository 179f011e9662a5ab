"""Checks before a spreadsheet is parsed: the zip directory, then every sheet while it streams by.

What the parser doesn't tell of a sheet is noted on the way: rows that are hidden, cells whose formula failed.

A 5 kB file with one cell at XFD1048576 makes the parser ask for 549 GB. The memory limit of the child process
is what stops such files for certain; these checks refuse them early and say why.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from tuoke.services.exchange.limits import MB, Limits, Unreadable

_CHUNK = 256 * 1024
_OVERLAP = 1024
_END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
# References right of SR (column 512) or of seven digits. It starts with a literal, which is what makes it fast.
_FAR = re.compile(rb' r="((?:[A-Z]{3,}|S[S-Z]|[T-Z][A-Z])(?=[0-9])|[A-Z]{0,2}(?=[0-9]{7}))([0-9]+)')
_HIDDEN = re.compile(rb'<(?:x:)?row r="([0-9]{1,7})"[^>]*? hidden="(?:1|true)"')
_FAILED = re.compile(
    rb'<(?:x:)?c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*? t="e"[^>]*>'
    rb"(?:<(?:x:)?f[^>]*/>|<(?:x:)?f[^>]*>[^<]*</(?:x:)?f>)?<(?:x:)?v>(#[^<]{1,20})<"
)
_MOST_NOTED = 100_000
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\0!\0D\0O\0C\0|\0<\0!\0D\0O\0C", re.IGNORECASE)


@dataclass(slots=True)
class SheetNotes:
    """``failed`` holds what stands in a cell whose formula failed (#REF! …), by row and column from 1."""

    hidden_rows: set[int] = field(default_factory=set)
    failed: dict[tuple[int, int], str] = field(default_factory=dict)


def check_archive(path: Path, limits: Limits) -> Mapping[str, SheetNotes]:
    """Refuses bombs and external entities; what is to be said of each sheet, by its name. Raises ``Unreadable``."""
    _check_entry_count(path, limits)
    notes: dict[str, SheetNotes] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_directory(entries, path.stat().st_size, limits)
            for entry in entries:
                if entry.filename.lower().endswith((".xml", ".rels")):
                    notes[entry.filename] = _check_part(archive, entry, limits)
            return {name: notes[part] for name, part in _sheet_parts(archive).items() if part in notes}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unreadable("broken_file", {"why": "zip"}) from error


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of each sheet; empty where the workbook says it in some other way (then there are no notes)."""
    try:
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  # no entities: checked
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    except (KeyError, ElementTree.ParseError):
        return {}
    parts = {one.get("Id", ""): one.get("Target", "") for one in relations}
    found = {}
    for sheet in book.iterfind(".//{*}sheet"):
        relation = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
        target = parts.get(relation, "")
        found[sheet.get("name", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
    return found


def _check_entry_count(path: Path, limits: Limits) -> None:
    """Before Python lists 100,000 entries, the last record says how many there are."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 66_000))
        tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + _END_OF_DIRECTORY.size:
        raise Unreadable("broken_file", {"why": "zip"})
    if _END_OF_DIRECTORY.unpack_from(tail, place)[4] > limits.entries:
        raise Unreadable("bomb", {"why": "entries"})


def _check_directory(entries: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise Unreadable("bomb", {"why": "entries"})
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("encrypted")
    if sum(entry.file_size for entry in entries) > limits.expanded_bytes:
        raise Unreadable("bomb", {"why": "expanded"})
    if any(e.file_size > 64 * MB and e.file_size > limits.ratio * max(e.compress_size, 1) for e in entries):
        raise Unreadable("bomb", {"why": "ratio"})
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end or entry.header_offset + entry.compress_size > size:
            raise Unreadable("bomb", {"why": "overlap"})
        end = entry.header_offset + entry.compress_size
    if len({entry.filename for entry in entries}) != len(entries):
        raise Unreadable("bomb", {"why": "names"})


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> SheetNotes:
    """Reads the part once. zipfile never gives more than the declared size and checks the sum at the end."""
    is_sheet = "/worksheets/" in entry.filename
    notes, tail = SheetNotes(), b""
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            seen = tail + chunk
            if (b"<!" in seen or b"<\0!" in seen) and _DECLARATION.search(seen):
                raise Unreadable("bomb", {"why": "entities"})
            if is_sheet:
                _check_references(seen, limits)
                _note(seen, notes)
            tail = chunk[-_OVERLAP:]
    return notes


def _note(xml: bytes, notes: SheetNotes) -> None:
    if b' hidden="' in xml:
        notes.hidden_rows.update(int(row) for row in _HIDDEN.findall(xml))
    if b' t="e"' in xml and len(notes.failed) < _MOST_NOTED:
        for letters, row, shown in _FAILED.findall(xml):
            notes.failed[int(row), column_number(letters.decode())] = shown.decode("utf-8", "replace")


def _check_references(xml: bytes, limits: Limits) -> None:
    for found in _FAR.finditer(xml):
        column, row = column_number(found[1].decode()), int(found[2][:12])
        if column > limits.columns:
            raise Unreadable("too_many_columns", {"columns": column, "limit": limits.columns})
        if row > limits.rows:
            raise Unreadable("too_large", {"what": "rows", "limit": limits.rows})


def column_number(letters: str) -> int:
    """``A`` is 1, ``XFD`` is 16384."""
    number = 0
    for letter in letters[:8]:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 is ``A``."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
