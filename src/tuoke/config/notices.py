"""Who is told of what (``services.notifications``): what other packages hand up, said in words. Wired beside the rest.

Nobody is told of what he did himself; what would be told to the owner of a deal who has left goes to who leads him.
Everything runs in the transaction of what happened. What a customer does is told in the company's language: the page that
he reads may be in another one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import managers_above
from tuoke.base.accounts.rules import Function, Principal
from tuoke.services.approvals.models import Request
from tuoke.services.links.models import Link
from tuoke.services.notifications.actions import notify
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.spine.deals.queries import keeper_of
from tuoke.spine.followups.models import NextAction
from tuoke.spine.followups.queries import party_of
from tuoke.spine.library.models import Item
from tuoke.spine.library.rules import PROVING
from tuoke.steps.contracts.confirmations.models import Invitation
from tuoke.steps.contracts.deliveries.models import Acceptance, Feedback, Issue
from tuoke.steps.contracts.deliveries.rules import Answer, IssueState
from tuoke.steps.contracts.kickoff.models import KickoffPlan, Milestone
from tuoke.steps.contracts.kickoff.rules import Move
from tuoke.steps.contracts.payments.models import Instalment, Receipt
from tuoke.steps.contracts.teams.models import Booking
from tuoke.steps.contracts.teams.rules import BookingState
from tuoke.steps.discovery.models import Confirmation
from tuoke.steps.negotiation.returns.models import Calculation
from tuoke.steps.negotiation.rounds.models import AgreedTerms, Position
from tuoke.steps.negotiation.signals.models import Signal
from tuoke.steps.proposals.queries import proposals_resting_on
from tuoke.steps.proposals.sendings.models import Remark, Sending
from tuoke.steps.reviews.improvements.models import Improvement
from tuoke.steps.reviews.improvements.queries import deciders
from tuoke.steps.reviews.improvements.rules import State
from tuoke.steps.reviews.models import Contribution, Review
from tuoke.steps.reviews.revisits.models import Revisit, Survey
from tuoke.steps.reviews.revisits.rules import LOW


def deal_handed_over(deal: Opportunity, by: Principal, now: datetime) -> None:
    """``deals.hooks.on_transferred``."""
    text = _("%(who)s把商机“%(name)s”交给了您") % {"who": by.name, "name": deal.name}
    place = deal.get_absolute_url()
    notify(user_ids=_others([deal.owner_id], by), kind="deal_handed_over", text=text, url=place, at=now, thread=deal)


def action_entrusted(action: NextAction, by: Principal, now: datetime) -> None:
    """``followups.hooks.on_entrusted``."""
    subject = action.subject
    said = {"who": by.name, "title": action.title, "name": str(party_of(subject))}
    text = _("%(who)s请您做：%(title)s（%(name)s）") % said
    place = subject.get_absolute_url()
    notify(user_ids=[action.owner_id], kind="action_entrusted", text=text, url=place, at=now, thread=subject)


def parties_given(kind: str, given: Mapping[int, Sequence[int]], by: Principal, now: datetime) -> None:
    """``customers.hooks.on_given``: one notice a person, however many he got. One query for the name of a single one."""
    for user_id in _others(given, by):
        ids = given[user_id]
        text, place = _one(kind, ids[0], by) if len(ids) == 1 else _many(kind, len(ids), by)
        notify(user_ids=[user_id], kind=f"{kind}_given", text=text, url=place, at=now)


@override(settings.LANGUAGE_CODE)
def customer_answered(sent: Confirmation, what: str, by: Principal, now: datetime) -> None:
    """``discovery.hooks.on_customer_answered``: the deal's owner and whoever sent the list. Opening it is no answer."""
    said = {
        "reordered": _("%(who)s调整了“%(deal)s”需求清单的次序"),
        "commented": _("%(who)s在“%(deal)s”的需求清单里留了言"),
        "marked_wrong": _("%(who)s说“%(deal)s”的需求清单里有不对的地方"),
        "added": _("%(who)s给“%(deal)s”的需求清单加了内容"),
        "confirmed": _("%(who)s确认了“%(deal)s”的需求清单"),
    }.get(what)
    if said is None:
        return
    deal = sent.opportunity
    text = said % {"who": sent.recipient or by.name, "deal": deal.name}
    place = reverse("discovery:needs", args=[deal.pk])
    people = [keeper_of(deal).pk, sent.sent_by_id]
    notify(user_ids=people, kind=f"customer_{what}", text=text, url=place, at=now, thread=deal)


