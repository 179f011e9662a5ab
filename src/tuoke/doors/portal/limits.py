"""How often somebody without an account may ask. Counted in the shared cache, window by window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` in ``seconds``."""

    name: str
    most: int
    seconds: int


FORGED = Limit("forged", most=20, seconds=60)  # tokens that open nothing, by address
POSTS = Limit("posts", most=60, seconds=600)  # forms sent with one link


def is_within(limit: Limit, key: str, *, now: datetime) -> bool:
    """Count once more, and say whether that is still within the limit. Beyond it nothing is written any more."""
    window = int(now.timestamp()) // limit.seconds
    name = f"portal:{limit.name}:{key}:{window}"
    count = cache.get(name, 0)
    if count >= limit.most:
        return False
    cache.set(name, count + 1, timeout=limit.seconds)
    return True
