"""How an objection begins: from a prediction that holds, or from what somebody thought of."""

from __future__ import annotations

from datetime import date, datetime

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.objections.models import DealObjection
from tuoke.steps.proposals.objections.queries import predicted
from tuoke.steps.proposals.objections.rules import MOST_IN_DEAL, ObjectionDraft, Prediction, at_rest


def foreseen(deal: Opportunity, rule: str, *, today: date) -> Prediction | None:
    """What ``rule`` predicts of the deal as it is; None where it predicts nothing, or there is no rule."""
    return next((one for one in predicted(deal, today=today) if one.rule == rule), None) if rule else None


def has_room(deal: Opportunity, rule: str, prediction: Prediction | None) -> Verdict:
    rows = list(DealObjection.objects.filter(opportunity=deal).values_list("rule", "withdrawn_at"))
    verdict = no("too_many_objections", most=MOST_IN_DEAL) if len(rows) >= MOST_IN_DEAL else YES
    if rule and (rule, None) in rows:
        return verdict & no("already_listed")
    return verdict & no("not_predicted") if rule and prediction is None else verdict


def begun(
    deal: Opportunity, draft: ObjectionDraft, prediction: Prediction | None, *, by: Principal, now: datetime
) -> DealObjection:
    made = DealObjection(opportunity=deal, created_by_id=by.user_id, created_at=now)
    if prediction:
        made.rule, made.why = prediction.rule, dict(prediction.facts)
    written(made, draft)
    made.state = at_rest(made.answer).value
    return made


def written(objection: DealObjection, draft: ObjectionDraft) -> None:
    objection.kind, objection.source_id = draft.kind.value, draft.source
    for name in ("text", "answer", "alternative", "backing"):
        setattr(objection, name, getattr(draft, name).strip())
