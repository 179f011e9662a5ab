"""The tree of who can hold goals, and who may see or change which part of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from tuoke.base.accounts.models import Department, User
from tuoke.base.accounts.rules import Function, Permission, Principal, Role, Scope, union
from tuoke.steps.targeting.goals.models import departments_above
from tuoke.steps.targeting.goals.rules import Holder, Node, Place, Seller, tree

_SELLS = frozenset(
    r for r in Role if Permission.DEAL_WRITE in union([r]) and union([r])[Permission.DEAL_WRITE] < Scope.ALL
)
"""Who is a head when a goal is split by heads: reps and their leads. A director has goals only if he is given some."""


def whole_tree(*, also: Iterable[Holder] = ()) -> Node:
    """The company with all who sell; ``also`` are persons with goals or records of former days. Three queries, four
    where somebody of ``also`` doesn't sell there any more."""
    places = [
        Place(pk, parent, name, function == Function.SALES)
        for pk, parent, name, function in Department.objects.order_by("code").values_list(
            "pk", "parent_id", "name", "function"
        )
    ]
    people = User.objects.filter(is_active=True, department__isnull=False).order_by("name", "pk")
    selling = [
        u for u in people.prefetch_related("roles_held") if any(Role(r.role) in _SELLS for r in u.roles_held.all())
    ]
    sellers = [Seller(user.pk, user.department_id or 0, user.name) for user in selling]
    known = {Holder(seller.department, seller.pk) for seller in sellers}
    former = [holder for holder in also if holder.is_person and holder not in known]
    names = dict(User.objects.filter(pk__in=[h.user_id for h in former]).values_list("pk", "name")) if former else {}
    sellers += [
        Seller(holder.user_id or 0, holder.department_id or 0, names[holder.user_id or 0], counts=False)
        for holder in sorted(set(former), key=lambda holder: holder.key)
        if holder.user_id in names
    ]
    return tree(_("公司"), places=places, sellers=sellers)


class Reach:
    """What a person sees of the tree: ``covers`` with all below it, ``shows`` also as a headline, ``rules`` may change."""

    def __init__(self, who: Principal) -> None:
        self._who = who
        self._read, self._write = who.scope_of(Permission.GOAL_READ), who.scope_of(Permission.GOAL_WRITE)
        self._seen, self._ruled = who.department_ids(self._read), who.department_ids(self._write)
        self._above = frozenset() if self._read is Scope.ALL else departments_above(who.department_id)

    def covers(self, holder: Holder) -> bool:
        if self._read is Scope.ALL or (holder.is_person and holder.user_id == self._who.user_id):
            return True
        return holder.department_id is not None and holder.department_id in self._seen

    def shows(self, holder: Holder) -> bool:
        if not self._who.may(Permission.GOAL_READ):
            return False
        return (
            self.covers(holder) or holder.is_company or (not holder.is_person and holder.department_id in self._above)
        )

    def rules(self, holder: Holder) -> bool:
        if not self._who.may(Permission.GOAL_WRITE):
            return False
        return self._write is Scope.ALL or (holder.department_id is not None and holder.department_id in self._ruled)

    @property
    def rules_any(self) -> bool:
        return self._who.may(Permission.GOAL_WRITE)


__all__ = ["Reach", "whole_tree"]
