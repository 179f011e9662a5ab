"""A frozen proposal on its way to the customer: who may get it, what he may say, what counts as read. Plain Python."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Reason, Verdict, no
from tuoke.services.exchange.rules import text_fault

VALID_MOST, VALID_USUAL = timedelta(days=90), timedelta(days=30)
"""A private link to a proposal lives at most so long; a price that old is asked anew."""
UNOPENED_DAYS = 3
MESSAGE_LIMIT, REMARK_LIMIT, NAME_LIMIT, NOTE_LIMIT, REASON_LIMIT = 500, 2000, 60, 500, 1000
REMARKS_MOST = 200
"""What one sending takes in questions and comments: more is somebody playing."""
RECIPIENTS_MOST = 20
"""People in whom one version may be waiting at once."""
ATTEMPTS_MOST = 3
STUCK = timedelta(minutes=10)
"""What is being prepared for longer has lost its worker."""
SECONDS_AT_ONCE, SECONDS_MOST = 120, 24 * 3600
"""One message of the page tells at most of so much reading, and so much is counted in all."""
READ_AFTER = 5
"""Seconds in view after which a section counts as read, not only passed."""
FIRST_DAY = date(2000, 1, 1)


class State(StrEnum):
    """Only SENT has reached anybody: until the papers are there nothing is marked as sent."""

    PREPARING = "preparing"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PaperState(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


class Error(StrEnum):
    """Why a sending didn't go out; the words are in ``words``."""

    RENDERING = "rendering"  # a file could not be written
    LOST = "lost"  # its worker was lost again and again
    REFUSED = "refused"  # what was allowed when it was asked for isn't any more


class SharedState(StrEnum):
    """What the customer can do with the page in front of him: everything (OPEN) or read, and why only that."""

    OPEN = "open"
    SUPERSEDED = "superseded"
    CLOSED = "closed"
    GONE = "gone"


PAPER_KINDS = ("pdf", "docx")


@dataclass(frozen=True, slots=True)
class SendDraft:
    """A proposal as it shall be sent. ``challenge``: ask for the last four digits of the contact's phone; ``by_mail``:
    the link by mail as well, ``attach`` the PDF to it; ``may_download``: docx and PDF on his page."""

    contact_id: int | None
    expires_on: date | None
    challenge: bool = False
    may_download: bool = True
    by_mail: bool = False
    attach: bool = False
    message: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """What is known of the person it goes to."""

    phone: str = ""
    email: str = ""
    is_gone: bool = False
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Lacks:
    """What stands between the proposal and any customer. Each is a plain description for the refusal.

    ``claims``: quantities that no evidence covers; ``approved`` those to which a manager agreed. ``wants_signature``: the
    process asks for the technical sign-off and it isn't there.
    """

    is_empty: bool = False
    claims: tuple[str, ...] = ()
    approved: frozenset[str] = frozenset()
    unanswered: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    wants_signature: bool = False
    offer_ended_on: date | None = None

    @property
    def open_claims(self) -> tuple[str, ...]:
        return tuple(claim for claim in self.claims if claim not in self.approved)


def may_go_out(lacks: Lacks) -> Verdict:
    """Every reason in the proposal itself: nothing_to_send, claims_uncovered, rigid_unanswered,
    sections_unfinished, proofs_stale, proofs_examples, feasibility_unsigned, offer_ended."""
    if lacks.is_empty:
        return no("nothing_to_send")
    reasons = [
        Reason(code, {"count": len(found), "what": "；".join(found[:5])})
        for code, found in (
            ("claims_uncovered", lacks.open_claims),
            ("rigid_unanswered", lacks.unanswered),
            ("sections_unfinished", lacks.unfinished),
            ("proofs_stale", lacks.stale),
            ("proofs_examples", lacks.examples),
        )
        if found
    ]
    if lacks.wants_signature:
        reasons.append(Reason("feasibility_unsigned"))
    if lacks.offer_ended_on:
        reasons.append(Reason("offer_ended", {"day": lacks.offer_ended_on.isoformat()}))
    return Verdict(tuple(reasons))


