"""The proposal was shown in a meeting: said so, taken back, brought back."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen, toast, typed, wants_part
from tuoke.steps.proposals.sendings import actions
from tuoke.steps.proposals.sendings.forms import PresentForm
from tuoke.steps.proposals.sendings.models import Presentation
from tuoke.steps.proposals.sendings.views.showing import after, contacts_of, deal_of, done, pressed, status


@require_http_methods(["GET", "POST"])
@needs(Permission.PROPOSAL_WRITE)
@once
def present(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Mark as presented on a day, to these people (region ``present``)."""
    deal = deal_of(request, pk, action="write")
    form = PresentForm(typed(request), contacts=contacts_of(deal), initial={"held_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        by, now, said = request.principal, timezone.now(), form.cleaned_data
        if done(form, lambda: actions.present(deal=deal, by=by, now=now, **said)):
            toast(request, _("已记下：方案当面讲过"))
            return after(request, deal)
    context = {"form": form, "deal": deal, "is_part": wants_part(request)}
    return screen(request, "sendings/present.html", context, region="present", status=status(form))


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    shown, by, now = _presentation(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.withdraw_presentation(presentation=shown, by=by, now=now),
        said=_("已撤回"),
        undo_url=reverse("sendings:restore", args=[pk]),
        deal=shown.opportunity,
    )


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    shown, by, now = _presentation(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.restore_presentation(presentation=shown, by=by, now=now),
        said=_("已恢复"),
        deal=shown.opportunity,
    )


def _presentation(request: StaffRequest, pk: int) -> Presentation:
    visible = Presentation.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("opportunity__customer"), pk=pk)
