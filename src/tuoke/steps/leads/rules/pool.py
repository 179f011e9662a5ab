"""公海 (S2.6): how much one may hold and claim, when one may claim again, what goes back by itself. Plain Python."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, timedelta
from typing import Any

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.spine.customers.rules import Tier

UNTIERED = ""
TIERS: tuple[str, ...] = (Tier.FOCUS.value, Tier.NURTURE.value, Tier.WATCH.value, UNTIERED)
MOST_DAYS = 1000
MOST_HELD = 100_000
MOST_WEIGHT = 100


@dataclass(frozen=True, slots=True)
class Pace:
    """How often parties of a tier are contacted, and after how long without contact they go back: working days each.

    None: there is no such rule.
    """

    touch_every: int | None = None
    recycle_after: int | None = None


def _paces() -> Mapping[str, Pace]:
    return {
        Tier.FOCUS.value: Pace(3, 9),
        Tier.NURTURE.value: Pace(10, 30),
        Tier.WATCH.value: Pace(30, 90),
        UNTIERED: Pace(None, 30),
    }


def _weights() -> Mapping[str, int]:
    return {Tier.FOCUS.value: 3, Tier.NURTURE.value: 2, Tier.WATCH.value: 1, UNTIERED: 1}


@dataclass(frozen=True, slots=True)
class PoolPolicy:
    """Every number of cadence and pool (S2.5, S2.6). Limits that are None don't apply.

    ``counts_customers``: customers take a place of ``hold_limit``, too; ``counts_pursued``: even those with a running
    or won deal. ``keeps_planned``: what has a next action ahead isn't taken back. ``counts_from``: silence before that
    day isn't held against anybody. ``weights``: how much of a person's time a party of a tier takes.
    """

    paces: Mapping[str, Pace] = field(default_factory=_paces)
    warn_days: int = 2
    hold_limit: int | None = 200
    claims_per_day: int | None = 20
    cool_down_days: int = 30
    wait_days: int = 0
    counts_customers: bool = True
    counts_pursued: bool = False
    keeps_planned: bool = True
    recycles_customers: bool = True
    weights: Mapping[str, int] = field(default_factory=_weights)
    counts_from: date | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON holds it."""
        said = asdict(self)
        said["counts_from"] = self.counts_from.isoformat() if self.counts_from else None
        return said

    def pace(self, tier: str) -> Pace:
        return self.paces.get(tier, Pace())

    def weight(self, tier: str) -> int:
        return self.weights.get(tier, 1)


def policy_of(said: Mapping[str, Any]) -> PoolPolicy:
    """From JSON; what it doesn't say is as it is by default."""
    values = {one.name: said[one.name] for one in fields(PoolPolicy) if one.name in said}
    if "paces" in values:
        values["paces"] = {tier: Pace(**pace) for tier, pace in values["paces"].items()}
    if values.get("counts_from"):
        values["counts_from"] = date.fromisoformat(values["counts_from"])
    return PoolPolicy(**values)


def policy_faults(policy: PoolPolicy) -> tuple[Reason, ...]:
    """What makes no sense; ``field`` names the form's field."""
    return (*_pace_faults(policy), *_number_faults(policy))


def _pace_faults(policy: PoolPolicy) -> Iterator[Reason]:
    for tier in TIERS:
        pace, name = policy.pace(tier), tier or "untiered"
        for what, days in (("touch", pace.touch_every), ("recycle", pace.recycle_after)):
            if days is not None and not 1 <= days <= MOST_DAYS:
                yield Reason("out_of_range", {"field": f"{what}_{name}", "low": 1, "high": MOST_DAYS})
        if pace.touch_every and pace.recycle_after and pace.recycle_after < pace.touch_every:
            yield Reason("recycled_before_due", {"field": f"recycle_{name}", "days": pace.touch_every})
        if pace.recycle_after is not None and pace.recycle_after < policy.warn_days:
            yield Reason("warned_before_held", {"field": "warn_days", "days": pace.recycle_after})


def _number_faults(policy: PoolPolicy) -> Iterator[Reason]:
    ends: tuple[tuple[str, int | None, int, int], ...] = (
        ("warn_days", policy.warn_days, 0, MOST_DAYS),
        ("hold_limit", policy.hold_limit, 1, MOST_HELD),
        ("claims_per_day", policy.claims_per_day, 1, MOST_HELD),
        ("cool_down_days", policy.cool_down_days, 0, MOST_DAYS),
        ("wait_days", policy.wait_days, 0, MOST_DAYS),
        *((f"weight_{tier or 'untiered'}", policy.weight(tier), 0, MOST_WEIGHT) for tier in TIERS),
    )
    for name, value, low, high in ends:
        if value is not None and not low <= value <= high:
            yield Reason("out_of_range", {"field": name, "low": low, "high": high})


@dataclass(frozen=True, slots=True)
class Claimer:
    """What limits somebody who claims, as the claim log tells it.

    ``lost`` maps what names a party (see ``names_of``) to the last day on which he gave it up or it was taken from him:
    every such day within the cool-down counts, whoever held it since.
    """

    held: int = 0
    claimed_today: int = 0
    lost: Mapping[str, date] = field(default_factory=dict)

    def after_claim(self) -> Claimer:
        return Claimer(self.held + 1, self.claimed_today + 1, self.lost)


def may_claim(policy: PoolPolicy, claimer: Claimer, *, names: Collection[str], pooled_on: date, today: date) -> Verdict:
    """Every reason against it: claims_used_up, hands_full, cooling_down, too_new_in_pool, each with its figures."""
    found = [*_quota(policy, claimer)]
    if policy.cool_down_days:
        days = [claimer.lost[name] for name in names if name in claimer.lost]
        until = max(days, default=date.min) + timedelta(days=policy.cool_down_days if days else 0)
        if days and today < until:
            found.append(Reason("cooling_down", {"days": (today - max(days)).days, "until": until}))
    if policy.wait_days and today < pooled_on + timedelta(days=policy.wait_days):
        found.append(Reason("too_new_in_pool", {"until": pooled_on + timedelta(days=policy.wait_days)}))
    return Verdict(tuple(found))


def _quota(policy: PoolPolicy, claimer: Claimer) -> Iterator[Reason]:
    if policy.claims_per_day is not None and claimer.claimed_today >= policy.claims_per_day:
        yield Reason("claims_used_up", {"count": claimer.claimed_today, "limit": policy.claims_per_day})
    if policy.hold_limit is not None and claimer.held >= policy.hold_limit:
        yield Reason("hands_full", {"count": claimer.held, "limit": policy.hold_limit})


def names_of(*, kind: str, pk: int, party: str) -> tuple[str, ...]:
    """What a party goes by: the record itself, and the key that all its leads and its customer share."""
    return (f"{kind}:{pk}", f"party:{party}") if party else (f"{kind}:{pk}",)
