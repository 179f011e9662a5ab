"""Verbs on teams, bookings and rhythms. Each raises Refused with every reason, Conflict where somebody saved first, and
Opportunity.DoesNotExist where ``by`` may not work on the project (O1, P4)."""

from tuoke.steps.contracts.teams.actions.bookings import book, decide, release
from tuoke.steps.contracts.teams.actions.contacts import (
    add_contact,
    edit_contact,
    restore_contact,
    withdraw_contact,
)
from tuoke.steps.contracts.teams.actions.introducing import (
    LINK_KIND,
    introduce,
    share_plan,
    withdraw_introduction,
    withdraw_share,
)
from tuoke.steps.contracts.teams.actions.repointing import repoint
from tuoke.steps.contracts.teams.actions.rhythms import (
    change_rhythm,
    end_rhythm,
    keep_ahead,
    resume_rhythm,
    start_rhythm,
)

__all__ = [
    "LINK_KIND",
    "add_contact",
    "book",
    "change_rhythm",
    "decide",
    "edit_contact",
    "end_rhythm",
    "introduce",
    "keep_ahead",
    "release",
    "repoint",
    "restore_contact",
    "resume_rhythm",
    "share_plan",
    "start_rhythm",
    "withdraw_contact",
    "withdraw_introduction",
    "withdraw_share",
]
