"""One verb a view: claim, assign, give back, drop, take up again, tell apart, tick, convert."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen, toast
from tuoke.spine.catalog.rules import Market, Motion, Scale, Segment
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.queries import name_of, receivers
from tuoke.spine.customers.rules import name_key_of
from tuoke.steps.leads import actions
from tuoke.steps.leads.actions import GateClosed, Terms
from tuoke.steps.leads.facts import facts_of
from tuoke.steps.leads.forms import AssignForm, ConvertForm, ReasonForm
from tuoke.steps.leads.pool_forms import ReturnForm
from tuoke.steps.leads.queries import judgement_of
from tuoke.steps.leads.views.shared import readable, refused, writable
from tuoke.steps.leads.words import gate_lines

WAIVER = "waive-"


@require_POST
@needs(Permission.LEAD_WRITE)
def claim(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Whoever saw the lead in the pool (he sends its public id along) is told who was faster."""
    lead = Lead.objects.visible_to(request.principal).filter(pk=pk).first()
    if lead is None:
        lead = Lead.objects.select_related("owner").filter(pk=pk).first()
        if lead is None or request.POST.get("seen") != str(lead.public_id):
            raise Http404
    try:
        lead = actions.claim_lead(lead=lead, by=request.principal, now=timezone.now())
    except Refused as refusal:
        return refused(request, refusal.verdict, lead=lead)
    toast(request, _("已领取，可以开始跟进了"))
    return redirect(lead)


@require_http_methods(["GET", "POST"])
@needs(Permission.LEAD_ASSIGN)
def assign(request: StaffRequest, pk: int) -> HttpResponseBase:
    lead = readable(request, pk)
    form = AssignForm(request.POST or None, receivers=receivers(request.principal))
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["owner"]
        try:
            lead = actions.assign_lead(lead=lead, to=to, by=request.principal, now=timezone.now())
        except Lead.DoesNotExist as gone:
            raise Http404 from gone
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已分配给 %(name)s") % {"name": to.name})
            return redirect(lead)
    return _sheet(request, form, lead, title=gettext_lazy("分配线索"), verb=gettext_lazy("分配"))


def _with_reason(
    *,
    act: Callable[..., Lead],
    title: StrOrPromise,
    verb: StrOrPromise,
    hint: StrOrPromise,
    done: StrOrPromise,
    undo: str = "",
) -> Callable[..., HttpResponseBase]:
    """A verb that needs a reason and nothing else. ``undo`` is the URL name of what takes it back."""

    @require_http_methods(["GET", "POST"])
    @needs(Permission.LEAD_WRITE)
    def view(request: StaffRequest, pk: int) -> HttpResponseBase:
        lead = writable(request, pk)
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                lead = act(lead=lead, reason=form.cleaned_data["reason"], by=request.principal, now=timezone.now())
            except Refused as refusal:
                form.refuse(refusal.verdict)
            else:
                toast(request, str(done), undo_url=reverse(undo, args=[pk]) if undo else "")
                return redirect(lead)
        return _sheet(request, form, lead, title=title, verb=verb, hint=hint)

    return view


@require_http_methods(["GET", "POST"])
@needs(Permission.LEAD_WRITE)
def give_back(request: StaffRequest, pk: int) -> HttpResponseBase:
    lead = writable(request, pk)
    form = ReturnForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            lead = actions.return_to_pool(lead=lead, reason=form.said, by=request.principal, now=timezone.now())
        except Lead.DoesNotExist as gone:
            raise Http404 from gone
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已退回公海"))
            return redirect(lead)
    hint = gettext_lazy("退回后别人可以领取，历史记录都会保留。")
    return _sheet(request, form, lead, title=gettext_lazy("退回公海"), verb=gettext_lazy("退回"), hint=hint)


discard = _with_reason(
    act=actions.discard_lead,
    title=gettext_lazy("标为无效"),
    verb=gettext_lazy("标为无效"),
    hint=gettext_lazy("例如 空号、不是目标客户、重复。之后随时可以恢复。"),
    done=gettext_lazy("已标为无效"),
    undo="leads:reopen",
)
tell_apart = _with_reason(
    act=actions.tell_apart,
    title=gettext_lazy("不是重复"),
    verb=gettext_lazy("确认不是重复"),
    hint=gettext_lazy("说明为什么是另一项采购，例如 两个厂区各自采购。"),
    done=gettext_lazy("已记下：不是重复"),
)


@require_POST
@needs(Permission.LEAD_WRITE)
def reopen(request: StaffRequest, pk: int) -> HttpResponseBase:
    lead = writable(request, pk)
    try:
        lead = actions.reopen_lead(lead=lead, by=request.principal, now=timezone.now())
    except Refused as refusal:
        return refused(request, refusal.verdict, lead=lead)
    toast(request, _("已恢复，继续跟进"))
    return redirect(lead)


