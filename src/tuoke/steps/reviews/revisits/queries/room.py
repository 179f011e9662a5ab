"""The room of one deal: what is due, what was heard, what was asked, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.services.links.queries import LinkCard, cards_of
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.queries import linked_to, members_of
from tuoke.steps.reviews.revisits.models import Revisit, RevisitPlan, Survey
from tuoke.steps.reviews.revisits.queries.satisfaction import Score, readable, satisfaction_of
from tuoke.steps.reviews.revisits.rules import State

SHOWN, SURVEYS_SHOWN = 60, 20
"""So many of the newest are on the page; older ones stay in the history."""


@dataclass(frozen=True, slots=True)
class SurveyRow:
    survey: Survey
    card: LinkCard | None


@dataclass(frozen=True, slots=True)
class Room:
    plan: RevisitPlan | None
    due: Revisit | None
    past: Sequence[Revisit]
    withdrawn: Sequence[Revisit]
    surveys: Sequence[SurveyRow]
    scores: Sequence[Score]
    origin: Opportunity | None
    seconds: Sequence[Opportunity]


def room_of(who: Principal, deal: Opportunity, *, now: datetime) -> Room:
    """A constant number of queries. Whoever asks may see the deal's reviews."""
    rows = Revisit.objects.filter(opportunity=deal).select_related("owner", "contact", "closed_by")
    visits = list(rows.order_by("-id")[:SHOWN])
    surveys = list(Survey.objects.filter(opportunity=deal).select_related("contact").order_by("-id")[:SURVEYS_SHOWN])
    cards = cards_of([survey.link_id for survey in surveys if survey.link_id], now=now)
    linked = linked_to(deal, who=who)
    past = [visit for visit in visits if visit.withdrawn_at is None and visit.state != State.DUE]
    return Room(
        plan=RevisitPlan.objects.select_related("owner").filter(opportunity=deal).first(),
        due=next((visit for visit in visits if visit.is_due), None),
        past=sorted(past, key=lambda visit: (visit.done_on or visit.due_on, visit.pk), reverse=True),
        withdrawn=[visit for visit in visits if visit.withdrawn_at is not None and visit.state == State.DONE],
        surveys=[SurveyRow(survey, cards.get(survey.link_id or 0)) for survey in surveys],
        scores=readable(who, satisfaction_of(deal)),
        origin=next((other for other in linked if other.pk == deal.linked_from_id), None),
        seconds=[other for other in linked if other.pk != deal.linked_from_id],
    )


def may_write(who: Principal, deal: Opportunity) -> bool:
    """Whether he visits this customer: no query, whoever reads the deal and may write reviews does."""
    return who.may(Permission.REVIEW_WRITE) and not deal.is_running


def visitors(deal: Opportunity, *, today: date) -> list[User]:
    """Who may be sent instead of the deal's owner: those who have joined it."""
    members = [member.user for member in members_of(deal) if member.is_current(today) and member.user.is_active]
    return [user for user in members if user.pk != deal.owner_id]
