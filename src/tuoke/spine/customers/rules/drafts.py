"""What somebody wants a customer or contact to be, and what can't be stored of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from tuoke.base.kernel.verdict import Reason
from tuoke.services.exchange.rules import sound

PARTY_LIMITS: Mapping[str, int] = {
    "credit_code": 18,
    "industry": 80,
    "region": 80,
    "address": 200,
    "phone": 40,
    "note": 20_000,
}
CUSTOMER_LIMITS: Mapping[str, int] = {"name": 120, **PARTY_LIMITS}
CONTACT_LIMITS: Mapping[str, int] = {
    "name": 60, "position": 60, "phone": 40, "email": 254, "wechat": 60, "note": 2000,
}  # fmt: skip
SILENCE_LIMIT = 200
MOST_STAFF = 2_147_483_647
MOST_YUAN = Decimal(10) ** 13
MOST_ATTRIBUTES = 200


class PartyLike(Protocol):
    """The ranges that every party has."""

    @property
    def staff_low(self) -> int | None: ...
    @property
    def staff_high(self) -> int | None: ...
    @property
    def revenue_low(self) -> Decimal | None: ...
    @property
    def revenue_high(self) -> Decimal | None: ...
    @property
    def attributes(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """A customer as it shall be. Amounts are yuan, open ends ``None``, ``phone`` in E.164."""

    name: str
    market: str = "tob"
    phone: str = ""
    credit_code: str = ""
    industry: str = ""
    region: str = ""
    address: str = ""
    staff_low: int | None = None
    staff_high: int | None = None
    revenue_low: Decimal | None = None
    revenue_high: Decimal | None = None
    note: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    owner_id: int | None = None
    is_practice: bool = False

    def faults(self) -> tuple[Reason, ...]:
        nameless = () if self.name.strip() else (Reason("blank", {"field": "name"}),)
        return (*nameless, *text_faults(self, CUSTOMER_LIMITS), *party_faults(self))


@dataclass(frozen=True, slots=True)
class ContactDraft:
    name: str
    position: str = ""
    phone: str = ""
    email: str = ""
    wechat: str = ""
    preferred_channel: str = ""
    role: str = ""
    contacted_on: date | None = None
    note: str = ""

    def faults(self) -> tuple[Reason, ...]:
        nameless = () if self.name.strip() else (Reason("blank", {"field": "name"}),)
        return (*nameless, *text_faults(self, CONTACT_LIMITS))


def text_faults(draft: object, limits: Mapping[str, int]) -> Iterator[Reason]:
    """Texts that are too long for their column, or that a database can't hold (NUL, lone surrogates)."""
    for name, limit in limits.items():
        value: str = getattr(draft, name)
        if not value:
            continue
        if len(value) > limit:
            yield Reason("too_long", {"field": name, "limit": limit, "found": len(value)})
        elif not sound(value):
            yield Reason("text_broken", {"field": name})


def party_faults(draft: PartyLike) -> Iterator[Reason]:
    """Ranges upside down, negative or beyond all measure; attributes that no column can hold."""
    yield from range_faults("staff", draft.staff_low, draft.staff_high, MOST_STAFF)
    yield from range_faults("revenue", draft.revenue_low, draft.revenue_high, MOST_YUAN)
    if draft.attributes and not _sound_attributes(draft.attributes):
        yield Reason("text_broken", {"field": "attributes"})


def range_faults(
    name: str, low: int | Decimal | None, high: int | Decimal | None, most: int | Decimal
) -> Iterator[Reason]:
    for end in (low, high):
        if end is None:
            continue
        if end < 0:
            yield Reason("negative", {"field": name})
            return
        if end > most:
            yield Reason("too_big", {"field": name})
            return
    if low is not None and high is not None and low > high:
        yield Reason("range_reversed", {"field": name})


def _sound_attributes(attributes: Mapping[str, Any]) -> bool:
    if len(attributes) > MOST_ATTRIBUTES:
        return False
    return all(sound(str(key)) and sound(str(value)) for key, value in attributes.items())
