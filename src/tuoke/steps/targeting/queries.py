from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from tuoke.spine.catalog.models import Campaign
from tuoke.spine.catalog.rules import Market
from tuoke.steps.targeting.models import Aim, CustomerProfile
from tuoke.steps.targeting.rules import Facet, ProfileContent, table

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


def profile_table(profile: CustomerProfile) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """《目标客户画像清单》: headers and five rows. A dimension that came by import and wasn't edited since is its own cells."""
    content = content_of(profile)
    kept = {Facet(facet): tuple(cells) for facet, *cells in profile.texts.get("rows", [])}
    headers = tuple(profile.texts.get("headers") or table.HEADERS)
    order = [*kept, *(facet for facet in Facet if facet not in kept)]
    composed = {f: (table.NAMES[f], table.DESCRIPTIONS[f], table.written(f, content)) for f in Facet}
    return headers, [kept.get(facet, composed[facet]) for facet in order]


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
