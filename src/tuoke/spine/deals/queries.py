from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext

from tuoke.base.accounts.models import User, owned_by
from tuoke.base.accounts.queries import closed_sections, managers_above
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.models import Event
from tuoke.base.records.queries import timeline_of
from tuoke.spine.customers.hooks import Case
from tuoke.spine.customers.models import Contact, Customer
from tuoke.spine.deals import hooks, rules
from tuoke.spine.deals.models import OUTCOME_NAMES, Membership, Opportunity, StepVisit, Waiver
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.playbook.models import PlaybookVersion, Tick
from tuoke.spine.playbook.queries import current_version, document_for, ticks_of
from tuoke.spine.playbook.rules import (
    DEAL_STEPS,
    CriterionDoc,
    FactValue,
    Judgement,
    PlaybookDoc,
    ResolvedPlaybook,
    StepDoc,
    StepKey,
    judge,
    resolve,
    variant_named,
)
from tuoke.spine.playbook.words import STEP

MOST_CASES = 50
_PROCESSES_KEPT = 256
_processes: dict[tuple[str, str], ResolvedPlaybook] = {}


def joined_customers(who: Principal) -> Q:
    """Membership in a deal lets one read its customer (wired into ``customers.hooks.extra_visibility``)."""
    if not who.user_id:
        return Q(pk__in=())
    joined = Membership.objects.current().filter(user_id=who.user_id).values("opportunity__customer_id")
    return Q(pk__in=joined)


def process_of(deal: Opportunity) -> ResolvedPlaybook:
    """The playbook as this deal runs it: its own version, its own variant (P1, P3)."""
    return process_for(deal.playbook_version, deal.variant)


def process_for(version: PlaybookVersion, variant: str) -> ResolvedPlaybook:
    """A version as a variant runs it; worked out once a process. Doesn't touch a deferred ``content`` it knows."""
    key = (version.digest, variant)
    if key not in _processes:
        if len(_processes) >= _PROCESSES_KEPT:
            _processes.clear()
        doc = version.document()
        _processes[key] = resolve(doc, variant_named(doc, variant))
    return _processes[key]


PEOPLE_KINDS = frozenset({"decision_maker_known", "contact_reachable"})
"""What a deal's page says of its people whatever the step asks."""


def facts_about(deal: Opportunity, *, kinds: Collection[str]) -> dict[str, FactValue]:
    """What is known of the deal of these kinds of criteria, by ``playbook.rules.fact_key``; whoever knows of none isn't
    asked: a deal in step 3 costs nothing of step 6."""
    asked = [source for source in hooks.fact_sources if not source.kinds.isdisjoint(kinds)]
    return {key: value for source in asked for key, value in source.facts_of(deal).items()}


def facts_for_gate(deal: Opportunity) -> dict[str, FactValue]:
    """What the gate before the next step is judged by."""
    return facts_about(deal, kinds=kinds_of(_asked_of(deal)))


def kinds_of(criteria: Iterable[CriterionDoc]) -> set[str]:
    return {criterion.kind for criterion in criteria}


def gate_judgement(deal: Opportunity) -> Judgement:
    """The gate before the next step: this step's criteria and every earlier one's, as things are now.

    A lost or void deal is judged by its review alone.
    """
    waived = Waiver.objects.filter(opportunity=deal).values_list("criterion", flat=True)
    return judge_with(deal, facts=facts_for_gate(deal), ticked=set(ticks_of(deal)), waived=set(waived))


def judge_with(deal: Opportunity, *, facts: dict[str, FactValue], ticked: set[str], waived: set[str]) -> Judgement:
    """``gate_judgement`` on what is already at hand."""
    return judge(_asked_of(deal), facts, ticked=ticked, waived=waived)


def _asked_of(deal: Opportunity) -> tuple[CriterionDoc, ...]:
    process, step = process_of(deal), StepKey(deal.step)
    return process.gate(step) if deal.standing.is_given_up else process.gates_through(step)


