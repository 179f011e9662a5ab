"""《线索来源登记表》 (S2.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import STATUS_NAMES, TIER_NAMES, Lead
from tuoke.spine.customers.queries import name_of, reach_of
from tuoke.spine.customers.rules import LeadStatus, Tier, said_month, said_phone, said_span, said_yuan

REGISTER = (
    "登记日期", "公司名称", "联系人", "职位", "电话", "线索来源", "来源明细", "行业", "规模", "预算", "预计采购时间",
    "得分", "跟进级别", "负责人", "状态",
)  # fmt: skip
"""Columns of 《线索来源登记表》 (S2.1). Chinese whatever the language of the screen: it is a document of the process."""
Cell = str | date | Decimal | None


def register_table(
    who: Principal, *, leads: QuerySet[Lead] | None = None
) -> tuple[Sequence[str], Iterator[tuple[Cell, ...]]]:
    """《线索来源登记表》: of these leads, which ``who`` may see, else of all that he may; newest first.

    Rows come as they are read. What is masked on his screen is masked here.
    """
    found = Lead.objects.visible_to(who).real() if leads is None else leads
    rows = found.select_related("source", "owner").defer("search_text", "attributes", "note")
    return REGISTER, (_register_row(lead, who) for lead in rows.order_by("-id").iterator(chunk_size=1000))


def _register_row(lead: Lead, who: Principal) -> tuple[Cell, ...]:
    reach = reach_of(lead, who=who)
    staff = said_span(lead.staff_low, lead.staff_high, str)
    return (
        timezone.localdate(lead.created_at),
        lead.company or name_of(lead, who=who),
        reach.contact,
        lead.position,
        reach.phone if reach.is_masked or not reach.phone else said_phone(reach.phone),
        lead.source.name if lead.source else "",
        lead.source_detail,
        lead.industry,
        f"{staff}人" if staff else "",
        said_span(lead.budget_low, lead.budget_high, said_yuan),
        said_month(lead.purchase_on) if lead.purchase_on else "",
        lead.score,
        str(TIER_NAMES[Tier(lead.tier)]) if lead.tier else "",
        lead.owner.name if lead.owner else "公海",
        str(STATUS_NAMES[LeadStatus(lead.status)]),
    )
