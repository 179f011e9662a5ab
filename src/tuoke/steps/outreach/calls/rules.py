"""What a call was, what of it is worth a hint, and when to try again. Plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.services.exchange.rules import sound
from tuoke.spine.followups.rules import FollowUpOutcome, Plan


class Reached(StrEnum):
    """Whether the call came about; what didn't is an attempt and counts nowhere as a contact."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"  # 没接通
    BUSY = "busy"  # 占线
    CALLBACK = "callback"  # 约时间回拨


UNANSWERED = tuple(kind.value for kind in Reached if kind is not Reached.REACHED)
"""Attempts."""


class TalkShare(StrEnum):
    """Who talked more, as the rep felt it."""

    CUSTOMER = "customer"
    EVEN = "even"
    OURS = "ours"
    UNKNOWN = ""


class WantHow(StrEnum):
    """What becomes of a lead's 需求 with what was heard: nothing known is overwritten without being asked."""

    KEEP = "keep"
    APPEND = "append"
    REPLACE = "replace"


class Hint(StrEnum):
    """What to do better next time; never a block (S3.5)."""

    LONG = "long"
    SHORT = "short"
    PRICE = "price"
    DRIFTED = "drifted"
    WE_TALKED = "we_talked"
    NO_NEXT = "no_next"
    NO_STATUS = "no_status"
    NO_NEED = "no_need"
    UNTIMED = "untimed"


AMBER, RED = 15 * 60, 20 * 60
"""The window of a first call in seconds: amber from 15 minutes on, red from 20 (S3.4)."""
CURT = 5 * 60
LONGEST = 24 * 3600
TEXT_LIMIT, SHORT_LIMIT = 2000, 200
MOST_LINES = 20
LINE_LIMIT = 500
_TEXTS = {
    "current_solution": TEXT_LIMIT,
    "pains": TEXT_LIMIT,
    "problem": TEXT_LIMIT,
    "time_frame": SHORT_LIMIT,
    "material": SHORT_LIMIT,
    "listen_note": TEXT_LIMIT,
    "note": TEXT_LIMIT,
}
_EVENING = time(17, 30)
_MORNING, _AFTERNOON, _FIRST = time(10, 0), time(14, 30), time(9, 30)


@dataclass(frozen=True, slots=True)
class Person:
    """基本信息 as they shall stand after the call. A contact has ``role`` and ``preferred_channel``, a lead only knows
    whether the one who decides was contacted."""

    name: str
    position: str = ""
    phone: str = ""
    email: str = ""
    wechat: str = ""
    preferred_channel: str = ""
    role: str = ""
    decision_maker: bool | None = None


@dataclass(frozen=True, slots=True)
class CallDraft:
    """A call as it is to be saved. ``token`` names it: the same one again is the call that is there.

    ``person`` None leaves contact and lead as they are; ``contact_id`` None with a ``person`` is a new contact (or the
    lead itself). ``version`` is that of the contact or lead when the desk was opened.
    """

    token: str
    started_at: datetime
    channel: str
    outcome: FollowUpOutcome
    summary: str
    reached: Reached = Reached.REACHED
    seconds: int = 0
    contact_id: int | None = None
    person: Person | None = None
    version: int | None = None
    accepts_duplicate: bool = False
    want_how: WantHow = WantHow.KEEP
    current_solution: str = ""
    pains: str = ""
    problem: str = ""
    time_frame: str = ""
    material: str = ""
    listen_note: str = ""
    note: str = ""
    talk_share: TalkShare = TalkShare.UNKNOWN
    price_pitched: bool = False
    drifted: bool = False
    script_id: int | None = None
    opening_id: int | None = None
    action_id: int | None = None
    plan: Plan | None = field(default=None)

    @property
    def is_reached(self) -> bool:
        return self.reached is Reached.REACHED

    @property
    def needs(self) -> tuple[str, ...]:
        """Each line of what hurts and of what shall be solved, once: the drafts of needs."""
        return tuple(dict.fromkeys((*lines_of(self.pains), *lines_of(self.problem))))

    @property
    def gained(self) -> bool:
        """下一次沟通约到了: moved on, and a next action with a time or a way to reach the customer (S3.2)."""
        if not self.is_reached or self.outcome is not FollowUpOutcome.PROGRESS or self.plan is None:
            return False
        return self.plan.due_time is not None or bool(self.plan.channel)


