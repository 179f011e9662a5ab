"""《线索来源登记表》 (S2.1): the register of leads, as a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Literal

from django.db.models import QuerySet
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.services.exchange.writing import Outgoing, write_table
from tuoke.spine.customers.fields import said_span
from tuoke.spine.customers.models import STATUS_NAMES, TIER_NAMES, Lead
from tuoke.spine.customers.queries import name_of, reach_of
from tuoke.spine.customers.rules import LeadStatus, Tier, said_phone, said_yuan
from tuoke.spine.customers.words import said_month

COLUMNS = (
    "登记日期", "公司名称", "联系人", "职位", "电话", "线索来源", "来源明细", "行业", "规模", "预算", "预计采购时间",
    "得分", "跟进级别", "负责人", "状态",
)  # fmt: skip
WIDTHS = (12, 32, 10, 12, 16, 14, 20, 16, 14, 14, 14, 8, 12, 10, 10)


def write_register(
    target: str | Path | IO[bytes], *, leads: QuerySet[Lead], who: Principal, kind: Literal["xlsx", "csv"] | None = None
) -> int:
    """Write the leads, which ``who`` may see, in their order; what is masked on his screen is masked here. Returns how many.

    The words are Chinese whatever the language of the screen: it is a document of the process.
    """
    rows = leads.select_related("source", "owner").defer("search_text", "attributes", "score_detail", "note")
    return write_table(target, headers=COLUMNS, rows=_rows(rows, who), kind=kind, sheet="线索来源登记表", widths=WIDTHS)


def _rows(leads: QuerySet[Lead], who: Principal) -> Iterator[tuple[Outgoing, ...]]:
    for lead in leads.iterator(chunk_size=1000):
        yield _row(lead, who)


def _row(lead: Lead, who: Principal) -> tuple[Outgoing, ...]:
    reach = reach_of(lead, who=who)
    staff = said_span((lead.staff_low, lead.staff_high), str)
    return (
        timezone.localdate(lead.created_at),
        lead.company or name_of(lead, who=who),
        reach.contact,
        lead.position,
        reach.phone if reach.is_masked else said_phone(reach.phone) if reach.phone else "",
        lead.source.name if lead.source else "",
        lead.source_detail,
        lead.industry,
        f"{staff}人" if staff else "",
        said_span((lead.budget_low, lead.budget_high), said_yuan),
        said_month(lead.purchase_on) if lead.purchase_on else "",
        lead.score,
        str(TIER_NAMES[Tier(lead.tier)]) if lead.tier else "",
        lead.owner.name if lead.owner else "公海",
        str(STATUS_NAMES[LeadStatus(lead.status)]),
    )