def is_manager_of(who: Principal, deal: Opportunity) -> bool:
    """Whether ``who`` may waive criteria of this deal: his own right, in its own scope."""
    if not who.may(Permission.DEAL_WAIVE):
        return False
    seen = owned_by(who, who.scope_of(Permission.DEAL_WAIVE))
    return Opportunity.objects.filter(seen, pk=deal.pk).exists()


def keeper_of(deal: Opportunity) -> User:
    """Who hears of a deal and sees to it: its owner; where he has left, who leads him, until it is handed on."""
    if deal.owner.is_active:
        return deal.owner
    return next(iter(managers_above(deal.owner, department_id=deal.department_id)), deal.owner)


def may_be_reopened(deal: Opportunity, *, reason: str) -> Verdict:
    """Every reason against it, those of other rooms too (``hooks.against_reopening``)."""
    verdict = rules.may_reopen(deal.standing, reason=reason)
    for speaks in hooks.against_reopening:
        verdict &= speaks(deal)
    return verdict


def against_winning(deal: Opportunity) -> Verdict:
    """What other rooms have against winning the deal now; asked where it has come to its contract."""
    verdict = YES
    for against in hooks.against_winning:
        verdict &= against(deal)
    return verdict


def signed_for(deal: Opportunity) -> hooks.Signed | None:
    """What the customer has signed for it and still stands."""
    return next((signed for find in hooks.signed if (signed := find(deal))), None)


def may_be_given_up(deal: Opportunity, *, reason: str) -> Verdict:
    """Every reason against it; what is signed is terminated first (contract_stands)."""
    signed = signed_for(deal)
    verdict = rules.may_give_up(deal.standing, reason=reason)
    return verdict & no("contract_stands", number=signed.number) if verdict and signed else verdict


def members_of(deal: Opportunity) -> QuerySet[Membership]:
    return deal.memberships.select_related("user", "user__department").order_by("id")


# One deal


@dataclass(frozen=True, slots=True)
class DealPage:
    """Everything that the deal's page shows, in a constant number of queries. ``viewed`` is the step looked at."""

    deal: Opportunity
    process: ResolvedPlaybook
    viewed: StepDoc
    following: StepDoc | None
    judgement: Judgement
    facts: Mapping[str, FactValue]
    ticks: Mapping[str, Tick]
    waivers: Mapping[str, Waiver]
    visits: Sequence[StepVisit]
    contacts: Sequence[Contact]
    members: Sequence[Membership]
    events: Sequence[Event]
    older: int | None
    may_write: bool
    holds: bool
    is_manager: bool
    newer: PlaybookVersion | None
    linked: Sequence[Opportunity]


EVENTS = 20


def deal_page(deal: Opportunity, *, who: Principal, step: str = "") -> DealPage:
    """The page of a deal that ``who`` may read; ``deal`` comes from ``detailed``. ``step`` chooses the guide's step.

    An unknown step, or one that the deal's process leaves out, shows the present one.
    """
    process = process_of(deal)
    viewed = process.step(step if step in DEAL_STEPS and step in process else deal.step)
    wanted = kinds_of((*_asked_of(deal), *process.gate(viewed.key))) | PEOPLE_KINDS
    facts, ticks = facts_about(deal, kinds=wanted), ticks_of(deal)
    waivers = {waiver.criterion: waiver for waiver in deal.waivers.select_related("by")}
    judgement = judge_with(deal, facts=facts, ticked=set(ticks), waived=set(waivers))
    following = process.next_step(deal.step)
    events, older = events_of(deal, who=who)
    return DealPage(
        deal=deal,
        process=process,
        viewed=viewed,
        following=process.step(following) if following else None,
        judgement=judgement,
        facts=facts,
        ticks=ticks,
        waivers=waivers,
        visits=list(deal.visits.all()),
        contacts=list(Contact.objects.filter(customer_id=deal.customer_id)),
        members=list(members_of(deal)),
        events=events,
        older=older,
        may_write=Opportunity.objects.visible_to(who, "write").filter(pk=deal.pk).exists(),
        holds=Opportunity.objects.visible_to(who, "own").filter(pk=deal.pk).exists(),
        is_manager=is_manager_of(who, deal),
        newer=newer_version(deal),
        linked=linked_to(deal, who=who),
    )


