"""The only ways in which packages above reach down into a deal. Filled by ``config.wiring``, listed in ARCHITECTURE.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.spine.deals.models import Opportunity
    from tuoke.spine.playbook.rules import Facts


@dataclass(frozen=True, slots=True)
class Panel:
    """A region of the deal page that a package above fills: loaded by htmx from ``url_name`` with the deal's id."""

    key: str
    title: str
    url_name: str
    column: str = "side"  # "side" or "tab"


# What the steps know of a deal: each returns facts by kind (``playbook.rules.fact_key``).
fact_sources: list[Callable[[Opportunity], Facts]] = []
# Criterion kind → where on the screens it can be made true.
fix_places: dict[str, Callable[[Opportunity], str]] = {}
# Run inside the transaction when a deal was lost or voided (open actions end).
on_closed: list[Callable[[Opportunity, Principal, datetime], None]] = []
# Run inside the transaction when a deal changes its owner (open actions follow).
on_transferred: list[Callable[[Opportunity, Principal, datetime], None]] = []
panels: list[Panel] = []