def may_reach(draft: SendDraft, reach: Reach, *, mail_is_on: bool, today: date) -> Verdict:
    """Every reason in how and to whom it shall go, each at its ``field``."""
    verdict = _contact(draft, reach) & _expiry(draft, today=today)
    if draft.contact_id is not None:
        if draft.challenge and len(_digits(reach.phone)) < 4:
            verdict &= no("challenge_without_phone", field="challenge")
        if draft.by_mail and not reach.email:
            verdict &= no("mail_without_address", field="by_mail")
    if draft.by_mail and not mail_is_on:
        verdict &= no("mail_off", field="by_mail")
    if draft.attach and not draft.by_mail:
        verdict &= no("attach_without_mail", field="attach")
    verdict &= text_fault(draft.message, field="message", limit=MESSAGE_LIMIT)
    return verdict & text_fault(draft.note, field="note", limit=NOTE_LIMIT)


def _contact(draft: SendDraft, reach: Reach) -> Verdict:
    if draft.contact_id is None:
        return no("contact_missing", field="contact")
    if reach.is_elsewhere:
        return no("contact_elsewhere", field="contact")
    return no("contact_gone", field="contact") if reach.is_gone else YES


def _expiry(draft: SendDraft, *, today: date) -> Verdict:
    if draft.expires_on is None:
        return no("expires_missing", field="expires_on")
    if draft.expires_on <= today:
        return no("expires_passed", field="expires_on", today=today.isoformat())
    if draft.expires_on > today + VALID_MOST:
        return no("expires_too_late", field="expires_on", last=(today + VALID_MOST).isoformat())
    return YES


def last_four(phone: str) -> str:
    return _digits(phone)[-4:]


def _digits(phone: str) -> str:
    return "".join(char for char in phone if char.isascii() and char.isdigit())


# What the customer says and reads


def may_be_said(text: str, *, so_far: int = 0) -> Verdict:
    """remark_missing, too_long, text_broken, remarks_too_many."""
    if not text.strip():
        return no("remark_missing", field="text")
    verdict = text_fault(text, field="text", limit=REMARK_LIMIT)
    return verdict & (no("remarks_too_many", limit=REMARKS_MOST) if so_far >= REMARKS_MOST else YES)


def read_seconds(said: Mapping[str, str], *, known: Collection[str]) -> dict[str, int]:
    """What the page tells of its reading: seconds by section. Anything else in it is passed over."""
    found = {}
    for key in known:
        number = said.get(key, "")
        if number.isascii() and number.isdigit() and len(number) < 6 and int(number) > 0:
            found[key] = min(int(number), SECONDS_AT_ONCE)
    return found


# Shown in a meeting


def may_be_presented(held_on: date | None, *, contacts: Sequence[int], note: str, today: date) -> Verdict:
    """day_missing, day_in_future, day_too_early, nobody_there, too_long, text_broken."""
    if held_on is None:
        verdict = no("day_missing", field="held_on")
    elif held_on > today:
        verdict = no("day_in_future", field="held_on", today=today.isoformat())
    elif held_on < FIRST_DAY:
        verdict = no("day_too_early", field="held_on", first=FIRST_DAY.isoformat())
    else:
        verdict = YES
    if not contacts:
        verdict &= no("nobody_there", field="contacts")
    return verdict & text_fault(note, field="note", limit=NOTE_LIMIT)


# How far it is read


def is_read(seconds: int, times: int) -> bool:
    """In view for long enough, or gone to more than once without a script that measures."""
    return seconds >= READ_AFTER or times > 0


def is_unopened(*, sent_on: date, is_opened: bool, is_dead: bool, today: date) -> bool:
    """Sent days ago and not opened: worth a call (a visible hint and a sign of risk)."""
    return not is_opened and not is_dead and (today - sent_on).days >= UNOPENED_DAYS


def progress_of(papers: Iterable[tuple[str, int]]) -> int:
    """Per cent of the preparation, from the state and the progress of each paper; what is left is the delivery."""
    found = [100 if state == PaperState.DONE else progress for state, progress in papers]
    return int(sum(found) / len(found) * 0.95) if found else 0
