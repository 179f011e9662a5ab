"""Everything that can be done with an improvement."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.steps.reviews.improvements import actions, places, queries, words
from tuoke.steps.reviews.improvements.forms import AssignForm, DecisionForm, DoneForm, ImprovementForm
from tuoke.steps.reviews.improvements.models import Improvement
from tuoke.steps.reviews.improvements.rules import DUE_AFTER, LIBRARY, PROCESS, Origin, State, Target
from tuoke.steps.reviews.improvements.views.showing import asked, conflict_of, found, pressed
from tuoke.steps.reviews.models import Problem, Review

_MAYBE_POST = require_http_methods(["GET", "HEAD", "POST"])


@_MAYBE_POST
@needs(Permission.REVIEW_WRITE)
@once
def propose(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Out of a review (region ``improvement-form``); ``?problem=`` chooses what it answers."""
    visible = Review.objects.visible_to(request.principal, "write").select_related("opportunity")
    review = get_object_or_404(visible, pk=pk)
    title = _("提一条改进")
    form = _form(request, review=review, initial=_suggested(request))
    return _proposed(request, form, review=review, title=title, back=places.to_improvements(review.opportunity))


@_MAYBE_POST
@needs(Permission.IMPROVEMENT_WRITE)
@once
def new(request: StaffRequest) -> HttpResponseBase:
    """Out of the market or daily work (region ``improvement-form``); ``?target=`` and ``?target_key=`` name the tool."""
    form = _form(request, review=None, initial=_suggested(request))
    return _proposed(request, form, review=None, title=_("提一条改进"), back=reverse("improvements:index"))


@_MAYBE_POST
@needs(Permission.PLAYBOOK_READ)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Until it is decided on (region ``improvement-form``). A stale version shows both sides (409)."""
    row = found(request, pk, "write")
    form = _form(request, review=row.review, initial=ImprovementForm.initial_of(row))
    context = _context(form, title=_("修改改进项"), back=row.get_absolute_url(), url=request.path)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit(row=row, version=form.version_seen, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            return _written(request, context | conflict_of(form, conflict), status=409)
        else:
            toast(request, _("已保存"))
            return redirect(row)
    return _written(request, context, status=status_of(form))


@_MAYBE_POST
@needs(Permission.IMPROVEMENT_WRITE)
def decide(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Accept or decline (region ``improvement-verb``)."""
    row = found(request, pk, "write")
    form = DecisionForm(typed(request), initial={"decision": request.GET.get("decision", "accepted")})
    return asked(
        request,
        row,
        form,
        lambda: actions.decide(
            row=row,
            decision=State(form.cleaned_data["decision"]),
            reason=form.cleaned_data["reason"],
            by=request.principal,
            now=timezone.now(),
        ),
        title=_("采不采纳"),
        said=_("已决定，提的人会收到通知"),
        undo_url=reverse("improvements:reconsider", args=[pk]),
    )


@require_POST
@needs(Permission.IMPROVEMENT_WRITE)
def reconsider(request: StaffRequest, pk: int) -> HttpResponseBase:
    row, by = found(request, pk, "write"), request.principal
    return pressed(request, row, lambda: actions.reconsider(row=row, by=by, now=timezone.now()), said=_("决定已撤回"))


