"""Step 1 of the demo's story, the plan: profiles and their versions, goals down to persons, resources, the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Principal
from tuoke.services.exchange.rules import Span
from tuoke.spine.catalog.models import Campaign, Product
from tuoke.spine.catalog.rules import CampaignPlan, Market
from tuoke.steps.targeting import actions as targeting
from tuoke.steps.targeting.goals import actions as goals
from tuoke.steps.targeting.goals.queries import whole_tree
from tuoke.steps.targeting.goals.rules import COMPANY, Axis, Basis, Node, Period, Share, Slot, split
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.queries import Which
from tuoke.steps.targeting.resources import actions as resources
from tuoke.steps.targeting.resources.rules import Supply, Wish
from tuoke.steps.targeting.rules import Pain, ProfileContent, ProfileDraft, Urgency

QUARTERS = "一二三四"


def plan_quarter(script: Mapping[str, Any], *, profile: CustomerProfile, owner: User, today: date) -> Campaign:
    """The campaign of the quarter that ``today`` lies in, planned some days before it began."""
    quarter = Period.quarter_of(today)
    plan = CampaignPlan(
        name=f"{quarter.year} 第{QUARTERS[quarter.number - 1]}季度{script['name']}",
        company_goal=script["company_goal"],
        starts_on=quarter.first,
        ends_on=quarter.last,
        product_id=Product.objects.get(name=script["product"]).pk,
        owner_id=owner.pk,
    )
    planned = at_nine(quarter.first - timedelta(days=12))
    return targeting.plan_campaign(plan=plan, profile=profile, by=principal_of(owner), now=planned)


def at_nine(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=timezone.get_current_timezone())


def describe(script: Mapping[str, Any], *, owner: User, before: datetime) -> CustomerProfile:
    """Whom we look for: the process document's own profile stays the default; ours begins with what it says, and grows
    with what the product and closed deals teach. One profile of persons beside them."""
    by, today = principal_of(owner), timezone.localdate(before)
    default = targeting.plant_default(by=by, now=before - timedelta(days=90))
    kept = replace(targeting.draft_of(default), owner_id=owner.pk, review_by=today + timedelta(days=120))
    targeting.save_profile(profile=default, version=default.version, draft=kept, by=by, now=before - timedelta(days=90))
    said = script["profile"]
    content = replace(targeting.EXAMPLE, industries=(*targeting.EXAMPLE.industries, *said["guessed"]))
    draft = ProfileDraft(
        name=said["name"], product_id=Product.objects.get(name="数据整合平台").pk, owner_id=owner.pk,
        review_by=today + timedelta(days=100), content=content,
    )  # fmt: skip
    profile = targeting.create_profile(draft=draft, by=by, now=before - timedelta(days=80))
    text, urgency, reason = said["pain"]
    pains = (*content.pains, Pain(text, Urgency(urgency), reason))
    content = replace(content, regions=tuple(said["regions"]), sources=tuple(said["sources"]), pains=pains)
    profile = targeting.save_profile(
        profile=profile, version=profile.version, draft=replace(draft, content=content), note=said["notes"][0],
        by=by, now=before - timedelta(days=60),
    )  # fmt: skip
    targeting.create_profile(
        draft=_persons(script["persons"], owner, today), by=by, now=before - timedelta(days=50)
    )  # fmt: skip
    return profile


def learn(profile: CustomerProfile, *, value: str, by: Principal, now: datetime) -> CustomerProfile:
    """Take in what closed deals say of one industry; what else they suggest is left for whoever tries the demo."""
    return targeting.accept_suggestion(
        profile=profile, version=profile.version, field="industry", value=value, which=Which.IMPORTED, by=by, now=now
    )


def _persons(said: Mapping[str, Any], owner: User, today: date) -> ProfileDraft:
    content = ProfileContent(
        life_stages=tuple(said["life_stages"]),
        situations=tuple(said["situations"]),
        income=_yuan(said["income"]),
        deciders=tuple(said["deciders"]),
        pains=tuple(Pain(text, Urgency(urgency), reason) for text, urgency, reason in said["pains"]),
        budget=_yuan(said["budget"]),
        price=_yuan(said["price"]),
    )
    product = Product.objects.get(name="智能对账")
    review = today + timedelta(days=110)
    return ProfileDraft(said["name"], Market.TOC, product.pk, owner.pk, review, content=content)


def _yuan(ends: Sequence[int]) -> Span[Decimal]:
    low, high = ends
    return Span(Decimal(low), Decimal(high))


def set_goals(script: Sequence[Mapping[str, Any]], *, today: date, by: Principal, now: datetime) -> None:
    """A year, or a quarter, split over its parts and over departments and persons by heads, so that all adds up."""
    root, quarter = whole_tree(), Period.quarter_of(today)
    for said in script:
        year = Period.year_of(today)
        each = {year: Decimal(said["each"])}
        each |= _shares(each[year], year, said["quarters"])
        each |= _shares(each[quarter], quarter, said["months"])
        top = year if said["from"] == "year" else quarter
        slot = Slot(said["metric"], top, COMPANY)
        goals.set_goal(slot=slot, amount=each[top] * root.heads, version=0, by=by, now=now)
        for period in (year, quarter):
            if top.holds(period):
                _split_periods(slot, root, period, each, by=by, now=now)
        for period in (period for period in each if top.holds(period)):
            _split_people(slot, root, period, each[period], by=by, now=now)


def _shares(whole: Decimal, period: Period, weights: Sequence[int]) -> dict[Period, Decimal]:
    return dict(zip(period.parts, split(whole, [Decimal(weight) for weight in weights], unit=Decimal(1)), strict=True))


def _split_periods(
    slot: Slot, root: Node, period: Period, each: Mapping[Period, Decimal], *, by: Principal, now: datetime
) -> None:
    shares = [Share(replace(slot, period=part), each[part] * root.heads) for part in period.parts]
    whole = replace(slot, period=period)
    goals.split_goal(slot=whole, version=1, axis=Axis.PERIODS, basis=Basis.WEIGHTS, shares=shares, by=by, now=now)


def _split_people(slot: Slot, root: Node, period: Period, each: Decimal, *, by: Principal, now: datetime) -> None:
    for node in root.walk():
        below = [child for child in node.children if child.heads]
        if below:
            whole = replace(slot, period=period, holder=node.holder)
            shares = [Share(replace(whole, holder=child.holder), each * child.heads) for child in below]
            goals.split_goal(
                slot=whole, version=1, axis=Axis.PEOPLE, basis=Basis.HEADS, shares=shares, by=by, now=now
            )  # fmt: skip


def share_out(script: Mapping[str, Any], *, campaign: Campaign, people: Mapping[str, User], now: datetime) -> None:
    """What helps to sell this quarter, who has got how much of it, and who waits for an answer. ``now``: today."""
    director, early = principal_of(people["zhou.hong"]), at_nine(campaign.starts_on - timedelta(days=4))
    found = {}
    for said in script["resources"]:
        supply = Supply(
            said["name"], said["kind"], said["unit"], Decimal(said["quantity"]), campaign.starts_on, campaign.ends_on,
            people[said["owner"]].pk, is_consumed=said["kind"] != "trial", campaign_id=campaign.pk, note=said["note"],
        )  # fmt: skip
        found[supply.name] = resources.add_resource(supply=supply, by=director, now=early)
    for said in script["allocations"]:
        wish = _wish(said, people, campaign.starts_on, campaign.ends_on, for_person="person" in said)
        resources.allocate(resource=found[said["resource"]], wish=wish, by=director, now=early)
    for said in script["waiting"]:
        first, last = (min(now.date() + timedelta(days=days), campaign.ends_on) for days in said["days"])
        wish = _wish(said, people, first, last, for_person=True)
        asks = principal_of(people[said["to"]])
        resources.request(resource=found[said["resource"]], wish=wish, by=asks, now=now - timedelta(days=1))


def _wish(said: Mapping[str, Any], people: Mapping[str, User], first: date, last: date, *, for_person: bool) -> Wish:
    user = people[said["to"]]
    department = user.department_id
    assert department is not None
    return Wish(
        Decimal(said["quantity"]), first, last, department, user.pk if for_person else None,
        said["purpose"], said.get("tier", ""),
    )  # fmt: skip
