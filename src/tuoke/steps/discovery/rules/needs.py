from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.services.exchange.rules import sound


class NeedKind(StrEnum):
    RIGID = "rigid"  # 刚性: must be solved, or the core business suffers
    ELASTIC = "elastic"  # 弹性: worth improving, not indispensable
    LATENT = "latent"  # 潜在: not yet seen by the customer, but worth money to him


class Priority(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class NeedState(StrEnum):
    DRAFT = "draft"  # noted, its kind not yet decided: counts nowhere
    LISTED = "listed"


class Origin(StrEnum):
    """How a need came into the list."""

    OWN = "own"  # typed or imported by us
    CALL = "call"  # noted during a call (S3.4)
    ANSWER = "answer"  # from an answer in an interview (S4.1)
    CUSTOMER = "customer"  # added by the customer on his page (S4.3)


class Manner(StrEnum):
    """How the customer confirmed a need."""

    LINK = "link"
    PHONE = "phone"
    MEETING = "meeting"
    MESSAGE = "message"
    MAIL = "mail"
    OTHER = "other"


DESCRIPTION_LIMIT = 2000
FIRST_DAY = date(2000, 1, 1)
DRAFTS_MOST = 20
"""What one call leaves behind as drafts; more is somebody's pasted document."""


@dataclass(frozen=True, slots=True)
class NeedDraft:
    """A need as it shall be. ``confirmed_on`` is the day on which the customer said so, None while he has not.

    ``pain`` is what lies behind the need that was said (表面需求 → 深层痛点), ``impact`` what it does to his business.
    """

    kind: NeedKind
    description: str
    priority: Priority
    contact_id: int | None = None
    confirmed_on: date | None = None
    confirmed_how: Manner | None = None
    pain: str = ""
    impact: str = ""
    said_by_customer: bool = False

    def says_other_than(self, *, kind: str, description: str, priority: str) -> bool:
        """Whether the customer would have to confirm it anew: words, kind or priority are no longer those."""
        return (self.kind.value, self.description.strip(), self.priority.value) != (kind, description, priority)


def may_be_listed(draft: NeedDraft, *, today: date) -> Verdict:
    """Every reason why this can't stand in the list of needs."""
    verdict = Verdict()
    if not draft.description.strip():
        verdict &= Verdict((Reason("description_missing"),))
    for name in ("description", "pain", "impact"):
        verdict &= text_verdict(getattr(draft, name), name=name)
    if draft.confirmed_on:
        verdict &= may_be_confirmed(draft.confirmed_on, today=today)
    return verdict


def text_verdict(text: str, *, name: str, limit: int = DESCRIPTION_LIMIT) -> Verdict:
    """Too long or unsound; the codes begin with the field's name."""
    if len(text) > limit:
        return Verdict((Reason(f"{name}_too_long", {"limit": limit, "length": len(text)}),))
    return Verdict() if sound(text) else Verdict((Reason(f"{name}_broken"),))


def may_be_confirmed(on: date, *, today: date) -> Verdict:
    if on > today:
        return Verdict((Reason("confirmed_in_future", {"today": today.isoformat()}),))
    if on < FIRST_DAY:
        return Verdict((Reason("confirmed_too_early", {"first": FIRST_DAY.isoformat()}),))
    return Verdict()


def all_confirmed(needs: Iterable[tuple[str, date | None]]) -> bool:
    """Whether the customer has confirmed his list: every rigid and elastic need, and there is one.

    Latent needs are ours to show; the customer hasn't said them yet.
    """
    said = [confirmed_on for kind, confirmed_on in needs if kind != NeedKind.LATENT]
    return bool(said) and all(said)


def text_mark(text: str) -> str:
    """What two wordings of the same description have in common."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).strip("。.；;，,！!")
