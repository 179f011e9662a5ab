"""Demonstrations, prototypes and trial accounts (S5.2). Plain Python."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import text_fault

REMIND_DAYS = 3
"""So many days before a trial ends its owner is told, and has it among his next actions."""
LONGEST_TRIAL = 366
MOST_OF_DEAL = 50
"""Demonstrations, and trials, that one deal may have."""
LINE_LIMIT, TEXT_LIMIT, ACCOUNT_LIMIT = 300, 2000, 120
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
_SECRET = re.compile(r"密码|口令|passw(?:or)?d|pwd|\bpw\s*[:：=]", re.IGNORECASE)


class DemoKind(StrEnum):
    DEMO = "demo"
    PROTOTYPE = "prototype"


class Reaction(StrEnum):
    """How the customer took it."""

    CONVINCED = "convinced"
    INTERESTED = "interested"
    NEUTRAL = "neutral"
    DOUBTFUL = "doubtful"
    UNKNOWN = ""


class DemoState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class DemoDraft:
    """What is to be shown, when, to whom. Whether the day can be planned, ``followups`` judges."""

    kind: DemoKind
    planned_on: date
    planned_time: time | None = None
    contact_id: int | None = None
    purpose: str = ""
    place: str = ""

    def faults(self) -> Verdict:
        return text_fault(self.purpose, field="purpose", limit=LINE_LIMIT) & text_fault(
            self.place, field="place", limit=200
        )


@dataclass(frozen=True, slots=True)
class HeldDraft:
    """What came of it. ``presented``: the proposal itself was gone through."""

    held_on: date
    shown: str
    feedback: str
    reaction: Reaction
    contact_id: int | None = None
    presented: bool = False

    def faults(self, *, today: date) -> Verdict:
        """held_in_future · day_odd · shown_missing · reaction_missing · too_long · text_broken."""
        verdict = YES if self.shown.strip() else no("shown_missing", field="shown")
        if self.held_on > today:
            verdict &= no("held_in_future", field="held_on", today=today.isoformat())
        verdict &= _day(self.held_on, field="held_on")
        if self.reaction is Reaction.UNKNOWN:
            verdict &= no("reaction_missing", field="reaction")
        verdict &= text_fault(self.shown, field="shown", limit=TEXT_LIMIT)
        return verdict & text_fault(self.feedback, field="feedback", limit=TEXT_LIMIT)


@dataclass(frozen=True, slots=True)
class TrialDraft:
    """Both days are included. ``account`` names it; a password doesn't belong here, and is refused."""

    account: str
    starts_on: date
    expires_on: date
    contact_id: int | None = None
    goal: str = ""

    def faults(self) -> Verdict:
        """account_missing · holds_password · ends_before_start · trial_too_long · day_odd · too_long · text_broken."""
        verdict = YES if self.account.strip() else no("account_missing", field="account")
        for field, limit in (("account", ACCOUNT_LIMIT), ("goal", LINE_LIMIT)):
            verdict &= text_fault(getattr(self, field), field=field, limit=limit)
            verdict &= no_secret(getattr(self, field), field=field)
        verdict &= _day(self.starts_on, field="starts_on") & _day(self.expires_on, field="expires_on")
        if self.expires_on < self.starts_on:
            verdict &= no("ends_before_start", field="expires_on")
        elif (self.expires_on - self.starts_on).days > LONGEST_TRIAL:
            verdict &= no("trial_too_long", field="expires_on", most=LONGEST_TRIAL)
        return verdict


def may_extend(*, starts_on: date, expires_on: date, to: date, today: date) -> Verdict:
    """Refused: not_later (than it is now), already_past, trial_too_long, day_odd."""
    verdict = _day(to, field="expires_on")
    if to <= expires_on:
        verdict &= no("not_later", field="expires_on", date=expires_on.isoformat())
    elif to < today:
        verdict &= no("already_past", field="expires_on", today=today.isoformat())
    elif (to - starts_on).days > LONGEST_TRIAL:
        verdict &= no("trial_too_long", field="expires_on", most=LONGEST_TRIAL)
    return verdict


def note_faults(text: str, *, field: str) -> Verdict:
    return text_fault(text, field=field, limit=TEXT_LIMIT if field == "usage" else LINE_LIMIT) & no_secret(
        text, field=field
    )


def no_secret(text: str, *, field: str) -> Verdict:
    """A password in a record is read by everybody who reads the record."""
    return no("holds_password", field=field) if _SECRET.search(text) else YES


def is_reminder_due(*, expires_on: date, reminded_on: date | None, today: date) -> bool:
    """Once for each expiry, ``REMIND_DAYS`` before it or as soon as it is noticed."""
    return reminded_on != expires_on and expires_on - today <= timedelta(days=REMIND_DAYS)


def _day(day: date, *, field: str) -> Verdict:
    return YES if EARLIEST <= day <= LATEST else no("day_odd", field=field)
