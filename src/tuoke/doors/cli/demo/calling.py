"""Step 3 of the demo's story, calls: the first one with every customer, some that went less well, one that reached nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.services.calendar.queries import workdays
from tuoke.spine.customers.models import Contact, Lead
from tuoke.spine.customers.rules import DecisionRole, LeadStatus, Tier
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import NextAction
from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.spine.library.models import ItemVersion
from tuoke.steps.outreach.calls.actions import save_call
from tuoke.steps.outreach.calls.rules import CallDraft, Reached, TalkShare

HERE = Path(__file__).parent
CASE, ASK = "scripts/tob-case-first", "scripts/tob-ask-first"
COST, QUALITY = "scripts/manufacturing-cost", "scripts/manufacturing-quality"
WITH_CUSTOMERS = (CASE, CASE, COST, CASE, QUALITY, CASE, ASK, COST, CASE, QUALITY)
"""Which script opens one deal after the other; their next meetings were all won."""
WITH_LEADS = (
    *[(ASK, False)] * 12, *[(ASK, True)] * 2, *[(CASE, False)] * 3,
    *[(COST, False)] * 4, *[(COST, True)] * 2, *[(QUALITY, False)] * 5, *[(QUALITY, True)] * 2,
)  # fmt: skip
"""First calls with leads, and whether the next one was won: of two variants one is better, of two others nobody knows."""
SECONDS = (1020, 930, 1085, 870, 1140, 960, 1195, 900)
STALLED = ("说手头在忙季度结账，让发资料到邮箱。", "这事归集团统一规划，今年不动。", "听完介绍说再看看，没有约时间。")


def matters() -> dict[str, Any]:
    """What customers want, and what they say of it, by the names of what they want."""
    return dict(yaml.safe_load((HERE / "matters.yaml").read_text(encoding="utf-8")))


@dataclass(slots=True)
class Caller:
    """Calls one after the other, with the scripts of the library in turn."""

    matters: Mapping[str, Any]
    scripts: Mapping[str, Sequence[tuple[datetime, int]]]
    count: int = 0
    made: int = field(default=0)

    @classmethod
    def ready(cls) -> Caller:
        shipped = ItemVersion.objects.filter(item__kind="script").exclude(item__shipped_as="").order_by("-number")
        scripts: dict[str, list[tuple[datetime, int]]] = {}
        for key, at, pk in shipped.values_list("item__shipped_as", "at", "pk"):
            scripts.setdefault(key, []).append((at, pk))
        return cls(matters=matters(), scripts=scripts)

    def script(self, key: str, at: datetime) -> int | None:
        """The version that was in use that day; none before the library was there."""
        return next((pk for since, pk in self.scripts[key] if since <= at), None)

    def first_call(self, deal: Opportunity, at: datetime, *, by: Principal, **more: Any) -> None:
        """A first call as it should be: a quarter of an hour, all four kinds of facts, the next meeting agreed."""
        matter = self.matters.get(deal.name) or self.matters["业务系统数据整合"]
        person = Contact.objects.filter(customer=deal.customer, do_not_contact=False).order_by("role", "pk")
        decider = person.filter(role=DecisionRole.DECIDER).first() or person.first()
        waiting = NextAction.objects.waiting().filter(opportunity=deal).first()
        said = {
            "current_solution": matter["now"], "pains": matter["pain"], "problem": matter["needs"][0][0],
            "time_frame": matter["when"], "material": "两家同行的做法和数字，一页纸", "listen_note": matter["quote"],
            "talk_share": TalkShare.CUSTOMER, "summary": matter["said"],
        }  # fmt: skip
        script = WITH_CUSTOMERS[self.count % len(WITH_CUSTOMERS)]
        plan = self._next(at, "带同行案例再谈半小时", decider)
        draft = CallDraft(**{
            "token": f"demo-{deal.pk}-{self.made}", "started_at": at, "channel": "phone",
            "outcome": FollowUpOutcome.PROGRESS, "seconds": SECONDS[self.count % len(SECONDS)],
            "contact_id": decider.pk if decider else None, "script_id": self.script(script, at),
            "action_id": waiting.pk if waiting else None, "plan": plan, **said, **more,
        })  # fmt: skip
        save_call(subject=deal, draft=draft, by=by, now=at)
        self.count += 1
        self.made += 1

    def missed(self, deal: Opportunity, at: datetime, *, by: Principal) -> None:
        """Nobody answered; again tomorrow, in the other half of the day."""
        plan = Plan(
            "再打一次电话", workdays().add(timezone.localdate(at), 1), time(14, 30), channel="phone", minutes=20
        )
        draft = CallDraft(
            token=f"demo-missed-{deal.pk}", started_at=at, channel="phone", outcome=FollowUpOutcome.STALLED,
            summary="响了六声没有人接。", reached=Reached.NO_ANSWER, plan=plan,
        )  # fmt: skip
        save_call(subject=deal, draft=draft, by=by, now=at)
        self.made += 1

    def ring_round(self, who: Principal, *, part: int, parts: int, now: datetime) -> None:
        """First calls with leads that aren't the best: this rep's share of them."""
        mine = Lead.objects.filter(owner_id=who.user_id, status=LeadStatus.OPEN).exclude(tier=Tier.FOCUS)
        calls = WITH_LEADS[part::parts]
        for number, (lead, (script, won)) in enumerate(zip(mine.order_by("-score", "pk"), calls, strict=False)):
            at = _day_before(now, 2 + number * 3, hour=9 + (part + number) % 8)
            matter = self.matters.get(lead.want) or self.matters["报表平台建设"]
            draft = CallDraft(
                token=f"demo-lead-{lead.pk}",
                started_at=at,
                channel="phone",
                script_id=self.script(script, at),
                **(self._gone_well(matter, at) if won else self._gone_so_so(matter, at, part + number)),
            )
            save_call(subject=lead, draft=draft, by=who, now=at)
            self.made += 1

    def _gone_well(self, matter: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        return {
            "outcome": FollowUpOutcome.PROGRESS, "plan": self._next(at, "带案例再谈", None), "summary": matter["said"],
            "seconds": SECONDS[self.made % len(SECONDS)], "current_solution": matter["now"], "pains": matter["pain"],
            "time_frame": matter["when"], "talk_share": TalkShare.CUSTOMER,
        }  # fmt: skip

    def _gone_so_so(self, matter: Mapping[str, Any], at: datetime, place: int) -> dict[str, Any]:
        """No next meeting; mostly at least something was learnt and a date set to ask again."""
        later = Plan("换个时间再联系", workdays().add(timezone.localdate(at), 25))
        return {
            "outcome": FollowUpOutcome.STALLED, "plan": later if place % 4 else None,
            "summary": STALLED[place % len(STALLED)], "seconds": 220 + 95 * (place * 3 % 8),
            "current_solution": matter["now"] if place % 3 else "", "time_frame": "明年再看" if place % 2 else "",
            "talk_share": TalkShare.EVEN if place % 3 else TalkShare.OURS,
        }  # fmt: skip

    def _next(self, at: datetime, title: str, contact: Contact | None) -> Plan:
        on = workdays().add(timezone.localdate(at), 4)
        hour = time(10 + self.made % 6, 30 * (self.made % 2))
        channel = "visit" if self.made % 3 else "online_meeting"
        return Plan(title, on, hour, channel=channel, minutes=60, contact_id=contact.pk if contact else None)


def _day_before(now: datetime, days: int, *, hour: int) -> datetime:
    day = workdays().add(timezone.localdate(now), -days)
    return datetime.combine(day, time(hour, 20), tzinfo=timezone.get_current_timezone()) + timedelta(minutes=days)
