"""The list of needs that a customer is asked to confirm (S4.3): order, urgency, comments, what is missing, his name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString

from tuoke.base.accounts import queries as accounts
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.doors.portal.actions import keep_answer, take_back
from tuoke.doors.portal.answers import Answer, kept, moved, read
from tuoke.doors.portal.drawing import card, lines, said_list
from tuoke.doors.portal.papers import paper
from tuoke.doors.portal.visits import Visit, host_of
from tuoke.doors.portal.words import KIND_WORDS, PRIORITY_WORDS, sentence, sentences
from tuoke.steps.discovery.models import Confirmation, NeedComment
from tuoke.steps.discovery.queries import SharedComment, SharedList, SharedRow, shared_list
from tuoke.steps.discovery.rules import NAME_LIMIT, NeedKind, SharedState

OVER = frozenset({"already_confirmed", "list_superseded", "link_dead", "contact_gone", "deal_closed"})
"""Refusals after which there is nothing more to type on this page."""


@dataclass(frozen=True, slots=True)
class Line:
    """A need of the confirmed version, as it is read."""

    number: int
    row: SharedRow
    text: SafeString
    kind_name: str
    priority_name: str
    said: SafeString


class NeedsPage:
    def show(self, visit: Visit) -> HttpResponseBase:
        shared = _shared(visit)
        if not shared.is_open:
            return _final(visit, shared)
        return _page(visit, shared, kept(shared))

    def answer(self, visit: Visit) -> HttpResponseBase:
        shared = _shared(visit)
        answer = read(visit.request.POST, shared)
        if visit.is_preview:
            return _page(visit, shared, answer, no("preview_only"), status=HTTPStatus.FORBIDDEN)
        if not shared.is_open:
            return _final(visit, shared, lost=answer)
        verb = answer.do.partition("-")[0]
        if verb in ("up", "down"):
            order = moved(answer.choices, answer.aim, by=-1 if verb == "up" else 1)
            return _page(visit, shared, replace(answer, choices=order))
        return _taken_back(visit, shared, answer) if verb == "back" else _kept(visit, shared, answer)

    def too_often(self, visit: Visit) -> HttpResponseBase:
        shared = _shared(visit)
        answer = read(visit.request.POST, shared)
        if not shared.is_open:
            return _final(visit, shared, lost=answer)
        return _page(visit, shared, answer, no("too_often"), status=HTTPStatus.TOO_MANY_REQUESTS)

    def download(self, visit: Visit, kind: str) -> HttpResponseBase:
        shared = _shared(visit)
        if shared.state not in (SharedState.OPEN, SharedState.CONFIRMED):
            return redirect("portal:open", visit.token)
        return paper(shared, company=accounts.company(), kind=kind)


def _shared(visit: Visit) -> SharedList:
    try:
        return shared_list(visit.link)
    except Confirmation.DoesNotExist:
        raise Http404 from None


def _kept(visit: Visit, shared: SharedList, answer: Answer) -> HttpResponseBase:
    try:
        keep_answer(
            link=visit.link, shared=shared, answer=answer, by=visit.by, now=visit.now, where=visit.ip, agent=visit.agent
        )
    except Conflict:
        now = _shared(visit)
        answer = replace(answer, version=now.confirmation.version)
        return _page(visit, now, answer, no("list_moved"), status=HTTPStatus.CONFLICT)
    except Refused as refusal:
        return _refused(visit, answer, refusal.verdict)
    done = "confirmed" if answer.do == "confirm" else "saved"
    return redirect(f"{reverse('portal:open', args=[visit.token])}?done={done}")


def _taken_back(visit: Visit, shared: SharedList, answer: Answer) -> HttpResponseBase:
    """Something he said before is taken back; what he is typing stays."""
    try:
        take_back(link=visit.link, comment_id=answer.aim, by=visit.by, now=visit.now, where=visit.ip, agent=visit.agent)
    except NeedComment.DoesNotExist:
        pass  # another tab, or another's: there is nothing of it here
    except Refused as refusal:
        return _refused(visit, answer, refusal.verdict)
    unmarked = {row.need_id for row in shared.rows if row.wrong and row.wrong.id == answer.aim}
    return _page(visit, _shared(visit), replace(answer, wrong=answer.wrong - unmarked))


def _refused(visit: Visit, answer: Answer, verdict: Verdict) -> HttpResponseBase:
    shared = _shared(visit)
    if OVER & set(verdict.codes):
        over = Verdict(tuple(one for one in verdict.reasons if one.code in OVER))
        return _final(visit, shared, over, lost=answer)
    return _page(visit, shared, answer, verdict, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(
    visit: Visit, shared: SharedList, answer: Answer, verdict: Verdict = YES, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    """The list to be worked on. ``verdict``: what was wrong with what he sent."""
    errors = {str(one.params.get("field", "")): sentence(one) for one in verdict.reasons}
    context = {
        **_common(visit, shared),
        "cards": _cards(shared, answer, errors),
        "answer": answer,
        "errors": errors,
        "problems": list(errors.items()),
        "name_limit": NAME_LIMIT,
        "is_saved": visit.request.GET.get("done") == "saved" and not verdict.reasons,
    }
    return render(visit.request, "portal/needs.html", context, status=status)


def _final(visit: Visit, shared: SharedList, verdict: Verdict = YES, *, lost: Answer | None = None) -> HttpResponse:
    """What can only be read: the confirmed version, or why this list isn't asked for any more.

    ``lost``: what he sent too late; its words are shown, so that he can take them with him.
    """
    context = {
        **_common(visit, shared),
        "lines": _lines(shared),
        "problems": sentences(verdict),
        "lost": _words_of(lost) if lost else (),
        "is_fresh": visit.request.GET.get("done") == "confirmed",
        "state": "dead" if "link_dead" in verdict.codes else shared.state.value,
    }
    return render(
        visit.request, "portal/needs_final.html", context, status=HTTPStatus.CONFLICT if lost else HTTPStatus.OK
    )


def _common(visit: Visit, shared: SharedList) -> dict[str, Any]:
    company = accounts.company()
    kinds = {row.kind for row in shared.rows}
    return {
        "company": company,
        "host": host_of(shared.confirmation.opportunity.owner, company_phone=company.phone),
        "additions": said_list(shared.additions, may_be_taken_back=shared.is_open),
        "comments": said_list(shared.comments, may_be_taken_back=shared.is_open),
        "sent": shared.confirmation,
        "customer": shared.confirmation.opportunity.customer,
        "link": visit.link,
        "token": visit.token,
        "is_preview": visit.is_preview,
        "kinds": [(kind.value, *KIND_WORDS[kind]) for kind in NeedKind if kind in kinds],
    }


def _cards(shared: SharedList, answer: Answer, errors: Mapping[str, str]) -> list[SafeString]:
    rows = {row.need_id: row for row in shared.rows}
    kinds = {kind: str(name) for kind, (name, _meaning) in KIND_WORDS.items()}
    return [
        card(
            need_id=choice.need_id,
            number=number,
            of=len(answer.choices),
            kind=(row := rows[choice.need_id]).kind.value,
            kind_name=kinds[row.kind],
            text=row.description,
            priority=choice.priority,
            is_wrong=choice.need_id in answer.wrong,
            typed=answer.comments.get(choice.need_id, ""),
            error=errors.get(f"comment-{choice.need_id}", ""),
            said=said_list(_said_of(row), may_be_taken_back=True),
        )
        for number, choice in enumerate(answer.choices, 1)
    ]


def _lines(shared: SharedList) -> list[Line]:
    return [
        Line(
            number=number,
            row=row,
            text=lines(row.description),
            kind_name=str(KIND_WORDS[row.kind][0]),
            priority_name=str(PRIORITY_WORDS[row.priority]),
            said=said_list(_said_of(row), may_be_taken_back=False),
        )
        for number, row in enumerate(shared.rows, 1)
    ]


def _said_of(row: SharedRow) -> tuple[SharedComment, ...]:
    return (*row.comments, row.wrong) if row.wrong else row.comments


def _words_of(answer: Answer) -> tuple[str, ...]:
    return tuple(text for text in (*answer.comments.values(), answer.general, answer.addition) if text)
