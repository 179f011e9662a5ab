"""Verbs on customers, contacts and what is known of parties. Each raises Refused with every reason, Conflict where
somebody saved first, and DoesNotExist where ``by`` may not write the record: someone else's is not there (O1)."""

from tuoke.spine.customers.actions.holding import hand_over, redate, touched
from tuoke.spine.customers.actions.judging import WATCHED, settle_facts, settle_many
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
from tuoke.spine.customers.actions.verifying import (
    adopt_fact,
    carry_facts,
    restore_fact,
    state_fact,
    withdraw_fact,
)

__all__ = [
    "WATCHED",
    "Duplicate",
    "add_contact",
    "adopt_fact",
    "carry_facts",
    "create_customer",
    "edit_contact",
    "edit_customer",
    "hand_over",
    "match_or_create",
    "redate",
    "restore_fact",
    "settle_facts",
    "settle_many",
    "state_fact",
    "take_turns",
    "touched",
    "transfer_customer",
    "withdraw_fact",
]
