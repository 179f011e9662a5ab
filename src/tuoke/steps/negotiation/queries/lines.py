"""Bottom lines, and who may know them (S6.1). Every read for a screen passes the door in ``models.behind_the_door``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal, Role
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.steps.negotiation import hooks
from tuoke.steps.negotiation.hooks import Asked
from tuoke.steps.negotiation.models import BottomLine, BottomLineVersion, Insider, behind_the_door
from tuoke.steps.negotiation.rules import Line, Terms, is_near, may_be_named, past
from tuoke.steps.proposals.offers.models import Offer
from tuoke.steps.proposals.offers.queries import current_offer, totals_of, working_offer

MOST_VERSIONS = 50
MOST_NAMEABLE = 60


@dataclass(frozen=True, slots=True)
class Inside:
    """Everything behind the door of one deal. ``is_tight``: what we ask now is near the line; ``is_past``: beyond it."""

    line: BottomLine | None
    versions: Sequence[BottomLineVersion]
    insiders: Sequence[Insider]
    formerly: Sequence[Insider]
    asked: Asked | None
    may_set: bool

    @property
    def is_past(self) -> bool:
        if self.line is None or self.asked is None:
            return False
        return bool(past(Terms(self.asked.price, self.asked.delivery_days), self.line.line))

    @property
    def is_tight(self) -> bool:
        if self.line is None or self.asked is None or self.is_past:
            return False
        return is_near(self.asked.price, self.line.line)


def may_see_line(who: Principal, deal: Opportunity) -> bool:
    """Whether the door to this deal's bottom line is open to ``who``, be it set or not. One query."""
    return behind_the_door(who).filter(pk=deal.pk).exists()


def may_set_line(who: Principal, deal: Opportunity) -> bool:
    return behind_the_door(who, "write").filter(pk=deal.pk).exists()


def bottom_line_of(who: Principal, deal: Opportunity) -> BottomLine | None:
    """The line, for those who may see it; None for everybody else, as if there were none."""
    return BottomLine.objects.visible_to(who).filter(opportunity=deal).select_related("set_by").first()


def is_set(deal: Opportunity) -> bool:
    """That there is a line isn't secret: the gate of the step asks for it."""
    return BottomLine.objects.filter(opportunity=deal).exists()


def line_to_judge_by(deal: Opportunity) -> Line | None:
    """For actions that judge an offer. What they answer to somebody outside the door mustn't depend on it."""
    found = BottomLine.objects.filter(opportunity=deal).first()
    return found.line if found else None


def inside_of(who: Principal, deal: Opportunity) -> Inside | None:
    """What lies behind the door, or None where it is closed to ``who``. A constant number of queries."""
    if not may_see_line(who, deal):
        return None
    named = list(
        Insider.objects.visible_to(who)
        .filter(opportunity=deal)
        .select_related("user__department", "added_by", "removed_by")
    )
    versions = BottomLineVersion.objects.visible_to(who).filter(opportunity=deal).select_related("by")
    return Inside(
        line=bottom_line_of(who, deal),
        versions=list(versions[:MOST_VERSIONS]),
        insiders=[insider for insider in named if insider.removed_at is None],
        formerly=[insider for insider in named if insider.removed_at is not None],
        asked=standing_price(deal),
        may_set=may_set_line(who, deal),
    )


def standing_price(deal: Opportunity) -> Asked | None:
    """What we ask of the customer now: as the first hook that knows says, else as the issued offer does."""
    return next(filter(None, (told(deal) for told in hooks.asked)), None) or _asked_by(current_offer(deal))


def ceiling_of(deal: Opportunity) -> Decimal | None:
    """No lowest price lies above what is offered, or is about to be; where nothing is, above the deal's own amount."""
    asked = standing_price(deal) or _asked_by(working_offer(deal))
    return asked.price if asked else deal.amount


def _asked_by(offer: Offer | None) -> Asked | None:
    """An offer without lines asks nothing yet."""
    price = totals_of(offer).gross if offer else Decimal(0)
    return Asked(price, offer.delivery_days) if offer and price else None


def nameable(deal: Opportunity) -> list[User]:
    """Who can be let through the door by name: those who have joined the deal and aren't through already (the action
    judges the one that is chosen). Two queries."""
    inside = Insider.objects.current().filter(opportunity=deal).values("user_id")
    joined = Membership.objects.current().filter(opportunity=deal).values("user_id")
    people = User.objects.filter(pk__in=joined, is_active=True).exclude(pk__in=inside).exclude(pk=deal.owner_id)
    people = people.select_related("department").prefetch_related("roles_held").order_by("name", "pk")
    return [person for person in people[:MOST_NAMEABLE] if _could_be_named(person)]


def _could_be_named(person: User) -> bool:
    roles = [Role(held.role) for held in person.roles_held.all()]
    return bool(may_be_named(roles=roles, is_active=person.is_active, reads_deal=True))
