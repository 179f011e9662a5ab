from __future__ import annotations

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import holders_of
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.catalog.models import Campaign, LeadSource, Product


def campaigns() -> list[Campaign]:
    """Every 拓展计划, newest period first: they are few, and everybody's leads name them."""
    return list(Campaign.objects.select_related("product", "owner"))


def campaign_named(name: str) -> Campaign | None:
    return Campaign.objects.filter(name=name.strip()).first()


def products() -> list[Product]:
    return list(Product.objects.all())


def sources() -> list[LeadSource]:
    """The channels as a tree flattened: each child behind its parent."""
    found = list(LeadSource.objects.select_related("parent"))
    children: dict[int | None, list[LeadSource]] = {}
    for source in found:
        children.setdefault(source.parent_id, []).append(source)
    return [s for top in children.get(None, []) for s in (top, *children.get(top.pk, []))]


def source_named(name: str) -> LeadSource | None:
    return LeadSource.objects.filter(name=name.strip()).first()


def may_plan(who: Principal) -> bool:
    """May this person make and change campaigns?"""
    return who.may(Permission.PROFILE_WRITE)


def campaign_owners() -> list[User]:
    """Active people who may own a campaign: those who may change it."""
    return holders_of(Permission.PROFILE_WRITE, among=User.objects.filter(is_active=True).order_by("name"))
