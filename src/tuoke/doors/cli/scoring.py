"""score: rescore leads and customers, or explain one lead."""

from __future__ import annotations

import argparse
from typing import Any

from django.utils import timezone

from tuoke.doors.cli.refusal import Unusable, answer, shell
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.models import Lead
from tuoke.steps.leads.actions import rescore
from tuoke.steps.leads.queries import Explanation, explanation_of_lead
from tuoke.steps.leads.rules import DimensionScore


def add(commands: Any) -> None:
    score = commands.add_parser("score", help="rescore leads; score explain LEAD_ID says why")
    score.add_argument("--campaign", metavar="NAME")
    score.add_argument("--json", action="store_true")
    score.set_defaults(func=run_score)
    explain = score.add_subparsers(metavar="explain").add_parser(
        "explain", help="points per dimension, rules, missing facts"
    )
    explain.add_argument("lead", metavar="LEAD_ID", type=int)
    explain.add_argument("--json", action="store_true")
    explain.set_defaults(func=run_explain)


def run_score(arguments: argparse.Namespace) -> int:
    campaign = None
    if arguments.campaign:
        campaign = Campaign.objects.filter(name=arguments.campaign).first()
        if campaign is None:
            raise Unusable(f"there is no campaign {arguments.campaign!r}")
    answer({"changed": rescore(by=shell(), now=timezone.now(), campaign=campaign)}, as_json=arguments.json)
    return 0


def run_explain(arguments: argparse.Namespace) -> int:
    lead = Lead.objects.filter(pk=arguments.lead).first()
    if lead is None:
        raise Unusable(f"there is no lead {arguments.lead}")
    found = explanation_of_lead(lead, today=timezone.localdate())
    explained = {
        "lead": lead.pk,
        "company": str(lead),
        "score": lead.score,
        "reachable": lead.score_max,
        "tier": lead.tier,
        "tier_by_hand": lead.tier_by_hand,
        "tier_by_rule": found.rule.value if found.rule else "",
        "coming": found.coming,
        "detail": {
            "profile": found.profile_id,
            "name": found.profile,
            "number": found.number,
            "unverified_share": found.content.unverified_share,
            "dimensions": [_dimension(d) for d in found.score.dimensions] if found.score else _frozen(found),
        },
        "missing": [{"fact": gain.fact, "gain": gain.points} for gain in found.plan.questions],
        "ask_first": {"facts": list(found.plan.first), "reach": found.plan.reach},
        "unverified": [{"fact": gain.fact, "gain": gain.points} for gain in found.plan.proofs],
    }
    answer(explained, as_json=arguments.json)
    return 0


def _dimension(found: DimensionScore) -> dict[str, Any]:
    return {
        "key": found.key.value,
        "points": found.points,
        "reachable": found.reachable,
        "weight": found.weight,
        "rule": found.rule,
        "params": {name: value if value is None else str(value) for name, value in found.params.items()},
        "missing": list(found.missing),
        "unverified": [(kind.name or "").lower() for kind in found.unverified],
    }


def _frozen(found: Explanation) -> list[dict[str, Any]]:
    """The points that are all that is left of a score whose facts have changed since."""
    return [{"key": key, "points": points} for line in found.lines[:1] for key, points in line.points.items()]
