"""What the customer does on his pages, as one: all of it is kept, or nothing and he is told everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Reason, Refused, Verdict
from tuoke.doors.portal.answers import Answer
from tuoke.services.links.models import Link
from tuoke.steps.discovery.actions import confirmations
from tuoke.steps.discovery.queries import SharedComment, SharedList
from tuoke.steps.discovery.rules import COMMENT_LIMIT
from tuoke.steps.discovery.rules.needs import text_verdict

Verb = Callable[..., object]


@transaction.atomic
def keep_answer(
    *, link: Link, shared: SharedList, answer: Answer, by: Principal, now: datetime, where: str, agent: str
) -> None:
    """Everything that the customer typed and moved; where he pressed confirm, confirmed.

    Refused carries every reason, each with the ``field`` that it is about. Conflict: another tab was faster. What stands
    there already, word for word, isn't said twice.
    """
    how: dict[str, Any] = {"link": link, "by": by, "now": now, "where": where, "agent": agent}
    reasons: list[Reason] = []
    for field, verb, given in _said(shared, answer):
        try:
            _require_storable(given.get("description", ""))
            verb(**how, **given)
        except Refused as refusal:
            reasons += [Reason(one.code, {**one.params, "field": field}) for one in refusal.verdict.reasons]
    if reasons:
        raise Refused(Verdict(tuple(reasons)))


def take_back(*, link: Link, comment_id: int, by: Principal, now: datetime, where: str, agent: str) -> None:
    """The customer takes back what he said before. Raises NeedComment.DoesNotExist where it isn't of this list."""
    confirmations.customer_takes_back(link=link, comment_id=comment_id, by=by, now=now, where=where, agent=agent)


def _said(shared: SharedList, answer: Answer) -> Iterator[tuple[str, Verb, dict[str, Any]]]:
    """What is to be done, in the order in which it may be: field, verb, and what it takes."""
    for row in shared.rows:
        text = answer.comments.get(row.need_id, "")
        field = f"comment-{row.need_id}"
        if row.need_id in answer.wrong:
            if text or row.wrong is None:
                yield field, confirmations.customer_marks_wrong, {"need_id": row.need_id, "text": text}
            continue
        if row.wrong is not None:
            yield field, confirmations.customer_takes_back, {"comment_id": row.wrong.id}
        if text and not _is_said(row.comments, text):
            yield field, confirmations.customer_comments, {"need_id": row.need_id, "text": text}
    if answer.general and not _is_said(shared.comments, answer.general):
        yield "general", confirmations.customer_comments, {"need_id": None, "text": answer.general}
    if answer.addition:
        yield "addition", confirmations.customer_adds, {"description": answer.addition}
    if answer.do == "confirm":
        confirming = {"name": answer.name, "version": answer.version, "choices": answer.choices}
        yield "name", confirmations.customer_confirms, confirming
    elif answer.choices != shared.choices:
        yield "order", confirmations.customer_reorders, {"choices": answer.choices}


def _require_storable(text: str) -> None:
    """Before anything is looked up by it: PostgreSQL can't even compare with what it can't store."""
    verdict = text_verdict(text, name="comment", limit=COMMENT_LIMIT)
    if not verdict:
        raise Refused(verdict)


def _is_said(comments: tuple[SharedComment, ...], text: str) -> bool:
    return any(one.text == text for one in comments)
