"""What a follow-up and a next action must say (F1, F2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.services.exchange.rules import sound
from tuoke.spine.customers.rules import Channel


class FollowUpOutcome(StrEnum):
    PROGRESS = "progress"  # 推进
    STALLED = "stalled"  # 停滞
    WON = "won"  # 成交
    REFUSED = "refused"  # 拒绝
    UNKNOWN = ""  # imported rows that do not say


ADVANCING = frozenset({FollowUpOutcome.PROGRESS, FollowUpOutcome.WON})
SUMMARY_LIMIT = 4000
TITLE_LIMIT = 200
NOTE_LIMIT = 200
PLACE_LIMIT = 200
MINUTES = range(5, 24 * 60 + 1)
FIRST_DAY = date(2000, 1, 1)
CLOCK_SLACK = timedelta(minutes=5)
FARTHEST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Plan:
    """A next action as it is asked for. ``owner_id`` None means whoever asks.

    With a time it stands in the calendar, ``minutes`` long: a meeting (ADR 14). ``contact_id`` is whom it is with.
    """

    title: str
    due_on: date | None
    due_time: time | None = None
    owner_id: int | None = None
    channel: str = ""
    minutes: int | None = None
    place: str = ""
    contact_id: int | None = None


def may_be_recorded(*, summary: str, at: datetime, now: datetime, channels: Sequence[str]) -> Verdict:
    """Every reason why this can't be a follow-up. Both times are aware."""
    reasons: list[Reason] = []
    if not summary.strip():
        reasons.append(Reason("summary_missing"))
    reasons += _text_reasons("summary", summary, SUMMARY_LIMIT)
    if not channels:
        reasons.append(Reason("channel_missing"))
    if unknown := [c for c in channels if c not in set(Channel)]:
        reasons.append(Reason("channel_unknown", {"text": unknown[0][:40]}))
    if at > now + CLOCK_SLACK:
        reasons.append(Reason("at_in_future"))
    if at.date() < FIRST_DAY:
        reasons.append(Reason("at_too_early", {"first": FIRST_DAY.isoformat()}))
    return Verdict(tuple(reasons))


def may_be_planned(plan: Plan, *, today: date) -> Verdict:
    """Every reason why this can't be a next action: F2 wants a deed, an owner and a deadline."""
    reasons: list[Reason] = []
    if not plan.title.strip():
        reasons.append(Reason("title_missing"))
    reasons += _text_reasons("title", plan.title, TITLE_LIMIT)
    if plan.due_on is None:
        reasons.append(Reason("due_missing"))
    else:
        reasons += may_be_due(plan.due_on, today=today).reasons
    reasons += _text_reasons("place", plan.place, PLACE_LIMIT)
    if plan.minutes is not None:
        reasons += _length_reasons(plan.minutes, at=plan.due_time)
    return Verdict(tuple(reasons))


def _length_reasons(minutes: int, *, at: time | None) -> list[Reason]:
    if at is None:
        return [Reason("time_missing")]
    if minutes not in MINUTES:
        return [Reason("minutes_out_of_range", {"least": MINUTES.start, "most": MINUTES.stop - 1})]
    return []


def may_be_due(due_on: date, *, today: date) -> Verdict:
    if due_on < today:
        return Verdict((Reason("due_in_past", {"today": today.isoformat()}),))
    if due_on - today > FARTHEST:
        return Verdict((Reason("due_too_far", {"last": (today + FARTHEST).isoformat()}),))
    return Verdict()


def may_be_noted(note: str) -> Verdict:
    return Verdict(tuple(_text_reasons("note", note, NOTE_LIMIT)))


def next_monday(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())


def _text_reasons(field: str, text: str, limit: int) -> list[Reason]:
    if len(text) > limit:
        return [Reason(f"{field}_too_long", {"limit": limit, "length": len(text)})]
    return [] if sound(text) else [Reason(f"{field}_broken")]