@override(settings.LANGUAGE_CODE)
def customer_calculated(found: Calculation, by: Principal, now: datetime) -> None:
    """``returns.hooks.on_customer_calculated``: the deal's owner and whoever sent the link."""
    deal = found.opportunity
    text = _("%(who)s自己算了一份“%(deal)s”的投入产出") % {"who": found.by_name, "deal": deal.name}
    place = reverse("returns:show", args=[found.pk])
    people = [keeper_of(deal).pk, *([found.share.sent_by_id] if found.share else [])]
    notify(user_ids=people, kind="customer_calculated", text=text, url=place, at=now, thread=deal)


@override(settings.LANGUAGE_CODE)
def clauses_answered(sent: Invitation, what: str, by: Principal, now: datetime) -> None:
    """``confirmations.hooks.on_customer_answered``: the deal's owner and whoever sent the link."""
    said = {
        "agreed": _("%(who)s确认了“%(deal)s”合同里的条款"),
        "agreed_all": _("%(who)s确认了“%(deal)s”合同的全部条款"),
        "change": _("%(who)s要改“%(deal)s”合同里的一条"),
        "taken_back": _("%(who)s撤回了对“%(deal)s”合同条款的答复"),
    }[what]
    deal = sent.contract.opportunity
    text, place = said % {"who": sent.recipient, "deal": deal.name}, reverse("confirmations:page", args=[deal.pk])
    people = [keeper_of(deal).pk, sent.sent_by_id]
    notify(user_ids=people, kind=f"clauses_{what}", text=text, url=place, at=now, thread=deal)


@override(settings.LANGUAGE_CODE)
def list_opened(link: Link, by: Principal, now: datetime) -> None:
    """``links.hooks.on_opened``: whoever sent the link hears that it was opened for the first time."""
    text = _("%(who)s打开了“%(title)s”") % {"who": link.recipient, "title": link.title}
    place = reverse("links:show", args=[link.public_id])
    notify(user_ids=[link.created_by_id], kind="link_opened", text=text, url=place, at=now, thread=link.thread)


@override(settings.LANGUAGE_CODE)
def proposal_sent(sending: Sending, by: Principal, now: datetime) -> None:
    """``sendings.hooks.on_sent``: the background has done it; whoever asked for it may be elsewhere by now."""
    _of_sending(sending, "sent", _("方案第 %(number)s 版已发给%(who)s"), now=now)


@override(settings.LANGUAGE_CODE)
def proposal_failed(sending: Sending, by: Principal, now: datetime) -> None:
    """``sendings.hooks.on_failed``."""
    _of_sending(sending, "failed", _("方案第 %(number)s 版没有发给%(who)s，请再试一次"), now=now)


@override(settings.LANGUAGE_CODE)
def proposal_remarked(remark: Remark, by: Principal, now: datetime) -> None:
    """``sendings.hooks.on_remarked``: the deal's owner and whoever sent it."""
    sending = remark.sending
    deal = sending.opportunity
    text = _("%(who)s对“%(deal)s”的方案提问或留言，等您回复") % {"who": sending.recipient, "deal": deal.name}
    people, place = [keeper_of(deal).pk, sending.created_by_id], sending.get_absolute_url()
    notify(user_ids=people, kind="proposal_remarked", text=text, url=place, at=now, thread=deal)


