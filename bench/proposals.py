"""The builder of a proposal with 300 blocks in the library against the very same page with 10 (S5.1).

Every block suits the customer's industry and size, half of them one of his needs: the most that the suggestions have to
weigh. Goal (ratios of one run): at most 1.5 × the time at 10. ``--blocks N`` for another size.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.clock import ROUNDS, milliseconds  # noqa: E402
from tuoke.base.accounts.models import RoleHeld, User  # noqa: E402
from tuoke.base.accounts.queries import principal_of  # noqa: E402
from tuoke.base.accounts.rules import Principal, system  # noqa: E402
from tuoke.spine.catalog.rules import Segment  # noqa: E402
from tuoke.spine.customers.models import Customer  # noqa: E402
from tuoke.spine.customers.rules import name_key_of  # noqa: E402
from tuoke.spine.deals.actions import open_deal  # noqa: E402
from tuoke.spine.deals.models import Opportunity  # noqa: E402
from tuoke.spine.library.actions.permits import drawn_up, first_version  # noqa: E402
from tuoke.spine.library.models import Item, ItemVersion  # noqa: E402
from tuoke.spine.library.rules import BlockContent, BlockPart, ItemDraft, ItemKind, NeedType, Tags  # noqa: E402
from tuoke.spine.playbook.actions import load_default  # noqa: E402
from tuoke.steps.discovery.actions import add_need  # noqa: E402
from tuoke.steps.discovery.rules import NeedDraft, NeedKind, Priority  # noqa: E402
from tuoke.steps.proposals import actions, queries  # noqa: E402
from tuoke.steps.proposals.actions import NewSection  # noqa: E402
from tuoke.steps.proposals.rules import SectionDraft  # noqa: E402

SMALL = 10
GOAL = 1.5
BY = system("bench")
WORDS = ("排产", "追溯", "对账", "断货", "交期", "看板")
NEEDS = tuple(f"{word}靠手工，每月 {n}40 单里有两成要返工，每次沟通 2{n} 分钟" for n, word in enumerate(WORDS))
SECTIONS = 12
PAGES = {"builder": "proposal/", "panel": "proposal/panel/", "all blocks": "proposal/blocks/", "deal": ""}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=300)
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
    written, fresh = a_deal(rep, "华瑞精密"), a_deal(rep, "恒远科技")
    write(written, principal_of(rep))
    grow(0, SMALL)
    small = {name: milliseconds(visit, rounds=asked.rounds) for name, visit in visits(rep, written, fresh)}
    grow(SMALL, asked.blocks)
    compared = []
    for name, visit in visits(rep, written, fresh):
        with CaptureQueriesContext(connection) as caught:
            visit()
        compared.append((name, len(caught), small[name], milliseconds(visit, rounds=asked.rounds)))
    print(f"{'page':<18}{'queries':>8}{f'{SMALL:,} ms':>12}{f'{asked.blocks:,} ms':>14}{'×':>8}")
    for name, count, before, after in compared:
        print(f"{name:<18}{count:>8}{before:>12.1f}{after:>14.1f}{after / before:>8.2f}")
    worst = max(after / before for name, _, before, after in compared if name in ("builder", "panel", "deal"))
    print(f"{connection.vendor}: worst {worst:.2f} (goal {GOAL})")
    return 1 if worst > GOAL else 0


def a_deal(rep: User, name: str) -> Opportunity:
    """A deal with six needs."""
    now, by = timezone.now(), principal_of(rep)
    customer = Customer.objects.create(
        name=name, name_key=name_key_of(name), owner=rep, industry="汽车零部件", created_at=now, search_text=name
    )
    deal = open_deal(
        customer=customer, lead=None, name="数据整合", owner=rep, amount=None, expected_close_on=None, product=None,
        segment=Segment(), is_complex=False, by=by, now=now,
    )  # fmt: skip
    for text in NEEDS:
        add_need(deal=deal, draft=NeedDraft(NeedKind.RIGID, text, Priority.HIGH), by=by, now=now)
    return deal


def write(deal: Opportunity, by: Principal) -> None:
    """A proposal of usual length: a section for every need, and as many others."""
    needs = list(deal.needs.order_by("id"))
    text = "{}。我们把它改成一处录入、处处可用，每月省出 20 小时。" + "这一步先试点一个车间，再推广到全部。" * 6
    sections = [
        NewSection(
            SectionDraft("solution" if n < len(needs) else "plan", f"第{n}节", text.format(needs[n % len(needs)].description), (needs[n % len(needs)].pk,))
        )
        for n in range(SECTIONS)
    ]  # fmt: skip
    actions.begin(deal=deal, title="方案", sections=sections, by=by, now=timezone.now())


def grow(start: int, end: int) -> None:
    now = timezone.now()
    drafts = [_block(n) for n in range(start, end)]
    items = Item.objects.bulk_create(drawn_up(ItemKind.BLOCK, draft, now=now) for draft in drafts)
    ItemVersion.objects.bulk_create(
        first_version(item, draft.content, by=BY, now=now) for item, draft in zip(items, drafts, strict=True)
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def visits(rep: User, written: Opportunity, fresh: Opportunity) -> Iterator[tuple[str, Callable[[], object]]]:
    client, by, today = Client(), principal_of(rep), timezone.localdate()
    client.force_login(rep)
    for name, path in PAGES.items():
        yield name, visiting(client, f"/deals/{written.pk}/{path}")
    yield "first draft", visiting(client, f"/deals/{fresh.pk}/proposal/")
    yield "outline", lambda: queries.proposed_outline(by, fresh, today=today)


def visiting(client: Client, path: str) -> Callable[[], None]:
    def visit() -> None:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)

    return visit


def _block(n: int) -> ItemDraft:
    parts, kinds = list(BlockPart), list(NeedType)
    words = (WORDS[n % len(WORDS)], "返工") if n % 2 else ("别处的词",)
    text = f"第{n}段：" + "统一编号，单据只在源头录入一次，其余系统自动取得，由〔我的姓名〕跟进。" * 5
    content = BlockContent(text, parts[n % len(parts)].value, (kinds[n % len(kinds)].value,), words, "medium")
    return ItemDraft(content, title=f"内容第{n:04d}段", tags=Tags())


if __name__ == "__main__":
    sys.exit(main())
