"""How payments stand, for other rooms: facts, cards, 今日, the customer's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, F, Min, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.hooks import Badge, RoomState
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.spine.deals.rules import GIVEN_UP
from tuoke.steps.contracts.models import Contract
from tuoke.steps.contracts.payments.models import Instalment, Receipt
from tuoke.steps.contracts.payments.queries.book import ZERO, basis_of, book_of
from tuoke.steps.contracts.payments.rules import MOST_INSTALMENTS, Source

MOST_DEALS = 50


def paid_of(deal: Opportunity) -> Decimal:
    """Yuan received, less what was paid back. One query."""
    found = Receipt.objects.standing().filter(opportunity=deal).aggregate(amount=Sum("amount"))["amount"]
    return found or ZERO


def overdue_of(deal: Opportunity, *, today: date) -> Decimal:
    """Yuan that should have come in by now and didn't. One query."""
    rows = Instalment.objects.overdue(today).filter(opportunity=deal)
    return rows.aggregate(rest=Sum(F("amount") - F("received")))["rest"] or ZERO


def is_scheduled(deal: Opportunity) -> bool:
    """Whether the instalments make up the contract, and each has a day or something it waits for. Three queries."""
    basis, _contract = basis_of(deal)
    rows = list(Instalment.objects.standing().filter(opportunity=deal)[:MOST_INSTALMENTS])
    if not rows or basis.amount is None:
        return False
    is_dated = all(row.due_on is not None or row.milestone_id is not None or row.event for row in rows)
    return is_dated and sum(row.amount for row in rows) == basis.amount


def against_reopening(deal: Opportunity) -> Verdict:
    """For ``deals.hooks.against_reopening``: whoever has paid isn't sold to anew. One query."""
    paid = paid_of(deal)
    return no("deal_has_receipts", amount=f"{paid:,.2f}") if paid > 0 else YES


def said_of_ending(contract: Contract, who: Principal) -> str:
    """For ``contracts.hooks.said_of_ending``: what nobody is asked for any more (``actions.after_ending``). One query."""
    if contract.is_amendment or not who.may(Permission.PAYMENT_READ):
        return ""
    rows = Instalment.objects.open().filter(opportunity=contract.opportunity_id)
    found = rows.aggregate(count=Count("pk"), rest=Sum(F("amount") - F("received")))
    if not found["count"]:
        return ""
    said = ngettext(
        "还有 %(count)s 期没有收齐，共 ¥%(rest)s，会一并撤回；已收到的不变。",
        "还有 %(count)s 期没有收齐，共 ¥%(rest)s，会一并撤回；已收到的不变。",
        found["count"],
    )
    return said % {"count": found["count"], "rest": f"{found['rest']:,.2f}"}


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """已回款 60% · ¥300,000.00，逾期 ¥50,000.00."""
    if not who.may(Permission.PAYMENT_READ):
        return None
    book = book_of(who, deal, today=today)
    if not book.lines and not book.received:
        return RoomState(_("还没有回款计划"), tone="warn" if book.basis.source is Source.SIGNED else "quiet")
    said = _("已回款 %(percent)s%% · ¥%(amount)s") % {"percent": book.percent, "amount": f"{book.received:,.2f}"}
    if book.overdue:
        late = _("逾期 ¥%(amount)s") % {"amount": f"{book.overdue:,.2f}"}
        return RoomState(f"{said} · {late}", tone="bad")
    return RoomState(said, tone="good" if book.left_to_receive <= 0 else "quiet")


def badges_of(ids: Sequence[int], now: datetime) -> Mapping[int, Sequence[Badge]]:
    """Deals among ``ids`` with an overdue instalment: since when, never how much. One query for any number."""
    today = timezone.localdate(now)
    rows = (
        Instalment.objects.overdue(today).filter(opportunity__in=ids).exclude(opportunity__outcome__in=sorted(GIVEN_UP))
    )
    said = {}
    for pk, due in rows.order_by().values_list("opportunity").annotate(first=Min("due_on")):
        late = (today - due).days
        text = ngettext("回款逾期 %(days)s 天", "回款逾期 %(days)s 天", late) % {"days": late}
        said[pk] = [Badge(text, tone="red", permission=Permission.PAYMENT_READ)]
    return said


def due_of(who: Principal, today: date, *, limit: int = 20) -> list[Instalment]:
    """What ``who`` has to see to: overdue or soon due, of his own deals or of those that he looks after as finance; the
    longest overdue first, with deal and customer. One query."""
    if not who.user_id:
        return []
    joined = Membership.objects.current(today).filter(user_id=who.user_id).values("opportunity")
    mine = Q(opportunity__owner_id=who.user_id)
    if not who.may(Permission.DEAL_WRITE):  # a collaborator owns none
        mine |= Q(opportunity__in=joined)
    rows = Instalment.objects.visible_to(who, "write").counted().open().filter(mine)
    rows = rows.filter(due_on__lte=today + timedelta(days=60)).select_related("opportunity__customer")
    due = [row for row in rows.order_by("due_on", "id")[: limit * 3] if _matters(row, today)]
    return due[:limit]


@dataclass(frozen=True, slots=True)
class DealTotals:
    deal: Opportunity
    contract: Decimal
    received: Decimal
    overdue: Decimal


@dataclass(frozen=True, slots=True)
class CustomerTotals:
    """Of the customer's deals that the viewer may see, newest first, at most ``MOST_DEALS``."""

    deals: list[DealTotals]
    contract: Decimal
    received: Decimal
    overdue: Decimal

    @property
    def left(self) -> Decimal:
        return max(self.contract - self.received, ZERO)

    @property
    def percent(self) -> int:
        return int(100 * self.received / self.contract) if self.contract else 0


def customer_totals(who: Principal, customer: Customer, *, today: date) -> CustomerTotals:
    """Four queries, however many deals there are. Deals that were given up or are practice don't count."""
    seen = Opportunity.objects.visible_to(who).real().filter(customer=customer).exclude(outcome__in=sorted(GIVEN_UP))
    deals = list(seen.order_by("-id")[:MOST_DEALS])
    if not deals or not who.may(Permission.PAYMENT_READ):
        return CustomerTotals([], ZERO, ZERO, ZERO)
    signed = _sums(Contract.objects.signed().filter(opportunity__in=deals), "amount")
    received = _sums(Receipt.objects.standing().filter(opportunity__in=deals), "amount")
    late = Instalment.objects.overdue(today).filter(opportunity__in=deals)
    overdue = _sums(late, F("amount") - F("received"))
    rows = [
        DealTotals(deal, signed[deal.pk], received.get(deal.pk, ZERO), overdue.get(deal.pk, ZERO))
        for deal in deals
        if deal.pk in signed
    ]
    rows += [
        DealTotals(deal, deal.amount or ZERO, received[deal.pk], overdue.get(deal.pk, ZERO))
        for deal in deals
        if deal.pk in received and deal.pk not in signed
    ]
    whole = [sum((getattr(row, name) for row in rows), ZERO) for name in ("contract", "received", "overdue")]
    return CustomerTotals(rows, *whole)


def _matters(row: Instalment, today: date) -> bool:
    return row.due_on is not None and (row.due_on - today).days <= row.remind_days


def _sums(rows: object, what: object) -> dict[int, Decimal]:
    return {
        pk: amount or ZERO
        for pk, amount in rows.order_by().values_list("opportunity").annotate(whole=Sum(what))  # type: ignore[attr-defined]  # of any of the three tables
    }
