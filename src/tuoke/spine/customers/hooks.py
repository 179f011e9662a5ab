"""What packages above hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from tuoke.base.accounts.rules import Principal

# Membership in a deal widens the customer below: each returns a Q over Customer.
extra_visibility: list[Callable[[Principal], Q]] = []
