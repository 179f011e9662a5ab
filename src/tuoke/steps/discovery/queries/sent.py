"""What was sent to customers, as we see it: versions, what came back, what still waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.services.links.queries import LinkCard, cards_of
from tuoke.services.links.rules import Why, problem
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import CLOSED
from tuoke.steps.discovery.models import Confirmation, Need, NeedComment
from tuoke.steps.discovery.rules import (
    UNOPENED_DAYS,
    CommentKind,
    Difference,
    FrozenNeed,
    NeedKind,
    Priority,
    differences,
    is_somebody_else,
)

VERSIONS_MOST = 20
"""Versions that a deal's page shows; older ones stay in its history."""


@dataclass(frozen=True, slots=True)
class SentList:
    """One version as we see it. ``changes``: against the version before it. ``card``: its link, opened how often."""

    sent: Confirmation
    card: LinkCard | None
    comments: tuple[NeedComment, ...]
    changes: tuple[Difference, ...]
    is_unopened: bool

    @property
    def is_waiting(self) -> bool:
        return self.sent.confirmed_at is None and self.sent.superseded_at is None

    @property
    def is_live(self) -> bool:
        return self.card is not None and self.card.is_open

    @property
    def to_answer(self) -> int:
        """Words of his that wait for an answer; what he added waits among the drafts instead."""
        return sum(c.answered_at is None and c.kind != CommentKind.ADDITION for c in self.comments)

    @property
    def signed_by_other(self) -> bool:
        return bool(self.sent.confirmed_name) and is_somebody_else(
            recipient=self.sent.recipient, signed=self.sent.confirmed_name
        )


@dataclass(frozen=True, slots=True)
class Sharing:
    """All versions of a deal's list, newest first, and what changed since the last that the customer confirmed."""

    versions: tuple[SentList, ...]
    since: Confirmation | None
    changed: tuple[Difference, ...]

    @property
    def current(self) -> SentList | None:
        return self.versions[0] if self.versions else None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A list that was sent and isn't confirmed: since how many days, and whether it was opened at all."""

    sent: Confirmation
    days: int
    is_opened: bool
    is_dead: bool

    @property
    def is_unopened(self) -> bool:
        """Not opened for days: worth a call."""
        return not self.is_opened and not self.is_dead and self.days >= UNOPENED_DAYS


def sharing_of(who: Principal, deal: Opportunity, listed: Sequence[Need], *, now: datetime) -> Sharing:
    """The versions of the deal's list that were sent, with their links and what came back. At most three queries."""
    found = list(
        Confirmation.objects.visible_to(who)
        .filter(opportunity=deal)
        .select_related("sent_by", "contact", "link")[:VERSIONS_MOST]
    )
    if not found:
        return Sharing((), None, ())
    cards = cards_of([sent.link_id for sent in found if sent.link_id], now=now)
    said: dict[int, list[NeedComment]] = {}
    comments = NeedComment.objects.standing().filter(confirmation__in=[sent.pk for sent in found])
    for comment in comments.select_related("need", "draft", "answered_by"):
        said.setdefault(comment.confirmation_id, []).append(comment)
    before = {sent.number: sent.sent for sent in found}
    versions = tuple(
        SentList(
            sent=sent,
            card=cards.get(sent.link_id or 0),
            comments=tuple(said.get(sent.pk, ())),
            changes=differences(before[sent.number - 1], sent.sent) if sent.number - 1 in before else (),
            is_unopened=_waiting(sent, now=now).is_unopened,
        )
        for sent in found
    )
    since = next((sent for sent in found if sent.confirmed_at), None)
    return Sharing(versions, since, changed_since(since, listed) if since else ())


def changed_since(sent: Confirmation, listed: Sequence[Need]) -> tuple[Difference, ...]:
    """What in the list is no longer as he confirmed it and waits for his word again; the latent needs don't."""
    now = [frozen(need) for need in listed]
    unconfirmed = {need.pk for need in listed if need.confirmed_on is None}
    kept = sent.confirmed
    return tuple(
        d
        for d in differences(kept, now)
        if d.after is None or (d.need_id in unconfirmed and (d.before or d.after.kind is not NeedKind.LATENT))
    )


def frozen(need: Need) -> FrozenNeed:
    return FrozenNeed(need.pk, NeedKind(need.kind), need.description, Priority(need.priority))


def waiting_for_customer(who: Principal, now: datetime, *, limit: int = 50) -> list[Waiting]:
    """Lists that went to customers of ``who``'s own deals and aren't confirmed, the oldest first. One query.

    For 今日 (S4.3): ``Waiting.is_unopened`` says that it hasn't been opened for UNOPENED_DAYS days.
    """
    own = Q(opportunity__owner_id=who.user_id) if who.user_id else Q()
    found = (
        Confirmation.objects.visible_to(who)
        .waiting()
        .filter(own, opportunity__is_practice=False)
        .exclude(opportunity__outcome__in=sorted(CLOSED))
        .select_related("opportunity__customer", "link")
        .order_by("sent_at", "id")[:limit]
    )
    return [_waiting(sent, now=now) for sent in found]


def may_see_link(who: Principal, subject: str) -> bool:
    """Whether ``who`` sees the list that a link opens; for ``links.hooks.kinds``."""
    return _reaches(who, subject, "read")


def may_revoke_link(who: Principal, subject: str) -> bool:
    return _reaches(who, subject, "write")


def _reaches(who: Principal, subject: str, action: str) -> bool:
    label, _, pk = subject.partition(":")
    is_ours = label == Confirmation._meta.label_lower and pk.isdigit()
    return is_ours and Confirmation.objects.visible_to(who, action).filter(pk=int(pk)).exists()


def _waiting(sent: Confirmation, *, now: datetime) -> Waiting:
    link = sent.link
    why = problem(expires_at=link.expires_at, revoked_at=link.revoked_at, now=now) if link else Why.REVOKED
    return Waiting(
        sent=sent,
        days=(timezone.localdate(now) - timezone.localdate(link.created_at if link else sent.sent_at)).days,
        is_opened=link is not None and link.opened_at is not None,
        is_dead=why is not None,
    )
