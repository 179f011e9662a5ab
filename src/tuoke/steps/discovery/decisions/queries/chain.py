"""The decision map of a deal: the customer's people, how they stand, and who of us has met them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Count, Max
from django.utils import timezone
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Reason
from tuoke.spine.customers.models import Contact
from tuoke.spine.customers.rules import DecisionRole
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import FollowUp
from tuoke.steps.discovery.decisions import hooks
from tuoke.steps.discovery.decisions.hooks import Touch
from tuoke.steps.discovery.decisions.models import (
    ATTITUDE_NAMES,
    INFLUENCE_NAMES,
    AttitudeEntry,
    Reporting,
    RoleCheck,
    Stance,
)
from tuoke.steps.discovery.decisions.rules import (
    INFLUENCE_ORDER,
    ROLES,
    Attitude,
    Drawing,
    Influence,
    Person,
    drawn,
    gaps,
    is_whole,
)
from tuoke.steps.outreach.models import Concern

MOST_PEOPLE = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """One of the customer's people on the map of one deal. ``changes``: his attitudes, the newest first."""

    contact: Contact
    stance: Stance | None
    boss: Contact | None
    touches: tuple[Touch, ...]
    changes: tuple[AttitudeEntry, ...]
    concerns: tuple[str, ...] = ()

    @property
    def role(self) -> DecisionRole:
        return DecisionRole(self.contact.role)

    @property
    def influence(self) -> Influence:
        return Influence(self.stance.influence) if self.stance else Influence.UNKNOWN

    @property
    def attitude(self) -> Attitude:
        return Attitude(self.stance.attitude) if self.stance else Attitude.UNKNOWN

    @property
    def version(self) -> int:
        return self.stance.version if self.stance else 0

    @property
    def version_text(self) -> str:
        """For addresses that templates put together."""
        return str(self.version)

    @property
    def contact_version(self) -> str:
        return str(self.contact.version)

    @property
    def influence_name(self) -> StrOrPromise:
        return INFLUENCE_NAMES[self.influence]

    @property
    def attitude_name(self) -> StrOrPromise:
        return ATTITUDE_NAMES[self.attitude]

    @property
    def last_met_on(self) -> date | None:
        met = [timezone.localdate(touch.last_at) for touch in self.touches]
        return max([*met, *filter(None, [self.contact.contacted_on])], default=None)

    @property
    def is_left_out(self) -> bool:
        return self.stance is not None and self.stance.left_out_at is not None

    @property
    def person(self) -> Person:
        return _person(self.contact, self.stance, self.last_met_on)


@dataclass(frozen=True, slots=True)
class Chain:
    """The map. ``people`` are in the order in which they are drawn; ``checks`` by role."""

    people: tuple[Seen, ...]
    left_out: tuple[Seen, ...]
    checks: Mapping[str, RoleCheck]

    def gaps(self, *, today: date) -> tuple[Reason, ...]:
        return gaps([seen.person for seen in self.people], thought=self.checks, today=today)

    @property
    def is_whole(self) -> bool:
        return is_whole([seen.person for seen in self.people], thought=self.checks)

    @property
    def bands(self) -> list[tuple[DecisionRole, list[Seen]]]:
        """Each role with its people, the most influential first; those without a role come last, if there are any."""
        roles = [*ROLES, DecisionRole.UNKNOWN]
        found = [(role, [seen for seen in self.people if seen.role is role]) for role in roles]
        return found if found[-1][1] else found[:-1]

    @property
    def drawing(self) -> Drawing:
        keys = [(role.value, [seen.contact.pk for seen in people]) for role, people in self.bands]
        return drawn(keys, {seen.contact.pk: seen.boss.pk for seen in self.people if seen.boss})


def chain_of(who: Principal, deal: Opportunity) -> Chain:
    """The map of a deal that ``who`` holds already. Seven queries and one for each hook, however many people there are."""
    contacts = _contacts(deal)
    keys = [contact.pk for contact in contacts]
    stances = _stances(deal)
    touched = _by_contact(_touches(who, keys))
    changes = _changes(stances.values())
    bosses = dict(Reporting.objects.filter(contact__in=keys).exclude(boss=None).values_list("contact_id", "boss_id"))
    by_key = {contact.pk: contact for contact in contacts}
    cares = _concerns(who, keys)
    people = [
        Seen(
            contact,
            stance := stances.get(contact.pk),
            by_key.get(bosses.get(contact.pk) or 0),
            tuple(touched.get(contact.pk, ())),
            tuple(changes.get(stance.pk, ())) if stance else (),
            tuple(cares.get(contact.pk, ())),
        )
        for contact in contacts
    ]
    people.sort(key=lambda seen: (INFLUENCE_ORDER[seen.influence], seen.contact.pk))
    checks = {check.role: check for check in _checks(deal).select_related("by")}
    return Chain(
        tuple(seen for seen in people if not seen.is_left_out), tuple(s for s in people if s.is_left_out), checks
    )