def lines_of(text: str) -> list[str]:
    """The lines that say something, without what people put before them in a list."""
    said = (line.strip().lstrip("-·•*、 ").strip() for line in text.splitlines())
    return [line for line in said if line]


def may_be_saved(draft: CallDraft) -> Verdict:
    """Every reason why these notes can't be kept; follow-up, next action and person are judged where they live."""
    return Verdict(tuple(_faults(draft)))


def _faults(draft: CallDraft) -> Iterator[Reason]:
    for name, limit in _TEXTS.items():
        said: str = getattr(draft, name)
        if len(said) > limit:
            yield Reason("call_text_too_long", {"field": name, "limit": limit, "length": len(said)})
        elif not sound(said):
            yield Reason("call_text_broken", {"field": name})
    for name in ("pains", "problem"):
        if any(len(line) > LINE_LIMIT for line in lines_of(getattr(draft, name))):
            yield Reason("call_line_too_long", {"field": name, "limit": LINE_LIMIT})
    if len(draft.needs) > MOST_LINES:
        yield Reason("call_too_many_lines", {"field": "pains", "limit": MOST_LINES, "length": len(draft.needs)})
    if not 0 <= draft.seconds <= LONGEST:
        yield Reason("call_seconds_wrong", {"field": "minutes", "limit": LONGEST // 3600})


def hints_of(draft: CallDraft, *, is_first: bool) -> tuple[Hint, ...]:
    """What the review of the call says, the gravest first. An attempt that reached nobody has none."""
    if not draft.is_reached:
        return ()
    return tuple(_hints(draft, is_first=is_first))


def _hints(draft: CallDraft, *, is_first: bool) -> Iterator[Hint]:
    if draft.plan is None and draft.outcome is not FollowUpOutcome.REFUSED:
        yield Hint.NO_NEXT
    if is_first and draft.price_pitched:
        yield Hint.PRICE
    if draft.drifted:
        yield Hint.DRIFTED
    if draft.talk_share is TalkShare.OURS:
        yield Hint.WE_TALKED
    if is_first and draft.seconds > RED:
        yield Hint.LONG
    if is_first and 0 < draft.seconds < CURT:
        yield Hint.SHORT
    if is_first and draft.outcome is not FollowUpOutcome.REFUSED:
        if not (draft.current_solution.strip() or draft.pains.strip()):
            yield Hint.NO_STATUS
        if not (draft.problem.strip() or draft.time_frame.strip()):
            yield Hint.NO_NEED
    if not draft.seconds:
        yield Hint.UNTIMED


def next_try(reached: Reached, *, at: datetime, next_workday: date) -> tuple[date, time]:
    """When to call again somebody who wasn't reached. ``at`` is local.

    Busy: in half an hour, unless the day is over. No answer: on the next working day, in the other half of the day.
    """
    if reached is Reached.BUSY:
        soon = rounded(at + timedelta(minutes=30))
        if soon.date() == at.date() and soon.time() <= _EVENING:
            return soon.date(), soon.time()
        return next_workday, _FIRST
    return next_workday, _AFTERNOON if at.time() < time(12, 0) else _MORNING


def called_back_at(choice: str, *, at: datetime, next_workday: date) -> tuple[date, time]:
    """What "in 30 minutes", "in an hour", "this afternoon" and "tomorrow" mean at a local moment. Raises ValueError."""
    if choice.isascii() and choice.isdigit() and len(choice) < 4:
        later = rounded(at + timedelta(minutes=int(choice)))
        return later.date(), later.time()
    if choice == "afternoon":
        return (at.date() if at.time() < _AFTERNOON else next_workday), _AFTERNOON
    if choice == "tomorrow":
        return next_workday, _MORNING
    raise ValueError(choice)


def rounded(at: datetime) -> datetime:
    """Up to the next five minutes."""
    full = at.replace(second=0, microsecond=0)
    return full + timedelta(minutes=-full.minute % 5)


def joined(old: str, new: Iterable[str], how: WantHow) -> str:
    """A lead's 需求 after the call."""
    heard = "；".join(new)
    if not heard or how is WantHow.KEEP:
        return old
    if how is WantHow.REPLACE or not old.strip():
        return heard
    return old if heard in old else f"{old.rstrip()}\n{heard}"
