"""What is known from a customer's earlier deals (存量深挖)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.followups.models import NextAction
from tuoke.steps.discovery.decisions.models import (
    ATTITUDE_NAMES,
    INFLUENCE_NAMES,
    STANDING_NAMES,
    KnownCheck,
    PurchaseCriterion,
    Stance,
)
from tuoke.steps.discovery.decisions.rules import Attitude, Influence, Known, KnownKind, Standing
from tuoke.steps.discovery.models import KIND_NAMES as NEED_NAMES
from tuoke.steps.discovery.models import Need
from tuoke.steps.discovery.rules import NeedKind

MOST_DEALS = 10
MOST_OF_A_KIND = 60
MOST_ACTIONS = 20


def has_history(deal: Opportunity) -> bool:
    """Whether there was a deal with this customer before. One query."""
    return _before(Opportunity.objects.all(), deal).exists()


def earlier_deals(who: Principal, deal: Opportunity) -> list[Opportunity]:
    """The newest of the customer's deals from before this one, as far as ``who`` may see them."""
    found = _before(Opportunity.objects.visible_to(who), deal)
    return list(found.select_related("owner").order_by("-id")[:MOST_DEALS])


def known_from_before(
    who: Principal, deal: Opportunity, *, earlier: Sequence[Opportunity] | None = None
) -> list[Known]:
    """Needs, purchase criteria, stances and undone next steps of the earlier deals; the newest of each kind, bounded.
    Five queries, or four where the deals are at hand."""
    deals = earlier_deals(who, deal) if earlier is None else earlier
    if not deals:
        return []
    return [*_needs(deals), *_criteria(deals), *_stances(deals, deal), *_actions(deals)]


def judged_in(deal: Opportunity) -> set[tuple[str, int]]:
    """What was judged for this deal, as (kind, key). One query."""
    judged = KnownCheck.objects.filter(opportunity=deal).exclude(finding="")
    return set(judged.values_list("kind", "ref"))


def checks_of(deal: Opportunity) -> dict[tuple[str, int], KnownCheck]:
    judged = KnownCheck.objects.filter(opportunity=deal).exclude(finding="").select_related("by")
    return {(check.kind, check.ref): check for check in judged}


def _before(deals: QuerySet[Opportunity], deal: Opportunity) -> QuerySet[Opportunity]:
    same = Q(customer_id=deal.customer_id, pk__lt=deal.pk, is_practice=deal.is_practice)
    return deals.filter(same).exclude(outcome=Outcome.VOID)


def _needs(deals: Sequence[Opportunity]) -> list[Known]:
    names = {deal.pk: deal.name for deal in deals}
    found = Need.objects.listed().filter(opportunity__in=names).order_by("-opportunity_id", "id")[:MOST_OF_A_KIND]
    return [
        Known(
            KnownKind.NEED, need.pk, need.description, str(NEED_NAMES[NeedKind(need.kind)]),
            names[need.opportunity_id or 0], need.confirmed_on,
        )
        for need in found
    ]  # fmt: skip


def _criteria(deals: Sequence[Opportunity]) -> list[Known]:
    names = {deal.pk: deal.name for deal in deals}
    found = PurchaseCriterion.objects.listed().filter(opportunity__in=names)
    known = []
    for criterion in found.order_by("-opportunity_id", "position", "id")[:MOST_OF_A_KIND]:
        said = [f"{criterion.weight}%"] if criterion.weight is not None else []
        if criterion.standing:
            said.append(gettext("我们 %(standing)s") % {"standing": STANDING_NAMES[Standing(criterion.standing)]})
        known.append(
            Known(KnownKind.CRITERION, criterion.pk, criterion.text, " · ".join(said), names[criterion.opportunity_id])
        )
    return known


def _stances(deals: Sequence[Opportunity], deal: Opportunity) -> list[Known]:
    """The latest stance of each person who is still with the customer."""
    names = {earlier.pk: earlier.name for earlier in deals}
    found = (
        Stance.objects.filter(opportunity__in=names, left_out_at=None, contact__customer_id=deal.customer_id)
        .exclude(attitude="", influence="")
        .select_related("contact")
        .order_by("-opportunity_id", "id")[:MOST_OF_A_KIND]
    )
    latest: dict[int, Stance] = {}
    for stance in found:
        latest.setdefault(stance.contact_id, stance)
    return [_stance(stance, names[stance.opportunity_id]) for stance in latest.values()]


def _stance(stance: Stance, deal: str) -> Known:
    person = stance.contact
    title = f"{person.name} · {person.position}" if person.position else person.name
    said = [str(ATTITUDE_NAMES[Attitude(stance.attitude)])] if stance.attitude else []
    if stance.influence:
        said.append(gettext("影响力 %(level)s") % {"level": INFLUENCE_NAMES[Influence(stance.influence)]})
    return Known(
        KnownKind.STANCE, stance.pk, title, " · ".join([*said, *filter(None, [stance.cares])]), deal, stance.since
    )


def _actions(deals: Sequence[Opportunity]) -> list[Known]:
    names = {deal.pk: deal.name for deal in deals}
    undone = NextAction.objects.filter(opportunity__in=names, done_at=None).order_by("-id")[:MOST_ACTIONS]
    return [
        Known(
            KnownKind.ACTION,
            action.pk,
            action.title,
            action.owner_label,
            names[action.opportunity_id or 0],
            action.due_on,
        )
        for action in undone
    ]
