"""Who worked on the deal, and whom one may ask for his part."""

from __future__ import annotations

from collections.abc import Iterable

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import holders_of, managers_above
from tuoke.base.accounts.rules import Permission
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.steps.reviews.models import Contribution


def people_of(deal: Opportunity) -> list[User]:
    """The owner, then everybody who has or had joined the deal; active ones only. Two queries."""
    joined = Membership.objects.filter(opportunity=deal, user__is_active=True).select_related("user__department")
    owner = User.objects.select_related("department").get(pk=deal.owner_id)
    people = {owner.pk: owner, **{member.user_id: member.user for member in joined.order_by("id")}}
    return [person for person in people.values() if person.is_active]


def functions_of(people: Iterable[User]) -> tuple[str, ...]:
    """The functions of their departments, each once."""
    return tuple(dict.fromkeys(user.department.function for user in people if user.department))


def function_of(user: User) -> str:
    return user.department.function if user.department else ""


def askable(deal: Opportunity) -> list[User]:
    """Whoever may open the review: those who have joined, the owner, his managers. Not more than read the deal anyway."""
    owner = User.objects.select_related("department").get(pk=deal.owner_id)
    current = (
        Membership.objects.current().filter(opportunity=deal, user__is_active=True).select_related("user__department")
    )
    found = {owner.pk: owner} if owner.is_active else {}
    found |= {member.user_id: member.user for member in current.order_by("id")}
    above = managers_above(owner, department_id=deal.department_id)
    found |= {user.pk: user for user in above if user.pk not in found}
    return holders_of(Permission.REVIEW_WRITE, among=found.values())


def heard(parts: Iterable[Contribution], *, owner: User, summary: str) -> set[str]:
    """The functions that have said something, or why they have nothing to say; the owner's by the review's summary."""
    said = {part.function for part in parts if part.written_at is not None}
    return said | {function_of(owner)} if summary.strip() else said
