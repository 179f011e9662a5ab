"""What a file is, told from its bytes; every reason against it at once."""

from __future__ import annotations

import io
import zipfile

import pytest

from tuoke.services.files.rules import MOST_BYTES, NAME_LIMIT, SCANS, USUAL, clean_name, found_in, judged
from tuoke.services.files.words import sentences

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


def archive(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    return target.getvalue()


def locked_archive() -> bytes:
    content = bytearray(archive("合同.pdf"))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + at] |= 1
    return bytes(content)


DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")


def codes(name: str, content: bytes, **more) -> tuple[str, ...]:
    return judged(**({"name": name, "content": content, "size": len(content), "endings": USUAL} | more)).codes


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("合同.pdf", PDF), ("扫描.PNG", PNG), ("照片.jpeg", b"\xff\xd8\xff\xe0" + b"\0" * 9), ("a.docx", DOCX),
        ("a.xlsx", XLSX), ("a.pptx", archive("[Content_Types].xml", "ppt/presentation.xml")),
        ("发票.ofd", archive("OFD.xml", "Doc_0/Document.xml")), ("全部.zip", archive("a.exe", "b.pdf")), ("a.doc", OLE),
        ("a.zip", DOCX), ("a.webp", b"RIFF\0\0\0\0WEBPVP8 "), ("a.heic", b"\0\0\0\x18ftypheic"),
        ("备注.txt", "已收到".encode("gb18030")), ("表.csv", "甲,乙\r\n1,2\r\n".encode()),
    ],
)  # fmt: skip
def test_takes_what_is_what_it_says(name, content):
    assert codes(name, content) == ()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("合同.pdf", b"", ("file_empty",)),
        ("a.exe", b"MZ\x90", ("ending_unknown",)),
        ("合同", PDF, ("ending_unknown",)),
        ("页面.html", b"<script>alert(1)</script>", ("ending_unknown",)),
        ("图.svg", b"<svg onload=alert(1)>", ("ending_unknown",)),
        ("合同.pdf", b"<html><script>alert(1)</script></html>", ("file_misnamed",)),
        ("合同.pdf", PNG, ("file_misnamed",)),
        ("合同.docx", archive("a.txt"), ("file_misnamed",)),
        ("合同.docx", OLE + "EncryptedPackage".encode("utf-16-le"), ("file_locked",)),
        ("合同.pdf", PDF.replace(b"/Root", b"/Encrypt 5 0 R/Root"), ("file_locked",)),
        ("合同.zip", locked_archive(), ("file_locked",)),
        ("表.xlsx", archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), ("file_has_macros",)),
        ("坏.zip", b"PK\x03\x04 and nothing more", ("file_misnamed",)),
        ("备注.txt", b"a\0b", ("file_misnamed",)),
    ],
)
def test_refuses_and_says_what_would_be_right(name, content, said):
    verdict = judged(name=name, content=content, size=len(content), endings=USUAL)
    assert verdict.codes == said
    assert all(
        name in sentence and "（" not in sentence.replace("（0 字节）", "").replace("（docx", "")
        for sentence in sentences(verdict)
    )


def test_says_every_reason():
    assert codes("a.exe", b"", size=0) == ("ending_unknown", "file_empty")
    assert codes("a.exe", b"x", size=MOST_BYTES + 1) == ("ending_unknown", "file_too_large")
    assert codes("a.pdf", PDF, size=MOST_BYTES) == ()


def test_a_scan_is_no_sheet():
    assert codes("a.xlsx", XLSX, endings=SCANS) == ("ending_unknown",)
    assert codes("a.pdf", PDF, endings=SCANS) == ()


def test_a_huge_table_of_contents_is_not_read():
    content = archive("a.txt")
    at = content.rfind(b"PK\x05\x06") + 12
    assert found_in(content[:at] + b"\xff\xff\xff\x7f" + content[at + 4 :]).what == ""


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\合同.pdf", "合同.pdf"),
        ("合同\u202efdp.exe", "合同fdp.exe"),
        ("合\0同\r\n.pdf", "合同.pdf"),
        (" .. ", ""),
        ("✅ 已签.pdf", "✅ 已签.pdf"),
    ],
)
def test_a_name_says_nothing_but_a_name(said, kept):
    assert clean_name(said) == kept


def test_a_long_name_keeps_its_ending():
    name = clean_name("长" * 500 + ".pdf")
    assert (len(name), name[-5:]) == (NAME_LIMIT, "长.pdf")
