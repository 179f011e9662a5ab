"""Contacts of two customers who are one person (S2.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tuoke.services.search import actions as search
from tuoke.services.search.rules import search_text
from tuoke.spine.customers.actions.journal import plain
from tuoke.spine.customers.actions.repointing import move_all
from tuoke.spine.customers.hooks import Move, Moved
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.rules.merging import joined

_ADDRESSES = ("position", "phone", "email", "wechat")
_SET_ONCE = ("preferred_channel", "role")
_LEFT_ALONE = ("do_not_contact", "do_not_contact_reason", "do_not_contact_since")
_COLUMNS = (*_ADDRESSES, *_SET_ONCE, *_LEFT_ALONE, "contacted_on", "note")


def fold_contacts(folded: Mapping[int, int]) -> list[dict[str, Any]]:
    """By the gone customer's contact which of the kept one's is the same person: he learns what he doesn't know, and
    gets what points at the other. Returns what an undo needs."""
    people = Contact.objects.select_for_update(of=("self",)).in_bulk([*folded, *folded.values()])
    return [_fold(people[other], people[kept]) for other, kept in folded.items()]


def leave_folded(folded: Mapping[int, int], gone: Lead | Customer, moved: Moved) -> None:
    """Folded contacts stay with the gone customer: the kept one has them already."""
    if not folded or not isinstance(gone, Customer):
        return
    Contact.objects.filter(pk__in=folded).update(customer=gone)
    column = f"{Contact._meta.label_lower}.customer"
    moved[column] = [pk for pk in moved.get(column, []) if pk not in folded]
    search.remove("contact", list(folded))


def separate_contacts(journal: Sequence[Mapping[str, Any]]) -> None:
    """Take the folding back; what somebody has edited since stays."""
    for entry in journal:
        kept = Contact.objects.select_for_update(of=("self",)).get(pk=entry["kept"])
        gone = Contact.objects.get(pk=entry["gone"])
        move_all(Move(source=kept, target=gone, only=entry["moved"]))
        for name, value in entry["before"].items():
            if plain(getattr(kept, name)) == entry["after"][name]:
                setattr(kept, name, Contact._meta.get_field(name).to_python(value))  # type: ignore[union-attr]  # columns of its own
        _save(kept)
        _index(gone)


def _fold(other: Contact, kept: Contact) -> dict[str, Any]:
    before = {name: plain(getattr(kept, name)) for name in _COLUMNS}
    _complete(kept, other)
    _save(kept)
    after = {name: plain(getattr(kept, name)) for name in _COLUMNS}
    changed = [name for name in _COLUMNS if before[name] != after[name]]
    return {
        "kept": kept.pk,
        "gone": other.pk,
        "moved": move_all(Move(source=other, target=kept)),
        "before": {name: before[name] for name in changed},
        "after": {name: after[name] for name in changed},
    }


def _complete(kept: Contact, other: Contact) -> None:
    lost = []
    for name in (*_ADDRESSES, *_SET_ONCE):
        mine, theirs = getattr(kept, name), getattr(other, name)
        if not mine:
            setattr(kept, name, theirs)
        elif theirs and theirs != mine and name in _ADDRESSES:
            lost.append(theirs)
    if other.do_not_contact and not kept.do_not_contact:  # he said so, whichever of his cards it stands on (O5)
        for name in _LEFT_ALONE:
            setattr(kept, name, getattr(other, name))
    dates = [day for day in (kept.contacted_on, other.contacted_on) if day]
    kept.contacted_on = min(dates, default=None)
    kept.note = joined(joined(kept.note, other.note), " ".join(lost))


def _save(contact: Contact) -> None:
    contact.version += 1
    contact.search_text = search_text(contact.phone, contact.email, contact.wechat, names=(contact.name,))
    contact.save()
    _index(contact)


def _index(contact: Contact) -> None:
    search.index("contact", {contact.pk: contact.search_text})
