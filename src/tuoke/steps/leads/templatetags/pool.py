"""How templates name what cadence and pool are made of: {% load pool %}."""

from __future__ import annotations

from django import template

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.queries import name_of
from tuoke.steps.leads import pool_words
from tuoke.steps.leads.models import KIND_NAMES
from tuoke.steps.leads.rules.assignment import RuleKind

register = template.Library()


@register.filter
def tier_name(tier: str) -> str:
    """{{ tier|tier_name }}: 重点攻坚; 未定级 where there is none."""
    return pool_words.tier_name(tier)


@register.filter
def rule_field(name: str) -> str:
    return pool_words.rule_field(name)


@register.filter
def said_rule(value: object, name: str) -> str:
    """{{ value|said_rule:name }}: a value of the rules as people say it."""
    if name == "kind" and value in set(RuleKind):
        return str(KIND_NAMES[RuleKind(str(value))])
    return pool_words.said_rule(value) if value != "" else "—"


@register.filter
def lead_name(lead: Lead, who: Principal) -> str:
    """{{ lead|lead_name:who }}: what this person may call it."""
    return name_of(lead, who=who)
