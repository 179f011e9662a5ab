"""Resources of the test company."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tuoke.steps.targeting.resources import actions
from tuoke.steps.targeting.resources.models import Allocation, Resource
from tuoke.steps.targeting.resources.rules import Supply, Wish

FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)


def supply(owner, **given) -> Supply:
    known = {
        "name": "技术专家时间", "kind": "expert", "unit": "人天", "quantity": Decimal(10), "starts_on": FIRST, "ends_on": LAST,
        "owner_id": owner.pk,
    }  # fmt: skip
    return Supply(**known | given)


def resource(company, now, *, owner="director", by="director", **given) -> Resource:
    return actions.add_resource(supply=supply(getattr(company, owner), **given), by=company.by(by), now=now)


def wish(user, quantity=4, **given) -> Wish:
    known = {
        "quantity": Decimal(quantity), "starts_on": FIRST, "ends_on": LAST, "department_id": user.department_id,
        "user_id": user.pk, "purpose": "华瑞精密 现场演示",
    }  # fmt: skip
    return Wish(**known | given)


def asked(company, now, found, who="rep", quantity=4, **given) -> Allocation:
    return actions.request(
        resource=found, wish=wish(getattr(company, who), quantity, **given), by=company.by(who), now=now
    )
