"""Who is told of improvements, and what else is due. Filled in ``config/wiring.py``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.steps.reviews.improvements.models import Improvement

on_proposed: list[Callable[[Improvement, Principal, datetime], None]] = []
"""In the transaction that proposes it: who decides hears of it."""
on_decided: list[Callable[[Improvement, Principal, datetime], None]] = []
"""Accepted or declined: who proposed it, and who is to do it."""
on_carried_out: list[Callable[[Improvement, Principal, datetime], None]] = []
"""A version says it, or it was done otherwise: who proposed it."""
on_overdue: list[Callable[[Improvement, Principal, datetime], None]] = []
"""Once for each due date that has passed: its owner."""
