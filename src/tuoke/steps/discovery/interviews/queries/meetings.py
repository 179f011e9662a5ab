"""Who was met in an interview, for the decision map (``decisions.hooks.touches``)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, F, Max

from tuoke.base.accounts.rules import Principal
from tuoke.steps.discovery.decisions.hooks import Touch
from tuoke.steps.discovery.interviews.models import Outline, Participant
from tuoke.steps.discovery.interviews.rules import OutlineState


def met_in_interviews(who: Principal | None, contacts: Sequence[int]) -> list[Touch]:
    """Whom of these people somebody has met in an interview, beside the one whom its follow-up names. One query.

    ``who`` None: for the gates, which count what anybody has done.
    """
    present = Participant.objects.present().filter(contact__in=contacts, outline__state=OutlineState.HELD.value)
    if who is not None:
        present = present.filter(outline__in=Outline.objects.visible_to(who))
    counted = (
        present.exclude(outline__followup__contact=F("contact"))
        .filter(outline__followup__isnull=False)
        .order_by()
        .values("contact_id", "outline__followup__by_id", "outline__followup__by__name")
        .annotate(times=Count("pk"), last_at=Max("outline__held_at"))
    )
    return [
        Touch(
            row["contact_id"], row["outline__followup__by_id"], row["outline__followup__by__name"] or "",
            row["times"], row["last_at"],
        )
        for row in counted
    ]  # fmt: skip
