"""What was noted of a subject."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.rules import LeadStatus
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import Subject
from tuoke.steps.outreach.models import BackgroundEvent, Concern, Note, Profile
from tuoke.steps.outreach.rules import EventKind, News

MOST_SHOWN = 400
"""A customer and the leads that became it; each takes ``rules.MOST_NOTES`` of a sort."""
Row = TypeVar("Row", bound=Note)


@dataclass(frozen=True, slots=True)
class Notes:
    """What stands, the newest first, and what was withdrawn."""

    events: Sequence[BackgroundEvent]
    concerns: Sequence[Concern]
    profiles: Sequence[Profile]
    withdrawn: Sequence[Note]

    @property
    def is_empty(self) -> bool:
        return not (self.events or self.concerns or self.profiles)


def notes_of(who: Principal, subject: Subject) -> Notes:
    """Everything noted of a subject that ``who`` holds. Three queries."""
    events: list[BackgroundEvent] = _rows(
        BackgroundEvent.objects.visible_to(who).select_related("by", "lead", "customer"), subject
    )
    concerns: list[Concern] = _rows(
        Concern.objects.visible_to(who).select_related("by", "lead", "contact__customer"), subject
    )
    profiles: list[Profile] = _rows(
        Profile.objects.visible_to(who).select_related("by", "lead", "customer", "contact__customer"), subject
    )
    withdrawn: list[Note] = [row for rows in (events, concerns, profiles) for row in rows if row.withdrawn_at]
    return Notes(_standing(events), _standing(concerns), _standing(profiles), withdrawn)


def news_of(notes: Iterable[BackgroundEvent]) -> list[News]:
    return [News(EventKind(event.kind), event.happened_on, event.title) for event in notes]


def party_for(subject: Subject) -> Lead | Customer:
    """What notes of a subject hang on: a deal's customer; a lead speaks for itself, also beside a customer."""
    return subject.customer if isinstance(subject, Opportunity) else subject


def about(model: type[Note], subject: Subject) -> Q:
    """Rows about a subject: its own, its customer's, and those of the lead that became it."""
    customer, leads = _sides(subject)
    found = Q(lead__in=leads)
    if customer is not None:
        found |= Q(lead__customer=customer, lead__status=LeadStatus.CONVERTED)
        for column in model.CUSTOMERS:
            found |= Q(**{column: customer})
    return found


def _sides(subject: Subject) -> tuple[int | None, list[int]]:
    if isinstance(subject, Lead):
        return subject.customer_id, [subject.pk]
    if isinstance(subject, Opportunity):
        return subject.customer_id, [subject.lead_id] if subject.lead_id else []
    assert isinstance(subject, Customer)
    return subject.pk, []


def _rows(rows: QuerySet[Any], subject: Subject) -> list[Any]:
    return list(rows.filter(about(rows.model, subject))[:MOST_SHOWN])


def _standing(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row.withdrawn_at is None]
