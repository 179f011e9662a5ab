"""Reads of the history. Whoever asks must hold a record that he may see; secret events stay with their owner's room."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models

from tuoke.base.records.models import Event, EventQuerySet, key_of


def history_of(subject: models.Model | str) -> EventQuerySet:
    """Every change of one record, newest first, without secrets."""
    return Event.objects.about(subject).filter(secret=False).order_by("-id")


def timeline_of(
    *,
    thread: models.Model | str = "",
    threads: Collection[str] = (),
    party: models.Model | str = "",
    before: int | None = None,
    limit: int = 30,
) -> list[Event]:
    """The newest events of one case (``thread``, or ``threads`` where several are one by now) or one customer
    (``party``), older than ``before``."""
    if threads:
        events = Event.objects.filter(thread__in=threads)
    else:
        events = Event.objects.in_thread(thread) if thread else Event.objects.with_party(party)
    events = events.filter(secret=False)
    if before is not None:
        events = events.filter(pk__lt=before)
    return list(events.order_by("-id")[:limit])


def kinds_of(subject: models.Model | str) -> Collection[str]:
    return set(Event.objects.about(subject).values_list("kind", flat=True))


__all__ = ["history_of", "key_of", "kinds_of", "timeline_of"]
