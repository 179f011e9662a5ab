"""The library at 5,000 items against the very same pages at 50: its lists, its search, and what a call is offered.

What is rare in the small library stays as rare, so that the same lines are found among a hundred times as many; what is
common fills a page at either size. Goal (ratios of one run): at most 1.5 × the time at 50. ``--items N`` for another size.
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
from tuoke.base.accounts.rules import system  # noqa: E402
from tuoke.services.search.actions import index  # noqa: E402
from tuoke.spine.catalog.rules import INDUSTRIES  # noqa: E402
from tuoke.spine.library.actions.permits import drawn_up, first_version  # noqa: E402
from tuoke.spine.library.models import Item, ItemVersion  # noqa: E402
from tuoke.spine.library.queries import SEARCH_KIND, offered  # noqa: E402
from tuoke.spine.library.rules import (  # noqa: E402
    Dimension,
    Fit,
    ItemDraft,
    ItemKind,
    QuestionContent,
    ScriptContent,
    Tags,
)

SMALL = 50
GOAL = 1.5
BY = system("bench")
WORDS = ("排产", "追溯", "续约", "断货", "交期")
LATER = ("返工", "接口", "预算", "验收", "盘点", "巡店", "回单", "培训", "报价", "备件", "门禁", "合并", "上线")
"""What the items beyond the small library are about."""
PAGES = {
    "scripts": "script/",
    "questions": "question/",
    "second page": "question/?cursor={middle}",
    "filtered": "question/?industry=制造业&dimension=pain",
    "due": "question/?state=due",
    "search 2": "question/?q=排产",
    "search two words": "question/?q=排产 客户",
    "search initials": "script/?q=pcsf",
    "search title": "question/?q=第0000008题",
    "search none": "question/?q=查无此话",
    "search common": "question/?q=客户",
    "search + filter": "script/?q=追溯&channel=phone",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    call_command("migrate", verbosity=0)
    reader = User.objects.create_user("reader", name="阅读者")
    RoleHeld.objects.create(user=reader, role="rep")
    grow(0, SMALL)
    small = {name: milliseconds(visit, rounds=asked.rounds) for name, visit in visits(reader)}
    grow(SMALL, asked.items)
    compared = []
    for name, visit in visits(reader):
        with CaptureQueriesContext(connection) as caught:
            visit()
        compared.append((name, len(caught), small[name], milliseconds(visit, rounds=asked.rounds)))
    print(f"{'page':<18}{'queries':>8}{f'{SMALL:,} ms':>12}{f'{asked.items:,} ms':>14}{'×':>8}")
    for name, queries, before, after in compared:
        print(f"{name:<18}{queries:>8}{before:>12.1f}{after:>14.1f}{after / before:>8.2f}")
    worst = max(after / before for _, _, before, after in compared)
    print(f"{connection.vendor}: worst {worst:.2f} (goal {GOAL})")
    return 1 if worst > GOAL else 0


def grow(start: int, end: int) -> None:
    """Half scripts, half questions, every trade, text of usual length."""
    now = timezone.now()
    drafts = [(ItemKind.SCRIPT, _script(n)) if n % 2 else (ItemKind.QUESTION, _question(n)) for n in range(start, end)]
    items = Item.objects.bulk_create(drawn_up(kind, draft, now=now) for kind, draft in drafts)
    ItemVersion.objects.bulk_create(
        first_version(item, draft.content, by=BY, now=now) for item, (_, draft) in zip(items, drafts, strict=True)
    )
    index(SEARCH_KIND, {item.pk: item.search_text for item in items})
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def visits(reader: User) -> Iterator[tuple[str, Callable[[], object]]]:
    client = Client()
    client.force_login(reader)
    known = {"middle": Item.objects.count() + 1}
    for name, query in PAGES.items():
        yield name, visiting(client, f"/library/{query.format(**known)}")
    fit = Fit(market="tob", industry="汽车零部件", role="生产副总")
    yield "offered", lambda: offered(BY, kind=ItemKind.QUESTION, fit=fit, limit=8)


def visiting(client: Client, path: str) -> Callable[[], None]:
    def visit() -> None:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)

    return visit


def _word(n: int) -> str:
    return WORDS[n % len(WORDS)] if n < SMALL else LATER[n % len(LATER)]


def _script(n: int) -> ItemDraft:
    word = _word(n)
    lines = tuple(f"〔称呼〕您好，第{n:07d}条，关于{word}，同行一般这样做，客户的反应是第{m}种。" for m in range(4))
    tags = Tags(market="tob", industry=INDUSTRIES[n % len(INDUSTRIES)], channel="phone")
    return ItemDraft(ScriptContent(lines[:2], lines, lines), title=f"{word}首访第{n:07d}号", tags=tags)


def _question(n: int) -> ItemDraft:
    word, dimension = _word(n), list(Dimension)[n % 5]
    text = f"第{n:07d}题：贵司{word}现在怎么做，客户满意吗？"
    tags = Tags(market="tob", industry=INDUSTRIES[n % len(INDUSTRIES)] if n % 3 else "", dimension=dimension.value)
    return ItemDraft(QuestionContent(text, (f"上一次{word}出错是哪天？", "谁处理的？"), "具体的数"), tags=tags)


if __name__ == "__main__":
    sys.exit(main())
