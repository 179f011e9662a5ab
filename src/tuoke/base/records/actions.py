from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from tuoke.base.records.bulk import insert
from tuoke.base.records.models import Event, Submission, key_of


class Actor(Protocol):
    """Whoever acts: see ``accounts.rules.Principal``."""

    @property
    def kind(self) -> str: ...
    @property
    def user_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...


Changes = Mapping[str, tuple[Any, Any]]


def record(
    *,
    kind: str,
    subject: models.Model | str,
    by: Actor,
    at: datetime,
    thread: models.Model | str = "",
    party: models.Model | str = "",
    changes: Changes | None = None,
    facts: Mapping[str, Any] | None = None,
    section: str = "",
    secret: bool = False,
) -> Event:
    """Write what happened into the history. Must run inside the transaction of the action it tells of (O3)."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"{kind}: record() belongs inside the action's transaction")
    event = event_of(
        kind=kind, subject=subject, by=by, at=at, thread=thread, party=party,
        changes=changes, facts=facts, section=section, secret=secret,
    )  # fmt: skip
    event.save()
    return event


def record_many(events: Iterable[Event]) -> None:
    """Write the events of a bulk action, prepared with ``event_of``, inside its transaction."""
    insert(list(events))


def event_of(
    *,
    kind: str,
    subject: models.Model | str,
    by: Actor,
    at: datetime,
    thread: models.Model | str = "",
    party: models.Model | str = "",
    changes: Changes | None = None,
    facts: Mapping[str, Any] | None = None,
    section: str = "",
    secret: bool = False,
) -> Event:
    """An event that is not yet stored."""
    return Event(
        kind=kind,
        subject=key_of(subject),
        thread=key_of(thread),
        party=key_of(party),
        actor_kind=by.kind,
        actor_id=by.user_id,
        actor_name=by.name,
        at=at,
        changes=_plain({name: list(pair) for name, pair in changes.items()}) if changes else {},
        facts=_plain(facts) if facts else {},
        section=section,
        secret=secret,
    )


def changes_between(*, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What differs, as ``record`` takes it. Both mappings have the same keys."""
    return {name: (before[name], value) for name, value in after.items() if before[name] != value}


def _plain(values: Any) -> Any:
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))


def submit(*, key: str, at: datetime) -> tuple[Submission, bool]:
    """The submission of that name, and whether it is the first. Who sends the same at once waits for the first to end.

    Must run inside the transaction of what the form does: where that fails, it was never sent.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("submit() belongs inside the transaction of what is submitted")
    return Submission.objects.get_or_create(key=key, defaults={"at": at})


def led_to(submission: Submission, *, location: str) -> None:
    """Where the form led to: sent again it leads there too."""
    submission.location = location[:300]
    submission.save(update_fields=["location"])


def forget_submissions(*, before: datetime) -> None:
    """No form is kept open that long."""
    Submission.objects.filter(at__lt=before).delete()
