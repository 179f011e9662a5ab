from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from tuoke.base.accounts.rules import Principal
from tuoke.spine.catalog.models import Campaign, Product
from tuoke.spine.catalog.rules import Market
from tuoke.steps.targeting.models import Aim, CustomerProfile, ProfileVersion
from tuoke.steps.targeting.rules import Facet, ProfileContent, table
from tuoke.steps.targeting.rules.offers import Offer, offers_of

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
    headers = tuple(profile.texts.get("headers") or table.headers_of(profile.market))
    return headers, [_cells(facet, content, kept.get(facet, ()), profile.market) for facet in order]


def _cells(facet: Facet, content: ProfileContent, kept: tuple[str, ...], market: str) -> tuple[str, ...]:
    names, descriptions = table.names_of(market), table.descriptions_of(market)
    composed = (names[facet], descriptions[facet], table.written(facet, content, market))
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


def versions_of(profile: CustomerProfile, *, who: Principal) -> list[ProfileVersion]:
    """What the profile has said, newest first, without the contents."""
    return list(ProfileVersion.objects.visible_to(who).filter(profile=profile).defer("content", "texts"))


def version_of(profile: CustomerProfile, number: int, *, who: Principal) -> ProfileVersion:
    """Raises ProfileVersion.DoesNotExist."""
    return ProfileVersion.objects.visible_to(who).get(profile=profile, number=number)


def said_in(version: ProfileVersion) -> ProfileContent:
    return ProfileContent.from_json(version.content)


@dataclass(frozen=True, slots=True)
class DueReview:
    """Something whose review date has come. ``days`` is how long ago that was, 0 today."""

    title: str
    url: str
    owner_id: int | None
    owner: str
    review_by: date
    days: int


def due_reviews(who: Principal, today: date) -> list[DueReview]:
    """The profiles to be looked at again by ``today`` (S1.2), longest due first. One query."""
    due = CustomerProfile.objects.visible_to(who).filter(review_by__lte=today).select_related("owner")
    return [
        DueReview(
            title=profile.name,
            url=profile.get_absolute_url(),
            owner_id=profile.owner_id,
            owner=profile.owner.name if profile.owner else "",
            review_by=review_by,
            days=(today - review_by).days,
        )
        for profile in due.order_by("review_by", "pk")
        if (review_by := profile.review_by) is not None
    ]


def offers_for(profile: CustomerProfile) -> tuple[Offer, ...]:
    """What the profile's product says of whom it fits and the profile doesn't say yet."""
    return offers_from(profile.product, content_of(profile), market=profile.market)


def offers_from(product: Product | None, content: ProfileContent, *, market: str) -> tuple[Offer, ...]:
    if product is None:
        return ()
    return offers_of(content, fits=product.fits, price=product.price, custom_quote=product.custom_quote, market=market)
