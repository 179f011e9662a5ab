"""《项目复盘报告》 is made final, or taken up again (S8.1)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, no
from tuoke.services.exchange.rules import text_fault
from tuoke.spine.deals.doors import must
from tuoke.steps.reviews.actions.doors import has_ended, lead, tell
from tuoke.steps.reviews.models import Report, Review
from tuoke.steps.reviews.queries import content_now, verdict_of
from tuoke.steps.reviews.rules import LINE_LIMIT, ReviewState, may_reopen, stored


@transaction.atomic
def finish(*, review: Review, version: int, by: Principal, now: datetime) -> Report:
    """Freeze the report with its figures as they are now. Raises Conflict; Refused with everything that is missing:
    deal_runs, review_final, review_not_held, summary_missing, cause_missing, functions_missing, improvements_missing,
    improvements_unowned."""
    current = lead(review, by=by, version=version)
    must(has_ended(current.opportunity) & verdict_of(current))
    last = Report.objects.filter(review=current).aggregate(last=Max("number"))["last"] or 0
    content = stored(content_now(current, now=now))
    report = Report.objects.create(review=current, number=last + 1, content=content, made_at=now, made_by_id=by.user_id)
    current.state, current.final_at, current.final_by_id = ReviewState.FINAL.value, now, by.user_id
    current.version += 1
    current.save()
    tell("finished", current, report, by=by, now=now, facts={"number": report.number})
    return report


@transaction.atomic
def reopen(*, review: Review, reason: str, by: Principal, now: datetime) -> Review:
    """Something is to be added: the report stays as it is, the next one gets the next number. Refused: review_not_final,
    reason_missing, deal_finished."""
    current = lead(review, by=by)
    verdict = may_reopen(current.standing) & text_fault(reason, field="reason", limit=LINE_LIMIT)
    verdict &= YES if reason.strip() else no("reason_missing", field="reason")
    if current.opportunity.finished_at is not None:
        verdict &= no("deal_finished")
    must(verdict)
    current.state, current.final_at, current.final_by_id = ReviewState.HELD.value, None, None
    current.version += 1
    current.save()
    tell("reopened", current, by=by, now=now, facts={"reason": reason.strip()})
    return current
