"""改进项: all of them, those of one deal, what is due for review."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.reviews.improvements import queries
from tuoke.steps.reviews.improvements.filters import ImprovementFilter
from tuoke.steps.reviews.improvements.models import TARGET_NAMES, Improvement, may_decide
from tuoke.steps.reviews.improvements.views.showing import found, shown
from tuoke.steps.reviews.models import Review

PAGE = 30


@require_safe
@needs(Permission.IMPROVEMENT_READ)
def index(request: StaffRequest) -> HttpResponse:
    """Every improvement, newest first (region ``list``); whose deal it is stands only where one may read the deal."""
    who, today = request.principal, timezone.localdate()
    rows = Improvement.objects.visible_to(who).select_related("owner")
    narrowed = ImprovementFilter(request.GET, queryset=rows, today=today, user_id=who.user_id)
    is_sound = narrowed.form.is_valid()
    chosen = narrowed.qs if is_sound else rows.none()
    cursor = request.GET.get("cursor", "")
    if cursor.isascii() and cursor.isdigit() and len(cursor) < 19:
        chosen = chosen.filter(pk__lt=int(cursor))
    page = list(chosen.order_by("-id")[: PAGE + 1])
    context = {
        "filter": narrowed,
        "is_narrowed": any(request.GET.get(name) for name in narrowed.filters),
        "rows": [(row, queries.target_name(row), row.is_overdue(today)) for row in page[:PAGE]],
        "next": str(page[PAGE - 1].pk) if len(page) > PAGE else None,
        "may_propose": who.may(Permission.IMPROVEMENT_WRITE),
        "decides": may_decide(who),
        "waiting": queries.waiting_for_decision(who),
        "today": today,
    }
    return screen(request, "improvements/list.html", context, region="list", status=200 if is_sound else 422)


@require_safe
@needs(Permission.IMPROVEMENT_READ)
def due(request: StaffRequest) -> HttpResponse:
    """Tools whose review date has come (region ``due``): what the market may have changed."""
    tools = [(tool, TARGET_NAMES[tool.target]) for tool in queries.due_tools(request.principal, timezone.localdate())]
    context = {"tools": tools, "may_propose": request.principal.may(Permission.IMPROVEMENT_WRITE)}
    return screen(request, "improvements/due.html", context, region="due")


@require_safe
@needs(Permission.REVIEW_READ)
def deal(request: StaffRequest, pk: int) -> HttpResponse:
    """Those of one deal's review: a room of its last step (region ``improvements``)."""
    visible = Opportunity.objects.visible_to(request.principal).select_related("customer")
    of = get_object_or_404(visible, pk=pk)
    review = Review.objects.filter(opportunity=of).first()
    rows = Improvement.objects.listed().filter(review=review).select_related("owner", "problem").order_by("id")
    today = timezone.localdate()
    listed = list(rows) if review else []
    context = {
        "deal": of,
        "review": review,
        "rows": [(row, queries.target_name(row), row.is_overdue(today)) for row in listed],
        "may_propose": review is not None and not review.is_final and request.principal.may(Permission.REVIEW_WRITE),
        "today": today,
    }
    return screen(request, "improvements/deal.html", context, region="improvements")


@require_safe
@needs(Permission.PLAYBOOK_READ)
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One of them (region ``improvement``); a colleague who has joined its deal reads it, too."""
    return shown(request, found(request, pk))
