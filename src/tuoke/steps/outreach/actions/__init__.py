"""Verbs on what is noted before a first contact (S3.1). Each raises Refused with every reason, Conflict where somebody saved
first, and DoesNotExist where ``by`` may not write the lead or customer: someone else's is not there (O1)."""

from tuoke.steps.outreach.actions.following import carry_notes, repoint
from tuoke.steps.outreach.actions.notes import add_note, edit_note, restore_note, withdraw_note

__all__ = ["add_note", "carry_notes", "edit_note", "repoint", "restore_note", "withdraw_note"]
