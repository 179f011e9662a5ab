"""What was sent to the customer, as he sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tuoke.services.links.models import Link
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.discovery.models import Confirmation, NeedComment
from tuoke.steps.discovery.rules import (
    Choice,
    CommentKind,
    FrozenNeed,
    NeedKind,
    Priority,
    SharedState,
    chosen,
    read,
    read_choices,
)


@dataclass(frozen=True, slots=True)
class SharedComment:
    """``kind``: comment, wrong or addition. ``answer`` is ours, empty while nobody has answered."""

    id: int
    kind: CommentKind
    text: str
    by_name: str
    at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None

    @property
    def may_be_taken_back(self) -> bool:
        return self.answered_at is None


@dataclass(frozen=True, slots=True)
class SharedRow:
    """One need as the customer was sent it; ``priority`` and the place in the list are his where he chose."""

    need_id: int
    kind: NeedKind
    description: str
    priority: Priority
    sent_priority: Priority
    comments: tuple[SharedComment, ...]
    wrong: SharedComment | None


@dataclass(frozen=True, slots=True)
class SharedList:
    """Everything that the customer's page shows. ``state`` says whether he can still do something, or why not."""

    confirmation: Confirmation
    state: SharedState
    rows: tuple[SharedRow, ...]
    additions: tuple[SharedComment, ...]
    comments: tuple[SharedComment, ...]

    @property
    def is_open(self) -> bool:
        return self.state is SharedState.OPEN

    @property
    def choices(self) -> tuple[Choice, ...]:
        return tuple(Choice(row.need_id, row.priority) for row in self.rows)

    @property
    def wrong(self) -> int:
        return sum(row.wrong is not None for row in self.rows)


_ALONG = ("opportunity__customer", "opportunity__owner", "contact", "sent_by")
_SHOWN = (
    *(field.attname for field in Confirmation._meta.concrete_fields),
    "opportunity__name", "opportunity__outcome", "opportunity__customer__name",
    *(f"{who}__{field}" for who in ("opportunity__owner", "sent_by") for field in ("name", "username", "phone", "email", "is_active")),
    "contact__name", "contact__do_not_contact",
)  # fmt: skip
"""What the page needs of the rows around the list: they are wide, and it is read on a telephone."""


def shared_list(link: Link) -> SharedList:
    """The list that this link opens. Two queries. Raises Confirmation.DoesNotExist where it opens none of ours.

    ``confirmation`` comes with opportunity (customer, owner), contact and sent_by. Whoever asks has checked the link.
    """
    sent = Confirmation.objects.select_related(*_ALONG).only(*_SHOWN).get(link_id=link.pk)
    sent.link = link
    said = [_comment(c) for c in sent.comments.standing().select_related("answered_by")]
    return SharedList(
        confirmation=sent,
        state=state_of(sent),
        rows=tuple(_rows(sent, said)),
        additions=tuple(c for _, c in said if c.kind is CommentKind.ADDITION),
        comments=tuple(c for need_id, c in said if c.kind is CommentKind.COMMENT and need_id is None),
    )


def state_of(sent: Confirmation) -> SharedState:
    """What the customer can do with it, apart from what its link says."""
    if sent.confirmed_at:
        return SharedState.CONFIRMED
    if sent.superseded_at:
        return SharedState.SUPERSEDED
    if sent.opportunity.outcome in (Outcome.LOST, Outcome.VOID):
        return SharedState.CLOSED
    return SharedState.GONE if sent.contact.do_not_contact else SharedState.OPEN


def _rows(sent: Confirmation, said: Iterable[tuple[int | None, SharedComment]]) -> Iterable[SharedRow]:
    by_need: dict[int | None, list[SharedComment]] = {}
    for need_id, comment in said:
        by_need.setdefault(need_id, []).append(comment)
    as_sent = {need.need_id: need for need in sent.sent}
    for need in _shown(sent):
        comments = by_need.get(need.need_id, ())
        yield SharedRow(
            need_id=need.need_id,
            kind=need.kind,
            description=need.description,
            priority=need.priority,
            sent_priority=as_sent[need.need_id].priority,
            comments=tuple(c for c in comments if c.kind is CommentKind.COMMENT),
            wrong=next((c for c in comments if c.kind is CommentKind.WRONG), None),
        )


def _shown(sent: Confirmation) -> tuple[FrozenNeed, ...]:
    if sent.confirmed_content is not None:
        return read(sent.confirmed_content)
    return chosen(sent.sent, read_choices(sent.choices))


def _comment(said: NeedComment) -> tuple[int | None, SharedComment]:
    return said.need_id, SharedComment(
        id=said.pk,
        kind=CommentKind(said.kind),
        text=said.text,
        by_name=said.by_name,
        at=said.at,
        answer=said.answer,
        answered_by=str(said.answered_by) if said.answered_by else "",
        answered_at=said.answered_at,
    )
