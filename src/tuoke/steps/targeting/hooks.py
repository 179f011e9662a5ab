"""Who wants to know when a profile changed. Filled in ``config/wiring.py``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.steps.targeting.models import CustomerProfile

on_profile_changed: list[Callable[[CustomerProfile, datetime], None]] = []
"""Called inside the transaction that saved the profile's next number: enqueue the rescoring there, don't do it."""
