"""``{% load teams %}``: how much of somebody's time is taken, how often one talks, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from tuoke.steps.contracts.teams.models import BOOKING_STATES, EVERIES, WAYS
from tuoke.steps.contracts.teams.queries import Load

register = template.Library()
SAID_MOST = 3


@register.filter
def load_of(loads: Mapping[int, Load], user_id: int) -> Load | None:
    return loads.get(user_id)


@register.filter
def load_said(load: Load) -> str:
    """占用 12-01 起 50%，12-15 起 90%."""
    parts = [
        _("%(day)s 起 %(percent)s%%") % {"day": f"{one.starts_on:%m-%d}", "percent": one.percent}
        for one in load.stretches
    ]
    return _("占用 %(parts)s") % {"parts": "，".join(parts[:SAID_MOST])}


@register.filter
def way_said(value: str) -> StrOrPromise:
    return dict(WAYS).get(value, value)


@register.filter
def every_said(value: str) -> StrOrPromise:
    return dict(EVERIES).get(value, value)


@register.filter
def booking_said(value: str) -> StrOrPromise:
    return dict(BOOKING_STATES).get(value, value)
