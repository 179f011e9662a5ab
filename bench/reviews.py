"""The review of a deal with 2,000 entries in its history against the very same review with 50, and its report (S8.1).

Around it stand 300 comparable deals of the team, the most that a median is taken from. Goal (ratios of one run): the page
and the computed figures at 2,000 entries at most 2 × those at 50. ``--entries N`` for another size.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.clock import ROUNDS, milliseconds  # noqa: E402
from tuoke.base.accounts.models import RoleHeld, User  # noqa: E402
from tuoke.base.accounts.queries import principal_of  # noqa: E402
from tuoke.base.accounts.rules import system  # noqa: E402
from tuoke.base.records.actions import event_of, record_many  # noqa: E402
from tuoke.spine.catalog.rules import Segment  # noqa: E402
from tuoke.spine.customers.models import Customer  # noqa: E402
from tuoke.spine.customers.rules import name_key_of  # noqa: E402
from tuoke.spine.deals.actions import close_lost, open_deal  # noqa: E402
from tuoke.spine.deals.models import Opportunity, StepVisit  # noqa: E402
from tuoke.spine.playbook.actions import load_default  # noqa: E402
from tuoke.steps.reviews import queries  # noqa: E402

SMALL = 50
GOAL = 2.0
COMPARABLE = 300
BY = system("bench")
STEPS = ("outreach", "discovery", "proposals", "negotiation")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    call_command("migrate", verbosity=0)
    load_default(by=BY, now=timezone.now())
    rep = User.objects.create_user("rep", name="王芳")
    RoleHeld.objects.create(user=rep, role="rep")
    deals = {entries: a_lost_deal(rep, f"商机 {entries}", entries=entries) for entries in (SMALL, asked.entries)}
    for number in range(COMPARABLE):
        a_lost_deal(rep, f"旧商机 {number}", entries=0)
    met = True
    print(f"{'':<18}{f'{SMALL:,} ms':>12}{f'{asked.entries:,} ms':>14}{'×':>8}")
    for name, made in {"page": page_of, "figures": figures_of}.items():
        small, large = (milliseconds(made(rep, deal), rounds=asked.rounds) for deal in deals.values())
        met = met and large / small <= GOAL
        print(f"{name:<18}{small:>12.1f}{large:>14.1f}{large / small:>8.2f}")
    print(f"goal: at most {GOAL:g} × {'met' if met else 'MISSED'}")
    return 0 if met else 1


def page_of(rep: User, deal: Opportunity) -> Callable[[], None]:
    client = Client()
    client.force_login(rep)
    address = f"/deals/{deal.pk}/review/"

    def visit() -> None:
        assert client.get(address).status_code == 200, address

    return visit


def figures_of(rep: User, deal: Opportunity) -> Callable[[], None]:
    who = principal_of(rep)
    return lambda: queries.page_of(who, deal, now=timezone.now()) and None


def a_lost_deal(rep: User, name: str, *, entries: int) -> Opportunity:
    """With its stays in the steps, and as many entries in its history."""
    now = timezone.now()
    customer = Customer.objects.create(name=name, name_key=name_key_of(name), owner=rep, created_at=now)
    deal = open_deal(
        customer=customer, lead=None, name=name, owner=rep, amount=None, expected_close_on=None, product=None,
        segment=Segment(), is_complex=False, by=BY, now=now,
    )  # fmt: skip
    deal.visits.all().delete()
    StepVisit.objects.bulk_create(stays(deal, begun=now - timedelta(days=60)))
    StepVisit.objects.create(opportunity=deal, step="outreach", move="advanced", entered_at=now)
    with transaction.atomic():
        record_many(
            event_of(kind="deals.edited", subject=deal, thread=deal, party=customer, by=BY, at=now)
            for _number in range(entries)
        )
    return close_lost(deal=deal, reason="价格", by=BY, now=now)


def stays(deal: Opportunity, *, begun: datetime) -> list[StepVisit]:
    """Ten days in each step."""
    days = timedelta(days=10)
    return [
        StepVisit(
            opportunity=deal, step=step, move="advanced", entered_at=begun + days * place,
            left_at=begun + days * (place + 1),
        )
        for place, step in enumerate(STEPS)
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
