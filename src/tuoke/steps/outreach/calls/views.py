from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, toast, wants_part
from tuoke.services.calendar.queries import workdays
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.queries import is_masked
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.hooks import cautions_of
from tuoke.spine.followups.models import NextAction, Subject
from tuoke.spine.followups.queries import party_name, possible_owners
from tuoke.spine.followups.words import OTHER, quick_days
from tuoke.spine.library.queries import Offer
from tuoke.spine.library.rules import PhraseField, ScriptContent
from tuoke.steps.outreach.calls import actions, hooks, queries
from tuoke.steps.outreach.calls.forms import NEW, CallForm
from tuoke.steps.outreach.calls.models import Call
from tuoke.steps.outreach.calls.places import desk_of_subject, kind_of, places_for
from tuoke.steps.outreach.calls.queries import Desk
from tuoke.steps.outreach.calls.rules import AMBER, RED, Hint
from tuoke.steps.outreach.calls.words import CALLBACKS, PARTS, SCRIPT_PARTS, both_sides

KINDS: dict[str, type[Lead] | type[Customer] | type[Opportunity]] = {
    "lead": Lead,
    "customer": Customer,
    "deal": Opportunity,
}
_RELATED = {
    "lead": ("customer", "owner", "source"),
    "customer": ("owner",),
    "deal": ("customer", "owner", "lead__source", "product", "playbook_version"),
}
PHRASED = {
    "current_solution": PhraseField.STATUS,
    "pains": PhraseField.PAINS,
    "problem": PhraseField.PROBLEM,
    "next_title": PhraseField.NEXT,
    "note": PhraseField.FREE,
}
"""The fields with canned phrases."""
KEPT = ("once", "started_at", "seconds", "running_since", "known_version")

View = Callable[..., HttpResponseBase]


