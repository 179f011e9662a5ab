"""A playbook document as a tree of parts: where a part stands, how two documents differ, and how to get from one to the
other and back.

A *place* names a part: ``""`` the playbook itself, ``steps/discovery``, ``steps/discovery/actions/discovery-map``,
``variants/tob_large/extra_criteria/contracts/contracts-legal``. What has a key is found by its key, wherever it stands:
two people who edit different parts never meet. Lists without keys (script, notes …) are fields of the part they are in.

``changes(a, b)`` are the operations that lead from a to b; ``applied(a, changes(a, b)) == b``, and
``applied(b, undone(changes(a, b))) == a``. Applied to a third document they do what can be done, and name the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tuoke.spine.playbook.rules.document import StepKey

Node = dict[str, Any]
LISTS: Mapping[str, tuple[str, ...]] = {
    "playbook": ("steps", "variants"),
    "step": ("actions", "deliverables", "criteria"),
    "variant": (),
    "item": (),
}
BY_STEP = ("extra_actions", "extra_criteria")
"""Lists of a variant under the step they belong to."""


class Verb(StrEnum):
    SET = "set"
    ADD = "add"
    REMOVE = "remove"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Op:
    """One step from a document to another. SET: the fields that differ, before and after; ADD and REMOVE: the whole part
    and where it stands in its list (``index``); ORDER: the keys of a list, whose place ends with the list's name."""

    place: str
    verb: Verb
    before: Any = None
    after: Any = None
    index: int = 0

    def stored(self) -> Node:
        return {
            "place": self.place, "verb": self.verb.value, "before": self.before, "after": self.after,
            "index": self.index,
        }  # fmt: skip

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Op:
        return cls(raw["place"], Verb(raw["verb"]), raw["before"], raw["after"], raw["index"])


class Unreachable(LookupError):
    """A place that this document doesn't have."""


class Clash(Exception):
    """Operations that don't fit: what they begin from isn't what stands there. ``places`` names every one."""

    def __init__(self, places: tuple[str, ...]) -> None:
        super().__init__(", ".join(places))
        self.places = places


def part_at(content: Node, place: str) -> Node:
    """The part itself, to be read. Raises Unreachable."""
    if not place:
        return content
    where, key = split(place)
    for part in list_at(content, where):
        if part.get("key") == key:
            return part
    raise Unreachable(place)


def list_at(content: Node, place: str) -> list[Node]:
    """The keyed list at a place such as ``steps/discovery/actions``; empty where nothing stands there yet."""
    words = place.split("/")
    match words:
        case ["steps" | "variants"]:
            owner: Node = content
        case ["steps", _, "actions" | "deliverables" | "criteria"]:
            owner = part_at(content, "/".join(words[:2]))
        case ["variants", _, "extra_actions" | "extra_criteria", _]:
            owner = part_at(content, "/".join(words[:2])).get(words[2], {})
        case _:
            raise Unreachable(place)
    return owner.get(words[-1], [])  # type: ignore[no-any-return]  # plain content


def split(place: str) -> tuple[str, str]:
    """The list that a part stands in, and its key there."""
    where, _, key = place.rpartition("/")
    return where, key


def fields_of(content: Node, place: str) -> Node:
    """What a part says itself, without the parts below it."""
    return _own(part_at(content, place), _shape(place))


def changes(before: Node, after: Node) -> tuple[Op, ...]:
    """Every difference; none where both say the same."""
    return tuple(_changes("", before, after))


def applied(content: Node, ops: Iterable[Op]) -> Node:
    """The document after the operations. Raises Clash with every one that doesn't fit, and then changes nothing."""
    result = deepcopy(content)
    clashes = [op.place for op in ops if not _apply(result, op)]
    if clashes:
        raise Clash(tuple(dict.fromkeys(clashes)))
    return result


def merged(content: Node, ops: Iterable[Op]) -> tuple[Node, tuple[Op, ...]]:
    """The document after those operations that fit, and those that don't."""
    result, left = deepcopy(content), []
    for op in ops:
        if not _apply(result, op):
            left.append(op)
    return result, tuple(left)


