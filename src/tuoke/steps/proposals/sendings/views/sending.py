"""A proposal on its way: the page, sending, trying again, answering, asking a manager."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen, toast, typed, wants_part
from tuoke.services.notifications.queries import mail_is_on
from tuoke.spine.deals.answering import changed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.queries import current_proposal
from tuoke.steps.proposals.sendings import actions, queries
from tuoke.steps.proposals.sendings.forms import AnswerForm, ReasonForm, SendForm
from tuoke.steps.proposals.sendings.models import Remark, Sending
from tuoke.steps.proposals.sendings.rules import VALID_USUAL, State, may_go_out
from tuoke.steps.proposals.sendings.views.showing import (
    after,
    contacts_of,
    deal_of,
    done,
    page_context,
    pressed,
    sending_of,
    shown,
    status,
)
from tuoke.steps.proposals.sendings.words import sentences


@require_GET
@needs(Permission.PROPOSAL_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """发送与阅读 of one deal."""
    return shown(request, deal_of(request, pk))


@require_GET
@needs(Permission.PROPOSAL_READ)
def one(request: StaffRequest, pk: int) -> HttpResponse:
    """One sending (region ``sending``): asked for again and again while its papers are written."""
    sending = sending_of(request, pk, action="read")
    context = page_context(request, sending.opportunity)
    found = [sent for sent in context["overview"].sendings if sent.sending.pk == pk]
    context["sent"] = found[0] if found else None
    response = screen(request, "sendings/sending.html", context, region="sending")
    return response if sending.state == State.PREPARING else changed(response)


@require_http_methods(["GET", "POST"])
@needs(Permission.PROPOSAL_WRITE)
@once
def send(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Send what the proposal says now to somebody of the customer (region ``send-proposal``)."""
    deal = deal_of(request, pk, action="write")
    form = SendForm(typed(request), contacts=contacts_of(deal), initial=_usual(deal))
    if request.method == "POST" and form.is_valid():
        by, now, host = request.principal, timezone.now(), request.build_absolute_uri("/").rstrip("/")
        if done(form, lambda: actions.send(deal=deal, draft=form.draft, host=host, by=by, now=now)):
            toast(request, _("正在生成文件，好了就发出；这一页会显示进度"))
            return after(request, deal)
    context = {"form": form, "deal": deal, "mail_is_on": mail_is_on(), "is_part": wants_part(request)}
    if request.method == "GET":
        context["problems"] = _problems(deal)
    return screen(request, "sendings/send.html", context, region="send-proposal", status=status(form))


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def retry(request: StaffRequest, pk: int) -> HttpResponseBase:
    sending, by, now = sending_of(request, pk), request.principal, timezone.now()
    return pressed(
        request, lambda: actions.retry(sending=sending, by=by, now=now), said=_("再试一次，正在生成文件"),
        deal=sending.opportunity,
    )  # fmt: skip


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def cancel(request: StaffRequest, pk: int) -> HttpResponseBase:
    sending, by, now = sending_of(request, pk), request.principal, timezone.now()
    return pressed(
        request, lambda: actions.cancel(sending=sending, by=by, now=now), said=_("已取消，客户没有收到"),
        deal=sending.opportunity,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.PROPOSAL_WRITE)
def answer(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Answer what the customer asked on his page (region ``answer-remark``)."""
    visible = Remark.objects.visible_to(request.principal, "write")
    remark = get_object_or_404(visible.select_related("sending__opportunity__customer"), pk=pk)
    form = AnswerForm(typed(request), initial={"text": remark.answer}, prefix=f"remark{remark.pk}")
    deal = remark.sending.opportunity
    if request.method == "POST" and form.is_valid():
        by, now, text = request.principal, timezone.now(), form.cleaned_data["text"]
        if done(form, lambda: actions.answer_remark(remark=remark, text=text, by=by, now=now)):
            toast(request, _("已回复，客户在方案页上能看到"))
            return after(request, deal)
    context = {"form": form, "remark": remark, "deal": deal, "is_part": wants_part(request)}
    return screen(request, "sendings/answer.html", context, region="answer-remark", status=status(form))


@require_http_methods(["GET", "POST"])
@needs(Permission.PROPOSAL_WRITE)
@once
def ask(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Ask the managers above to let quantities without evidence go out (region ``ask-claims``)."""
    deal = deal_of(request, pk, action="write")
    form = ReasonForm(typed(request))
    if request.method == "POST" and form.is_valid():
        by, now, reason = request.principal, timezone.now(), form.cleaned_data["reason"]
        if done(form, lambda: actions.ask_claims(deal=deal, reason=reason, by=by, now=now)):
            toast(request, _("已请主管审批，批准后就能发送"))
            return after(request, deal)
    proposal = current_proposal(deal)
    lacks = queries.lacks_of(proposal, today=timezone.localdate()) if proposal else None
    context = {"form": form, "deal": deal, "lacks": lacks, "is_part": wants_part(request)}
    return screen(request, "sendings/ask.html", context, region="ask-claims", status=status(form))


def _usual(deal: Opportunity) -> dict[str, object]:
    """As the last time: the same person, asked for his phone or not."""
    last = Sending.objects.filter(opportunity=deal).first()
    return {
        "contact": last.contact_id if last else None,
        "expires_on": timezone.localdate() + VALID_USUAL,
        "challenge": bool(last and last.challenge),
        "may_download": last.may_download if last else True,
    }


def _problems(deal: Opportunity) -> list[str]:
    proposal = current_proposal(deal)
    if proposal is None:
        return []
    return sentences(may_go_out(queries.lacks_of(proposal, today=timezone.localdate())))
