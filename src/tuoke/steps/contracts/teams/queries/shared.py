"""The kick-off plan as the customer sees it behind his link: what is done when, what he is to do, whom he calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tuoke.base.accounts.rules import Principal
from tuoke.services.links.models import Link
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.kickoff.models import KickoffPlan, Milestone
from tuoke.steps.contracts.kickoff.rules import Party
from tuoke.steps.contracts.teams.models import PlanShare
from tuoke.steps.contracts.teams.queries.pages import RhythmShown, contacts_of, rhythms_of
from tuoke.steps.contracts.teams.rules import SharedState, Side

MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class Person:
    """One of either side as the customer sees him: a number only where it may be seen."""

    name: str
    role: str
    responsible_for: str
    phone: str
    is_main: bool
    is_ours: bool


@dataclass(frozen=True, slots=True)
class PlanLine:
    """``is_yours``: the customer does it."""

    name: str
    phase: str
    starts_on: date
    ends_on: date
    done_on: date | None
    who: str
    acceptance: str
    is_yours: bool
    is_milestone: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class SharedPlan:
    share: PlanShare
    deal: Opportunity
    state: SharedState
    lines: list[PlanLine]
    people: list[Person]
    rhythms: list[RhythmShown]

    @property
    def is_open(self) -> bool:
        return self.state is SharedState.OPEN

    @property
    def yours(self) -> list[PlanLine]:
        """What he is still to do."""
        return [line for line in self.lines if line.is_yours and line.done_on is None]

    @property
    def done(self) -> int:
        return sum(line.done_on is not None for line in self.lines)


def shared_plan(link: Link, *, today: date) -> SharedPlan:
    """What this link opens: the plan as it is now. Seven queries at most. Raises PlanShare.DoesNotExist."""
    related = ("opportunity__customer", "opportunity__owner", "contact", "sent_by", "link")
    share = PlanShare.objects.standing().select_related(*related).get(link_id=link.pk)
    deal = share.opportunity
    plan = KickoffPlan.objects.filter(opportunity=deal).first()
    rows = Milestone.objects.standing().filter(plan__opportunity=deal).select_related("owner", "contact")
    people = contacts_of(deal)
    return SharedPlan(
        share=share,
        deal=deal,
        state=_state(share, deal, has_plan=plan is not None),
        lines=[_line(row, today=today) for row in rows[:MOST_LINES]],
        people=[
            Person(
                one.name, one.role, one.responsible_for, one.phone if one.shows_phone else "", one.is_main,
                one.side == Side.OURS,
            )
            for one in people
        ],
        rhythms=rhythms_of(deal, today=today),
    )  # fmt: skip


def may_see_link(who: Principal, subject: str) -> bool:
    """Whether ``who`` sees the plan that a link opens; for ``links.hooks.kinds``."""
    return _reaches(who, subject, "read")


def may_revoke_link(who: Principal, subject: str) -> bool:
    return _reaches(who, subject, "write")


def _line(row: Milestone, *, today: date) -> PlanLine:
    is_yours = row.contact_id is not None or row.party == Party.CUSTOMER
    who = str(row.owner or row.contact or "") or (str(row.get_party_display()) if row.party else "")
    return PlanLine(
        row.name, row.phase, row.starts_on, row.ends_on, row.done_on, who, row.acceptance, is_yours, row.is_milestone,
        row.is_late(today),
    )  # fmt: skip


def _state(share: PlanShare, deal: Opportunity, *, has_plan: bool) -> SharedState:
    if deal.is_given_up:
        return SharedState.CLOSED
    return SharedState.GONE if share.contact.do_not_contact or not has_plan else SharedState.OPEN


def _reaches(who: Principal, subject: str, action: str) -> bool:
    label, _, pk = subject.partition(":")
    is_ours = label == PlanShare._meta.label_lower and pk.isdigit()
    return is_ours and PlanShare.objects.visible_to(who, action).filter(pk=int(pk)).exists()
