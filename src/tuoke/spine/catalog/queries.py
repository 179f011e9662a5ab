from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import holders_of
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.catalog.models import Campaign, Competitor, LeadSource, Product, SourceCost
from tuoke.spine.catalog.rules import CompetitorDraft, in_cents, lineage, share_of


def campaigns() -> list[Campaign]:
    """Every 拓展计划, newest period first: they are few, and everybody's leads name them."""
    return list(Campaign.objects.select_related("product", "owner"))


def campaign_named(name: str) -> Campaign | None:
    return Campaign.objects.filter(name=name.strip()).first()


def products() -> list[Product]:
    return list(Product.objects.all())


def competitors(who: Principal) -> list[Competitor]:
    """Every competitor that is listed, with the products it is offered against. Two queries."""
    return list(Competitor.objects.visible_to(who).listed().prefetch_related("products"))


def competitor_named(name: str) -> Competitor | None:
    """Voided ones too: a name is had once."""
    return Competitor.objects.filter(name=name.strip()).first()


def draft_of(competitor: Competitor) -> CompetitorDraft:
    """What stands of it, as it would be entered."""
    return CompetitorDraft(
        name=competitor.name,
        price=competitor.price,
        strengths=tuple(competitor.strengths),
        weaknesses=tuple(competitor.weaknesses),
        counters=tuple(competitor.counters),
        product_ids=frozenset(competitor.products.values_list("pk", flat=True)),
        note=competitor.note,
    )


def sources() -> list[LeadSource]:
    """The channels as a tree flattened: each one behind what it lies below, closed ones too."""
    return [branch.source for branch in source_tree()]


@dataclass(frozen=True, slots=True)
class Branch:
    """A source in its place. ``level`` 0 is the top; ``offered``: neither it nor anything above it is closed."""

    source: LeadSource
    level: int
    offered: bool


def source_tree() -> list[Branch]:
    """Every channel with its place in the tree, in the order in which it is shown. One query."""
    children: dict[int | None, list[LeadSource]] = {}
    for source in LeadSource.objects.select_related("parent"):
        children.setdefault(source.parent_id, []).append(source)

    def grown(parent: int | None, level: int, offered: bool) -> Iterator[Branch]:
        for source in children.get(parent, []):
            branch = Branch(source, level, offered and source.active)
            yield branch
            yield from grown(source.pk, level + 1, branch.offered)

    return list(grown(None, 0, True))


def costs_of(who: Principal, *, since: date | None = None, until: date | None = None) -> dict[int, Decimal]:
    """What each source cost in yuan from ``since`` to ``until`` (both included, None is open), by source id.

    A payment for a longer period counts by its days that fall inside. Only a source's own costs: what lies below it is
    added with ``rolled_up``. Sources without costs are absent, for nothing known isn't nothing paid. One query.
    """
    shares: dict[int, Fraction] = {}
    costs = SourceCost.objects.visible_to(who).listed().touching(since, until)
    for cost in costs.order_by():
        share = share_of(cost.amount, paid=(cost.starts_on, cost.ends_on), within=(since, until))
        shares[cost.source_id] = shares.get(cost.source_id, Fraction(0)) + share
    return {source: in_cents(share) for source, share in shares.items()}


def rolled_up(costs: Mapping[int, Decimal], tree: Iterable[Branch]) -> dict[int, Decimal]:
    """The same with what lies below each source added to it."""
    parents = {branch.source.pk: branch.source.parent_id for branch in tree}
    sums: dict[int, Decimal] = {}
    for source, amount in costs.items():
        for above in lineage(source, parents):
            sums[above] = sums.get(above, Decimal(0)) + amount
    return sums


def source_named(name: str) -> LeadSource | None:
    return LeadSource.objects.filter(name=name.strip()).first()


def may_plan(who: Principal) -> bool:
    """May this person make and change campaigns?"""
    return who.may(Permission.PROFILE_WRITE)


def campaign_owners() -> list[User]:
    """Active people who may own a campaign: those who may change it."""
    return holders_of(Permission.PROFILE_WRITE, among=User.objects.filter(is_active=True).order_by("name"))
