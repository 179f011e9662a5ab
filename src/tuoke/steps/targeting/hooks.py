"""What step 1 is told by others: what a profile change would do, what is ready in a campaign. Filled in ``config/wiring.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.spine.catalog.models import Campaign
    from tuoke.spine.library.hooks import Wish
    from tuoke.steps.targeting.models import CustomerProfile, ProfileVersion
    from tuoke.steps.targeting.rules import ProfileContent

on_profile_changed: list[Callable[[CustomerProfile, datetime], None]] = []
"""Called inside the transaction that saved the profile's next number: enqueue the rescoring there, don't do it."""

on_published: list[Callable[[ProfileVersion, Principal, datetime], None]] = []
"""Called in the transaction in which a profile says something new, with the version (its ``profile`` loaded): a new
profile, a change that is weighed. An improvement that led to it is carried out by it (S8.3)."""


wishes: list[Callable[[Principal, str, int | None], Sequence[Wish]]] = []
"""What this person has taken up for the profile of this id (None: for a new one); shown where he writes it."""


@dataclass(frozen=True, slots=True)
class TierMove:
    """How many go from one tier to another; the values of a Tier, blank for below the threshold."""

    before: str
    after: str
    leads: int


@dataclass(frozen=True, slots=True)
class Example:
    """One lead whose standing would change, named only as ``who`` may see it; ``url`` blank where he may not open it."""

    label: str
    url: str
    before: Decimal | None
    after: Decimal
    tier_before: str
    tier_after: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a profile's content would do to the open leads that it covers (S2.4), before it applies.

    ``leads``: how many it covers. ``looked_at``: how many of them were weighed for this; fewer than ``leads`` means the
    other figures count a sample and the page says so. ``up``/``down``: how many of ``looked_at`` would reach the
    threshold that they missed, or miss the one that they reached. ``tiers``: moves between tiers, most first.
    Counts are of all leads whatever ``who`` may open; examples are a few for each side.
    """

    leads: int
    looked_at: int
    up: int
    down: int
    tiers: tuple[TierMove, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def is_sample(self) -> bool:
        return self.looked_at < self.leads


class Previewer(Protocol):
    def __call__(
        self, profile: CustomerProfile, content: ProfileContent, *, who: Principal, today: date
    ) -> Preview: ...


previews: list[Previewer] = []
"""Asked before a change is stored; the first that answers is shown. Reads only, bounded in time (seconds)."""

campaign_facts: list[Callable[[Campaign], Mapping[str, bool | int | Decimal | None]]] = []
"""Facts for step 1's gate about a campaign, by criterion kind: market_analysed, goals_broken_down, … ``facts.py`` adds
its own; a kind that several name has to hold for each (``review_dates_set``)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a campaign on its page: 市场分析, 目标, 资源 … ``state`` is done, begun or missing.

    ``text`` says in a line how far it is; ``url`` is where it is done, blank where ``who`` may not go. ``review_by`` is
    its review date, if it has one. ``kinds`` are the criterion kinds that are put right there (the gate links to it).
    """

    key: str
    title: str
    state: str
    text: str
    url: str = ""
    review_by: date | None = None
    kinds: tuple[str, ...] = ()


campaign_parts: list[Callable[[Campaign, Principal, date], Sequence[Part]]] = []
"""The parts beside the profile, in the order of the page: (campaign, who, today) → parts. A fixed number of queries."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A count with the list of what was counted; one above 10,000 is said as 10000+."""

    title: str
    count: int
    url: str


campaign_leads: list[Callable[[Campaign, Principal], Sequence[Figure]]] = []
"""What became of a campaign's leads, as far as somebody may see them. A fixed number of bounded counts."""
