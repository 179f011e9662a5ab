"""How the library's closings did, for its pages (``library.hooks``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Count, Q

from tuoke.base.accounts.rules import Principal
from tuoke.spine.library.hooks import Effect, Use, effect
from tuoke.steps.negotiation.signals.models import ClosingProposal
from tuoke.steps.negotiation.signals.places import to_signals
from tuoke.steps.negotiation.signals.rules import Answer

USES_SHOWN = 10


def effect_of_items(items: Sequence[int]) -> Mapping[int, Effect]:
    """Of closings: how often the customer answered and how often he agreed; what waits for an answer isn't counted."""
    answered = ClosingProposal.objects.listed().exclude(answer="").filter(opportunity__is_practice=False)
    rows = (
        answered.filter(item_version__item__in=items)
        .values_list("item_version__item")
        .order_by()
        .annotate(used=Count("pk"), gained=Count("pk", filter=Q(answer=Answer.ACCEPTED.value)))
    )
    return {item: effect(used=used, gained=gained) for item, used, gained in rows}


def uses_of(who: Principal, item: int) -> Sequence[Use]:
    """Where a closing was proposed, newest first."""
    rows = ClosingProposal.objects.visible_to(who).listed().filter(item_version__item=item)
    found = rows.select_related("opportunity__customer").order_by("-id")[:USES_SHOWN]
    return [Use(str(row.opportunity), to_signals(row.opportunity), row.created_at) for row in found]
