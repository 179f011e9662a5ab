"""What a mail must be before it is taken, and what becomes of it after a try. Plain Python: no Django, no clock, no words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import getaddresses
from enum import StrEnum

from tuoke.base.kernel.verdict import Reason, Verdict

SUBJECT_LIMIT = 200
TEXT_LIMIT = 50_000
RECIPIENTS_MOST = 20
ATTACHED_MOST = 2 * 1024 * 1024
NAME_LIMIT = 120
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""How long a mail waits after its first, second … try that failed for the time being; after the last it has failed."""
STUCK = timedelta(minutes=15)
"""So long no try can take: a mail that is still being sent then was left by its worker."""

_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[^\s@<>(),;:\\\"\[\]\x00-\x20\x7f]{1,63}\.)+[^\s@<>(),;:\\\"\[\]\x00-\x20\x7f.]{2,63}"
)
_LINE_BREAKS = re.compile(r"[\r\n\x00\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+(; ?[a-z]+=[A-Za-z0-9-]+)*")


class MailState(StrEnum):
    QUEUED = "queued"  # waits for its first or next try
    SENDING = "sending"  # a worker talks to the server
    SENT = "sent"  # the server has taken it for at least one recipient
    FAILED = "failed"  # nobody gets it
    UNSURE = "unsure"  # the connection or the worker broke off where the server may have taken it: a person decides
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Attached:
    """A small file of a mail. ``content_type`` may carry parameters: ``text/calendar; method=REQUEST``."""

    name: str
    content_type: str
    content: bytes


def address_of(recipient: str) -> str:
    """The bare address of ``王芳 <wang@example.com>`` or ``wang@example.com``; "" where there is none that could be used.

    Names with a line break in them have no address: they would become headers of their own.
    """
    found = [] if _LINE_BREAKS.search(recipient) else getaddresses([recipient])
    address = found[0][1] if len(found) == 1 else ""
    return address if _ADDRESS.fullmatch(address) and len(address) <= 254 else ""


def may_be_queued(
    *, to: Sequence[str], cc: Sequence[str], subject: str, text: str, attachments: Sequence[Attached] = ()
) -> Verdict:
    """Every reason why this can't be a mail."""
    everybody = (*to, *cc)
    return Verdict(
        (
            *_recipient_reasons(to, everybody),
            *_subject_reasons(subject),
            *_text_reasons(text),
            *_attached_reasons(attachments),
        )
    )


def _recipient_reasons(to: Sequence[str], everybody: Sequence[str]) -> Iterator[Reason]:
    if not to:
        yield Reason("recipient_missing")
    if len(everybody) > RECIPIENTS_MOST:
        yield Reason("too_many_recipients", {"limit": RECIPIENTS_MOST, "count": len(everybody)})
    for recipient in everybody:
        if not address_of(recipient):
            yield Reason("recipient_invalid", {"address": _LINE_BREAKS.sub(" ", recipient)[:80]})


def _subject_reasons(subject: str) -> Iterator[Reason]:
    if not subject.strip():
        yield Reason("subject_missing")
    elif len(subject) > SUBJECT_LIMIT:
        yield Reason("subject_too_long", {"limit": SUBJECT_LIMIT, "length": len(subject)})
    if _LINE_BREAKS.search(subject):
        yield Reason("subject_line_break")
    elif _CONTROLS.search(subject):
        yield Reason("subject_broken")


def _text_reasons(text: str) -> Iterator[Reason]:
    if not text.strip():
        yield Reason("text_missing")
    elif len(text) > TEXT_LIMIT:
        yield Reason("text_too_long", {"limit": TEXT_LIMIT, "length": len(text)})
    if _CONTROLS.search(text):
        yield Reason("text_broken")


def _attached_reasons(attachments: Sequence[Attached]) -> Iterator[Reason]:
    if sum(len(file.content) for file in attachments) > ATTACHED_MOST:
        yield Reason("attachments_too_large", {"megabytes": ATTACHED_MOST // 1024 // 1024})
    for file in attachments:
        if not file.name or len(file.name) > NAME_LIMIT or _LINE_BREAKS.search(file.name):
            yield Reason("attachment_name", {"name": _LINE_BREAKS.sub(" ", file.name)[:80]})
        if not _TYPE.fullmatch(file.content_type):
            yield Reason("attachment_type", {"name": file.name[:80]})


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one try came to. Addresses in none of the mappings were taken by the server.

    ``refused`` for good (5xx) and ``delayed`` for now (4xx, no connection) say what the server said.
    ``unsure`` is not empty where it broke off after the whole message was out.
    """

    refused: Mapping[str, str] = field(default_factory=dict)
    delayed: Mapping[str, str] = field(default_factory=dict)
    unsure: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a mail stands after a try: ``left`` are those it still has to reach, ``refused`` who won't get it and why."""

    state: MailState
    left: tuple[str, ...]
    refused: Mapping[str, str]
    next_try_at: datetime | None = None
    error: str = ""


def outcome_of(
    delivery: Delivery, *, recipients: Sequence[str], left: Sequence[str], refused: Mapping[str, str], attempts: int,
    now: datetime,
) -> Outcome:  # fmt: skip
    """After the ``attempts``-th try, which was for ``left`` of all ``recipients``; ``refused`` is from tries before."""
    if delivery.unsure:
        return Outcome(MailState.UNSURE, tuple(left), refused, error=delivery.unsure)
    gone, waiting = {**refused, **delivery.refused}, tuple(one for one in left if one in delivery.delayed)
    error = next(iter((*delivery.delayed.values(), *delivery.refused.values())), "")
    if waiting and attempts <= len(BACK_OFF):
        return Outcome(MailState.QUEUED, waiting, gone, now + BACK_OFF[attempts - 1], error)
    gone |= {one: delivery.delayed[one] for one in waiting}
    state = MailState.FAILED if gone.keys() >= set(recipients) else MailState.SENT
    return Outcome(state, (), gone, error=error or next(iter(gone.values()), ""))


MAY_CANCEL = frozenset({MailState.QUEUED})
MAY_SETTLE = frozenset({MailState.UNSURE})


def may_resend(state: str, *, refused: Mapping[str, str]) -> bool:
    """Once more to whom it didn't reach: what failed, is unsure or was held back, and what some didn't get."""
    return state in (MailState.FAILED, MailState.UNSURE, MailState.CANCELLED) or (
        state == MailState.SENT and bool(refused)
    )
