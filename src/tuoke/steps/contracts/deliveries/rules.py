"""The first delivery (S7.3): what is handed over, who accepts it, what came of it. Plain Python."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from json import dumps

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.services.links.rules import DAYS_LEAST, DAYS_MOST

TITLE_LIMIT, LINE_LIMIT, NOTE_LIMIT, NAME_LIMIT = 120, 300, 2000, 60
MOST_ITEMS, MOST_CRITERIA, MOST_ISSUES = 60, 40, 200
"""Of one delivery: a list that is longer is several."""
MOST_FROM_CUSTOMER = 30
"""Issues that one customer may raise by his links; then he is asked to call."""
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
SCORE_LEAST, SCORE_MOST = 1, 10
SCORE_GOOD = 8
"""As the process says: 反馈不低于 8 分."""
FEEDBACK_WEEK = timedelta(days=7)
"""So soon after the last acceptance the customer is asked how it was."""
LINK_USUAL = timedelta(days=30)


class ItemKind(StrEnum):
    TRAINING = "training"  # 方案培训
    GOLIVE = "golive"  # 系统上线
    PRODUCT = "product"  # 产品交付
    OTHER = "other"


class ItemState(StrEnum):
    OPEN = "open"
    DELIVERED = "delivered"  # handed over, the customer's word is awaited
    ACCEPTED = "accepted"
    REJECTED = "rejected"  # to be put right and handed over again


class Answer(StrEnum):
    """The customer's word on an item."""

    ACCEPTED = "accepted"
    CONDITIONAL = "conditional"  # accepted, and something is still to be put right: an issue
    REJECTED = "rejected"


class How(StrEnum):
    """How we know. What the seller thinks is no source."""

    LINK = "link"  # the customer himself, behind his private link
    PAPER = "paper"  # on a sheet that he filled in, entered by us: who, on which day


