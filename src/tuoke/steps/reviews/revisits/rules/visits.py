"""What is learned on a visit (S8.2): how it is used, how satisfied the customer is, what he needs next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.spine.customers.rules import Channel

TEXT_LIMIT, REASON_LIMIT = 2000, 200
SCORES = range(11)
LOW = 6
"""This and below is dissatisfaction: of eleven points, what those give who would rather warn others."""
FIRST_DAY = date(2000, 1, 1)


class State(StrEnum):
    DUE = "due"
    DONE = "done"
    SKIPPED = "skipped"


class Usage(StrEnum):
    """How much of what he bought is used, compared with the last time."""

    GROWING = "growing"
    STEADY = "steady"
    FALLING = "falling"
    UNUSED = "unused"
    UNKNOWN = ""


FADING = frozenset({Usage.FALLING, Usage.UNUSED})


class Opening(StrEnum):
    """What kind of second sale it is."""

    MORE = "more"  # 增购
    UPGRADE = "upgrade"  # 升级
    EXTEND = "extend"  # 扩展到新部门、新厂区
    RENEW = "renew"  # 续约
    AGAIN = "again"  # 丢单后重新启动
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class VisitDraft:
    """A visit as it is written down. ``satisfaction`` is what the customer said, 0–10, and ``contact_id`` who."""

    done_on: date | None
    channel: str
    contact_id: int | None
    usage: str = ""
    usage_level: str = ""
    satisfaction: int | None = None
    new_needs: str = ""

    def faults(self, *, today: date) -> Verdict:
        verdict = _day_faults(self.done_on, today=today)
        if not self.channel:
            verdict &= no("channel_missing", field="channel")
        elif self.channel not in set(Channel):
            verdict &= no("channel_unknown", field="channel")
        if self.usage_level not in set(Usage):
            verdict &= no("usage_unknown", field="usage_level")
        if not self.usage.strip():
            verdict &= no("usage_missing", field="usage")
        if self.satisfaction is not None:
            verdict &= score_faults(self.satisfaction)
            if self.contact_id is None:
                verdict &= no("score_without_person", field="contact")
        for field in ("usage", "new_needs"):
            verdict &= text_fault(getattr(self, field), field=field, limit=TEXT_LIMIT)
        return verdict


def score_faults(score: int, *, field: str = "satisfaction") -> Verdict:
    return YES if score in SCORES else no("score_out_of_range", field=field, least=0, most=10)


def may_skip(reason: str) -> Verdict:
    if not reason.strip():
        return no("reason_missing", field="reason")
    return text_fault(reason, field="reason", limit=REASON_LIMIT)


def _day_faults(day: date | None, *, today: date) -> Verdict:
    if day is None:
        return no("day_missing", field="done_on")
    if day > today:
        return no("day_in_future", field="done_on", today=today.isoformat())
    return no("day_too_early", field="done_on", first=FIRST_DAY.isoformat()) if day < FIRST_DAY else YES
