from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import after_post, screen, status_of, toast, typed, wants_part
from tuoke.spine.library.models import DIMENSION_NAMES
from tuoke.spine.library.rules import Dimension
from tuoke.steps.discovery.interviews import actions
from tuoke.steps.discovery.interviews.forms import QuestionForm
from tuoke.steps.discovery.interviews.models import Outline, OutlineQuestion
from tuoke.steps.discovery.interviews.queries import bank_of, first_contact
from tuoke.steps.discovery.interviews.views.showing import (
    found_outline,
    found_question,
    number_in,
    pressed,
    rights,
    shown,
)
from tuoke.steps.outreach.queries import facts_for


@require_safe
@needs(Permission.NEED_READ)
def bank(request: StaffRequest, pk: int) -> HttpResponse:
    """The question bank of one dimension for this customer (region ``bank``)."""
    outline = found_outline(request, pk)
    return screen(request, "interviews/bank.html", _bank(request, outline), region="bank")


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def suggest(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The suggested outline by one press."""
    outline = found_outline(request, pk, action="write")
    by, now = request.principal, timezone.now()
    added: list[OutlineQuestion] = []
    if pressed(request, lambda: added.extend(actions.suggest(outline=outline, by=by, now=now))):
        toast(request, _added(len(added)))
    return _after(request, outline)


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def pick(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Take ``item``, one question of the bank."""
    outline = found_outline(request, pk, action="write")
    by, now, item = request.principal, timezone.now(), number_in(request, "item")
    added: list[OutlineQuestion] = []
    if pressed(request, lambda: added.extend(actions.pick(outline=outline, item_ids=[item], by=by, now=now))):
        undo = reverse("interviews:remove_question", args=[added[0].pk])
        toast(request, _added(len(added)), undo_url=undo)
    return _after(request, outline)


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def order(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Questions into the ``order`` of their numbers, with commas between (dragged)."""
    outline = found_outline(request, pk, action="write")
    said = [
        one
        for one in request.POST.get("order", "").split(",")[:200]
        if one.isascii() and one.isdigit() and len(one) < 13
    ]
    by, now = request.principal, timezone.now()
    pressed(request, lambda: actions.reorder(outline=outline, order=[int(one) for one in said], by=by, now=now))
    return _after(request, outline)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.FOLLOWUP_WRITE)
@once
def add(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A question of one's own (region ``question-form``); ``?dimension=``. In an interview it comes back there."""
    outline = found_outline(request, pk, action="write")
    initial = {"dimension": request.GET.get("dimension", Dimension.STATUS.value)}
    form = QuestionForm(typed(request), initial=initial, auto_id="id_new_%s")
    if request.method == "POST" and form.is_valid():
        try:
            question = actions.add_question(outline=outline, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            if request.POST.get("live"):
                return redirect(f"{reverse('interviews:hold', args=[pk])}#q{question.pk}")
            toast(request, _("已加入提纲。"), undo_url=reverse("interviews:remove_question", args=[question.pk]))
            return _after(request, outline)
    return _form(request, outline, form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.FOLLOWUP_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Another wording for this customer (region ``question-form``). A stale version shows both sides (409)."""
    question = found_question(request, pk)
    form = QuestionForm(typed(request), initial=QuestionForm.initial_of(question), auto_id=f"id_{pk}_%s")
    if request.method == "POST" and form.is_valid():
        by, now, version = request.principal, timezone.now(), number_in(request, "version")
        try:
            actions.edit_question(question=question, version=version, draft=form.draft, by=by, now=now)
        except Conflict as conflict:
            current = conflict.current
            assert isinstance(current, OutlineQuestion)
            rows = [(_("问题"), form.draft.text, current.text)]
            url = reverse("interviews:edit_question", args=[pk])
            return _form(request, question.outline, form, question=current, status=409, rows=rows, url=url)
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已保存。"))
            return _after(request, question.outline)
    return _form(request, question.outline, form, question=question)


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def move(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One place up or down (``way``)."""
    steps = -1 if request.POST.get("way") == "up" else 1
    return _pressed(request, pk, lambda **given: actions.move_question(steps=steps, **given), said="")


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def remove(request: StaffRequest, pk: int) -> HttpResponseBase:
    undo = reverse("interviews:restore_question", args=[pk])
    return _pressed(request, pk, actions.remove_question, said=_("已移出提纲。"), undo_url=undo)


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _pressed(request, pk, actions.restore_question, said=_("已恢复。"))


@require_POST
@needs(Permission.LIBRARY_WRITE)
def share(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Into the library, for all."""
    return _pressed(request, pk, actions.share_question, said=_("已存入资料库，客户的名字换回了占位符。"))


def _pressed(
    request: StaffRequest, pk: int, verb: Callable[..., object], *, said: str, undo_url: str = ""
) -> HttpResponseBase:
    question = found_question(request, pk)
    if pressed(request, lambda: verb(question=question, by=request.principal, now=timezone.now())) and said:
        toast(request, said, undo_url=undo_url)
    return _after(request, question.outline)


def _after(request: StaffRequest, outline: Outline) -> HttpResponseBase:
    """The outline as it stands, and beside it the bank, in which something is taken or free now."""

    def region() -> HttpResponse:
        context = shown(request, outline) | _bank(request, outline) | {"today": timezone.localdate()}
        return screen(request, "interviews/outline.html", context, region="after")

    return after_post(request, region, to=reverse("interviews:outline", args=[outline.pk]))


def _bank(request: StaffRequest, outline: Outline) -> dict[str, Any]:
    asked = request.GET.get("dimension") or request.POST.get("dimension") or Dimension.STATUS.value
    try:
        dimension = Dimension(asked)
    except ValueError as error:
        raise Http404 from error
    query = request.GET.get("q", "")[:60].strip()
    contact, deal = first_contact(outline), outline.opportunity
    facts = facts_for(request.principal, deal, contact=contact, today=timezone.localdate())
    lines = bank_of(request.principal, outline, dimension=dimension, contact=contact, facts=facts, query=query)
    return rights(request, outline) | {
        "lines": lines,
        "dimension": dimension,
        "dimensions": [(one, DIMENSION_NAMES[one]) for one in Dimension],
        "query": query,
        "contact": contact,
    }


def _form(
    request: StaffRequest,
    outline: Outline,
    form: QuestionForm,
    *,
    question: OutlineQuestion | None = None,
    status: int | None = None,
    **more: Any,
) -> HttpResponse:
    context = {
        "form": form, "outline": outline, "deal": outline.opportunity, "question": question,
        "is_part": wants_part(request), **more,
    }  # fmt: skip
    status = status or status_of(form)
    return screen(request, "interviews/question_form.html", context, region="question-form", status=status)


def _added(count: int) -> str:
    return _("已加入 %(count)s 个问题。") % {"count": count}
