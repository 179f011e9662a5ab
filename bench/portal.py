"""The customer's page with his list of needs against its own bare SQL, with a few needs and with many.

Goals (ratios of one run): at most 25 × the bare SQL of the same page; 40 needs cost no query more than 5.
Time is that of the processor, here and in the server's process. Read are the open list, the list with a comment on every
need, the confirmed one, and the page that asks for the digits.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import company  # noqa: E402
from bench.clock import milliseconds  # noqa: E402
from bench.pages import replay, settle  # noqa: E402
from tuoke.base.accounts.models import User  # noqa: E402
from tuoke.base.accounts.queries import principal_of  # noqa: E402
from tuoke.services.links.queries import address_of, holder_of  # noqa: E402
from tuoke.spine.customers.models import Contact  # noqa: E402
from tuoke.spine.deals.models import Opportunity  # noqa: E402
from tuoke.steps.discovery import actions  # noqa: E402
from tuoke.steps.discovery.actions.confirmations import customer_comments, customer_confirms  # noqa: E402
from tuoke.steps.discovery.models import Confirmation  # noqa: E402
from tuoke.steps.discovery.rules import NeedDraft, NeedKind, Priority, SendDraft  # noqa: E402

GOAL = 25.0
FEW, MANY = 5, 40
ROUNDS = 25
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile"


def main() -> int:
    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    call_command("migrate", verbosity=0)
    company.grow(leads=1_000, deals=1_000, reps=company.people())
    pages = list(addresses())
    settle()
    worst = 0.0
    print(f"{'page':<22}{'queries':>9}{'page ms':>10}{'SQL ms':>9}{'× SQL':>8}")
    for name, path in pages:
        visit = page(path)
        visit()  # the first time counts as opened
        with CaptureQueriesContext(connection) as caught:
            visit()
        statements = list(caught.captured_queries)
        whole = milliseconds(visit, rounds=ROUNDS)
        sql = milliseconds(partial(replay, statements), rounds=ROUNDS)
        worst = max(worst, whole / sql)
        print(f"{name:<22}{len(statements):>9}{whole:>10.2f}{sql:>9.2f}{whole / sql:>8.1f}")
    print(f"{connection.vendor}: worst {worst:.1f} (goal {GOAL})")
    return 1 if worst > GOAL else 0


def addresses() -> Iterator[tuple[str, str]]:
    """The pages that are read; each list belongs to a deal of its own."""
    deals = iter(
        Opportunity.objects.filter(outcome="open", customer__contacts__isnull=False).distinct().order_by("pk")[:20]
    )
    yield f"{FEW} needs", address_of(sent(next(deals), FEW).link)
    yield f"{MANY} needs", address_of(sent(next(deals), MANY).link)
    yield f"{MANY} with comments", address_of(commented(sent(next(deals), MANY)).link)
    yield f"{MANY} confirmed", address_of(confirmed(commented(sent(next(deals), MANY))).link)
    yield "asks for digits", address_of(sent(next(deals), FEW, challenge=True).link)


def sent(deal: Opportunity, count: int, *, challenge: bool = False) -> Confirmation:
    by, now = principal_of(User.objects.get(pk=deal.owner_id)), timezone.now()
    contact = Contact.objects.filter(customer=deal.customer_id).earliest("pk")
    Contact.objects.filter(pk=contact.pk).update(phone="13800138000", do_not_contact=False, do_not_contact_since=None)
    for number in range(count):
        kind, priority = list(NeedKind)[number % 3], list(Priority)[number % 3]
        words = f"第 {number} 条：月底结账前要自动对平，差异能追到工单，负责人当天看到"
        actions.add_need(deal=deal, draft=NeedDraft(kind, words, priority), by=by, now=now)
    expires_on = timezone.localdate(now + timedelta(days=14))
    draft = SendDraft(contact_id=contact.pk, expires_on=expires_on, challenge=challenge, message="请您过目")
    return actions.send_list(deal=deal, draft=draft, by=by, now=now)


def commented(sent: Confirmation) -> Confirmation:
    for number, need in enumerate(sent.sent):
        text = f"意见 {number}"
        customer_comments(link=sent.link, need_id=need.need_id, text=text, **_by_customer(sent))
    return sent


def confirmed(sent: Confirmation) -> Confirmation:
    return customer_confirms(link=sent.link, name="陈工", **_by_customer(sent))


def _by_customer(sent: Confirmation) -> dict[str, object]:
    return {"by": holder_of(sent.link), "now": timezone.now(), "where": "203.0.113.7"}


def page(path: str) -> Callable[[], None]:
    client = Client(headers={"user-agent": PHONE, "accept-language": "zh-CN"})

    def visit() -> None:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)

    return visit


if __name__ == "__main__":
    sys.exit(main())
