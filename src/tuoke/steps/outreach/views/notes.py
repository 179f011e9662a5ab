"""One note of the background sheet: added, corrected, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of
from tuoke.base.ui.http import after_post, screen, toast
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.queries import name_of
from tuoke.steps.outreach import actions
from tuoke.steps.outreach.forms import DATES, FORMS, NoteForm
from tuoke.steps.outreach.models import Note
from tuoke.steps.outreach.queries import kind_of
from tuoke.steps.outreach.rules import NoteKind
from tuoke.steps.outreach.views.showing import answer, note_of, sort_of, subject_of
from tuoke.steps.outreach.words import FIELDS, SORT_NAMES, said_value, sentence

Whose = Lead | Customer | Contact


@require_http_methods(["GET", "POST"])
@needs(Permission.CUSTOMER_WRITE)
@once
def add(request: StaffRequest, sort: str, kind: str, pk: int) -> HttpResponseBase:
    """Note something of a lead, customer or contact (region ``form``)."""
    wanted, whose = sort_of(sort), _whose(request, kind, pk)
    if (wanted, kind) in {(NoteKind.EVENT, "contact"), (NoteKind.CONCERN, "customer")}:
        raise Http404
    form = FORMS[wanted](
        request.POST if request.method == "POST" else None, initial={DATES[wanted]: timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_note(whose=whose, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refused:
            form.refuse(refused.verdict)
        else:
            toast(request, _("已记下"))
            return _back(request, whose)
    return _form(request, wanted, whose, form)


@require_http_methods(["GET", "POST"])
@needs(Permission.CUSTOMER_WRITE)
def edit(request: StaffRequest, sort: str, pk: int) -> HttpResponseBase:
    """Correct it (region ``form``). A stale version shows both sides (409)."""
    wanted = sort_of(sort)
    note = note_of(request, wanted, pk)
    form = FORMS[wanted](request.POST if request.method == "POST" else None, initial=FORMS[wanted].initial_of(note))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            actions.edit_note(note=note, version=version, draft=form.draft, by=request.principal, now=timezone.now())
        except Conflict as conflict:
            return _stale(request, wanted, note, form, current=conflict.current)
        except Refused as refused:
            form.refuse(refused.verdict)
        else:
            toast(request, _("已保存"))
            return _back(request, note.whose)
    return _form(request, wanted, note.whose, form, note=note)


@require_POST
@needs(Permission.CUSTOMER_WRITE)
def withdraw(request: StaffRequest, sort: str, pk: int) -> HttpResponseBase:
    note = note_of(request, sort_of(sort), pk)
    undo = f"{reverse('outreach:restore', args=[sort, pk])}?{request.GET.urlencode()}"
    return _pressed(request, note, actions.withdraw_note, said=_("已撤下"), undo_url=undo)


@require_POST
@needs(Permission.CUSTOMER_WRITE)
def restore(request: StaffRequest, sort: str, pk: int) -> HttpResponseBase:
    return _pressed(request, note_of(request, sort_of(sort), pk), actions.restore_note, said=_("已恢复"))


def _pressed(
    request: StaffRequest, note: Note, verb: Callable[..., Note], *, said: str, undo_url: str = ""
) -> HttpResponseBase:
    try:
        verb(note=note, by=request.principal, now=timezone.now())
    except Refused as refused:
        messages.error(request, " ".join(map(sentence, refused.verdict.reasons)))
    except (Lead.DoesNotExist, Customer.DoesNotExist) as gone:  # it was given away a moment ago
        raise Http404 from gone
    else:
        toast(request, said, undo_url=undo_url)
    return _back(request, note.whose)


def _whose(request: StaffRequest, kind: str, pk: int) -> Whose:
    """Whom the note is about, where one may write him."""
    who = request.principal
    if kind == "lead":
        return get_object_or_404(Lead.objects.visible_to(who, "write"), pk=pk)
    if kind == "customer":
        return get_object_or_404(Customer.objects.visible_to(who, "write"), pk=pk)
    if kind != "contact":
        raise Http404
    return get_object_or_404(Contact.objects.visible_to(who, "write").select_related("customer"), pk=pk)


def _form(
    request: StaffRequest,
    sort: NoteKind,
    whose: Whose,
    form: NoteForm,
    *,
    note: Note | None = None,
    status: int = 0,
    **more: Any,
) -> HttpResponse:
    kind, pk, is_panel = _asked(request, whose)
    name = name_of(whose, who=request.principal) if isinstance(whose, Lead) else whose.name
    context = {
        "form": form,
        "sort": sort,
        "sort_name": SORT_NAMES[sort],
        "note": note,
        "name": name,
        "back_url": reverse(f"outreach:{kind}", args=[pk]),
        "query": request.GET.urlencode(),
        "is_panel": is_panel,
        **more,
    }
    wrong = 422 if form.is_bound and form.errors else 200
    return screen(request, "outreach/note.html", context, region="form", status=status or wrong)


def _stale(request: StaffRequest, sort: NoteKind, note: Note, form: NoteForm, *, current: Any) -> HttpResponse:
    """What was typed, upon the version that stands now: saving once more is then deliberate."""
    data = request.POST.copy()
    data["version"] = str(current.version)
    sides = _both_sides(form, current)
    return _form(request, sort, note.whose, FORMS[sort](data), note=note, status=409, **sides)


def _back(request: StaffRequest, whose: Whose) -> HttpResponseBase:
    """The sheet or panel from which it was asked; a plain form goes to the sheet."""
    kind, pk, is_panel = _asked(request, whose)
    return after_post(
        request,
        lambda: answer(request, subject_of(request, kind, pk), is_panel=is_panel),
        to=reverse(f"outreach:{kind}", args=[pk]),
    )


def _asked(request: StaffRequest, whose: Whose) -> tuple[str, int, bool]:
    """``?back=deal-12&panel=1``: where to go afterwards. What can't be seen, or isn't said, is the party's own sheet."""
    kind, _dash, number = request.GET.get("back", "").partition("-")
    if kind in {"lead", "customer", "deal"} and number.isascii() and number.isdigit() and len(number) < 19:
        try:
            subject_of(request, kind, int(number))
        except Http404:
            pass
        else:
            return kind, int(number), request.GET.get("panel") == "1"
    party = whose.customer if isinstance(whose, Contact) else whose
    return kind_of(party), party.pk, False


def _both_sides(form: NoteForm, current: Note) -> dict[str, Any]:
    theirs = {name: getattr(current, name) for name in form.fields if name != "version"}
    rows = [
        (FIELDS[name], said_value(name, form.cleaned_data.get(name)), said_value(name, value))
        for name, value in theirs.items()
        if form.cleaned_data.get(name) != value
    ]
    last = history_of(current).first()
    return {"rows": rows, "who": last.actor_name if last else ""}
