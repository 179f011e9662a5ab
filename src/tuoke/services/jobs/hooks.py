"""What packages above hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Periodic:
    """Work that comes again and again: ``run`` is called by a worker, at most once per ``every`` seconds in all."""

    name: str
    every: int
    run: Callable[[datetime], object]


periodic: list[Periodic] = []
