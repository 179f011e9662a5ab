"""What packages above hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.rules import Principal


@dataclass(frozen=True, slots=True)
class Panel:
    """A region of a page that a package above fills: loaded by htmx from ``url_name`` with the record's id."""

    key: str
    title: StrOrPromise
    url_name: str


# Membership in a deal widens the customer below: each returns a Q over Customer.
extra_visibility: list[Callable[[Principal], Q]] = []
lead_panels: list[Panel] = []
customer_panels: list[Panel] = []
