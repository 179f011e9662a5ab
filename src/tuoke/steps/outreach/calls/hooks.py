"""What packages above hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.spine.deals.models import Opportunity

# Where a deal's needs stand, its drafts among them. One at most.
needs_url: list[Callable[[Opportunity], str]] = []
