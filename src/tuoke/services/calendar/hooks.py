"""What packages above hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

# Called in the transaction that changed the company's days: whoever keeps dates counted in working days counts anew.
on_changed: list[Callable[[datetime], object]] = []
