"""What a product and a competitor say: short statements, each in its own line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.services.exchange.rules import Span, sound
from tuoke.spine.catalog.rules.campaigns import NAME_LIMIT

LINES_LIMIT = 30
LINE_LIMIT = 200
UNIT_LIMIT = 20
NOTE_LIMIT = 2000
MOST_MONEY = Decimal(10) ** 12
MOST_REVENUE = Decimal(10) ** 13
MOST_STAFF = 10**8


def _open() -> Span[Any]:
    return Span(None, None)


@dataclass(frozen=True, slots=True)
class PainHelp:
    """A pain that a product takes away, and in a word how."""

    pain: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class ProductFits:
    """What a product fits. What it leaves open it doesn't ask; ``revenue`` is yuan a year."""

    industries: tuple[str, ...] = ()
    staff: Span[int] = field(default_factory=_open)
    revenue: Span[Decimal] = field(default_factory=_open)
    pains: tuple[PainHelp, ...] = ()

    @property
    def says(self) -> bool:
        return self != ProductFits()


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A product as it is entered: ``price`` in yuan for one ``unit`` (年, 套, 用户·年)."""

    name: str
    price: Span[Decimal] = field(default_factory=_open)
    unit: str = ""
    custom_quote: bool = False
    fits: ProductFits = field(default_factory=ProductFits)
    note: str = ""


@dataclass(frozen=True, slots=True)
class CompetitorDraft:
    """A competitor as it is entered; ``counters`` are what we say to his strengths."""

    name: str
    price: Span[Decimal] = field(default_factory=_open)
    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    product_ids: frozenset[int] = frozenset()
    note: str = ""


def sound_product(draft: ProductDraft) -> Verdict:
    """Codes with ``field``: name_missing, name_too_long, text_broken, too_long, too_many, negative, upside_down, too_big."""
    fits = draft.fits
    reasons = [
        *_name(draft.name),
        *_span("price", draft.price, MOST_MONEY),
        *_text("unit", draft.unit, UNIT_LIMIT),
        *_lines("industries", fits.industries),
        *_span("staff", fits.staff, MOST_STAFF),
        *_span("revenue", fits.revenue, MOST_REVENUE),
        *_lines("pains", [text for pain in fits.pains for text in (pain.pain, pain.help)], most=2 * LINES_LIMIT),
        *_text("note", draft.note, NOTE_LIMIT),
    ]
    if any(not pain.pain.strip() for pain in fits.pains):
        reasons.append(Reason("pain_missing", {"field": "pains"}))
    return Verdict(tuple(reasons))


def sound_competitor(draft: CompetitorDraft) -> Verdict:
    """Codes as ``sound_product``."""
    return Verdict(
        (
            *_name(draft.name),
            *_span("price", draft.price, MOST_MONEY),
            *_lines("strengths", draft.strengths),
            *_lines("weaknesses", draft.weaknesses),
            *_lines("counters", draft.counters),
            *_text("note", draft.note, NOTE_LIMIT),
        )
    )


def _name(name: str) -> list[Reason]:
    if not sound(name):
        return [Reason("text_broken", {"field": "name"})]
    if not name.strip():
        return [Reason("name_missing", {"field": "name"})]
    too_long = len(name.strip()) > NAME_LIMIT
    return [Reason("name_too_long", {"field": "name", "limit": NAME_LIMIT})] if too_long else []


def _text(field: str, text: str, limit: int) -> list[Reason]:
    if not sound(text):
        return [Reason("text_broken", {"field": field})]
    return [Reason("too_long", {"field": field, "limit": limit, "found": len(text)})] if len(text) > limit else []


def _lines(field: str, lines: Iterable[str], most: int = LINES_LIMIT) -> list[Reason]:
    said = list(lines)
    reasons = [reason for line in said for reason in _text(field, line, LINE_LIMIT)][:1]
    if len(said) > most:
        reasons.append(Reason("too_many", {"field": field, "limit": most, "found": len(said)}))
    return reasons


def _span(field: str, span: Span[Any], most: Any) -> list[Reason]:
    ends = [end for end in span if end is not None]
    if any(end < 0 for end in ends):
        return [Reason("negative", {"field": field})]
    if any(end >= most for end in ends):
        return [Reason("too_big", {"field": field})]
    return [Reason("upside_down", {"field": field})] if len(ends) == 2 and ends[0] > ends[1] else []
