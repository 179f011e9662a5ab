"""A company of any size, written straight into the tables: figures of pages must not depend on how rows came in."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice, product

from django.db import transaction

from tuoke.base.accounts.actions import load_organisation
from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import system
from tuoke.base.records.actions import event_of
from tuoke.base.records.models import Event
from tuoke.services.search import actions as search
from tuoke.services.search.rules import search_text
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.deals.models import Opportunity, StepVisit
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.playbook import queries as playbook
from tuoke.spine.playbook.actions import load_default
from tuoke.spine.playbook.rules import DEAL_STEPS

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BY = system("bench")
SYLLABLES = "恒远华瑞星河明德博启航嘉禾鼎盛蓝海泰和景丰金桥天成汇通晨光新锐正元立信纳宏图百川中联安捷优科思源云杉邻"
TRADES = ("精密制造", "信息技术", "医疗器械", "供应链", "新能源", "食品", "软件", "物流")
PLACES = ("上海", "杭州", "苏州", "南京", "广州", "深圳", "厦门", "合肥")


def people(count: int = 10) -> list[User]:
    """A director, two team leads and so many reps in two departments."""
    reps = [
        {"username": f"rep{n}", "name": f"代表{n}", "department": "ab"[n % 2], "roles": ["rep"]} for n in range(count)
    ]
    leads = [{"username": f"lead{d}", "name": f"主管{d}", "department": d, "roles": ["team_lead"]} for d in "ab"]
    head = {"username": "head", "name": "总监", "department": "hq", "roles": ["director"]}
    departments = [{"code": "hq", "name": "总部"}, *({"code": d, "name": d, "parent": "hq"} for d in "ab")]
    load_organisation(document={"departments": departments, "users": [head, *leads, *reps]}, by=BY, now=NOW)
    load_default(by=BY, now=NOW)
    return list(User.objects.filter(username__startswith="rep").select_related("department").order_by("pk"))


def names():
    """Company names, all different."""
    for a, b, c, place, trade in product(SYLLABLES, SYLLABLES, SYLLABLES[:8], PLACES, TRADES):
        yield f"{place}{a}{b}{c}{trade}有限公司"


def grow(*, leads: int, deals: int, reps: list[User]) -> None:
    """Bring the tables up to this many leads and deals."""
    rng = random.Random(2026)
    have = Lead.objects.count()
    fresh = list(islice(names(), have, leads))
    for start in range(0, len(fresh), 2000):
        with transaction.atomic():
            _leads(fresh[start : start + 2000], rng, reps)
    have = Opportunity.objects.count()
    fresh = list(islice(names(), 150_000 + have, 150_000 + deals))
    for start in range(0, len(fresh), 1000):
        with transaction.atomic():
            _deals(fresh[start : start + 1000], rng, reps)


def _leads(companies, rng, reps) -> None:
    rows = []
    for name in companies:
        rep = rng.choice(reps)
        rows.append(
            Lead(
                company=name, party_key=name, want="数据整合", want_key="", contact="王经理", phone=f"+861{rng.randrange(3 * 10**9, 9 * 10**9):010}",
                industry=rng.choice(TRADES), region=name[:2], owner=rep, department=rep.department,
                budget_low=Decimal(100000), budget_high=Decimal(rng.randrange(2, 9) * 100000), created_at=NOW,
                score=Decimal(rng.randrange(0, 100)) / 10, score_max=Decimal(10), search_text=search_text(names=(name,)),
            )
        )  # fmt: skip
    stored = Lead.objects.bulk_create(rows, batch_size=500)
    search.index("lead", {row.pk: row.search_text for row in stored})


def _deals(companies, rng, reps) -> None:
    version = playbook.current_version()
    customers, deals, visits, rest = [], [], [], []
    for name in companies:
        rep = rng.choice(reps)
        customers.append(
            Customer(
                name=name,
                name_key=name,
                owner=rep,
                department=rep.department,
                created_at=NOW,
                search_text=search_text(names=(name,)),
            )
        )
    Customer.objects.bulk_create(customers, batch_size=500)
    for customer in customers:
        step = rng.choice(list(DEAL_STEPS))
        deals.append(
            Opportunity(
                name=f"{customer.name[2:5]}数据整合", customer=customer, owner=customer.owner, department=customer.department,
                playbook_version=version, variant="", step=step, entered_step_at=NOW - timedelta(days=rng.randrange(30)),
                amount=Decimal(rng.randrange(5, 300) * 10000), expected_close_on=NOW.date() + timedelta(days=rng.randrange(90)),
                created_at=NOW, search_text=search_text(names=(customer.name,)),
            )
        )  # fmt: skip
    Opportunity.objects.bulk_create(deals, batch_size=500)
    search.index("opportunity", {row.pk: row.search_text for row in deals})
    for deal in deals:
        visits.append(StepVisit(opportunity=deal, step=deal.step, move="opened", entered_at=deal.entered_step_at))
        rest.append(NextAction(opportunity=deal, title="发送方案", owner=deal.owner, due_on=NOW.date(), created_at=NOW))
    StepVisit.objects.bulk_create(visits, batch_size=500)
    NextAction.objects.bulk_create(rest, batch_size=500)
    Contact.objects.bulk_create(
        [
            Contact(customer=d.customer, name=f"联系人{n}", phone=f"+86139{d.pk:08}", role="decider")
            for d in deals
            for n in range(2)
        ],
        batch_size=500,
    )
    FollowUp.objects.bulk_create(
        [FollowUp(opportunity=d, at=NOW - timedelta(days=n), channels=["phone"], summary="沟通进展", outcome="progress", by=d.owner, created_at=NOW) for d in deals for n in range(3)],
        batch_size=500,
    )  # fmt: skip
    Event.objects.bulk_create(
        [event_of(kind="followups.recorded", subject=d, thread=d, party=d.customer, by=BY, at=NOW, facts={"summary": "沟通进展"}) for d in deals for _ in range(5)],
        batch_size=500,
    )  # fmt: skip
