"""One record of every kind, owned by ``rep``: what the access test puts into the addresses."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tuoke.spine.catalog.models import Campaign
from tuoke.spine.catalog.rules import Segment
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.deals.actions import join, open_deal
from tuoke.spine.followups.models import NextAction
from tuoke.steps.discovery.models import Need
from tuoke.steps.leads.imports.models import LeadImport
from tuoke.steps.targeting.actions import plant_default


@dataclass
class World:
    """``arguments(name, route)`` are the address's parameters; ``missing`` the same of a record that isn't there."""

    records: dict[str, Any] = field(default_factory=dict)
    queries: dict[str, str] = field(default_factory=dict)

    def arguments(self, name: str, route: Any) -> dict[str, Any]:
        return {parameter: self._value(name, parameter) for parameter in parameters(route)}

    def missing(self, name: str, route: Any) -> dict[str, Any]:
        return {p: _absent(v) for p, v in self.arguments(name, route).items()}

    def _value(self, name: str, parameter: str) -> Any:
        if f"{name}.{parameter}" in self.records:
            return self.records[f"{name}.{parameter}"]
        space = name.split(":")[0] if ":" in name else ""
        key = f"{space}.{parameter}"
        return self.records[key] if key in self.records else self.records[parameter]


def parameters(route: Any) -> list[str]:
    return list(route.pattern.converters)


def _absent(value: Any) -> Any:
    if isinstance(value, int):
        return 999_999
    return uuid.UUID(int=1) if isinstance(value, uuid.UUID) else value


def make_world(company: Any, now: Any) -> World:
    rep, by = company.rep, company.by("rep")
    owned = {"owner": rep, "department": rep.department, "created_at": now}
    customer = Customer.objects.create(name="恒远科技有限公司", name_key="恒远科技", **owned)
    contact = Contact.objects.create(customer=customer, name="王经理", phone="+8613800138000")
    lead = Lead.objects.create(company="华瑞精密有限公司", party_key="华瑞精密", **owned)
    deal = open_deal(
        customer=customer, lead=None, name="数据整合", owner=rep, amount=Decimal(500000), expected_close_on=date(2026, 12, 20),
        product=None, segment=Segment(), is_complex=False, by=by, now=now,
    )  # fmt: skip
    action = NextAction.objects.create(
        opportunity=deal, title="发送方案", owner=rep, due_on=now.date() + timedelta(days=1), created_at=now
    )
    need = Need.objects.create(
        customer=customer, opportunity=deal, kind="rigid", description="打通数据", priority="high", created_at=now
    )
    profile = plant_default(by=company.by("process_owner"), now=now)
    campaign = Campaign.objects.create(
        name="第四季度", starts_on=date(2026, 10, 1), ends_on=date(2026, 12, 31), owner=company.director
    )
    done = LeadImport.objects.create(by=rep, name="线索.xlsx", digest="0" * 64, created_at=now, touched_at=now)
    join(deal=deal, user=company.collaborator, duty="方案可行性", by=by, now=now)
    return World(
        {
            "leads.pk": lead.pk,
            "customers.pk": customer.pk,
            "customers.contact": contact.pk,
            "deals.pk": deal.pk,
            "deals.user_pk": company.collaborator.pk,
            "discovery.pk": need.pk,
            **{f"discovery:{name}.pk": deal.pk for name in ("needs", "panel", "add", "adopt", "export")},
            "followups.pk": action.pk,
            "followups:panel_deal.pk": deal.pk,
            "followups:panel_lead.pk": lead.pk,
            "followups:panel_customer.pk": customer.pk,
            "targeting.pk": profile.pk,
            "targeting.campaign": campaign.pk,
            "imports.public_id": done.public_id,
            "imports.outcome": "rejected",
            "playbook.step": "outreach",
        },
        queries={
            **{f"{space}:timeline": "?before=999999" for space in ("leads", "customers", "deals")},
            **{f"followups:{name}": f"?deal={deal.pk}" for name in ("new", "plan")},
            "deals:new": f"?customer={customer.pk}",
        },
    )
