"""What isn't known yet before somebody is spoken to (S3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tuoke.steps.outreach.rules.news import STALE_DAYS


class Unknown(StrEnum):
    """In the order in which it is worth finding out."""

    CONTACT = "contact"  # nobody to speak to
    REACH = "reach"  # no way to reach him
    DECIDER = "decider"
    CONCERN = "concern"  # what the decision maker cares about
    NEWS = "news"  # nothing newer than STALE_DAYS
    PROFILE = "profile"  # no website, no LinkedIn …
    INDUSTRY = "industry"
    SCALE = "scale"
    BUDGET = "budget"
    VERIFIED = "verified"  # a fact without two sources
    DISPUTED = "disputed"  # sources say different things
    CHANNEL = "channel"  # how he likes to be spoken to


@dataclass(frozen=True, slots=True)
class Known:
    """What the records say, as yes or no."""

    contact: bool
    reach: bool
    decider: bool
    concern: bool
    newest_on: date | None
    profile: bool
    industry: bool
    scale: bool
    budget: bool
    verified: bool
    disputed: bool
    channel: bool


def unknown_of(known: Known, *, today: date) -> tuple[Unknown, ...]:
    """What should still be found out. Of nobody nothing is asked beyond who it is."""
    is_fresh = known.newest_on is not None and known.newest_on >= today - timedelta(days=STALE_DAYS)
    asked = {
        Unknown.CONTACT: not known.contact,
        Unknown.REACH: known.contact and not known.reach,
        Unknown.DECIDER: not known.decider,
        Unknown.CONCERN: known.decider and not known.concern,
        Unknown.NEWS: not is_fresh,
        Unknown.PROFILE: not known.profile,
        Unknown.INDUSTRY: not known.industry,
        Unknown.SCALE: not known.scale,
        Unknown.BUDGET: not known.budget,
        Unknown.VERIFIED: not known.verified and not known.disputed,
        Unknown.DISPUTED: known.disputed,
        Unknown.CHANNEL: known.contact and not known.channel,
    }
    return tuple(what for what in Unknown if asked[what])
