"""Who may give what on the spot, and what was given for nothing (S6.1, S6.4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from tuoke.base.accounts.rules import Role
from tuoke.steps.negotiation.rules import Authority

ALONE: Mapping[Authority, Decimal] = {Authority.REP: Decimal(10_000), Authority.LEAD: Decimal(50_000)}
"""What each may give that stands on no ladder, in yuan; a director anything."""
_RANK = (Authority.REP, Authority.LEAD, Authority.DIRECTOR)


def authority_of(roles: Collection[Role]) -> Authority:
    if Role.DIRECTOR in roles:
        return Authority.DIRECTOR
    return Authority.LEAD if Role.TEAM_LEAD in roles else Authority.REP


def needed_for(value: Decimal) -> Authority:
    """Whose word a concession needs that nobody planned."""
    return next((who for who in _RANK if who in ALONE and value <= ALONE[who]), Authority.DIRECTOR)


def suffices(held: Authority, needed: Authority) -> bool:
    return _RANK.index(held) >= _RANK.index(needed)
