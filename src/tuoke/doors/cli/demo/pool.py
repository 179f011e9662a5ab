"""Step 2 of the demo's story: the rules of pool and assignment, what went back and who took what, lists that are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tuoke.base.accounts.actions import ViewDraft, save_view
from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Audience, Principal
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.rules import LeadStatus
from tuoke.steps.leads import actions as leads
from tuoke.steps.leads.queries import pool_policy
from tuoke.steps.leads.rules.assignment import RuleKind

CLAIMS = 3


def set_rules(script: Mapping[str, Any], *, by: Principal, now: datetime) -> None:
    """How much one may hold and claim, and who gets what comes in."""
    leads.save_pool_rules(policy=replace(pool_policy(), **script["rules"]), version=0, by=by, now=now)
    people = dict(User.objects.values_list("username", "pk"))
    for said in script["assignment"]:
        draft = leads.RuleDraft(
            name=said["name"],
            kind=RuleKind(said["kind"]),
            values=said["values"],
            people=[people[name] for name in said["people"]],
        )
        leads.save_assignment_rule(rule=None, version=0, draft=draft, by=by, now=now)


def use_the_pool(script: Sequence[Mapping[str, Any]], people: Mapping[str, Principal], *, now: datetime) -> None:
    """Some give back what leads nowhere, and take what looks better."""
    for said in script:
        who = people[said["who"]]
        mine = Lead.objects.filter(owner_id=who.user_id, status=LeadStatus.OPEN)
        leads.return_to_pool(
            lead=mine.order_by("score", "pk")[0], reason=said["reason"], by=who, now=now - timedelta(days=4)
        )
        waiting = Lead.objects.filter(owner=None, status=LeadStatus.OPEN).order_by("-score", "pk")
        best = list(waiting.values_list("pk", flat=True)[:CLAIMS])
        leads.claim_many(leads=best, by=who, now=now - timedelta(days=2))


def keep_views(script: Sequence[Mapping[str, Any]], people: Mapping[str, Principal], *, now: datetime) -> None:
    for said in script:
        draft = ViewDraft(said["name"], said["query"], audience=Audience(said["audience"]))
        save_view(place="leads", draft=draft, by=people[said["who"]], now=now - timedelta(days=5))
