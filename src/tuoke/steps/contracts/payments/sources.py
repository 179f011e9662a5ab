"""回款额 as the metric of goals (S1.4): money received, less what was paid back, by the day on which it came in. It counts
for the owner and the department that the deal had when it was entered; where co-owners shared the deal on the day it was won,
each has his percentage in his own department, as with 签约额."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import DateField, DecimalField, F, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.models import Membership
from tuoke.steps.contracts.payments.models import Receipt, ReceiptQuerySet
from tuoke.steps.targeting.goals.hooks import Counted, Slice, Source
from tuoke.steps.targeting.goals.rules import Tally

RECEIVED_AMOUNT = "received_amount"
_HUNDREDFOLD = DecimalField(max_digits=20, decimal_places=2)
_MONTH = TruncMonth("received_on", output_field=DateField())


def tally(part: Slice) -> Iterable[Tally]:
    """Two queries: what the owners have, and what of it is their co-owners'."""
    rows = _cut(part).order_by().annotate(month=_MONTH).values_list("month", "department_id", "owner_id")
    found = [
        Tally(month, department, owner, value) for month, department, owner, value in rows.annotate(s=Sum("amount"))
    ]
    for month, department, owner, own, user, value in _shares(part):
        share = Decimal(value or 0) / 100
        if _is_in(part, department, owner):
            found.append(Tally(month, department, owner, -share))
        if _is_in(part, own, user):
            found.append(Tally(month, own, user, share))
    return found


def listed(who: Principal, part: Slice, skip: int, limit: int) -> Sequence[Counted]:
    """The receipts of which somebody of the slice has a part, newest first. Two queries."""
    rows = _cut(replace(part, department_ids=None, user_id=None))
    held, shared = Q(), Q(opportunity__memberships__share__isnull=False) & _on_the_day()
    if part.department_ids is not None:
        held &= Q(department_id__in=sorted(part.department_ids))
        shared &= Q(opportunity__memberships__department_id__in=sorted(part.department_ids))
    if part.user_id is not None:
        held &= Q(owner_id=part.user_id)
        shared &= Q(opportunity__memberships__user_id=part.user_id)
    if held:
        through = rows.filter(shared).order_by().values("pk")
        rows = rows.filter(held | Q(pk__in=through))
    seen = rows.filter(pk__in=Receipt.objects.visible_to(who).values("pk"))
    shown = list(
        seen.select_related("opportunity__customer", "owner").order_by("-received_on", "-pk")[skip : skip + limit]
    )
    members = _members(shown)
    return [_counted(row, members.get(row.opportunity_id, []), part) for row in shown]


def _cut(part: Slice) -> ReceiptQuerySet:
    rows = Receipt.objects.standing().filter(
        opportunity__is_practice=False, received_on__gte=part.first, received_on__lte=part.last
    )
    if part.campaign_id is not None:
        rows = rows.filter(opportunity__lead__campaign_id=part.campaign_id)
    if part.department_ids is not None:
        rows = rows.filter(department_id__in=sorted(part.department_ids))
    return rows if part.user_id is None else rows.filter(owner_id=part.user_id)


def _shares(part: Slice) -> Iterable[Any]:
    """Month, the owner's department and key, the co-owner's, and a hundred times what is his."""
    rows = _cut(replace(part, department_ids=None, user_id=None)).order_by()
    rows = rows.filter(_on_the_day(), opportunity__memberships__share__isnull=False)
    return rows.annotate(month=_MONTH).values_list(
        "month", "department_id", "owner_id", "opportunity__memberships__department_id",
        "opportunity__memberships__user_id",
    ).annotate(s=Sum(F("amount") * F("opportunity__memberships__share"), output_field=_HUNDREDFOLD))  # fmt: skip


def _on_the_day() -> Q:
    """Co-owners of the day on which the deal was won: that split is settled."""
    day, name = F("opportunity__outcome_on"), "opportunity__memberships"
    begun = Q(**{f"{name}__starts_on": None}) | Q(**{f"{name}__starts_on__lte": day})
    lasting = Q(**{f"{name}__ends_on": None}) | Q(**{f"{name}__ends_on__gte": day})
    return begun & lasting


def _members(rows: Sequence[Receipt]) -> dict[int, list[Membership]]:
    found: dict[int, list[Membership]] = {}
    shared = Membership.objects.filter(opportunity__in={row.opportunity_id for row in rows}, share__isnull=False)
    for member in shared.select_related("user").order_by("pk"):
        found.setdefault(member.opportunity_id, []).append(member)
    return found


def _counted(row: Receipt, members: Sequence[Membership], part: Slice) -> Counted:
    won_on = row.opportunity.outcome_on
    shares = [member for member in members if won_on is not None and member.is_current(won_on)]
    parts = [(member.department_id, member.user_id, member.share or 0) for member in shares]
    parts.append((row.department_id, row.owner_id, 100 - sum(share for _d, _u, share in parts)))
    per_cent = sum(share for department, user, share in parts if _is_in(part, department, user))
    deal = row.opportunity
    owner = " · ".join([row.owner.name, *(f"{member.user.name} {member.share}%" for member in shares)])
    title = f"{deal.name} · {deal.customer.name}"
    return Counted(title, row.get_absolute_url(), row.received_on, owner, Decimal(row.amount * per_cent / 100))


def _is_in(part: Slice, department: int | None, user: int | None) -> bool:
    if part.department_ids is not None and department not in part.department_ids:
        return False
    return part.user_id is None or user == part.user_id


RECEIVED = Source(RECEIVED_AMOUNT, _("回款额"), _("到账金额减去退款，按到账日期计。"), True, tally, listed)
