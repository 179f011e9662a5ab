"""A review as it is read: on its page, in its papers, by the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Verdict
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.queries import process_of
from tuoke.spine.playbook.rules import ResolvedPlaybook
from tuoke.steps.reviews import hooks
from tuoke.steps.reviews.models import Contribution, Problem, Report, Review
from tuoke.steps.reviews.queries.figures import figures_of
from tuoke.steps.reviews.queries.people import functions_of, heard, people_of
from tuoke.steps.reviews.rules import Content, Found, Part, Proposed, Satisfaction, may_finish, missing_functions, read

MOST_ON_TODAY = 50


@dataclass(frozen=True, slots=True)
class Page:
    """``review`` isn't saved yet where nobody has opened one. ``content`` is the frozen report's where the review is
    final, else worked out now; without what ``who`` may not read. ``holds``: he answers for the deal; ``changeable``:
    the problems (ids) that he may change."""

    deal: Opportunity
    review: Review
    content: Content
    improvements: Sequence[Proposed]
    parts: Sequence[Contribution]
    problems: Sequence[Problem]
    withdrawn: Sequence[Problem]
    reports: Sequence[Report]
    people: Sequence[User]
    missing: tuple[str, ...]
    against: Verdict
    may_write: bool
    holds: bool
    may_cost: bool
    changeable: frozenset[int]

    @property
    def is_opened(self) -> bool:
        return self.review.pk is not None

    def mine(self, who: Principal) -> Contribution | None:
        return next((part for part in self.parts if part.user_id == who.user_id), None)


def review_of(deal: Opportunity) -> Review | None:
    """The callers hold the deal. One query."""
    return Review.objects.filter(opportunity=deal).select_related("final_by").first()


def page_of(who: Principal, deal: Opportunity, *, now: datetime) -> Page:
    """Of a deal that ``who`` may read, with customer, owner, lost_to and playbook version at hand. The number of queries
    is the same whatever stands in the review."""
    review = review_of(deal) or Review(opportunity=deal, due_on=timezone.localdate(now))
    parts, problems = _parts(review), _problems(review)
    standing = [problem for problem in problems if problem.withdrawn_at is None]
    improvements, people = _improvements(review), people_of(deal)
    reports = list(Report.objects.filter(review=review).select_related("made_by")) if review.pk else []
    missing = missing_functions(functions_of(people), heard=heard(parts, owner=deal.owner, summary=review.summary))
    writes = who.may(Permission.REVIEW_WRITE)
    holds = writes and Opportunity.objects.visible_to(who, "write").filter(pk=deal.pk).exists()
    if review.is_final and reports:
        content = read(reports[0].content)
    else:
        content = _content(review, deal, parts=parts, problems=standing, improvements=improvements, now=now)
    return Page(
        deal=deal,
        review=review,
        content=as_seen(content, who),
        improvements=improvements,
        parts=parts,
        problems=standing,
        withdrawn=[problem for problem in problems if problem.withdrawn_at is not None],
        reports=reports,
        people=people,
        missing=missing,
        against=against_report(review, missing=missing, improvements=improvements),
        may_write=writes,
        holds=holds,
        may_cost=may_cost(who),
        changeable=frozenset(one.pk for one in problems if holds or (writes and one.created_by_id == who.user_id)),
    )


def may_cost(who: Principal) -> bool:
    """Who says what a project has cost: whoever reads prices and writes payments, which is finance and sales of their own
    deals."""
    return all(who.may(right) for right in (Permission.REVIEW_WRITE, Permission.OFFER_READ, Permission.PAYMENT_WRITE))


def content_now(review: Review, *, now: datetime) -> Content:
    """The review as it would be frozen now."""
    deal = review.opportunity
    parts = _parts(review)
    problems = [problem for problem in _problems(review) if problem.withdrawn_at is None]
    return _content(review, deal, parts=parts, problems=problems, improvements=_improvements(review), now=now)


def as_seen(content: Content, who: Principal) -> Content:
    """Without what belongs to sections that ``who`` may not read (P4): contracts, costs, answers given elsewhere."""
    figures = content.figures
    figures = replace(
        figures,
        contracts=figures.contracts if who.may(Permission.CONTRACT_READ) else (),
        satisfaction=tuple(one for one in figures.satisfaction if _may_see(one, who)),
    )
    if not who.may(Permission.OFFER_READ):
        figures = replace(figures, reached=replace(figures.reached, margin=None))
        return replace(content, figures=figures, cost=None)
    return replace(content, figures=figures)


def _may_see(answer: Satisfaction, who: Principal) -> bool:
    return not answer.permission or who.may(Permission(answer.permission))


def against_report(review: Review, *, missing: Sequence[str], improvements: Sequence[Proposed]) -> Verdict:
    """Everything that keeps the report from being made final."""
    return may_finish(
        state=review.standing,
        summary=review.summary,
        given_up=review.opportunity.is_given_up,
        cause=review.cause,
        missing=missing,
        improvements=len(improvements),
        nothing_to_change=review.nothing_to_change,
        unowned=sum(1 for one in improvements if not one.owner or one.due_on is None),
    )


def verdict_of(review: Review) -> Verdict:
    """``against_report`` on what is stored now: what the action asks again."""
    deal = review.opportunity
    said = heard(_parts(review), owner=deal.owner, summary=review.summary)
    missing = missing_functions(functions_of(people_of(deal)), heard=said)
    return against_report(review, missing=missing, improvements=_improvements(review))


def waiting_reviews(who: Principal, today: date) -> list[Review]:
    """Reviews of one's own deals that aren't final yet, the most urgent first, for 今日. One query."""
    if who.user_id is None or not who.may(Permission.REVIEW_READ):
        return []
    mine = Review.objects.waiting().filter(opportunity__owner_id=who.user_id)
    return list(mine.select_related("opportunity__customer").order_by("due_on", "id")[:MOST_ON_TODAY])


def waiting_parts(who: Principal, today: date) -> list[Contribution]:
    """What one is asked to write, the most urgent first, for 今日. One query."""
    if who.user_id is None:
        return []
    mine = Contribution.objects.visible_to(who, "write").waiting().exclude(review__state="final")
    return list(mine.select_related("review__opportunity__customer").order_by("due_on", "id")[:MOST_ON_TODAY])


def _parts(review: Review) -> list[Contribution]:
    if review.pk is None:
        return []
    return list(Contribution.objects.asked().filter(review=review).select_related("user__department"))


def _problems(review: Review) -> list[Problem]:
    return list(Problem.objects.filter(review=review).select_related("created_by")) if review.pk else []


def _improvements(review: Review) -> list[Proposed]:
    if review.pk is None:
        return []
    return [one for source in hooks.improvements_of for one in source(review)]


def _content(
    review: Review,
    deal: Opportunity,
    *,
    parts: Sequence[Contribution],
    problems: Sequence[Problem],
    improvements: Sequence[Proposed],
    now: datetime,
) -> Content:
    process = process_of(deal)
    return Content(
        deal=deal.name,
        customer=deal.customer.name,
        owner=deal.owner.name,
        outcome=deal.outcome,
        outcome_on=deal.outcome_on,
        outcome_reason=deal.outcome_reason,
        lost_to=deal.lost_to.name if deal.lost_to else "",
        held_on=review.held_on,
        summary=review.summary,
        cause=review.cause,
        cause_text=review.cause_text,
        nothing_to_change=review.nothing_to_change,
        cost=review.cost,
        figures=figures_of(deal, cost=review.cost, now=now),
        parts=tuple(_part(part) for part in parts if part.written_at),
        problems=tuple(Found(_step_name(process, one.step), one.text, one.cause) for one in problems),
        improvements=tuple(improvements),
    )


def _part(part: Contribution) -> Part:
    assert part.written_at is not None, "only what was written stands in a report"
    on = timezone.localdate(part.written_at)
    return Part(part.user.name, part.function, part.went_well, part.went_wrong, part.advice, part.excuse, on)


def _step_name(process: ResolvedPlaybook, step: str) -> str:
    return process.step(step).name if step and step in process else ""
