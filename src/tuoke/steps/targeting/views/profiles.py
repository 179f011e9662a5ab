from __future__ import annotations

import io
from enum import StrEnum
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of, timeline_of
from tuoke.base.ui.http import screen, toast
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.services.exchange.limits import Unreadable
from tuoke.services.exchange.reading import open_table
from tuoke.services.exchange.results import ImportResult
from tuoke.services.exchange.writing import write_table
from tuoke.spine.catalog.models import MARKET_NAMES
from tuoke.spine.catalog.queries import campaign_owners
from tuoke.spine.catalog.rules import Market
from tuoke.steps.targeting import actions, hooks, words
from tuoke.steps.targeting.documents import profile_document
from tuoke.steps.targeting.forms import (
    PainFormSet,
    ProfileForm,
    TableForm,
    chosen_product,
    content_initial,
    fill_in,
    offered,
    pains_initial,
    pains_of,
)
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.queries import campaigns_aiming_at, content_of, offers_for, profile_table
from tuoke.steps.targeting.rules import ProfileContent, ProfileDraft, told
from tuoke.steps.targeting.rules.table import HEADERS, facet_named
from tuoke.steps.targeting.views.history import evidence_url
from tuoke.steps.targeting.views.previews import changes_between, content_context, impact_of


@require_safe
@needs(Permission.PROFILE_READ)
def profile(request: StaffRequest, pk: int) -> HttpResponse:
    """One ideal customer: five dimensions, how leads are weighed, who changed what."""
    found = _visible(request, pk)
    today = timezone.localdate()
    context = {
        "profile": found,
        **content_context(content_of(found), found.market),
        "overdue": (today - found.review_by).days if found.review_by and found.review_by <= today else None,
        "offers": len(offers_for(found)),
        "evidence_link": evidence_url(found),
        "campaigns": campaigns_aiming_at(found),
        "events": timeline_of(thread=found),
        "may_write": request.principal.may(Permission.PROFILE_WRITE),
    }
    return screen(request, "targeting/profile.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROFILE_WRITE)
def new_profile(request: StaffRequest) -> HttpResponseBase:
    """A new profile; ``?market=toc`` begins one of persons. ``take`` fills in what the chosen product says it fits."""
    market = Market.TOC if request.GET.get("market") == Market.TOC else Market.TOB
    initial = {**content_initial(ProfileContent()), "market": market.value}
    form = ProfileForm(request.POST or None, owners=campaign_owners(), initial=initial)
    pains = PainFormSet(request.POST or None, prefix="pains")
    if "take" in request.POST:
        return _taking(request, form, pains)
    if request.method == "POST" and form.is_valid() and pains.is_valid():
        try:
            made = actions.create_profile(
                draft=form.draft(pains_of(pains)), by=request.principal, now=timezone.now(),
                note=form.cleaned_data["note"],
            )  # fmt: skip
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("画像已建立。"))
            return redirect(made)
    return _form(request, form, pains)


class Stage(StrEnum):
    """Where in saving a profile somebody is: the form, what it would do, and the word for it."""

    LOOK = ""
    BACK = "back"
    CONFIRM = "confirm"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROFILE_WRITE)