def review_due(review: Review, by: Principal, now: datetime) -> None:
    """``reviews.hooks.on_opened``: the deal's owner is to hold it."""
    deal = review.opportunity
    text = _("“%(deal)s”该复盘了，最晚 %(date)s") % {"deal": deal.name, "date": review.due_on.isoformat()}
    place = reverse("reviews:page", args=[deal.pk])
    notify(user_ids=_others([keeper_of(deal).pk], by), kind="review_due", text=text, url=place, at=now, thread=deal)


def review_part_asked(part: Contribution, by: Principal, now: datetime) -> None:
    """``reviews.hooks.on_asked``."""
    deal = part.review.opportunity
    said = {"who": by.name, "deal": deal.name, "date": part.due_on.isoformat()}
    text = _("%(who)s请您在 %(date)s 前写“%(deal)s”复盘里您的部分") % said
    place = reverse("reviews:page", args=[deal.pk])
    notify(user_ids=_others([part.user_id], by), kind="review_part_asked", text=text, url=place, at=now, thread=deal)


def improvement_proposed(row: Improvement, by: Principal, now: datetime) -> None:
    """``improvements.hooks.on_proposed``: whoever decides; without the deal, which he needn't be allowed to read."""
    text = _("%(who)s提了一条改进，等您决定：%(title)s") % {"who": by.name, "title": row.title}
    _of_improvement(row, [user.pk for user in deciders()], "proposed", text, by=by, now=now)


def improvement_decided(row: Improvement, by: Principal, now: datetime) -> None:
    """``improvements.hooks.on_decided``: who proposed it, and who is to do it."""
    people = [row.proposed_by_id]
    if row.standing is State.DECLINED:
        text = _("%(who)s没有采纳您提的改进“%(title)s”：%(reason)s")
    else:
        people, text = [*people, row.owner_id], _("%(who)s采纳了改进“%(title)s”，%(date)s 前落实")
    said = {"who": by.name, "title": row.title, "reason": row.decided_reason, "date": row.due_on.isoformat()}
    _of_improvement(row, people, "decided", text % said, by=by, now=now)


def improvement_carried_out(row: Improvement, by: Principal, now: datetime) -> None:
    """``improvements.hooks.on_carried_out``: who proposed it sees that it was worth it."""
    said = {"title": row.title, "what": row.carried_label or row.done_note}
    text = _("您提的改进“%(title)s”已落实：%(what)s") % said
    _of_improvement(row, [row.proposed_by_id], "carried_out", text, by=by, now=now)


@override(settings.LANGUAGE_CODE)
def improvement_overdue(row: Improvement, by: Principal, now: datetime) -> None:
    """``improvements.hooks.on_overdue``: its owner; where he has left, whoever decides what becomes of it."""
    text = _("改进“%(title)s”过了期限 %(date)s，还没有落实") % {"title": row.title, "date": row.due_on.isoformat()}
    people = [row.owner_id] if row.owner.is_active else [user.pk for user in deciders()]
    _of_improvement(row, people, "overdue", text, by=by, now=now)


def _of_improvement(
    row: Improvement, people: Sequence[int | None], what: str, text: str, *, by: Principal, now: datetime
) -> None:
    ids = _others([pk for pk in people if pk is not None], by)
    notify(user_ids=ids, kind=f"improvement_{what}", text=text[:300], url=row.get_absolute_url(), at=now, thread=row)


