"""When a request may be made and decided, when somebody is reminded. Plain Python, no clock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from unicodedata import category

from tuoke.base.kernel.verdict import YES, Verdict, no


class State(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # by whoever asked, or because what was asked for is gone


LABEL_LIMIT, REASON_LIMIT = 160, 2000
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=90)
"""How long a request may wait for its decision."""
APPROVERS_MOST = 20
REMIND_EVERY = timedelta(days=1)
REMIND_BEFORE = timedelta(hours=4)
"""An approver is reminded once a day, and once more shortly before the request expires."""


def may_be_asked(
    *,
    label: str,
    reason: str,
    requester_id: int | None,
    approver_ids: Collection[int],
    expires_at: datetime,
    now: datetime,
) -> Verdict:
    """only_people_ask · reason_missing · too_long · text_broken · own_request · too_many_approvers · expiry_odd."""
    verdict = YES if requester_id is not None else no("only_people_ask")
    verdict &= _sound(reason, field="reason", needed=True) & _sound(
        label, field="label", needed=True, limit=LABEL_LIMIT
    )
    if requester_id is not None and requester_id in approver_ids:
        verdict &= no("own_request")
    if len(set(approver_ids)) > APPROVERS_MOST:
        verdict &= no("too_many_approvers", most=APPROVERS_MOST)
    if not SHORTEST <= expires_at - now <= LONGEST:
        verdict &= no("expiry_odd", field="expires_at", days=LONGEST.days)
    return verdict


def may_be_approved(reason: str) -> Verdict:
    """Approving needs no reason."""
    return _sound(reason, field="reason")


def may_be_rejected(reason: str) -> Verdict:
    """Whoever asked must learn why not. why_not_missing · too_long · text_broken."""
    said = _sound(reason, field="reason")
    return said if reason.strip() else no("why_not_missing", field="reason") & said


def still_open(*, state: str, expires_at: datetime, who: str, at: datetime | None, now: datetime) -> Verdict:
    """already_decided (``who``, ``state``, ``at``) · expired (also where nobody has noted it yet) · withdrawn."""
    if state in (State.APPROVED, State.REJECTED):
        return no("already_decided", who=who, state=state, at=at)
    if state == State.WITHDRAWN:
        return no("request_withdrawn")
    if state == State.EXPIRED or expires_at <= now:
        return no("request_expired", at=expires_at)
    return YES


def is_reminder_due(*, told_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """``told_at``: when this approver last heard of the request."""
    if expires_at <= now:
        return False
    last_call = expires_at - REMIND_BEFORE
    return now - told_at >= REMIND_EVERY or (told_at < last_call <= now)


def _sound(text: str, *, field: str, needed: bool = False, limit: int = REASON_LIMIT) -> Verdict:
    verdict = no(f"{field}_missing", field=field) if needed and not text.strip() else YES
    if len(text) > limit:
        verdict &= no("too_long", field=field, limit=limit, length=len(text))
    if any(category(char) in ("Cc", "Cs") and char not in "\n\r\t" for char in text):
        verdict &= no("text_broken", field=field)
    return verdict