def edit_profile(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A change that leads are weighed by is first shown with what it would do (``stage``), then saved as a version.

    Everything typed travels along, so going back loses nothing. A stale save shows both sides (409), whether it comes
    from the form or from a preview that was left open.
    """
    found = _visible(request, pk, "write")
    form = ProfileForm(
        request.POST or None, owners=_owners(found), initial=ProfileForm.initial_of(found), profile=found
    )
    pains = PainFormSet(request.POST or None, prefix="pains", initial=pains_initial(content_of(found)))
    if "take" in request.POST:
        return _taking(request, form, pains, found)
    stage = request.POST.get("stage", Stage.LOOK)
    if stage == Stage.BACK:
        return _form(request, form, pains, found, version=_version(request), again=True, status=200)
    if request.method == "POST" and form.is_valid() and pains.is_valid():
        draft = form.draft(pains_of(pains))
        if found.version != _version(request):
            return _conflict(request, form, pains, found, draft)
        verdict = actions.verdict_on(draft=draft, profile=found, by=request.principal)
        scored = (draft.content, draft.market) != (content_of(found), found.market)
        if not verdict:
            form.refuse(verdict.reasons)
        elif scored and stage != Stage.CONFIRM:
            return _preview(request, form, found, draft)
        else:
            return _save(request, form, pains, found, draft)
    return _form(request, form, pains, found)


def _save(
    request: StaffRequest, form: ProfileForm, pains: Any, found: CustomerProfile, draft: ProfileDraft
) -> HttpResponseBase:
    before = found.number
    try:
        saved = actions.save_profile(
            profile=found, version=_version(request), draft=draft, by=request.principal, now=timezone.now(),
            note=form.cleaned_data["note"],
        )  # fmt: skip
    except Conflict as conflict:
        return _conflict(request, form, pains, conflict.current, draft)
    except Refused as refused:
        form.refuse(refused.verdict.reasons)
        return _form(request, form, pains, found)
    if saved.number == before:
        toast(request, _("已保存。"))
    else:
        undo = reverse("targeting:profile_restore", args=[saved.pk, before])
        said = _("已保存，现在是版本 %(number)s，线索会重新评分。") % {"number": saved.number}
        toast(request, said, undo_url=f"{undo}?version={saved.version}")
    return redirect(saved)


def _preview(request: StaffRequest, form: ProfileForm, found: CustomerProfile, draft: ProfileDraft) -> HttpResponse:
    """What would change and what that would do; the form's every value travels on hidden."""
    carried = ("csrfmiddlewaretoken", "stage", "note")
    context = {
        "profile": found,
        "form": form,
        "next": found.number + 1,
        "plain": _plain_changes(form, found, draft),
        "differences": changes_between(content_of(found), draft.content),
        "hidden": [(n, value) for n, values in request.POST.lists() if n not in carried for value in values],
        **impact_of(request, found, draft.content),
    }
    return screen(request, "targeting/profile_preview.html", context)


def _taking(request: StaffRequest, form: ProfileForm, pains: Any, found: CustomerProfile | None = None) -> HttpResponse:
    """The form again with one value of the chosen product filled in (or ``all``); nothing is saved."""
    key, data = request.POST["take"], request.POST.copy()
    for offer in offered(form, pains):
        if key in (offer.key, "all"):
            fill_in(data, offer)
    del data["take"]
    filled_in = ProfileForm(data, owners=_owners(found), profile=found)
    rows = PainFormSet(data, prefix="pains", initial=pains_initial(content_of(found)) if found else None)
    version = _version(request) if found else 0
    return _form(request, filled_in, rows, found, version=version, again=True, status=200, region="offers")


@require_POST
@needs(Permission.PROFILE_WRITE)
def make_default(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = _visible(request, pk, "write")
    actions.make_default(profile=found, by=request.principal, now=timezone.now())
    toast(request, _("“%(name)s”现在是默认画像，线索会重新评分。") % {"name": found.name})
    return redirect(found)


@require_safe
@needs(Permission.PROFILE_READ)
def export_profile(request: StaffRequest, pk: int) -> HttpResponse:
    """《目标客户画像清单》: ``?kind=xlsx`` the template's own columns (usual), docx or pdf the whole to be handed out."""
    found, kind = _visible(request, pk), request.GET.get("kind", "xlsx")
    if kind not in CONTENT_TYPES:
        raise Http404
    target = io.BytesIO()
    if kind == "xlsx":
        headers, rows = profile_table(found)
        write_table(target, headers=headers, rows=rows, sheet="目标客户画像清单", widths=(16, 48, 64))
    else:
        write_document(target, profile_document(found, today=timezone.localdate()), kind=kind)
    filename = f"目标客户画像清单-{found.name}.{kind}"
    disposition = content_disposition_header(as_attachment=True, filename=filename)
    return HttpResponse(
        target.getvalue(), content_type=CONTENT_TYPES[kind], headers={"Content-Disposition": disposition}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROFILE_WRITE)
def import_profile(request: StaffRequest) -> HttpResponse:
    form = TableForm(request.POST or None, request.FILES or None, initial={"name": request.GET.get("name", "")})
    if request.method != "POST" or not form.is_valid():
        return _import(request, form, status=422 if request.method == "POST" else 200)
    upload, name = form.cleaned_data["file"], form.cleaned_data["name"]
    try:
        with open_table(upload.temporary_file_path(), filename=upload.name, known_headers=frozenset(HEADERS)) as table:
            result = actions.import_table(table=table, name=name, by=request.principal, now=timezone.now())
    except Unreadable as problem:
        form.add_error("file", words.unreadable(problem))
        return _import(request, form, status=422)
    except Refused as refused:
        for reason in refused.verdict.reasons:
            form.add_error("name" if reason.params.get("field") == "name" else "file", words.right(reason))
        return _import(request, form, status=422)
    return _import(request, form, result=result, made=CustomerProfile.objects.filter(name=name.strip()).first())


def _import(
    request: StaffRequest,
    form: TableForm,
    *,
    status: int = 200,
    result: ImportResult | None = None,
    made: CustomerProfile | None = None,
) -> HttpResponse:
    rejects = (
        [(r.number, _where(r.reasons), [text for _code, _field, text in r.reasons]) for r in result.rejects]
        if result
        else []
    )
    context = {"form": form, "result": result, "made": made, "rejects": rejects}
    return screen(request, "targeting/profile_import.html", context, status=status)


def _where(reasons: tuple[tuple[str, str, str], ...]) -> Any:
    facet = facet_named(reasons[0][1]) if reasons else None
    return words.FACETS[facet] if facet else _("维度")


def _form(
    request: StaffRequest,
    form: ProfileForm,
    pains: Any,
    found: CustomerProfile | None = None,
    **extra: Any,
) -> HttpResponse:
    pk = found.pk if found else None
    status, region = extra.pop("status", 422 if request.method == "POST" else 200), extra.pop("region", "")
    context = {
        "form": form,
        "pains": pains,
        "profile": found,
        "version": found.version if found else 0,
        "offers": [(words.FIELDS[offer.field], offer) for offer in offered(form, pains)],
        "product": chosen_product(form),
        "wishes": [wish for source in hooks.wishes for wish in source(request.principal, "profile", pk)],
        **extra,
    }
    return screen(request, "targeting/profile_form.html", context, region=region, status=status)


def _conflict(
    request: StaffRequest, form: ProfileForm, pains: Any, current: object, mine: ProfileDraft
) -> HttpResponse:
    """Both sides where they differ; what was typed stays, and saving once more is then a decision."""
    assert isinstance(current, CustomerProfile)
    ours, theirs = told(mine.content), told(content_of(current))
    rows = [(label, typed, stands) for label, stands, typed in _plain_changes(form, current, mine)]
    rows += [(words.FIELDS[n], words.said(ours[n]), words.said(theirs[n])) for n in ours if ours[n] != theirs[n]]
    last = history_of(current).first()
    return _form(
        request, form, pains, current, rows=rows, who=last.actor_name if last else "", status=409,
        url=reverse("targeting:profile_edit", args=[current.pk]),
    )  # fmt: skip


def _plain_changes(form: ProfileForm, found: CustomerProfile, draft: ProfileDraft) -> list[tuple[Any, str, str]]:
    """What differs beside the content: (field, before, after) in words."""
    typed = form.cleaned_data
    pairs: dict[str, tuple[Any, Any]] = {
        "name": (found.name, draft.name),
        "market": (found.get_market_display(), MARKET_NAMES[Market(draft.market)]),
        **{name: (getattr(found, name), typed[name]) for name in ("product", "owner", "review_by", "minimum_cases")},
    }
    return [(words.FIELDS[n], words.said(a or ""), words.said(b or "")) for n, (a, b) in pairs.items() if a != b]


def _visible(request: StaffRequest, pk: int, action: str = "read") -> CustomerProfile:
    profiles = CustomerProfile.objects.visible_to(request.principal, action).select_related("product", "owner")
    return get_object_or_404(profiles, pk=pk)


def _version(request: StaffRequest) -> int:
    try:
        return int(request.POST.get("version", ""))
    except ValueError as error:
        raise Http404 from error


def _owners(found: CustomerProfile | None) -> list[User]:
    return [*campaign_owners(), *([found.owner] if found and found.owner else [])]
