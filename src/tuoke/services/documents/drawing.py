"""Charts as small SVGs of our own: no browser needed, the figures are those of the screen. Typst makes pictures of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from math import ceil, floor, log10

import pylopdf_fonts_zh_cn as fonts
import typst

from tuoke.base.ui.charts import Chart, ChartKind, said
from tuoke.services.documents.rules import breadth, printable

COLOURS = ("#066fd1", "#0ca678", "#f59f00", "#ae3ec9", "#d63939", "#667382")
INK, FAINT = "#374151", "#e2e7ee"
WIDTH, NARROW = 720.0, 420.0
FONTS = typst.Fonts(include_system_fonts=False, font_paths=[str(fonts.sans_path().parent)])
_PICTURE = b"""
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#set text(font: "Noto Sans SC")
#image(bytes(sys.inputs.svg), format: "svg", width: 540pt)
"""


def svg(chart: Chart, *, width: float = WIDTH) -> str:
    """The chart, so many points wide: 720 for paper, NARROW for a phone. Gaps stay gaps; what is below nothing hangs down."""
    drawn = _lying(chart, width) if chart.kind is ChartKind.BARS else _standing(chart, width)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{drawn.height:.0f}" '
        f'viewBox="0 0 {width:.0f} {drawn.height:.0f}" font-family="Noto Sans SC, sans-serif">{"".join(drawn.parts)}</svg>'
    )


@lru_cache(maxsize=64)
def png(drawing: str) -> bytes:
    """A picture of an SVG for files that don't take it, about 1,200 pixels wide."""
    return typst.compile(_PICTURE, format="png", ppi=160, font_paths=FONTS, sys_inputs={"svg": drawing})


@dataclass(frozen=True, slots=True)
class _Drawn:
    height: float
    parts: list[str]


def _lying(chart: Chart, width: float) -> _Drawn:
    names = [_shortened(label, 11) for label in chart.labels]
    left = 16 + 14 * max((breadth(name) for name in names), default=0)
    low, high = _bounds(chart)
    room = width - left - 110
    scale, zero = room / (high - low), left - room * low / (high - low)
    bar, y = 20.0, _legend_height(chart, width)
    parts = _legend(chart, width)
    for index, name in enumerate(names):
        height = bar * len(chart.series)
        parts.append(_text(left - 10, y + height / 2 + 5, name, anchor="end"))
        for number, series in enumerate(chart.series):
            value = series.values[index]
            if value is not None:
                length = max(1.0, abs(float(value)) * scale)
                start = zero - length if value < 0 else zero
                parts.append(_rect(start, y + number * bar, length, bar - 3, _colour(number)))
                end = max(zero, start + length) + 8
                parts.append(_text(end, y + number * bar + 13, said(value, str(chart.unit)), size=13))
        y += height + 12
    return _Drawn(y + 4, parts)


def _standing(chart: Chart, width: float) -> _Drawn:
    low, high = _bounds(chart)
    marks = [low + (high - low) * mark / 4 for mark in range(5)] if low == 0 or high == 0 else [low, 0.0, high]
    left = max(84.0, 24 + 12 * max(breadth(said(mark)) for mark in marks)) if width > NARROW else 64.0
    head, tall = _legend_height(chart, width) + 26, 220.0
    step = (width - left - 24) / max(1, len(chart.labels))
    parts = _legend(chart, width)
    base = head + tall * high / (high - low)
    for mark in marks:
        y = base - mark * tall / (high - low)
        stroke = INK if mark == 0 and low < 0 else FAINT
        parts.append(f'<line x1="{left}" x2="{width - 12}" y1="{y:.1f}" y2="{y:.1f}" stroke="{stroke}"/>')
        parts.append(_text(left - 10, y + 5, said(mark), anchor="end", size=12))
    parts.append(_text(left, head - 14, printable(str(chart.unit)), anchor="end", size=12))
    every = ceil(len(chart.labels) * 51 / (width - left))
    for index, label in enumerate(chart.labels):
        if index % every == 0:
            at = left + step * (index + 0.5)
            shown = _shortened(label, max(3, step * every / 13.5))
            parts.append(_text(at, head + tall + 22, shown, anchor="middle", size=13))
    draw = _line if chart.kind is ChartKind.LINE else _columns
    for number in range(len(chart.series)):
        parts += draw(chart, number, left=left, step=step, base=base, scale=tall / (high - low))
    return _Drawn(head + tall + 36, parts)