@override(settings.LANGUAGE_CODE)
def survey_answered(survey: Survey, is_first: bool, by: Principal, now: datetime) -> None:
    """``revisits.hooks.on_answered``: the deal's owner and whoever sent it; of a low score who leads the owner, too."""
    deal, score = survey.opportunity, survey.score or 0
    said = {"who": survey.answered_name or survey.recipient, "deal": deal.name, "score": score}
    people = [keeper_of(deal).pk, survey.sent_by_id]
    if score <= LOW:
        text = _("%(who)s给“%(deal)s”只打了 %(score)s 分，请尽快联系他") % said
        people += [leader.pk for leader in managers_above(deal.owner)[:1]]
    elif is_first:
        text = _("%(who)s答了“%(deal)s”的满意度问卷：%(score)s 分") % said
    else:
        text = _("%(who)s改了“%(deal)s”的满意度问卷：%(score)s 分") % said
    place = reverse("revisits:deal", args=[deal.pk])
    notify(user_ids=people, kind="survey_answered", text=text, url=place, at=now, thread=deal)


def visit_recorded(visit: Revisit, by: Principal, now: datetime) -> None:
    """``revisits.hooks.on_recorded``: the deal's owner hears of new needs and of dissatisfaction that a colleague has heard;
    of dissatisfaction who leads the owner, too."""
    deal = visit.opportunity
    is_low = visit.satisfaction is not None and visit.satisfaction <= LOW
    if not (is_low or visit.new_needs):
        return
    said = {"who": by.name, "deal": deal.name, "score": visit.satisfaction}
    if is_low:
        text = _("%(who)s回访“%(deal)s”：客户只打了 %(score)s 分") % said
    else:
        text = _("%(who)s回访“%(deal)s”时听到了新的需求") % said
    people = [keeper_of(deal).pk, *([leader.pk for leader in managers_above(deal.owner)[:1]] if is_low else [])]
    place = reverse("revisits:deal", args=[deal.pk])
    notify(user_ids=_others(people, by), kind="visit_recorded", text=text, url=place, at=now, thread=deal)


def _of_sending(sending: Sending, what: str, text: str, *, now: datetime) -> None:
    said = text % {"number": sending.version.number, "who": sending.recipient}
    place, thread = sending.get_absolute_url(), sending.opportunity
    notify(user_ids=[sending.created_by_id], kind=f"proposal_{what}", text=said, url=place, at=now, thread=thread)


def approval_asked(request: Request, user_ids: Collection[int], by: Principal, now: datetime) -> None:
    """``approvals.hooks.on_asked``."""
    _of_request(request, user_ids, "asked", _("%(who)s请您审批：%(what)s") % _said_of(request, by), now=now)


def approval_reminded(request: Request, user_ids: Collection[int], by: Principal, now: datetime) -> None:
    """``approvals.hooks.on_reminded``."""
    _of_request(request, user_ids, "reminded", _("还在等您审批：%(what)s") % _said_of(request, by), now=now)


def approval_delegated(request: Request, user_ids: Collection[int], by: Principal, now: datetime) -> None:
    """``approvals.hooks.on_delegated``."""
    _of_request(request, user_ids, "delegated", _("%(who)s转交给您审批：%(what)s") % _said_of(request, by), now=now)


def approval_inherited(request: Request, user_ids: Collection[int], by: Principal, now: datetime) -> None:
    """``approvals.hooks.on_inherited``: whoever carries on for somebody who asked and left."""
    text = _("发起人已停用，由您接着跟进这项审批：%(what)s") % _said_of(request, by)
    _of_request(request, user_ids, "inherited", text, now=now)


def approval_withdrawn(request: Request, user_ids: Collection[int], by: Principal, now: datetime) -> None:
    """``approvals.hooks.on_withdrawn``."""
    _of_request(request, user_ids, "withdrawn", _("不用再审批了：%(what)s") % _said_of(request, by), now=now)


def approval_decided(request: Request, user_ids: Collection[int], by: Principal, now: datetime) -> None:
    """``approvals.hooks.on_decided``."""
    said = _("%(who)s批准了：%(what)s") if request.is_approved else _("%(who)s驳回了：%(what)s")
    _of_request(request, user_ids, "decided", said % _said_of(request, by), now=now)


def approval_expired(request: Request, user_ids: Collection[int], by: Principal, now: datetime) -> None:
    """``approvals.hooks.on_expired``."""
    _of_request(request, user_ids, "expired", _("审批已过期，没有人决定：%(what)s") % _said_of(request, by), now=now)


