"""Verbs on customers, contacts and what is known of parties. Each raises Refused with every reason, Conflict where
somebody saved first, and DoesNotExist where ``by`` may not write the record: someone else's is not there (O1)."""

from tuoke.spine.customers.actions.holding import hand_over, redate, tell_given, touched
from tuoke.spine.customers.actions.judging import WATCHED, settle_facts, settle_many
from tuoke.spine.customers.actions.merging import (
    Choices,
    link_lead,
    merge_customers,
    merge_leads,
    undo_merge,
    unlink_lead,
)
from tuoke.spine.customers.actions.pairs import Noted, note_pairs, part, put_off, tell_apart
from tuoke.spine.customers.actions.parties import (
    Duplicate,
    add_contact,
    create_customer,
    edit_contact,
    edit_customer,
    match_or_create,
    take_turns,
    transfer_customer,
)
from tuoke.spine.customers.actions.repointing import repointer
from tuoke.spine.customers.actions.searching import every_night, start_search, wake_search
from tuoke.spine.customers.actions.silence import contact_again, leave_alone
from tuoke.spine.customers.actions.verifying import (
    adopt_fact,
    carry_facts,
    restore_fact,
    state_fact,
    withdraw_fact,
)

__all__ = [
    "WATCHED",
    "Choices",
    "Duplicate",
    "Noted",
    "add_contact",
    "adopt_fact",
    "carry_facts",
    "contact_again",
    "create_customer",
    "edit_contact",
    "edit_customer",
    "every_night",
    "hand_over",
    "leave_alone",
    "link_lead",
    "match_or_create",
    "merge_customers",
    "merge_leads",
    "note_pairs",
    "part",
    "put_off",
    "redate",
    "repointer",
    "restore_fact",
    "settle_facts",
    "settle_many",
    "start_search",
    "state_fact",
    "take_turns",
    "tell_apart",
    "tell_given",
    "touched",
    "transfer_customer",
    "undo_merge",
    "unlink_lead",
    "wake_search",
    "withdraw_fact",
]
