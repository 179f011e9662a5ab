"""What was sent and what came back, as we see it (S5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.services.links.queries import LinkCard, cards_of
from tuoke.services.links.rules import problem
from tuoke.spine.deals.hooks import Badge
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import CLOSED, Outcome
from tuoke.steps.proposals.models import ProposalVersion
from tuoke.steps.proposals.sendings.chapters import leaves_of
from tuoke.steps.proposals.sendings.models import (
    Paper,
    Presentation,
    Reading,
    Remark,
    Sending,
    SendingQuerySet,
)
from tuoke.steps.proposals.sendings.rules import State, is_read, is_unopened, progress_of

Row = TypeVar("Row", bound=models.Model)

SENDINGS_MOST = 50
"""Sendings that a deal's page shows; older ones stay in its history."""
UNOPENED = Badge(_("方案 3 天没打开"), tone="orange", permission=Permission.PROPOSAL_READ)


@dataclass(frozen=True, slots=True)
class SectionRead:
    """One section of what he got, and how long it was in front of him."""

    title: str
    seconds: int
    is_read: bool
    last_at: datetime | None

    @property
    def minutes(self) -> int:
        return max(1, round(self.seconds / 60))


@dataclass(frozen=True, slots=True)
class Sent:
    """One sending as we see it. ``card``: its link, opened how often; ``progress``: of its papers, per cent."""

    sending: Sending
    card: LinkCard | None
    sections: tuple[SectionRead, ...]
    remarks: tuple[Remark, ...]
    papers: tuple[Paper, ...]
    is_unopened: bool

    @property
    def read(self) -> int:
        return sum(section.is_read for section in self.sections)

    @property
    def to_answer(self) -> int:
        return sum(remark.answered_at is None for remark in self.remarks)

    @property
    def progress(self) -> int:
        return progress_of((paper.state, paper.progress) for paper in self.papers)

    @property
    def is_live(self) -> bool:
        return self.card is not None and self.card.is_open


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that went out of one deal, newest first."""

    sendings: tuple[Sent, ...]

    @property
    def is_preparing(self) -> bool:
        return any(sent.sending.state == State.PREPARING for sent in self.sendings)

    @property
    def open_remarks(self) -> list[Remark]:
        return [remark for sent in self.sendings for remark in sent.remarks if remark.answered_at is None]

    @property
    def current(self) -> list[Sent]:
        """What counts now: sent and not superseded."""
        return [sent for sent in self.sendings if sent.sending.is_sent and not sent.sending.is_superseded]

    @property
    def unopened(self) -> list[Sent]:
        return [sent for sent in self.sendings if sent.is_unopened]


def overview(who: Principal, deal: Opportunity, *, now: datetime) -> Overview:
    """At most six queries, however many sendings."""
    related = ("version__proposal", "contact", "link", "created_by", "mail")
    rows = Sending.objects.visible_to(who).filter(opportunity=deal).select_related(*related)
    found = list(rows.defer("version__content")[:SENDINGS_MOST])
    if not found:
        return Overview(())
    keys = [sending.pk for sending in found]
    cards = cards_of([sending.link_id for sending in found if sending.link_id], now=now)
    readings = _by(Reading.objects.filter(sending__in=keys), "sending_id")
    remarks = _by(Remark.objects.standing().filter(sending__in=keys).select_related("answered_by"), "sending_id")
    versions = {sending.version_id for sending in found}
    papers = _by(Paper.objects.lean().filter(version__in=versions), "version_id")
    sections = _sections(versions)
    return Overview(
        tuple(
            Sent(
                sending=sending,
                card=cards.get(sending.link_id or 0),
                sections=_read(sections[sending.version_id], readings.get(sending.pk, [])),
                remarks=tuple(remarks.get(sending.pk, ())),
                papers=tuple(papers.get(sending.version_id, ())),
                is_unopened=_is_unopened(sending, now=now),
            )
            for sending in found
        )
    )


def presentations_of(who: Principal, deal: Opportunity) -> list[Presentation]:
    """Meetings in which it was shown, the latest first; withdrawn ones among them. Two queries."""
    rows = Presentation.objects.visible_to(who).filter(opportunity=deal).select_related("created_by", "version")
    return list(rows.defer("version__content").prefetch_related("contacts")[:SENDINGS_MOST])


def open_remarks(who: Principal, *, limit: int = 50) -> list[Remark]:
    """What customers of ``who``'s own deals asked and nobody has answered, the oldest first. One query. For 今日."""
    own = Q(sending__opportunity__owner_id=who.user_id) if who.user_id else Q()
    rows = Remark.objects.visible_to(who).standing().filter(own, answered_at=None)
    rows = rows.exclude(sending__opportunity__outcome__in=sorted(CLOSED))
    return list(rows.select_related("sending__opportunity__customer").order_by("at", "id")[:limit])