def people_as_seen(deal: Opportunity) -> list[Person]:
    """The people of the map for rules alone. Three queries and one for each hook."""
    contacts = _contacts(deal)
    stances = _stances(deal)
    keys = [contact.pk for contact in contacts]
    met = {key: max(t.last_at for t in found) for key, found in _by_contact(_touches(None, keys)).items()}
    found = []
    for contact in contacts:
        stance = stances.get(contact.pk)
        if stance is None or stance.left_out_at is None:
            days = [timezone.localdate(met[contact.pk])] if contact.pk in met else []
            found.append(_person(contact, stance, max([*days, *filter(None, [contact.contacted_on])], default=None)))
    return found


def thought_of(deal: Opportunity) -> set[str]:
    """The roles of which somebody said that nobody has them. One query."""
    return set(_checks(deal).values_list("role", flat=True))


def lines_of(customer_id: int) -> dict[int, int]:
    """Who reports to whom among the customer's people."""
    lines = Reporting.objects.filter(contact__customer_id=customer_id, boss__isnull=False)
    return {contact: boss for contact, boss in lines.values_list("contact_id", "boss_id") if boss}


def _contacts(deal: Opportunity) -> list[Contact]:
    return list(Contact.objects.filter(customer_id=deal.customer_id).order_by("id")[:MOST_PEOPLE])


def _stances(deal: Opportunity) -> dict[int, Stance]:
    return {stance.contact_id: stance for stance in Stance.objects.filter(opportunity=deal)}


def _checks(deal: Opportunity) -> models.QuerySet[RoleCheck]:
    return RoleCheck.objects.filter(opportunity=deal, taken_back_at=None)


def _changes(stances: Iterable[Stance]) -> dict[int, list[AttitudeEntry]]:
    found: dict[int, list[AttitudeEntry]] = {}
    keys = [stance.pk for stance in stances]
    for entry in AttitudeEntry.objects.filter(stance__in=keys).select_related("by").order_by("-id"):
        found.setdefault(entry.stance_id, []).append(entry)
    return found


def _concerns(who: Principal, contacts: Sequence[int]) -> dict[int, list[str]]:
    """What these people care about, as it was noted before the first call (S3.1)."""
    found: dict[int, list[str]] = {}
    noted = (
        Concern.objects.visible_to(who)
        .filter(withdrawn_at=None)
        .filter(contact__in=contacts)
        .order_by("-noted_on", "-id")
    )
    for contact, text in noted.values_list("contact_id", "text")[:MOST_PEOPLE]:
        found.setdefault(contact or 0, []).append(text)
    return found


def _touches(who: Principal | None, contacts: Sequence[int]) -> list[Touch]:
    """Follow-ups with these people by who made them (calls are follow-ups), and what the hooks add; the latest first.

    ``who`` None: for the gates, which count what anybody has done.
    """
    seen = FollowUp.objects.all() if who is None else FollowUp.objects.visible_to(who)
    counted = (
        seen.filter(contact__in=contacts)
        .order_by()
        .values("contact_id", "by_id", "by__name", "owner_label")
        .annotate(times=Count("pk"), last_at=Max("at"))
    )
    found = [
        Touch(row["contact_id"], row["by_id"], row["by__name"] or row["owner_label"], row["times"], row["last_at"])
        for row in counted
    ]
    for told in hooks.touches:
        found += told(who, contacts)
    return sorted(found, key=lambda touch: touch.last_at, reverse=True)


def _by_contact(touches: Iterable[Touch]) -> dict[int, list[Touch]]:
    """By person, each of us once."""
    merged: dict[tuple[int, int | None, str], Touch] = {}
    for touch in touches:
        key = (touch.contact_id, touch.by_id, "" if touch.by_id else touch.by_name)
        known = merged.get(key)
        merged[key] = touch if known is None else _joined(known, touch)
    found: dict[int, list[Touch]] = {}
    for touch in sorted(merged.values(), key=lambda touch: touch.last_at, reverse=True):
        found.setdefault(touch.contact_id, []).append(touch)
    return found


def _joined(one: Touch, other: Touch) -> Touch:
    times, last_at = one.times + other.times, max(one.last_at, other.last_at)
    return Touch(one.contact_id, one.by_id, one.by_name, times, last_at)


def _person(contact: Contact, stance: Stance | None, last_met_on: date | None) -> Person:
    return Person(
        name=contact.name,
        role=DecisionRole(contact.role),
        influence=Influence(stance.influence) if stance else Influence.UNKNOWN,
        attitude=Attitude(stance.attitude) if stance else Attitude.UNKNOWN,
        has_plan=bool(stance and stance.plan),
        last_met_on=last_met_on,
    )
