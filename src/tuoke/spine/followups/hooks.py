"""What packages above hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.spine.followups.models import NextAction, Subject

# Where a to-do that is a call is done; blank for any other. No query: it is asked for every line of a list.
call_url: list[Callable[[NextAction], str]] = []
# Where a to-do that is a mail is written; blank for any other. No query.
letter_url: list[Callable[[NextAction], str]] = []
# Told in the same transaction when somebody is given something to do by somebody else.
on_entrusted: list[Callable[[NextAction, Principal, datetime], None]] = []
# Where one calls a lead, customer or deal; blank where nothing can be recorded.
desk_url: list[Callable[[Subject], str]] = []
