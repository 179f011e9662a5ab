"""What the customer sent: read from his form whatever stands in it, never trusted, nothing of it lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict

from tuoke.steps.discovery.queries import SharedList
from tuoke.steps.discovery.rules import Choice, Priority


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole page as it was typed. ``do`` is the button: save, confirm, add, up-<id>, down-<id> or back-<comment>."""

    do: str = ""
    choices: tuple[Choice, ...] = ()
    wrong: frozenset[int] = frozenset()
    comments: Mapping[int, str] = field(default_factory=dict)
    general: str = ""
    addition: str = ""
    name: str = ""
    version: int | None = None

    @property
    def aim(self) -> int:
        """The number behind the button; 0 where it has none."""
        return _number(self.do.partition("-")[2]) or 0


def kept(shared: SharedList) -> Answer:
    """The page as it stands, before he types."""
    wrong = frozenset(row.need_id for row in shared.rows if row.wrong)
    return Answer(choices=shared.choices, wrong=wrong, version=shared.confirmation.version)


def read(said: QueryDict, shared: SharedList) -> Answer:
    """His form. Needs that it doesn't name stay where they were; ids that aren't in the list are left out."""
    known = {row.need_id: row.priority for row in shared.rows}
    named = [number for one in said.getlist("need") if (number := _number(one)) in known]
    order = dict.fromkeys([*(number for number in named if number is not None), *known])
    return Answer(
        do=said.get("do", ""),
        choices=tuple(Choice(one, _priority(said.get(f"priority-{one}", ""), known[one])) for one in order),
        wrong=frozenset(one for one in known if f"wrong-{one}" in said),
        comments={one: text for one in known if (text := _typed(said, f"comment-{one}"))},
        general=_typed(said, "general"),
        addition=_typed(said, "addition"),
        name=said.get("name", "").strip(),
        version=_number(said.get("version", "")),
    )


def moved(choices: Sequence[Choice], need_id: int, *, by: int) -> tuple[Choice, ...]:
    """One need a place further up (-1) or down (1); at the ends it stays."""
    ordered = list(choices)
    here = next((at for at, choice in enumerate(ordered) if choice.need_id == need_id), None)
    if here is not None and 0 <= here + by < len(ordered):
        ordered[here], ordered[here + by] = ordered[here + by], ordered[here]
    return tuple(ordered)


def _typed(said: QueryDict, name: str) -> str:
    """Browsers send line breaks as two characters: counted as one, as he sees them."""
    return said.get(name, "").replace("\r\n", "\n").strip()


def _priority(said: str, otherwise: Priority) -> Priority:
    return Priority(said) if said in set(Priority) else otherwise


def _number(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None
