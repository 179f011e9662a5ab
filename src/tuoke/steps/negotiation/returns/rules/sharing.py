"""A calculation on its way to the customer, and his own variants coming back (S6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.services.links.rules import DAYS_LEAST, DAYS_MOST

TITLE_LIMIT, NOTE_LIMIT, NAME_LIMIT = 60, 1000, 60
MOST_SCENARIOS = 200
MOST_VARIANTS = 30
"""So many variants come back through one link; then the customer is asked to call."""
VALID_USUAL = timedelta(days=14)


class Origin(StrEnum):
    TEAM = "team"
    CUSTOMER = "customer"


class SharedState(StrEnum):
    """What the customer can do with the page behind his link."""

    OPEN = "open"
    CLOSED = "closed"  # the deal is lost or void
    GONE = "gone"  # he isn't to be contacted any more, or the calculation was withdrawn


@dataclass(frozen=True, slots=True)
class SendDraft:
    """``shows_rivals``: he sees the comparison too. ``challenge``: the last four digits of his phone are asked for."""

    contact_id: int | None
    expires_on: date | None
    message: str = ""
    shows_rivals: bool = False
    challenge: bool = False

    def faults(self, *, phone_digits: str, today: date) -> Verdict:
        verdict = YES if self.contact_id else no("contact_missing", field="contact")
        if self.expires_on is None:
            verdict &= no("expires_missing", field="expires_on")
        elif not DAYS_LEAST <= (self.expires_on - today).days <= DAYS_MOST:
            verdict &= no("expiry_out_of_range", field="expires_on", least=DAYS_LEAST, most=DAYS_MOST)
        if self.challenge and not phone_digits:
            verdict &= no("phone_missing", field="challenge")
        return verdict & text_fault(self.message, field="message", limit=NOTE_LIMIT)


def said_fault(*, title: str, note: str) -> Verdict:
    return text_fault(title, field="title", limit=TITLE_LIMIT) & text_fault(note, field="note", limit=NOTE_LIMIT)
