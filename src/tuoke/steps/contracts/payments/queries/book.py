"""Everything about the payments of one deal. The callers hold the deal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from django.db.models import F

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.services.calendar.queries import workdays
from tuoke.services.calendar.rules import Workdays
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.contracts.kickoff.models import Milestone
from tuoke.steps.contracts.models import Contract, total_of
from tuoke.steps.contracts.payments.models import Instalment, Receipt
from tuoke.steps.contracts.payments.rules import MOST_INSTALMENTS, MOST_RECEIPTS, Basis, Source, State, due_after
from tuoke.steps.contracts.queries import current_contract, signed_contracts
from tuoke.steps.contracts.rules import ContractState

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """``due_on``: as the plan stands at this moment. ``says``: what it waits for, where that isn't a day of its own."""

    instalment: Instalment
    number: int
    state: State
    due_on: date | None
    is_lost: bool
    """Its milestone was taken out of the plan."""

    @property
    def percent(self) -> Decimal:
        return 100 * self.instalment.received / self.instalment.amount


@dataclass(frozen=True, slots=True)
class Book:
    """``planned`` is what the standing instalments add up to, ``unassigned`` what came in without belonging to any."""

    basis: Basis
    contract: Contract | None
    lines: list[Line]
    gone: list[Instalment]
    receipts: list[Receipt]
    planned: Decimal
    received: Decimal
    overdue: Decimal
    unassigned: Decimal
    may_write: bool

    @property
    def left_to_plan(self) -> Decimal:
        return (self.basis.amount or ZERO) - self.planned

    @property
    def left_to_receive(self) -> Decimal:
        return (self.basis.amount or ZERO) - self.received

    @property
    def over_received(self) -> Decimal:
        """What came in beyond a contract that an amendment has made smaller since: it is to be paid back."""
        if self.basis.source is not Source.SIGNED:
            return ZERO
        return max(self.received - (self.basis.amount or ZERO), ZERO)

    @property
    def percent(self) -> int:
        return int(100 * self.received / self.basis.amount) if self.basis.amount else 0

    @property
    def is_full(self) -> bool:
        return self.basis.amount is not None and self.left_to_plan == 0

    @property
    def waiting(self) -> list[Line]:
        """Those that wait for something that has no day yet."""
        return [line for line in self.lines if line.state is State.WAITING]


def basis_of(deal: Opportunity) -> tuple[Basis, Contract | None]:
    """What was signed, with its amendments; else what the contract being written says, or what one came to that was
    terminated; else, where a deal was won without a contract here, its amount. Three queries at most."""
    signed = signed_contracts(deal)
    if signed:
        return Basis(total_of(signed), Source.SIGNED), signed[0]
    contract = current_contract(deal)
    if contract is not None:
        return (Basis(contract.amount, Source.DRAFT) if contract.is_open else _ended(contract)), contract
    if deal.outcome == Outcome.WON:
        return Basis(deal.amount, Source.WON), None
    return Basis(None, Source.NONE), None


def _ended(contract: Contract) -> Basis:
    """Its amendments were terminated before it (``contracts.actions.terminate``): money came in for them as well."""
    amendments = contract.amendments.filter(state=ContractState.TERMINATED.value)
    return Basis(total_of([contract, *amendments]), Source.ENDED)


def milestone_day(row: Instalment, milestone: Milestone, *, calendar: Callable[[], Workdays] = workdays) -> date | None:
    """So many days, or working days, after it was reached, or is to be reached. The ``calendar`` is asked for only where
    working days are counted: one query; for many rows give ``cache(workdays)``."""
    reached = milestone.done_on or milestone.ends_on
    if row.in_workdays and row.days_after:
        return calendar().add(reached, row.days_after)
    return due_after(reached, row.days_after)


def book_of(who: Principal, deal: Opportunity, *, today: date) -> Book:
    """Six queries, however much there is."""
    basis, contract = basis_of(deal)
    rows = (
        Instalment.objects.filter(opportunity=deal)
        .select_related("milestone")
        .order_by(F("withdrawn_at").asc(nulls_first=True), "id")
    )
    instalments = list(rows[: 2 * MOST_INSTALMENTS])
    receipts = Receipt.objects.filter(opportunity=deal).select_related("instalment", "entered_by", "withdrawn_by")
    entered = list(receipts[: 2 * MOST_RECEIPTS])
    standing = [row for row in instalments if row.withdrawn_at is None]
    calendar = cache(workdays)
    lines = [_line(row, today, calendar) for row in sorted(standing, key=lambda row: (row.due_on or date.max, row.pk))]
    lines = [Line(one.instalment, n, one.state, one.due_on, one.is_lost) for n, one in enumerate(lines, 1)]
    counted = [row for row in entered if row.withdrawn_at is None]
    return Book(
        basis=basis,
        contract=contract,
        lines=lines,
        gone=[row for row in instalments if row.withdrawn_at is not None],
        receipts=entered,
        planned=sum((row.amount for row in standing), ZERO),
        received=sum((row.amount for row in counted), ZERO),
        overdue=sum((line.instalment.rest for line in lines if line.state is State.OVERDUE), ZERO),
        unassigned=sum((row.amount for row in counted if row.instalment_id is None), ZERO),
        may_write=who.may(Permission.PAYMENT_WRITE) and not deal.is_given_up,
    )


def _line(row: Instalment, today: date, calendar: Callable[[], Workdays]) -> Line:
    milestone = row.milestone
    if milestone is not None and milestone.withdrawn_at is None and row.settled_on is None:
        row.due_on = milestone_day(row, milestone, calendar=calendar)  # as it stands now; stored by the next tick
    is_lost = milestone is not None and milestone.withdrawn_at is not None
    return Line(row, 0, row.state(today), row.due_on, is_lost)
