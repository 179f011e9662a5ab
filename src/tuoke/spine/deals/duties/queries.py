"""责任分工 of a deal, and what one owes oneself. Each starts from ``visible_to``, or from a deal that the caller holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import holders_of
from tuoke.base.accounts.rules import Function, Permission, Principal
from tuoke.spine.catalog.rules import Scale
from tuoke.spine.deals.duties.models import Duty
from tuoke.spine.deals.duties.rules import State, unanswered, why_complex
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.spine.deals.queries import process_of
from tuoke.spine.playbook.rules import DEAL_STEPS, StepKey


@dataclass(frozen=True, slots=True)
class StepDuties:
    """The lines of one step. ``lack``: "none" or "several" where not exactly one function is accountable."""

    key: StepKey
    name: str
    duties: tuple[Duty, ...]
    lack: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    total: int
    accepted: int
    late: int


def duties_of(deal: Opportunity) -> list[Duty]:
    """Withdrawn ones too, at most ``rules.MOST`` that stand. One query."""
    return list(Duty.objects.filter(opportunity=deal).select_related("person", "accepter", "opportunity"))


def by_step(deal: Opportunity, duties: list[Duty]) -> list[StepDuties]:
    """In the order of the deal's process; a step without a line has none here."""
    standing = [duty for duty in duties if duty.withdrawn_at is None]
    lacks: Mapping[StepKey, str] = unanswered((duty.step, duty.part) for duty in standing)
    found = []
    for step in process_of(deal).steps:
        own = tuple(duty for duty in standing if duty.step == step.key)
        if own and step.key in DEAL_STEPS:
            found.append(StepDuties(step.key, step.name, own, lacks.get(step.key, "")))
    return found


def progress_of(deal: Opportunity, *, today: date) -> Progress:
    """How far a deal's duties are. One query."""
    standing = list(Duty.objects.standing().filter(opportunity=deal).only("state", "due_on"))
    accepted = sum(duty.state == State.ACCEPTED for duty in standing)
    return Progress(len(standing), accepted, sum(duty.is_late(today) for duty in standing))


def owed_by(who: Principal, *, until: date) -> QuerySet[Duty]:
    """What one is to deliver until a day, the oldest first: of deals that go on."""
    mine = Duty.objects.visible_to(who).standing().filter(person_id=who.user_id or 0, state=State.OPEN)
    found = mine.filter(due_on__lte=until).exclude(opportunity__outcome__in=["lost", "void"])
    return found.select_related("opportunity__customer").order_by("due_on", "id")


def waiting_for(who: Principal) -> QuerySet[Duty]:
    """What was delivered and waits for one's acceptance."""
    mine = Q(accepter_id=who.user_id or 0) | Q(accepter=None, opportunity__owner_id=who.user_id or 0)
    found = Duty.objects.visible_to(who).standing().filter(mine, state=State.DELIVERED)
    return found.select_related("opportunity__customer", "person").order_by("delivered_at", "id")


def complexity_of(deal: Opportunity) -> tuple[str, ...]:
    """Why the deal should run as a complex one though it isn't marked so; empty where it is, or nothing speaks for it."""
    if deal.is_complex or not deal.is_running:
        return ()
    people = Membership.objects.current().filter(opportunity=deal).exclude(user__department=None)
    functions = {Function(said) for said in people.values_list("user__department__function", flat=True)}
    return why_complex(scale=Scale(deal.scale), amount=deal.amount, functions={*functions, Function.SALES})


def people_for(deal: Opportunity) -> list[User]:
    """Whom a duty can be given: active people who may read deals they have joined, the deal's own first."""
    own = {deal.owner_id, *Membership.objects.current().filter(opportunity=deal).values_list("user_id", flat=True)}
    active = User.objects.filter(is_active=True).select_related("department").order_by("name", "pk")
    return sorted(holders_of(Permission.DEAL_READ, among=active), key=lambda user: user.pk not in own)