def _said_of(request: Request, by: Principal) -> dict[str, str]:
    """A secret request is named by nothing but what it is: whoever may read more does so on its page."""
    what = _("一项申请") if request.is_secret else f"{request.title} · {request.label}"
    return {"who": by.name, "what": what}


def _of_request(request: Request, user_ids: Collection[int], what: str, text: str, *, now: datetime) -> None:
    place, thread = request.get_absolute_url(), "" if request.is_secret else request.thread
    notify(user_ids=user_ids, kind=f"approval_{what}", text=text, url=place, at=now, thread=thread)


def named_insider(deal: Opportunity, user: User, by: Principal, now: datetime) -> None:
    """``negotiation.hooks.on_named``: he hears that he may look, never what there is to see (S6.1)."""
    text = _("%(who)s把您列为“%(deal)s”谈判底线的知情人") % {"who": by.name, "deal": deal.name}
    place = reverse("negotiation:line", args=[deal.pk])
    notify(user_ids=_others([user.pk], by), kind="insider_named", text=text, url=place, at=now, thread=deal)


def evidence_withdrawn(item: Item, by: Principal, now: datetime) -> None:
    """``library.hooks.on_withdrawn``: whoever owns a deal whose proposal rests on it (S5.4)."""
    if item.kind not in PROVING:
        return
    for proposal in proposals_resting_on(item):
        deal, said = proposal.opportunity, {"proof": item.title, "deal": proposal.opportunity.name}
        text = _("“%(deal)s”的方案引用的证据“%(proof)s”已失效，请更换") % said
        place = reverse("proposals:builder", args=[deal.pk])
        notify(
            user_ids=_others([keeper_of(deal).pk], by), kind="evidence_lost", text=text, url=place, at=now, thread=deal
        )


def offer_waits(row: Position | AgreedTerms, by: Principal, now: datetime) -> None:
    """``rounds.hooks.on_waiting``: the deal's owner hears once that a colleague entered something that he has to look at,
    in the same words wherever it lies (S6.1)."""
    deal = row.round.opportunity if isinstance(row, Position) else row.opportunity
    said = _("%(who)s记下了“%(deal)s”的报价，等您确认")
    if isinstance(row, AgreedTerms):
        said = _("%(who)s记下了“%(deal)s”谈定的条件，等您确认")
    text, place = said % {"who": by.name, "deal": deal.name}, reverse("rounds:page", args=[deal.pk])
    notify(user_ids=_others([keeper_of(deal).pk], by), kind="offer_waits", text=text, url=place, at=now, thread=deal)


def signals_found(signals: Sequence[Signal], by: Principal, now: datetime) -> None:
    """``signals.hooks.on_found``: the deal's owner, where somebody else wrote down what the customer said. Of an import
    one notice a deal."""
    kinds: dict[Opportunity, list[str]] = {}
    for signal in signals:
        kinds.setdefault(signal.opportunity, []).append(signal.kind_name)
    for deal, names in kinds.items():
        said = {"deal": deal.name, "kinds": "、".join(dict.fromkeys(names))}
        text, place = _("“%(deal)s”有成交信号：%(kinds)s") % said, reverse("signals:deal", args=[deal.pk])
        notify(
            user_ids=_others([keeper_of(deal).pk], by), kind="signals_found", text=text, url=place, at=now, thread=deal
        )


@override(settings.LANGUAGE_CODE)
def customer_on_delivery(said: Acceptance | Feedback | Issue, by: Principal, now: datetime) -> None:
    """``deliveries.hooks.on_customer_said``: the deal's owner, whoever sent the link, whoever solves the issue (S7.3)."""
    deal = said.opportunity
    owner_id = said.owner_id if isinstance(said, Issue) else None
    people = [keeper_of(deal).pk, *([said.share.sent_by_id] if said.share else []), *([owner_id] if owner_id else [])]
    place = reverse("deliveries:page", args=[deal.pk])
    notify(user_ids=people, kind="delivery_said", text=_of_delivery(said), url=place, at=now, thread=deal)