class Severity(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"  # work stands still


class IssueState(StrEnum):
    OPEN = "open"
    SOLVED = "solved"  # says who solved it; the finder's side has not seen it yet
    CLOSED = "closed"


class Side(StrEnum):
    OURS = "ours"
    THEIRS = "theirs"


class SharedState(StrEnum):
    """What the customer can do with the page behind his link."""

    OPEN = "open"
    CLOSED = "closed"  # the deal is lost or void
    GONE = "gone"  # he isn't to be contacted any more


SOLVE_WITHIN = {Severity.HIGH: 1, Severity.NORMAL: 5, Severity.LOW: 10}
"""Working days that an issue is given where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """``criteria``: what must be true for it to be accepted, a line each."""

    kind: ItemKind
    title: str
    criteria: tuple[str, ...]
    due_on: date | None = None
    milestone_id: int | None = None

    def faults(self) -> Verdict:
        """title_missing · criteria_missing · too_many_criteria · line_too_long(number) · day_odd · too_long · text_broken."""
        verdict = _said(self.title, field="title", limit=TITLE_LIMIT)
        if not self.criteria:
            verdict &= no("criteria_missing", field="criteria")
        if len(self.criteria) > MOST_CRITERIA:
            verdict &= no("too_many_criteria", field="criteria", most=MOST_CRITERIA)
        for number, line in enumerate(self.criteria[:MOST_CRITERIA], 1):
            if len(line) > LINE_LIMIT:
                verdict &= no("line_too_long", field="criteria", number=number, limit=LINE_LIMIT)
            elif not text_fault(line, field="criteria", limit=LINE_LIMIT):
                verdict &= no("text_broken", field="criteria")
        return verdict & _day(self.due_on, field="due_on")


@dataclass(frozen=True, slots=True)
class IssueDraft:
    """Something that isn't as it should be. ``owner_id`` None: nobody has taken it yet."""

    title: str
    severity: Severity = Severity.NORMAL
    note: str = ""
    item_id: int | None = None
    owner_id: int | None = None
    due_on: date | None = None
    found_by: Side = Side.OURS

    def faults(self) -> Verdict:
        verdict = _said(self.title, field="title", limit=LINE_LIMIT)
        return verdict & text_fault(self.note, field="note", limit=NOTE_LIMIT) & _day(self.due_on, field="due_on")


@dataclass(frozen=True, slots=True)
class PaperDraft:
    """What stands on a sheet that the customer filled in: his word, who he is, which day."""

    answer: Answer
    contact_id: int | None
    on: date | None
    note: str = ""

    def faults(self, *, today: date, delivered_on: date | None) -> Verdict:
        verdict = answer_faults(self.answer, note=self.note) & by_somebody(self.contact_id, self.on, today=today)
        if self.on and delivered_on and self.on < delivered_on:
            verdict &= no("accepted_before_delivery", field="on", date=delivered_on.isoformat())
        return verdict


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """The customer's word on one item behind his link; ``seal`` is of the words that he had before him."""

    item_id: int
    seal: str
    answer: Answer
    note: str = ""


@dataclass(frozen=True, slots=True)
class SendDraft:
    """``challenge``: the last four digits of his phone are asked for."""

    contact_id: int | None
    expires_on: date | None
    message: str = ""
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


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a delivery is: items that stand, by state."""

    open: int = 0
    delivered: int = 0
    accepted: int = 0
    rejected: int = 0

    @property
    def total(self) -> int:
        return self.open + self.delivered + self.accepted + self.rejected

    @property
    def is_accepted(self) -> bool:
        """Every item; none is no delivery."""
        return self.total > 0 and self.accepted == self.total


def progress_of(states: Iterable[str]) -> Progress:
    counts = dict.fromkeys(ItemState, 0)
    for state in states:
        counts[ItemState(state)] += 1
    return Progress(*(counts[state] for state in ItemState))


def lines_of(text: str) -> tuple[str, ...]:
    """Criteria as they were typed: a line each, empty ones and bullets left out, each once."""
    said = (line.strip().lstrip("-*•·").strip() for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in said if line))


def seal_of(*, title: str, criteria: Iterable[str]) -> str:
    """What an acceptance refers to: other words are another item to accept."""
    return sha256(dumps([title, list(criteria)], ensure_ascii=False).encode()).hexdigest()


def may_hand_over(state: str) -> Verdict:
    """already_accepted · already_delivered."""
    if state == ItemState.ACCEPTED:
        return no("already_accepted")
    return no("already_delivered") if state == ItemState.DELIVERED else YES


def handed_over_on(on: date, *, today: date) -> Verdict:
    """day_in_future · day_odd."""
    verdict = _day(on, field="on")
    return verdict & (no("day_in_future", field="on", today=today.isoformat()) if on > today else YES)


def may_change(state: str) -> Verdict:
    """What the customer has accepted stays as he accepted it."""
    return no("already_accepted") if state == ItemState.ACCEPTED else YES


def may_answer(state: str) -> Verdict:
    """The customer's word on what was handed over: not_delivered, already_accepted."""
    if state == ItemState.ACCEPTED:
        return no("already_accepted")
    return YES if state == ItemState.DELIVERED else no("not_delivered")


def answer_faults(answer: Answer, *, note: str, field: str = "note") -> Verdict:
    """What isn't accepted as it is needs a word why: note_missing, too_long, text_broken."""
    verdict = text_fault(note, field=field, limit=NOTE_LIMIT)
    if answer is not Answer.ACCEPTED and not note.strip():
        verdict &= no("note_missing", field=field)
    return verdict


def score_faults(score: int | None, *, comment: str) -> Verdict:
    """score_missing · score_out_of_range · too_long · text_broken."""
    verdict = text_fault(comment, field="comment", limit=NOTE_LIMIT)
    if score is None:
        return verdict & no("score_missing", field="score")
    if not SCORE_LEAST <= score <= SCORE_MOST:
        verdict &= no("score_out_of_range", field="score", least=SCORE_LEAST, most=SCORE_MOST)
    return verdict


def by_somebody(contact_id: int | None, on: date | None, *, today: date) -> Verdict:
    """What we enter for the customer names him and the day: contact_missing · day_missing · day_in_future · day_odd."""
    verdict = YES if contact_id else no("contact_missing", field="contact")
    if on is None:
        return verdict & no("day_missing", field="on")
    if on > today:
        verdict &= no("day_in_future", field="on", today=today.isoformat())
    return verdict & _day(on, field="on")


def may_solve(state: str) -> Verdict:
    return YES if state == IssueState.OPEN else no("issue_not_open")


def may_reopen(state: str) -> Verdict:
    return no("issue_open") if state == IssueState.OPEN else YES


def may_close(state: str, *, found_by: str, side: Side) -> Verdict:
    """Whoever found it says that it is gone: issue_closed · issue_not_solved · others_issue."""
    if state == IssueState.CLOSED:
        return no("issue_closed")
    verdict = YES if found_by == side else no("others_issue")
    return verdict if state == IssueState.SOLVED or side is Side.OURS else verdict & no("issue_not_solved")


def is_late(state: str, due_on: date | None, *, today: date) -> bool:
    """Promised for a day that is over, and not handed over."""
    return due_on is not None and due_on < today and state in (ItemState.OPEN, ItemState.REJECTED, IssueState.OPEN)


def _said(text: str, *, field: str, limit: int) -> Verdict:
    verdict = YES if text.strip() else no(f"{field}_missing", field=field)
    return verdict & text_fault(text, field=field, limit=limit)


def _day(day: date | None, *, field: str) -> Verdict:
    return YES if day is None or EARLIEST <= day <= LATEST else no("day_odd", field=field)
