"""What is to be seen to once a contract is signed: money, deliveries, visits, reviews, what was learned (S7, S8, P4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.insight.queries.some import FEW
from tuoke.spine.deals.duties import queries as duties
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.deliveries.queries import open_issues_of
from tuoke.steps.contracts.kickoff.queries import late_of
from tuoke.steps.contracts.payments.queries import due_of as payments_due
from tuoke.steps.contracts.teams.queries import bookings_to_decide
from tuoke.steps.reviews.improvements.queries import open_for, waiting_for_decision
from tuoke.steps.reviews.queries import waiting_parts, waiting_reviews
from tuoke.steps.reviews.revisits.queries import due_of as revisits_due
from tuoke.steps.reviews.revisits.queries import leaving_of

SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Task:
    """One line: whom or what it is about, what is to be done, by when. ``does`` is the way to do it at once, if any."""

    title: str
    url: str
    text: str
    due_on: date | None = None
    does: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Aftercare:
    tasks: Sequence[Task] = ()
    more: bool = False

    def __bool__(self) -> bool:
        return bool(self.tasks)


def aftercare_of(who: Principal, *, today: date) -> Aftercare:
    """One's own, the longest due first, what has no day last. A constant number of queries."""
    found = sorted(_tasks(who, today), key=lambda task: (task.due_on is None, task.due_on or today))
    return Aftercare(found[: 2 * FEW], more=len(found) > 2 * FEW)


def _tasks(who: Principal, today: date) -> Iterator[Task]:
    if who.may(Permission.PAYMENT_READ):
        yield from _money(who, today)
    if who.may(Permission.PROJECT_READ):
        yield from _delivery(who, today)
    if who.may(Permission.REVIEW_READ):
        yield from _relation(who, today)
    if who.may(Permission.DEAL_READ):
        yield from _duties(who, today)
    if who.may(Permission.IMPROVEMENT_READ):
        yield from _learned(who, today)


def _money(who: Principal, today: date) -> Iterator[Task]:
    for row in payments_due(who, today, limit=FEW):
        text = _("%(name)s该收了") % {"name": row.name}
        yield Task(row.opportunity.customer.name, reverse("payments:page", args=[row.opportunity_id]), text, row.due_on)


def _delivery(who: Principal, today: date) -> Iterator[Task]:
    for line in late_of(who, today, limit=FEW):
        deal = line.plan.opportunity
        text = _("启动计划里的“%(name)s”晚了") % {"name": line.name}
        yield Task(deal.customer.name, reverse("kickoff:page", args=[deal.pk]), text, line.ends_on)
    for issue in open_issues_of(who)[:FEW]:
        deal = issue.opportunity
        text = _("交付问题：%(title)s") % {"title": issue.title}
        yield Task(deal.customer.name, reverse("deliveries:page", args=[deal.pk]), text, issue.due_on)
    yield from _bookings(who)


def _bookings(who: Principal) -> Iterator[Task]:
    """Somebody's time is asked for a deal that whoever decides about it needn't see: its customer is named only to whom
    the deal is open."""
    asked = bookings_to_decide(who)[:FEW]
    deals = Opportunity.objects.visible_to(who).filter(pk__in={one.opportunity_id for one in asked})
    seen = set(deals.values_list("pk", flat=True)) if asked else set()
    for one in asked:
        title = one.opportunity.customer.name if one.opportunity_id in seen else _("您看不到的项目")
        text = _("请%(name)s参加，从这天起") % {"name": one.user.name}
        yield Task(title, reverse("teams:bookings"), text, one.starts_on)


def _relation(who: Principal, today: date) -> Iterator[Task]:
    for visit in revisits_due(who, today)[:FEW]:
        does = reverse("revisits:record", args=[visit.pk]) if who.may(Permission.REVIEW_WRITE) else ""
        url = reverse("revisits:deal", args=[visit.opportunity_id])
        yield Task(visit.opportunity.customer.name, url, _("该回访了"), visit.due_on, does, _("记录回访"))
    for review in waiting_reviews(who, today)[:FEW]:
        deal = review.opportunity
        yield Task(deal.customer.name, reverse("reviews:page", args=[deal.pk]), _("复盘还没有定稿"), review.due_on)
    for part in waiting_parts(who, today)[:FEW]:
        deal = part.review.opportunity
        yield Task(deal.customer.name, reverse("reviews:page", args=[deal.pk]), _("复盘等你写一段"), part.due_on)
    if leaving := leaving_of(who, today):
        said = ngettext("%(n)s 家客户可能流失", "%(n)s 家客户可能流失", len(leaving)) % {"n": len(leaving)}
        yield Task(said, reverse("revisits:leaving"), "、".join(risk.customer.name for risk in leaving[:3]))


def _duties(who: Principal, today: date) -> Iterator[Task]:
    for duty in duties.owed_by(who, until=today + SOON)[:FEW]:
        url = reverse("deals:duties", args=[duty.opportunity_id])
        yield Task(duty.opportunity.customer.name, url, duty.what, duty.due_on)
    for duty in duties.waiting_for(who)[:FEW]:
        url = reverse("deals:duties", args=[duty.opportunity_id])
        text = _("等你验收：%(what)s") % {"what": duty.what}
        yield Task(duty.opportunity.customer.name, url, text, duty.due_on)


def _learned(who: Principal, today: date) -> Iterator[Task]:
    for one in open_for(who, today)[:FEW]:
        if one.due_on is None or one.due_on <= today + SOON:
            yield Task(one.title, one.get_absolute_url(), _("改进项"), one.due_on)
    if waiting := waiting_for_decision(who):
        said = ngettext("%(n)s 个改进项等你决定", "%(n)s 个改进项等你决定", waiting) % {"n": waiting}
        yield Task(said, f"{reverse('improvements:index')}?state=proposed", "")
