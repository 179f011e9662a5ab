"""What every verb here asks first, and how an import is named."""

from __future__ import annotations

from tuoke.base.accounts.rules import Permission, Principal, PrincipalKind
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.services.exchange.rules import sound

NAME_LIMIT = 80
NOTE_LIMIT = 1000


def may_write(by: Principal) -> Verdict:
    return YES if by.may(Permission.PROFILE_WRITE) else no("may_not_write")


def sound_name(name: str) -> Verdict:
    if not sound(name):
        return no("text_broken", field="name")
    if not name.strip():
        return no("name_missing", field="name")
    return no("name_too_long", field="name", limit=NAME_LIMIT) if len(name.strip()) > NAME_LIMIT else YES


def sound_note(note: str) -> Verdict:
    if not sound(note):
        return no("text_broken", field="note")
    return no("note_too_long", field="note", limit=NOTE_LIMIT) if len(note) > NOTE_LIMIT else YES


def must(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def importing(by: Principal, what: str) -> Principal:
    """Named as an import in the history; the system stays itself, else it would lose its rights."""
    return by if by.kind is PrincipalKind.SYSTEM else by.importing(what)
