"""The list on its way to the customer: send, send again, answer what came back, look at a version."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen, toast, typed, wants_part
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery import actions, queries
from tuoke.steps.discovery.forms import AnswerForm, LinkForm, SendForm
from tuoke.steps.discovery.models import Confirmation, NeedComment
from tuoke.steps.discovery.rules import VALID_USUAL, NeedKind
from tuoke.steps.discovery.views.answering import (
    after_deal,
    contacts_of,
    deal_of,
    done,
    status,
)


@require_http_methods(["GET", "POST"])
@needs(Permission.NEED_WRITE)
@once
def send(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Send the list to somebody of the customer (region ``send-list``)."""
    deal = deal_of(request, pk, action="write")
    form = SendForm(typed(request), contacts=contacts_of(deal.customer_id), initial=_usual(deal))
    if request.method == "POST" and form.is_valid():
        by, now = request.principal, timezone.now()
        if done(form, lambda: actions.send_list(deal=deal, draft=form.draft, by=by, now=now)):
            toast(request, _("链接已生成，复制后发给客户"))
            return after_deal(request, deal)
    needs_listed = queries.needs_of(request.principal, deal)
    context = {"form": form, "deal": deal, "needs": needs_listed, "is_part": wants_part(request)}
    return screen(request, "discovery/send.html", context, region="send-list", status=status(form))


@require_http_methods(["GET", "POST"])
@needs(Permission.NEED_WRITE)
@once
def resend(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The same version with a new link (region ``resend-list``)."""
    sent = _sent(request, pk, action="write")
    asks = bool(sent.link and sent.link.challenge)
    usual = {"expires_on": timezone.localdate() + VALID_USUAL, "challenge": asks}
    form = LinkForm(typed(request), initial=usual)
    if request.method == "POST" and form.is_valid():
        by, now, given = request.principal, timezone.now(), form.cleaned_data
        if done(form, lambda: actions.resend_list(sent=sent, by=by, now=now, **given)):
            toast(request, _("已换新链接，旧链接打不开了"))
            return after_deal(request, sent.opportunity)
    context = {"form": form, "sent": sent, "deal": sent.opportunity, "is_part": wants_part(request)}
    return screen(request, "discovery/resend.html", context, region="resend-list", status=status(form))


@require_http_methods(["GET", "POST"])
@needs(Permission.NEED_WRITE)
def answer(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Answer what the customer said on his page (region ``answer-comment``)."""
    visible = NeedComment.objects.visible_to(request.principal, "write")
    comment = get_object_or_404(
        visible.select_related("confirmation__opportunity__customer", "confirmation__opportunity__owner", "need"), pk=pk
    )
    form = AnswerForm(typed(request), initial={"text": comment.answer}, prefix=f"comment{comment.pk}")
    deal = comment.confirmation.opportunity
    if request.method == "POST" and form.is_valid():
        by, now, text = request.principal, timezone.now(), form.cleaned_data["text"]
        if done(form, lambda: actions.answer_comment(comment=comment, text=text, by=by, now=now)):
            toast(request, _("已回复，客户在确认页上能看到"))
            return after_deal(request, deal)
    context = {"form": form, "comment": comment, "deal": deal, "is_part": wants_part(request)}
    return screen(request, "discovery/answer.html", context, region="answer-comment", status=status(form))


@require_GET
@needs(Permission.NEED_READ)
def version(request: StaffRequest, pk: int) -> HttpResponse:
    """One version as it was sent and confirmed (region ``version``)."""
    sent = _sent(request, pk)
    return screen(request, "discovery/version.html", {"sent": sent, "deal": sent.opportunity}, region="version")


def _usual(deal: Opportunity) -> dict[str, object]:
    """As the last time: the same person, asked for his phone or not."""
    last = Confirmation.objects.filter(opportunity=deal).select_related("link").first()
    return {
        "contact": last.contact_id if last else None,
        "expires_on": timezone.localdate() + VALID_USUAL,
        "challenge": bool(last and last.link and last.link.challenge),
        "kinds": [kind.value for kind in NeedKind],
    }


def _sent(request: StaffRequest, pk: int, *, action: str = "read") -> Confirmation:
    visible = Confirmation.objects.visible_to(request.principal, action)
    related = ("opportunity__customer", "opportunity__owner", "contact", "link", "sent_by")
    return get_object_or_404(visible.select_related(*related), pk=pk)
