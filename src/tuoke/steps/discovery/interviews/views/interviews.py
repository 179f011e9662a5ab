from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import after_post, screen, status_of, toast, typed, wants_part
from tuoke.spine.customers.models import Contact
from tuoke.spine.customers.rules import Channel
from tuoke.spine.followups.queries import possible_owners
from tuoke.spine.followups.rules import SUMMARY_LIMIT, FollowUpOutcome
from tuoke.steps.discovery.interviews import actions, words
from tuoke.steps.discovery.interviews.forms import FinishForm, NotesForm, QuestionForm
from tuoke.steps.discovery.interviews.models import Answer, Notes, Outline
from tuoke.steps.discovery.interviews.queries import Line, Sheet, contacts_of, contrasts_of, scenes_for, sheet_of
from tuoke.steps.discovery.interviews.rules import Heard, hints
from tuoke.steps.discovery.interviews.views.showing import (
    found_outline,
    number_in,
    pressed,
    rights,
    shown,
    title_after,
)


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def begin(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Start the clock and open the interview."""
    outline = found_outline(request, pk, action="write")
    if not pressed(request, lambda: actions.begin(outline=outline, by=request.principal, now=timezone.now())):
        return redirect(outline.get_absolute_url())
    return redirect("interviews:hold", pk)


@require_safe
@needs(Permission.FOLLOWUP_WRITE)
def hold(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The interview itself: every field saves itself, and is kept in the browser until it was saved (S4.1)."""
    outline = found_outline(request, pk, action="write")
    if outline.is_held:
        return redirect("interviews:review", pk)
    context = shown(request, outline) | {"writer": uuid4().hex, "now": timezone.now()}
    sheet: Sheet = context["sheet"]
    present = sheet.contacts
    known = contacts_of(outline.opportunity)
    context |= {
        "fields": {
            line.question.pk: _fields(line, request.user.pk, more=str(line.question.pk) == request.GET.get("more"))
            for line in sheet.lines
        },
        "speakers": _speakers(sheet, known),
        "absent": [one for one in known if one.pk not in {person.pk for person in present}],
        "scenes": scenes_for(request.principal, outline.opportunity),
        "notes": Notes.objects.filter(outline=outline, by_id=request.user.pk).first(),
        "others_notes": [notes for notes in sheet.notes if notes.by_id != request.user.pk],
        "question_form": QuestionForm(auto_id="id_live_%s"),
    }
    return screen(request, "interviews/hold.html", context)


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def bring_in(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Somebody joined the meeting."""
    outline = found_outline(request, pk, action="write")
    contact = get_object_or_404(Contact, pk=number_in(request, "contact"), customer_id=outline.opportunity.customer_id)
    by, now = request.principal, timezone.now()
    pressed(request, lambda: actions.bring_in(outline=outline, contact=contact, by=by, now=now))
    return redirect("interviews:hold", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.FOLLOWUP_WRITE)
def notes(request: StaffRequest, pk: int) -> HttpResponseBase:
    """What is noted outside the questions (regions ``noted``, ``refused``)."""
    outline = found_outline(request, pk, action="write")
    back = reverse("interviews:review" if outline.is_held else "interviews:hold", args=[pk])
    if request.method != "POST":
        return redirect(back)
    form = NotesForm(request.POST)
    if form.is_valid():
        said, by, now = form.cleaned_data, request.principal, timezone.now()
        try:
            kept = actions.save_notes(
                outline=outline, text=form.text, base=said["base"] or 0, writer=said["writer"] or uuid4().hex,
                by=by, now=now,
            )  # fmt: skip
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            context = {"notes": kept, "is_other": kept.text != form.text}
            return after_post(
                request, lambda: screen(request, "interviews/saved.html", context, region="noted"), to=back
            )
    if wants_part(request):
        return screen(request, "interviews/saved.html", {"form": form}, region="refused", status=422)
    messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
    return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.FOLLOWUP_WRITE)
@once
def finish(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The end: follow-up, next step and outline in one press (region ``finish``)."""
    outline = found_outline(request, pk, action="write")
    if outline.is_held:
        return redirect("interviews:review", pk)
    sheet = sheet_of(outline)
    form = _finish_form(request, outline, sheet)
    if request.method == "POST" and form.is_valid():
        try:
            actions.hold(outline=outline, closing=form.closing, by=request.principal, now=timezone.now())
        except Refused as refused:
            form.refuse_all(refused.verdict.reasons)
        else:
            toast(request, _("访谈已结束：跟进已记录，下面看看问到了什么、缺什么。"))
            return redirect("interviews:review", pk)
    context = rights(request, outline) | {"sheet": sheet, "form": form}
    return screen(request, "interviews/finish.html", context, region="finish", status=status_of(form))


@require_safe
@needs(Permission.NEED_READ)
def review(request: StaffRequest, pk: int) -> HttpResponse:
    """What was said, what is missing, what becomes a need (region ``review``)."""
    return _reviewed(request, found_outline(request, pk))


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def carry(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The open questions become the next meeting's outline."""
    outline = found_outline(request, pk, action="write")
    made: list[Outline] = []
    by, now, title = request.principal, timezone.now(), title_after(outline)
    if not pressed(
        request, lambda: made.append(actions.carry_over(outline=outline, title=title, by=by, now=now))
    ):  # fmt: skip
        return redirect("interviews:review", pk)
    toast(request, _("没问到的问题已转到这份提纲；约好时间后填上日期。"))
    return redirect("interviews:outline", made[0].pk)


def reviewed(request: StaffRequest, outline_id: int) -> HttpResponseBase:
    """After a change of an answer: the review as it is now."""
    if wants_part(request):
        return _reviewed(request, found_outline(request, outline_id))
    return redirect("interviews:review", outline_id)


def _reviewed(request: StaffRequest, outline: Outline) -> HttpResponse:
    context = shown(request, outline)
    sheet: Sheet = context["sheet"]
    heard = [Heard(answer.dimension, answer.question.text, answer.own_words) for answer in sheet.answers]
    mine = {answer.pk for answer in sheet.answers}
    context |= {
        "hints": [words.right(hint) for hint in hints(sheet.meter, heard, minutes=outline.minutes)],
        "contrasts": [said for said in contrasts_of(outline.opportunity) if any(one.pk in mine for one in said)],
        "following": outline.carried_into.filter(withdrawn_at=None).first(),
        "today": timezone.localdate(),
    }
    return screen(request, "interviews/review.html", context, region="review")


def _fields(line: Line, user_id: int, *, more: bool) -> list[dict[str, Any]]:
    """One's own answers to a question, each in its field, and an empty field where there is none or one more is wanted."""
    mine = [_field(answer.slot, answer.version, answer) for answer in line.of(user_id)]
    if mine and not more:
        return mine
    emptied = next((one for one in line.withdrawn if one.by_id == user_id), None)
    free = _field(emptied.slot, emptied.version) if emptied and not mine else _field(line.free_slot(user_id), 0)
    return [*mine, free]


def _field(slot: int, base: int, answer: Answer | None = None) -> dict[str, Any]:
    return {"slot": slot, "slot_text": str(slot), "base": base, "answer": answer}


def _speakers(sheet: Sheet, known: list[Contact]) -> list[Contact]:
    """Who can have said it: who is there, and whoever did say something."""
    said = {answer.contact_id for answer in sheet.answers}
    present = sheet.contacts or known
    return [*present, *(one for one in known if one.pk in said and one not in present)]


def _finish_form(request: StaffRequest, outline: Outline, sheet: Sheet) -> FinishForm:
    now = timezone.now()
    at = outline.begun_at or now
    present = sheet.contacts
    minutes = max(round((now - at).total_seconds() / 60), 1)
    meeting = outline.next_action
    initial = {
        "at": at,
        "minutes": minutes if minutes <= 8 * 60 else None,
        "contact": present[0].pk if present else "",
        "channels": [meeting.channel] if meeting and meeting.channel else [Channel.OFFLINE_MEETING.value],
        "outcome": FollowUpOutcome.PROGRESS.value if sheet.answers else "",
        "summary": words.own_summary(sheet, most=SUMMARY_LIMIT),
        "next_contact": present[0].pk if present else "",
    }
    deal = outline.opportunity
    return FinishForm(
        typed(request), contacts=contacts_of(deal), initial=initial, today=timezone.localdate(now),
        owners=possible_owners(request.principal, deal), owner_id=request.principal.user_id,
    )  # fmt: skip
