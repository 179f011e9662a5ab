"""Leads for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from tuoke.steps.leads.rules import LeadDraft

READY = LeadDraft(
    company="恒远精密科技有限公司",
    contact="陈晓东",
    position="总经理",
    phone="+8613800138000",
    industry="制造业",
    region="山东省济南市",
    staff_low=100,
    staff_high=500,
    revenue_low=Decimal(50_000_000),
    revenue_high=Decimal(200_000_000),
    budget_low=Decimal(300_000),
    budget_high=Decimal(300_000),
    purchase_on=date(2027, 1, 1),
    decision_maker=True,
    want="生产数据整合一期",
    source_detail="深圳展会",
)


def ready(**changes: Any) -> LeadDraft:
    """A lead that any profile of companies likes, with changes."""
    return replace(READY, **changes)
