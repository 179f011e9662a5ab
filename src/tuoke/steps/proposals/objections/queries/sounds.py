"""Follow-ups in which the customer sounds as if he objected something that isn't on the list yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import FollowUp
from tuoke.steps.proposals.objections.rules import Heard, heard_in

FOLLOWUPS_READ = 10
SOUNDS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Sound:
    followup: FollowUp
    heard: Heard


def sounds_of(who: Principal, deal: Opportunity, *, noted: Collection[tuple[int, str]]) -> list[Sound]:
    """``noted``: (follow-up, kind) of those that are on the list. One query."""
    if not who.may(Permission.FOLLOWUP_READ):
        return []
    latest = FollowUp.objects.filter(opportunity=deal).select_related("contact").order_by("-at", "-id")
    found = [Sound(followup, heard) for followup in latest[:FOLLOWUPS_READ] for heard in heard_in(followup.summary)]
    return [sound for sound in found if (sound.followup.pk, sound.heard.kind.value) not in noted][:SOUNDS_SHOWN]
