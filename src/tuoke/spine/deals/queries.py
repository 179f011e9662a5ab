from __future__ import annotations

from django.db.models import Q

from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.models import Membership


def joined_customers(who: Principal) -> Q:
    """Membership in a deal lets one read its customer (wired into ``customers.hooks.extra_visibility``)."""
    if not who.user_id:
        return Q(pk__in=())
    joined = Membership.objects.current().filter(user_id=who.user_id).values("opportunity__customer_id")
    return Q(pk__in=joined)
