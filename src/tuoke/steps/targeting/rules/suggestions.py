"""What closed deals suggest for a profile (S1.3): values to take in and values to leave out, never on too few cases.

A value is suggested when it has at least ``minimum`` closed deals, all others together have as many, and the interval
of the difference of their win rates (``evidence.difference``) doesn't reach 0. The interval is Bonferroni-widened over
the values of the cut that have cases enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from tuoke.services.exchange.rules import Span, count_range, text_key
from tuoke.spine.catalog.rules import Market
from tuoke.spine.library.rules import CONFIDENCE
from tuoke.steps.targeting.rules.content import LIST_LIMIT, ProfileContent, says
from tuoke.steps.targeting.rules.evidence import Cut, Rate, difference
from tuoke.steps.targeting.rules.phrases import count_text

PLACES: Mapping[str, Mapping[str, str]] = {
    Market.TOB: {"industry": "industries", "size": "staff", "region": "regions", "source": "sources"},
    Market.TOC: {"region": "regions", "source": "sources"},
}
"""By market, where a profile takes the values of a cut in."""

BANDS: tuple[Span[int], ...] = (
    Span(1, 49), Span(50, 99), Span(100, 499), Span(500, 999), Span(1000, 4999), Span(5000, None),
)  # fmt: skip


class State(StrEnum):
    ADD = "add"  # wins more often than the others: suggested
    DROP = "drop"  # in the profile, wins less often than the others: suggested to leave out
    HELD = "held"  # in the profile, and nothing speaks against it
    AVOID = "avoid"  # not in the profile, and wins less often
    ALIKE = "alike"  # no difference that the cases can tell
    THIN = "thin"  # too few cases with the value
    ALONE = "alone"  # too few cases without it
    STRETCH = "stretch"  # wins more or less often, but one range can't say it: by hand
    UNPLACED = "unplaced"  # evidence only: the profile has no place for it


@dataclass(frozen=True, slots=True)
class Finding:
    """What the cases say of one value. ``low`` and ``high``: the difference of win rates, inside minus outside, with
    ``confidence``; ``missing``: how many cases more it takes before anything can be said."""

    field: str
    value: str
    state: State
    inside: Rate
    outside: Rate
    low: float = -1.0
    high: float = 1.0
    confidence: float = CONFIDENCE
    missing: int = 0

    @property
    def is_suggested(self) -> bool:
        return self.state in (State.ADD, State.DROP)

    @property
    def gap(self) -> float:
        return self.inside.share - self.outside.share


def findings(cut: Cut, content: ProfileContent, *, market: str, minimum: int) -> tuple[Finding, ...]:
    """What the cut says of each of its values, in its order."""
    known = cut.known
    rates = {group.value: (group.rate, (known - group.tally).rate) for group in cut.groups}
    enough = [value for value, (one, rest) in rates.items() if min(one.n, rest.n) >= minimum]
    confidence = 1 - (1 - CONFIDENCE) / max(1, len(enough))
    found = []
    for value, (inside, outside) in rates.items():
        low, high = difference(inside, outside, confidence)
        found.append(Finding(cut.field, value, State.ALIKE, inside, outside, low, high, confidence))
    losing = {f.value for f in found if f.value in enough and f.high < 0}
    return tuple(_judged(finding, content, market, minimum, losing) for finding in found)


def suggestions(found: Iterable[Finding]) -> list[Finding]:
    """Those to be accepted, the clearest first."""
    return sorted((f for f in found if f.is_suggested), key=lambda f: (f.state, -abs(f.gap), f.value))


def accepted(content: ProfileContent, finding: Finding, *, market: str) -> ProfileContent:
    """The content with a suggestion taken in. Only for findings that are suggested."""
    place = PLACES[market][finding.field]
    if place == "staff":
        staff = _staff_with(content.staff, finding.value, set()) if finding.state is State.ADD else None
        return replace(content, staff=staff or _staff_without(content.staff, finding.value) or content.staff)
    values: tuple[str, ...] = getattr(content, place)
    is_added = finding.state is State.ADD
    kept = (*values, finding.value) if is_added else tuple(v for v in values if _key(v) != _key(finding.value))
    said: dict[str, Any] = {place: kept}
    return replace(content, **said)


def band_of(low: int | None, high: int | None) -> str:
    """The size band of a head-count: where its middle lies, of a range with an open end where its end lies."""
    if low is None and high is None:
        return ""
    ends = [end for end in (low, high) if end is not None]
    middle = sum(ends) // len(ends) - (low is None)
    band = next((b for b in BANDS if b.high is None or middle <= b.high), BANDS[-1])
    return count_text(band, "人")


def band_said(text: str) -> str:
    """The size band of what a history file says (358, 100-500人); a text that is no number stays itself."""
    found = count_range(text)
    return band_of(*found) or text if isinstance(found, Span) else text


def _judged(finding: Finding, content: ProfileContent, market: str, minimum: int, losing: set[str]) -> Finding:
    place = PLACES[market].get(finding.field)
    if place is None or (place == "staff" and _band(finding.value) is None):
        return replace(finding, state=State.UNPLACED)
    if finding.inside.n < minimum:
        return replace(finding, state=State.THIN, missing=minimum - finding.inside.n)
    if finding.outside.n < minimum:
        return replace(finding, state=State.ALONE, missing=minimum - finding.outside.n)
    if place == "staff":
        return replace(finding, state=_size_state(finding, content.staff, losing))
    return replace(finding, state=_list_state(finding, place, getattr(content, place)))


def _list_state(finding: Finding, place: str, values: tuple[str, ...]) -> State:
    is_held = any(_covers(place, value, finding.value) for value in values)
    is_named = any(_key(value) == _key(finding.value) for value in values)
    if finding.low > 0 and not is_held:
        return State.ADD if len(values) < LIST_LIMIT else State.STRETCH
    if finding.high < 0:
        return State.DROP if is_named else State.STRETCH if is_held else State.AVOID
    return State.HELD if is_held else State.ALIKE


def _size_state(finding: Finding, staff: Span[int], losing: set[str]) -> State:
    band = _band(finding.value)
    is_held = band is not None and says(staff) and _meet(staff, band)
    if finding.low > 0 and not is_held:
        return State.ADD if _staff_with(staff, finding.value, losing) else State.STRETCH
    if finding.high < 0 and is_held:
        return State.DROP if _staff_without(staff, finding.value) else State.STRETCH
    if finding.high < 0:
        return State.AVOID
    return State.HELD if is_held else State.ALIKE


def _staff_with(staff: Span[int], value: str, losing: set[str]) -> Span[int] | None:
    """The range that reaches the band too; None where a band that loses lies between."""
    band = _band(value)
    if band is None:
        return None
    if not says(staff):
        return band
    lows = None if staff.low is None or band.low is None else min(staff.low, band.low)
    highs = None if staff.high is None or band.high is None else max(staff.high, band.high)
    hull = Span(lows, highs)
    others = [b for b in BANDS if b != band and _meet(hull, b) and not _meet(staff, b)]
    return None if any(count_text(b, "人") in losing for b in others) else hull


def _staff_without(staff: Span[int], value: str) -> Span[int] | None:
    """The range without the band at one of its ends; None where it lies in the middle or nothing would be left."""
    band = _band(value)
    if band is None:
        return None
    covers_low = band.low is not None and (staff.low or 0) >= band.low
    covers_high = band.high is None or (staff.high is not None and staff.high <= band.high)
    if covers_low == covers_high:
        return None
    if covers_low:
        return Span(band.high + 1, staff.high) if band.high is not None else None
    return Span(staff.low, band.low - 1) if band.low is not None else None


def _band(value: str) -> Span[int] | None:
    return next((band for band in BANDS if count_text(band, "人") == value), None)


def _meet(one: Span[int], other: Span[int]) -> bool:
    starts_in_time = one.low is None or other.high is None or one.low <= other.high
    return starts_in_time and (one.high is None or other.low is None or other.low <= one.high)


def _covers(place: str, said: str, value: str) -> bool:
    """Does what the profile says hold for this value? 制造 holds for 汽车制造业, 江苏 for 江苏苏州."""
    one, other = _key(said), _key(value)
    if place == "sources":
        return one == other
    return bool(one and other) and (one in other or other in one)


def _key(text: Any) -> str:
    key = text_key(str(text))
    return key.removesuffix("行业").removesuffix("业") or key
