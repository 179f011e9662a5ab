"""开场白 (S3.1): the library's openings with this customer's facts in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Contact
from tuoke.spine.followups.models import Subject
from tuoke.spine.library.models import Item, ItemVersion
from tuoke.spine.library.queries import Offer, offered
from tuoke.spine.library.rules import Filled, ItemKind, OpeningContent, fill
from tuoke.steps.outreach.models import BackgroundEvent
from tuoke.steps.outreach.queries.facts import facts_for, fit_of, lost_before, reasons_to_call
from tuoke.steps.outreach.queries.notes import about

MOST = 20
NEWEST = 50


@dataclass(frozen=True, slots=True)
class Opening:
    """One way to begin. ``reasons`` are the tags by which it fits; ``filled.missing`` what it asks for and isn't known.

    ``trigger`` is set where it speaks of something that hasn't happened as far as anybody noted: however complete its
    facts are, it would be a lie.
    """

    item: Item
    version: ItemVersion
    filled: Filled
    reasons: tuple[str, ...]
    trigger: str = ""

    @property
    def is_ready(self) -> bool:
        return self.filled.is_ready and not self.trigger

    @property
    def facts(self) -> int:
        """How many facts of the customer it says."""
        return sum(piece.is_fact for piece in self.filled.pieces)

    @property
    def field_id(self) -> str:
        """The field in which it is put into one's own words."""
        return f"opening-{self.version.pk}"


@dataclass(frozen=True, slots=True)
class Openings:
    """What can be said as it stands, best first; and what lacks facts: never to be offered as ready."""

    ready: Sequence[Opening]
    lacking: Sequence[Opening]
    facts: Mapping[str, str]
    reasons: tuple[str, ...] = ()
    """The library's triggers that are true of the customer."""

    @property
    def nearly(self) -> list[Opening]:
        """What lacks facts alone: of what didn't happen nothing can be filled in."""
        return [one for one in self.lacking if not one.trigger]


def openings_for(who: Principal, subject: Subject, contact: Contact | None, today: date) -> Openings:
    """The openings that suit a subject which ``who`` holds. A fixed number of queries."""
    facts = facts_for(who, subject, contact=contact, today=today)
    events = BackgroundEvent.objects.visible_to(who).standing().filter(about(BackgroundEvent, subject))[:NEWEST]
    reasons = reasons_to_call(events, subject, today=today) | lost_before(who, subject)
    fit = fit_of(subject, contact, triggers=tuple(reasons))
    found = [
        _opening(offer, offer.content.text, facts, reasons)
        for offer in offered(who, kind=ItemKind.OPENING, fit=fit, limit=MOST)
        if isinstance(offer.content, OpeningContent)
    ]
    ready = [one for one in found if one.is_ready]
    lacking = sorted(
        (one for one in found if not one.is_ready), key=lambda one: bool(one.trigger) + len(one.filled.missing)
    )
    return Openings(ready, lacking, facts, tuple(reasons))


def _opening(offer: Offer, text: str, facts: Mapping[str, str], reasons: Mapping[str, Mapping[str, str]]) -> Opening:
    """Filled with the event that it speaks of, which needn't be the newest."""
    trigger = offer.item.trigger
    filled = fill(text, {**facts, **reasons.get(trigger, {})})
    return Opening(offer.item, offer.version, filled, offer.reasons, "" if trigger in {"", *reasons} else trigger)