@require_POST
@needs(Permission.LEAD_WRITE)
def tick(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _ticked(request, pk, lambda lead, item: actions.tick(
        lead=lead, item=item, note=request.POST.get("note", ""), by=request.principal, now=timezone.now()
    ))  # fmt: skip


@require_POST
@needs(Permission.LEAD_WRITE)
def untick(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _ticked(request, pk, lambda lead, item: actions.untick(
        lead=lead, item=item, by=request.principal, now=timezone.now()
    ))  # fmt: skip


def _ticked(request: StaffRequest, pk: int, act: Callable[[Lead, str], object]) -> HttpResponseBase:
    lead = writable(request, pk)
    try:
        act(lead, request.POST.get("item", ""))
    except Refused as refusal:
        return refused(request, refusal.verdict, lead=lead)
    return redirect(f"{lead.get_absolute_url()}#guide")


@require_http_methods(["GET", "POST"])
@needs(Permission.DEAL_WRITE)
def convert(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The page says before what stands in the way; the action judges again."""
    lead = writable(request, pk)
    form = ConvertForm(request.POST or None, customers=_customers(request, lead), initial=_terms_of(lead))
    if request.method == "GET" or not form.is_valid():
        return _converting(request, lead, form)
    waivers = _waivers(request)
    try:
        deal = actions.convert(lead=lead, terms=_terms(form), waivers=waivers, by=request.principal, now=timezone.now())
    except GateClosed as closed:
        form.refuse(closed.verdict)
        return _converting(request, lead, form)
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return _converting(request, lead, form)
    toast(request, _("已转为商机"))
    return redirect(deal)


def _converting(request: StaffRequest, lead: Lead, form: ConvertForm) -> HttpResponse:
    segment = _segment(lead, form)
    judgement = judgement_of(lead, facts_of(lead, who=request.principal), segment=segment)
    waivers = _waivers(request)
    unmet = [f.criterion for f in judgement.findings if f.criterion.required and not f.passed]
    context = {
        "lead": lead,
        "name": name_of(lead, who=request.principal),
        "form": form,
        "lines": gate_lines(judgement.findings, lead=lead),
        "is_open": bool(judgement),
        "waivable": [(criterion, waivers.get(criterion.key, "")) for criterion in unmet],
        "may_waive": request.principal.may(Permission.DEAL_WAIVE),
        "waivers": waivers,
    }
    return screen(request, "leads/convert.html", context, status=422 if form.is_bound else 200)


def _customers(request: StaffRequest, lead: Lead) -> list[Customer]:
    """Customers that the lead may be meant for: the same name or code, as far as this person sees them."""
    seen = Customer.objects.visible_to(request.principal).real()
    found = list(seen.filter(name_key=name_key_of(lead.company))[:10]) if lead.company else []
    if lead.credit_code:
        found += list(seen.filter(credit_code=lead.credit_code).exclude(credit_code="")[:10])
    return found


def _terms_of(lead: Lead) -> dict[str, Any]:
    want = lead.want.strip().splitlines()[0][:60] if lead.want.strip() else ""
    amount = lead.budget_high if lead.budget_high is not None else lead.budget_low
    today = timezone.localdate()
    return {
        "name": want or _("%(name)s 新项目") % {"name": str(lead)[:60]},
        "amount": amount if amount is None else Decimal(amount),
        "expected_close_on": lead.purchase_on if lead.purchase_on and lead.purchase_on > today else None,
        "scale": _scale(lead).value,
    }


def _scale(lead: Lead) -> Scale:
    """大客户 from 1000 people or a billion yuan a year: a proposal that one click changes."""
    large = (lead.staff_low or 0) >= 1000 or (lead.revenue_low or 0) >= 1_000_000_000
    return Scale.LARGE if large else Scale.SMALL


def _segment(lead: Lead, form: ConvertForm) -> Segment:
    values = getattr(form, "cleaned_data", {})
    scale = values.get("scale") or form.initial.get("scale") or Scale.SMALL
    return Segment(Market(lead.market), Scale(scale), Motion(values.get("motion") or Motion.NEW))


def _terms(form: ConvertForm) -> Terms:
    values = dict(form.cleaned_data)
    values["scale"], values["motion"] = Scale(values["scale"]), Motion(values["motion"])
    return Terms(**values)


def _waivers(request: StaffRequest) -> dict[str, str]:
    said = {key: str(value).strip() for key, value in request.POST.items() if key.startswith(WAIVER)}
    return {key.removeprefix(WAIVER): reason for key, reason in said.items() if reason}


def _sheet(
    request: StaffRequest, form: Any, lead: Lead, *, title: StrOrPromise, verb: StrOrPromise, hint: StrOrPromise = ""
) -> HttpResponse:
    context = {
        "form": form, "lead": lead, "name": name_of(lead, who=request.principal), "title": title, "verb": verb,
        "hint": hint,
    }  # fmt: skip
    return screen(request, "leads/verb.html", context, region="form", status=422 if form.is_bound else 200)
