"""Reads of the history. Whoever asks must hold a record that he may see; secret events stay with their owner's room."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models

from tuoke.base.records.models import Event, EventQuerySet, key_of


def history_of(subject: models.Model | str) -> EventQuerySet:
    """Every change of one record, newest first, without secrets."""
    return Event.objects.about(subject).filter(secret=False).order_by("-id")


def saved_by(subject: models.Model | None) -> str:
    """Who wrote the last line of a record's history; empty where there is none."""
    last = history_of(subject).first() if subject is not None else None
    return last.actor_name if last else ""


def timeline_of(
    *,
    thread: models.Model | str = "",
    threads: Collection[str] = (),
    party: models.Model | str = "",
    closed: Collection[str] = (),
    before: int | None = None,
    limit: int = 30,
) -> list[Event]:
    """The newest events of one case (``thread``, or ``threads`` where several are one by now) or one customer
    (``party``), older than ``before``, without the sections that are ``closed`` to whoever asks."""
    if threads:
        events = Event.objects.filter(thread__in=threads)
    else:
        events = Event.objects.in_thread(thread) if thread else Event.objects.with_party(party)
    events = open_events(events, closed=closed)
    if before is not None:
        events = events.filter(pk__lt=before)
    return list(events.order_by("-id")[:limit])


def open_events(events: EventQuerySet, *, closed: Collection[str]) -> EventQuerySet:
    """Without secrets, and without sections: the kinds that begin with their names, and what is filed under them."""
    events = events.filter(secret=False)
    for section in closed:
        events = events.exclude(models.Q(kind__startswith=f"{section}.") | models.Q(section=section))
    return events


def kinds_of(subject: models.Model | str) -> Collection[str]:
    return set(Event.objects.about(subject).values_list("kind", flat=True))


__all__ = ["history_of", "key_of", "kinds_of", "open_events", "timeline_of"]
