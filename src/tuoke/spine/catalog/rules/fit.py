"""Does a product fit a customer? Says for each aspect what it found, so that a person can check it (S1.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tuoke.services.exchange.rules import Span, text_key
from tuoke.spine.catalog.rules.offers import PainHelp, ProductFits
from tuoke.spine.catalog.rules.saying import said_amounts, said_counts


class Fitting(StrEnum):
    """``UNKNOWN``: the product asks, the customer's side is not known. What a product doesn't ask isn't judged."""

    FITS = "fits"
    PARTLY = "partly"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that the product asks. ``name``: industry, staff, revenue or pains; ``matched`` what agreed."""

    name: str
    state: Fitting
    wanted: str
    found: str
    matched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """The aspects that the product asks for, in its order; none of them where it says nothing of whom it fits."""

    aspects: tuple[Aspect, ...] = ()
    helps: tuple[PainHelp, ...] = ()

    @property
    def state(self) -> Fitting:
        """The whole: one thing that differs outweighs what fits; nothing known is unknown."""
        states = {aspect.state for aspect in self.aspects}
        for state in (Fitting.DIFFERS, Fitting.PARTLY, Fitting.FITS):
            if state in states:
                return state
        return Fitting.UNKNOWN

    @property
    def score(self) -> tuple[int, int]:
        """How many aspects fit (two for each, one for a part) of how many that are known: a larger share fits better."""
        points = {Fitting.FITS: 2, Fitting.PARTLY: 1}
        known = [aspect for aspect in self.aspects if aspect.state is not Fitting.UNKNOWN]
        return sum(points.get(aspect.state, 0) for aspect in known), 2 * len(known)


def fit_of(
    fits: ProductFits,
    *,
    industries: Sequence[str] = (),
    staff: Span[int] | None = None,
    revenue: Span[Any] | None = None,
    pains: Sequence[str] = (),
) -> Fit:
    """How a product fits a customer, or the customers that a profile describes.

    Industries agree when one names the other (汽车制造业 and 制造业); ranges fit when the customer's lies inside, and partly
    when they only meet; pains agree when they share most of their characters.
    """
    helps = tuple(pain for pain in fits.pains if any(_alike(pain.pain, said) for said in pains))
    aspects = []
    if fits.industries:
        aspects.append(_industries(fits.industries, [name for name in industries if name.strip()]))
    if _says(fits.staff):
        aspects.append(_range("staff", fits.staff, staff, said_counts))
    if _says(fits.revenue):
        aspects.append(_range("revenue", fits.revenue, revenue, said_amounts))
    if fits.pains:
        aspects.append(_pains(fits.pains, helps, [pain for pain in pains if pain.strip()]))
    return Fit(tuple(aspects), helps)


def _industries(wanted: Sequence[str], found: Sequence[str]) -> Aspect:
    matched = tuple(name for name in found if any(_same_trade(name, other) for other in wanted))
    return Aspect("industry", _state(matched, found), "、".join(wanted), "、".join(found), matched)


def _pains(wanted: Sequence[PainHelp], helps: Sequence[PainHelp], found: Sequence[str]) -> Aspect:
    matched = tuple(said for said in found if any(_alike(pain.pain, said) for pain in helps))
    return Aspect("pains", _state(matched, found), "、".join(p.pain for p in wanted), "、".join(found), matched)


def _state(matched: Sequence[str], found: Sequence[str]) -> Fitting:
    if not found:
        return Fitting.UNKNOWN
    if not matched:
        return Fitting.DIFFERS
    return Fitting.FITS if len(matched) == len(found) else Fitting.PARTLY


def _range(name: str, wanted: Span[Any], found: Span[Any] | None, said: Any) -> Aspect:
    if found is None or not _says(found):
        return Aspect(name, Fitting.UNKNOWN, said(wanted), "")
    low, high = _meeting(wanted, found)
    if low is not None and high is not None and low > high:
        state = Fitting.DIFFERS
    else:
        state = Fitting.FITS if (low, high) == tuple(found) else Fitting.PARTLY
    return Aspect(name, state, said(wanted), said(found))


def _meeting(one: Span[Any], other: Span[Any]) -> tuple[Any, Any]:
    lows = [span.low for span in (one, other) if span.low is not None]
    highs = [span.high for span in (one, other) if span.high is not None]
    return (max(lows) if lows else None, min(highs) if highs else None)


def _says(span: Span[Any]) -> bool:
    return span.low is not None or span.high is not None


def _same_trade(one: str, other: str) -> bool:
    a, b = _trade(one), _trade(other)
    return bool(a and b) and (a in b or b in a)


def _trade(name: str) -> str:
    """制造业, 制造行业 and 汽车制造 share 制造."""
    key = text_key(name)
    return key.removesuffix("行业").removesuffix("业") or key


ALIKE = 0.5
"""So much of the shorter text's pairs of characters must occur in the other one."""


def _alike(one: str, other: str) -> bool:
    a, b = sorted((text_key(one), text_key(other)), key=len)
    if not a:
        return False
    pairs = {a[i : i + 2] for i in range(len(a) - 1)}
    return a in b or (len(pairs) >= 2 and sum(pair in b for pair in pairs) / len(pairs) >= ALIKE)
