from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, models, transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.records.models import key_of
from tuoke.services.notifications.models import Notice

KEPT = timedelta(days=90)
TEXT_LIMIT = 300
FORGOTTEN_AT_ONCE = 5000


def notify(
    *, user_ids: Iterable[int | None], kind: str, text: str, url: str, at: datetime, thread: models.Model | str = ""
) -> list[Notice]:
    """Tell these people, each once, in the caller's transaction: what is rolled back was never told. One insert.

    ``text`` is said as it stands (translated by the caller, cut at 300 characters); ``url`` is a path of ours.
    None among the ids is nobody. Leave out whoever did it himself.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{kind}: notify() belongs inside the transaction of what it tells of")
    said = text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"
    people = sorted({user_id for user_id in user_ids if user_id})
    return Notice.objects.bulk_create(
        Notice(user_id=one, kind=kind, text=said, url=url, thread=key_of(thread), at=at) for one in people
    )


def mark_read(*, notice: Notice, by: Principal, now: datetime) -> None:
    Notice.objects.visible_to(by, "write").unread().filter(pk=notice.pk).update(read_at=now)


def mark_unread(*, read_at: datetime, by: Principal) -> int:
    """Undo: what was marked as read at that very moment is new again. Says how many."""
    return Notice.objects.visible_to(by, "write").filter(read_at=read_at).update(read_at=None)


def mark_all_read(*, by: Principal, now: datetime) -> int:
    """Says how many there were."""
    return Notice.objects.visible_to(by, "write").unread().update(read_at=now)


@transaction.atomic
def forget(now: datetime) -> int:
    """Notices that were read long ago go, some at a time."""
    old = Notice.objects.filter(read_at__lt=now - KEPT).order_by("read_at").values("pk")[:FORGOTTEN_AT_ONCE]
    return Notice.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()[0]