def _columns(chart: Chart, number: int, *, left: float, step: float, base: float, scale: float) -> list[str]:
    broad = min(46.0, step * 0.7 / len(chart.series))
    parts = []
    for index, value in enumerate(chart.series[number].values):
        if value is None:
            continue
        x = left + step * (index + 0.5) + broad * (number - len(chart.series) / 2)
        height = max(1.0, abs(float(value)) * scale)
        parts.append(_rect(x, base if value < 0 else base - height, broad - 3, height, _colour(number)))
        if _has_room(chart, step):
            y = base + height + 15 if value < 0 else base - height - 7
            parts.append(_text(x + broad / 2 - 1.5, y, said(value), anchor="middle", size=13))
    return parts


def _line(chart: Chart, number: int, *, left: float, step: float, base: float, scale: float) -> list[str]:
    parts: list[str] = []
    run: list[str] = []
    for index, value in enumerate([*chart.series[number].values, None]):
        if value is None:
            if len(run) > 1:
                path = " ".join(run)
                parts.append(f'<polyline points="{path}" fill="none" stroke="{_colour(number)}" stroke-width="2.5"/>')
            run = []
            continue
        x, y = left + step * (index + 0.5), base - float(value) * scale
        run.append(f"{x:.1f},{y:.1f}")
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{_colour(number)}"/>')
        if _has_room(chart, step):
            parts.append(_text(x, y - 10, said(value), anchor="middle", size=13))
    return parts


def _has_room(chart: Chart, step: float) -> bool:
    """Whether each place is broad enough to say its number."""
    return len(chart.series) == 1 and step > 36


def _legend(chart: Chart, width: float) -> list[str]:
    """The names of the series; in as many lines as they take."""
    if len(chart.series) < 2:
        return []
    return [
        shape
        for number, (x, y, name) in enumerate(_legend_places(chart, width))
        for shape in (_rect(x, y, 14, 14, _colour(number)), _text(x + 20, y + 12, name, size=13))
    ]


def _legend_places(chart: Chart, width: float) -> list[tuple[float, float, str]]:
    places, x, y = [], 4.0, 4.0
    for series in chart.series:
        name = _shortened(str(series.name), 16)
        needed = 44 + 13 * breadth(name)
        if x > 4 and x + needed > width:
            x, y = 4.0, y + 22
        places.append((x, y, name))
        x += needed
    return places


def _legend_height(chart: Chart, width: float) -> float:
    return _legend_places(chart, width)[-1][1] + 30 if len(chart.series) > 1 else 6.0


def _bounds(chart: Chart) -> tuple[float, float]:
    """Round numbers around all values and nothing."""
    values = [float(v) for series in chart.series for v in series.values if v is not None]
    low, high = -_round_up(max([0.0, *(-v for v in values)])), _round_up(max([0.0, *values]))
    return (low, high) if high > low else (0.0, 1.0)


def _round_up(largest: float) -> float:
    if largest <= 0:
        return 0.0
    unit = 10.0 ** floor(log10(largest))
    return next(unit * factor for factor in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 5, 6, 8, 10) if unit * factor >= largest)


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="3" fill="{colour}"/>'


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: float = 14) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size:g}" fill="{INK}">{escape(text)}</text>'
    )


def _shortened(text: str, most: float) -> str:
    text = printable(text)
    if breadth(text) <= most:
        return text
    while text and breadth(text) > most - 1:
        text = text[:-1]
    return f"{text}…"
