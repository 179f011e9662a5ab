"""What packages above hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from tuoke.base.accounts.rules import Principal
from tuoke.services.calendar.ics import Entry

# Called in the transaction that changed the company's days: whoever keeps dates counted in working days counts anew.
on_changed: list[Callable[[datetime], object]] = []
# What stands in a person's calendar from one day to another, both included; addresses begin with the site's root.
entries_of: list[Callable[[Principal, date, date, str], Iterable[Entry]]] = []
