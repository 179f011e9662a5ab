from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Max, Min, Q, Sum

from tuoke.base.accounts.rules import Principal
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.catalog.rules import Market
from tuoke.steps.targeting.models import Aim, CustomerProfile, PastDeal, PastDealQuerySet
from tuoke.steps.targeting.rules import Facet, ProfileContent, table
from tuoke.steps.targeting.rules.history import Rate

_CONTENTS_KEPT = 64
_contents: OrderedDict[tuple[int | None, int], tuple[Any, ProfileContent]] = OrderedDict()

Chooser = Callable[[str, int | None], CustomerProfile | None]


def profile_for(market: Market | str, campaign: Campaign | int | None = None) -> CustomerProfile | None:
    """The profile that a lead of this market and campaign is weighed against. None where nothing is planned yet.

    It is what the campaign aims at if that is of the same market, else the market's default.
    """
    return chooser()(str(market), campaign.pk if isinstance(campaign, Campaign) else campaign)


def chooser() -> Chooser:
    """``profile_for`` for many leads at two queries together: call it with (market, campaign id)."""
    profiles = {profile.pk: profile for profile in CustomerProfile.objects.all()}
    defaults = {profile.market: profile for profile in profiles.values() if profile.is_default}
    aims = dict(Aim.objects.values_list("campaign_id", "profile_id"))

    def choose(market: str, campaign_id: int | None) -> CustomerProfile | None:
        aimed = profiles.get(aims[campaign_id]) if campaign_id in aims else None
        return aimed if aimed is not None and aimed.market == market else defaults.get(market)

    return choose


def profile_of(campaign: Campaign) -> CustomerProfile | None:
    """What the campaign aims at, else the default profile of its first market (ToB before ToC)."""
    aimed = CustomerProfile.objects.filter(aims__campaign=campaign).first()
    return aimed or CustomerProfile.objects.filter(is_default=True).order_by("market").first()


def campaigns_aiming_at(profile: CustomerProfile) -> list[Campaign]:
    """The campaigns that name this profile, newest first."""
    return list(Campaign.objects.filter(aim__profile=profile))


def profile_table(profile: CustomerProfile) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """《目标客户画像清单》: headers and five rows. A dimension that came by import and wasn't edited since is its own cells."""
    content = content_of(profile)
    kept = {Facet(facet): tuple(cells) for facet, *cells in profile.texts.get("rows", [])}
    order = [*kept, *(facet for facet in Facet if facet not in kept)]
    headers = tuple(profile.texts.get("headers") or table.HEADERS)
    return headers, [_cells(facet, content, kept.get(facet, ())) for facet in order]


def _cells(facet: Facet, content: ProfileContent, kept: tuple[str, ...]) -> tuple[str, ...]:
    composed = (table.NAMES[facet], table.DESCRIPTIONS[facet], table.written(facet, content))
    return (*kept, *composed[len(kept) :])


def content_of(profile: CustomerProfile) -> ProfileContent:
    """What the profile says, parsed once a process for each version of it."""
    key = (profile.pk, profile.number)
    stored, content = _contents.get(key, (None, None))
    if content is None or stored != profile.content:
        content = ProfileContent.from_json(profile.content)
        _contents[key] = (profile.content, content)
        _contents.move_to_end(key)
        while len(_contents) > _CONTENTS_KEPT:
            _contents.popitem(last=False)
    return content


@dataclass(frozen=True, slots=True)
class Group:
    """Closed deals that share a value; ``amount`` is what was won, in yuan."""

    value: str
    rate: Rate
    amount: Decimal

    @property
    def low(self) -> int:
        """Where the interval begins on a scale of 0 to 100, and how wide it is: for a picture."""
        return round(100 * self.rate.low)

    @property
    def width(self) -> int:
        return max(1, round(100 * self.rate.high) - self.low)


@dataclass(frozen=True, slots=True)
class Cut:
    """The history cut by one field, largest groups first. ``known``: deals that say the field; ``more``: groups left out."""

    field: str
    groups: tuple[Group, ...]
    known: int
    more: int


@dataclass(frozen=True, slots=True)
class HistorySummary:
    """What the closed deals tell together. ``won_cycle`` is the mean number of days from created to won."""

    rate: Rate
    won_amount: Decimal
    won_cycle: float | None
    first_year: int | None
    last_year: int | None
    cuts: tuple[Cut, ...]


CUTS = ("industry", "size", "region", "source", "product")
GROUPS_SHOWN = 12
_WON = Q(outcome="won")


def history_summary(who: Principal) -> HistorySummary:
    """The history of closed deals (S1.3): one query for the whole, one a cut."""
    deals = PastDeal.objects.visible_to(who)
    days = ExpressionWrapper(F("closed_on") - F("created_on"), output_field=DurationField())
    whole = deals.aggregate(
        n=Count("pk"),
        won=Count("pk", filter=_WON),
        amount=Sum("amount", filter=_WON),
        cycle=Avg(days, filter=_WON & Q(created_on__isnull=False, closed_on__isnull=False)),
        first=Min("closed_on"),
        last=Max("closed_on"),
    )
    cycle: timedelta | None = whole["cycle"]
    return HistorySummary(
        rate=Rate(whole["won"], whole["n"]),
        won_amount=whole["amount"] or Decimal(0),
        won_cycle=cycle / timedelta(days=1) if cycle is not None else None,
        first_year=whole["first"].year if whole["first"] else None,
        last_year=whole["last"].year if whole["last"] else None,
        cuts=tuple(_cut(deals, field) for field in CUTS),
    )


def _cut(deals: PastDealQuerySet, field: str) -> Cut:
    found = deals.exclude(**{field: ""}).values(field).order_by()
    rows = list(
        found.annotate(n=Count("pk"), won=Count("pk", filter=_WON), sold=Sum("amount", filter=_WON)).order_by(
            "-n", field
        )
    )
    groups = [Group(row[field], Rate(row["won"], row["n"]), row["sold"] or Decimal(0)) for row in rows]
    return Cut(field, tuple(groups[:GROUPS_SHOWN]), sum(g.rate.n for g in groups), max(0, len(groups) - GROUPS_SHOWN))
