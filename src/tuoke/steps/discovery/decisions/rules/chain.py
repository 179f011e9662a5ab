"""Who decides, who influences, who uses, who blocks (S4.4): what the map lacks, and whether it is drawn whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Reason, Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.spine.customers.rules import DecisionRole

QUIET_DAYS = 14
"""Nobody of the customer was met for so long: somebody should go."""
TEXT_LIMITS: Mapping[str, int] = {"cares": 200, "plan": 200, "note": 1000}
EARLIEST = date(2000, 1, 1)


class Influence(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNKNOWN = ""


class Attitude(StrEnum):
    SUPPORTS = "supports"
    NEUTRAL = "neutral"
    OPPOSES = "opposes"
    UNKNOWN = ""


ROLES = (DecisionRole.DECIDER, DecisionRole.INFLUENCER, DecisionRole.USER, DecisionRole.BLOCKER)
"""The four roles that a map thinks of, from the top."""
MAY_BE_NOBODY = frozenset(ROLES) - {DecisionRole.DECIDER}
"""Roles that nobody may have; somebody always decides."""
INFLUENCE_ORDER = {influence: rank for rank, influence in enumerate(Influence)}
KEY_ROLES = frozenset({DecisionRole.DECIDER, DecisionRole.INFLUENCER, DecisionRole.BLOCKER})


@dataclass(frozen=True, slots=True)
class Person:
    """One of the customer's people as the rules see him. ``has_plan``: it is written down how he is won over."""

    name: str
    role: DecisionRole = DecisionRole.UNKNOWN
    influence: Influence = Influence.UNKNOWN
    attitude: Attitude = Attitude.UNKNOWN
    has_plan: bool = False
    last_met_on: date | None = None

    @property
    def is_key(self) -> bool:
        return self.role in KEY_ROLES or self.influence is Influence.HIGH

    @property
    def is_against(self) -> bool:
        return self.role is DecisionRole.BLOCKER or self.attitude is Attitude.OPPOSES


@dataclass(frozen=True, slots=True)
class StanceDraft:
    """How one person stands to one deal, as it shall be. ``since``: when he came to his attitude."""

    influence: Influence = Influence.UNKNOWN
    attitude: Attitude = Attitude.UNKNOWN
    since: date | None = None
    cares: str = ""
    plan: str = ""
    note: str = ""

    def faults(self, *, today: date) -> Verdict:
        verdict = YES
        for name, limit in TEXT_LIMITS.items():
            verdict &= text_fault(getattr(self, name), field=name, limit=limit)
        if self.since is not None and self.since > today:
            verdict &= no("since_in_future", field="since", today=today)
        elif self.since is not None and self.since < EARLIEST:
            verdict &= no("since_too_early", field="since", first=EARLIEST)
        return verdict


DRAWN = frozenset({"nobody", "decider_unknown", "nobody_met", "single_contact", "role_unthought", "attitude_unknown"})
"""What keeps a map from being whole; the other gaps are work to do, not holes in the map."""


def gaps(people: Sequence[Person], *, thought: Collection[str], today: date) -> tuple[Reason, ...]:
    """What the map lacks, the gravest first. ``thought``: roles of which somebody said that nobody has them.

    Codes: nobody · decider_unknown · decider_unmet(names) · nobody_met · single_contact(name) · blocker_unplanned(names)
    · attitude_unknown(names) · role_unthought(role) · silent(days).
    """
    if not people:
        return (Reason("nobody"),)
    return (
        *_about_deciders(people),
        *_about_contact(people, today),
        *_about_stances(people),
        *_unthought(people, thought),
    )


def is_whole(people: Sequence[Person], *, thought: Collection[str]) -> bool:
    """决策链图已画全: somebody decides, all four roles were thought of, whoever matters has an attitude, and more than
    one of them was met."""
    return not any(gap.code in DRAWN for gap in gaps(people, thought=thought, today=date.max))


def _about_deciders(people: Sequence[Person]) -> Iterable[Reason]:
    deciders = [person for person in people if person.role is DecisionRole.DECIDER]
    if not deciders:
        yield Reason("decider_unknown")
    elif not any(person.last_met_on for person in deciders):
        yield Reason("decider_unmet", {"names": _names(deciders)})


def _about_contact(people: Sequence[Person], today: date) -> Iterable[Reason]:
    met = [person for person in people if person.last_met_on]
    if not met:
        yield Reason("nobody_met")
        return
    if len(met) == 1:
        yield Reason("single_contact", {"name": met[0].name})
    days = (today - max(person.last_met_on for person in met if person.last_met_on)).days
    if days >= QUIET_DAYS:
        yield Reason("silent", {"days": days})


def _about_stances(people: Sequence[Person]) -> Iterable[Reason]:
    if unplanned := [person for person in people if person.is_against and not person.has_plan]:
        yield Reason("blocker_unplanned", {"names": _names(unplanned)})
    if unknown := [person for person in people if person.is_key and person.attitude is Attitude.UNKNOWN]:
        yield Reason("attitude_unknown", {"names": _names(unknown)})


def _unthought(people: Sequence[Person], thought: Collection[str]) -> Iterable[Reason]:
    had = {person.role for person in people}
    for role in ROLES:
        if role in MAY_BE_NOBODY and role not in had and role not in thought:
            yield Reason("role_unthought", {"role": role.value})


def _names(people: Iterable[Person]) -> tuple[str, ...]:
    return tuple(person.name for person in people)


def may_report(person: int, boss: int, lines: Mapping[int, int]) -> Verdict:
    """Whether one may report to the other; ``lines``: who reports to whom already. Nobody is his own superior."""
    if person == boss:
        return no("reports_to_himself", field="boss")
    above, seen = lines.get(boss), {boss}
    while above is not None and above not in seen:
        if above == person:
            return no("reports_in_a_circle", field="boss")
        seen.add(above)
        above = lines.get(above)
    return YES