MOST_LINKED = 20


def linked_to(deal: Opportunity, *, who: Principal) -> list[Opportunity]:
    """The deal that this one is a second sale of, and the second sales that came from it, as far as ``who`` may see them
    (S8.2), the newest first. One query."""
    related = Q(pk=deal.linked_from_id) | Q(linked_from=deal) if deal.linked_from_id else Q(linked_from=deal)
    return list(Opportunity.objects.visible_to(who).filter(related).order_by("-id")[:MOST_LINKED])


def detailed(who: Principal) -> QuerySet[Opportunity]:
    """The deals that ``who`` may read, with everything at hand that a page names."""
    related = ("customer", "owner", "department", "product", "lead", "lost_to", "playbook_version")
    return Opportunity.objects.visible_to(who).select_related(*related).defer("playbook_version__content")


def newer_version(deal: Opportunity) -> PlaybookVersion | None:
    """The published version of the deal's playbook, where it runs on an older one (P3)."""
    running = deal.playbook_version
    newer = PlaybookVersion.objects.published().filter(playbook_id=running.playbook_id, number__gt=running.number)
    return newer.defer("content").first()


def events_of(deal: Opportunity, *, who: Principal, before: int | None = None) -> tuple[list[Event], int | None]:
    """The newest events of the deal's timeline that ``who`` may read, and the cursor of what is older (None: nothing is)."""
    events = timeline_of(thread=deal, closed=closed_sections(who), before=before, limit=EVENTS + 1)
    return events[:EVENTS], events[EVENTS - 1].pk if len(events) > EVENTS else None


def days_in(visits: Sequence[StepVisit], step: str, *, now: datetime) -> int:
    """How many days the deal has spent in a step, over all its stays; the first day counts."""
    stays = [visit for visit in visits if visit.step == step]
    return sum(((visit.left_at or now) - visit.entered_at).days for visit in stays) + 1 if stays else 0


# The board

COLUMN_CARDS = 25
COUNT_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Card:
    deal: Opportunity
    days: int
    standard_days: int
    badges: tuple[hooks.Badge, ...] = ()

    @property
    def is_late(self) -> bool:
        return self.days > self.standard_days

    @property
    def days_label(self) -> str:
        return gettext("在这一步第 %(days)s 天，标准 %(standard)s 天") % {
            "days": self.days,
            "standard": self.standard_days,
        }


@dataclass(frozen=True, slots=True)
class Column:
    """One step of the board. ``count`` above COUNT_LIMIT means more than that, and the total is of that many."""

    key: str
    number: int
    name: str
    cards: Sequence[Card]
    count: int
    total: Decimal

    @property
    def more(self) -> int:
        return self.count - len(self.cards)


def board(deals: QuerySet[Opportunity], *, who: Principal, now: datetime) -> list[Column]:
    """The active deals of a ``visible_to`` set, step by step: the newest cards, how many there are and their sum.

    Steps and names are the published playbook's. The number of queries is the same for any number of deals.
    """
    deals = deals.active()  # type: ignore[attr-defined]  # an OpportunityQuerySet
    doc = document_for(current_version())
    steps = {step.key: (step.number, step.name) for step in doc.steps if step.key in DEAL_STEPS}
    lost = [key for key in StepKey if key in DEAL_STEPS and key not in steps]
    found = {key: list(_with_names(deals.filter(step=key)).order_by("-id")[:COLUMN_CARDS]) for key in (*steps, *lost)}
    # Deals that stay on an older version may stand in a step that the published one has no more.
    steps |= {key: (0, str(STEP[key])) for key in lost if found[key]}
    shown_deals = [deal for column in found.values() for deal in column]
    said = badges_of([deal.pk for deal in shown_deals], who=who, now=now)
    cards = _cards(shown_deals, said=said, now=now)
    columns = []
    for key, (number, name) in steps.items():
        count, total = totals(deals.filter(step=key))
        shown = sorted((cards[deal.pk] for deal in found[key]), key=_urgency)
        columns.append(Column(key, number, name, shown, count, total))
    return columns


