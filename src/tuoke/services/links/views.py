"""A link as the colleague sees it who sent it: address, QR code, who opened it from where, and its end."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

import segno
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen, toast
from tuoke.services.links import actions, queries
from tuoke.services.links.models import Link
from tuoke.services.links.queries import LinkCard

VISITS_SHOWN = 50


@require_GET
@needs(Permission.TODAY)
def show(request: StaffRequest, public_id: UUID) -> HttpResponse:
    card = _card(request, public_id)
    context = {
        "card": card,
        "visits": card.link.visits.all()[:VISITS_SHOWN],
        "may_revoke": card.is_open and queries.may(request.principal, card.link, action="revoke"),
    }
    return screen(request, "links/link.html", context, region="link")


@require_GET
@needs(Permission.TODAY)
def qr(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The address as a picture for a phone's camera. 404 once it opens nothing any more."""
    card = _card(request, public_id)
    if not card.is_open:
        raise Http404
    drawn = BytesIO()
    code = segno.make(request.build_absolute_uri(card.path), error="m", micro=False)
    code.save(drawn, kind="svg", scale=6, border=2, xmldecl=False, svgclass=None, lineclass=None)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


@require_POST
@needs(Permission.TODAY)
def revoke(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """``next``: where the button stood."""
    card = _card(request, public_id, action="revoke")
    actions.revoke_link(link=card.link, by=request.principal, now=timezone.now())
    toast(request, _("链接已停用，客户再打开会看到请联系您的说明"))
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back) if is_ours else redirect("links:show", public_id)


def _card(request: StaffRequest, public_id: UUID, *, action: str = "read") -> LinkCard:
    try:
        return queries.card_of(public_id, who=request.principal, now=timezone.now(), action=action)
    except Link.DoesNotExist:
        raise Http404 from None