def leading_on(view: View) -> View:
    """htmx is led on to the page of what was saved, also when it was saved before (its answer had got lost)."""

    @wraps(view)
    def led(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if not wants_part(request):
            return response
        place = response.headers.get("Location", "")
        if response.status_code == HTTPStatus.NO_CONTENT:
            token = request.POST.get("once", "")
            call = Call.objects.visible_to(request.principal).filter(by_id=request.user.pk, token=token).first()
            place = call.get_absolute_url() if call else "/"
        return HttpResponse(headers={"HX-Redirect": place}) if place else response

    return led


@require_http_methods(["GET", "POST"])
@needs(Permission.FOLLOWUP_WRITE)
@leading_on
@once
def desk(request: StaffRequest, kind: str, pk: int) -> HttpResponseBase:
    """通话台 (regions ``desk``, ``contact``, ``script``): the form of a call beside its script. ``?contact=`` sets whom it is
    with, ``?action=`` which to-do it answers, ``?script=`` which variant is read, ``?next=`` where one came from."""
    subject = _subject(request, kind, pk)
    if _is_secret(request, subject):
        messages.error(request, _("线索还在公海，请先领取再打开通话台。"))
        return redirect(subject.get_absolute_url())
    action = _asked_action(request, subject)
    shown = _shown(request, subject, action)
    if request.method == "GET":
        return _drawn(request, kind, shown, _form(request, shown, action))
    form = _form(request, shown, action, data=request.POST)
    if not form.is_valid():
        return _drawn(request, kind, shown, form, status=422)
    try:
        call = actions.save_call(subject=subject, draft=form.draft(), by=request.principal, now=timezone.now())
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return _drawn(request, kind, shown, form, status=422)
    except Conflict as conflict:
        return _in_conflict(request, kind, shown, form, conflict)
    return _led_on(request, call)


@require_GET
@needs(Permission.FOLLOWUP_READ)
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """通话回顾: what the call brought, and what to do better next time (S3.5)."""
    call = get_object_or_404(queries.with_all(Call.objects.visible_to(request.principal)), pk=pk)
    subject = call.follow_up.subject
    deal = subject if isinstance(subject, Opportunity) else None
    context = {
        "call": call,
        "subject": subject,
        "name": _name(request, subject),
        "hints": [(hint, *PARTS[hint]) for hint in call.found_hints],
        "planned": list(call.follow_up.next_actions.all()),
        "needs_url": hooks.needs_url[0](deal) if deal and hooks.needs_url else "",
        "desk_url": desk_of_subject(subject) if request.principal.may(Permission.FOLLOWUP_WRITE) else "",
        "window": _window(call),
        "subject_query": f"{kind_of(subject)}={subject.pk}",
    }
    return screen(request, "calls/detail.html", context)


# Reading what was asked


def _subject(request: StaffRequest, kind: str, pk: int) -> Subject:
    visible: Any = KINDS[kind]._default_manager.all()
    found = visible.visible_to(request.principal).select_related(*_RELATED[kind])
    if kind == "deal":
        found = found.defer("playbook_version__content")
    subject: Subject = get_object_or_404(found, pk=pk)
    return subject


def _is_secret(request: StaffRequest, subject: Subject) -> bool:
    """Whether whom to call is masked in the pool (S2.6). The plain page says so by itself and shows nothing else."""
    is_page = request.method == "GET" and not wants_part(request)
    return isinstance(subject, Lead) and not is_page and is_masked(subject, who=request.principal)


def _asked_action(request: StaffRequest, subject: Subject) -> NextAction | None:
    """The to-do of ``?action=``, as long as it waits and belongs here."""
    waiting = NextAction.objects.visible_to(request.principal, "write").waiting().about(subject)
    return waiting.filter(pk=_number(request.GET, "action") or 0).first()


def _shown(request: StaffRequest, subject: Subject, action: NextAction | None) -> Desk:
    given = request.POST if request.method == "POST" else request.GET
    asked = -1 if given.get("contact") == NEW else _number(given, "contact")
    if asked and asked > 0 and not isinstance(subject, Lead) and request.method == "GET":
        _require_contact(request, asked)
    return queries.desk_of(request.principal, subject, asked=asked, action=action, today=timezone.localdate())


def _require_contact(request: StaffRequest, pk: int) -> None:
    get_object_or_404(Contact.objects.visible_to(request.principal), pk=pk)


def _number(given: QueryDict, name: str) -> int | None:
    said = given.get(name, "")
    if not said or said == NEW:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        raise Http404
    return int(said)


def _form(request: StaffRequest, shown: Desk, action: NextAction | None, data: QueryDict | None = None) -> CallForm:
    now = timezone.now()
    due = [
        a.pk for a in shown.waiting if a.owner_id == request.user.pk and a.due_on and a.due_on <= timezone.localdate()
    ]
    initial = {
        "once": token_urlsafe(18),
        "started_at": now.isoformat(timespec="seconds"),
        "action": action.pk if action else due[0] if len(due) == 1 else "",
        "next_owner": request.principal.user_id,
    }
    return CallForm(
        data,
        desk=shown,
        owners=possible_owners(request.principal, shown.subject),
        now=now,
        next_workday=workdays().add(timezone.localdate(now), 1),
        initial=initial,
    )


# Answering


def _drawn(
    request: StaffRequest, kind: str, shown: Desk, form: CallForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    region = request.GET.get("region", "desk")
    context = {
        "desk": shown,
        "form": form,
        "kind": kind,
        "subject": shown.subject,
        "name": _name(request, shown.subject),
        "is_open": queries.is_open(shown.subject),
        "address": _address(request, kind, shown.subject),
        "amber": AMBER,
        "red": RED,
        "phrases": {name: _phrases(shown, name) for name in PHRASED},
        "quick_days": [(day, said) for day, said in quick_days(timezone.localdate()) if day != OTHER],
        "callbacks": CALLBACKS,
        "cautions": cautions_of(shown.subject, timezone.localdate()),
        "hiddens": [_hidden(request, form, name) for name in KEPT],
        "no_ticks": set(),
        "contact_swapped": region == "contact",
        "places": places_for(shown),
        **_script(request, shown, form),
        **more,
    }
    context |= {f"{name}_url": _part_url(context["address"], name) for name in ("script", "contact")}
    part = region if region in {"script", "contact"} and request.method == "GET" else "desk"
    return screen(request, "calls/desk.html", context, region=part, status=status)


def _hidden(request: StaffRequest, form: CallForm, name: str) -> dict[str, Any]:
    """What travels with a draft though nobody sees it: the call's name, its clock, the version that was seen."""
    known = form[name].value() if name in form.fields else request.POST.get(name)
    return {"name": name, "value": "" if known is None else known}


def _part_url(address: str, region: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}region={region}"


def _script(request: StaffRequest, shown: Desk, form: CallForm) -> dict[str, Any]:
    """The variant that is read, its lines filled; and the opening that was chosen."""
    asked = form.data.get("script") if form.is_bound else request.GET.get("script")
    chosen = next((offer for offer in shown.scripts if str(offer.version.pk) == asked), None)
    chosen = chosen or (shown.scripts[0] if shown.scripts else None)
    opening = str(form.data.get("opening", "")) if form.is_bound else request.GET.get("opening", "")
    if not opening and not form.is_bound and shown.openings.ready:
        opening = str(shown.openings.ready[0].version.pk)
    return {"script": chosen, "parts": _parts(chosen, shown), "opening": opening}


def _parts(offer: Offer | None, shown: Desk) -> list[queries.Part]:
    if offer is None or not isinstance(offer.content, ScriptContent):
        return []
    return queries.parts_of(offer.content, shown.facts, [str(title) for title in SCRIPT_PARTS])


def _phrases(shown: Desk, field: str) -> list[str]:
    kind = PHRASED[field]
    own = shown.phrases[kind.value]
    return [*own, *(() if kind is PhraseField.FREE or own else shown.phrases[PhraseField.FREE.value])]


def _in_conflict(request: StaffRequest, kind: str, shown: Desk, form: CallForm, conflict: Conflict) -> HttpResponse:
    """Somebody changed the person since the desk was opened: both sides; what was typed stays and is newer from now on."""
    current = conflict.current
    assert isinstance(current, Contact | Lead)
    form.data = request.POST.copy()
    form.data["known_version"] = str(current.version)
    rows = both_sides(form.draft(), current)
    return _drawn(request, kind, shown, form, status=409, rows=rows)


def _led_on(request: StaffRequest, call: Call) -> HttpResponseBase:
    """To the review of the call; after an attempt back to where the next one is called."""
    if call.is_reached:
        toast(request, _("已保存这次通话"))
        return redirect(call)
    toast(request, _("已记下，并安排了下一次拨打"))
    place = request.GET.get("next", "")
    is_ours = place.startswith("/") and url_has_allowed_host_and_scheme(place, allowed_hosts=None)
    return redirect(place if is_ours else call.follow_up.subject.get_absolute_url())


def _address(request: StaffRequest, kind: str, subject: Subject) -> str:
    """The desk's own address with all that it was asked for, but the parts of the page."""
    query = request.GET.copy()
    for name in ("region", "contact", "script", "opening"):
        query.pop(name, None)
    address = reverse(f"calls:{kind}", args=[subject.pk])
    return f"{address}?{query.urlencode()}" if query else address


def _name(request: StaffRequest, subject: Subject) -> str:
    party = party_name(subject, who=request.principal)
    return f"{party} · {subject.name}" if isinstance(subject, Opportunity) else party


def _window(call: Call) -> str:
    """How the length of a first call stands to the 15-20 minutes."""
    if not call.seconds:
        return ""
    if not call.is_first:
        return "gray"
    if Hint.LONG in call.found_hints:
        return "red"
    return "orange" if call.seconds >= AMBER or Hint.SHORT in call.found_hints else "green"
