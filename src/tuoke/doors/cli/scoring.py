"""score: rescore leads, or explain one."""

from __future__ import annotations

import argparse
from typing import Any

from django.utils import timezone

from tuoke.doors.cli.refusal import Unusable, answer, shell
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.models import Lead
from tuoke.steps.leads.actions import rescore


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
    explained = {
        "lead": lead.pk,
        "company": str(lead),
        "score": lead.score,
        "reachable": lead.score_max,
        "tier": lead.tier,
    }
    answer(explained | {"detail": lead.score_detail}, as_json=arguments.json)
    return 0
