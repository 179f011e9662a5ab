"""What there is, what of it is taken and by whom, and what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, IntegerField, QuerySet, Value, When

from tuoke.base.accounts.models import Department, User
from tuoke.base.accounts.queries import holders_of
from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.rules import Tier
from tuoke.steps.targeting.resources.models import Allocation, NoneNeeded, Resource
from tuoke.steps.targeting.resources.rules import Stretch, Use, stretches

ZERO = Decimal(0)
_PRIORITY = Case(
    When(tier=Tier.FOCUS, then=Value(0)),
    When(tier=Tier.NURTURE, then=Value(1)),
    When(tier=Tier.WATCH, then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a resource stands: ``taken`` is the most that is taken on one day from today on (of what is used up: in all),
    ``waiting`` how many requests wait."""

    resource: Resource
    taken: Decimal
    waiting: int
    is_over: bool

    @property
    def free(self) -> Decimal:
        return self.resource.quantity - self.taken

    @property
    def percent(self) -> int:
        return int(self.taken * 100 / self.resource.quantity)


def uses_of(resource: Resource, *, apart_from: Allocation | None = None) -> list[Use]:
    """What is allocated of it. One query."""
    allocations = resource.allocations.in_force()
    if apart_from is not None:
        allocations = allocations.exclude(pk=apart_from.pk)
    return [allocation.use for allocation in allocations]


def standings(who: Principal, *, today: date, kind: str = "", over: bool = False) -> list[Standing]:
    """Every resource that ``who`` sees, those whose period is over only if asked. Three queries."""
    resources = Resource.objects.visible_to(who).standing().select_related("owner", "campaign")
    if kind:
        resources = resources.filter(kind=kind)
    if not over:
        resources = resources.filter(ends_on__gte=today)
    found = list(resources.order_by("starts_on", "name", "pk"))
    keys = [resource.pk for resource in found]
    uses: dict[int, list[Use]] = {}
    for allocation in Allocation.objects.in_force().filter(resource__in=keys):
        uses.setdefault(allocation.resource_id, []).append(allocation.use)
    waiting: dict[int, int] = {}
    for pk in (
        Allocation.objects.visible_to(who).waiting().filter(resource__in=keys).values_list("resource_id", flat=True)
    ):
        waiting[pk] = waiting.get(pk, 0) + 1
    return [standing_of(r, uses.get(r.pk, []), today=today, waiting=waiting.get(r.pk, 0)) for r in found]


def standing_of(resource: Resource, uses: Sequence[Use], *, today: date, waiting: int = 0) -> Standing:
    stock = resource.stock
    first = min(max(today, stock.starts_on), stock.ends_on)
    taken, _first, _last = stock.peak(uses, first=first)
    return Standing(resource, taken, waiting, resource.ends_on < today)


def allocations_of(who: Principal, resource: Resource) -> QuerySet[Allocation]:
    """Those of a resource that ``who`` sees, what waits first and of that the most important."""
    related = ("resource", "department", "user", "requester", "decided_by")
    found = Allocation.objects.visible_to(who).filter(resource=resource).select_related(*related)
    return found.annotate(priority=_PRIORITY).order_by("starts_on", "pk")


def time_line(resource: Resource, uses: Iterable[Use]) -> list[Stretch]:
    """The resource's period cut where the amount taken changes."""
    stock = resource.stock
    return list(stretches([stock.taken_by(use) for use in uses], stock.starts_on, stock.ends_on))


def requests_of(who: Principal) -> QuerySet[Allocation]:
    """What one has asked for oneself, newest first."""
    related = ("resource", "department", "user", "requester", "decided_by")
    found = Allocation.objects.visible_to(who).filter(requester_id=who.user_id or 0)
    return found.select_related(*related).order_by("-pk")


def waiting_requests(who: Principal) -> QuerySet[Allocation]:
    """What waits for ``who`` to decide: of his own resources and of those that he manages; 重点攻坚 first, then by age."""
    found = Allocation.objects.visible_to(who, "decide").waiting().filter(resource__voided_at=None)
    related = ("resource", "resource__owner", "department", "user", "requester")
    return found.select_related(*related).annotate(priority=_PRIORITY).order_by("priority", "pk")


def waiting_for(who: Principal) -> int:
    """How many requests wait for one's decision on resources that one owns: for 今日 and the menu. One query."""
    if who.user_id is None:
        return 0
    return waiting_requests(who).filter(resource__owner_id=who.user_id).count()


def owners() -> list[User]:
    """Active people who may own a resource, i.e. grant it."""
    return holders_of(Permission.RESOURCE_REQUEST, among=User.objects.filter(is_active=True).order_by("name"))


def manageable_owners(who: Principal) -> list[User]:
    """Whom ``who`` may make a resource's owner: anybody where his scope is everything, else his departments' people."""
    scope = who.scope_of(Permission.RESOURCE_WRITE)
    people = owners()
    if scope is Scope.ALL:
        return people
    departments = who.department_ids(scope)
    return [person for person in people if person.department_id in departments or person.pk == who.user_id]


def receivers(who: Principal, resource: Resource) -> tuple[list[Department], list[User]]:
    """To whom ``who`` may allocate of this resource: its owner to everybody, else within his scope. Two queries or three."""
    departments, people = Department.objects.select_related("parent"), User.objects.filter(is_active=True)
    scope = who.scope_of(Permission.RESOURCE_WRITE)
    if scope is not Scope.ALL and resource.owner_id != who.user_id:
        ids = who.department_ids(scope)
        departments, people = departments.filter(pk__in=ids), people.filter(department__in=ids)
    return list(departments), list(
        people.filter(department__isnull=False).select_related("department").order_by("name")
    )


def departments_asked_for(who: Principal) -> list[Department]:
    """For which departments, beside oneself, one may ask: those in which one manages resources."""
    scope = who.scope_of(Permission.RESOURCE_WRITE)
    if scope is Scope.ALL:
        return list(Department.objects.all())
    return list(Department.objects.filter(pk__in=who.department_ids(scope)))


def allocated_for(campaign: Campaign) -> int:
    """How many allocations in force reach into the campaign's time, of its own resources or of general ones."""
    found = Allocation.objects.in_force().filter(
        starts_on__lte=campaign.ends_on, ends_on__gte=campaign.starts_on, resource__voided_at=None
    )
    return found.filter(resource__campaign=campaign).count() + found.filter(resource__campaign=None).count()


def owns_or_manages(campaign: Campaign, who: Principal) -> bool:
    """May this person say that the campaign needs no resources? Who manages resources everywhere, or manages some and
    owns the campaign."""
    if not who.may(Permission.RESOURCE_WRITE):
        return False
    owns = who.user_id is not None and campaign.owner_id == who.user_id
    return owns or who.scope_of(Permission.RESOURCE_WRITE) is Scope.ALL


def none_needed(campaign: Campaign) -> NoneNeeded | None:
    """The statement that this campaign needs no resources, if somebody made it."""
    return NoneNeeded.objects.select_related("by").filter(campaign=campaign).first()


def names_of(allocations: Iterable[Allocation]) -> Mapping[int, str]:
    """For whom each is: the person, or the department. Load department and user with them."""
    return {a.pk: a.user.name if a.user else a.department.name for a in allocations}
