"""Everything that can be done with a lead. Each verb locks, checks, changes and records in one transaction.

Each raises Refused with every reason as a code (``words.py`` says them), Conflict where somebody saved first, and
Lead.DoesNotExist where ``by`` may not write the lead: someone else's lead is not there (O1).
"""

from tuoke.steps.leads.actions.assigning import (
    PlanChanged,
    RuleDraft,
    assign_by_rules,
    move_assignment_rule,
    remove_assignment_rule,
    save_assignment_rule,
)
from tuoke.steps.leads.actions.bulk import carry_out, choose, settle, start, undo_run
from tuoke.steps.leads.actions.converting import GateClosed, Terms, convert
from tuoke.steps.leads.actions.exporting import (
    fill_export,
    forget_exports,
    give_up_export,
    order_export,
    write_export,
)
from tuoke.steps.leads.actions.holding import (
    assign_lead,
    discard_lead,
    reopen_lead,
    return_to_pool,
    tell_apart,
    tick,
    untick,
)
from tuoke.steps.leads.actions.pool import (
    Claims,
    assign_customer,
    claim_customer,
    claim_lead,
    claim_many,
    return_customer,
)
from tuoke.steps.leads.actions.recycling import apply_pool_rules, flat_policy, recycle, redate_all, save_pool_rules
from tuoke.steps.leads.actions.rescoring import (
    after_customer_change,
    after_deal_change,
    begin_rescoring,
    carry_on,
    rescore,
    reweigh,
)
from tuoke.steps.leads.actions.shared import REASON_LIMIT
from tuoke.steps.leads.actions.tiering import follow_rule, set_tier
from tuoke.steps.leads.actions.writing import create_lead, create_many, edit_lead, update_many, void_many

__all__ = [
    "REASON_LIMIT",
    "Claims",
    "GateClosed",
    "PlanChanged",
    "RuleDraft",
    "Terms",
    "after_customer_change",
    "after_deal_change",
    "apply_pool_rules",
    "assign_by_rules",
    "assign_customer",
    "assign_lead",
    "begin_rescoring",
    "carry_on",
    "carry_out",
    "choose",
    "claim_customer",
    "claim_lead",
    "claim_many",
    "convert",
    "create_lead",
    "create_many",
    "discard_lead",
    "edit_lead",
    "fill_export",
    "flat_policy",
    "follow_rule",
    "forget_exports",
    "give_up_export",
    "move_assignment_rule",
    "order_export",
    "recycle",
    "redate_all",
    "remove_assignment_rule",
    "reopen_lead",
    "rescore",
    "return_customer",
    "return_to_pool",
    "reweigh",
    "save_assignment_rule",
    "save_pool_rules",
    "set_tier",
    "settle",
    "start",
    "tell_apart",
    "tick",
    "undo_run",
    "untick",
    "update_many",
    "void_many",
    "write_export",
]
