"""Step 2 of the demo's story: records that look like one another, a few of them across colleagues and the pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers import actions as customers
from tuoke.spine.customers.actions.searching import search_for_pairs
from tuoke.spine.customers.models import Lead
from tuoke.steps.leads import actions as leads
from tuoke.steps.leads.rules import LeadDraft


def merge_two(
    script: Sequence[Mapping[str, Any]], people: Mapping[str, Principal], *, by: Principal, now: datetime
) -> None:
    """The same customer came in twice and was made one; for 30 days that can be taken back."""
    kept, gone = _enter(script, people, by=by, now=now - timedelta(days=8))
    customers.merge_leads(
        kept=kept, kept_version=kept.version, gone=gone, gone_version=gone.version,
        by=people[script[0]["owner"]], now=now - timedelta(days=3),
    )  # fmt: skip


def fill_the_queue(
    script: Sequence[Sequence[Mapping[str, Any]]], people: Mapping[str, Principal], *, by: Principal, now: datetime
) -> None:
    """Pairs about which nobody has decided yet, found by the search that runs every night."""
    for pair in script:
        _enter(pair, people, by=by, now=now - timedelta(days=6))
    search = customers.start_search(by=by, now=now)
    search_for_pairs.call(search.pk, search.attempt)


def _enter(
    script: Sequence[Mapping[str, Any]], people: Mapping[str, Principal], *, by: Principal, now: datetime
) -> list[Lead]:
    drafts = []
    for said in script:
        facts = {name: value for name, value in said.items() if name != "owner"}
        drafts.append(LeadDraft(**facts, owner_id=people[said["owner"]].user_id if said["owner"] else None))
    return leads.create_many(drafts=drafts, by=by, now=now)