@dataclass(frozen=True, slots=True)
class WaitingProposal:
    """A proposal that somebody has and hasn't opened: since how many days."""

    sending: Sending
    days: int


def waiting_for_customer(who: Principal, now: datetime, *, limit: int = 50) -> list[WaitingProposal]:
    """Unopened for UNOPENED_DAYS days, of ``who``'s own deals, the oldest first. One query. For 今日."""
    own = Q(opportunity__owner_id=who.user_id) if who.user_id else Q()
    rows = _waiting(Sending.objects.visible_to(who).filter(own, opportunity__is_practice=False))
    found = list(
        rows.select_related("opportunity__customer", "link").defer("message").order_by("sent_at", "id")[:limit]
    )
    return [WaitingProposal(one, _days(one, now=now)) for one in found if _is_unopened(one, now=now)]


def badges_of(ids: Sequence[int], now: datetime) -> Mapping[int, Sequence[Badge]]:
    """Deals among ``ids`` whose customer hasn't opened what he was sent days ago. One query for any number."""
    rows = _waiting(Sending.objects.filter(opportunity__in=ids)).select_related("link")
    return {one.opportunity_id: [UNOPENED] for one in rows if _is_unopened(one, now=now)}


def may_see_link(who: Principal, subject: str) -> bool:
    """For ``links.hooks.kinds``: who sees the deal sees its links."""
    return _reaches(who, subject, "read")


def may_revoke_link(who: Principal, subject: str) -> bool:
    return _reaches(who, subject, "write")


def _waiting(rows: SendingQuerySet) -> SendingQuerySet:
    """Sent, never opened, the latest version; and nobody else of the customer has opened it either."""
    opened = Sending.objects.filter(
        opportunity=OuterRef("opportunity"), superseded_at=None, link__opened_at__isnull=False
    )
    rows = rows.sent().filter(superseded_at=None, link__opened_at=None, link__revoked_at=None)
    return rows.filter(~Exists(opened), opportunity__outcome=Outcome.OPEN)


def _reaches(who: Principal, subject: str, action: str) -> bool:
    label, _colon, pk = subject.partition(":")
    is_ours = label == Sending._meta.label_lower and pk.isdigit()
    return is_ours and Sending.objects.visible_to(who, action).filter(pk=int(pk)).exists()


def _sections(version_ids: set[int]) -> dict[int, Mapping[str, str]]:
    versions = ProposalVersion.objects.filter(pk__in=version_ids)
    return {version.pk: leaves_of(version.frozen) for version in versions}


def _read(sections: Mapping[str, str], readings: Sequence[Reading]) -> tuple[SectionRead, ...]:
    by_key = {reading.section: reading for reading in readings}
    return tuple(_section_read(title, by_key.get(key)) for key, title in sections.items())


def _section_read(title: str, reading: Reading | None) -> SectionRead:
    if reading is None:
        return SectionRead(title, 0, is_read=False, last_at=None)
    return SectionRead(title, reading.seconds, is_read(reading.seconds, reading.times), reading.last_at)


def _is_unopened(sending: Sending, *, now: datetime) -> bool:
    link = sending.link
    if link is None or sending.sent_at is None or sending.is_superseded:
        return False
    return is_unopened(
        sent_on=timezone.localdate(sending.sent_at),
        is_opened=link.opened_at is not None,
        is_dead=problem(expires_at=link.expires_at, revoked_at=link.revoked_at, now=now) is not None,
        today=timezone.localdate(now),
    )


def _days(sending: Sending, *, now: datetime) -> int:
    assert sending.sent_at is not None
    return (timezone.localdate(now) - timezone.localdate(sending.sent_at)).days


def _by(rows: Iterable[Row], name: str) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found
