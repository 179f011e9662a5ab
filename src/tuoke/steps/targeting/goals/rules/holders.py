"""Whose a goal is: the company's, a department's, a person's in a department; and the tree that they make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_KEY = re.compile(r"company|d(\d{1,15})(?:u(\d{1,15}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Holder:
    """``company``, ``d12`` or ``d12u5``: a person's goals stay with the department in which they were his (P2a)."""

    department_id: int | None = None
    user_id: int | None = None

    @property
    def key(self) -> str:
        if self.department_id is None:
            return "company"
        return f"d{self.department_id}" + (f"u{self.user_id}" if self.user_id is not None else "")

    @classmethod
    def read(cls, key: str) -> Holder:
        """Raises ValueError for what is no key."""
        found = _KEY.fullmatch(key)
        if found is None:
            raise ValueError(f"no holder: {key[:20]!r}")
        department, user = found.groups()
        return cls(int(department) if department else None, int(user) if user else None)

    @property
    def is_company(self) -> bool:
        return self.department_id is None

    @property
    def is_person(self) -> bool:
        return self.user_id is not None


COMPANY = Holder()


@dataclass(frozen=True, slots=True)
class Place:
    """A department as the tree needs it."""

    pk: int
    parent: int | None
    name: str
    sells: bool = True


@dataclass(frozen=True, slots=True)
class Seller:
    pk: int
    department: int
    name: str
    counts: bool = True  # one head of his department: he works there now and sells


@dataclass(frozen=True, slots=True)
class Node:
    """``heads`` is how many sell here and below; ``place`` is the only root department where it stands for the company."""

    holder: Holder
    name: str
    depth: int
    heads: int
    children: tuple[Node, ...] = ()
    place: int | None = None

    def walk(self) -> Iterator[Node]:
        """Itself and all below, each before its children."""
        yield self
        for child in self.children:
            yield from child.walk()

    def find(self, holder: Holder) -> Node | None:
        return next((node for node in self.walk() if node.holder == holder), None)

    @property
    def departments(self) -> frozenset[int]:
        """Every department at or below it."""
        own = self.place if self.holder.is_company else self.holder.department_id
        found = {own} if own is not None and not self.holder.is_person else set()
        return frozenset(found.union(*(child.departments for child in self.children)))


def tree(company: str, *, places: Iterable[Place], sellers: Iterable[Seller]) -> Node:
    """The company with its departments and their people. Where one department is above all others it stands for the
    company; departments in which nobody sells, and none below them does, are left out. A cycle of parents is cut."""
    below: dict[int | None, list[Place]] = {}
    known = list(places)
    ids = {place.pk for place in known}
    for place in known:
        below.setdefault(place.parent if place.parent in ids else None, []).append(place)
    people: dict[int, list[Seller]] = {}
    for seller in sellers:
        people.setdefault(seller.department, []).append(seller)
    roots = below.get(None, [])
    if len(roots) == 1:
        top = roots[0].pk
        children = _children(top, 1, below, people)
        return Node(COMPANY, company, 0, _heads(children), children, place=top)
    children = tuple(node for place in roots if (node := _department(place, 1, below, people)))
    return Node(COMPANY, company, 0, _heads(children), children)


def _department(
    place: Place, depth: int, below: Mapping[int | None, list[Place]], people: Mapping[int, list[Seller]]
) -> Node | None:
    children = _children(place.pk, depth + 1, below, people)
    if not children and not place.sells:
        return None
    return Node(Holder(place.pk), place.name, depth, _heads(children), children)


def _children(
    pk: int, depth: int, below: Mapping[int | None, list[Place]], people: Mapping[int, list[Seller]]
) -> tuple[Node, ...]:
    departments = [node for place in below.get(pk, []) if (node := _department(place, depth, below, people))]
    persons = [Node(Holder(pk, s.pk), s.name, depth, int(s.counts)) for s in people.get(pk, [])]
    return (*departments, *persons)


def _heads(children: Iterable[Node]) -> int:
    return sum(child.heads for child in children)
