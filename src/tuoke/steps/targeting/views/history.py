from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, toast
from tuoke.services.exchange.limits import LIMITS, MB, Unreadable
from tuoke.services.exchange.reading import open_table
from tuoke.services.exchange.results import ImportResult
from tuoke.steps.targeting import actions, words
from tuoke.steps.targeting.forms import EvidenceForm, HistoryForm, OfferForm, SuggestionForm
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.queries import Evidence, Which, content_of, evidence, offers_for
from tuoke.steps.targeting.rules import ProfileDraft
from tuoke.steps.targeting.rules.evidence import Cut, Group, Order, ordered
from tuoke.steps.targeting.rules.history import KNOWN_HEADERS
from tuoke.steps.targeting.rules.suggestions import Finding, findings, suggestions

ON_SCREEN = replace(LIMITS, rows=20_000, file_bytes=20 * MB)
"""What one request may read; larger files go through ``tuoke import history``."""

REJECTS_SHOWN = 50
GROUPS_SHOWN = 12
GROUPS_FOLDED = 100


@require_safe
@needs(Permission.PROFILE_READ)
def history(request: StaffRequest) -> HttpResponse:
    """成交历史 (S1.3): what closed deals tell, and what they suggest for a profile. A wrong filter is 422."""
    return _page(request)


@require_POST
@needs(Permission.PROFILE_WRITE)
def import_history(request: StaffRequest) -> HttpResponse:
    """Take a file of closed deals in and say what became of its rows."""
    form = HistoryForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, upload=form, status=422)
    upload = form.cleaned_data["file"]
    try:
        with open_table(
            upload.temporary_file_path(), filename=upload.name, known_headers=KNOWN_HEADERS, limits=ON_SCREEN
        ) as table:
            result = actions.import_history(table=table, mapping=None, by=request.principal, now=timezone.now())
    except Unreadable as problem:
        form.add_error("file", words.unreadable(problem))
        return _page(request, upload=form, status=422)
    except Refused as refused:
        for reason in refused.verdict.reasons:
            form.add_error("file", words.right(reason))
        return _page(request, upload=form, status=422)
    return _page(request, result=result)


