"""What may be kept as a file: looked at from its first byte to its table of contents, never believed by its name. Plain Python."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from unicodedata import category

from tuoke.base.kernel.verdict import YES, Verdict, no

MOST_BYTES = 20 * 2**20
MOST_STANDING = 50
"""So many files stand with one subject at a time; all of them are shown."""
NAME_LIMIT, NOTE_LIMIT, REASON_LIMIT = 120, 200, 200
MOST_AT_ONCE = 10

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "heic": "image/heic",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "ofd": "application/ofd",
    "zip": "application/zip",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
USUAL = frozenset(CONTENT_TYPES)
SCANS = frozenset({"pdf", "png", "jpg", "jpeg", "webp", "heic", "ofd", "zip"})
"""What a signed paper comes as."""

_OFFICE = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_OLD_OFFICE = {"doc", "xls", "ppt"}
_DIRECTORY_MOST = 2 * 2**20
_ENCRYPTED_PDF = re.compile(rb"/Encrypt\s+\d+\s+\d+\s+R|/Encrypt\s*<<")


@dataclass(frozen=True, slots=True)
class Found:
    """What a file turned out to be; ``is_locked`` opens only with a password."""

    what: str
    is_locked: bool = False


def judged(*, name: str, content: bytes, size: int, endings: Collection[str]) -> Verdict:
    """Every reason against keeping it. ``content`` may be cut off behind ``MOST_BYTES``; it is looked at only where the
    file isn't larger."""
    ending = ending_of(name)
    known = YES if ending in endings else no("ending_unknown", name=name, ending=ending, endings=_listed(endings))
    if size <= 0:
        return known & no("file_empty", name=name)
    if size > MOST_BYTES:
        return known & no("file_too_large", name=name, megabytes=_megabytes(size), limit=MOST_BYTES // 2**20)
    return known & _is_what_it_says(name, ending, content) if known else known


def ending_of(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def content_type(name: str) -> str:
    """For serving; anything unknown is only bytes."""
    return CONTENT_TYPES.get(ending_of(name), "application/octet-stream")


def clean_name(name: str) -> str:
    """The name that is shown and downloaded: no folders, no invisible or turning characters, its ending kept."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    bare = "".join(letter for letter in bare if category(letter) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}).strip(" .")
    stem, dot, ending = bare.rpartition(".")
    if not dot or len(bare) <= NAME_LIMIT:
        return bare[:NAME_LIMIT]
    ending = ending[:12]
    return f"{stem[: NAME_LIMIT - len(ending) - 1]}.{ending}"


def found_in(content: bytes) -> Found:
    """What these bytes are, as the ending that would be right; "" where nobody can say."""
    if b"%PDF-" in content[:1024]:
        return Found("pdf", _ENCRYPTED_PDF.search(content) is not None)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Found("png")
    if content.startswith(b"\xff\xd8\xff"):
        return Found("jpg")
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Found("webp")
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis"}:
        return Found("heic")
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Found("ole", "EncryptedPackage".encode("utf-16-le") in content)
    if content.startswith(b"PK"):
        return _in_archive(content)
    return Found("txt" if _is_text(content) else "")


def _is_what_it_says(name: str, ending: str, content: bytes) -> Verdict:
    found = found_in(content)
    if found.is_locked:
        return no("file_locked", name=name)
    if ending in _accepted(found.what):
        return YES
    if found.what == "macro":
        return no("file_has_macros", name=name)
    return no("file_misnamed", name=name, ending=ending, found=_called(found.what))


def _accepted(what: str) -> set[str]:
    if what == "ole":
        return _OLD_OFFICE
    if what in {"docx", "xlsx", "pptx", "ofd"}:
        return {what, "zip"}
    return {"jpg": {"jpg", "jpeg"}, "txt": {"txt", "csv"}, "macro": set(), "": set()}.get(what, {what})


def _called(what: str) -> str:
    return {"ole": "doc/xls/ppt"}.get(what, what)


def _in_archive(content: bytes) -> Found:
    """Nothing is unpacked: only the table of contents is read, and only where it is no larger than it may be."""
    if _directory_size(content) > _DIRECTORY_MOST:
        return Found("")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, struct.error):
        return Found("")
    names = [entry.filename for entry in entries]
    is_locked = any(entry.flag_bits & 0x1 for entry in entries)
    if "OFD.xml" in names:
        return Found("ofd", is_locked)
    if "[Content_Types].xml" not in names:
        return Found("zip", is_locked)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return Found("macro", is_locked)
    offices = (ending for folder, ending in _OFFICE.items() if any(name.startswith(folder) for name in names))
    return Found(next(offices, "zip"), is_locked)


def _directory_size(content: bytes) -> int:
    at = content.rfind(b"PK\x05\x06")
    if at < 0 or len(content) < at + 22:
        return 0
    size: int = struct.unpack_from("<I", content, at + 12)[0]
    return size


def _is_text(content: bytes) -> bool:
    if b"\0" in content:
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(category(letter) == "Cc" and letter not in "\t\r\n\f" for letter in text[:20_000])
    return False


def _listed(endings: Collection[str]) -> str:
    return " ".join(ending for ending in CONTENT_TYPES if ending in endings)


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.1f}"
