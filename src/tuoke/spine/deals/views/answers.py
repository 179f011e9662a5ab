"""How the verbs of a deal answer: the page, its changed parts, a form in the sheet, a closed gate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.kernel.verdict import Refused, Verdict
from tuoke.base.ui.http import after_post, screen, toast, wants_part
from tuoke.spine.deals import page, queries, rules, words
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import ResolvedPlaybook


@dataclass(frozen=True, slots=True)
class Ask:
    """What a verb says about itself before it is done."""

    title: StrOrPromise
    submit: StrOrPromise
    done: StrOrPromise
    text: StrOrPromise = ""
    tone: str = "primary"


def readable(request: StaffRequest, pk: int) -> Opportunity:
    return get_object_or_404(queries.detailed(request.principal), pk=pk)


def writable(request: StaffRequest, pk: int) -> Opportunity:
    """Someone else's deal is not there; one that may only be read says so."""
    deal = readable(request, pk)
    if not Opportunity.objects.visible_to(request.principal, "write").filter(pk=pk).exists():
        raise Http404
    return deal


def whole_page(
    request: StaffRequest,
    deal: Opportunity,
    *,
    status: int = 200,
    refusals: list[str] | None = None,
    events: tuple[Any, Any] | None = None,
) -> HttpResponse:
    """The page, or by htmx the parts that a verb may have changed."""
    now = timezone.now()
    shown = queries.deal_page(deal, who=request.principal, step=request.GET.get("step", ""))
    context = {
        "deal": deal,
        "page": shown,
        "events": page.entries(events[0] if events else shown.events, process=shown.process),
        "older": events[1] if events else shown.older,
        "refusals": refusals,
        "typed": request.POST,
        **page.of_page(shown, who=request.principal, now=now),
    }
    return screen(request, "deals/detail.html", context, region="after", status=status)


def fresh_page(request: StaffRequest, pk: int) -> HttpResponse:
    return whole_page(request, readable(request, pk))


def answered(
    request: StaffRequest, deal: Opportunity, act: Callable[[], object], *, said: StrOrPromise = ""
) -> HttpResponse:
    """One verb in one press: the fresh page, or 422 with the reasons on it."""
    try:
        act()
    except Refused as refused:
        said_why = words.sentences(refused.verdict, queries.process_of(deal))
        return whole_page(request, readable(request, deal.pk), status=422, refusals=said_why)
    if said:
        toast(request, str(said))
    step = request.GET.get("step", "")
    to = f"{deal.get_absolute_url()}?{urlencode({'step': step})}" if step else deal.get_absolute_url()
    return after_post(request, lambda: fresh_page(request, deal.pk), to=to)


def asked(
    request: StaffRequest,
    deal: Opportunity,
    form: django_forms.Form,
    ask: Ask,
    act: Callable[[], object],
    *,
    refused: Verdict | None = None,
    change: rules.Difference | None = None,
) -> HttpResponse:
    """A verb with a form, in the sheet or on a page of its own. ``refused``: why it can't be asked at all."""
    process = queries.process_of(deal)
    context: dict[str, Any] = {"deal": deal, "form": form, "ask": ask, "url": request.path, "change": change}
    if refused is not None and not refused:
        context["refusals"] = words.sentences(refused, process)
        return screen(request, "deals/ask.html", context, region="form", status=422 if form.is_bound else 200)
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refused as said_no:
            blame(form, said_no.verdict, process)
        else:
            toast(request, str(ask.done))
            return after_post(request, lambda: fresh_page(request, deal.pk), to=deal.get_absolute_url())
    return screen(request, "deals/ask.html", context, region="form", status=422 if form.is_bound else 200)


def at_the_gate(
    request: StaffRequest, deal: Opportunity, act: Callable[[dict[str, str]], object], *, to: str, url: str
) -> HttpResponse:
    """The gate: what is missing and who may let it pass. The verb pressed on the deal's page is answered there."""
    process = queries.process_of(deal)
    typed = {key[len("waive-") :]: str(value) for key, value in request.POST.items() if key.startswith("waive-")}
    refusals: list[str] = []
    status = 200
    if request.method == "POST":
        try:
            act({key: reason for key, reason in typed.items() if reason.strip()})
        except Refused as refused:
            refusals = words.sentences(refused.verdict, process)
            status = 422
        else:
            name = process.step(to).name if to else ""
            said = gettext("已推进到 %(step)s") % {"step": name} if to else gettext("复盘完成")
            toast(request, said)
            return after_post(request, lambda: fresh_page(request, deal.pk), to=deal.get_absolute_url())
    if status == 422 and "asked" not in request.POST and wants_part(request):
        return whole_page(request, readable(request, deal.pk), status=422, refusals=refusals)
    judgement = queries.gate_judgement(deal)
    context = {
        "deal": deal,
        "to": process.step(to) if to else None,
        "url": url,
        "judgement": judgement,
        "rows": page.rows(judgement, deal=deal, process=process, who=request.principal, typed=typed),
        "advice": words.lines(judgement.advice, deal=deal, process=process),
        "refusals": refusals,
        "is_manager": queries.is_manager_of(request.principal, deal),
    }
    return screen(request, "deals/advance.html", context, region="form", status=status)


def sent(request: StaffRequest) -> QueryDict | None:
    """What a form is bound to: an empty POST is one, too."""
    return request.POST if request.method == "POST" else None


def blame(form: django_forms.Form, verdict: Verdict, process: ResolvedPlaybook | None) -> None:
    """Every refusal on the form, beside its field where it has one."""
    fields = {
        "name_missing": "name",
        "name_too_long": "name",
        "amount_negative": "amount",
        "amount_missing": "amount",
        "budget_range": "budget",
        "date_not_future": "until",
        "reason_missing": "reason",
        "reason_broken": "detail" if "detail" in form.fields else "reason",
        "reason_too_long": "detail" if "detail" in form.fields else "reason",
        "dates_crossed": "ends_on",
        "duty_too_long": "duty",
        "share_out_of_range": "share",
        "shares_over": "share",
        "owner_is_member": "user",
        "may_not_read": "user",
        "may_not_sell": "user",
        "is_co_owner": "user",
        "not_a_colleague": "owner",
        "owner_inactive": "owner",
    }
    for reason in verdict.reasons:
        field = fields.get(reason.code)
        said = ValidationError(words.sentence(reason, process), code=reason.code)
        form.add_error(field if field in form.fields else None, said)


def number(value: str) -> int:
    """A number from the address or a hidden field; what is none is not there."""
    if not value.isdecimal() or len(value) > 18:
        raise Http404
    return int(value)
