"""The survey that a customer is asked to answer (S8.2): one score, three questions, his own words; half a minute on a phone.
Until the link ends he may change what he said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts import queries as accounts
from tuoke.base.kernel.verdict import YES, Reason, Refused, Verdict, no
from tuoke.doors.portal.visits import Visit, host_of
from tuoke.doors.portal.words import SENTENCES as COMMON
from tuoke.steps.reviews.revisits import actions, words
from tuoke.steps.reviews.revisits.models import Survey
from tuoke.steps.reviews.revisits.queries import SharedSurvey, shared_survey
from tuoke.steps.reviews.revisits.rules import QUESTIONS, Answer, SurveyState

OVER = frozenset({"deal_still_open", "contact_gone", "link_dead"})
"""Refusals after which there is nothing more to send through this link."""
SENTENCES: Mapping[str, StrOrPromise] = {
    "score_missing": _("请先选一个分数：0 分最不愿意，10 分最愿意。"),
    "score_out_of_range": _("请在 0 到 10 之间选一个分数。"),
    "choice_unknown": _("请从给出的答案中选择。"),
    "too_long": _("最多 %(limit)s 个字，现在 %(length)s 个。"),
    "text_broken": _("文字里有无法保存的字符，请重新输入。"),
    "too_often": COMMON["too_often"],
    "preview_only": COMMON["preview_only"],
}
WORDS_LIMIT = 4000


@dataclass(frozen=True, slots=True)
class Said:
    """The form as it stands."""

    answer: Answer
    name: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its answers: (value, words, chosen)."""

    key: str
    text: StrOrPromise
    choices: tuple[tuple[str, StrOrPromise, bool], ...]


class SurveyPage:
    def show(self, visit: Visit) -> HttpResponseBase:
        shared = _shared(visit)
        return _page(visit, shared, _fresh(shared)) if shared.is_open else _final(visit, shared)

    def answer(self, visit: Visit) -> HttpResponseBase:
        shared = _shared(visit)
        if not shared.is_open:
            return _final(visit, shared)
        said = _said(visit)
        if visit.is_preview:
            return _page(visit, shared, said, no("preview_only"), status=HTTPStatus.FORBIDDEN)
        return _kept(visit, shared, said)

    def too_often(self, visit: Visit) -> HttpResponseBase:
        shared = _shared(visit)
        if not shared.is_open:
            return _final(visit, shared)
        return _page(visit, shared, _said(visit), no("too_often"), status=HTTPStatus.TOO_MANY_REQUESTS)

    def download(self, visit: Visit, kind: str) -> HttpResponseBase:
        """There is nothing to take home from a survey."""
        raise Http404


def _shared(visit: Visit) -> SharedSurvey:
    try:
        return shared_survey(visit.link)
    except Survey.DoesNotExist:
        raise Http404 from None


def _fresh(shared: SharedSurvey) -> Said:
    """Blank, or as he left it."""
    return Said(shared.answer or Answer(None), shared.survey.answered_name)


def _said(visit: Visit) -> Said:
    given = visit.request.POST
    score = given.get("score", "")
    is_number = score.isascii() and score.isdigit() and len(score) <= 3
    answer = Answer(
        score=int(score) if is_number else None,
        choices={question: given[question][:20] for question in QUESTIONS if given.get(question)},
        comment=given.get("comment", "")[:WORDS_LIMIT].replace("\r\n", "\n").strip(),
        wants_call=bool(given.get("wants_call")),
    )
    return Said(answer, given.get("name", "")[:WORDS_LIMIT].strip())


def _kept(visit: Visit, shared: SharedSurvey, said: Said) -> HttpResponseBase:
    try:
        actions.customer_answers(
            link=visit.link, answer=said.answer, name=said.name, by=visit.by, now=visit.now, where=visit.ip
        )
    except Refused as refusal:
        if OVER & set(refusal.verdict.codes):
            return _final(visit, _shared(visit), refusal.verdict)
        return _page(visit, shared, said, refusal.verdict, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(f"{reverse('portal:open', args=[visit.token])}?done=sent")


def _page(
    visit: Visit, shared: SharedSurvey, said: Said, verdict: Verdict = YES, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    problems = [(str(reason.params.get("field", "")), _sentence(reason)) for reason in verdict.reasons]
    context = {
        **_common(visit, shared),
        "scores": [(score, score == said.answer.score) for score in range(11)],
        "questions": [_question(key, said.answer) for key in QUESTIONS],
        "said": said,
        "problems": problems,
        "wrong": dict(problems),
        "is_answered": shared.answer is not None,
        "is_sent": visit.request.GET.get("done") == "sent" and shared.answer is not None and not problems,
        "happy": shared.answer is not None and not shared.answer.is_low,
    }
    return render(visit.request, "portal/survey.html", context, status=status)


def _question(key: str, answer: Answer) -> Question:
    chosen = answer.choices.get(key, "")
    offered = words.CHOICES[key]
    return Question(key, words.QUESTIONS[key], tuple((c, offered[c], c == chosen) for c in QUESTIONS[key]))


def _final(visit: Visit, shared: SharedSurvey, verdict: Verdict = YES) -> HttpResponse:
    """There is nothing to answer behind this link any more."""
    state = "dead" if "link_dead" in verdict.codes else shared.state.value
    context = {**_common(visit, shared), "state": state, "closed": SurveyState.CLOSED.value}
    status = HTTPStatus.CONFLICT if visit.request.method == "POST" else HTTPStatus.OK
    return render(visit.request, "portal/survey_final.html", context, status=status)


def _common(visit: Visit, shared: SharedSurvey) -> dict[str, Any]:
    company = accounts.company()
    return {
        "company": company,
        "host": host_of(shared.deal.owner, company_phone=company.phone),
        "customer": shared.deal.customer,
        "survey": shared.survey,
        "was_lost": shared.deal.is_given_up,
        "link": visit.link,
        "token": visit.token,
        "is_preview": visit.is_preview,
    }


def _sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    return str(said) % dict(reason.params) if said else words.sentence(reason)
