"""Step 4 of the demo's story: what is asked in a meeting and what the customer answered, in his own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.services.calendar.queries import workdays
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.spine.library.rules import Dimension
from tuoke.steps.discovery.interviews import actions as interviews
from tuoke.steps.discovery.interviews.models import Answer, Outline, OutlineQuestion
from tuoke.steps.discovery.interviews.rules import AnswerDraft, OutlineDraft, QuestionDraft
from tuoke.steps.discovery.rules import NeedDraft, NeedKind, Priority

HERE = Path(__file__).parent
PAGE = "7f6b1c52-demo-page"


def hold(deal: Opportunity, name: str, *, people: Sequence[Contact], by: Principal, at: datetime) -> Outline:
    """An interview from its outline to its follow-up: four of five dimensions, two answers became needs."""
    script = _script()[name]
    before = at - timedelta(days=3)
    outline = _draw_up(deal, script, people, by=by, on=at, now=before)
    interviews.begin(outline=outline, by=by, now=at)
    for question, said in _asked(outline, script["asked"], by=by, now=before):
        answer = _answer(question, said, people, by=by, at=at)
        if answer and "need" in said:
            kind, description, pain, impact = said["need"]
            need = NeedDraft(
                NeedKind(kind), description, Priority.HIGH, contact_id=answer.contact_id, pain=pain, impact=impact,
                said_by_customer=answer.own_words,
            )  # fmt: skip
            interviews.take_as_need(answer=answer, draft=need, by=by, now=at + timedelta(hours=2))
    interviews.save_notes(outline=outline, text=script["notes"], base=0, writer=PAGE, by=by, now=at)
    closing = interviews.Closing(
        at=at, channels=("visit",), outcome=FollowUpOutcome.PROGRESS, summary=script["summary"],
        minutes=script["minutes"], contact_id=people[0].pk, plan=Plan(script["next"], timezone.localdate(at) + timedelta(days=6)),
    )  # fmt: skip
    return interviews.hold(outline=outline, closing=closing, by=by, now=at + timedelta(hours=3))


def plan_tomorrow(deal: Opportunity, name: str, *, people: Sequence[Contact], by: Principal, now: datetime) -> None:
    """The next meeting, on the next working day and in the calendar, with the questions that are ready for it."""
    script = _script()[name]
    day = workdays().add(timezone.localdate(now), 1)
    on = datetime.combine(day, time(14, 0), tzinfo=timezone.get_current_timezone())
    made = now - timedelta(days=1)
    outline = _draw_up(deal, script, people, by=by, on=on, now=made, in_calendar=True)
    interviews.suggest(outline=outline, by=by, now=made)
    list(_asked(outline, script["asked"], by=by, now=made))


def _script() -> Mapping[str, Any]:
    return dict(yaml.safe_load((HERE / "interviews.yaml").read_text(encoding="utf-8")))


def _draw_up(
    deal: Opportunity, script: Mapping[str, Any], people: Sequence[Contact], *, by: Principal, on: datetime,
    now: datetime, in_calendar: bool = False,
) -> Outline:  # fmt: skip
    local = timezone.localtime(on)
    draft = OutlineDraft(
        script["title"], local.date(), local.time().replace(second=0, microsecond=0),
        contact_ids=tuple(person.pk for person in people),
    )  # fmt: skip
    return interviews.draw_up(deal=deal, draft=draft, in_calendar=in_calendar, by=by, now=now)


def _asked(
    outline: Outline, asked: Sequence[Mapping[str, Any]], *, by: Principal, now: datetime
) -> list[tuple[OutlineQuestion, Mapping[str, Any]]]:
    drafts = [QuestionDraft(Dimension(a["dimension"]), a["ask"], tuple(a.get("probes", ()))) for a in asked]
    return [
        (interviews.add_question(outline=outline, draft=draft, by=by, now=now), said)
        for draft, said in zip(drafts, asked, strict=True)
    ]


def _answer(
    question: OutlineQuestion, said: Mapping[str, Any], people: Sequence[Contact], *, by: Principal, at: datetime
) -> Answer | None:
    if "answer" not in said:
        return None
    who = people[min(said.get("who", 0), len(people) - 1)]
    draft = AnswerDraft(said["answer"], who.pk, own_words=said.get("own", False))
    return interviews.save_answer(
        question=question, slot=0, draft=draft, base=0, writer=PAGE, by=by, now=at + timedelta(minutes=question.position * 4)
    ).answer  # fmt: skip
