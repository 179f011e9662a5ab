"""How money and states of instalments are said: ``{% load payments %}``."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuoke.base.ui.templatetags.ui import badge
from tuoke.steps.contracts.payments.models import STATE_NAMES, STATE_TONES, Instalment
from tuoke.steps.contracts.payments.rules import State

register = template.Library()


@register.simple_tag
def yuan(amount: Decimal | str | None) -> str:
    """To the cent: what is owed is never rounded."""
    if amount is None or amount == "":
        return "—"
    value = Decimal(amount)
    return f"-¥{-value:,.2f}" if value < 0 else f"¥{value:,.2f}"


@register.simple_tag
def days_after(row: Instalment) -> str:
    """10 天, 10 个工作日."""
    number = row.days_after
    if row.in_workdays:
        return ngettext("%(days)s 个工作日", "%(days)s 个工作日", number) % {"days": number}
    return ngettext("%(days)s 天", "%(days)s 天", number) % {"days": number}


@register.simple_tag
def state_badge(state: State, *, row: Instalment, today: date) -> SafeString:
    """逾期 3 天, 已结清（晚 5 天）…"""
    said = str(STATE_NAMES[state])
    if state is State.OVERDUE and row.due_on:
        late = (today - row.due_on).days
        said = ngettext("逾期 %(days)s 天", "逾期 %(days)s 天", late) % {"days": late}
    elif state is State.SETTLED and row.days_late > 0:
        said = _("已结清，晚 %(days)s 天") % {"days": row.days_late}
    return badge(said, tone=STATE_TONES[state])
