"""分配规则 (S2.6): who gets which lead, decided before anything is written. Plain Python, and the same every time."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

NAME_LIMIT = 40
MOST_RULES = 50
MOST_VALUES = 60


class RuleKind(StrEnum):
    """How a rule chooses: which leads it takes, and among its people whom."""

    REGION = "region"  # leads of these regions, to whoever of its people has least
    INDUSTRY = "industry"
    TURN = "turn"  # every lead, one after the other
    LOAD = "load"  # every lead, to whoever has least


@dataclass(frozen=True, slots=True)
class Rule:
    """``values``: parts of names, for REGION and INDUSTRY. ``people`` in their order; ``last`` was served last."""

    pk: int
    kind: RuleKind
    people: tuple[int, ...]
    values: tuple[str, ...] = ()
    last: int | None = None

    def takes(self, item: Item) -> bool:
        match self.kind:
            case RuleKind.REGION:
                return _names(item.region, self.values)
            case RuleKind.INDUSTRY:
                return _names(item.industry, self.values)
            case _:
                return True


@dataclass(frozen=True, slots=True)
class Item:
    """A lead to give out."""

    pk: int
    tier: str
    region: str
    industry: str


@dataclass(frozen=True, slots=True)
class Person:
    """``load``: what he has, weighted by tier. ``room``: how many more he may hold; None: as many as come."""

    pk: int
    load: int = 0
    room: int | None = None


@dataclass(frozen=True, slots=True)
class Given:
    item: int
    person: int
    rule: int


@dataclass(frozen=True, slots=True)
class Left:
    """What nobody gets: no_rule takes it, rule_without_people, people_full."""

    item: int
    code: str


@dataclass(frozen=True, slots=True)
class Plan:
    given: tuple[Given, ...]
    left: tuple[Left, ...]
    served: Mapping[int, int]
    """By rule: who was served last."""

    @property
    def token(self) -> str:
        """Names exactly this outcome: what was looked at is what is done, or nothing is."""
        said = ",".join(f"{one.item}>{one.person}" for one in sorted(self.given, key=lambda one: one.item))
        return blake2b(said.encode(), digest_size=16).hexdigest()


def plan(
    items: Iterable[Item], *, rules: Sequence[Rule], people: Mapping[int, Person], weight: Callable[[str], int]
) -> Plan:
    """Each item goes by the first rule that takes it and has somebody with room. Rules' people that ``people`` doesn't
    have aren't there (they left, or aren't in reach)."""
    desks = [_Desk(rule, people) for rule in rules]
    loads = {pk: person.load for pk, person in people.items()}
    rooms = {pk: person.room for pk, person in people.items()}
    given: list[Given] = []
    left: list[Left] = []
    for item in items:
        code = "no_rule"
        for desk in desks:
            if not desk.rule.takes(item):
                continue
            person = desk.next(loads, rooms)
            if person is None:
                code = "people_full" if desk.people or code == "people_full" else "rule_without_people"
                continue
            loads[person] += weight(item.tier)
            room = rooms[person]
            rooms[person] = None if room is None else room - 1
            given.append(Given(item.pk, person, desk.rule.pk))
            break
        else:
            left.append(Left(item.pk, code))
    return Plan(tuple(given), tuple(left), {desk.rule.pk: desk.last for desk in desks if desk.last is not None})


class _Desk:
    """A rule at work."""

    def __init__(self, rule: Rule, people: Mapping[int, Person]) -> None:
        self.rule = rule
        self.people = [pk for pk in rule.people if pk in people]
        self.last = rule.last
        self._heap = [(people[pk].load, place, pk) for place, pk in enumerate(self.people)]
        heapq.heapify(self._heap)
        self._place = self.people.index(rule.last) if rule.last in self.people else -1

    def next(self, loads: Mapping[int, int], rooms: Mapping[int, int | None]) -> int | None:
        found = self._in_turn(rooms) if self.rule.kind is RuleKind.TURN else self._least(loads, rooms)
        if found is not None:
            self.last = found
        return found

    def _in_turn(self, rooms: Mapping[int, int | None]) -> int | None:
        for step in range(1, len(self.people) + 1):
            place = (self._place + step) % len(self.people)
            room = rooms[self.people[place]]
            if room is None or room > 0:
                self._place = place
                return self.people[place]
        return None

    def _least(self, loads: Mapping[int, int], rooms: Mapping[int, int | None]) -> int | None:
        """Other rules load the same people: an entry that is out of date goes back with what is true now."""
        while self._heap:
            load, place, pk = self._heap[0]
            room = rooms[pk]
            if room is not None and room <= 0:
                heapq.heappop(self._heap)
            elif load != loads[pk]:
                heapq.heapreplace(self._heap, (loads[pk], place, pk))
            else:
                return pk
        return None


def _names(found: str, values: Sequence[str]) -> bool:
    said = found.casefold()
    return bool(said) and any(value.casefold() in said for value in values if value)
