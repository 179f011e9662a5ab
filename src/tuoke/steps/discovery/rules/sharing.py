"""A list of needs that is shown to the customer: what is frozen, what he may do to it, what changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Reason, Verdict, no
from tuoke.steps.discovery.rules.needs import NeedKind, Priority, text_verdict

VALID_MOST = timedelta(days=90)
"""A link to a list of needs lives at most so long: needs that old are asked anew."""
VALID_USUAL = timedelta(days=14)
UNOPENED_DAYS = 3
MESSAGE_LIMIT = 500
COMMENT_LIMIT = 2000
NAME_LIMIT = 60
COMMENTS_MOST = 200
"""What one confirmation takes in comments and additions together: more is somebody playing."""


class CommentKind(StrEnum):
    COMMENT = "comment"
    WRONG = "wrong"  # the customer says: this isn't right
    ADDITION = "addition"  # the customer adds a need


class SharedState(StrEnum):
    """What the customer can do with the list in front of him: everything (OPEN) or read, and why only that."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    SUPERSEDED = "superseded"  # a newer version was sent
    CLOSED = "closed"  # the deal ended
    GONE = "gone"  # the person it was sent to has left or doesn't want to be contacted


@dataclass(frozen=True, slots=True)
class FrozenNeed:
    """A need as it was when the list was sent."""

    need_id: int
    kind: NeedKind
    description: str
    priority: Priority


@dataclass(frozen=True, slots=True)
class Choice:
    """Where the customer puts a need, and how urgent it is to him."""

    need_id: int
    priority: Priority


@dataclass(frozen=True, slots=True)
class SendDraft:
    """A list as it shall be sent. ``challenge``: ask for the last four digits of the contact's phone."""

    contact_id: int | None
    expires_on: date | None
    challenge: bool = False
    message: str = ""
    kinds: tuple[NeedKind, ...] = (NeedKind.RIGID, NeedKind.ELASTIC, NeedKind.LATENT)


@dataclass(frozen=True, slots=True)
class Difference:
    """What one need became between two versions; ``before`` None: new, ``after`` None: no longer there."""

    need_id: int
    before: FrozenNeed | None
    after: FrozenNeed | None


def written(needs: Sequence[FrozenNeed]) -> list[dict[str, object]]:
    """As a plain document, in order."""
    return [
        {"need": n.need_id, "kind": n.kind.value, "description": n.description, "priority": n.priority.value}
        for n in needs
    ]


def read(rows: Sequence[Mapping[str, object]]) -> tuple[FrozenNeed, ...]:
    return tuple(
        FrozenNeed(
            need_id=int(str(row["need"])),
            kind=NeedKind(str(row["kind"])),
            description=str(row["description"]),
            priority=Priority(str(row["priority"])),
        )
        for row in rows
    )


def written_choices(choices: Sequence[Choice]) -> list[dict[str, object]]:
    return [{"need": choice.need_id, "priority": choice.priority.value} for choice in choices]


def read_choices(rows: Sequence[Mapping[str, object]]) -> tuple[Choice, ...]:
    return tuple(Choice(int(str(row["need"])), Priority(str(row["priority"]))) for row in rows)


def chosen(needs: Sequence[FrozenNeed], choices: Sequence[Choice]) -> tuple[FrozenNeed, ...]:
    """The needs in the customer's order with his priorities; what he didn't name stays behind, as it was."""
    by_id = {need.need_id: need for need in needs}
    first = [_with(by_id.pop(c.need_id), c.priority) for c in choices if c.need_id in by_id]
    return (*first, *by_id.values())


def may_reorder(needs: Sequence[FrozenNeed], choices: Sequence[Choice]) -> Verdict:
    """He orders what he was shown: each once, nothing else."""
    known, named = {need.need_id for need in needs}, [choice.need_id for choice in choices]
    if set(named) - known or len(named) != len(set(named)):
        return no("order_unknown")
    return YES


def may_be_sent(draft: SendDraft, *, needs: int, phone: str, today: date) -> Verdict:
    """Every reason why the list can't go to the customer like this."""
    reasons: list[Reason] = []
    if not needs:
        reasons.append(Reason("nothing_to_send"))
    if draft.contact_id is None:
        reasons.append(Reason("contact_missing"))
    if draft.expires_on is None:
        reasons.append(Reason("expires_missing"))
    elif draft.expires_on <= today:
        reasons.append(Reason("expires_passed", {"today": today.isoformat()}))
    elif draft.expires_on > today + VALID_MOST:
        reasons.append(Reason("expires_too_late", {"last": (today + VALID_MOST).isoformat()}))
    if draft.challenge and draft.contact_id is not None and len(last_four(phone)) < 4:
        reasons.append(Reason("challenge_without_phone"))
    return Verdict(tuple(reasons)) & text_verdict(draft.message, name="message", limit=MESSAGE_LIMIT)


def last_four(phone: str) -> str:
    """The last four digits; fewer where the number has no four."""
    return "".join(c for c in phone if c.isascii() and c.isdigit())[-4:]


def may_be_commented(text: str, *, kind: CommentKind, so_far: int) -> Verdict:
    """Only the mark that something is wrong needs no words."""
    if not text.strip() and kind is not CommentKind.WRONG:
        return no("comment_missing")
    verdict = text_verdict(text, name="comment", limit=COMMENT_LIMIT)
    return verdict & (no("comments_too_many", limit=COMMENTS_MOST) if so_far >= COMMENTS_MOST else YES)


def may_sign(name: str) -> Verdict:
    if not name.strip():
        return no("name_missing")
    return text_verdict(name.strip(), name="name", limit=NAME_LIMIT)


def is_somebody_else(*, recipient: str, signed: str) -> bool:
    """Whether another name was signed than the one the list was sent to: it may have been passed on."""
    return "".join(recipient.split()).casefold() != "".join(signed.split()).casefold()


def differences(before: Sequence[FrozenNeed], after: Sequence[FrozenNeed]) -> tuple[Difference, ...]:
    """What is new, gone, or said otherwise (words, kind or priority); the order alone is no difference."""
    old, new = {n.need_id: n for n in before}, {n.need_id: n for n in after}
    return tuple(
        Difference(need_id, old.get(need_id), new.get(need_id))
        for need_id in dict.fromkeys([*new, *old])
        if old.get(need_id) != new.get(need_id)
    )


def seal(content: object, *, name: str, at: str, where: str) -> str:
    """The fingerprint of a confirmation: who confirmed exactly what, when and from where."""
    plain = json.dumps([content, name, at, where], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _with(need: FrozenNeed, priority: Priority) -> FrozenNeed:
    return FrozenNeed(need.need_id, need.kind, need.description, priority)
