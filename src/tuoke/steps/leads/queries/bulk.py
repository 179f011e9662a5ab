"""Which of many leads a verb may touch, and why not the others. The page asks first, the action asks again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Reason
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.queries import receivers
from tuoke.spine.customers.rules import LeadStatus
from tuoke.steps.leads.queries.cadence import pool_policy
from tuoke.steps.leads.queries.pool import claimer_of, held_by, judged, pooled_days
from tuoke.steps.leads.rules.bulk import SHOWN, BulkVerb

Chosen = Sequence[Sequence[int]]
"""Ids with the versions that were seen."""


@dataclass(slots=True)
class LeftAlone:
    """Leads that can't be touched for one reason: how many, and the first of them (none that ``by`` may not see)."""

    reason: Reason
    count: int = 0
    leads: list[Lead] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sifted:
    """The leads that may be touched, in the order in which they were chosen, and the others by reason."""

    leads: list[Lead]
    left: Mapping[str, LeftAlone]

    @property
    def left_count(self) -> int:
        return sum(one.count for one in self.left.values())


def sifted(
    chosen: Chosen, *, verb: BulkVerb, terms: Mapping[str, Any], by: Principal, now: datetime, lock: bool = False
) -> Sifted:
    """Judge every chosen lead. ``terms`` that aren't known yet judge nothing. ``lock`` them (inside a transaction).

    The same number of queries however many there are.
    """
    ids = [pk for pk, _ in chosen]
    rows = Lead.objects.filter(pk__in=ids).order_by("pk")
    found = {lead.pk: lead for lead in (rows.select_for_update() if lock else rows).defer("search_text", "note")}
    judge = _Judge(verb, terms, found, by=by, now=now)
    leads: list[Lead] = []
    left: dict[str, LeftAlone] = {}
    for pk, version in chosen:
        reason = judge.reason(pk, version)
        if reason is None:
            leads.append(found[pk])
            continue
        one = left.setdefault(reason.code, LeftAlone(reason))
        one.count += 1
        if reason.code != "not_there" and len(one.leads) < SHOWN:
            one.leads.append(found[pk])
    return Sifted(leads, left)


class _Judge:
    """Asks the database once for all of them, then each lead by itself."""

    def __init__(
        self, verb: BulkVerb, terms: Mapping[str, Any], found: Mapping[int, Lead], *, by: Principal, now: datetime
    ) -> None:
        self.verb, self.terms, self.found, self.by = verb, terms, found, by
        seen = Lead.objects.filter(pk__in=list(found)).order_by()
        self.readable = set(seen.filter(pk__in=Lead.objects.visible_to(by)).values_list("pk", flat=True))
        self.writable = set(seen.filter(pk__in=Lead.objects.visible_to(by, "write")).values_list("pk", flat=True))
        self.today = timezone.localdate(now)
        self.policy = pool_policy()
        if verb is BulkVerb.CLAIM and by.user_id:
            self.claimer = claimer_of(by.user_id, policy=self.policy, now=now)
            self.pooled = pooled_days([lead for lead in found.values() if lead.owner_id is None])
        if verb is BulkVerb.ASSIGN:
            self.room = self._room(terms.get("to"))

    def reason(self, pk: int, version: int) -> Reason | None:
        """Why not; None where nothing is in the way."""
        lead = self.found.get(pk)
        if lead is None or pk not in self.readable:
            return Reason("not_there")
        if lead.version != version:
            return Reason("changed_meanwhile")
        if lead.status != LeadStatus.OPEN:
            return Reason("not_open")
        return next(self._reasons(lead), None)

    def _reasons(self, lead: Lead) -> Iterator[Reason]:
        match self.verb:
            case BulkVerb.CLAIM:
                yield from self._claiming(lead)
            case BulkVerb.ASSIGN:
                yield from self._assigning(lead)
            case _:
                yield from self._changing(lead)

    def _claiming(self, lead: Lead) -> Iterator[Reason]:
        if lead.owner_id is not None:
            yield Reason("already_yours" if lead.owner_id == self.by.user_id else "already_claimed")
            return
        verdict = judged(self.policy, self.claimer, lead, pooled_on=self.pooled[lead.pk], today=self.today)
        yield from verdict.reasons
        if verdict:
            self.claimer = self.claimer.after_claim()

    def _assigning(self, lead: Lead) -> Iterator[Reason]:
        to = self.terms.get("to")
        if lead.owner_id is not None and lead.pk not in self.writable:
            yield Reason("lead_elsewhere")
        elif to is not None and lead.owner_id == to:
            yield Reason("same_owner")
        elif self.room is not None:
            if self.room <= 0:
                yield Reason("no_room", {"limit": self.policy.hold_limit})
            self.room -= 1

    def _changing(self, lead: Lead) -> Iterator[Reason]:
        if lead.pk not in self.writable:
            yield Reason("lead_elsewhere" if lead.owner_id is not None else "not_claimed")
        elif self.verb is BulkVerb.RETURN and lead.owner_id is None:
            yield Reason("in_pool")
        elif self.verb is BulkVerb.TIER and lead.tier_by_hand and lead.tier == self.terms.get("tier"):
            yield Reason("same_tier")
        elif self.verb is BulkVerb.CAMPAIGN and lead.campaign_id and lead.campaign_id == self.terms.get("campaign"):
            yield Reason("same_campaign")

    def _room(self, to: int | None) -> int | None:
        """How many more the receiver may hold; None: no limit."""
        if to is None or self.policy.hold_limit is None:
            return None
        return self.policy.hold_limit - held_by([to], policy=self.policy)[to]


def receiver(pk: int | None, *, by: Principal) -> User | None:
    """The person to whom ``by`` may give leads."""
    return receivers(by).get(pk) if pk is not None else None


def may_bulk(verb: BulkVerb, by: Principal) -> bool:
    return by.may(Permission.LEAD_ASSIGN if verb is BulkVerb.ASSIGN else Permission.LEAD_WRITE)


__all__ = ["LeftAlone", "Sifted", "may_bulk", "receiver", "sifted"]
