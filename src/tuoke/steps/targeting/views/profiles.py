from __future__ import annotations

import io
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
from tuoke.services.exchange.limits import Unreadable
from tuoke.services.exchange.reading import open_table
from tuoke.services.exchange.results import ImportResult
from tuoke.services.exchange.writing import write_table
from tuoke.spine.catalog.models import MARKET_NAMES
from tuoke.spine.catalog.queries import campaign_owners
from tuoke.spine.catalog.rules import Market
from tuoke.steps.targeting import actions, words
from tuoke.steps.targeting.forms import (
    PainFormSet,
    ProfileForm,
    TableForm,
    content_initial,
    pains_initial,
    pains_of,
)
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.queries import campaigns_aiming_at, content_of, profile_table
from tuoke.steps.targeting.rules import (
    Dimension,
    Facet,
    ProfileContent,
    ProfileDraft,
    bands,
    dimensions_filled,
    filled,
    told,
)
from tuoke.steps.targeting.rules.table import HEADERS, facet_named

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@needs(Permission.PROFILE_READ)
def profile(request: StaffRequest, pk: int) -> HttpResponse:
    """One ideal customer: five dimensions, how leads are weighed, who changed what."""
    found = _visible(request, pk)
    content = content_of(found)
    said = filled(content)
    context = {
        "profile": found,
        "content": content,
        "facets": [(facet, words.FACETS[facet], facet in said) for facet in Facet],
        "filled": said,
        "dimensions": dimensions_filled(content),
        "weights": [(words.DIMENSIONS[d], content.weights[d]) for d in Dimension],
        "bands": bands(content),
        "campaigns": campaigns_aiming_at(found),
        "events": timeline_of(thread=found),
        "may_write": request.principal.may(Permission.PROFILE_WRITE),
    }
    return screen(request, "targeting/profile.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROFILE_WRITE)
def new_profile(request: StaffRequest) -> HttpResponseBase:
    form = ProfileForm(request.POST or None, owners=campaign_owners(), initial=content_initial(ProfileContent()))
    pains = PainFormSet(request.POST or None, prefix="pains")
    if request.method == "POST" and form.is_valid() and pains.is_valid():
        try:
            made = actions.create_profile(draft=form.draft(pains_of(pains)), by=request.principal, now=timezone.now())
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("画像已建立。"))
            return redirect(made)
    return _form(request, form, pains)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROFILE_WRITE)
def edit_profile(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Every save that changes what leads are weighed by makes the next version; a stale one shows both sides (409)."""
    found = _visible(request, pk, "write")
    form = ProfileForm(request.POST or None, owners=_owners(found), initial=ProfileForm.initial_of(found))
    pains = PainFormSet(request.POST or None, prefix="pains", initial=pains_initial(content_of(found)))
    if request.method == "POST" and form.is_valid() and pains.is_valid():
        draft = form.draft(pains_of(pains))
        try:
            saved = actions.save_profile(
                profile=found, version=_version(request), draft=draft, by=request.principal, now=timezone.now()
            )
        except Conflict as conflict:
            return _conflict(request, form, pains, conflict.current, draft)
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已保存，现在是版本 %(number)s。") % {"number": saved.number})
            return redirect(saved)
    return _form(request, form, pains, found)


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
    """《目标客户画像清单》 as xlsx."""
    found = _visible(request, pk)
    headers, rows = profile_table(found)
    target = io.BytesIO()
    write_table(target, headers=headers, rows=rows, sheet="目标客户画像清单", widths=(16, 48, 64))
    filename = f"目标客户画像清单-{found.name}.xlsx"
    disposition = content_disposition_header(as_attachment=True, filename=filename)
    return HttpResponse(target.getvalue(), content_type=XLSX, headers={"Content-Disposition": disposition})


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
    status = extra.pop("status", 422 if request.method == "POST" else 200)
    context = {"form": form, "pains": pains, "profile": found, "version": found.version if found else 0, **extra}
    return screen(request, "targeting/profile_form.html", context, status=status)


def _conflict(
    request: StaffRequest, form: ProfileForm, pains: Any, current: object, mine: ProfileDraft
) -> HttpResponse:
    """Both sides where they differ; what was typed stays, and saving once more is then a decision."""
    assert isinstance(current, CustomerProfile)
    ours, theirs = told(mine.content), told(content_of(current))
    typed = form.cleaned_data
    pairs: dict[str, tuple[Any, Any]] = {
        "name": (mine.name, current.name),
        "market": (MARKET_NAMES[Market(mine.market)], current.get_market_display()),
        **{name: (typed[name] or "", getattr(current, name) or "") for name in ("product", "owner", "review_by")},
        **{name: (ours[name], theirs[name]) for name in ours},
    }
    rows = [(words.FIELDS[n], words.said(a), words.said(b)) for n, (a, b) in pairs.items() if a != b]
    last = history_of(current).first()
    return _form(
        request, form, pains, current, rows=rows, who=last.actor_name if last else "", status=409,
        url=reverse("targeting:profile_edit", args=[current.pk]),
    )  # fmt: skip


def _visible(request: StaffRequest, pk: int, action: str = "read") -> CustomerProfile:
    profiles = CustomerProfile.objects.visible_to(request.principal, action).select_related("product", "owner")
    return get_object_or_404(profiles, pk=pk)


def _version(request: StaffRequest) -> int:
    try:
        return int(request.POST.get("version", ""))
    except ValueError as error:
        raise Http404 from error


def _owners(found: CustomerProfile) -> list[User]:
    return [*campaign_owners(), *([found.owner] if found.owner else [])]
