"""Where progress comes from: leads, first visits and deals. Counted from records, never typed in (S1.4).

A record counts for its owner and the department that it carries, a won deal by its outcome's date and the department
on that date (P2a). Where owners share a deal (跨区域), each has his percentage of that date in his own department: persons
and teams add up to the company's figure, and nothing counts twice. Practice, merged doubles and void deals are no progress. Months are those of the company's time zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    DateTimeField,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber, TruncMonth
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.queries import name_of
from tuoke.spine.customers.rules import Channel, LeadStatus
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.followups.models import FollowUp
from tuoke.spine.followups.queries import party_name
from tuoke.steps.targeting.goals.hooks import Counted, Slice, Source
from tuoke.steps.targeting.goals.rules import Metric, Tally


def _leads() -> QuerySet[Any]:
    return Lead.objects.real().exclude(status=LeadStatus.MERGED)


def _deals() -> QuerySet[Any]:
    return Opportunity.objects.real().exclude(outcome=Outcome.VOID)


def _won() -> QuerySet[Any]:
    return Opportunity.objects.real().filter(outcome=Outcome.WON)


def _first_visits() -> QuerySet[Any]:
    """Of each party the first follow-up by visit ever, for whoever made it, in the department of the case. A lead that
    became a customer and that customer are one party."""
    party = Coalesce("customer_id", "opportunity__customer_id", "lead__customer_id")
    ranked = (
        FollowUp.objects.real()
        .filter(channels__icontains=f'"{Channel.VISIT}"')
        .annotate(
            party=party,
            lone_lead=Case(When(party=None, then=F("lead_id")), default=Value(0), output_field=BigIntegerField()),
            turn=Window(
                RowNumber(),
                partition_by=[F("party"), F("lone_lead")],
                order_by=[F("at").asc(), F("pk").asc()],
            ),
        )
    )
    firsts = ranked.filter(turn=1).values("pk")  # by key: what narrows the answer must not narrow what came before
    return FollowUp.objects.filter(pk__in=firsts).annotate(
        visitor_id=Coalesce("by_id", "opportunity__owner_id", "customer__owner_id", "lead__owner_id"),
        place_id=Coalesce(
            "opportunity__department_id", "customer__department_id", "lead__department_id", "by__department_id"
        ),
        of_campaign=Coalesce("opportunity__lead__campaign_id", "lead__campaign_id"),
    )


@dataclass(frozen=True, slots=True)
class Records:
    """How records of one table are counted; the names are those of its columns and annotations."""

    rows: Any
    on: str
    is_moment: bool = False
    owner: str = "owner_id"
    department: str = "department_id"
    campaign: str = "lead__campaign_id"
    amount: str = ""

    def tally(self, part: Slice) -> Iterable[Tally]:
        output = DateTimeField() if self.is_moment else DateField()
        value = Sum(self.amount) if self.amount else Count("pk")
        grouped = (
            self._cut(part)
            .order_by()
            .annotate(counted_month=TruncMonth(self.on, output_field=output))
            .values_list("counted_month", self.department, self.owner)
            .annotate(counted=value)
        )
        return [
            Tally(_day(month), department, user, Decimal(counted or 0)) for month, department, user, counted in grouped
        ]

    def listed(self, who: Principal, part: Slice, skip: int, limit: int) -> Sequence[Any]:
        """The model's rows that ``who`` may see, newest first."""
        rows = self._cut(part)
        model = cast(Any, rows.model)
        seen = rows.filter(pk__in=model.objects.visible_to(who).values("pk"))
        return list(seen.order_by(f"-{self.on}", "-pk")[skip : skip + limit])

    def _cut(self, part: Slice) -> QuerySet[Any]:
        first, end = part.first, part.last + timedelta(days=1)
        ends = (_midnight(first), _midnight(end)) if self.is_moment else (first, end)
        rows: QuerySet[Any] = self.rows().filter(**{f"{self.on}__gte": ends[0], f"{self.on}__lt": ends[1]})
        if part.campaign_id is not None:
            rows = rows.filter(**{self.campaign: part.campaign_id})
        if part.department_ids is not None:
            rows = rows.filter(**{f"{self.department}__in": sorted(part.department_ids)})
        return rows if part.user_id is None else rows.filter(**{self.owner: part.user_id})


