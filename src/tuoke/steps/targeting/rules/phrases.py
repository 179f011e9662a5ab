"""How people put several statements into one cell: separators, labels, ranges."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from tuoke.base.kernel.verdict import Reason
from tuoke.services.exchange.rules import Problem, Span
from tuoke.steps.targeting.rules.content import AnySpan, says

Said = dict[str, Any]
"""Fields of ProfileContent with their values."""


def amount_text(span: Span[Decimal]) -> str:
    """As people type it: 20万-50万, ≥5000万, ≤2亿."""
    return span_text(span, money, "")


def count_text(span: Span[int], unit: str) -> str:
    return span_text(span, str, unit)


def names_in(text: str) -> tuple[str, ...]:
    """Names in a list as people write it, separated by 、 , ; or a new line; each once."""
    return tuple(dict.fromkeys(split(text, "、,，;；\n/")))


def take(said: Said, name: str, span: AnySpan | Problem | None, piece: str, problems: list[Reason]) -> None:
    if isinstance(span, Problem):
        problems.append(Reason(span.code, {"text": piece, "part": name}))
    elif says(said[name]):
        problems.append(Reason("said_twice", {"text": piece, "part": name}))
    elif span is not None:
        said[name] = span


def label(piece: str, labels: Iterable[tuple[str, re.Pattern[str]]]) -> tuple[str, str]:
    """Which label a piece begins with, and what follows it."""
    for name, pattern in labels:
        if found := pattern.match(piece):
            return name, piece[found.end() :].strip()
    return "", piece


_OPEN, _CLOSE = "(\uff08【“《「[", ")\uff09】”》」]"


def split(text: str, separators: str) -> list[str]:
    """The pieces between separators, but not inside brackets or quotes, nor at a comma between digits."""
    balanced = sum(text.count(c) for c in _OPEN) == sum(text.count(c) for c in _CLOSE)
    pieces, depth, start = [], 0, 0
    for index, char in enumerate(text):
        if char in _OPEN:
            depth += balanced
        elif char in _CLOSE:
            depth -= balanced
        elif char in separators and depth <= 0 and not (char == "," and _inside_number(text, index)):
            pieces.append(text[start:index])
            start = index + 1
    pieces.append(text[start:])
    return [piece.strip() for piece in pieces if piece.strip()]


def _inside_number(text: str, index: int) -> bool:
    return text[index - 1 : index].isdigit() and bool(re.match(r"\d{3}(?!\d)", text[index + 1 : index + 5]))


def span_text(span: Span[Any], shown: Callable[[Any], str], unit: str) -> str:
    low, high = span
    if low is None and high is None:
        return ""
    if low is None:
        return f"≤{shown(high)}{unit}"
    if high is None:
        return f"≥{shown(low)}{unit}"
    return f"{shown(low)}{unit}" if low == high else f"{shown(low)}-{shown(high)}{unit}"


def money(value: Decimal) -> str:
    for size, name, step in ((10**8, "亿", 10**6), (10**4, "万", 1)):
        if value >= size and value % step == 0:
            return f"{(value / size).normalize():f}{name}"
    return f"{value.normalize():f}元"
