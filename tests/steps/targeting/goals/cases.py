"""Records that count: leads, deals and visits of the test company, made as plainly as the tables allow."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import FollowUp
from tuoke.spine.playbook.queries import current_version
from tuoke.steps.targeting.goals import actions
from tuoke.steps.targeting.goals.rules import Holder, Period, Slot


def moment(text: str) -> datetime:
    """``2026-11-03 10:00`` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def customer(owner, name="华瑞精密", **given):
    return Customer.objects.create(
        name=name,
        name_key=name,
        owner=owner,
        department=owner.department,
        created_at=moment("2026-01-01 00:00"),
        **given,
    )


def lead(owner, at, **given):
    department = given.pop("department", owner.department if owner else None)
    return Lead.objects.create(
        company="恒远科技", party_key="恒远科技", owner=owner, department=department, created_at=moment(at), **given
    )


def deal(owner, *, won_on=None, amount=None, at="2026-11-02 02:00", **given):
    """Won on a day, or open."""
    outcome = {"outcome": "won", "outcome_on": date.fromisoformat(won_on)} if won_on else {}
    known = {
        "customer": given.pop("customer", None) or customer(owner),
        "name": "数据整合一期",
        "owner": owner,
        "department": owner.department,
        "outcome_department": owner.department if won_on else None,
        "playbook_version": current_version(),
        "variant": "",
        "step": "outreach",
        "entered_step_at": moment(at),
        "amount": Decimal(amount) if amount is not None else None,
        "created_at": moment(at),
    }
    return Opportunity.objects.create(**{**known, **outcome, **given})


def visit(by, at, *, channels=("visit",), **subject):
    return FollowUp.objects.create(
        by=by,
        at=moment(at),
        channels=list(channels),
        outcome="progress",
        summary="拜访",
        created_at=moment(at),
        **subject,
    )


def slot(metric, period, holder, campaign=None):
    return Slot(metric, Period.read(period), holder if isinstance(holder, Holder) else Holder.read(holder), campaign)


def holder_of(user):
    return Holder(user.department_id, user.pk)


def set_goals(company, now, metric, **amounts):
    """``set_goals(company, now, "signed_amount", company__2026=30, east__2026Q1=…, rep__2026m01=…)``."""
    made = {}
    for place, amount in amounts.items():
        name, period = place.split("__")
        holder = (
            Holder()
            if name == "company"
            else Holder(company.departments[name].pk)
            if name in company.departments
            else holder_of(getattr(company, name))
        )
        made[place] = actions.set_goal(
            slot=slot(metric, period.replace("m", "-"), holder),
            amount=Decimal(amount),
            version=0,
            by=company.by("director"),
            now=now,
        )
    return made
