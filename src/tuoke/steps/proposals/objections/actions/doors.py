"""What every verb of this room begins with: the deal locked, the reasons against it said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import Changes, record
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals import doors
from tuoke.spine.deals.doors import must, of_customer
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import FollowUp
from tuoke.spine.library.models import ItemVersion
from tuoke.spine.library.rules import PROVING, ItemKind
from tuoke.steps.proposals.actions.checks import held
from tuoke.steps.proposals.objections.models import DealObjection
from tuoke.steps.proposals.objections.rules import ObjectionDraft

__all__ = ["held", "is_open", "locked", "must", "of_customer", "sound_followup", "sound_library", "tell"]


def locked(objection: DealObjection, *, version: int | None, by: Principal) -> tuple[Opportunity, DealObjection]:
    """The deal's lock is that of its list. Raises Conflict where ``version`` is given and stale."""
    deal = held(objection.opportunity, by=by)
    current = DealObjection.objects.select_related("contact").get(pk=objection.pk)
    if version is not None and current.version != version:
        raise Conflict(current)
    return deal, current


def is_open(deal: Opportunity, objection: DealObjection | None = None) -> Verdict:
    verdict = doors.is_open(deal)
    return verdict & no("objection_withdrawn") if objection is not None and objection.withdrawn_at else verdict


def sound_followup(followup_id: int | None, deal: Opportunity) -> Verdict:
    if followup_id is None or FollowUp.objects.filter(pk=followup_id, opportunity=deal).exists():
        return YES
    return no("followup_elsewhere", field="followup")


def sound_library(draft: ObjectionDraft) -> Verdict:
    """What an answer begins with is an objection of the library; what it rests on cases and evidence."""
    verdict, proofs = YES, set(draft.proofs)
    if draft.source is not None and not _versions({draft.source}, [ItemKind.OBJECTION]):
        verdict &= no("source_unknown", field="source")
    if proofs and _versions(proofs, PROVING) != len(proofs):
        verdict &= no("proof_unknown", field="proofs")
    return verdict


def _versions(keys: Iterable[int], kinds: Iterable[ItemKind]) -> int:
    return ItemVersion.objects.filter(pk__in=list(keys), item__kind__in=[kind.value for kind in kinds]).count()


def tell(
    kind: str,
    objection: DealObjection,
    *,
    by: Principal,
    now: datetime,
    changes: Changes | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Into the deal's timeline and the customer's. Needs ``objection.opportunity``."""
    deal = objection.opportunity
    record(
        kind=f"objections.{kind}",
        subject=objection,
        thread=deal,
        party=f"{Customer._meta.label_lower}:{deal.customer_id}",
        by=by,
        at=now,
        changes=changes,
        facts={"text": objection.text, "kind": objection.kind, **(facts or {})},
    )
