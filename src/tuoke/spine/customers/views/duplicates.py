"""查重与合并: the queue, what was merged and its undo (S2.3)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused, Verdict
from tuoke.base.ui.http import screen, toast
from tuoke.spine.customers import actions
from tuoke.spine.customers.forms import ReviewForm
from tuoke.spine.customers.models import Customer, Lead, Merge, Pair
from tuoke.spine.customers.paging import BadCursor, Page, Sort, page_of
from tuoke.spine.customers.queries import duplicates_of_customer, is_masked, merges_into, name_of
from tuoke.spine.customers.queries.review import OWNERS, SIDES, last_search, review_queue, twins_of
from tuoke.spine.customers.rules.merging import UNDO_FOR, OnConflict
from tuoke.spine.customers.views.comparing import MODELS, queue_query
from tuoke.spine.customers.words import sentence

LIKEST = Sort("score", is_descending=True, parse=int)
PAGE = 30


@require_GET
@needs(Permission.LEAD_WRITE)
def review(request: StaffRequest) -> HttpResponse:
    """The queue. Of a record that isn't his to see one learns whom to ask."""
    who = request.principal
    form = ReviewForm(request.GET)
    asked = form.asked()
    queue = review_queue(who, today=timezone.localdate(), **asked)
    page = _page(queue.select_related(*SIDES, *OWNERS), request.GET.get("cursor", ""))
    context = {
        "form": form,
        "twins": twins_of(page.rows, who=who),
        "next": page.next,
        "search": last_search(),
        "may_search": who.may(Permission.LEAD_ASSIGN),
        "narrowed": any(asked.values()),
        "query": queue_query(request),
    }
    return screen(request, "customers/review.html", context, region="list")


@require_POST
@needs(Permission.LEAD_ASSIGN)
def search(request: StaffRequest) -> HttpResponseBase:
    try:
        actions.start_search(by=request.principal, now=timezone.now())
    except Refused as refusal:
        return _refused(request, refusal.verdict, back=reverse("customers:review"))
    toast(request, _("开始查找，找到的会陆续出现在这里"))
    return redirect("customers:review")


@require_http_methods(["GET", "POST"])
@needs(Permission.LEAD_WRITE)
def merge(request: StaffRequest, pk: int) -> HttpResponseBase:
    """What went into what; POST takes it back, with ``keep=later`` without the fields that were edited since."""
    who = request.principal
    found = get_object_or_404(
        Merge.objects.select_related("lead", "gone_lead", "customer", "gone_customer", "by"), pk=pk
    )
    kept = found.kept
    if isinstance(kept, Lead) and is_masked(kept, who=who):  # both records would say whom to call
        raise Http404
    if not type(kept)._default_manager.visible_to(who).filter(pk=kept.pk).exists():
        raise Http404
    problems: list[str] = []
    is_edited = False
    if request.method == "POST":
        on_conflict = OnConflict.KEEP_LATER if request.POST.get("keep") == "later" else OnConflict.REFUSE
        try:
            actions.undo_merge(merge=found, by=who, now=timezone.now(), on_conflict=on_conflict)
        except Refused as refusal:
            problems = [sentence(reason) for reason in refusal.verdict.reasons]
            is_edited = "edited_since" in refusal.verdict.codes
        except (Lead.DoesNotExist, Customer.DoesNotExist) as gone:
            raise Http404 from gone
        else:
            toast(request, _("已撤销合并，两条记录都恢复了"))
            return redirect(found.gone)
    context = {
        "merge": found,
        "kept": kept,
        "gone": found.gone,
        "changes": {name: (found.before[name], found.after[name]) for name in _shown_columns(found)},
        "moved": sum(len(keys) for keys in found.moved.values()),
        "problems": problems,
        "is_edited": is_edited,
        "may_undo": found.undone_at is None and timezone.now() - found.at <= UNDO_FOR and _may_write(request, kept),
        "until": timezone.localdate(found.at + UNDO_FOR),
    }
    return screen(request, "customers/merge.html", context, status=422 if problems else 200)


@require_GET
@needs(Permission.CUSTOMER_READ)
def similar(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """A region for a record's page: what looks like it (of customers), and what was merged into it."""
    model = MODELS.get(kind)
    if model is None:
        raise Http404
    party: Lead | Customer = get_object_or_404(model._default_manager.visible_to(request.principal), pk=pk)  # type: ignore[assignment]
    hits = duplicates_of_customer(party, who=request.principal) if isinstance(party, Customer) else []
    since = timezone.now() - UNDO_FOR
    hides = isinstance(party, Lead) and is_masked(party, who=request.principal)
    merges = [] if hides else merges_into(party, since=since)
    context: dict[str, Any] = {"party": party, "kind": kind, "hits": hits, "merges": merges}
    context["name"] = name_of(party, who=request.principal) if isinstance(party, Lead) else party.name
    return screen(request, "customers/similar.html", context, region="similar")


@require_POST
@needs(Permission.LEAD_WRITE)
def unlink(request: StaffRequest, pk: int) -> HttpResponseBase:
    lead = get_object_or_404(Lead.objects.visible_to(request.principal, "write"), pk=pk)
    try:
        lead = actions.unlink_lead(lead=lead, by=request.principal, now=timezone.now())
    except Refused as refusal:
        return _refused(request, refusal.verdict, back=lead.get_absolute_url())
    toast(request, _("已取消关联"))
    return redirect(lead)


def _shown_columns(found: Merge) -> list[str]:
    hidden = {"party_key", "want_key", "name_key", "core", "sound", "department_id", "owned_since", "attributes"}
    scored = {"score", "score_max", "scored_profile", "scored_number", "qualified_at", "due_on", "recycle_on"}
    names = set(found.before) - hidden - scored - {"verified", "disputed", "last_touch_at", "version"}
    return sorted(name for name in names if not name.endswith("_id"))


def _may_write(request: StaffRequest, party: Lead | Customer) -> bool:
    return type(party)._default_manager.within_reach_of(request.principal).filter(pk=party.pk).exists()


def _page(queue: Any, cursor: str) -> Page[Pair]:
    try:
        return page_of(queue, sort=LIKEST, cursor=cursor, size=PAGE)
    except BadCursor:
        return page_of(queue, sort=LIKEST, size=PAGE)


def _refused(request: StaffRequest, verdict: Verdict, *, back: str) -> HttpResponse:
    context = {"problems": [sentence(reason) for reason in verdict.reasons], "back": back}
    return screen(request, "customers/refused.html", context, status=422)
