"""The gate between lead and deal: the step that guards it, how it judges, what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tuoke.base.accounts.rules import Principal
from tuoke.spine.catalog.rules import Segment
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.queries import Hit, duplicates_of_lead
from tuoke.spine.playbook.queries import current_version, ticks_of
from tuoke.spine.playbook.rules import Judgement, StepDoc, StepKey, judge, resolve, variant_for


def step_for(segment: Segment, *, is_complex: bool = False) -> StepDoc | None:
    """Step 2 as this customer type runs it by the published playbook; None where the type leaves it out."""
    doc = current_version().document()
    process = resolve(doc, variant_for(doc, segment, is_complex=is_complex))
    return process.step(StepKey.LEADS) if StepKey.LEADS in process else None


def judgement_of(
    lead: Lead, facts: Mapping[str, Any], *, segment: Segment, is_complex: bool = False, waived: Any = ()
) -> Judgement:
    """The gate between lead and deal, judged by the published playbook. ``facts`` come from ``facts.facts_of``."""
    step = step_for(segment, is_complex=is_complex)
    return judge(step.criteria if step else (), facts, ticked=set(ticks_of(lead)), waived=set(waived))


def unsettled(lead: Lead, *, who: Principal) -> list[Hit]:
    """撞单: exact look-alikes that nobody has told apart yet. A customer of one's own is no obstacle but the goal."""
    return [hit for hit in duplicates_of_lead(lead, who=who) if hit.is_exact and not _is_own_customer(hit, lead)]


def _is_own_customer(hit: Hit, lead: Lead) -> bool:
    return hit.kind == "customer" and hit.owner_id in (None, lead.owner_id)
