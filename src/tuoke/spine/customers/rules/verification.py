"""核验 (S2.7): a fact is verified when two independent kinds of source agree on it, and no source says otherwise.

Ranges agree when all of them overlap; texts when one contains the other once they are folded (``text_key``). Two
statements from the same kind of source are one: two colleagues who both heard it from the customer prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tuoke.base.kernel.verdict import Reason
from tuoke.services.exchange.rules import text_key
from tuoke.spine.customers.rules.vocabulary import FactKind

TEXT_LIMIT = 200
REFERENCE_LIMIT = 500
OLDEST = date(1990, 1, 1)


class FactKey(StrEnum):
    """What a statement is about."""

    STAFF = "staff"  # 规模: persons
    REVENUE = "revenue"  # 规模: yuan a year
    BUDGET = "budget"  # yuan
    WANT = "want"
    CONTACT = "contact"


class SourceKind(StrEnum):
    """Where a statement comes from; each kind is independent of the others."""

    WEBSITE = "website"  # 官网
    ANNUAL_REPORT = "annual_report"  # 年报
    THIRD_PARTY = "third_party"  # 第三方平台
    REGISTRY = "registry"  # 工商信息
    CUSTOMER = "customer"  # 客户口述
    VISIT = "visit"  # 实地走访
    OTHER = "other"


KIND_OF: Mapping[FactKey, FactKind] = {
    FactKey.STAFF: FactKind.SCALE,
    FactKey.REVENUE: FactKind.SCALE,
    FactKey.BUDGET: FactKind.BUDGET,
    FactKey.WANT: FactKind.WANT,
    FactKey.CONTACT: FactKind.CONTACT,
}
RANGES = (FactKey.STAFF, FactKey.REVENUE, FactKey.BUDGET)


class FactState(StrEnum):
    UNKNOWN = "unknown"
    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class FactValue:
    """A range (``text`` empty) or a text. Open ends are None; counts are whole Decimals."""

    low: Decimal | None = None
    high: Decimal | None = None
    text: str = ""

    @property
    def is_known(self) -> bool:
        return self.low is not None or self.high is not None or bool(self.text.strip())


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says. ``reference`` is a link or where it can be read again."""

    key: FactKey
    value: FactValue
    source: SourceKind
    observed_on: date
    reference: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a fact stands. ``agreeing`` are the kinds of source that say what the record says (or, where it says
    nothing, the same as each other); ``against`` the positions of the statements that say otherwise."""

    state: FactState
    agreeing: frozenset[SourceKind] = frozenset()
    against: tuple[int, ...] = ()


def standing(present: FactValue, said: Sequence[Statement]) -> Standing:
    """``present`` is what the record says; ``said`` the statements about this one fact."""
    if not said:
        return Standing(FactState.UNVERIFIED if present.is_known else FactState.UNKNOWN)
    held = present if present.is_known else said[0].value
    against = tuple(place for place, one in enumerate(said) if not agree(held, one.value))
    together = [one for place, one in enumerate(said) if place not in against]
    kinds = frozenset(one.source for one in together)
    if against or not agree_all([held, *(one.value for one in together)]):
        return Standing(FactState.DISPUTED, kinds, against)
    return Standing(FactState.VERIFIED if len(kinds) >= 2 else FactState.UNVERIFIED, kinds)


def agree(one: FactValue, other: FactValue) -> bool:
    if one.text or other.text:
        mine, theirs = text_key(one.text), text_key(other.text)
        return bool(mine and theirs) and (mine in theirs or theirs in mine)
    return agree_all([one, other])


def agree_all(values: Iterable[FactValue]) -> bool:
    """Have these ranges a point in common? Texts are compared in pairs, not here."""
    ranges = [value for value in values if not value.text]
    lows = [value.low for value in ranges if value.low is not None]
    highs = [value.high for value in ranges if value.high is not None]
    return not lows or not highs or max(lows) <= min(highs)


def bits(standings: Mapping[FactKey, Standing]) -> tuple[FactKind, FactKind]:
    """What is verified and what is disputed, as a party keeps it. The size is verified by staff or revenue."""
    verified, disputed = FactKind(0), FactKind(0)
    for key, found in standings.items():
        if found.state is FactState.VERIFIED:
            verified |= KIND_OF[key]
        if found.state is FactState.DISPUTED:
            disputed |= KIND_OF[key]
    return verified & ~disputed, disputed


def faults(statement: Statement, *, today: date) -> tuple[Reason, ...]:
    """value_missing, range_reversed, negative, text_too_long, reference_missing, date_in_future, date_too_early."""
    found: list[Reason] = []
    value = statement.value
    if not value.is_known:
        found.append(Reason("value_missing", {"field": "value"}))
    if value.low is not None and value.high is not None and value.low > value.high:
        found.append(Reason("range_reversed", {"field": "value"}))
    if any(end is not None and end < 0 for end in (value.low, value.high)):
        found.append(Reason("negative", {"field": "value"}))
    if len(value.text) > TEXT_LIMIT:
        found.append(Reason("text_too_long", {"field": "value", "limit": TEXT_LIMIT}))
    if statement.source is not SourceKind.CUSTOMER and not statement.reference.strip():
        found.append(Reason("reference_missing", {"field": "reference"}))
    if len(statement.reference) > REFERENCE_LIMIT:
        found.append(Reason("text_too_long", {"field": "reference", "limit": REFERENCE_LIMIT}))
    if statement.observed_on > today:
        found.append(Reason("date_in_future", {"field": "observed_on"}))
    elif statement.observed_on < OLDEST:
        found.append(Reason("date_too_early", {"field": "observed_on"}))
    return tuple(found)
