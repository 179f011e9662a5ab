"""What else waits for oneself, beside one's own next actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.rules import Principal
from tuoke.insight.queries.aftercare import Aftercare, aftercare_of
from tuoke.insight.queries.agenda import Untended, Whose, untended_of
from tuoke.insight.queries.some import FEW
from tuoke.services.approvals.models import Request
from tuoke.services.approvals.queries import decided_since
from tuoke.services.notifications.queries import stuck_count
from tuoke.spine.customers.queries import review_count
from tuoke.spine.library.queries import due_for_review
from tuoke.steps.discovery.queries import Waiting, waiting_for_customer
from tuoke.steps.leads.queries import Dues, Gone, due_today, recently_recycled, recycled_soon
from tuoke.steps.proposals.sendings.models import Remark
from tuoke.steps.proposals.sendings.queries import WaitingProposal, open_remarks
from tuoke.steps.proposals.sendings.queries import waiting_for_customer as waiting_proposals
from tuoke.steps.targeting.markets.queries import due_reviews as market_reviews
from tuoke.steps.targeting.queries import due_reviews as profile_reviews
from tuoke.steps.targeting.resources.queries import waiting_for


@dataclass(frozen=True, slots=True)
class Desk:
    """What else waits for oneself: parties by cadence and pool, decisions, reviews (S2.5, S2.6, S1.5, S1.1, S1.2), what
    became today of the approvals one asked for (S6.2), customers who have not answered yet (S4.3, S5.2) or whom nobody
    has answered (S5.2), mails that did not go out (S3.3), what follows from signing (S7, S8), what nobody tends (F2)."""

    untended: Untended
    due: Dues = field(default_factory=Dues)
    leaving: Dues = field(default_factory=Dues)
    gone: Sequence[Gone] = ()
    decided: Sequence[Request] = ()
    remarks: Sequence[Remark] = ()
    requests: int = 0
    pairs: int = 0
    reviews: Sequence[ToReview] = ()
    sent: Sequence[Waiting] = ()
    proposals: Sequence[WaitingProposal] = ()
    mails_stuck: int = 0
    aftercare: Aftercare = field(default_factory=Aftercare)

    def __bool__(self) -> bool:
        return bool(self.untended or self.due or self.leaving or self.gone or self.aftercare or self.has_duties)

    @property
    def has_duties(self) -> bool:
        told = self.remarks or self.decided or self.requests or self.pairs
        return bool(told or self.reviews or self.sent or self.proposals or self.mails_stuck)


@dataclass(frozen=True, slots=True)
class ToReview:
    title: StrOrPromise
    url: str
    review_by: date


def desk_of(who: Principal, *, today: date, now: datetime, whose: Whose) -> Desk:
    """The cadence and the decisions are always one's own; where the team is looked at only what nobody tends is the team's."""
    untended = untended_of(who, today=today, whose=whose)
    if whose is Whose.TEAM:
        return Desk(untended)
    return Desk(
        untended,
        due=due_today(who, today, limit=FEW),
        leaving=recycled_soon(who, today, limit=FEW),
        gone=recently_recycled(who, now, limit=FEW),
        decided=decided_since(who, _midnight(now), limit=FEW),
        remarks=open_remarks(who, limit=FEW),
        requests=waiting_for(who),
        pairs=review_count(who),
        reviews=_reviews(who, today),
        sent=waiting_for_customer(who, now, limit=FEW),
        proposals=waiting_proposals(who, now, limit=FEW),
        mails_stuck=stuck_count(who),
        aftercare=aftercare_of(who, today=today),
    )


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def _reviews(who: Principal, today: date) -> list[ToReview]:
    profiles = [due for due in profile_reviews(who, today) if due.owner_id == who.user_id]
    found = [ToReview(due.title, due.url, due.review_by) for due in profiles]
    for analysis in market_reviews(who, today):
        if analysis.review_by is not None:
            found.append(ToReview(analysis.campaign.name, analysis.get_absolute_url(), analysis.review_by))
    for item in due_for_review(who, today, limit=FEW):
        if item.review_by is not None:
            found.append(ToReview(item.title, item.get_absolute_url(), item.review_by))
    return sorted(found, key=lambda due: due.review_by)[:FEW]
