"""A visit written down, with the follow-up that it is; left out with a reason; corrected; taken back (S8.2)."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, no
from tuoke.base.records.actions import changes_between
from tuoke.spine.customers.models import Contact, Customer
from tuoke.spine.deals.doors import began_on, not_before
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.actions import record_followup
from tuoke.spine.followups.models import FollowUp
from tuoke.spine.followups.rules import SUMMARY_LIMIT, FollowUpOutcome
from tuoke.steps.reviews.revisits import hooks
from tuoke.steps.reviews.revisits.actions.doors import contact_of, held, is_visited, must, tell
from tuoke.steps.reviews.revisits.actions.planning import draw_near, plan_next, save_visit
from tuoke.steps.reviews.revisits.actions.relations import settle
from tuoke.steps.reviews.revisits.models import USAGE_NAMES, Revisit
from tuoke.steps.reviews.revisits.rules import LOW, State, Usage, VisitDraft
from tuoke.steps.reviews.revisits.rules.visits import may_skip

_SAID = ("done_on", "channel", "usage", "usage_level", "satisfaction", "new_needs")


@transaction.atomic
def record_visit(*, revisit: Revisit, version: int, draft: VisitDraft, by: Principal, now: datetime) -> Revisit:
    """记录回访: what was learned, the follow-up that it is (of the deal; of the customer where the deal was lost), and the
    next visit of the series, in one step.

    Raises Conflict; Refused: not_due, the draft's faults, before_deal, contact_elsewhere, and what a follow-up may be refused for.
    """
    deal = held(revisit.opportunity, by=by)
    revisit = Revisit.objects.get(pk=revisit.pk)
    if revisit.version != version:
        raise Conflict(revisit)
    must(YES if revisit.is_due else no("not_due"))
    return _recorded(revisit, deal, draft, by=by, now=now)


@transaction.atomic
def record_extra(*, deal: Opportunity, draft: VisitDraft, by: Principal, now: datetime) -> Revisit:
    """A visit that nobody had planned; where one is due, it is that one. Refused: deal_still_open, the draft's faults."""
    deal = held(deal, by=by)
    must(is_visited(deal))
    due = Revisit.objects.due().filter(opportunity=deal).first()
    today = timezone.localdate(now)
    extra = due or Revisit(opportunity=deal, due_on=draft.done_on or today, state=State.DUE, created_at=now, version=0)
    return _recorded(extra, deal, draft, by=by, now=now)


@transaction.atomic
def correct_visit(*, revisit: Revisit, version: int, draft: VisitDraft, by: Principal, now: datetime) -> Revisit:
    """What was written down was wrong or is to be added to. Its follow-up stays as it was said then. Raises Conflict;
    Refused: not_done, the draft's faults, contact_elsewhere."""
    deal = held(revisit.opportunity, by=by)
    revisit = Revisit.objects.get(pk=revisit.pk)
    if revisit.version != version:
        raise Conflict(revisit)
    contact, verdict = contact_of(draft.contact_id, deal)
    verdict &= draft.faults(today=timezone.localdate(now))
    if draft.done_on != revisit.done_on:
        verdict &= not_before(began_on(deal), draft.done_on, field="done_on")
    must(verdict & (YES if _is_done(revisit) else no("not_done")))
    before = {field: getattr(revisit, field) for field in (*_SAID, "contact_id")}
    _write(revisit, draft, contact)
    save_visit(revisit, *_SAID, "contact")
    changes = changes_between(before=before, after={field: getattr(revisit, field) for field in before})
    if changes:
        tell("corrected", deal, revisit, by=by, now=now, changes=changes, facts=_facts(revisit))
        settle([deal.customer_id], now=now)
    return revisit


@transaction.atomic
def skip_visit(*, revisit: Revisit, version: int, reason: str, by: Principal, now: datetime) -> Revisit:
    """跳过这一次: it is left out, the series goes on. ``take_up`` undoes it. Raises Conflict; Refused: not_due,
    reason_missing, too_long."""
    deal = held(revisit.opportunity, by=by)
    revisit = Revisit.objects.get(pk=revisit.pk)
    if revisit.version != version:
        raise Conflict(revisit)
    must((YES if revisit.is_due else no("not_due")) & may_skip(reason))
    revisit.state, revisit.reason = State.SKIPPED, reason.strip()
    revisit.closed_by_id, revisit.closed_at = by.user_id, now
    save_visit(revisit, "state", "reason", "closed_by", "closed_at")
    following = plan_next(deal, after=max(revisit.due_on, timezone.localdate(now)), now=now)
    facts = {"due_on": revisit.due_on, "reason": revisit.reason, "next_on": following.due_on if following else None}
    tell("skipped", deal, revisit, by=by, now=now, facts=facts)
    return revisit


