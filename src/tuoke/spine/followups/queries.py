"""Reads of follow-ups and next actions. Each starts from ``visible_to``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import override

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import colleagues
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.paging import Page, Sort, page_of
from tuoke.spine.customers.queries import is_masked, name_of
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.spine.followups.models import FollowUp, FollowUpQuerySet, NextAction, Subject, column_of
from tuoke.spine.followups.rules import TABLE_COLUMNS

Cells = list[str]
MOST_WAITING = 50


def _aware(said: str) -> datetime:
    """The time in a cursor; one without zone was not made here, nor one that UTC has no year for."""
    at = datetime.fromisoformat(said)
    if timezone.is_naive(at):
        raise ValueError(said)
    return at.astimezone(UTC)


NEWEST = Sort("at", is_descending=True, parse=_aware)


@dataclass(frozen=True, slots=True)
class Thread:
    """What the panel of a lead, customer or deal shows."""

    waiting: list[NextAction]
    recent: list[FollowUp]
    more: bool


def thread_of(who: Principal, subject: Subject, *, limit: int = 8) -> Thread:
    """Open next actions (nearest first) and the newest follow-ups of a subject that ``who`` holds already.

    A customer's are also those of its deals, as far as one may see them.
    """
    if not who.may(Permission.FOLLOWUP_READ):
        return Thread([], [], more=False)
    if isinstance(subject, Lead) and is_masked(subject, who=who):
        return Thread([], [], more=False)  # what was said is read once the lead is claimed (S2.6)
    mine = Q(**{column_of(subject): subject})
    if isinstance(subject, Customer):
        mine |= Q(opportunity__in=Opportunity.objects.visible_to(who).filter(customer=subject))
    waiting = NextAction.objects.waiting().filter(mine).select_related("owner", "opportunity")
    recent = FollowUp.objects.filter(mine).select_related("by", "contact", "opportunity").order_by("-at", "-id")
    found = list(recent[: limit + 1])
    ordered = waiting.order_by("due_on", "due_time", "id")
    return Thread(list(ordered[:MOST_WAITING]), found[:limit], more=len(found) > limit)


def waiting_of(subject: Subject) -> list[NextAction]:
    """What is still to be done for just this lead, customer or deal: what a follow-up may answer."""
    return list(NextAction.objects.waiting().about(subject).order_by("due_on", "due_time", "id")[:MOST_WAITING])


def party_of(subject: Subject) -> Customer | Lead:
    """The customer behind a subject; a lead that has none is its own party."""
    if isinstance(subject, Opportunity):
        return subject.customer
    if isinstance(subject, Lead):
        return subject.customer or subject
    return subject


def contacts_of(subject: Subject) -> list[Contact]:
    party = party_of(subject)
    return list(Contact.objects.filter(customer=party).order_by("id")[:200]) if isinstance(party, Customer) else []


def possible_owners(who: Principal, subject: Subject) -> list[User]:
    """Who may be asked to do something next: oneself, the subject's owner, one's people, those who joined the deal."""
    people = {user.pk: user for user in colleagues(who, Permission.FOLLOWUP_WRITE)}
    others: set[int | None] = {who.user_id, subject.owner_id}
    if isinstance(subject, Opportunity):
        others |= set(Membership.objects.current().filter(opportunity=subject).values_list("user_id", flat=True))
    missing = {pk for pk in others if pk and pk not in people}
    for user in User.objects.filter(pk__in=missing, is_active=True).order_by("name"):
        people[user.pk] = user
    return sorted(people.values(), key=lambda user: (user.pk != who.user_id, user.name))


def people_by_name(who: Principal) -> dict[str, User]:
    """Those to whom ``who`` may give things, by name; a name that two people have is nobody's."""
    found: dict[str, list[User]] = {}
    for user in colleagues(who, Permission.FOLLOWUP_WRITE):
        for name in {user.name, user.username}:
            found.setdefault(name, []).append(user)
    return {name: users[0] for name, users in found.items() if name and len(users) == 1}


def recorded(who: Principal, *, mine: bool) -> FollowUpQuerySet:
    """The list 跟进记录, newest first: one's own, or all that one may see."""
    seen = FollowUp.objects.filter(by_id=who.user_id) if mine else FollowUp.objects.all()
    return seen.visible_to(who).real().order_by("-at", "-id")


def page_of_records(followups: FollowUpQuerySet, *, cursor: str, size: int) -> Page[FollowUp]:
    """A page of the list with all that its lines show. Raises paging.BadCursor."""
    return page_of(with_subjects(followups), sort=NEWEST, cursor=cursor, size=size)


def with_subjects(followups: FollowUpQuerySet) -> FollowUpQuerySet:
    """Everything that a line of the list shows, in a fixed number of queries."""
    actions = NextAction.objects.select_related("owner").order_by("id")
    return followups.select_related("opportunity__customer", "customer", "lead", "by", "contact").prefetch_related(
        Prefetch("next_actions", actions, to_attr="planned")
    )


def record_table(
    who: Principal, *, subject: Subject | None = None, followups: FollowUpQuerySet | None = None
) -> tuple[tuple[str, ...], Iterator[Cells]]:
    """《项目跟进记录表》 as texts: headers and rows, oldest first. Cells that were imported come out as they came.

    ``subject`` narrows to one lead, customer (with its deals) or deal; ``followups`` to what a list shows.
    """
    found = FollowUp.objects.visible_to(who) if followups is None else followups
    if isinstance(subject, Customer):
        found = found.filter(Q(customer=subject) | Q(opportunity__customer=subject))
    elif subject is not None:
        found = found.about(subject)
    rows = with_subjects(found.order_by("at", "id"))
    return TABLE_COLUMNS, (_cells(row, who) for row in rows.iterator(chunk_size=500))


def _cells(row: FollowUp, who: Principal) -> Cells:
    planned: list[NextAction] = row.planned  # type: ignore[attr-defined]  # prefetched by with_subjects
    action = planned[0] if planned else None
    with override("zh-hans"):  # the document's language, whatever the reader's is
        step, channels = row.step_name, "+".join(row.channel_names)
    return [
        row.customer_label or party_name(row.subject, who=who),
        row.stage_label or step,
        _moment_text(row.at),
        row.channel_label or channels,
        row.summary,
        action.title if action else "",
        _responsible(row, action),
        action.due_on.isoformat() if action and action.due_on else "",
    ]


def party_name(subject: Subject, *, who: Principal) -> str:
    """The customer (or the lead's company) behind a subject; what is masked for ``who`` stays masked."""
    if isinstance(subject, Opportunity):
        return subject.customer.name
    return name_of(subject, who=who) if isinstance(subject, Lead) else subject.name


def _responsible(row: FollowUp, action: NextAction | None) -> str:
    if row.import_digest and not row.owner_label:
        return ""  # as it came
    if action is None:
        return row.owner_label or (row.by.name if row.by else "")
    return action.owner_label or (action.owner.name if action.owner else "")


def _moment_text(at: datetime) -> str:
    """The day; with the time where one was said."""
    local = timezone.localtime(at)
    return local.date().isoformat() if local.time() == time() else f"{local:%Y-%m-%d %H:%M}"


def local_day(at: datetime) -> date:
    return timezone.localtime(at).date()
