"""Who has said what to each clause, and what still stands against signing (S7.1). Plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.services.links.rules import DAYS_LEAST, DAYS_MOST
from tuoke.steps.contracts.rules import FrozenClause

COMMENT_LIMIT, WORDING_LIMIT, NAME_LIMIT, MESSAGE_LIMIT = 1000, 5000, 60, 1000
MOST_ANSWERS = 400
"""So many answers come back through one link; then the customer is asked to call."""
VALID_USUAL = timedelta(days=14)
FIRST_DAY = date(2000, 1, 1)
NAMED_MOST = 5
"""Clauses that a reason names; of more it says how many."""


class Side(StrEnum):
    OURS = "ours"
    THEIRS = "theirs"


class Answer(StrEnum):
    AGREED = "agreed"
    CHANGE = "change"


class Origin(StrEnum):
    """How we know of an answer."""

    TEAM = "team"  # one of us, for our side
    LINK = "link"  # the customer himself, through his link
    TOLD = "told"  # the customer told one of us, who wrote it down


class Stand(StrEnum):
    """Where one side is with one clause."""

    OPEN = "open"
    CHANGED = "changed"  # was agreed to; then the words were changed
    AGREED = "agreed"
    CHANGE = "change"


class SharedState(StrEnum):
    """What the customer can do with the page behind his link."""

    OPEN = "open"
    SIGNED = "signed"
    SUPERSEDED = "superseded"  # there is a newer version
    CLOSED = "closed"  # the deal is lost or void, or the contract withdrawn
    GONE = "gone"  # he isn't to be contacted any more


@dataclass(frozen=True, slots=True)
class Said:
    """One answer. ``person`` tells the people of a side apart; ``seal`` is the clause's as he read it."""

    key: int
    clause_id: int
    seal: str
    side: Side
    answer: Answer
    person: int = 0
    by: str = ""
    at: datetime | None = None
    origin: Origin = Origin.TEAM
    comment: str = ""
    wording: str = ""


@dataclass(frozen=True, slots=True)
class SideStand:
    """``said`` are the answers that count, newest first: the last one of each person to these very words. ``was_asked``:
    what this side said last to earlier words was that it wants them changed; that has been done."""

    stand: Stand
    said: tuple[Said, ...] = ()
    was_asked: bool = False

    @property
    def is_agreed(self) -> bool:
        return self.stand is Stand.AGREED

    @property
    def wants_change(self) -> bool:
        return self.stand is Stand.CHANGE


@dataclass(frozen=True, slots=True)
class ClauseStand:
    """A clause and what both sides say to it; ``number`` as the contract counts it."""

    number: int
    clause: FrozenClause
    ours: SideStand
    theirs: SideStand

    def of(self, side: Side) -> SideStand:
        return self.ours if side is Side.OURS else self.theirs

    @property
    def is_settled(self) -> bool:
        return self.ours.is_agreed and self.theirs.is_agreed

    @property
    def wants_change(self) -> bool:
        return self.ours.wants_change or self.theirs.wants_change


def standing(clauses: Sequence[FrozenClause], said: Iterable[Said]) -> tuple[ClauseStand, ...]:
    """Clause by clause. An answer counts as long as the clause says the same words; one person's later answer takes the
    place of his earlier one; a side agrees where somebody of it agreed and nobody of it wants a change."""
    by_clause: dict[int, list[Said]] = {}
    for one in said:
        by_clause.setdefault(one.clause_id, []).append(one)
    return tuple(
        ClauseStand(
            number,
            clause,
            _side(clause, by_clause.get(clause.clause_id, []), Side.OURS),
            _side(clause, by_clause.get(clause.clause_id, []), Side.THEIRS),
        )
        for number, clause in enumerate(clauses, 1)
    )