@dataclass(frozen=True, slots=True)
class SharedRecords(Records):
    """Won deals, whose credit co-owners share: what is theirs is taken from the owner's. Two queries."""

    def tally(self, part: Slice) -> Iterable[Tally]:
        found = list(Records.tally(self, part))
        for month, department, owner, own_department, user, value in self._shares(part):
            share = Decimal(value or 0) / 100
            if _is_in(part, department, owner):
                found.append(Tally(_day(month), department, owner, -share))
            if _is_in(part, own_department, user):
                found.append(Tally(_day(month), own_department, user, share))
        return found

    def listed(self, who: Principal, part: Slice, skip: int, limit: int) -> Sequence[Any]:
        """The deals of which somebody of the slice has a part, each with ``shares``: the memberships of that day."""
        kept = _on_the_day().filter(opportunity=OuterRef("pk"))
        mine = Records(self.rows, self.on)._cut(replace(part, department_ids=None, user_id=None))
        held, shared = Q(), Q()
        if part.department_ids is not None:
            held &= Q(**{f"{self.department}__in": sorted(part.department_ids)})
            shared &= Q(department_id__in=sorted(part.department_ids))
        if part.user_id is not None:
            held &= Q(**{self.owner: part.user_id})
            shared &= Q(user_id=part.user_id)
        rows = mine.filter(held | Q(Exists(kept.filter(shared)))) if held else mine
        seen = rows.filter(pk__in=Opportunity.objects.visible_to(who).values("pk"))
        shares = Prefetch("memberships", _on_the_day().select_related("user").order_by("pk"), to_attr="shares")
        return list(seen.prefetch_related(shares).order_by(f"-{self.on}", "-pk")[skip : skip + limit])

    def value_of(self, deal: Any, part: Slice) -> Decimal:
        """What of a listed deal belongs to the slice."""
        whole = (deal.amount or Decimal(0)) if self.amount else Decimal(1)
        parts = [(member.department_id, member.user_id, member.share) for member in deal.shares]
        parts.append((getattr(deal, self.department), deal.owner_id, 100 - sum(share for _, _, share in parts)))
        per_cent = sum(share for department, user, share in parts if _is_in(part, department, user))
        return Decimal(whole * per_cent / 100)

    def _shares(self, part: Slice) -> Iterable[Any]:
        """Month, the owner's department and key, the co-owner's, and a hundred times what is his."""
        deals = Records(self.rows, self.on)._cut(replace(part, department_ids=None, user_id=None))
        value = Sum(F("opportunity__amount") * F("share"), output_field=_HUNDREDFOLD) if self.amount else Sum("share")
        return (
            _on_the_day()
            .filter(opportunity__in=deals.order_by().values("pk"))
            .order_by()
            .annotate(counted_month=TruncMonth("opportunity__outcome_on", output_field=DateField()))
            .values_list(
                "counted_month",
                "opportunity__outcome_department_id",
                "opportunity__owner_id",
                "department_id",
                "user_id",
            )
            .annotate(counted=value)
        )


_HUNDREDFOLD = DecimalField(max_digits=20, decimal_places=2)


def _on_the_day() -> QuerySet[Membership]:
    """Co-owners of the day on which the deal was decided."""
    day = F("opportunity__outcome_on")
    begun, lasting = Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gte=day)
    return Membership.objects.filter(begun, lasting, share__isnull=False)


def _is_in(part: Slice, department: int | None, user: int | None) -> bool:
    if part.department_ids is not None and department not in part.department_ids:
        return False
    return part.user_id is None or user == part.user_id


CREATED_LEADS = Records(_leads, "created_at", is_moment=True, campaign="campaign_id")
QUALIFIED = Records(_leads, "qualified_at", is_moment=True, campaign="campaign_id")
VISITS = Records(_first_visits, "at", is_moment=True, owner="visitor_id", department="place_id", campaign="of_campaign")
CREATED_DEALS = Records(_deals, "created_at", is_moment=True)
SIGNED = SharedRecords(_won, "outcome_on", department="outcome_department_id")
SIGNED_AMOUNTS = SharedRecords(_won, "outcome_on", department="outcome_department_id", amount="amount")


