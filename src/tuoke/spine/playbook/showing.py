"""Differences and drafts as the screens show them: grouped by step and customer type, field by field, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tuoke.spine.playbook import words
from tuoke.spine.playbook.rules import Problem
from tuoke.spine.playbook.rules.differing import Run, runs
from tuoke.spine.playbook.rules.editing import BY_STEP, LISTS, Node, Op, Unreachable, Verb, part_at, split


@dataclass(frozen=True, slots=True)
class FieldChange:
    label: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One part that came, went, moved or says something else. ``what`` is its sort (关键动作), ``title`` its name."""

    verb: str
    what: str
    title: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(slots=True)
class Section:
    """Everything that changed in one step or customer type (``place``), or in the process as a whole."""

    place: str
    title: str
    changes: list[Change] = field(default_factory=list)


def sections(ops: Iterable[Op], *, before: Node, after: Node) -> list[Section]:
    """Differences to read, in the order of the process."""
    names = {**titles_in(before), **titles_in(after)}
    found: dict[str, Section] = {}
    for op in ops:
        place = "/".join(op.place.split("/")[:2])
        if "/" not in place:
            place = ""
        name = words.place_name(place, after if _has(after, place) else before)
        found.setdefault(place, Section(place, name)).changes.append(_change(op, names))
    return sorted(found.values(), key=lambda section: _rank(section.place, after))


def titles_in(content: Node) -> dict[str, str]:
    """What every part is called, by its key."""
    found: dict[str, str] = {}
    for name in ("steps", "variants"):
        for part in content.get(name) or []:
            found[part.get("key", "")] = str(part.get("name", ""))
            items = [item for below in LISTS["step"] for item in part.get(below) or []]
            items += [item for below in BY_STEP for some in (part.get(below) or {}).values() for item in some]
            found |= {item.get("key", ""): str(item.get("title") or item.get("name") or "") for item in items}
    return found


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem of a draft in words, with the place where it is put right."""

    text: str
    where: str
    place: str


def faults(problems: Sequence[Problem], content: Node) -> list[Fault]:
    found = []
    for problem in problems:
        place = words.place_of(problem, content)
        found.append(Fault(words.problem_said(problem), words.place_name(place, content), place))
    return list(dict.fromkeys(found))


def _has(content: Node, place: str) -> bool:
    try:
        part_at(content, place)
    except Unreachable:
        return False
    return True


def _rank(place: str, content: Node) -> tuple[int, int]:
    if not place:
        return (0, 0)
    where, key = split(place)
    keys = [part.get("key") for part in content.get(where) or []]
    return (1 if where == "steps" else 2, keys.index(key) if key in keys else len(keys))


def _change(op: Op, names: dict[str, str]) -> Change:
    parts = op.place.split("/")
    if op.verb is Verb.ORDER:
        named = [x for x in parts if x in words.LIST]
        keys = [[names.get(key, key) for key in side] for side in (op.before, op.after)]
        order = FieldChange(_("顺序"), runs("、".join(keys[0]), "、".join(keys[1])))
        return Change("moved", str(words.LIST[named[-1]]), "", (order,))
    what = next((str(words.LIST[word]) for word in reversed(parts[:-1]) if word in words.LIST), "")
    title = names.get(parts[-1], "")
    match op.verb:
        case Verb.ADD:
            return Change("added", what, title, _all(op.after, names, came=True))
        case Verb.REMOVE:
            return Change("removed", what, title, _all(op.before, names, came=False))
        case _:
            changed = tuple(
                FieldChange(
                    str(words.FIELD.get(name, name)),
                    runs(words.shown(name, op.before[name], names), words.shown(name, value, names)),
                )
                for name, value in op.after.items()
            )
            return Change("changed", what, title, changed)


def _all(part: Node, names: dict[str, str], *, came: bool) -> tuple[FieldChange, ...]:
    """Everything that a part says, which came or went as a whole; lists below it by the titles of their items."""
    found = []
    for name, value in part.items():
        if name in ("key", "title", "name", "number"):
            continue
        if name in LISTS["step"]:
            text = "、".join(str(item.get("title") or item.get("name")) for item in value)
            label = words.LIST[name]
        elif name in BY_STEP:
            text = "、".join(str(item.get("title")) for some in value.values() for item in some)
            label = words.LIST[name]
        else:
            text, label = words.shown(name, value, names), words.FIELD.get(name, name)
        found.append(FieldChange(str(label), runs("", text) if came else runs(text, "")))
    return tuple(found)
