"""Verbs on customers, contacts and what is known of parties. Each raises Refused with every reason, Conflict where
somebody saved first, and DoesNotExist where ``by`` may not write the record: someone else's is not there (O1)."""

from tuoke.spine.customers.actions.parties import (
    Duplicate,
    add_contact,
    create_customer,
    edit_contact,
    edit_customer,
    match_or_create,
    take_turns,
    touched,
    transfer_customer,
)

__all__ = [
    "Duplicate",
    "add_contact",
    "create_customer",
    "edit_contact",
    "edit_customer",
    "match_or_create",
    "take_turns",
    "touched",
    "transfer_customer",
]