def won_column(deals: QuerySet[Opportunity], *, name: str, now: datetime, today: date) -> Column:
    """The board's end: what was won this month."""
    won = deals.filter(outcome=Outcome.WON, outcome_on__gte=today.replace(day=1), is_practice=False)
    count, total = totals(won)
    newest = list(_with_names(won).order_by("-outcome_on", "-id")[:COLUMN_CARDS])
    cards = _cards(newest, said={}, now=now)
    return Column("won", 0, name, [cards[deal.pk] for deal in newest], count, total)


def totals(deals: QuerySet[Opportunity]) -> tuple[int, Decimal]:
    """How many and how much; counts to COUNT_LIMIT + 1 and no further."""
    bounded = deals.order_by().values("amount")[: COUNT_LIMIT + 1]
    found = bounded.aggregate(count=Count("*"), total=Sum("amount"))
    return found["count"], found["total"] or Decimal(0)


_ON_A_CARD = (
    "name", "amount", "expected_close_on", "outcome", "outcome_on", "step", "entered_step_at", "variant", "version",
    "playbook_version_id", "customer__name", "owner__name",
)  # fmt: skip


def _with_names(deals: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
    return deals.select_related("customer", "owner").only(*_ON_A_CARD)


def _cards(
    deals: Sequence[Opportunity], *, said: Mapping[int, Sequence[hooks.Badge]], now: datetime
) -> dict[int, Card]:
    asked = {deal.playbook_version_id for deal in deals} or {0}
    versions = PlaybookVersion.objects.defer("content").in_bulk(asked)
    return {
        deal.pk: Card(
            deal,
            days=(now - deal.entered_step_at).days + 1,
            standard_days=process_for(versions[deal.playbook_version_id], deal.variant).step(deal.step).standard_days,
            badges=tuple(said.get(deal.pk, ())),
        )
        for deal in deals
    }


def badges_of(ids: Sequence[int], *, who: Principal, now: datetime) -> dict[int, list[hooks.Badge]]:
    """What the packages above say about a page of deals, as far as ``who`` reads their sections: one call each."""
    said: dict[int, list[hooks.Badge]] = {}
    for source in (shared_with, *hooks.badges):
        for pk, badges in source(ids, now).items():
            told = [badge for badge in badges if badge.permission is None or who.may(badge.permission)]
            said.setdefault(pk, []).extend(told)
    return said


def shared_with(ids: Sequence[int], now: datetime) -> dict[int, list[hooks.Badge]]:
    """Who owns a deal together with its owner, by deal. One query."""
    members = Membership.objects.current(timezone.localdate(now)).filter(opportunity__in=ids, share__isnull=False)
    said: dict[int, list[hooks.Badge]] = {}
    for deal, name, share in members.order_by("id").values_list("opportunity_id", "user__name", "share"):
        text = gettext("协同 %(name)s %(share)s%%") % {"name": name, "share": share}
        said.setdefault(deal, []).append(hooks.Badge(text, "cyan"))
    return said


def _urgency(card: Card) -> tuple[Any, ...]:
    """What is to be signed soonest comes first; what has no date, last."""
    return (card.deal.expected_close_on or date.max, card.deal.pk)


# Lists

PAGE = 50
SORTS = {
    "": ("id", True),
    "id": ("id", False),
    "-id": ("id", True),
    "amount": ("amount_key", False),
    "-amount": ("amount_key", True),
    "close": ("close_key", False),
    "-close": ("close_key", True),
    "entered": ("entered_step_at", False),
    "-entered": ("entered_step_at", True),
}
"""``?sort=`` → column and whether the largest comes first. An unknown amount counts as smallest, an unknown date as last."""


class BadCursor(ValueError):
    """A cursor that no page of ours has given out."""


def page_of(
    deals: QuerySet[Opportunity], *, sort: str, cursor: str = "", size: int = PAGE
) -> tuple[list[Opportunity], str | None]:
    """One page of a list and the cursor of the next (keyset, the id breaks ties). Raises BadCursor."""
    deals = sorted_by(deals, sort=sort)
    if cursor:
        deals = deals.filter(_after(cursor, sort=sort))
    rows = list(_with_names(deals).only(*_ON_A_CARD, "amount_key", "close_key")[: size + 1])
    field = SORTS.get(sort, SORTS[""])[0]
    return rows[:size], _cursor(rows[size - 1], field) if len(rows) > size else None


def sorted_by(deals: QuerySet[Opportunity], *, sort: str) -> QuerySet[Opportunity]:
    field, is_descending = SORTS.get(sort, SORTS[""])
    sign = "-" if is_descending else ""
    return deals.order_by(*dict.fromkeys((f"{sign}{field}", f"{sign}id")))


def _amount(said: str) -> Decimal:
    value = Decimal(said)
    if not value.is_finite() or abs(value) >= 10**12:
        raise ValueError(said)
    return value


_READ: dict[str, Callable[[str], Any]] = {
    "amount_key": _amount,
    "close_key": date.fromisoformat,
    "entered_step_at": lambda said: datetime.fromisoformat(said).astimezone(UTC),
}


def _cursor(deal: Opportunity, field: str) -> str:
    value = getattr(deal, field)
    return f"{deal.pk}~{value.isoformat() if hasattr(value, 'isoformat') else value}"


def _after(cursor: str, *, sort: str) -> Q:
    field, is_descending = SORTS.get(sort, SORTS[""])
    pk, _, said = cursor.partition("~")
    if not (pk.isascii() and pk.isdigit()) or len(pk) > 18:
        raise BadCursor(cursor)
    beyond = "lt" if is_descending else "gt"
    tie = Q(**{f"id__{beyond}": int(pk)})
    if field == "id":
        return tie
    try:
        value = _READ[field](said)
    except (ValueError, ArithmeticError) as error:
        raise BadCursor(cursor) from error
    further = Q(**{f"{field}__{beyond}": value}) | (Q(**{field: value}) & tie)
    return Q(**{f"{field}__{beyond}e": value}) & further  # the first part is what an index can begin with


def playbook_in_use() -> PlaybookDoc:
    """The published playbook: the names of the steps where no single deal is meant."""
    return document_for(current_version())


def threads_of(who: Principal, customer: Customer) -> list[str]:
    """The timelines of the customer's deals that ``who`` may see (wired into ``customers.hooks``)."""
    deals = Opportunity.objects.visible_to(who).filter(customer=customer)
    return [f"{Opportunity._meta.label_lower}:{pk}" for pk in deals.values_list("pk", flat=True)]


def cases_of(who: Principal, customer: Customer) -> list[Case]:
    """The customer's deals for his page, newest first (wired into ``customers.hooks``)."""
    deals = Opportunity.objects.visible_to(who).filter(customer=customer).select_related("owner").order_by("-id")
    found = list(deals[:MOST_CASES])
    steps = {step.key: step.name for step in playbook_in_use().steps} if found else {}
    return [
        Case(
            name=deal.name,
            url=deal.get_absolute_url(),
            state=steps.get(StepKey(deal.step), deal.step) if deal.is_running else OUTCOME_NAMES[Outcome(deal.outcome)],
            tone={Outcome.OPEN: "blue", Outcome.PAUSED: "yellow", Outcome.WON: "green"}.get(
                Outcome(deal.outcome), "gray"
            ),
            amount=deal.amount,
            owner=deal.owner.name,
        )
        for deal in found
    ]
