"""Step 3 of the demo's story, around the calls: what was looked up, whom nobody reached, how customers like to be reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.doors.cli.demo import research
from tuoke.doors.cli.demo.calling import Caller
from tuoke.doors.cli.demo.walk import office_hours
from tuoke.spine.customers.models import Contact, Lead
from tuoke.spine.customers.rules import LeadStatus, Tier
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups.rules import FollowUpOutcome, Plan


def begin(*, people: Mapping[str, Principal], reps: Sequence[str], caller: Caller, now: datetime) -> None:
    """Everybody rings round his leads; of the deals that have only begun some were called, some are prepared for it."""
    for part, rep in enumerate(reps):
        caller.ring_round(people[rep], part=part, parts=len(reps), now=now)
        hot = Lead.objects.filter(owner_id=people[rep].user_id, status=LeadStatus.OPEN, tier=Tier.FOCUS)
        for place, lead in enumerate(hot.order_by("-score", "pk")[:2]):
            research.look_up(lead, place=part + place, people=(), by=people[rep], now=now - timedelta(days=1))
    principals = {by.user_id: by for by in people.values()}
    for place, deal in enumerate(_begun()):
        _first_contact(deal, place, caller=caller, by=principals[deal.owner_id], now=now)
    _hand_over(people, now=now)


def _begun() -> Sequence[Opportunity]:
    found = Opportunity.objects.running().filter(step="outreach").select_related("customer", "playbook_version", "lead")
    return list(found.order_by("pk"))


def _first_contact(deal: Opportunity, place: int, *, caller: Caller, by: Principal, now: datetime) -> None:
    """Prepared all of them; called most: one talked too long, one spoke of the price, one reached nobody."""
    people = list(Contact.objects.filter(customer=deal.customer).order_by("pk"))
    research.keep_channels(people, by=by, now=deal.created_at + timedelta(hours=1))
    people = list(Contact.objects.filter(customer=deal.customer).order_by("pk"))
    research.look_up(deal.customer, place=place, people=people, by=by, now=now - timedelta(days=1))
    at = min(office_hours(deal.created_at + timedelta(days=2)), now - timedelta(hours=2))
    if place == 1:
        caller.first_call(deal, at, by=by, seconds=1510, talk_share="ours")
    elif place == 2:
        caller.first_call(deal, at, by=by, price_pitched=True)
    elif place == 3:
        caller.missed(deal, min(office_hours(now - timedelta(days=1)), now), by=by)
    elif place % 2:
        caller.first_call(deal, at, by=by)
    elif place == 6:
        _by_wechat(deal, people[-1], by=by, at=at)


def _by_wechat(deal: Opportunity, person: Contact, *, by: Principal, at: datetime) -> None:
    followups.record_followup(
        subject=deal, at=at, channels=["wechat"], outcome=FollowUpOutcome.PROGRESS,
        summary="发了两份同行业案例和一页流程图，对方回复“周三下午给你电话”。", contact=person,
        plan=Plan("等电话，没来就在四点后打过去", timezone.localdate(at) + timedelta(days=4)), answers=None, by=by, now=at,
    )  # fmt: skip


def _hand_over(people: Mapping[str, Principal], *, now: datetime) -> None:
    """The lead hands a deal over and asks for a list; whoever gets it finds a notice."""
    lead, rep = people["li.na"], people["wang.fang"]
    deal = Opportunity.objects.running().filter(step="outreach", owner_id=people["li.qiang"].user_id).first()
    if deal is not None:
        deals.transfer(deal=deal, owner=User.objects.get(username="wang.fang"), by=lead, now=now - timedelta(hours=5))
    asked = Opportunity.objects.running().filter(step="discovery", owner_id=rep.user_id).order_by("pk").first()
    if asked is not None:
        plan = Plan("周会前把决策链图补全", timezone.localdate(now) + timedelta(days=2), owner_id=rep.user_id)
        followups.plan_action(subject=asked, plan=plan, by=lead, now=now - timedelta(hours=3))
