"""Step 1 of the demo's story, in its order: the market, the past, whom we look for, how much, with what; then the start."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import principal_of
from tuoke.doors.cli.demo.market import analyse, fill_the_catalogue
from tuoke.doors.cli.demo.past import import_past
from tuoke.doors.cli.demo.planning import at_nine, describe, learn, plan_quarter, set_goals, share_out
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting import actions as targeting
from tuoke.steps.targeting.goals.rules import Period

HERE = Path(__file__).parent


def prepare(script: Mapping[str, Any], *, people: Mapping[str, User], now: datetime) -> Campaign:
    """This quarter's campaign, prepared by the director and started through its gate."""
    market, plans, past = (_script(name) for name in ("market", "planning", "history"))
    today, owner = timezone.localdate(now), people["zhou.hong"]
    by = principal_of(owner)
    begins = at_nine(Period.quarter_of(today).first)
    fill_the_catalogue(market, by=by, now=now)
    import_past(past, by=by, now=begins - timedelta(days=70))
    profile = describe(plans, owner=owner, before=begins)
    profile = learn(profile, value="制造业", by=by, now=begins - timedelta(days=20))
    campaign = plan_quarter(script, profile=profile, owner=owner, today=today)
    review = today + timedelta(days=25)
    analyse(market["analysis"], campaign=campaign, review_by=review, by=by, now=begins - timedelta(days=8))
    set_goals(plans["goals"], today=today, by=by, now=begins - timedelta(days=6))
    share_out(plans, campaign=campaign, people=people, now=now)
    return targeting.start(campaign=campaign, by=by, now=begins - timedelta(days=1))


def _script(name: str) -> Any:
    return yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
