"""What is noted of a customer before a first contact: dated events, what a person cares about, dated links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.services.exchange.rules import sound
from tuoke.steps.targeting.markets.rules import web_address

LINK_LIMIT = 500
OLDEST = date(1990, 1, 1)
MOST_NOTES = 200
"""Of each sort for one party: nobody reads more before a call."""


class NoteKind(StrEnum):
    """The three sorts of notes."""

    EVENT = "event"
    CONCERN = "concern"
    PROFILE = "profile"


class EventKind(StrEnum):
    FUNDING = "funding"  # 融资
    EXPANSION = "expansion"  # 扩张
    PEOPLE = "people"  # 人事
    TENDER = "tender"  # 招投标
    PRODUCT = "product"  # 新品
    POLICY = "policy"  # 政策
    RESULTS = "results"  # 财报
    NEGATIVE = "negative"  # 负面
    OTHER = "other"


class ProfileKind(StrEnum):
    """Where somebody presents himself."""

    WEBSITE = "website"  # 官网
    LINKEDIN = "linkedin"
    MAIMAI = "maimai"  # 脉脉
    WECHAT = "wechat"  # 公众号
    NEWS = "news"  # 新闻报道
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class EventDraft:
    """Something that happened at the customer's. ``link``: an http or https address, or blank."""

    kind: EventKind
    happened_on: date
    title: str
    link: str = ""
    note: str = ""

    def faults(self, *, today: date) -> Verdict:
        limits = {"title": 120, "note": 2000}
        return Verdict(
            (*_texts(self, limits, needed="title"), *_links(self.link), *_dates("happened_on", self.happened_on, today))
        )


@dataclass(frozen=True, slots=True)
class ConcernDraft:
    """What somebody cares about; ``source`` is where he said it or where it was seen."""

    text: str
    noted_on: date
    source: str = ""

    def faults(self, *, today: date) -> Verdict:
        limits = {"text": 500, "source": 200}
        return Verdict((*_texts(self, limits, needed="text"), *_dates("noted_on", self.noted_on, today)))


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """A page on which a company or person presents itself, and when it was looked at."""

    kind: ProfileKind
    link: str
    seen_on: date
    title: str = ""

    def faults(self, *, today: date) -> Verdict:
        missing = () if self.link.strip() else (Reason("link_missing", {"field": "link"}),)
        return Verdict(
            (*missing, *_texts(self, {"title": 120}), *_links(self.link), *_dates("seen_on", self.seen_on, today))
        )


def stored_link(link: str) -> str:
    """HTTPS://Example.com/A is kept as https://Example.com/A: the table wants the scheme in small letters."""
    scheme, there, rest = link.strip().partition("://")
    return scheme.lower() + there + rest if there else scheme


NoteDraft = EventDraft | ConcernDraft | ProfileDraft


def _texts(draft: NoteDraft, limits: Mapping[str, int], *, needed: str = "") -> Iterator[Reason]:
    for name, limit in limits.items():
        value: str = getattr(draft, name)
        if name == needed and not value.strip():
            yield Reason("blank", {"field": name})
        elif len(value) > limit:
            yield Reason("too_long", {"field": name, "limit": limit, "found": len(value)})
        elif not sound(value):
            yield Reason("text_broken", {"field": name})


def _links(link: str) -> Iterator[Reason]:
    """Nothing but web addresses can be pressed: no javascript:, no data:, no titles."""
    if len(link) > LINK_LIMIT:
        yield Reason("too_long", {"field": "link", "limit": LINK_LIMIT, "found": len(link)})
    elif link.strip() and not (web_address(link) and sound(link)):
        yield Reason("link_invalid", {"field": "link"})


def _dates(name: str, day: date, today: date) -> Iterator[Reason]:
    if day > today:
        yield Reason("date_in_future", {"field": name})
    elif day < OLDEST:
        yield Reason("date_too_early", {"field": name})
