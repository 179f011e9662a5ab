from __future__ import annotations

from django import template

from tuoke.steps.negotiation.returns.words import said_months

register = template.Library()


@register.filter
def months(count: int | None) -> str:
    """9 个月; 收不回 where it never comes back."""
    return said_months(count)
