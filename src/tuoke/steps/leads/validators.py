"""What a day in a filter can be."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tuoke.services.exchange.rules.dates import FIRST_YEAR, LAST_YEAR


def in_this_age(day: date) -> None:
    """A day that midnight of every time zone, and the day after, can still be said of."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(
            _("请填 %(first)s 到 %(last)s 年之间的日期。"), params={"first": FIRST_YEAR, "last": LAST_YEAR}
        )