def against(rows: Sequence[ClauseStand]) -> Verdict:
    """Every reason against signing: clause_change_wanted and clauses_unconfirmed, each by side with the clauses' titles."""
    verdict = YES
    for side in (Side.THEIRS, Side.OURS):
        wanted = [row for row in rows if row.of(side).wants_change]
        missing = [row for row in rows if not row.of(side).is_agreed and not row.of(side).wants_change]
        if wanted:
            verdict &= no(f"clause_change_wanted_{side.value}", count=len(wanted), titles=_titles(wanted))
        if missing:
            verdict &= no(f"clauses_unconfirmed_{side.value}", count=len(missing), titles=_titles(missing))
    return verdict


@dataclass(frozen=True, slots=True)
class InviteDraft:
    """``challenge``: the last four digits of his phone are asked for."""

    contact_id: int | None
    expires_on: date | None
    message: str = ""
    challenge: bool = False

    def faults(self, *, phone_digits: str, today: date) -> Verdict:
        """contact_missing · expires_missing · expiry_out_of_range · phone_missing · too_long · text_broken."""
        verdict = YES if self.contact_id else no("contact_missing", field="contact")
        if self.expires_on is None:
            verdict &= no("expires_missing", field="expires_on")
        elif not DAYS_LEAST <= (self.expires_on - today).days <= DAYS_MOST:
            verdict &= no("expiry_out_of_range", field="expires_on", least=DAYS_LEAST, most=DAYS_MOST)
        if self.challenge and not phone_digits:
            verdict &= no("phone_missing", field="challenge")
        return verdict & text_fault(self.message, field="message", limit=MESSAGE_LIMIT)


@dataclass(frozen=True, slots=True)
class ToldDraft:
    """The customer agreed otherwise than through his link: who, on which day, by which channel, to which clauses."""

    contact_id: int | None
    told_on: date | None
    channel: str
    clause_ids: tuple[int, ...] = ()
    note: str = ""

    def faults(self, *, today: date) -> Verdict:
        """contact_missing · channel_missing · clauses_missing · day_missing · day_in_future · day_too_early · too_long."""
        verdict = YES if self.contact_id else no("contact_missing", field="contact")
        verdict &= YES if self.channel else no("channel_missing", field="channel")
        verdict &= YES if self.clause_ids else no("clauses_missing", field="clauses")
        if self.told_on is None:
            verdict &= no("day_missing", field="told_on")
        elif self.told_on > today:
            verdict &= no("day_in_future", field="told_on", today=today.isoformat())
        elif self.told_on < FIRST_DAY:
            verdict &= no("day_too_early", field="told_on", first=FIRST_DAY.isoformat())
        return verdict & text_fault(self.note, field="note", limit=COMMENT_LIMIT)


def change_faults(*, comment: str, wording: str) -> Verdict:
    """What somebody wants otherwise is said in words: comment_missing · too_long · text_broken."""
    verdict = YES if comment.strip() or wording.strip() else no("comment_missing", field="comment")
    verdict &= text_fault(comment, field="comment", limit=COMMENT_LIMIT)
    return verdict & text_fault(wording, field="wording", limit=WORDING_LIMIT)


def _side(clause: FrozenClause, said: Sequence[Said], side: Side) -> SideStand:
    newest: dict[int, Said] = {}
    was_agreed = was_asked = False
    for one in sorted((one for one in said if one.side is side), key=lambda one: one.key):
        if one.seal == clause.seal:
            newest[one.person] = one
        else:
            was_agreed = was_agreed or one.answer is Answer.AGREED
            was_asked = one.answer is Answer.CHANGE
    counting = tuple(sorted(newest.values(), key=lambda one: -one.key))
    if any(one.answer is Answer.CHANGE for one in counting):
        return SideStand(Stand.CHANGE, counting)
    if counting:
        return SideStand(Stand.AGREED, counting)
    return SideStand(Stand.CHANGED if was_agreed else Stand.OPEN, was_asked=was_asked)


def _titles(rows: Sequence[ClauseStand]) -> str:
    named = "、".join(f"{row.number}. {row.clause.title}" for row in rows[:NAMED_MOST])
    return f"{named} …" if len(rows) > NAMED_MOST else named
