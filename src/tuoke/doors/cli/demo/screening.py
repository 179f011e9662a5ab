"""Step 2 of the demo's story: what sources say of leads, what is due and what goes back, who recommended whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.doors.cli.demo.alike import fill_the_queue, merge_two
from tuoke.doors.cli.demo.pool import keep_views, set_rules, use_the_pool
from tuoke.services.calendar.queries import workdays
from tuoke.spine.catalog.models import LeadSource
from tuoke.spine.customers import actions as customers
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.queries.verification import present_values
from tuoke.spine.customers.rules import LeadStatus, Tier
from tuoke.spine.customers.rules.verification import FactKey, FactValue, SourceKind, Statement
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups.rules import FollowUpOutcome
from tuoke.steps.leads import actions as leads
from tuoke.steps.leads.rules import LeadDraft

HERE = Path(__file__).parent
SOURCES = {
    FactKey.STAFF: ((SourceKind.WEBSITE, "官网“关于我们”"), (SourceKind.ANNUAL_REPORT, "年报员工情况一节")),
    FactKey.BUDGET: ((SourceKind.CUSTOMER, "首次通话中客户说的"), (SourceKind.THIRD_PARTY, "招标平台采购意向公告")),
    FactKey.WANT: ((SourceKind.CUSTOMER, "首次通话记录"), (SourceKind.WEBSITE, "官网新闻里的数字化规划")),
    FactKey.CONTACT: ((SourceKind.WEBSITE, "官网管理团队"), (SourceKind.VISIT, "上门拜访交换名片")),
}


def screen(*, people: Mapping[str, Principal], reps: Sequence[str], by: Principal, now: datetime) -> None:
    """Everything that happens to leads before they become deals; ``by`` is who writes down what came in by itself."""
    script: dict[str, Any] = yaml.safe_load((HERE / "screening.yaml").read_text(encoding="utf-8"))
    set_rules(script, by=people["zhou.hong"], now=now - timedelta(days=20))
    _refer(script["referred"], people, by=by, now=now)
    for rep in reps:
        hot = _hot(people[rep])
        _keep_in_touch(hot, script["touches"], by=people[rep], now=now)
        _check(hot, by=people[rep], now=now)
    _disagree(_hot(people["wang.fang"])[-1], by=people["wang.fang"], now=now)
    use_the_pool(script["returns"], people, now=now)
    merge_two(script["merged"], people, by=by, now=now)
    fill_the_queue(script["alike"], people, by=by, now=now)
    keep_views(script["views"], people, now=now)
    leads.rescore(by=by, now=now)
    leads.apply_pool_rules(now=now)
    leads.recycle(by=by, now=now)


def verify(lead: Lead, *, by: Principal, at: datetime) -> Lead:
    """Two independent kinds of source for everything that the record says."""
    for key, value in present_values(lead).items():
        for source, reference in SOURCES.get(key, ()) if value.is_known else ():
            _state(lead, key, replace(value, text=value.text[:200]), source, reference, by=by, at=at)
    return Lead.objects.get(pk=lead.pk)


def _hot(who: Principal) -> list[Lead]:
    """His open leads that deserve most, the best first."""
    mine = Lead.objects.filter(owner_id=who.user_id, status=LeadStatus.OPEN, tier=Tier.FOCUS)
    return list(mine.order_by("-score", "pk"))


def _keep_in_touch(hot: Sequence[Lead], touches: Sequence[Any], *, by: Principal, now: datetime) -> None:
    """One is due today, two were talked to since; nobody has spoken to the others, and their time runs out."""
    calendar, today = workdays(), timezone.localdate(now)
    for lead, (days, channels, summary) in zip(hot, touches, strict=False):
        at = datetime.combine(calendar.add(today, -days), time(10, 20), tzinfo=timezone.get_current_timezone())
        followups.record_followup(
            subject=lead, at=at, channels=channels, outcome=FollowUpOutcome.PROGRESS, summary=summary, by=by, now=at
        )


def _check(hot: Sequence[Lead], *, by: Principal, now: datetime) -> None:
    """The best is verified throughout, of the next only one source was asked so far."""
    at = now - timedelta(days=2)
    if hot:
        verify(hot[0], by=by, at=at)
    for lead in hot[1:2]:
        value = present_values(lead)[FactKey.BUDGET]
        if value.is_known:
            _state(lead, FactKey.BUDGET, value, SourceKind.CUSTOMER, "首次通话中客户说的", by=by, at=at)


def _disagree(lead: Lead, *, by: Principal, now: datetime) -> None:
    """说法不一: the record has it from a form, the registry and an annual report say otherwise."""
    said = FactValue(low=Decimal(900), high=Decimal(1200))
    at = now - timedelta(days=1)
    _state(lead, FactKey.STAFF, said, SourceKind.REGISTRY, "工商年报：参保人数 1034 人", by=by, at=at)
    _state(lead, FactKey.STAFF, said, SourceKind.ANNUAL_REPORT, "年度报告第 9 页：员工约 1100 人", by=by, at=at)


def _state(
    lead: Lead, key: FactKey, value: FactValue, source: SourceKind, reference: str, *, by: Principal, at: datetime
) -> None:
    statement = Statement(key, value, source, timezone.localdate(at), reference)
    customers.state_fact(party=lead, statement=statement, by=by, now=at)


def _refer(
    script: Sequence[Mapping[str, Any]], people: Mapping[str, Principal], *, by: Principal, now: datetime
) -> None:
    """客户转介绍: customers whom we served well name others."""
    pleased = list(Customer.objects.filter(opportunities__outcome=Outcome.WON).distinct().order_by("pk"))
    source = LeadSource.objects.get(name="客户转介绍")
    drafts = []
    for number, said in enumerate(script):
        facts = {name: value for name, value in said.items() if name != "to"}
        referrer = pleased[number % len(pleased)].pk
        drafts.append(
            LeadDraft(**facts, owner_id=people[said["to"]].user_id, source_id=source.pk, referrer_id=referrer)
        )
    leads.create_many(drafts=drafts, by=by, now=now - timedelta(days=3))
