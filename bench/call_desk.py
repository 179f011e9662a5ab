"""One save of the call desk against bare inserts of the very rows that it stores.

A first call with a contact: follow-up, to-do answered, next meeting, contact corrected, three drafts of needs, the call, and the
history of all of it. The bare side writes the same rows with Django and nothing else: no rights, no locks, no checks, no score.
``python -m bench.call_desk``; ``python -m tests.postgres python -m bench.call_desk`` on PostgreSQL. Processor time, the best of
several runs; prints the ratio and the number of statements, exits 1 when the goal is missed.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import timedelta
from itertools import count

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench import company  # noqa: E402
from bench.clock import milliseconds  # noqa: E402
from tuoke.base.accounts.queries import principal_of  # noqa: E402
from tuoke.base.records.models import Event  # noqa: E402
from tuoke.services.search.actions import index  # noqa: E402
from tuoke.spine.customers.models import Contact, ScoreEntry  # noqa: E402
from tuoke.spine.deals.models import Opportunity  # noqa: E402
from tuoke.spine.followups.models import FollowUp, NextAction  # noqa: E402
from tuoke.spine.followups.rules import FollowUpOutcome, Plan  # noqa: E402
from tuoke.steps.discovery.models import Need  # noqa: E402
from tuoke.steps.outreach.calls.actions import STATEMENTS, save_call  # noqa: E402
from tuoke.steps.outreach.calls.models import Call  # noqa: E402
from tuoke.steps.outreach.calls.rules import CallDraft, Person  # noqa: E402
from tuoke.steps.targeting.actions import plant_default  # noqa: E402

GOAL = 5.0
ROUNDS = 40
KEPT: tuple[type[models.Model], ...] = (FollowUp, NextAction, Call, Need, Event, ScoreEntry)
number = count(1)


def main() -> int:
    call_command("migrate", verbosity=0)
    reps = company.people()
    plant_default(by=company.BY, now=company.NOW)
    company.grow(leads=1_000, deals=1_000, reps=reps)
    deal = Opportunity.objects.select_related("customer", "owner").exclude(outcome__in=["lost", "void"]).first()
    contact = Contact.objects.create(customer=deal.customer, name="陈志强", position="生产总监", phone="+8613800138000")
    by = principal_of(deal.owner)

    todos = NextAction.objects.bulk_create(
        NextAction(opportunity=deal, title="首次电话", owner=deal.owner, created_at=company.NOW)
        for _ in range(ROUNDS + 5)
    )
    drafts = (drafted(contact, todo, version) for version, todo in enumerate(todos, start=1))

    def saved() -> None:
        save_call(subject=deal, draft=next(drafts), by=by, now=company.NOW)

    saved()
    before = {model: set(model._default_manager.values_list("pk", flat=True)) for model in KEPT}
    with CaptureQueriesContext(connection) as caught:
        saved()
    rows = [row for model in KEPT for row in model._default_manager.exclude(pk__in=before[model])]
    full, bare = (
        milliseconds(saved, rounds=ROUNDS),
        milliseconds(lambda: insert(rows, contact, todos[0]), rounds=ROUNDS),
    )
    print(f"{connection.vendor}: {len(rows)} rows, {len(caught)} statements")
    print(f"save {full:.2f} ms, bare inserts {bare:.2f} ms, {full / bare:.2f} × (goal {GOAL:.0f} ×)")
    return 0 if full / bare <= GOAL and len(caught) <= STATEMENTS else 1


def drafted(contact: Contact, todo: NextAction, version: int) -> CallDraft:
    at = next(number)
    names = ("name", "position", "phone", "email", "preferred_channel", "role")
    person = Person(**{name: getattr(contact, name) for name in names}, wechat=f"chen{at}")
    plan = Plan("核对对账流程", company.NOW.date() + timedelta(days=2), channel="phone")
    return CallDraft(
        token=f"bench-{at}", started_at=company.NOW - timedelta(seconds=at), channel="phone",
        outcome=FollowUpOutcome.PROGRESS, summary=f"第 {at} 通", seconds=960, contact_id=contact.pk, person=person,
        version=version, current_solution="手工报表", pains=f"对账慢 {at}\n数据对不上 {at}", problem=f"一天出表 {at}",
        time_frame="明年三月", action_id=todo.pk, plan=replace(plan, due_time=None),
    )  # fmt: skip


@transaction.atomic
def insert(rows: list[models.Model], contact: Contact, todo: NextAction) -> None:
    """The same rows once more, and those that a save changes: person with his search entry, to-do, deal, customer."""
    followup: models.Model | None = None
    for row in rows:
        row.pk = None
        row._state.adding = True
        if isinstance(row, Call):
            row.token, row.follow_up = f"bare-{next(number)}", followup
        row.save(force_insert=True)
        followup = row if isinstance(row, FollowUp) else followup
    contact.save(force_update=True)
    index("contact", {contact.pk: contact.search_text})
    todo.save(force_update=True)
    todo.opportunity.save(update_fields=["last_touch_at"])
    todo.opportunity.customer.save(update_fields=["last_touch_at"])
    todo.opportunity.customer.save(update_fields=["score", "score_max", "tier"])


if __name__ == "__main__":
    sys.exit(main())