@transaction.atomic
def take_up(*, revisit: Revisit, by: Principal, now: datetime) -> Revisit:
    """What was skipped is to be done after all; what had been planned in its place isn't. Refused: not_skipped,
    deal_still_open, visited_since."""
    deal = held(revisit.opportunity, by=by)
    revisit = Revisit.objects.get(pk=revisit.pk)
    verdict = is_visited(deal) & (YES if revisit.state == State.SKIPPED else no("not_skipped"))
    later = Revisit.objects.standing().filter(opportunity=deal, pk__gt=revisit.pk)
    if later.exclude(state=State.DUE).exists():
        verdict &= no("visited_since")
    must(verdict)
    for due in Revisit.objects.due().filter(opportunity=deal):
        due.withdrawn_at = now
        save_visit(due, "withdrawn_at")
    revisit.state, revisit.reason, revisit.closed_by, revisit.closed_at = State.DUE, "", None, None
    save_visit(revisit, "state", "reason", "closed_by", "closed_at")
    tell("taken_up", deal, revisit, by=by, now=now, facts={"due_on": revisit.due_on})
    return revisit


@transaction.atomic
def withdraw_visit(*, revisit: Revisit, by: Principal, now: datetime) -> Revisit:
    """It was written down by mistake: its score counts no more. ``restore_visit`` brings it back (O5)."""
    return _mark(revisit, withdrawn_at=now, kind="withdrawn", by=by, now=now)


@transaction.atomic
def restore_visit(*, revisit: Revisit, by: Principal, now: datetime) -> Revisit:
    return _mark(revisit, withdrawn_at=None, kind="restored", by=by, now=now)


def _recorded(revisit: Revisit, deal: Opportunity, draft: VisitDraft, *, by: Principal, now: datetime) -> Revisit:
    contact, verdict = contact_of(draft.contact_id, deal)
    verdict &= draft.faults(today=timezone.localdate(now))
    must(verdict & not_before(began_on(deal), draft.done_on, field="done_on"))
    assert draft.done_on is not None
    _write(revisit, draft, contact)
    revisit.state, revisit.closed_by_id, revisit.closed_at = State.DONE, by.user_id, now
    revisit.version += 1
    revisit.save()
    revisit.followup = _followup(revisit, deal, contact, by=by, now=now)
    revisit.save(update_fields=["followup"])
    following = plan_next(deal, after=max(revisit.due_on, draft.done_on), now=now)
    if draft.satisfaction is not None and draft.satisfaction <= LOW:
        following = draw_near(deal, now=now)
    facts = _facts(revisit) | {"next_on": following.due_on if following else None}
    tell("recorded", deal, revisit, by=by, now=now, facts=facts)
    settle([deal.customer_id], now=now)
    for told in hooks.on_recorded:
        told(revisit, by, now)
    return revisit


def _followup(
    revisit: Revisit, deal: Opportunity, contact: Contact | None, *, by: Principal, now: datetime
) -> FollowUp:
    """What was talked about, as every other contact with this customer is kept (F1)."""
    subject: Opportunity | Customer = deal.customer if deal.is_given_up else deal
    day = revisit.done_on
    assert day is not None
    at = now if day == timezone.localdate(now) else timezone.make_aware(datetime.combine(day, time(12)))
    return record_followup(
        subject=subject,
        at=at,
        channels=[revisit.channel],
        outcome=FollowUpOutcome.STALLED if _is_bad(revisit) else FollowUpOutcome.PROGRESS,
        summary=_summary(revisit)[:SUMMARY_LIMIT],
        contact=contact,
        by=by,
        now=now,
    )


def _summary(revisit: Revisit) -> str:
    lines = [_("回访：%(usage)s") % {"usage": revisit.usage}]
    if revisit.usage_level:
        lines.append(_("使用：%(level)s") % {"level": USAGE_NAMES[Usage(revisit.usage_level)]})
    if revisit.satisfaction is not None:
        lines.append(_("满意度：%(score)s 分") % {"score": revisit.satisfaction})
    if revisit.new_needs:
        lines.append(_("新的需求：%(needs)s") % {"needs": revisit.new_needs})
    return "\n".join(lines)


def _is_bad(revisit: Revisit) -> bool:
    return revisit.satisfaction is not None and revisit.satisfaction <= LOW


def _is_done(revisit: Revisit) -> bool:
    return revisit.state == State.DONE and revisit.withdrawn_at is None


def _write(revisit: Revisit, draft: VisitDraft, contact: Contact | None) -> None:
    revisit.done_on, revisit.channel, revisit.contact = draft.done_on, draft.channel, contact
    revisit.usage, revisit.usage_level = draft.usage.strip(), draft.usage_level
    revisit.satisfaction, revisit.new_needs = draft.satisfaction, draft.new_needs.strip()


def _mark(revisit: Revisit, *, withdrawn_at: datetime | None, kind: str, by: Principal, now: datetime) -> Revisit:
    deal = held(revisit.opportunity, by=by)
    revisit = Revisit.objects.get(pk=revisit.pk)
    must(YES if revisit.state == State.DONE else no("not_done"))
    if (revisit.withdrawn_at is None) != (withdrawn_at is None):
        revisit.withdrawn_at = withdrawn_at
        save_visit(revisit, "withdrawn_at")
        tell(kind, deal, revisit, by=by, now=now, facts=_facts(revisit))
        settle([deal.customer_id], now=now)
    return revisit


def _facts(revisit: Revisit) -> dict[str, Any]:
    return {
        "done_on": revisit.done_on,
        "contact": revisit.contact.name if revisit.contact else "",
        "usage": revisit.usage[:200],
        "usage_level": revisit.usage_level,
        "satisfaction": revisit.satisfaction,
        "new_needs": revisit.new_needs[:200],
    }
