"""10,000 running deals moved to a newly published version that lacks a step, against the bare statements that write the same.

``python -m bench.publishing [DEALS]``; ``python -m tests.postgres python -m bench.publishing`` on PostgreSQL. Prints ratios
of this one run; exits 1 when the goal is missed.

"moved" is the whole background run: chunks of 500, each deal weighed, version, variant and (for those in the lost step)
step written, visits closed and opened, a line of history each, the mark. "bare" is one UPDATE of the same columns of the
same rows, one UPDATE and one INSERT … SELECT of the visits, one INSERT … SELECT of as many lines of history. Time is that of
the processor, here and in the server's process.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")

GOAL = 25.0
"""Each deal is weighed by its own customer type and leaves a line that says from where to where; the bare statements copy."""
LOST = "discovery"
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def main() -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    deals = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    call_command("migrate", verbosity=0)
    grow(deals)
    order()
    run, took, wall = timed(carry)
    assert (run.moved, run.refused) == (deals, 0), (run.moved, run.refused)
    with transaction.atomic():
        _, bare, _ = timed(bare_statements)
        transaction.set_rollback(True)
    print(f"{connection.vendor}: {deals} deals moved in {took:.1f} s of the processor ({wall:.1f} s on the wall)")
    print(f"  moved / bare statements  {took / bare:.2f}  (goal ≤ {GOAL}; bare {bare:.2f} s)")
    return 0 if took / bare <= GOAL else 1


def timed(act: Callable[[], object]):  # type: ignore[no-untyped-def]
    from bench.clock import processor

    clock = processor()
    began, started = clock(), time.perf_counter()
    result = act()
    return result, clock() - began, time.perf_counter() - started


def carry() -> object:
    from tuoke.spine.deals.changeovers.actions import carry_on
    from tuoke.spine.deals.changeovers.models import Changeover

    return carry_on(run=Changeover.objects.unfinished().get(), now=lambda: NOW)


def grow(deals: int) -> None:
    """Deals of two customer types on the shipped version, half of them in the step that will be lost."""
    from django.db import transaction

    from bench.company import people
    from tuoke.base.accounts.rules import system
    from tuoke.spine.customers.models import Customer
    from tuoke.spine.deals.models import Opportunity, StepVisit
    from tuoke.spine.playbook.actions import load_default

    owner = people()[0]
    version = load_default(by=system("bench"), now=NOW)
    customer = Customer.objects.create(
        name="华瑞精密", name_key="华瑞精密", owner=owner, department=owner.department, created_at=NOW
    )
    with transaction.atomic():
        made = Opportunity.objects.bulk_create(
            [
                Opportunity(
                    name=f"第 {n} 个", customer=customer, owner=owner, department=owner.department,
                    scale="large" if n % 3 else "small", playbook_version=version,
                    variant="tob_large" if n % 3 else "small", step=LOST if n % 2 else "outreach",
                    entered_step_at=NOW, created_at=NOW,
                )
                for n in range(deals)
            ],
            batch_size=500,
        )  # fmt: skip
        StepVisit.objects.bulk_create(
            [StepVisit(opportunity=deal, step=deal.step, move="opened", entered_at=NOW) for deal in made],
            batch_size=500,
        )


def order() -> None:
    """Publish a version without the lost step, and order everybody over."""
    from tuoke.base.accounts.rules import system
    from tuoke.spine.deals.changeovers.actions import begin
    from tuoke.spine.playbook.actions import publish
    from tuoke.spine.playbook.queries import current_version
    from tuoke.spine.playbook.rules import editing
    from tuoke.spine.playbook.rules.drafts import canonical

    before, by = current_version(), system("bench")
    content = editing.without(canonical(before.content), f"steps/{LOST}")
    version = publish(content=content, by=by, now=NOW)
    begin(version=version, sources=[before.pk], mapped={LOST: "outreach"}, by=by, now=NOW)


def bare_statements() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE deals_stepvisit SET left_at = entered_at WHERE left_at IS NULL AND opportunity_id % 2 = 0"
        )
        cursor.execute(
            "INSERT INTO deals_stepvisit (opportunity_id, step, move, reason, entered_at)"
            " SELECT id, 'outreach', 'carried', '', entered_step_at FROM deals_opportunity WHERE id % 2 = 0"
        )
        cursor.execute(
            "UPDATE deals_opportunity SET playbook_version_id = playbook_version_id, version = version + 1,"
            " version_changed_at = created_at, variant = variant || '', entered_step_at = created_at,"
            " step = CASE WHEN id % 2 = 0 THEN 'proposals' ELSE step END"
        )
        columns = [c for c in _columns("records_event") if c != "id"]
        names = ", ".join(columns)
        cursor.execute(
            f"INSERT INTO records_event ({names}) SELECT {names} FROM records_event"  # names of columns
            " WHERE kind = 'deals.version_changed'"
        )


def _columns(table: str) -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


if __name__ == "__main__":
    sys.exit(main())
