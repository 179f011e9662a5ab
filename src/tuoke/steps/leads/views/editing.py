"""New leads and changes; duplicates while one types; the conflict page that loses nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of
from tuoke.base.ui.http import screen, toast, wants_part
from tuoke.services.exchange import rules as exchange
from tuoke.services.search.queries import narrowed
from tuoke.spine.catalog.rules import INDUSTRIES
from tuoke.spine.customers.actions import Duplicate
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.queries import Hit, duplicates_of, receivers, told_apart_from
from tuoke.spine.customers.rules import OnDuplicate
from tuoke.spine.customers.words import field_name, said_value
from tuoke.steps.leads import actions
from tuoke.steps.leads.forms import LeadForm, said_referrer
from tuoke.steps.leads.queries import draft_of
from tuoke.steps.leads.views.shared import writable

OFFERED = 10
REFERRAL = "客户转介绍"
SHOWN = (
    "company", "want", "contact", "position", "phone", "wechat", "email", "decision_maker", "industry", "region",
    "staff_low", "staff_high", "revenue_low", "revenue_high", "credit_code", "address", "budget_low", "budget_high",
    "purchase_on", "source_detail", "note",
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.LEAD_WRITE)
@once
def new(request: StaffRequest) -> HttpResponseBase:
    who = request.principal
    initial = {"owner": str(who.user_id), **{name: request.GET[name] for name in ("company",) if name in request.GET}}
    form = LeadForm(
        request.POST or None,
        who=who,
        receivers=receivers(who).values(),
        check_url=reverse("leads:duplicates"),
        referrers_url=reverse("leads:referrers"),
        initial=initial,
    )
    if request.method == "GET" or not form.is_valid():
        return _answer(request, form)
    try:
        lead = actions.create_lead(draft=form.draft(), by=who, now=timezone.now(), on_duplicate=_on_duplicate(form))
    except Duplicate as found:
        return _answer(request, form, hits=found.hits, must_confirm=True)
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return _answer(request, form)
    toast(request, _advised(_("已新建线索"), lead))
    return redirect(lead)


@require_http_methods(["GET", "POST"])
@needs(Permission.LEAD_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    lead = writable(request, pk)
    form = LeadForm(
        request.POST or None,
        who=request.principal,
        receivers=None,
        check_url=f"{reverse('leads:duplicates')}?of={lead.pk}",
        referrers_url=reverse("leads:referrers"),
        initial=LeadForm.initial_of(lead, who=request.principal),
    )
    if request.method == "GET" or not form.is_valid():
        return _answer(request, form, lead=lead)
    draft = form.draft(upon=draft_of(lead))
    try:
        lead = actions.edit_lead(
            lead=lead,
            version=form.cleaned_data["version"] or 0,
            draft=draft,
            by=request.principal,
            now=timezone.now(),
            on_duplicate=_on_duplicate(form),
        )
    except Conflict as conflict:
        return _conflict(request, form, mine=draft, lead=conflict.current)
    except Duplicate as found:
        return _answer(request, form, lead=lead, hits=found.hits, must_confirm=True)
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return _answer(request, form, lead=lead)
    toast(request, _advised(_("已保存"), lead))
    return redirect(lead)


@require_GET
@needs(Permission.LEAD_WRITE)
def duplicates(request: StaffRequest) -> HttpResponseBase:
    """What looks like that which is being typed (S2.3). ``?of=`` is the lead that is being edited. A region: it has no page."""
    if not wants_part(request):
        return redirect("leads:new")
    ignoring: list[str] = []
    asked = request.GET.get("of", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 19:
        known = Lead.objects.visible_to(request.principal, "write").filter(pk=int(asked)).first()
        ignoring = [f"customers.lead:{known.pk}", *told_apart_from(known)] if known else []
    hits = duplicates_of(who=request.principal, ignoring=ignoring, **_typed(request))
    return screen(request, "leads/form.html", {"hits": hits}, region="duplicates")


@require_GET
@needs(Permission.LEAD_WRITE)
def referrers(request: StaffRequest) -> HttpResponseBase:
    """Customers whose name is being typed, for the form's list: those that one may see. A region: it has no page."""
    if not wants_part(request):
        return redirect("leads:new")
    said = request.GET.get("referrer", "").strip()[:80]
    seen = Customer.objects.visible_to(request.principal).real().filter(merged_into=None)
    found = narrowed(seen, "customer", said).order_by("-id")[:OFFERED] if said and exchange.sound(said) else []
    names = [said_referrer(customer) for customer in found]
    return screen(request, "leads/form.html", {"referrers": names}, region="referrers")


def _advised(said: str, lead: Lead) -> str:
    """A lead that somebody recommended should name him: advised, not demanded."""
    source = lead.source
    if source is None or lead.referrer_id is not None or source.name != REFERRAL:
        return said
    return _("%(said)s。来源是客户转介绍，还没有写是哪位客户介绍的，记得补上。") % {"said": said}


def _typed(request: StaffRequest) -> dict[str, str]:
    """What of the half-typed form can be compared: only what parses."""
    found = {"name": request.GET.get("company", ""), "want": request.GET.get("want", "")}
    values = {name: value.strip()[:200] for name, value in found.items() if exchange.sound(value)}
    phones = exchange.phones(request.GET.get("phone", "")[:80] or None)
    if isinstance(phones, tuple) and phones:
        values["phone"] = phones[0].number
    code = exchange.credit_code(request.GET.get("credit_code", "")[:40] or None)
    if isinstance(code, str):
        values["credit_code"] = code
    return values


def _on_duplicate(form: LeadForm) -> OnDuplicate:
    return OnDuplicate.ACCEPT if form.cleaned_data["confirmed"] else OnDuplicate.REFUSE


def _answer(
    request: StaffRequest, form: LeadForm, *, lead: Lead | None = None, hits: list[Hit] | None = None, **more: Any
) -> HttpResponse:
    wrong = form.is_bound and (bool(form.errors) or bool(more.get("must_confirm")))
    context = {"form": form, "lead": lead, "hits": hits or [], "industries": INDUSTRIES, **more}
    return screen(request, "leads/form.html", context, status=422 if wrong else 200)


def _conflict(request: StaffRequest, form: LeadForm, *, mine: Any, lead: Any) -> HttpResponse:
    """Both sides, what was typed still in the form; saving once more is then deliberate."""
    theirs = draft_of(lead)
    rows = [
        (field_name(name), said_value(name, getattr(mine, name)), said_value(name, getattr(theirs, name)))
        for name in SHOWN
        if getattr(mine, name) != getattr(theirs, name)
    ]
    data = request.POST.copy()
    data["version"] = str(lead.version)
    again = LeadForm(
        data,
        who=request.principal,
        receivers=None,
        check_url=f"{reverse('leads:duplicates')}?of={lead.pk}",
        referrers_url=reverse("leads:referrers"),
        initial=LeadForm.initial_of(lead, who=request.principal),
    )
    again.is_valid()
    last = history_of(lead).first()
    context = {
        "form": again, "lead": lead, "hits": [], "industries": INDUSTRIES, "conflict": True, "rows": rows,
        "who": last.actor_name if last else "", "url": lead.get_absolute_url(),
    }  # fmt: skip
    return screen(request, "leads/form.html", context, status=409)