def _of_delivery(said: Acceptance | Feedback | Issue) -> str:
    if isinstance(said, Feedback):
        words = {"who": said.name, "score": said.score, "deal": said.opportunity.name}
        return _("%(who)s给“%(deal)s”的首期交付打了 %(score)s 分") % words
    if isinstance(said, Issue):
        words = {"deal": said.opportunity.name, "title": said.title}
        if said.state == IssueState.CLOSED:
            return _("“%(deal)s”的客户确认问题已解决：%(title)s") % words
        return _("“%(deal)s”的客户报了问题：%(title)s") % words
    words = {"who": said.name, "item": said.item.title}
    if said.answer == Answer.REJECTED:
        return _("%(who)s没有验收“%(item)s”，写了原因") % words
    if said.answer == Answer.CONDITIONAL:
        return _("%(who)s有条件验收了“%(item)s”") % words
    return _("%(who)s验收了“%(item)s”") % words


def time_asked(booking: Booking, by: Principal, now: datetime) -> None:
    """``teams.hooks.on_asked``: whose time it is (S7.2)."""
    text = _("%(who)s想预订您 %(percent)s%% 的时间：%(deal)s")
    _of_booking(booking, text, [booking.user_id], by, now, place=reverse("teams:bookings"))


def booking_decided(booking: Booking, by: Principal, now: datetime) -> None:
    """``teams.hooks.on_decided``: whoever asked hears what was answered; whose time it was, that it isn't needed."""
    if booking.state == BookingState.WITHDRAWN:
        text, people = _("%(who)s撤回了对您时间的预订：%(deal)s"), [booking.user_id]
    else:
        is_agreed = booking.state == BookingState.AGREED
        text = _("%(who)s同意了预订：%(name)s %(percent)s%%（%(deal)s）")
        text = text if is_agreed else _("%(who)s没有同意预订：%(name)s %(percent)s%%（%(deal)s）")
        people = [booking.asked_by_id] if booking.asked_by_id else []
    place = reverse("teams:page", args=[booking.opportunity_id])
    _of_booking(booking, text, people, by, now, place=place)


def _of_booking(
    booking: Booking, text: str, people: Sequence[int], by: Principal, now: datetime, *, place: str
) -> None:
    said = {
        "who": by.name, "name": str(booking.user), "percent": booking.percent, "deal": booking.opportunity.name,
    }  # fmt: skip
    notify(
        user_ids=_others(people, by), kind="booking", text=text % said, url=place, at=now, thread=booking.opportunity
    )


def issue_given(issue: Issue, by: Principal, now: datetime) -> None:
    """``deliveries.hooks.on_issue_given``."""
    text = _("%(who)s请您解决：%(title)s（%(deal)s）")
    _of_issue(issue, text, [issue.owner_id] if issue.owner_id else [], by, now)


def issue_solved(issue: Issue, by: Principal, now: datetime) -> None:
    """``deliveries.hooks.on_issue_solved``: the deal's owner tells the customer, or closes it."""
    _of_issue(issue, _("%(who)s解决了“%(title)s”，请确认（%(deal)s）"), [keeper_of(issue.opportunity).pk], by, now)


def _of_issue(issue: Issue, text: str, people: Sequence[int], by: Principal, now: datetime) -> None:
    said = {"who": by.name, "title": issue.title, "deal": issue.opportunity.name}
    place = reverse("deliveries:page", args=[issue.opportunity_id])
    notify(
        user_ids=_others(people, by), kind="delivery_issue", text=text % said, url=place, at=now,
        thread=issue.opportunity,
    )  # fmt: skip


