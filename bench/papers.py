"""A proposal of 20 pages with 6 charts as PDF, against the renderer alone on the same words, tables and pictures.

Goal: from the frozen version to the file at most 3 × what typst takes for plain markup of the same content, without our
layout and without our data. Needs no database. Word is shown beside it, without a goal.
"""

from __future__ import annotations

import os
import re
import sys
from io import BytesIO

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")
django.setup()

import typst  # noqa: E402

from bench.clock import milliseconds  # noqa: E402
from tuoke.base.ui.charts import Chart, ChartKind, Series  # noqa: E402
from tuoke.services.documents.drawing import FONTS, svg  # noqa: E402
from tuoke.services.documents.rules import (  # noqa: E402
    Bullets,
    Cover,
    Document,
    Figure,
    Figures,
    Heading,
    Part,
    Section,
    Table,
    Text,
    cells_of,
    paragraphs,
)
from tuoke.services.documents.writing import write_document  # noqa: E402
from tuoke.steps.proposals.rules import CoverageRow, Frozen, FrozenSection  # noqa: E402
from tuoke.steps.proposals.sendings.chapters import chapters_of  # noqa: E402

GOAL = 3.0
PAGES, CHARTS = 20, 6
SENTENCE = "销售、计划、车间共用同一个交期，订单变更当天传到车间；谁改了、何时改的都留下记录，月底按记录结算。"


def main() -> int:
    charts = [_chart(number) for number in range(CHARTS)]
    made = _written(_document(_frozen(0), charts), "pdf")
    pages, by_itself = _pages(made), _pages(_compiled(_plain(_document(_frozen(0), charts))))
    # the renderer remembers what it has laid out: no round says the same as another
    versions = iter([_frozen(turn) for turn in range(1, 100)])
    plain = iter([_plain(_document(_frozen(turn), charts)) for turn in range(100, 130)])
    ours = milliseconds(lambda: _written(_document(next(versions), charts), "pdf"))
    theirs = milliseconds(lambda: _compiled(next(plain))) * pages / by_itself
    word = milliseconds(lambda: _written(_document(next(versions), charts), "docx"), rounds=3)
    print(f"PDF: {pages} pages, {CHARTS} charts, {len(made) / 1024:.0f} KB")
    print(f"{ours:8.0f} ms  from the frozen version to the file")
    print(f"{theirs:8.0f} ms  the renderer alone, plain markup, as many pages")
    print(f"{word:8.0f} ms  Word")
    print(f"{ours / theirs:8.2f} ×  goal at most {GOAL:g}")
    is_missed = ours / theirs > GOAL or pages < PAGES
    return 1 if is_missed else 0


def _frozen(turn: int) -> Frozen:
    said = f"{SENTENCE}第 {turn} 稿。"
    sections = tuple(
        FrozenSection(number, part, f"第 {number} 节：一处改，处处同步", "\n\n".join([said * 4] * 5) + "\n\n- 甲\n- 乙")
        for number, part in enumerate(["situation", *["solution"] * 14, "difference", "plan", "service"], 1)
    )
    rows = tuple(
        CoverageRow(n, "rigid", "high", f"{n}. {said}", ("一个交期",), ("每年 18–26 万元",), ("某零部件厂",), True)
        for n in range(25)
    )
    return Frozen("交期一体化方案", "某客户", "2026-11-23", sections, rows)


def _chart(number: int) -> Chart:
    kind = (ChartKind.COLUMNS, ChartKind.BARS, ChartKind.LINE)[number % 3]
    labels = tuple(f"第 {month} 个月" for month in range(1, 13))
    series = tuple(Series(name, tuple(range(at, 12 + at))) for at, name in enumerate(("保守", "最可能", "乐观")))
    return Chart(kind, f"图 {number + 1}：累计收益", labels, series, "万元")


def _document(frozen: Frozen, charts: list[Chart]) -> Document:
    chapters = chapters_of(frozen)
    value = Section("价值", (Figures(tuple(Figure("86 万元", "每年收益", "保守 60") for _ in range(4))), *charts))
    sections = (Section(chapter.title, tuple(_parts(chapter))) for chapter in chapters)
    return Document(
        frozen.title, (*sections, value), header=frozen.title, footer="本公司", cover=Cover("方案", "某客户", "本公司", "目录")
    )  # fmt: skip


def _parts(chapter):  # type: ignore[no-untyped-def]
    for leaf in chapter.leaves:
        yield Heading(leaf.title)
        yield from leaf.parts


def _plain(document: Document) -> bytes:
    """The same content as a person would type it for typst, without any design."""
    lines = [
        '#set page(paper: "a4", margin: 2.2cm)',
        '#set text(font: "Noto Sans SC", size: 10pt)',
        "#set par(leading: 0.8em)",
    ]
    for section in document.sections:
        lines.append(f"= {section.heading}")
        lines += [_marked(part) for part in section.parts]
    return "\n\n".join(lines).encode()


def _marked(part: Part) -> str:
    match part:
        case Heading(text):
            return f"== {text}"
        case Text(text):
            return "\n\n".join(paragraphs(text))
        case Bullets(items):
            return "\n".join(f"- {item}" for item in items)
        case Table():
            cells = [*part.headers, *(cell.text for row in cells_of(part) for cell in row)]
            return f"#table(columns: {len(part.headers)}, {', '.join(f'[{cell}]' for cell in cells)})"
        case Figures(items):
            return (
                f"#grid(columns: {len(items)}, {', '.join(f'[{one.label} {one.value} {one.note}]' for one in items)})"
            )
        case Chart():
            drawing = svg(part).replace('"', '\\"')
            return f'{part.title}\n\n#image(bytes("{drawing}"), format: "svg", width: 100%)'
    return ""


def _written(document: Document, kind: str) -> bytes:
    target = BytesIO()
    write_document(target, document, kind=kind)
    return target.getvalue()


def _compiled(source: bytes) -> bytes:
    return typst.compile(source, format="pdf", font_paths=FONTS)


def _pages(pdf: bytes) -> int:
    return max(int(count) for count in re.findall(rb"/Pages/Count (\d+)", pdf))


if __name__ == "__main__":
    sys.exit(main())
