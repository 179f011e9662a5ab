"""Visits over all deals, customers who may leave, the customer's panel, how often each type is visited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.base.ui.parts import Tab
from tuoke.services.search.queries import narrowed
from tuoke.spine.catalog.models import MARKETS, SCALES
from tuoke.spine.catalog.rules import Market, Scale
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.reviews.revisits import actions, queries, words
from tuoke.steps.reviews.revisits.forms import ListForm, RhythmForm
from tuoke.steps.reviews.revisits.models import LEVEL_NAMES, LEVEL_TONES, Revisit, SegmentRhythm
from tuoke.steps.reviews.revisits.queries.lists import ORDERS, BadCursor, page_of
from tuoke.steps.reviews.revisits.queries.lists import shown as of_state
from tuoke.steps.reviews.revisits.rules import Level, Rhythm
from tuoke.steps.reviews.revisits.rules.relationship import PARTNER_SCORE, PARTNER_WON, REPEAT_WON
from tuoke.steps.reviews.revisits.views.showing import chart_of

SEGMENTS = [(market, scale) for market in Market for scale in Scale]


@require_safe
@needs(Permission.REVIEW_READ)
def listing(request: StaffRequest) -> HttpResponse:
    """Every visit that one may see: due, done, skipped (region ``list``)."""
    which = request.GET.get("tab", "due")
    if which not in ORDERS:
        raise Http404
    form = ListForm(request.GET)
    if which != "due":
        del form.fields["when"]
    rows: Sequence[Revisit] = ()
    following: str | None = None
    if form.is_valid():
        try:
            rows, following = page_of(
                _narrowed(request, form, which), which=which, cursor=request.GET.get("cursor", "")
            )
        except BadCursor:
            raise Http404 from None
    context = {
        "form": form,
        "rows": rows,
        "next": following,
        "which": which,
        "tabs": _tabs(request, which),
        "is_narrowed": not form.is_valid() or any(said for name, said in form.cleaned_data.items() if name != "tab"),
        "today": timezone.localdate(),
        "may_write": request.principal.may(Permission.REVIEW_WRITE),
        "may_set": request.principal.may(Permission.PLAYBOOK_WRITE),
    }
    return screen(request, "revisits/list.html", context, region="list")


@require_safe
@needs(Permission.REVIEW_READ)
def leaving(request: StaffRequest) -> HttpResponse:
    """Who may leave and why; who buys again."""
    who, today = request.principal, timezone.localdate()
    found = queries.leaving_of(who, today)
    repeating = queries.repeating(who)
    context = {
        "rows": [(risk, [words.sign(reason) for reason in risk.leaving.reasons]) for risk in found],
        "repeating": repeating,
        "levels": [
            (level, LEVEL_NAMES[level], repeating.counts[level], _customers_on(level), LEVEL_TONES[level])
            for level in Level
        ],
        "tabs": _tabs(request, "leaving"),
        "rule": {"repeat": REPEAT_WON, "partner": PARTNER_WON, "score": PARTNER_SCORE},
    }
    return screen(request, "revisits/leaving.html", context)


@require_safe
@needs(Permission.REVIEW_READ)
def customer(request: StaffRequest, pk: int) -> HttpResponse:
    """The customer's panel: level, satisfaction, why he may leave, second sales (region ``relationship``)."""
    found = get_object_or_404(Customer.objects.visible_to(request.principal), pk=pk)
    standing = queries.standing_of(request.principal, found, today=timezone.localdate())
    context = {
        "customer": found,
        "standing": standing,
        "level": LEVEL_NAMES[standing.level] if standing.level else "",
        "tone": LEVEL_TONES[standing.level] if standing.level else "gray",
        "signs": [words.sign(reason) for reason in standing.leaving.reasons],
        "chart": chart_of(standing.scores),
        "rule": {"repeat": REPEAT_WON, "partner": PARTNER_WON, "score": PARTNER_SCORE},
    }
    return screen(request, "revisits/customer.html", context, region="relationship")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAYBOOK_WRITE)
def rhythms(request: StaffRequest) -> HttpResponseBase:
    """How often customers of each type are visited; plans that are there stay."""
    said = {(row.market, row.scale): row for row in SegmentRhythm.objects.all()}
    which = request.POST.get("segment", "") if request.method == "POST" else ""
    forms = {f"{market}-{scale}": _rhythm_form(request, market, scale, said, which) for market, scale in SEGMENTS}
    sent = forms.get(which)
    if request.method == "POST" and sent is None:
        raise Http404
    if sent is not None and sent.is_valid():
        market, scale = which.split("-")
        try:
            actions.set_rhythm(
                market=Market(market),
                scale=Scale(scale),
                version=sent.cleaned_data["version"],
                rhythm=Rhythm(
                    *(sent.cleaned_data[field] for field in ("every_months", "first_after_days", "lasts_months"))
                ),
                by=request.principal,
                now=timezone.now(),
            )
        except Conflict:
            sent.add_error(None, _("刚刚有人改过这一类客户的节奏，请刷新后再改。"))
        except Refused as refusal:
            sent.refuse(refusal.verdict)
        else:
            toast(request, _("回访节奏已保存，新成交的商机按它安排"))
            return redirect("revisits:rhythms")
    names = {f"{market}-{scale}": _segment_name(market, scale) for market, scale in SEGMENTS}
    context = {"rows": [(key, names[key], form) for key, form in forms.items()]}
    return screen(request, "revisits/rhythms.html", context, status=status_of(sent) if sent else 200)


def _narrowed(request: StaffRequest, form: ListForm, which: str) -> Any:
    who, today, said = request.principal, timezone.localdate(), form.cleaned_data
    rows = of_state(queries.listed(Revisit.objects.visible_to(who)), which)
    if said["q"]:
        rows = rows.filter(opportunity__in=narrowed(Opportunity.objects.all(), "opportunity", said["q"]))
    if said["who"] == "mine" and who.user_id:
        rows = rows.filter(queries.his(who.user_id))
    until = {"late": today - timedelta(days=1), "week": today + timedelta(days=7), "month": today + timedelta(days=30)}
    if when := said.get("when"):
        rows = rows.filter(due_on__lte=until[when])
    return rows


def _tabs(request: StaffRequest, which: str) -> list[Tab]:
    base = reverse("revisits:list")
    return [
        Tab(_("待回访"), base, which == "due"),
        Tab(_("已回访"), f"{base}?tab=done", which == "done"),
        Tab(_("已跳过"), f"{base}?tab=skipped", which == "skipped"),
        Tab(_("可能流失与重复合作"), reverse("revisits:leaving"), which == "leaving"),
    ]


def _customers_on(level: Level) -> str:
    return f"{reverse('customers:list')}?relationship={level.value}"


def _rhythm_form(
    request: StaffRequest, market: Market, scale: Scale, said: dict[tuple[str, str], SegmentRhythm], which: str
) -> RhythmForm:
    row = said.get((market, scale))
    rhythm = actions.rhythm_in(row, market, scale)
    initial = {
        "every_months": rhythm.every_months,
        "first_after_days": rhythm.first_after_days,
        "lasts_months": rhythm.lasts_months,
        "version": row.version if row else None,
    }
    bound = typed(request) if which == f"{market}-{scale}" else None
    return RhythmForm(bound, initial=initial, auto_id=f"id_{market}-{scale}_%s")


def _segment_name(market: Market, scale: Scale) -> str:
    return f"{dict(MARKETS)[market.value]} · {dict(SCALES)[scale.value]}"
