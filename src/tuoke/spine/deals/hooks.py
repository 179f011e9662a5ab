"""The only ways in which packages above reach down into a deal. Filled by ``config.wiring``, listed in ARCHITECTURE.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from tuoke.base.accounts.rules import Permission, Principal
    from tuoke.base.kernel.verdict import Verdict
    from tuoke.spine.deals.models import Opportunity
    from tuoke.spine.playbook.rules import Facts


@dataclass(frozen=True, slots=True)
class Panel:
    """A region of the deal page that a package above fills: loaded by htmx from ``url_name`` with the deal's id.

    ``column`` says where: "record" above the timeline (one verb: write down what happened), "now" below the present
    step, "side" with the customer, "people" in the customer's card, where it takes the place of the plain list of
    contacts. ``steps`` limits it to the steps in which it matters, ``permission`` to whom its address lets in where
    that asks for more than to read deals; with ``of_step`` its address says which step is looked at. Without a script
    the title is a link to the same address. What changes the deal answers with the header ``HX-Trigger: deal-changed``.
    """

    key: str
    title: StrOrPromise
    url_name: str
    column: str = "side"
    steps: tuple[str, ...] = ()
    of_step: bool = False
    permission: Permission | None = None


@dataclass(frozen=True, slots=True)
class RoomState:
    """How far a room is, in a few words: 已发送第 2 版 · 客户打开 3 次."""

    text: StrOrPromise
    tone: str = "quiet"


@dataclass(frozen=True, slots=True)
class Room:
    """One of the rooms in which a step is done: a tab above each of them, a line on the deal's page.

    ``url_name`` takes the deal's id; ``state_of`` is asked once when the line is drawn, and says nothing to whom it
    doesn't concern.
    """

    key: str
    title: StrOrPromise
    url_name: str
    permission: Permission
    state_of: Callable[[Principal, Opportunity, date], RoomState | None] | None = None


@dataclass(frozen=True, slots=True)
class FactSource:
    """What one package knows of a deal: facts by ``playbook.rules.fact_key``, of the criteria's ``kinds`` and no others."""

    kinds: frozenset[str]
    facts_of: Callable[[Opportunity], Facts]


@dataclass(frozen=True, slots=True)
class Badge:
    """A few words on a deal's card and line: 逾期 2 天, 没有下一步. Who lacks ``permission`` isn't told."""

    text: StrOrPromise
    tone: str = "gray"
    icon: str = ""
    permission: Permission | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """What the customer has signed for a deal. It stands whatever becomes of the deal, until it is terminated."""

    number: str
    on: date
    amount: Decimal


# What the steps know of a deal.
fact_sources: list[FactSource] = []
# Criterion kind → where on the screens it can be made true.
fix_places: dict[str, Callable[[Opportunity], str]] = {}
# Action key of the playbook → the room in which it is done.
action_places: dict[str, Callable[[Opportunity], str]] = {}
# Step key → the room that the path leads to; the deal page itself where a step has none.
step_rooms: dict[str, Callable[[Opportunity], str]] = {}
# Step key → its rooms, in the order in which they are gone through.
rooms: dict[str, list[Room]] = {}
# Step key → the earlier step whose rooms are still worked in, and what they are called there.
rooms_at_hand: dict[str, tuple[StrOrPromise, str]] = {}
# Run inside the transaction before a deal that is about to be lost or voided is locked: what is asked of others about it
# ends (requests are locked before their deal, ADR 18). Where the verb is refused, or not allowed, nothing of it happens.
on_giving_up: list[Callable[[Opportunity, Principal, datetime], None]] = []
# What speaks against taking a closed deal up again, asked inside the transaction (money that was received).
against_reopening: list[Callable[[Opportunity], Verdict]] = []
# What else stands against winning a deal that has come to its contract: no contract is signed (``contract_unsigned``).
# Where to go instead is the fix place of ``outcome_won``.
against_winning: list[Callable[[Opportunity], Verdict]] = []
# What is signed for a deal: it is won again with that amount and day, and isn't given up while that stands.
signed: list[Callable[[Opportunity], Signed | None]] = []
# Run inside the transaction when a deal was lost or voided (open actions end).
on_closed: list[Callable[[Opportunity, Principal, datetime], None]] = []
# Run inside the transaction when a deal changes its owner (open actions follow).
on_transferred: list[Callable[[Opportunity, Principal, datetime], None]] = []
# Told in the same transaction when a deal was opened, says something else, or has ended or been taken up again.
on_changed: list[Callable[[Opportunity, Principal, datetime], None]] = []
# Which competitors (their ids) the customer looks at beside us: offered first where a deal is lost to somebody.
rivals_named: list[Callable[[Opportunity], Sequence[int]]] = []
panels: list[Panel] = []
# What else a card says: one call for a page of ids.
badges: list[Callable[[Sequence[int], datetime], Mapping[int, Sequence[Badge]]]] = []
