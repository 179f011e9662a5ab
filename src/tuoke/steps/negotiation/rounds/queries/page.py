"""The room's page: every round with what moved, what was given, what was agreed. A constant number of queries, bounded by
``MOST_ROUNDS``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tuoke.base.accounts.rules import Principal
from tuoke.services.approvals.models import Request
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.queries import may_see_line
from tuoke.steps.negotiation.rounds.models import AgreedTerms, ConcessionMade, Position, Round, total_value
from tuoke.steps.negotiation.rounds.queries.approvals import asked_about, key
from tuoke.steps.negotiation.rounds.queries.quiet import quiet_until
from tuoke.steps.negotiation.rounds.rules import (
    DROPPED,
    NOTHING,
    Move,
    Shown,
    State,
    carried,
    gap,
    is_given_for_nothing,
    moves,
    shown,
    shown_agreement,
)
from tuoke.steps.negotiation.rules import Side, Terms

PAGE = 20


@dataclass(frozen=True, slots=True)
class Offer:
    """One side in one round. ``terms`` with what this round left unsaid carried on; ``position`` None: he kept to it."""

    terms: Terms
    position: Position | None
    moves: tuple[Move, ...] = ()
    shown: Shown = Shown.STANDS
    request: Request | None = None

    @property
    def is_dropped(self) -> bool:
        return self.shown in (Shown.REFUSED, Shown.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Given:
    """A concession with what became of the request for it."""

    made: ConcessionMade
    request: Request | None

    @property
    def is_dropped(self) -> bool:
        return self.made.standing in DROPPED


@dataclass(frozen=True, slots=True)
class RoundSeen:
    row: Round
    ours: Offer
    theirs: Offer
    given: Sequence[Given]

    @property
    def gap(self) -> Decimal | None:
        return gap(self.ours.terms, self.theirs.terms)

    @property
    def is_given_for_nothing(self) -> bool:
        returns = sum(bool(one.made.get) for one in self.given if not one.is_dropped)
        return is_given_for_nothing(self.ours.moves, self.theirs.moves, returns=returns)


@dataclass(frozen=True, slots=True)
class AgreedSeen:
    agreed: AgreedTerms
    shown: Shown
    request: Request | None


@dataclass(frozen=True, slots=True)
class RoundsPage:
    """``rounds`` newest first, a page of them; ``course`` are all that count, oldest first, for the chart."""

    rounds: Sequence[RoundSeen]
    course: Sequence[RoundSeen]
    withdrawn: Sequence[Round]
    extras: Sequence[Given]
    agreements: Sequence[AgreedSeen]
    older: int | None
    total: int
    last_number: int
    sees_line: bool
    quiet_until: date | None
    given: Sequence[ConcessionMade] = field(default=())

    @property
    def agreed(self) -> AgreedSeen | None:
        """What stands, or else what waits to."""
        return next((one for one in self.agreements if one.shown is Shown.STANDS), None) or next(
            (one for one in self.agreements if one.shown in (Shown.AWAITS_OWNER, Shown.AWAITS_APPROVAL)), None
        )

    @property
    def formerly(self) -> list[AgreedSeen]:
        return [one for one in self.agreements if one is not self.agreed]

    @property
    def latest(self) -> RoundSeen | None:
        return self.course[-1] if self.course else None

    @property
    def last_offered(self) -> int | None:
        """The round of our newest offer: what a later one replaced needn't be taken back."""
        ours = (seen for seen in reversed(self.course) if seen.ours.position is not None and not seen.ours.is_dropped)
        return next((seen.row.pk for seen in ours), None)

    @property
    def given_value(self) -> Decimal:
        return total_value(list(self.given))

    @property
    def for_nothing(self) -> int:
        return sum(made.is_for_nothing for made in self.given)


