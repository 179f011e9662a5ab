"""An objection on the list and its answer: prepared, added by hand, changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.rules import ObjectionKind
from tuoke.steps.proposals.objections import actions, queries, words
from tuoke.steps.proposals.objections.forms import NewObjectionForm, ObjectionForm
from tuoke.steps.proposals.objections.models import DealObjection
from tuoke.steps.proposals.objections.queries.choices import Answer, cited_versions
from tuoke.steps.proposals.objections.rules import RULES, Prediction, best_for
from tuoke.steps.proposals.objections.views.showing import (
    done,
    followups_of,
    found_deal,
    found_objection,
    people_of,
)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROPOSAL_WRITE)
@once
def prepare(request: StaffRequest, pk: int, rule: str) -> HttpResponseBase:
    """Take a prediction up. ``?answer=`` begins with another of the library's answers (its item)."""
    if rule not in RULES:
        raise Http404
    deal = found_deal(request, pk, action="write")
    prediction = next((one for one in queries.predicted(deal, today=timezone.localdate()) if one.rule == rule), None)
    return _new(request, deal, kind=RULES[rule][0], rule=rule, prediction=prediction)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROPOSAL_WRITE)
@once
def add(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One that nobody predicted. ``?kind=``, ``?text=`` and ``?followup=`` where a follow-up sounds like one."""
    deal = found_deal(request, pk, action="write")
    said = request.GET.get("kind", "")
    kind = ObjectionKind(said) if said in set(ObjectionKind) else ObjectionKind.PRICE
    return _new(request, deal, kind=kind)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROPOSAL_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change words, answer or proofs; ``?answer=`` takes over another of the library's. A stale version shows both
    sides (409)."""
    objection = found_objection(request, pk)
    deal, kind = objection.opportunity, ObjectionKind(objection.kind)
    linked = list(objection.proof_links.values_list("item_version_id", flat=True))
    answers, told = _answers(request, deal, kind)
    chosen = _chosen(request, answers)
    initial = ObjectionForm.initial_of(objection, linked) | _taken(chosen, keep_text=True)
    cited = chosen.content.proofs if chosen else ()
    choices = queries.proof_choices(request.principal, deal, keeping=linked, cited=cited)
    form = ObjectionForm(typed(request), proofs=choices, initial=initial)
    context = _context(request, deal, form, answers, told, chosen, title=_("修改异议与回答"))
    context |= {"objection": objection, "why": words.why(objection.rule, objection.why)}
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit(
                objection=objection, version=form.seen, draft=form.draft, by=request.principal, now=timezone.now()
            )
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            return screen(request, "objections/write.html", context | _two_sides(form, conflict), status=409)
        else:
            toast(request, _("已保存"))
            return done(request, deal)
    return screen(request, "objections/write.html", context, status=status_of(form))


def _new(
    request: StaffRequest,
    deal: Opportunity,
    *,
    kind: ObjectionKind,
    rule: str = "",
    prediction: Prediction | None = None,
) -> HttpResponseBase:
    today = timezone.localdate()
    answers, told = _answers(request, deal, kind)
    chosen = _chosen(request, answers) or (_first(answers, prediction) if prediction else None)
    choices = queries.proof_choices(request.principal, deal, cited=chosen.content.proofs if chosen else ())
    initial = {"kind": kind.value, "text": words.RULE_TEXTS.get(rule, ""), **_taken(chosen), **_heard(request)}
    form = NewObjectionForm(
        typed(request), proofs=choices, contacts=people_of(deal), followups=followups_of(deal), today=today,
        initial=initial,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.add(
                deal=deal, draft=form.draft, rule=rule, raised=form.raised, by=request.principal, now=timezone.now()
            )
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已加入异议应对清单"))
            return done(request, deal)
    title = _("准备回答") if rule else _("加一条异议")
    context = _context(request, deal, form, answers, told, chosen, title=title)
    context["why"] = words.why(prediction.rule, prediction.facts) if prediction else ""
    return screen(request, "objections/write.html", context, status=status_of(form))


def _context(
    request: StaffRequest,
    deal: Opportunity,
    form: ObjectionForm,
    answers: list[Answer],
    told: str,
    chosen: Answer | None,
    *,
    title: str,
) -> dict[str, Any]:
    return {
        "deal": deal,
        "form": form,
        "answers": answers,
        "told": told,
        "chosen": chosen,
        "title": title,
        "here": request.path,
    }


def _answers(request: StaffRequest, deal: Opportunity, kind: ObjectionKind) -> tuple[list[Answer], str]:
    """The library's answers to a kind, and in one sentence whether one can be called the better."""
    answers, telling = queries.answers_for(request.principal, deal, kind)
    best = max(answers, key=lambda answer: answer.effect.share, default=None)
    title = best.offer.item.title if best else ""
    return answers, words.told(telling, variants=len(answers), best=f"“{title}”", kind="objection")


def _chosen(request: StaffRequest, answers: list[Answer]) -> Answer | None:
    asked = request.GET.get("answer", "")
    return next((answer for answer in answers if str(answer.offer.item.pk) == asked), None)


def _first(answers: list[Answer], prediction: Prediction) -> Answer | None:
    texts = [f"{answer.offer.item.title} {answer.content.objection}" for answer in answers]
    at = best_for(prediction.rule, texts)
    return None if at is None else answers[at]


def _taken(chosen: Answer | None, *, keep_text: bool = False) -> dict[str, Any]:
    """What a form begins with where one of the library's answers is taken over."""
    if chosen is None:
        return {}
    content = chosen.content
    proofs = list(cited_versions(content.proofs).values())
    taken = {"answer": content.answer, "proofs": proofs, "source": chosen.offer.version.pk}
    return taken if keep_text else {**taken, "text": content.objection}


def _heard(request: StaffRequest) -> dict[str, Any]:
    """What a follow-up said, where the form was opened from one."""
    followup = request.GET.get("followup", "")
    if not followup.isascii() or not followup.isdigit() or len(followup) > 18:
        return {}
    said: Mapping[str, Any] = {"text": request.GET.get("text", "")[:300], "contact": request.GET.get("contact", "")}
    return {"is_raised": True, "followup": int(followup), **{name: value for name, value in said.items() if value}}


def _two_sides(form: ObjectionForm, conflict: Conflict) -> dict[str, Any]:
    """Both sides where they differ, as the form says them."""
    current = conflict.current
    assert isinstance(current, DealObjection)
    rows = []
    for name in ("kind", "text", "answer", "alternative", "backing"):
        mine, theirs = str(form[name].value() or ""), str(getattr(current, name))
        if mine.strip() != theirs:
            say = words.kind_name if name == "kind" else str
            rows.append((words.FIELD_NAMES[name], say(mine), say(theirs)))
    last = history_of(current).first()
    return {"rows": rows, "who": last.actor_name if last else "", "version": current.version}
