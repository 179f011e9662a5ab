"""HTTP of the private calendar: the page that tells its address, and the address itself (F2)."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, open_to_all
from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen, toast
from tuoke.services.calendar import actions, hooks
from tuoke.services.calendar.feeds import feed_behind, token_of
from tuoke.services.calendar.ics import calendar_file
from tuoke.services.calendar.models import Feed

DAYS_BACK = timedelta(days=60)
DAYS_AHEAD = timedelta(days=400)


@require_GET
@needs(Permission.TODAY)
def mine(request: StaffRequest) -> HttpResponse:
    """The address to subscribe to, how, and when a program last read it."""
    feed = Feed.objects.filter(user_id=request.user.pk).first()
    address = request.build_absolute_uri(reverse("calendar:feed", args=[token_of(feed)])) if feed else ""
    context = {"feed": feed, "address": address, "webcal": address.replace("http", "webcal", 1)}
    return screen(request, "calendar/mine.html", context)


@require_POST
@needs(Permission.TODAY)
def renew(request: StaffRequest) -> HttpResponseBase:
    actions.renew_feed(by=request.principal, now=timezone.now())
    toast(request, _("新的地址已经可用"))
    return redirect("calendar:mine")


@require_GET
@open_to_all("a calendar program has no account: the signed address is the key")
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """What its owner has to do, as he may see it now; the same answer as last time is not sent again (304)."""
    found = feed_behind(token)
    if found is None:
        raise Http404
    now = timezone.now()
    actions.note_reading(feed=found, now=now)
    who, today = principal_of(found.user), timezone.localdate(now)
    root = request.build_absolute_uri("/").rstrip("/")
    entries = [
        entry for source in hooks.entries_of for entry in source(who, today - DAYS_BACK, today + DAYS_AHEAD, root)
    ]
    written = calendar_file(entries, name=_("%(name)s 的拓客日程") % {"name": who.name}, zone=settings.TIME_ZONE)
    tag = f'"{sha256(written).hexdigest()}"'
    response = HttpResponse(
        written,
        content_type="text/calendar; charset=utf-8",
        headers={"ETag": tag, "Cache-Control": "private, no-cache"},
    )
    return get_conditional_response(request, etag=tag, response=response) or response
