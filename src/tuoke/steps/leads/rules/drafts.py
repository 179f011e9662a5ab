"""A lead as somebody wants it to be: from a form, a file or the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from tuoke.base.kernel.verdict import Reason
from tuoke.spine.customers.rules import PARTY_LIMITS, Keys, keys_of, party_faults, text_faults
from tuoke.spine.customers.rules.drafts import MOST_YUAN, range_faults

LIMITS: Mapping[str, int] = {
    **PARTY_LIMITS,
    "company": 120,
    "contact": 60,
    "position": 60,
    "email": 254,
    "wechat": 60,
    "want": 5000,
    "source_detail": 120,
}
"""The longest text of each field."""


class Filling(Enum):
    """What becomes of a value that is known already, where new ones come in."""

    OVERWRITE = "overwrite"  # nothing known is overwritten by nothing
    GAPS = "gaps"  # it stays


@dataclass(frozen=True, slots=True)
class LeadDraft:
    """Amounts are yuan, open ends ``None``; ``phone`` is E.164 (an extension follows as ``x123``).

    ``want`` is what they want to buy: with the party it is the duplicate key. ``decision_maker``: is the one who
    decides contacted; ``None`` is unknown, never 'no'. ``owner_id`` ``None`` puts it into the pool.
    """

    market: str = "tob"
    company: str = ""
    contact: str = ""
    position: str = ""
    phone: str = ""
    email: str = ""
    wechat: str = ""
    credit_code: str = ""
    industry: str = ""
    region: str = ""
    address: str = ""
    staff_low: int | None = None
    staff_high: int | None = None
    revenue_low: Decimal | None = None
    revenue_high: Decimal | None = None
    budget_low: Decimal | None = None
    budget_high: Decimal | None = None
    purchase_on: date | None = None
    decision_maker: bool | None = None
    want: str = ""
    source_id: int | None = None
    source_detail: str = ""
    referrer_id: int | None = None
    campaign_id: int | None = None
    note: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    owner_id: int | None = None
    is_practice: bool = False

    @property
    def keys(self) -> Keys:
        return keys_of(
            company=self.company, contact=self.contact, phone=self.phone,
            email=self.email, wechat=self.wechat, want=self.want,
        )  # fmt: skip


def faults(draft: LeadDraft) -> tuple[Reason, ...]:
    """Everything that forbids storing the draft; ``field`` in the params names the place."""
    nobody = not (draft.company or draft.contact or draft.phone or draft.email or draft.wechat)
    return (
        *((Reason("nobody", {"field": "company"}),) if nobody else ()),
        *text_faults(draft, LIMITS),
        *party_faults(draft),
        *range_faults("budget", draft.budget_low, draft.budget_high, MOST_YUAN),
    )


_PAIRS = (("staff_low", "staff_high"), ("revenue_low", "revenue_high"), ("budget_low", "budget_high"))
_SINGLE = (
    "company", "contact", "position", "phone", "email", "wechat", "credit_code", "industry", "region", "address",
    "purchase_on", "decision_maker", "want", "source_id", "source_detail", "note",
)  # fmt: skip


def merged(old: LeadDraft, new: LeadDraft) -> LeadDraft:
    """``old`` with what ``new`` knows. Nothing known is overwritten by nothing; a range is replaced as a whole."""
    changes: dict[str, Any] = {}
    for name in _SINGLE:
        value = getattr(new, name)
        if value not in ("", None):
            changes[name] = value
    for low, high in _PAIRS:
        ends = getattr(new, low), getattr(new, high)
        if ends != (None, None):
            changes[low], changes[high] = ends
    if new.attributes:
        changes["attributes"] = {**old.attributes, **new.attributes}
    return replace(old, **changes)


def completed(old: LeadDraft, new: LeadDraft) -> LeadDraft:
    """``old``, and what only ``new`` knows. A range that is known at one end is known."""
    kept = {name: getattr(old, name) for name in _known(old)}
    return replace(merged(old, new), **kept, attributes={**new.attributes, **old.attributes})


def differences(old: LeadDraft, new: LeadDraft) -> tuple[str, ...]:
    """The fields of which both know something, and not the same; a range by the name of its lower end."""
    both = merged(old, new)
    known = (name for name in _SINGLE if getattr(old, name) not in ("", None))
    single = (name for name in known if getattr(both, name) != getattr(old, name))
    ranges = (
        low
        for low, high in _PAIRS
        if (ends := (getattr(old, low), getattr(old, high))) != (None, None)
        and (getattr(both, low), getattr(both, high)) != ends
    )
    return (*single, *ranges)


def _known(draft: LeadDraft) -> Iterator[str]:
    yield from (name for name in _SINGLE if getattr(draft, name) not in ("", None))
    for low, high in _PAIRS:
        if (getattr(draft, low), getattr(draft, high)) != (None, None):
            yield from (low, high)