def undone(ops: Sequence[Op]) -> tuple[Op, ...]:
    """The way back."""
    other = {Verb.ADD: Verb.REMOVE, Verb.REMOVE: Verb.ADD}
    return tuple(Op(op.place, other.get(op.verb, op.verb), op.after, op.before, op.index) for op in reversed(ops))


def keys_below(content: Node, place: str) -> frozenset[str]:
    """The key of a part and of everything in it."""
    where, key = split(place)
    name = where.partition("/")[0]
    try:
        return keys_in({name: [part_at(content, place)]}) if where in ("steps", "variants") else frozenset({key})
    except Unreachable:
        return frozenset({key})


def keys_in(content: Node) -> frozenset[str]:
    """Every key that is taken: of steps, variants and all their items."""
    return frozenset(part["key"] for part in _parts(content) if "key" in part)


# What an editor does: each gives a new document


def with_fields(content: Node, place: str, fields: Node) -> Node:
    """The part says this now; what is empty isn't written."""
    result = deepcopy(content)
    part = part_at(result, place)
    for name, value in fields.items():
        if value in ("", [], {}, None):
            part.pop(name, None)
        else:
            part[name] = deepcopy(value)
    return result


def with_part(content: Node, where: str, part: Node) -> Node:
    """One more at the end of a list. A step comes where it stands in the process."""
    result = deepcopy(content)
    parts = writable_list(result, where)
    parts.append(deepcopy(part))
    if where == "steps":
        parts.sort(key=lambda step: _PROCESS.index(step["key"]))
        _renumber(result)
    return result


def without(content: Node, place: str) -> Node:
    """The part is gone, and nothing names it any more. Raises Unreachable."""
    result = deepcopy(content)
    gone = part_at(result, place)
    where, _ = split(place)
    parts = list_at(result, where)
    parts.remove(gone)
    if not parts:
        _forget_empty(result, where)
    _forget(result, gone)
    if where == "steps":
        _renumber(result)
    return result


def moved(content: Node, place: str, *, offset: int) -> Node:
    """The part some places further up (negative) or down its list; at the ends it stays."""
    result = deepcopy(content)
    where, key = split(place)
    parts = list_at(result, where)
    at = next((position for position, part in enumerate(parts) if part["key"] == key), None)
    if at is None:
        raise Unreachable(place)
    part = parts.pop(at)
    parts.insert(max(0, at + offset), part)
    if where == "steps":
        _renumber(result)
    return result


def _renumber(content: Node) -> None:
    for number, step in enumerate(content["steps"], 1):
        step["number"] = number


_PROCESS = tuple(StepKey)
_NAMED = ("leave_out_actions", "leave_out_criteria", "advised_criteria", "leave_out_steps")


def _forget(content: Node, gone: Node) -> None:
    """Take what is gone out of the variants that name it. Their own item of a key that others have too stays."""
    left = keys_in(content)
    keys = {gone["key"], *(part["key"] for name in LISTS["step"] for part in gone.get(name, []))} - left
    for variant in content.get("variants", []):
        for name in _NAMED:
            if name in variant:
                variant[name] = [key for key in variant[name] if key not in keys]
        for name in (*BY_STEP, "standard_days"):
            if name in variant:
                variant[name] = {step: value for step, value in variant[name].items() if step not in keys}
        if variant.get("starts_at") in keys:
            del variant["starts_at"]
        for name in (*_NAMED, *BY_STEP, "standard_days"):
            if not variant.get(name, True):
                del variant[name]


# Below: how


def _shape(place: str) -> str:
    words = place.split("/") if place else []
    if len(words) == 2:  # a list and a key
        return {"steps": "step", "variants": "variant"}[words[0]]
    return "item" if words else "playbook"


def _lists(place: str, *parts: Node) -> Iterator[str]:
    """Names of the keyed lists below a part (of two documents)."""
    yield from LISTS[_shape(place)]
    if _shape(place) == "variant":
        for name in BY_STEP:
            yield from dict.fromkeys(f"{name}/{step}" for part in parts for step in part.get(name, {}))


def _own(part: Node, shape: str) -> Node:
    below = (*LISTS[shape], *(BY_STEP if shape == "variant" else ()))
    return {name: value for name, value in part.items() if name not in below}


