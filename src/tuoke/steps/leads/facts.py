"""What a lead says about the exit criteria of step 2 (``playbook.rules.KINDS``)."""

from __future__ import annotations

from tuoke.base.accounts.rules import Principal
from tuoke.spine.catalog.rules import Market
from tuoke.spine.customers.models import Lead
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.leads.queries import unsettled


def facts_of(lead: Lead, *, who: Principal) -> Facts:
    """Facts by kind. The search for duplicates asks the database; nothing else does."""
    position_known = bool(lead.contact and lead.position)
    return {
        "lead_score": lead.score,
        "lead_company_known": _is_known(lead),
        "lead_source_known": lead.source_id is not None or bool(lead.source_detail),
        "facts_verified": lead.verified.bit_count(),
        "lead_duplicates_clear": not unsettled(lead, who=who),
        "contact_reachable": bool(lead.phone or lead.email or lead.wechat),
        "decision_maker_known": bool(lead.decision_maker) or position_known,
        "decision_maker_contacted": bool(lead.decision_maker),
        "budget_known": lead.budget_low is not None or lead.budget_high is not None,
        "amount_known": lead.budget_low is not None or lead.budget_high is not None,
    }


def _is_known(lead: Lead) -> bool:
    """Name, industry and size; of a person the name."""
    if lead.market == Market.TOC:
        return bool(lead.contact or lead.company)
    sizes = (lead.staff_low, lead.staff_high, lead.revenue_low, lead.revenue_high)
    return bool(lead.company and lead.industry) and any(size is not None for size in sizes)
