"""What packages above hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tuoke.base.accounts.rules import Principal

if TYPE_CHECKING:
    from tuoke.services.links.models import Link


@dataclass(frozen=True, slots=True)
class Kind:
    """What is behind links of one kind. ``may_see`` and ``may_revoke`` take who asks and the link's subject; it is asked
    only about one link at a time."""

    may_see: Callable[[Principal, str], bool]
    may_revoke: Callable[[Principal, str], bool]


# By ``Link.kind``. A kind that isn't named here is seen and revoked by the maker of the link only.
kinds: dict[str, Kind] = {}

# Called in the transaction in which somebody opened a link for the first time.
on_opened: list[Callable[[Link, Principal, datetime], object]] = []