@_MAYBE_POST
@needs(Permission.PLAYBOOK_READ)
def assign(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Another owner or day (region ``improvement-verb``)."""
    row = found(request, pk, "write")
    form = AssignForm(typed(request), people=queries.owners_for(request.principal), initial=AssignForm.initial_of(row))
    return asked(
        request,
        row,
        form,
        lambda: actions.assign(
            row=row,
            version=form.version_seen,
            owner_id=form.cleaned_data["owner"] or 0,
            due_on=form.cleaned_data["due_on"],
            by=request.principal,
            now=timezone.now(),
        ),
        title=_("负责人和期限"),
        said=_("已保存"),
    )


@require_POST
@needs(Permission.PLAYBOOK_READ)
def take_up(request: StaffRequest, pk: int) -> HttpResponseBase:
    """写进下一版: leads to where it is written; what is published there next carries it out."""
    row = found(request, pk, "write")
    try:
        taken = actions.take_up(row=row, by=request.principal, now=timezone.now())
    except Refused as refusal:
        said = " ".join(words.sentences(refusal.verdict))
        toast(request, said)
        return _go(request, row.get_absolute_url())
    toast(request, _("正在落实“%(title)s”。保存成新版本后，这条改进会自动标为已落实。") % {"title": row.title})
    return _go(request, _writing_place(taken))


@require_POST
@needs(Permission.PLAYBOOK_READ)
def put_down(request: StaffRequest, pk: int) -> HttpResponseBase:
    row, by = found(request, pk, "write"), request.principal
    return pressed(
        request, row, lambda: actions.put_down(row=row, by=by, now=timezone.now()), said=_("已放下，仍是已采纳")
    )


@_MAYBE_POST
@needs(Permission.PLAYBOOK_READ)
def done(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Carried out without a version (region ``improvement-verb``)."""
    row = found(request, pk, "write")
    form = DoneForm(typed(request))
    return asked(
        request,
        row,
        form,
        lambda: actions.mark_done(row=row, note=form.cleaned_data["note"], by=request.principal, now=timezone.now()),
        title=_("标为已落实"),
        said=_("已落实"),
        undo_url=reverse("improvements:undo", args=[pk]),
    )


@require_POST
@needs(Permission.PLAYBOOK_READ)
def undo(request: StaffRequest, pk: int) -> HttpResponseBase:
    row, by = found(request, pk, "write"), request.principal
    return pressed(
        request, row, lambda: actions.undo_done(row=row, by=by, now=timezone.now()), said=_("已撤回，仍要落实")
    )


@require_POST
@needs(Permission.PLAYBOOK_READ)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    row, by = found(request, pk, "write"), request.principal
    undo_url = reverse("improvements:restore", args=[pk])
    return pressed(
        request,
        row,
        lambda: actions.withdraw(row=row, by=by, now=timezone.now()),
        said=_("已撤下"),
        undo_url=undo_url,
    )


@require_POST
@needs(Permission.PLAYBOOK_READ)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    row, by = found(request, pk, "write"), request.principal
    return pressed(request, row, lambda: actions.restore(row=row, by=by, now=timezone.now()), said=_("已恢复"))


def _form(request: StaffRequest, *, review: Review | None, initial: dict[str, Any]) -> ImprovementForm:
    data = typed(request)
    said = (data or initial).get("target", "")
    target = Target(said) if said in {one.value for one in Target} else Target.SCRIPT
    problems = Problem.objects.standing().filter(review=review) if review is not None else ()
    return ImprovementForm(
        data,
        targets=queries.targets_of(request.principal, target),
        problems=list(problems),
        relist_url=request.path,
        people=queries.owners_for(request.principal),
        initial={"target": target.value, **initial},
    )


def _suggested(request: StaffRequest) -> dict[str, Any]:
    """What the address says already, and what was typed before another kind was chosen."""
    names = ("problem", "title", "target", "target_key", "proposal", "why", "owner", "due_on")
    said = {name: request.GET[name] for name in names if request.GET.get(name)}
    soon = timezone.localdate() + DUE_AFTER
    return {"owner": request.principal.user_id, "due_on": soon, **said}


def _proposed(
    request: StaffRequest, form: ImprovementForm, *, review: Review | None, title: str, back: str
) -> HttpResponseBase:
    if request.method == "POST" and form.is_valid():
        origin = Origin.MARKET if request.GET.get("origin") == Origin.MARKET else Origin.PRACTICE
        try:
            made = actions.propose(
                draft=form.draft, review=review, origin=origin, by=request.principal, now=timezone.now()
            )
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已提出，等流程负责人或总监决定"))
            return redirect(back if review is not None else made.get_absolute_url())
    return _written(
        request, _context(form, title=title, back=back, url=request.get_full_path()), status=status_of(form)
    )


def _context(form: ImprovementForm, *, title: str, back: str, url: str) -> dict[str, Any]:
    return {"form": form, "title": title, "back": back, "url": url}


def _written(request: StaffRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    return screen(request, "improvements/form.html", context, region="improvement-form", status=status)


def _writing_place(row: Improvement) -> str:
    """Where its next version is written."""
    target, (_kind, _sep, pk) = Target(row.target), row.target_key.partition(":")
    if target in PROCESS:
        return reverse("playbook:draft")
    if target is Target.PROFILE:
        return reverse("targeting:profile_edit", args=[int(pk)]) if pk else reverse("targeting:profile_new")
    if target in LIBRARY:
        return reverse("library:edit", args=[int(pk)]) if pk else reverse("library:new", args=[target.value])
    raise Http404


def _go(request: StaffRequest, url: str) -> HttpResponseBase:
    """To another page, also where htmx asks."""
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return redirect(url)