def _below(part: Node, name: str) -> list[Node]:
    first, _, step = name.partition("/")
    return (part.get(first, {}).get(step, []) if step else part.get(first, [])) or []


def _changes(place: str, before: Node, after: Node) -> Iterator[Op]:
    shape = _shape(place)
    old, new = _own(before, shape), _own(after, shape)
    if names := [name for name in {**old, **new} if old.get(name) != new.get(name)]:
        yield Op(place, Verb.SET, {n: old.get(n) for n in names}, {n: new.get(n) for n in names})
    for name in _lists(place, before, after):
        yield from _list_changes(f"{place}/{name}" if place else name, _below(before, name), _below(after, name))


def _list_changes(place: str, before: list[Node], after: list[Node]) -> Iterator[Op]:
    old, new = {part["key"]: part for part in before}, {part["key"]: part for part in after}
    standing = [part["key"] for part in before]
    for index, part in reversed(list(enumerate(before))):
        if part["key"] not in new:
            yield Op(f"{place}/{part['key']}", Verb.REMOVE, part, None, index)
            standing.remove(part["key"])
    for index, part in enumerate(after):
        if part["key"] not in old:
            yield Op(f"{place}/{part['key']}", Verb.ADD, None, part, index)
            standing.insert(index, part["key"])
    if standing != list(new):
        yield Op(place, Verb.ORDER, standing, list(new))
    for key, part in new.items():
        if key in old:
            yield from _changes(f"{place}/{key}", old[key], part)


def _apply(content: Node, op: Op) -> bool:
    try:
        match op.verb:
            case Verb.SET:
                return _set(part_at(content, op.place), op)
            case Verb.ADD:
                return _add(content, op)
            case Verb.REMOVE:
                return _remove(content, op)
            case Verb.ORDER:
                list_at(content, op.place).sort(key=_places(op.after))
                return True
    except Unreachable:
        return False


def _set(part: Node, op: Op) -> bool:
    if any(part.get(name) not in (value, op.after[name]) for name, value in op.before.items()):
        return False
    for name, value in op.after.items():
        if value is None:
            part.pop(name, None)
        else:
            part[name] = deepcopy(value)
    return True


def _add(content: Node, op: Op) -> bool:
    where, key = split(op.place)
    found = next((part for part in list_at(content, where) if part["key"] == key), None)
    if found is not None:
        return bool(found == op.after)
    writable_list(content, where).insert(op.index, deepcopy(op.after))
    return True


def _remove(content: Node, op: Op) -> bool:
    where, key = split(op.place)
    parts = list_at(content, where)
    found = next((part for part in parts if part["key"] == key), None)
    if found is None:
        return True
    if found != op.before:
        return False
    parts.remove(found)
    if not parts:
        _forget_empty(content, where)
    return True


def writable_list(content: Node, place: str) -> list[Node]:
    """The list at a place, made where there is none yet."""
    words = place.split("/")
    owner: Node = content if len(words) == 1 else part_at(content, "/".join(words[:2]))
    if len(words) > 3:  # variants/<key>/extra_…/<step>
        owner = owner.setdefault(words[2], {})
    list_at(content, place)  # Unreachable where no list belongs
    return owner.setdefault(words[-1], [])  # type: ignore[no-any-return]  # plain content


def _forget_empty(content: Node, place: str) -> None:
    """What is empty isn't written (``plain``); steps and actions must be there."""
    words = place.split("/")
    if words[-1] in ("steps", "actions") and words[0] == "steps":
        return
    owner: Node = content if len(words) == 1 else part_at(content, "/".join(words[:2]))
    if len(words) > 3:  # variants/<key>/extra_…/<step>
        del owner[words[2]][words[3]]
        if not owner[words[2]]:
            del owner[words[2]]
    else:
        del owner[words[-1]]


def _places(order: Sequence[str]) -> Any:
    known = {key: position for position, key in enumerate(order)}
    return lambda part: known.get(part["key"], len(known))


def _parts(content: Node) -> Iterator[Node]:
    for step in content.get("steps", []):
        yield step
        for name in LISTS["step"]:
            yield from step.get(name, [])
    for variant in content.get("variants", []):
        yield variant
        for name in BY_STEP:
            for items in variant.get(name, {}).values():
                yield from items
