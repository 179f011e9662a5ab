"""Checks before a spreadsheet is parsed: the zip directory, then every sheet while it streams by.

A 5 kB file with one cell at XFD1048576 makes the parser ask for 549 GB. The memory limit of the child process
is what stops such files for certain; these checks refuse them early and say why.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from pathlib import Path

from tuoke.services.exchange.limits import MB, Limits, Unreadable

_CHUNK = 256 * 1024
_OVERLAP = 64
_END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
# References right of SR (column 512) or of seven digits. It starts with a literal, which is what makes it fast.
_FAR = re.compile(rb' r="((?:[A-Z]{3,}|S[S-Z]|[T-Z][A-Z])(?=[0-9])|[A-Z]{0,2}(?=[0-9]{7}))([0-9]+)')
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\0!\0D\0O\0C\0|\0<\0!\0D\0O\0C", re.IGNORECASE)


def check_archive(path: Path, limits: Limits) -> None:
    """Refuses bombs and external entities. Raises ``Unreadable``."""
    _check_entry_count(path, limits)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_directory(entries, path.stat().st_size, limits)
            for entry in entries:
                if entry.filename.lower().endswith((".xml", ".rels")):
                    _check_part(archive, entry, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unreadable("broken_file", {"why": "zip"}) from error


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


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> None:
    """Reads the part once. zipfile never gives more than the declared size and checks the sum at the end."""
    is_sheet = "/worksheets/" in entry.filename
    tail = b""
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            seen = tail + chunk
            if (b"<!" in seen or b"<\0!" in seen) and _DECLARATION.search(seen):
                raise Unreadable("bomb", {"why": "entities"})
            if is_sheet:
                _check_references(seen, limits)
            tail = chunk[-_OVERLAP:]


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