def _leads_listed(records: Records) -> Any:
    def listed(who: Principal, part: Slice, skip: int, limit: int) -> list[Counted]:
        def counted(lead: Lead) -> Counted:
            on = _day(getattr(lead, records.on))
            return Counted(name_of(lead, who=who), lead.get_absolute_url(), on, _name(lead.owner), Decimal(1))

        narrowed = Records(lambda: records.rows().select_related("owner"), **_rest(records))
        return [counted(lead) for lead in narrowed.listed(who, part, skip, limit)]

    return listed


def _deals_listed(records: Records) -> Any:
    def listed(who: Principal, part: Slice, skip: int, limit: int) -> list[Counted]:
        def counted(deal: Opportunity) -> Counted:
            on, value = _day(getattr(deal, records.on)), deal.amount if records.amount else Decimal(1)
            title = f"{deal.name} · {deal.customer.name}"
            return Counted(title, deal.get_absolute_url(), on, _name(deal.owner), value or Decimal(0))

        narrowed = Records(lambda: records.rows().select_related("owner", "customer"), **_rest(records))
        return [counted(deal) for deal in narrowed.listed(who, part, skip, limit)]

    return listed


def _signed_listed(records: SharedRecords) -> Any:
    def listed(who: Principal, part: Slice, skip: int, limit: int) -> list[Counted]:
        def counted(deal: Any) -> Counted:
            title = f"{deal.name} · {deal.customer.name}"
            shares = [f"{member.user.name} {member.share}%" for member in deal.shares]
            owner = " · ".join([_name(deal.owner), *shares])
            return Counted(title, deal.get_absolute_url(), _day(deal.outcome_on), owner, records.value_of(deal, part))

        rest = _rest(records)
        narrowed = SharedRecords(lambda: records.rows().select_related("owner", "customer"), **rest)
        return [counted(deal) for deal in narrowed.listed(who, part, skip, limit)]

    return listed


def _visits_listed(who: Principal, part: Slice, skip: int, limit: int) -> list[Counted]:
    related = ("by", "lead", "customer", "opportunity__customer")
    narrowed = Records(lambda: _first_visits().select_related(*related), **_rest(VISITS))
    return [
        Counted(
            party_name(visit.subject, who=who),
            visit.subject.get_absolute_url(),
            _day(visit.at),
            _name(visit.by),
            Decimal(1),
        )
        for visit in narrowed.listed(who, part, skip, limit)
    ]


def _rest(records: Records) -> dict[str, Any]:
    return {f.name: getattr(records, f.name) for f in fields(records) if f.name != "rows"}


def _name(user: User | None) -> str:
    return user.name if user else ""


def _day(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


OWN = (
    Source(
        Metric.SIGNED_AMOUNT, _("签约额"), _("赢单商机的金额，按签约日期计。"), True,
        SIGNED_AMOUNTS.tally, _signed_listed(SIGNED_AMOUNTS),
    ),
    Source(Metric.SIGNED_COUNT, _("签约数"), _("赢单的商机，按签约日期计。"), False, SIGNED.tally, _signed_listed(SIGNED)),
    Source(
        Metric.NEW_LEADS, _("新增线索"), _("期间内登记的线索，合并掉的重复线索不计。"), False,
        CREATED_LEADS.tally, _leads_listed(CREATED_LEADS),
    ),
    Source(
        Metric.QUALIFIED_LEADS, _("新增意向客户"), _("期间内得分首次达到高潜力分数线的线索。"), False,
        QUALIFIED.tally, _leads_listed(QUALIFIED),
    ),
    Source(
        Metric.FIRST_VISITS, _("首次拜访"), _("每个客户的第一次拜访，按跟进时间计，归拜访的人。"), False,
        VISITS.tally, _visits_listed,
    ),
    Source(
        Metric.NEW_DEALS, _("新增商机"), _("期间内建立的商机，作废的不计。"), False,
        CREATED_DEALS.tally, _deals_listed(CREATED_DEALS),
    ),
)  # fmt: skip
