"""What packages above hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from tuoke.base.accounts.rules import Permission

sections: dict[str, Permission] = {}
"""Section of the history (the kinds that begin with its name and a dot, and what is filed under it) → the right without
which it isn't read on anybody's timeline."""
