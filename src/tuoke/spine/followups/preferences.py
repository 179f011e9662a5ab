"""How the next touch is best made (S3.3): the channel that a contact prefers, and whom nobody contacts (O5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django_stubs_ext import StrOrPromise

from tuoke.spine.customers.models import CHANNEL_NAMES, Contact
from tuoke.spine.customers.rules import Channel, DecisionRole
from tuoke.spine.followups.models import NextAction

_ASKED = ("name", "role", "preferred_channel", "do_not_contact")


@dataclass(frozen=True, slots=True)
class Preference:
    """What to know of one person before he is contacted. ``channel`` may be blank: unknown."""

    name: str
    channel: str
    do_not_contact: bool = False

    @property
    def channel_name(self) -> StrOrPromise:
        return CHANNEL_NAMES[Channel(self.channel)] if self.channel else ""


def preference_among(contacts: Iterable[Contact], *, contact_id: int | None = None) -> Preference | None:
    """Of the person who is meant; else of who decides, else of the first whose preference is known. Without any, and with
    nobody left who may be contacted, one who may not be."""
    people = list(contacts)
    if contact_id is not None:
        meant = next((person for person in people if person.pk == contact_id), None)
        return _of(meant) if meant and (meant.preferred_channel or meant.do_not_contact) else None
    open_to = [person for person in people if not person.do_not_contact]
    if people and not open_to:
        return _of(people[0])
    known = [person for person in open_to if person.preferred_channel]
    return _of(min(known, key=lambda person: person.role != DecisionRole.DECIDER)) if known else None


def left_alone(contacts: Iterable[Contact]) -> tuple[str, ...]:
    """Names of those who don't want to be contacted."""
    return tuple(person.name for person in contacts if person.do_not_contact)


def preferences_of(actions: Sequence[NextAction]) -> Mapping[int, Preference]:
    """By next action the preference of the person it is about, else of its customer's people. One query for any number.

    ``opportunity`` of each must be loaded; leads have no preference.
    """
    customers = {pk for action in actions if (pk := _customer_of(action))}
    meant = {action.contact_id for action in actions if action.contact_id}
    if not customers and not meant:
        return {}
    asked = Q(pk__in=meant) | Q(customer__in=customers)
    people: dict[int, list[Contact]] = {}
    named: dict[int, Contact] = {}
    for person in Contact.objects.filter(asked).order_by("id").only("customer_id", *_ASKED):
        people.setdefault(person.customer_id, []).append(person)
        named[person.pk] = person
    found = {action.pk: _for(action, people, named) for action in actions}
    return {pk: preference for pk, preference in found.items() if preference}


def _for(action: NextAction, people: Mapping[int, list[Contact]], named: Mapping[int, Contact]) -> Preference | None:
    if action.contact_id is not None:
        meant = named.get(action.contact_id)
        return preference_among([meant], contact_id=meant.pk) if meant else None
    return preference_among(people.get(_customer_of(action) or 0, ()))


def _customer_of(action: NextAction) -> int | None:
    return action.opportunity.customer_id if action.opportunity else action.customer_id


def _of(person: Contact) -> Preference:
    return Preference(person.name, person.preferred_channel, person.do_not_contact)
