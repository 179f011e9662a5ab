"""A next action as a file: one entry for a calendar that subscribes to nothing (S3.4)."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.services.calendar.ics import calendar_file
from tuoke.spine.followups.agenda import entry_of
from tuoke.spine.followups.models import NextAction


@require_GET
@needs(Permission.FOLLOWUP_READ)
def entry(request: StaffRequest, pk: int) -> HttpResponse:
    """The action as an .ics file; what has no day has no entry."""
    rows = NextAction.objects.visible_to(request.principal)
    action = get_object_or_404(rows.select_related("opportunity__customer", "customer", "lead", "contact"), pk=pk)
    if action.due_on is None or action.cancelled_at is not None:
        raise Http404
    root = request.build_absolute_uri("/").rstrip("/")
    found = entry_of(action, who=request.principal, root=root)
    return HttpResponse(
        calendar_file([found], name=action.title, zone=settings.TIME_ZONE),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="tuoke-{action.pk}.ics"'},
    )
