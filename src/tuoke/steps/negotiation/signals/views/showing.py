"""What the pages of this room have in common: the deal, the rights, the page, how a verb in one press is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen, status_of
from tuoke.base.ui.verbs import press
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.signals import queries, words
from tuoke.steps.negotiation.signals.places import to_signals


def found_deal(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    visible = Opportunity.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def shown(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    """Signs, suggestions, proposals and their answers (region ``signals``)."""
    page = queries.page_of(request.principal, deal)
    context = common(request, deal) | {
        "page": page,
        "suggestions": queries.suggestions(request.principal, deal, page.live),
        "shown_most": queries.SHOWN_MOST,
    }
    return screen(request, "signals/signals.html", context, region="signals")


def common(request: StaffRequest, deal: Opportunity) -> dict[str, Any]:
    who = request.principal
    writes = who.may(Permission.NEGOTIATION_WRITE)
    return {
        "deal": deal,
        "may_write": writes and Opportunity.objects.visible_to(who, "write").filter(pk=deal.pk).exists(),
        "is_running": deal.is_running,
    }


def number_in(said: str | None) -> int | None:
    """A key in an address; None for what is none."""
    return int(said) if said and said.isascii() and said.isdecimal() and len(said) <= 18 else None


def version_in(request: StaffRequest) -> int:
    said = number_in(request.POST.get("version") or "0")
    if said is None:
        raise Http404
    return said


def pressed(
    request: StaffRequest, deal: Opportunity, act: Callable[[], object], *, said: str, undo_url: str = ""
) -> HttpResponseBase:
    """A verb in one press: do it, say so, show the page as it is now; a refusal is said and changes nothing."""
    press(request, act, say=words.sentences, said=said, undo_url=undo_url)
    return done(request, deal)


def done(request: StaffRequest, deal: Opportunity) -> HttpResponseBase:
    return renewed(request, lambda: shown(request, deal), to=to_signals(deal))


def form_page(request: StaffRequest, deal: Opportunity, form: forms.Form, *, title: str, **more: Any) -> HttpResponse:
    """Any form of this room (region ``form``); 422 with what is wrong."""
    context = {"deal": deal, "form": form, "url": request.get_full_path(), "title": title, **more}
    return screen(request, "signals/form.html", context, region="form", status=status_of(form))


def today() -> Any:
    return timezone.localdate()
