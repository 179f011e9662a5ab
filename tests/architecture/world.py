"""One record of every kind, owned by ``rep``: what the access test puts into the addresses."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.architecture import bids, signed, talks
from tuoke.base.accounts.models import SavedView
from tuoke.spine.catalog.models import Campaign, Competitor, LeadSource, Product, SourceCost
from tuoke.spine.catalog.rules import Segment
from tuoke.spine.customers.models import Contact, Customer, Fact, Lead, Merge
from tuoke.spine.deals.actions import join, open_deal
from tuoke.spine.followups.models import NextAction
from tuoke.steps.discovery.models import Need
from tuoke.steps.leads.imports.models import LeadImport
from tuoke.steps.leads.models import AssignmentRule, BulkRun, ExportFile
from tuoke.steps.targeting.actions import plant_default
from tuoke.steps.targeting.goals.models import Goal
from tuoke.steps.targeting.markets.models import MarketAnalysis, Statement
from tuoke.steps.targeting.resources.models import Allocation, Resource


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
            **_of_step_one(company, now, campaign),
            **_of_step_two(company, now, lead, customer),
            **talks.of_services(company, now),
            **talks.of_step_three(company, now, lead=lead, customer=customer, deal=deal),
            **talks.of_step_four(company, now, deal=deal, contact=contact, need=need),
            **bids.a_bid(company, now, contact=contact),
            **signed.what_was_signed(company, now, contact=contact),
            **signed.the_next_process(company, now),
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
            "leads:assign_import.public_id": done.public_id,
            "imports.outcome": "rejected",
            "playbook.step": "outreach",
        },
        queries={
            **{f"{space}:timeline": "?before=999999" for space in ("leads", "customers", "deals")},
            **{f"followups:{name}": f"?deal={deal.pk}" for name in ("new", "plan")},
            **{f"mails:{name}": f"?deal={deal.pk}" for name in ("write", "preview")},
            "deals:new": f"?customer={customer.pk}",
            **bids.ASKED,
        },
    )


def _of_step_one(company: Any, now: Any, campaign: Campaign) -> dict[str, Any]:
    product = Product.objects.create(name="数据平台")
    rival = Competitor.objects.create(name="甲软件")
    source = LeadSource.objects.create(name="行业沙龙")
    period = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 12, 31)}
    cost = SourceCost.objects.create(source=source, amount=Decimal(8000), **period)
    analysis = MarketAnalysis.objects.create(campaign=campaign, owner=company.director, created_at=now)
    statement = Statement.objects.create(
        analysis=analysis, kind="unmet", text="上线要快", source_kind="interview", reference="访谈 11 家",
        sourced_on=date(2026, 9, 1), created_at=now,
    )  # fmt: skip
    holder = f"d{company.rep.department_id}u{company.rep.pk}"
    Goal.objects.create(
        metric="signed_amount", period="2026", year=2026, holder=holder, department=company.rep.department,
        user=company.rep, amount=Decimal(1_000_000),
    )  # fmt: skip
    resource = Resource.objects.create(
        name="专家时间", kind="expert", unit="人天", quantity=Decimal(20), owner=company.rep,
        department=company.rep.department, **period,
    )  # fmt: skip
    asked = Allocation.objects.create(
        resource=resource, department=company.rep.department, user=company.rep, requester=company.rep,
        quantity=Decimal(2), purpose="方案评审", created_at=now, **period,
    )  # fmt: skip
    return {
        **{f"catalog:product{verb}.pk": product.pk for verb in ("", "_edit", "_close", "_reopen")},
        **{f"catalog:competitor{verb}.pk": rival.pk for verb in ("", "_edit", "_void", "_restore")},
        **{f"catalog:source{verb}.pk": source.pk for verb in ("", "_edit", "_close", "_reopen")},
        "catalog:cost_new.pk": source.pk,
        **{f"catalog:cost_{verb}.pk": cost.pk for verb in ("edit", "void", "restore")},
        "markets.campaign": campaign.pk,
        "markets.pk": statement.pk,
        "markets:add.kind": "size",
        "markets:export.kind": "docx",
        "goals.metric": "signed_amount",
        "goals.period": "2026",
        "goals.holder": holder,
        "goals.axis": "periods",
        "resources.pk": resource.pk,
        **{f"resources:{verb}.pk": asked.pk for verb in ("approve", "reject", "withdraw", "give_back")},
        "resources.campaign": campaign.pk,
        "targeting.number": 1,
    }


def _of_step_two(company: Any, now: Any, lead: Lead, customer: Customer) -> dict[str, Any]:
    rep = company.rep
    owned = {"owner": rep, "department": rep.department, "created_at": now}
    twin = Lead.objects.create(company="华瑞精密", party_key="华瑞精密", **owned)
    gone = Lead.objects.create(company="华瑞", party_key="华瑞", status="merged", merged_into=lead, **owned)
    merged = Merge.objects.create(lead=lead, gone_lead=gone, at=now, by=rep)
    linked = Lead.objects.create(company="恒远", party_key="恒远", customer=customer, **owned)
    fact = Fact.objects.create(
        lead=lead,
        key="staff",
        low=100,
        high=500,
        source="website",
        reference="官网",
        observed_on=now.date(),
        by=rep,
        at=now,
    )
    bulk = BulkRun.objects.create(by=rep, verb="return", created_at=now)
    file = ExportFile.objects.create(by=rep, kind="xlsx", created_at=now)
    view = SavedView.objects.create(place="leads", owner=rep, name="我的", created_at=now)
    rule = AssignmentRule.objects.create(name="轮流", kind="turn")
    pooled = Customer.objects.create(name="公海公司", name_key="公海公司", created_at=now)
    return {
        "customers:compare.one_kind": "lead",
        "customers:compare.one": lead.pk,
        "customers:compare.other_kind": "lead",
        "customers:compare.other": twin.pk,
        "customers:merge.pk": merged.pk,
        "customers:similar.kind": "customer",
        "customers:unlink.pk": linked.pk,
        **{f"customers:{name}.pk": lead.pk for name in ("facts_lead", "fact_state_lead")},
        **{f"customers:fact_{verb}.pk": fact.pk for verb in ("withdraw", "restore", "adopt")},
        "leads:bulk_run.public_id": bulk.public_id,
        "leads:bulk_undo.public_id": bulk.public_id,
        **{f"leads:export_{name}.public_id": file.public_id for name in ("file", "download", "again")},
        **{f"leads:view_{verb}.pk": view.pk for verb in ("edit", "delete", "restore")},
        **{f"leads:assignment_{verb}.pk": rule.pk for verb in ("edit", "move", "remove")},
        **{f"leads:{name}.pk": pooled.pk for name in ("claim_customer", "assign_customer")},
        **{
            f"leads:{name}.pk": customer.pk
            for name in ("return_customer", "referred", "customer_score", "customer_tier", "customer_tier_by_rule")
        },
    }
