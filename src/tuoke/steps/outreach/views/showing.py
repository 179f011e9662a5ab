"""What the screens of a background sheet show: as a page, and as a panel of the pages of leads, customers and deals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import Subject
from tuoke.steps.outreach.models import BackgroundEvent, Concern, Note, Profile
from tuoke.steps.outreach.queries import (
    Background,
    Opening,
    adding,
    background_of,
    kind_of,
    openings_for,
    place_of_fact,
    place_of_trigger,
)
from tuoke.steps.outreach.rules import NoteKind
from tuoke.steps.outreach.words import trigger_name

KINDS: dict[str, tuple[type[Lead] | type[Customer] | type[Opportunity], tuple[str, ...]]] = {
    "lead": (Lead, ("owner", "source", "customer")),
    "customer": (Customer, ("owner",)),
    "deal": (Opportunity, ("customer", "owner", "product", "lead__source")),
}
MOST_LACKING = 6
"""The nearest to being ready: more would only be read past."""
MODELS: dict[NoteKind, type[BackgroundEvent] | type[Concern] | type[Profile]] = {
    NoteKind.EVENT: BackgroundEvent,
    NoteKind.CONCERN: Concern,
    NoteKind.PROFILE: Profile,
}


@dataclass(frozen=True, slots=True)
class Lacking:
    """An opening that isn't ready: what it asks for, each with where it is entered (blank: nowhere, or not by him). What it
    speaks of and nobody noted (转介绍, 人事变动) comes first."""

    opening: Opening
    facts: list[tuple[str, str]]


def subject_of(request: StaffRequest, kind: str, pk: int) -> Subject:
    if kind not in KINDS:
        raise Http404
    model, related = KINDS[kind]
    seen: Any = model._default_manager
    found: Subject = get_object_or_404(seen.visible_to(request.principal).select_related(*related), pk=pk)
    return found


def sort_of(name: str) -> NoteKind:
    try:
        return NoteKind(name)
    except ValueError as error:
        raise Http404 from error


def note_of(request: StaffRequest, sort: NoteKind, pk: int) -> Note:
    seen = MODELS[sort].objects.visible_to(request.principal, "write")
    related = {"lead", "customer", "contact__customer"} if sort is NoteKind.PROFILE else {"lead"}
    related |= {"customer"} if sort is NoteKind.EVENT else {"contact__customer"} if sort is NoteKind.CONCERN else set()
    found: Note = get_object_or_404(seen.select_related(*related), pk=pk)
    return found


def answer(request: StaffRequest, subject: Subject, *, is_panel: bool, status: int = 200) -> HttpResponse:
    """The sheet (region ``background``), or the panel that says it in short (region ``panel``; its element has that id)."""
    context = panel_context(request, subject) if is_panel else sheet_context(request, subject)
    template = "outreach/panel.html" if is_panel else "outreach/sheet.html"
    return screen(request, template, context, region="panel" if is_panel else "background", status=status)


def panel_context(request: StaffRequest, subject: Subject) -> dict[str, Any]:
    found = background_of(request.principal, subject, today=timezone.localdate())
    return _context(request, found, is_panel=True)


def sheet_context(request: StaffRequest, subject: Subject) -> dict[str, Any]:
    """With the openings for the person asked for (``?contact=``), else for the one who decides."""
    today = timezone.localdate()
    found = background_of(request.principal, subject, contact=_contact(request, subject), today=today)
    context = _context(request, found, is_panel=False)
    if found.is_masked or not request.principal.may(Permission.LIBRARY_READ):
        return context
    contact = found.person.contact if found.person else None
    openings = openings_for(request.principal, subject, contact, today)
    return context | {
        "openings": openings,
        "lacking": [
            Lacking(one, _missing(one, subject, contact, may_write=found.may_write))
            for one in openings.lacking[:MOST_LACKING]
        ],
        "desk_url": _desk(subject, contact) if found.may_write else "",
    }


def _missing(opening: Opening, subject: Subject, contact: Contact | None, *, may_write: bool) -> list[tuple[str, str]]:
    asked = [(name, place_of_fact(name, subject, contact) if may_write else "") for name in opening.filled.missing]
    if opening.trigger:
        place = place_of_trigger(opening.trigger, subject) if may_write else ""
        asked.insert(0, (trigger_name(opening.trigger), place))
    return asked


def _context(request: StaffRequest, found: Background, *, is_panel: bool) -> dict[str, Any]:
    kind = kind_of(found.subject)
    person = found.person.contact if found.person else None
    back = f"?back={kind}-{found.subject.pk}{'&panel=1' if is_panel else ''}"
    return {
        "background": found,
        "subject": found.subject,
        "kind": kind,
        "url": reverse(f"outreach:{kind}", args=[found.subject.pk]),
        "back": back,
        "is_panel": is_panel,
        "today": timezone.localdate(),
        "may_export": request.principal.may(Permission.EXPORT),
        "add_event": adding(NoteKind.EVENT, found.subject) + back,
        "add_concern": adding(NoteKind.CONCERN, found.subject, contact=person) + back,
        "add_profile": adding(NoteKind.PROFILE, found.subject) + back,
    }


def _contact(request: StaffRequest, subject: Subject) -> Contact | None:
    asked = request.GET.get("contact", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return None
    customer = subject.customer_id if isinstance(subject, Opportunity | Lead) else subject.pk
    return Contact.objects.visible_to(request.principal).filter(customer=customer, pk=int(asked)).first()


def _desk(subject: Subject, contact: Contact | None) -> str:
    """The call desk with this person, where there is one."""
    try:
        desk = reverse(f"calls:{kind_of(subject)}", args=[subject.pk])
    except NoReverseMatch:
        return ""
    return f"{desk}?contact={contact.pk}" if contact else desk
