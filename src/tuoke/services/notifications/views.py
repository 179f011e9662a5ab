from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, open_to_all
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import after_post, screen, toast
from tuoke.base.ui.parts import Tab
from tuoke.services.notifications import actions, queries
from tuoke.services.notifications.models import Mail, Notice
from tuoke.services.notifications.rules import MailState
from tuoke.services.notifications.words import sentences

TABS: dict[str, tuple[MailState, ...]] = {
    "": (),
    "waiting": (MailState.QUEUED, MailState.SENDING),
    "failed": (MailState.FAILED, MailState.UNSURE),
    "sent": (MailState.SENT,),
    "cancelled": (MailState.CANCELLED,),
}


# Notices


@require_GET
@never_cache
@open_to_all("the polled bell answers an ended session with nothing, not with the log-in page over somebody's work")
def bell(request: HttpRequest) -> HttpResponse:
    """The bell alone, asked for every minute by the page."""
    if not request.user.is_authenticated:
        return HttpResponse(status=204)
    return render(request, "ui/bell.html")


@require_GET
@needs(Permission.ACCOUNT)
def notices(request: StaffRequest) -> HttpResponse:
    return _notices(request)


@require_POST
@needs(Permission.ACCOUNT)
def read(request: StaffRequest, pk: int) -> HttpResponseBase:
    """标为已读: one notice; opening one does it as well."""
    notice, now = get_object_or_404(Notice.objects.visible_to(request.principal), pk=pk), timezone.now()
    actions.mark_read(notice=notice, by=request.principal, now=now)
    return after_post(request, lambda: _notices(request), to=reverse("notifications:notices"))


@require_POST
@needs(Permission.ACCOUNT)
def read_all(request: StaffRequest) -> HttpResponseBase:
    now = timezone.now()
    if count := actions.mark_all_read(by=request.principal, now=now):
        said = ngettext("%(count)s 条通知标为已读", "%(count)s 条通知标为已读", count) % {"count": count}
        undo = f"{reverse('notifications:unread')}?{urlencode({'at': now.isoformat()})}"
        toast(request, said, undo_url=undo)
    return after_post(request, lambda: _notices(request), to=reverse("notifications:notices"))


@require_POST
@needs(Permission.ACCOUNT)
def unread(request: StaffRequest) -> HttpResponseBase:
    """Undo of 标为已读: ``?at=`` is the moment at which it was done."""
    try:
        at = datetime.fromisoformat(request.GET.get("at", ""))
    except ValueError:
        raise Http404 from None
    if timezone.is_naive(at):
        raise Http404
    actions.mark_unread(read_at=at, by=request.principal)
    return after_post(request, lambda: _notices(request), to=reverse("notifications:notices"))


def _notices(request: StaffRequest) -> HttpResponse:
    here, only_new = reverse("notifications:notices"), request.GET.get("show") != "all"
    page = queries.notices_of(request.principal, unread=only_new, cursor=request.GET.get("cursor", ""))
    context = {
        "groups": queries.grouped(page.rows),
        "shown": len(page.rows),
        "next": page.next,
        "only_new": only_new,
        "tabs": [Tab(_("未读"), here, current=only_new), Tab(_("全部"), f"{here}?show=all", current=not only_new)],
    }
    return screen(request, "notifications/notices.html", context, region="list")


# Mails


@require_GET
@needs(Permission.FOLLOWUP_READ)
def mails(request: StaffRequest) -> HttpResponse:
    """我的邮件: what one wrote, by what became of it."""
    asked = request.GET.get("state", "")
    asked = asked if asked in TABS else ""
    page = queries.mails_of(request.principal, states=TABS[asked], cursor=request.GET.get("cursor", ""))
    context = {
        "mails": page.rows,
        "next": page.next,
        "tabs": _mail_tabs(asked, queries.mail_counts(request.principal)),
        "asked": asked,
        "is_on": queries.mail_is_on(),
    }
    return screen(request, "notifications/mails.html", context, region="list")


@require_GET
@needs(Permission.FOLLOWUP_READ)
def mail(request: StaffRequest, pk: int) -> HttpResponse:
    """One mail: what it says, how it stands, every try."""
    return _mail(request, pk)


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def resend(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _decided(request, pk, actions.resend, _("正在再发一次"))


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def arrived(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _decided(request, pk, actions.arrived, _("已记为收到"))


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def cancel(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _decided(request, pk, actions.cancel, _("已取消发送"), undo=reverse("notifications:resend", args=[pk]))


def _mail(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(queries.mail_seen(request.principal, pk))
    may_write = request.principal.may(Permission.FOLLOWUP_WRITE)
    context: dict[str, Any] = {
        "mail": found,
        "tries": found.tries.all(),
        "may_write": may_write and Mail.objects.visible_to(request.principal, "write").filter(pk=pk).exists(),
        "is_on": queries.mail_is_on(),
        "is_running": found.state in (MailState.QUEUED, MailState.SENDING),
    }
    return screen(request, "notifications/mail.html", context, region="mail")


def _decided(
    request: StaffRequest, pk: int, act: Callable[..., Mail], said: str, *, undo: str = ""
) -> HttpResponseBase:
    found = get_object_or_404(Mail.objects.visible_to(request.principal, "write"), pk=pk)
    try:
        act(mail=found, by=request.principal, now=timezone.now())
        toast(request, said, undo_url=undo)
    except Refused as refusal:
        messages.error(request, " ".join(sentences(refusal.verdict)))
    return after_post(request, lambda: _mail(request, pk), to=reverse("notifications:mail", args=[pk]))


def _mail_tabs(asked: str, counts: dict[str, int]) -> list[Tab]:
    here = reverse("notifications:mails")
    names = {
        "": _("全部"),
        "waiting": _("待发送"),
        "failed": _("没有发出"),
        "sent": _("已发出"),
        "cancelled": _("已取消"),
    }
    waiting = {key: sum(counts.get(state, 0) for state in TABS[key]) for key in ("waiting", "failed")}
    return [
        Tab(name, f"{here}?state={key}" if key else here, current=key == asked, count=waiting.get(key) or None)
        for key, name in names.items()
    ]
