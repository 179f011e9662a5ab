"""What a lead can be listed and exported with: each column by its key, with the plain value of a lead in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import STATUS_NAMES, TIER_NAMES, Lead
from tuoke.spine.customers.queries import name_of, reach_of
from tuoke.spine.customers.rules import (
    LeadStatus,
    Reach,
    Tier,
    said_month,
    said_phone,
    said_span,
    said_yuan,
)

Value = str | date | Decimal | int | None


@dataclass(frozen=True, slots=True)
class Column:
    """``sort`` is its name in the list's address; ``first`` what the first press on it asks for."""

    label: StrOrPromise
    value: Callable[[Lead, Reach], Value]
    sort: str = ""
    first: str = ""


def _date(at: object) -> date | None:
    return timezone.localdate(at) if at else None  # type: ignore[arg-type]  # a datetime


COLUMNS: Mapping[str, Column] = {
    "score": Column(_("得分"), lambda lead, _: lead.score, "score", "-score"),
    "tier": Column(_("级别"), lambda lead, _: str(TIER_NAMES[Tier(lead.tier)]) if lead.tier else ""),
    "budget": Column(_("预算"), lambda lead, _: said_span(lead.budget_low, lead.budget_high, said_yuan)),
    "purchase": Column(
        _("预计采购"),
        lambda lead, _: said_month(lead.purchase_on) if lead.purchase_on else "",
        "purchase_on",
        "purchase_on",
    ),
    "contact": Column(_("联系人"), lambda _, reach: reach.contact),
    "phone": Column(
        _("电话"),
        lambda _, reach: reach.phone if reach.is_masked or not reach.phone else said_phone(reach.phone),
    ),
    "source": Column(_("来源"), lambda lead, _: lead.source.name if lead.source else lead.source_detail),
    "owner": Column(_("负责人"), lambda lead, _: lead.owner.name if lead.owner else "公海"),
    "touched": Column(_("最近跟进"), lambda lead, _: _date(lead.last_touch_at), "touched", "-touched"),
    "due": Column(_("该联系"), lambda lead, _: lead.due_on, "due_on", "due_on"),
    "recycle": Column(_("收回日期"), lambda lead, _: lead.recycle_on, "recycle_on", "recycle_on"),
    "created": Column(_("登记"), lambda lead, _: _date(lead.created_at), "id", "id"),
    "position": Column(_("职位"), lambda lead, _: lead.position),
    "industry": Column(_("行业"), lambda lead, _: lead.industry),
    "region": Column(_("地区"), lambda lead, _: lead.region),
    "staff": Column(_("员工人数"), lambda lead, _: said_span(lead.staff_low, lead.staff_high, str)),
    "campaign": Column(_("拓展计划"), lambda lead, _: lead.campaign.name if lead.campaign else ""),
    "reachable": Column(_("最高可达"), lambda lead, _: lead.score_max),
    "status": Column(_("状态"), lambda lead, _: str(STATUS_NAMES[LeadStatus(lead.status)])),
}
"""Beside the company and what it wants, which stand first in every list."""
USUAL = ("score", "tier", "budget", "purchase", "contact", "source", "owner", "due", "touched")


def sound_columns(keys: Sequence[str]) -> tuple[str, ...]:
    """The known ones among the keys, each once; the usual ones where none is left."""
    return tuple(dict.fromkeys(key for key in keys if key in COLUMNS)) or USUAL


def columns_table(
    who: Principal, *, leads: QuerySet[Lead], columns: Sequence[str]
) -> tuple[tuple[str, ...], Iterator[tuple[Value, ...]]]:
    """The leads with these columns, newest first, as ``who`` sees them. Rows come as they are read."""
    found = sound_columns(columns)
    rows = leads.select_related("source", "owner", "campaign").defer("search_text", "attributes", "note")
    headers = (str(_("公司名称")), str(_("需求")), *(str(COLUMNS[key].label) for key in found))
    return headers, (_row(lead, who, found) for lead in rows.order_by("-id").iterator(chunk_size=1000))


def _row(lead: Lead, who: Principal, columns: Sequence[str]) -> tuple[Value, ...]:
    reach = reach_of(lead, who=who)
    want = reach.told(lead.want)
    return (name_of(lead, who=who), want, *(COLUMNS[key].value(lead, reach) for key in columns))
