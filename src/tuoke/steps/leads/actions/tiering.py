"""定级 by hand (S2.5): with a reason, until it is given back to the rule.

A tier that was given by hand stays through rescoring and edits; the page says beside it what the rule would give now.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Refused, no
from tuoke.base.records.actions import record
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.rules import Tier
from tuoke.steps.leads.actions.scores import entry_of, keep_entries, put_score
from tuoke.steps.leads.actions.shared import RESULTS, locked, require_open, require_reason
from tuoke.steps.leads.queries import Profiles, Weighed, clock, weigh_customer

Party = TypeVar("Party", bound=Lead | Customer)
_BY_HAND = ("tier_by_hand", "tier_reason", "due_on", "recycle_on", "version")


@transaction.atomic
def set_tier(*, party: Party, tier: Tier, reason: str, by: Principal, now: datetime) -> Party:
    """Give the tier by hand. Refused: reason_missing, reason_too_long, same_tier, lead_closed."""
    require_reason(reason)
    found: Party = _locked(party, by)
    before, said = found.tier, reason.strip()
    if found.tier_by_hand and (before, found.tier_reason) == (tier.value, said):
        raise Refused(no("same_tier"))
    found.tier, found.tier_by_hand, found.tier_reason = tier.value, True, said
    _store(found, before=before, now=now)
    facts = {"reason": said, "before": before, "tier": tier.value}
    _record("tier_set", found, by=by, now=now, changes={"tier": (before, tier.value)}, facts=facts)
    return found


@transaction.atomic
def follow_rule(*, party: Party, by: Principal, now: datetime) -> Party:
    """Give the tier back to the rule. Refused: not_by_hand, lead_closed."""
    found: Party = _locked(party, by)
    if not found.tier_by_hand:
        raise Refused(no("not_by_hand"))
    before = found.tier
    found.tier_by_hand, found.tier_reason = False, ""
    _store(found, before=before, now=now)
    facts = {"before": before, "tier": found.tier}
    _record("tier_by_rule", found, by=by, now=now, changes={"tier": (before, found.tier)}, facts=facts)
    return found


def _locked(party: Lead | Customer, by: Principal) -> Any:
    """As it stands, locked, if ``by`` may write it."""
    if isinstance(party, Lead):
        lead = locked(party, by)
        require_open(lead)
        return lead
    return Customer.objects.visible_to(by, "write").select_for_update().get(pk=party.pk)


def _store(party: Lead | Customer, *, before: str, now: datetime) -> None:
    """With its score and dates as they are by the facts of now, and a line of history where the tier is another."""
    weighed = _weighed(party, now=now)
    entry = put_score(party, weighed, now=now) or (entry_of(party, weighed, now=now) if party.tier != before else None)
    for name, value in clock().of(party).items():
        setattr(party, name, value)
    party.version += 1
    party.save(update_fields=[*RESULTS, *_BY_HAND])
    keep_entries([entry])


def _weighed(party: Lead | Customer, *, now: datetime) -> Weighed:
    profiles = Profiles(timezone.localdate(now))
    return profiles.weigh(party) if isinstance(party, Lead) else weigh_customer(party, profiles)


def _record(verb: str, party: Lead | Customer, *, now: datetime, **about: Any) -> None:
    record(kind=f"leads.{verb}", subject=party, thread=party, party=party, at=now, **about)
