"""What the rooms of step 5 hand into the proposal. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from tuoke.base.accounts.rules import Permission, Principal
    from tuoke.spine.deals.models import Opportunity


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the proposal that a room of its own makes: figures, prices, the comparison with rivals.

    ``freeze`` gives what this part says now as JSON takes it, None while there is nothing; it becomes
    ``Frozen.parts[key]`` and never changes afterwards. ``url_name`` (takes the deal's id) is where it is worked on.
    ``place`` is the part of the proposal (``library.rules.BlockPart``) that it stands in; ``permission`` what reading it
    asks for, beside reading proposals.
    """

    key: str
    title: StrOrPromise
    freeze: Callable[[Opportunity], Mapping[str, Any] | None]
    url_name: str = ""
    place: str = ""
    permission: Permission | None = None

    def is_for(self, who: Principal) -> bool:
        return self.permission is None or who.may(self.permission)


parts: list[Part] = []
# By the need's id: what solving it is worth, each a short line (每年省 18–26 万元): the column value of the table
# need → solution → value → evidence. Asked once a page.
values_of: list[Callable[[Opportunity], Mapping[int, Sequence[str]]]] = []