@override(settings.LANGUAGE_CODE)
def payment_due(row: Instalment, late: int, by: Principal, now: datetime) -> None:
    """``payments.hooks.on_due``: the deal's owner, and colleagues of finance who have joined it."""
    deal = row.opportunity
    said = {"deal": deal.name, "name": row.name, "days": abs(late), "on": f"{row.due_on:%Y-%m-%d}"}
    text = _("“%(deal)s”的%(name)s还没到账，已逾期 %(days)s 天") if late > 0 else _("“%(deal)s”的%(name)s %(on)s 到期")
    joined = Membership.objects.current(timezone.localdate(now)).filter(opportunity=deal)
    finance = joined.filter(user__department__function=Function.FINANCE).values_list("user_id", flat=True)
    people, place = [keeper_of(deal).pk, *finance], reverse("payments:page", args=[deal.pk])
    notify(user_ids=people, kind="payment_due", text=text % said, url=place, at=now, thread=deal)


def payment_received(rows: Sequence[Receipt], by: Principal, now: datetime) -> None:
    """``payments.hooks.on_received``: the deal's owner, where somebody else entered it."""
    deal = rows[0].opportunity
    whole = sum(row.amount for row in rows)
    said = {"deal": deal.name, "amount": f"{whole:,.2f}", "who": by.name}
    text, place = _("%(who)s登记了“%(deal)s”的到账 ¥%(amount)s") % said, reverse("payments:page", args=[deal.pk])
    notify(
        user_ids=_others([keeper_of(deal).pk], by), kind="payment_received", text=text, url=place, at=now, thread=deal
    )


def plan_moved(plan: KickoffPlan, moves: Sequence[Move], by: Principal, now: datetime) -> None:
    """``kickoff.hooks.on_moved``: whoever answers for a line of a plan hears of its new dates, once for all of his."""
    rows = Milestone.objects.filter(pk__in=[move.key for move in moves], done_on=None).exclude(owner=None)
    mine: dict[int, list[Milestone]] = {}
    for row in rows.order_by("starts_on", "pk"):
        mine.setdefault(row.owner_id or 0, []).append(row)
    deal, place = plan.opportunity, reverse("kickoff:page", args=[plan.opportunity_id])
    for owner, lines in mine.items():
        said = {
            "who": by.name,
            "deal": deal.name,
            "name": lines[0].name,
            "on": f"{lines[0].starts_on:%m-%d}",
            "count": len(lines),
        }
        text = (
            _("%(who)s把“%(deal)s”的“%(name)s”改到了 %(on)s")
            if len(lines) == 1
            else _("%(who)s调整了“%(deal)s”的启动计划，您负责的 %(count)s 项改期")
        )
        notify(user_ids=_others([owner], by), kind="plan_moved", text=text % said, url=place, at=now, thread=deal)


def _one(kind: str, pk: int, by: Principal) -> tuple[str, str]:
    if kind == "customer":
        customer = Customer.objects.get(pk=pk)
        return _("%(who)s把客户“%(name)s”交给了您") % {
            "who": by.name,
            "name": customer.name,
        }, customer.get_absolute_url()
    lead = Lead.objects.get(pk=pk)
    return _("%(who)s把线索“%(name)s”分配给了您") % {"who": by.name, "name": lead}, lead.get_absolute_url()


def _many(kind: str, count: int, by: Principal) -> tuple[str, str]:
    said = {"who": by.name, "count": count}
    if kind == "customer":
        text = ngettext("%(who)s把 %(count)s 个客户交给了您", "%(who)s把 %(count)s 个客户交给了您", count) % said
        return text, reverse("customers:list")
    text = ngettext("%(who)s分配给您 %(count)s 条线索", "%(who)s分配给您 %(count)s 条线索", count) % said
    return text, f"{reverse('leads:list')}?tab=mine"


def _others(people: Sequence[int] | Mapping[int, object], by: Principal) -> list[int]:
    return [one for one in people if one != by.user_id]
