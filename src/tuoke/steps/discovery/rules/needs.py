from __future__ import annotations

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


DESCRIPTION_LIMIT = 2000
FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class NeedDraft:
    """A need as it shall be. ``confirmed_on`` is the day on which the customer said so, None while he has not."""

    kind: NeedKind
    description: str
    priority: Priority
    contact_id: int | None = None
    confirmed_on: date | None = None


def may_be_listed(draft: NeedDraft, *, today: date) -> Verdict:
    """Every reason why this can't stand in the list of needs."""
    reasons: list[Reason] = []
    if not draft.description.strip():
        reasons.append(Reason("description_missing"))
    if len(draft.description) > DESCRIPTION_LIMIT:
        found = {"limit": DESCRIPTION_LIMIT, "length": len(draft.description)}
        reasons.append(Reason("description_too_long", found))
    elif not sound(draft.description):
        reasons.append(Reason("description_broken"))
    if draft.confirmed_on:
        reasons += may_be_confirmed(draft.confirmed_on, today=today).reasons
    return Verdict(tuple(reasons))


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
