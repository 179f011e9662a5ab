from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import after_post, screen, status_of, toast, typed, wants_part
from tuoke.spine.deals.answering import changed
from tuoke.steps.discovery.interviews import actions
from tuoke.steps.discovery.interviews.forms import AnswerForm, CorrectionForm, NeedForm
from tuoke.steps.discovery.interviews.models import Answer, OutlineQuestion
from tuoke.steps.discovery.interviews.queries import contacts_of
from tuoke.steps.discovery.interviews.views.interviews import reviewed
from tuoke.steps.discovery.interviews.views.showing import (
    found_answer,
    found_question,
    number_in,
    pressed,
    shown,
)
from tuoke.steps.discovery.models import KIND_MEANINGS, KIND_NAMES


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.FOLLOWUP_WRITE)
def answer(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Keep what is in one field of the interview (regions ``saved``, ``refused``). Read, it leads to where the field is:
    that is where somebody comes back to whose session ended in the middle of a sentence."""
    question = found_question(request, pk)
    outline = question.outline
    form = AnswerForm(typed(request), contacts=contacts_of(outline.opportunity))
    if request.method != "POST":
        return _form_page(request, question, form) if outline.is_held else redirect(_place(question))
    saved = _saved(request, question, form) if form.is_valid() else None
    if saved is None:
        if wants_part(request):
            return screen(request, "interviews/saved.html", {"form": form}, region="refused", status=422)
        return _form_page(request, question, form)
    context = shown(request, outline) | {
        "saved": saved.answer,
        "place": form.cleaned_data["place"],
        "slot": saved.answer.slot if saved.answer else form.cleaned_data["slot"] or 0,
    }
    if saved.beside:
        toast(request, _("您在另一个页面也改过这条回答，两份都留下了。"))
    return after_post(
        request, lambda: screen(request, "interviews/saved.html", context, region="saved"), to=_place(question)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.FOLLOWUP_WRITE)
def correct(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Put an answer right (region ``correction``). A stale version shows both sides (409)."""
    found = found_answer(request, pk)
    form = CorrectionForm(
        typed(request), contacts=contacts_of(found.question.outline.opportunity),
        initial=CorrectionForm.initial_of(found), auto_id=f"id_a{pk}_%s",
    )  # fmt: skip
    context: dict[str, Any] = {"form": form, "answer": found, "is_part": wants_part(request)}
    if request.method == "POST" and form.is_valid():
        version, by, now = form.cleaned_data["version"], request.principal, timezone.now()
        try:
            actions.correct_answer(answer=found, version=version, draft=form.draft, by=by, now=now)
        except Conflict as conflict:
            current = conflict.current
            assert isinstance(current, Answer)
            context |= {"rows": [(_("回答"), form.draft.text, current.text)], "version": current.version}
            return screen(request, "interviews/correction.html", context, region="correction", status=409)
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已更正。"))
            return reviewed(request, found.question.outline_id)
    return screen(request, "interviews/correction.html", context, region="correction", status=status_of(form))


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def remove(request: StaffRequest, pk: int) -> HttpResponseBase:
    undo = reverse("interviews:restore_answer", args=[pk])
    return _pressed(request, pk, actions.remove_answer, said=_("回答已撤回。"), undo_url=undo)


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _pressed(request, pk, actions.restore_answer, said=_("已恢复。"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEED_WRITE)
@once
def take(request: StaffRequest, pk: int) -> HttpResponseBase:
    """An answer becomes a need (region ``take``): which kind, how urgent; its words and the link are kept."""
    found = found_answer(request, pk)
    form = NeedForm(typed(request), initial={"description": found.text}, auto_id=f"id_n{pk}_%s")
    if request.method == "POST" and form.is_valid():
        by, now = request.principal, timezone.now()
        try:
            actions.take_as_need(answer=found, draft=form.draft(found), by=by, now=now)
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已写进需求清单，并记下了出处。"))
            return changed(reviewed(request, found.question.outline_id))
    kinds = [(kind.value, KIND_NAMES[kind], KIND_MEANINGS[kind]) for kind in KIND_NAMES]
    context = {"form": form, "answer": found, "kinds": kinds, "is_part": wants_part(request)}
    return screen(request, "interviews/take.html", context, region="take", status=status_of(form))


def _saved(request: StaffRequest, question: OutlineQuestion, form: AnswerForm) -> Any:
    said = form.cleaned_data
    try:
        return actions.save_answer(
            question=question, slot=said["slot"] or 0, draft=form.draft, base=said["base"] or 0,
            writer=said["writer"] or uuid4().hex, by=request.principal, now=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        form.refuse(refused.verdict.reasons)
        return None


def _form_page(request: StaffRequest, question: OutlineQuestion, form: AnswerForm) -> HttpResponse:
    """Without a script, and for what is remembered after the meeting: a page for one answer."""
    context = shown(request, question.outline) | {"question": question, "form": form, "writer": uuid4().hex}
    line = context["sheet"].line(question.pk) if not question.withdrawn_at else None
    context["slot"] = number_in(request, "slot") if form.is_bound else (line.free_slot(request.user.pk) if line else 0)
    return screen(request, "interviews/answer.html", context, status=status_of(form))


def _pressed(
    request: StaffRequest, pk: int, verb: Callable[..., object], *, said: str, undo_url: str = ""
) -> HttpResponseBase:
    found = found_answer(request, pk)
    if pressed(request, lambda: verb(answer=found, by=request.principal, now=timezone.now())):
        toast(request, said, undo_url=undo_url)
    return reviewed(request, found.question.outline_id)


def _place(question: OutlineQuestion) -> str:
    name = "review" if question.outline.is_held else "hold"
    return f"{reverse(f'interviews:{name}', args=[question.outline_id])}#q{question.pk}"
