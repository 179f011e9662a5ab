"""Small readings of a deal's history in templates: ``{% load deals %}``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from tuoke.base.ui.formats import amount
from tuoke.base.ui.parts import Tab
from tuoke.spine.deals import hooks
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.words import changed

register = template.Library()


@register.filter
def decimal(value: object) -> Decimal | None:
    """An amount as history keeps it (text) as a number again."""
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None


@register.filter
def phone(number: str) -> str:
    """A Chinese mobile number as it is read out: 138 0013 8009; others as they are stored."""
    local = number.removeprefix("+86")
    if len(local) == 11 and local.isdigit() and local.startswith("1"):
        return f"{local[:3]} {local[3:7]} {local[7:]}"
    return local


@register.filter
def in_words(changes: Mapping[str, Sequence[Any]]) -> list[tuple[StrOrPromise, str, str]]:
    """The changes of an edit as (field, before, after)."""
    return changed(changes, amount_of=lambda value: amount(Decimal(str(value))))


@register.inclusion_tag("ui/tabs.html", takes_context=True)
def deal_rooms(context: Context, deal: Opportunity, key: str) -> dict[str, Any]:
    """The rooms of the step to which the room ``key`` belongs, as tabs; those that the person may not open are left out."""
    step = next(step for step, rooms in hooks.rooms.items() if any(room.key == key for room in rooms))
    who = context["request"].principal
    items = [
        Tab(room.title, reverse(room.url_name, args=[deal.pk]), current=room.key == key)
        for room in hooks.rooms[step]
        if who.may(room.permission)
    ]
    return {"tabs": items, "label": gettext("这一步的内容")}
