"""What is different between two contents of a profile, field by field (S1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuoke.steps.targeting.rules.content import Pain, ProfileContent
from tuoke.steps.targeting.rules.draft import pain_text, told


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs: as a whole ``before`` → ``after``, and of a list what came and what went."""

    field: str
    before: str | bool | int
    after: str | bool | int
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def is_list(self) -> bool:
        return bool(self.added or self.removed)


def differences(before: ProfileContent, after: ProfileContent) -> tuple[Change, ...]:
    """Every field that says something else, in the order of the table. A list in another order is another list."""
    old, new = told(before), told(after)
    return tuple(_change(name, before, after, (old[name], new[name])) for name in old if old[name] != new[name])


def _change(
    name: str, before: ProfileContent, after: ProfileContent, said: tuple[str | bool | int, str | bool | int]
) -> Change:
    came, went = _items(getattr(after, name, ())), _items(getattr(before, name, ()))
    return Change(
        field=name,
        before=said[0],
        after=said[1],
        added=tuple(item for item in came if item not in went),
        removed=tuple(item for item in went if item not in came),
    )


def _items(value: object) -> Sequence[str]:
    """The single statements of a list; a range (a tuple too) and a figure have none."""
    if not isinstance(value, tuple) or hasattr(value, "low"):
        return ()
    return [pain_text(item) if isinstance(item, Pain) else str(item) for item in value]
