"""When the library withdraws what proposals rest on."""

from __future__ import annotations

from datetime import datetime

from tuoke.base.accounts.rules import Principal
from tuoke.base.records.actions import event_of, record_many
from tuoke.spine.library.models import Item
from tuoke.spine.library.rules import PROVING
from tuoke.steps.proposals.queries import proposals_resting_on


def evidence_lost(item: Item, by: Principal, now: datetime) -> None:
    """``library.hooks.on_withdrawn``: said in the history of every deal whose proposal, or a version of it, rests on this.

    The marks on the screens need no telling: they are judged when they are drawn. A constant number of queries.
    """
    if item.kind not in PROVING:
        return
    record_many(
        event_of(
            kind="proposals.evidence_lost",
            subject=proposal, thread=proposal.opportunity, party=proposal.opportunity.customer, by=by, at=now,
            facts={"title": proposal.title, "proof": item.title, "was_sent": proposal.was_sent},
        )
        for proposal in proposals_resting_on(item)
    )  # fmt: skip
