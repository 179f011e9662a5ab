"""The page 团队与沟通 of a deal: who is who, what the customer was told, whose time is booked, when one talks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import holders_of
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.links import queries as links
from tuoke.services.links.queries import LinkCard
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.doors import is_open
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.spine.followups.models import NextAction
from tuoke.steps.contracts.kickoff.models import KickoffPlan
from tuoke.steps.contracts.teams.models import (
    Booking,
    Introduction,
    Meeting,
    PlanShare,
    ProjectContact,
    Rhythm,
)
from tuoke.steps.contracts.teams.queries.bookings import Load, loads_of
from tuoke.steps.contracts.teams.rules import (
    MOST_BOOKINGS,
    MOST_CONTACTS,
    MOST_RHYTHMS,
    Side,
    Way,
    has_both_mains,
)

MOST_PEOPLE, MOST_SHARES, MOST_INTRODUCTIONS = 300, 20, 20
_OURS_FIRST = {Side.OURS.value: 0, Side.THEIRS.value: 1}


def contacts_of(deal: Opportunity, *, side: Side | None = None) -> list[ProjectContact]:
    """Who is who in this project, our side first, the main contact of each side before the others. One query."""
    rows = ProjectContact.objects.standing().filter(opportunity=deal).select_related("user__department", "contact")
    found = list((rows.filter(side=side) if side else rows).order_by("id")[:MOST_CONTACTS])
    return sorted(found, key=lambda row: (_OURS_FIRST[row.side], not row.is_main, row.pk))


def ready_to_introduce(deal: Opportunity) -> Verdict:
    """Whether there is a team to be introduced, whatever the letter says then: team_missing, deal_closed. One query."""
    ours = ProjectContact.objects.standing().filter(opportunity=deal, side=Side.OURS)
    return is_open(deal) & (YES if ours.exists() else no("team_missing"))


def ready_to_share(deal: Opportunity) -> Verdict:
    """plan_missing, deal_closed. One query."""
    has_plan = KickoffPlan.objects.filter(opportunity=deal).exists()
    return is_open(deal) & (YES if has_plan else no("plan_missing"))


def is_introduced(deal: Opportunity) -> bool:
    """The team was introduced to the customer, and each side has its main contact. Two queries."""
    if not Introduction.objects.standing().filter(opportunity=deal).exists():
        return False
    rows = ProjectContact.objects.standing().filter(opportunity=deal)
    return has_both_mains(list(rows.values_list("side", "is_main")))


def is_shared(deal: Opportunity) -> bool:
    """The customer has the plan: he opened his link, or it was handed to him. One query."""
    has_it = Q(way=Way.HAND.value) | Q(way=Way.LINK.value, link__opened_at__isnull=False)
    return PlanShare.objects.standing().filter(has_it, opportunity=deal).exists()


@dataclass(frozen=True, slots=True)
class RhythmShown:
    """``coming``: its meetings that still wait, the next one first. ``names``: who takes part."""

    rhythm: Rhythm
    coming: list[NextAction]
    names: list[str]

    @property
    def following(self) -> NextAction | None:
        return self.coming[0] if self.coming else None


@dataclass(frozen=True, slots=True)
class SharedLink:
    share: PlanShare
    card: LinkCard | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that the page shows."""

    contacts: list[ProjectContact]
    withdrawn: list[ProjectContact]
    introductions: list[Introduction]
    shares: list[SharedLink]
    bookings: list[Booking]
    loads: Mapping[int, Load]
    rhythms: list[RhythmShown]
    ended: list[Rhythm]
    is_shared: bool

    @property
    def ours(self) -> list[ProjectContact]:
        return [one for one in self.contacts if one.side == Side.OURS]

    @property
    def theirs(self) -> list[ProjectContact]:
        return [one for one in self.contacts if one.side == Side.THEIRS]

    @property
    def has_mains(self) -> bool:
        return has_both_mains([(one.side, one.is_main) for one in self.contacts])


def overview_of(deal: Opportunity, *, now: datetime, today: date) -> Overview:
    """Eleven queries at most, whatever there is."""
    gone = ProjectContact.objects.filter(opportunity=deal, withdrawn_at__isnull=False)
    shares = list(PlanShare.objects.standing().filter(opportunity=deal).select_related("sent_by")[:MOST_SHARES])
    cards = links.cards_of([share.link_id for share in shares if share.link_id], now=now)
    bookings = list(
        Booking.objects.filter(opportunity=deal).select_related("user", "asked_by", "decided_by")[:MOST_BOOKINGS]
    )
    ended = Rhythm.objects.filter(opportunity=deal, ended_at__isnull=False)
    return Overview(
        contacts=contacts_of(deal),
        withdrawn=list(gone.select_related("user", "contact")[:MOST_CONTACTS]),
        introductions=list(
            Introduction.objects.standing().filter(opportunity=deal).select_related("by")[:MOST_INTRODUCTIONS]
        ),
        shares=[SharedLink(share, cards.get(share.link_id or 0)) for share in shares],
        bookings=bookings,
        loads=loads_of({booking.user_id for booking in bookings}, today=today),
        rhythms=rhythms_of(deal, today=today),
        ended=list(ended[:MOST_RHYTHMS]),
        is_shared=is_shared(deal),
    )


def rhythms_of(deal: Opportunity, *, today: date) -> list[RhythmShown]:
    """The rhythms that hold, with the meetings before us. Three queries."""
    waits = Meeting.objects.filter(
        is_off=False, action__done_at=None, action__cancelled_at=None, action__due_on__gte=today
    ).select_related("action")
    rows = Rhythm.objects.standing().filter(opportunity=deal).select_related("owner")
    people = ProjectContact.objects.select_related("user", "contact")
    found = rows.prefetch_related(Prefetch("meetings", waits), Prefetch("contacts", people))[:MOST_RHYTHMS]
    return [
        RhythmShown(
            rhythm,
            sorted((one.action for one in rhythm.meetings.all()), key=lambda action: (action.due_on, action.pk)),
            [one.name for one in rhythm.contacts.all() if one.withdrawn_at is None],
        )
        for rhythm in found
    ]


def possible_owners(deal: Opportunity) -> list[User]:
    """Who may convene: the deal's owner and those who have joined it, by name. One query."""
    joined = Membership.objects.current().filter(opportunity=deal).values("user_id")
    people = User.objects.filter(Q(pk=deal.owner_id) | Q(pk__in=joined), is_active=True)
    return list(people.order_by("name", "id")[:MOST_PEOPLE])


def colleagues_of(deal: Opportunity) -> list[User]:
    """Whose time can be asked for, who can be named: whoever may see a deal at all, by department and name."""
    people = User.objects.filter(is_active=True).select_related("department").order_by("department__name", "name")
    return holders_of(Permission.DEAL_READ, among=people)[:MOST_PEOPLE]


def customer_people(deal: Opportunity) -> list[Contact]:
    return list(Contact.objects.filter(customer_id=deal.customer_id).order_by("id")[:MOST_PEOPLE])
