"""What becomes of the kept and of the gone record of a merge (S2.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from tuoke.base.accounts.rules import Principal
from tuoke.services.search import actions as search
from tuoke.spine.customers import hooks
from tuoke.spine.customers.actions.holding import redate
from tuoke.spine.customers.actions.judging import settle_facts
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.rules import LeadStatus, keys_of, name_key_of, traces_of
from tuoke.spine.customers.rules.finding import customer_search_text, lead_search_text
from tuoke.spine.customers.rules.merging import (
    Weighing,
    merged_attributes,
    merged_bits,
    said,
)

Moment = TypeVar("Moment", bound=datetime)


def join(
    kept: Lead | Customer,
    gone: Lead | Customer,
    weighings: Sequence[Weighing],
    columns: Mapping[str, Any],
    left: Mapping[str, tuple[Any, ...]],
) -> None:
    """Put the chosen values into the kept record (unsaved), and what wasn't chosen beside them."""
    for name, value in columns.items():
        setattr(kept, name, value)
    headings = {w.group.name: w.group.kept_as for w in weighings if w.group.kept_as}
    more = {headings[name]: said(values) for name, values in left.items() if name in headings}
    kept.attributes = merged_attributes(kept.attributes, gone.attributes, more)
    kept.verified = merged_bits(weighings, columns, kept=kept.verified, gone=gone.verified)
    kept.disputed = merged_bits(weighings, columns, kept=kept.disputed, gone=gone.disputed)
    kept.last_touch_at = max(_known(kept.last_touch_at, gone.last_touch_at), default=None)
    kept.qualified_at = min(_known(kept.qualified_at, gone.qualified_at), default=None)
    if gone.tier_by_hand and not kept.tier_by_hand:
        kept.tier, kept.tier_by_hand, kept.tier_reason = gone.tier, True, gone.tier_reason
    if isinstance(kept, Lead) and isinstance(gone, Lead):
        kept.customer_id = kept.customer_id or gone.customer_id
        if kept.status == LeadStatus.DISCARDED and gone.status == LeadStatus.OPEN:
            kept.status, kept.status_reason = LeadStatus.OPEN.value, ""
    kept.version += 1


def work_out(party: Lead | Customer, *, by: Principal, now: datetime) -> None:
    """Keys, dates, verified facts and score follow from the facts. Saves the record."""
    if isinstance(party, Lead):
        keys = keys_of(
            company=party.company, contact=party.contact, phone=party.phone, email=party.email, wechat=party.wechat,
            want=party.want,
        )  # fmt: skip
        party.party_key, party.want_key = keys
        party.core, party.sound = traces_of(party.company)
    else:
        party.name_key = name_key_of(party.name)
        party.core, party.sound = traces_of(party.name)
    redate(party)
    party.save()
    settle_facts(party=party, by=by, now=now)
    for tell in hooks.after_merge:
        tell(party, by, now)


def leave(gone: Lead | Customer, kept: Lead | Customer) -> None:
    """It stays, points at the kept one, and nothing is due with it any more."""
    gone.merged_into_id = kept.pk
    gone.version += 1
    gone.due_on = gone.recycle_on = None
    if isinstance(gone, Lead):
        gone.status = LeadStatus.MERGED.value
    gone.save()


def index_party(party: Lead | Customer) -> None:
    if isinstance(party, Lead):
        party.search_text = lead_search_text(party)
    else:
        party.search_text = customer_search_text(party)
    party.save(update_fields=["search_text"])
    search.index("lead" if isinstance(party, Lead) else "customer", {party.pk: party.search_text})


def _known(*moments: datetime | None) -> list[datetime]:
    return [moment for moment in moments if moment is not None]
