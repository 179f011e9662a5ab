"""Whom a letter can go to, and what it must hold before it leaves (S3.3). Plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.spine.followups.rules import FollowUpOutcome, Plan

GRACE = timedelta(seconds=15)
"""So long a letter waits before it goes out: it can be called back."""
OUTCOMES = (FollowUpOutcome.PROGRESS, FollowUpOutcome.STALLED)
"""What a letter may be booked as. One letter alone neither wins nor loses; the rep says which, 推进 is offered first."""
LEAD_ITSELF = "lead"
NO_INVITATION, INVITE_TO_NEXT = "", "next"


class WhyNot(StrEnum):
    LEFT_ALONE = "left_alone"  # 勿扰
    NO_ADDRESS = "no_address"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody on the other side. ``key`` is how the form calls him: a contact's number, or the lead itself."""

    key: str
    name: str
    address: str
    contact_id: int | None = None
    position: str = ""
    preferred: str = ""
    left_alone: bool = False
    reason: str = ""

    @property
    def why_not(self) -> WhyNot | None:
        if self.left_alone:
            return WhyNot.LEFT_ALONE
        return None if self.address else WhyNot.NO_ADDRESS

    @property
    def header(self) -> str:
        """李明 <li@example.com>; signs that mean something in a header are left out of the name."""
        name = " ".join(
            "".join(sign for sign in self.name if sign.isprintable() and sign not in '<>",;:@()[]\\').split()
        )
        return f"{name} <{self.address}>" if name else self.address


@dataclass(frozen=True, slots=True)
class LetterDraft:
    """A letter as the rep has written it. ``to`` are keys of recipients, ``cc`` colleagues; ``template_id`` the version of
    the library's text that it began with. ``invite``: no invitation, one to ``plan``, or one to the action of that number.
    """

    to: tuple[str, ...]
    subject: str
    text: str
    cc: tuple[int, ...] = ()
    outcome: FollowUpOutcome = FollowUpOutcome.PROGRESS
    template_id: int | None = None
    plan: Plan | None = None
    answers_id: int | None = None
    invite: str = NO_INVITATION


def may_be_written_to(chosen: Sequence[Recipient]) -> Verdict:
    """Every one of them may be written to."""
    reasons: list[Reason] = []
    for one in chosen:
        if one.why_not is WhyNot.LEFT_ALONE:
            reasons.append(Reason("to_left_alone", {"name": one.name, "reason": one.reason}))
        elif one.why_not is WhyNot.NO_ADDRESS:
            reasons.append(Reason("to_no_address", {"name": one.name}))
    return Verdict(tuple(reasons))


def may_leave(*, missing: Sequence[str], invite: str, plan: Plan | None) -> Verdict:
    """Nothing that should have been filled in is left open, and an invitation has a time."""
    reasons: list[Reason] = []
    if missing:
        reasons.append(Reason("text_facts_missing", {"names": "、".join(missing)}))
    if invite == INVITE_TO_NEXT and (plan is None or plan.due_on is None or plan.due_time is None):
        reasons.append(Reason("invite_no_time"))
    return Verdict(tuple(reasons))