def rounds_page(who: Principal, deal: Opportunity, *, today: date, before: int | None = None) -> RoundsPage:
    """``before``: rounds with a smaller number, for the older ones."""
    people = ("contact", "recorded_by", "followup")
    rows = list(Round.objects.visible_to(who).filter(opportunity=deal).select_related(*people).order_by("number"))
    listed = [row for row in rows if row.withdrawn_at is None]
    page = [row for row in reversed(listed) if before is None or row.number < before]
    shown_rows = page[:PAGE]
    sees_line = may_see_line(who, deal)
    positions = list(Position.objects.filter(round__in=[row.pk for row in listed])) if listed else []
    made = list(
        ConcessionMade.objects.visible_to(who).filter(opportunity=deal).select_related("round", "concession", "made_by")
    )
    numbers = {row.pk for row in shown_rows}
    given = _given(made)
    course = _course(
        listed,
        positions,
        given,
        requests=_asked([p for p in positions if p.round_id in numbers]) if sees_line else {},
        sees_line=sees_line,
    )
    by_round = {seen.row.pk: seen for seen in course}
    return RoundsPage(
        rounds=[by_round[row.pk] for row in shown_rows],
        course=course,
        withdrawn=[row for row in rows if row.withdrawn_at],
        extras=[one for one in given if one.made.round_id is None],
        agreements=agreements_seen(who, deal, sees_line=sees_line),
        older=shown_rows[-1].number if len(page) > PAGE else None,
        total=len(listed),
        last_number=rows[-1].number if rows else 0,
        sees_line=sees_line,
        quiet_until=quiet_until(deal, today=today),
        given=[one for one in made if one.standing is State.STANDS and not (one.round and one.round.withdrawn_at)],
    )


def openable(who: Principal, page: RoundsPage) -> set[int]:
    """The requests on the page that ``who`` may open. One query, none where nothing was asked."""
    found: list[Offer | Given | AgreedSeen] = [*page.extras, *page.agreements]
    for seen in page.rounds:
        found += [seen.ours, seen.theirs, *seen.given]
    asked = {one.request.pk for one in found if one.request is not None}
    return set(Request.objects.visible_to(who).filter(pk__in=asked).values_list("pk", flat=True)) if asked else set()


def agreements_seen(who: Principal, deal: Opportunity, *, sees_line: bool) -> list[AgreedSeen]:
    """Newest first, without those that aren't there for ``who``. Two queries."""
    people = ("made_by", "reopened_by", "contact", "round")
    rows = list(AgreedTerms.objects.visible_to(who).filter(opportunity=deal).select_related(*people))
    requests = _asked(rows) if sees_line else {}
    found = []
    for row in rows:
        said = shown_agreement(row.standing, from_inside=row.from_inside, sees_line=sees_line)
        if said is not None:
            found.append(AgreedSeen(row, said, requests.get(key(row))))
    return found


def _asked(rows: Sequence[Position] | Sequence[AgreedTerms]) -> Mapping[str, Request]:
    return asked_about([row for row in rows if row.standing in (State.AWAITS_APPROVAL, State.REFUSED, State.STANDS)])


def _given(made: Sequence[ConcessionMade]) -> list[Given]:
    waiting = asked_about([one for one in made if one.standing in (State.AWAITS_APPROVAL, State.REFUSED)])
    return [Given(one, waiting.get(key(one))) for one in made]


def _course(
    rows: Sequence[Round],
    positions: Sequence[Position],
    given: Sequence[Given],
    *,
    requests: Mapping[str, Request],
    sees_line: bool,
) -> list[RoundSeen]:
    """Round by round. An offer that was dropped is shown where it was made, and moves nothing."""
    by_place = {(position.round_id, position.side): position for position in positions}
    now = {Side.OURS: NOTHING, Side.THEIRS: NOTHING}
    found = []
    for row in rows:
        offers = {}
        for side in Side:
            position = by_place.get((row.pk, side.value))
            offers[side] = _offer(side, position, now[side], requests=requests, sees_line=sees_line)
            if not offers[side].is_dropped:
                now[side] = offers[side].terms
        mine = [one for one in given if one.made.round_id == row.pk]
        found.append(RoundSeen(row, offers[Side.OURS], offers[Side.THEIRS], mine))
    return found


def _offer(
    side: Side, position: Position | None, before: Terms, *, requests: Mapping[str, Request], sees_line: bool
) -> Offer:
    if position is None:
        return Offer(before, None)
    said = shown(position.standing, from_inside=position.from_inside, sees_line=sees_line)
    if not position.is_live:
        return Offer(position.terms, position, (), said, requests.get(key(position)))
    after = carried(before, position.terms)
    return Offer(after, position, moves(side, before, position.terms), said, requests.get(key(position)))
