"""An accepted item is a milestone of the kick-off plan done (S7.3)."""

from __future__ import annotations

from datetime import date, datetime

from tuoke.base.accounts.rules import Principal
from tuoke.steps.contracts.deliveries.models import DeliveryItem


def done(item: DeliveryItem, *, on: date, by: Principal, now: datetime) -> None: ...


def undone(item: DeliveryItem, *, by: Principal, now: datetime) -> None: ...
