"""What packages above hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.spine.followups.models import FollowUp, NextAction, Subject

# Where a to-do that is a call is done; blank for any other. No query: it is asked for every line of a list.
call_url: list[Callable[[NextAction], str]] = []
# Where a to-do that is a mail is written; blank for any other. No query.
letter_url: list[Callable[[NextAction], str]] = []
# Told in the same transaction when somebody is given something to do by somebody else.
on_entrusted: list[Callable[[NextAction, Principal, datetime], None]] = []
# Where one calls a lead, customer or deal; blank where nothing can be recorded.
desk_url: list[Callable[[Subject], str]] = []


@dataclass(frozen=True, slots=True)
class Caution:
    """Something to think of before one gets in touch; it never stops anybody. ``until``: the last day on which it holds."""

    text: str
    until: date | None = None


# What speaks against getting in touch with a lead, customer or deal on a day. Shown where a contact is planned or recorded.
cautions: list[Callable[[Subject, date], Sequence[Caution]]] = []


def cautions_of(subject: Subject, day: date) -> list[Caution]:
    return [caution for found in cautions for caution in found(subject, day)]


# Told in the same transaction of every follow-up that was recorded, once: of one where a person recorded it (also from the
# call desk), of a whole batch where a table was imported. Their subjects are loaded.
on_recorded: list[Callable[[Sequence[FollowUp], Principal, datetime], object]] = []
