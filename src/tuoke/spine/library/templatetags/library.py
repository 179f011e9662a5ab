"""``{% load library %}``: contents with their places marked, tags and changes in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template
from django_stubs_ext import StrOrPromise

from tuoke.spine.library import words
from tuoke.spine.library.models import Item
from tuoke.spine.library.rules import Content, Effect, ItemKind, Piece, fill

register = template.Library()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a content as it is read: its lines, each in pieces, and whether they are a list."""

    name: str
    label: StrOrPromise
    lines: tuple[tuple[Piece, ...], ...]
    is_list: bool


@register.filter
def parts(content: Content, kind: str) -> Iterator[Part]:
    """The parts that say something, in their order."""
    for name, label in words.PARTS[ItemKind(kind)].items():
        value = getattr(content, name)
        if value in ("", (), None) or name == "proofs":
            continue
        is_list = isinstance(value, tuple) and name not in words.CODES
        lines = value if is_list else (_text(name, value),)
        yield Part(name, label, tuple(fill(line, {}).pieces for line in lines), is_list)


@register.filter
def pieces(text: str) -> tuple[Piece, ...]:
    """A text in pieces: a place that nothing fills is ``is_missing``."""
    return fill(text, {}).pieces


@register.filter
def tags_of(item: Item) -> list[tuple[str, StrOrPromise, str]]:
    return words.said_tags(item.tags)


@register.filter
def per_cent(share: float) -> str:
    return words.per_cent(share)


@register.filter
def interval(found: Effect) -> str:
    return words.interval(found)


@register.filter
def interval_start(found: Effect) -> str:
    """Where the interval begins on a scale of 100, and below how wide it is, for its drawing."""
    return f"{100 * found.low:.1f}"


@register.filter
def interval_width(found: Effect) -> str:
    return f"{100 * (found.high - found.low):.1f}"


@register.filter
def share_start(found: Effect) -> str:
    return f"{min(98.5, 100 * found.share):.1f}"


@register.filter
def part_name(name: str) -> StrOrPromise:
    return words.FIELDS.get(name, name)


@register.filter
def said_run(text: str, part: str) -> str:
    """A stretch of a difference: codes as they are called."""
    return words.said(part, text) if part in words.CODES else text


@register.filter
def library_changes(changes: Mapping[str, list[Any]]) -> list[tuple[StrOrPromise, str, str]]:
    """The changes of an event: (field, from, to) in words."""
    return [
        (words.FIELDS.get(name, name), words.said(name, old), words.said(name, new))
        for name, (old, new) in changes.items()
    ]


def _text(name: str, value: object) -> str:
    return value.isoformat() if isinstance(value, date) else words.said(name, value)