@require_POST
@needs(Permission.PROFILE_WRITE)
def accept(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Take one suggestion of the history into the profile; the toast takes it back."""
    profile, form = _writable(request, pk), SuggestionForm(request.POST)
    if not form.is_valid():
        raise Http404
    said = form.cleaned_data
    back = evidence_url(profile, which=said["deals"])
    try:
        saved = actions.accept_suggestion(
            profile=profile, version=said["version"], field=said["field"], value=said["value"],
            which=Which(said["deals"]), by=request.principal, now=timezone.now(),
        )  # fmt: skip
    except (Conflict, Refused) as refusal:
        return _refused(request, refusal, profile)
    return _accepted(request, profile, saved, back)


@require_POST
@needs(Permission.PROFILE_WRITE)
def take(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Take one value that the profile's product says it fits; the toast takes it back."""
    profile, form = _writable(request, pk), OfferForm(request.POST)
    if not form.is_valid():
        raise Http404
    said = form.cleaned_data
    try:
        saved = actions.take_offer(
            profile=profile, version=said["version"], key=said["key"], by=request.principal, now=timezone.now()
        )
    except (Conflict, Refused) as refusal:
        return _refused(request, refusal, profile)
    return _accepted(request, profile, saved, evidence_url(profile))


def evidence_url(profile: CustomerProfile, *, which: str = "") -> str:
    asked = {"profile": profile.pk} | ({"deals": which} if which else {})
    return f"{reverse('targeting:history')}?{urlencode(asked)}#suggestions"


def _accepted(request: StaffRequest, profile: CustomerProfile, saved: CustomerProfile, back: str) -> HttpResponseBase:
    """``profile`` is as it was before: its number is what the undo goes back to."""
    undo = reverse("targeting:profile_restore", args=[profile.pk, profile.number])
    said = _("已采纳，画像现在是版本 %(number)s，线索会重新评分。") % {"number": saved.number}
    toast(request, said, undo_url=f"{undo}?version={saved.version}")
    return redirect(back)


def _refused(request: StaffRequest, refusal: Conflict | Refused, profile: CustomerProfile) -> HttpResponse:
    """What is wrong above the fresh figures; nothing was taken in."""
    if isinstance(refusal, Conflict):
        lines, status = [_("画像刚刚被别人改过。下面是按最新版本重新比对的结果，请再看一遍。")], 409
    else:
        lines, status = [words.right(reason) for reason in refusal.verdict.reasons], 422
    return _page(request, chosen=CustomerProfile.objects.get(pk=profile.pk), refused=lines, status=status)


def _page(
    request: StaffRequest,
    *,
    upload: HistoryForm | None = None,
    result: ImportResult | None = None,
    chosen: CustomerProfile | None = None,
    refused: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    profiles = CustomerProfile.objects.visible_to(request.principal).select_related("product")
    form = EvidenceForm(request.GET or None, profiles=profiles, initial={"deals": Which.BOTH, "order": Order.SURE})
    if form.is_bound and not form.is_valid():
        return screen(request, "targeting/history.html", {"filters": form}, region="evidence", status=422)
    asked: dict[str, Any] = form.cleaned_data if form.is_bound else {}
    profile = chosen or (asked.get("profile") if "profile" in request.GET else profiles.filter(is_default=True).first())
    form.initial["profile"] = profile
    deals = asked.get("deals") or request.POST.get("deals", "")
    which = Which(deals) if deals in set(Which) else Which.BOTH
    order = Order(asked.get("order") or Order.SURE)
    found = evidence(request.principal, which=which, market=profile.market if profile else "")
    context = {
        "filters": form,
        "upload": upload or HistoryForm(),
        "which": which.value,
        "refused": refused,
        "may_write": request.principal.may(Permission.PROFILE_WRITE),
        **_figures(found, profile, order),
        **_import(result),
    }
    return screen(request, "targeting/history.html", context, region="evidence", status=status)


def _figures(found: Evidence, profile: CustomerProfile | None, order: Order) -> dict[str, Any]:
    minimum = profile.minimum_cases if profile else ProfileDraft("").minimum_cases
    judged = {cut.field: _findings(cut, profile) for cut in found.cuts}
    suggested = suggestions(finding for by_value in judged.values() for finding in by_value.values())
    shown = [(cut, ordered(cut.groups, order, minimum=minimum)) for cut in found.cuts if cut.groups]
    return {
        "profile": profile,
        "minimum": minimum,
        "evidence": found,
        "overall": round(100 * found.whole.rate.share),
        "cuts": [
            (
                words.FIELDS[cut.field],
                cut,
                [(group, judged[cut.field].get(group.value)) for group in groups[:GROUPS_SHOWN]],
                [(group, judged[cut.field].get(group.value)) for group in groups[GROUPS_SHOWN:][:GROUPS_FOLDED]],
                max(0, len(groups) - GROUPS_SHOWN - GROUPS_FOLDED),
            )
            for cut, groups in shown
        ],
        "silent": [words.FIELDS[cut.field] for cut in found.cuts if not cut.groups],
        "suggestions": [(words.FIELDS[finding.field], finding) for finding in suggested],
        "nearest": _nearest(judged, found, minimum),
        "offers": [(words.FIELDS[offer.field], offer) for offer in offers_for(profile)] if profile else [],
    }


def _findings(cut: Cut, profile: CustomerProfile | None) -> dict[str, Finding]:
    if profile is None:
        return {}
    found = findings(cut, content_of(profile), market=profile.market, minimum=profile.minimum_cases)
    return {finding.value: finding for finding in found}


def _nearest(judged: dict[str, dict[str, Finding]], found: Evidence, minimum: int) -> list[tuple[Any, Group, int]]:
    """Of each cut where no value has cases enough, the one that lacks the fewest: (field, group, missing)."""
    nearest = []
    for cut in found.cuts:
        lacking = [(judged[cut.field][g.value].missing, g) for g in cut.groups if g.value in judged[cut.field]]
        if lacking and all(missing for missing, _group in lacking):
            missing, group = min(lacking, key=lambda pair: pair[0])
            nearest.append((words.FIELDS[cut.field], group, missing))
    return nearest


def _import(result: ImportResult | None) -> dict[str, Any]:
    if result is None:
        return {"result": None}
    return {
        "result": result,
        "rejects": result.rejects[:REJECTS_SHOWN],
        "reasons": [(words.code(code), number) for code, number in result.reasons.most_common()],
    }


def _writable(request: StaffRequest, pk: int) -> CustomerProfile:
    return get_object_or_404(CustomerProfile.objects.visible_to(request.principal, "write"), pk=pk)
