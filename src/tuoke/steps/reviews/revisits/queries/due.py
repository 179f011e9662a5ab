"""What is to be visited: for 今日, for the list, for a deal."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.reviews.revisits.models import Revisit

MOST_TODAY = 100


def due_of(who: Principal, today: date) -> list[Revisit]:
    """What this person is to visit by today, the longest overdue first, at most MOST_TODAY. One query, ``opportunity`` and
    its customer at hand."""
    if not who.user_id or not who.may(Permission.REVIEW_READ):
        return []
    rows = listed(Revisit.objects.visible_to(who).due()).filter(his(who.user_id), due_on__lte=today)
    return list(rows.order_by("due_on", "id")[:MOST_TODAY])


def his(user_id: int) -> Q:
    """Visits that are this person's: his own by name, else his deals'; where the one named has left, the owner's."""
    of_owner = Q(owner=None) | Q(owner__is_active=False)
    return Q(owner_id=user_id) | (of_owner & Q(opportunity__owner_id=user_id))


def listed(rows: QuerySet[Revisit]) -> QuerySet[Revisit]:
    """Without practice; with what a line of a list names."""
    related = ("opportunity__customer", "opportunity__owner", "owner", "contact")
    return rows.filter(opportunity__is_practice=False).select_related(*related)


def due_revisit(deal: Opportunity) -> Revisit | None:
    """The one visit of the deal that is to be made. One query."""
    return Revisit.objects.due().filter(opportunity=deal).select_related("owner", "contact").first()
