"""What came of the library's answers, and where they and their proofs are used: for the library's pages."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q
from django.urls import reverse

from tuoke.base.accounts.rules import Principal
from tuoke.spine.library.hooks import Use
from tuoke.spine.library.rules import Effect, effect
from tuoke.steps.proposals.objections.models import DealObjection
from tuoke.steps.proposals.objections.rules import Result

MOST_USES = 10


def effect_of_answers(item_ids: Sequence[int]) -> dict[int, Effect]:
    """How often an answer of the library was given so that the customer said something to it, and how often he accepted
    it. Over all versions, without practice. One query."""
    heard = DealObjection.objects.listed().filter(source__item__in=item_ids, opportunity__is_practice=False)
    counted = (
        heard.exclude(result="")
        .order_by()
        .values_list("source__item")
        .annotate(used=Count("pk"), gained=Count("pk", filter=Q(result=Result.ACCEPTED)))
    )
    return {item: effect(used=used, gained=gained) for item, used, gained in counted}


def uses_of(who: Principal, item_id: int) -> list[Use]:
    """The latest objections in ``who``'s sight whose answer began with this item, or rests on it."""
    used = Q(source__item=item_id) | Q(proof_links__item_version__item=item_id)
    found = DealObjection.objects.visible_to(who).listed().filter(used).distinct().order_by("-created_at", "-pk")
    return [
        Use(
            f"{row.opportunity.customer.name} · {row.text[:30]}",
            f"{reverse('objections:deal', args=[row.opportunity_id])}#objection-{row.pk}",
            row.created_at,
        )
        for row in found.select_related("opportunity__customer")[:MOST_USES]
    ]
