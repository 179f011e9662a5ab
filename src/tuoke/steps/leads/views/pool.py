"""公海: its rules with their preview, and the customers that wait in it."""

from __future__ import annotations

import json
from hashlib import blake2b

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Conflict, Refused, Verdict
from tuoke.base.records.queries import history_of
from tuoke.base.ui.http import screen, toast
from tuoke.services.calendar.queries import workdays
from tuoke.services.search.queries import in_open_part, narrowed
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.paging import BadCursor, Page, Sort, page_of
from tuoke.spine.customers.queries import receivers
from tuoke.steps.leads import actions
from tuoke.steps.leads.forms import AssignForm
from tuoke.steps.leads.models import PoolRules
from tuoke.steps.leads.pool_forms import ReturnForm, RulesForm
from tuoke.steps.leads.pool_words import rule_field, said_rule, tier_name
from tuoke.steps.leads.queries import claimer_of, pool_policy, pool_rules_lag, taken_by
from tuoke.steps.leads.rules.cadence import Cadence
from tuoke.steps.leads.rules.pool import PoolPolicy, policy_faults
from tuoke.steps.leads.views.shared import refused
from tuoke.steps.leads.words import sentences

NEWEST = Sort("id", is_descending=True)
HISTORY = 10
LONGEST_QUERY = 80


@require_http_methods(["GET", "POST"])
@needs(Permission.LEAD_RULES)
def rules(request: StaffRequest) -> HttpResponseBase:
    """All numbers of cadence and pool. What a change would take back is shown before it can be saved."""
    row, policy = _rules_now()
    version = row.version if row is not None and row.changed_at is not None else 0
    if request.method == "GET":
        return _rules(request, RulesForm(initial=RulesForm.initial_of(policy, version)), policy=policy)
    form = RulesForm(request.POST)
    if not form.is_valid():
        return _rules(request, form, policy=policy, status=422)
    wanted = form.policy()
    faults = policy_faults(wanted)
    if faults:
        form.refuse(Verdict(faults))
        return _rules(request, form, policy=policy, status=422)
    if form.cleaned_data["token"] != _token(wanted) or "save" not in request.POST:
        return _rules(request, _again(request, version=None, token=_token(wanted)), policy=policy, wanted=wanted)
    seen = form.cleaned_data["version"] or 0
    try:
        actions.save_pool_rules(policy=wanted, version=seen, by=request.principal, now=timezone.now())
    except Conflict as conflict:
        return _conflicted(request, conflict, wanted)
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return _rules(request, form, policy=policy, status=422)
    toast(request, _("已保存，正在按新规则重新计算"))
    return redirect("leads:rules")


@require_GET
@needs(Permission.CUSTOMER_WRITE)
def customers(request: StaffRequest) -> HttpResponse:
    """客户公海: what one may claim; ``?q=`` searches names, no numbers."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    found = Customer.objects.visible_to(request.principal, "claim").real()
    page = _page(request, narrowed(found, "customer", query).filter(in_open_part(query)))
    context = {
        "rows": page.rows,
        "next": page.next,
        "query": query,
        "limits": _limits(request.principal),
        "may_assign": request.principal.may(Permission.LEAD_ASSIGN),
        "today": timezone.localdate(),
    }
    return screen(request, "leads/pool_customers.html", context, region="list")


@require_POST
@needs(Permission.CUSTOMER_WRITE)
def claim_customer(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Whoever saw it in the pool (he sends its public id along) is told who was faster."""
    customer = _pooled_or_seen(request, pk)
    try:
        customer = actions.claim_customer(customer=customer, by=request.principal, now=timezone.now())
    except Customer.DoesNotExist as gone:
        raise Http404 from gone
    except Refused as refusal:
        context = {
            "reasons": sentences(refusal.verdict), "name": customer.name, "back": reverse("leads:pool_customers"),
        }  # fmt: skip
        return screen(request, "leads/refused.html", context, status=422)
    toast(request, _("已领取，可以开始跟进了"))
    return redirect(customer)


@require_http_methods(["GET", "POST"])
@needs(Permission.CUSTOMER_WRITE)
def return_customer(request: StaffRequest, pk: int) -> HttpResponseBase:
    customer = get_object_or_404(Customer.objects.visible_to(request.principal, "write"), pk=pk)
    form = ReturnForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.return_customer(customer=customer, reason=form.said, by=request.principal, now=timezone.now())
        except Customer.DoesNotExist as gone:
            raise Http404 from gone
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已退回公海"))
            return redirect("customers:list")
    hint = _("退回后同事可以领取；联系人在领取前不显示，历史记录都会保留。")
    return _sheet(request, form, customer, title=_("退回公海"), verb=_("退回"), hint=hint)


@require_http_methods(["GET", "POST"])
@needs(Permission.LEAD_ASSIGN)
def assign_customer(request: StaffRequest, pk: int) -> HttpResponseBase:
    customer = _pooled_or_seen(request, pk)
    data = request.POST if request.method == "POST" else None
    form = AssignForm(data, receivers=receivers(request.principal, Permission.CUSTOMER_WRITE))
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["owner"]
        try:
            actions.assign_customer(customer=customer, to=to, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已分配给 %(name)s") % {"name": to.name})
            return redirect("leads:pool_customers")
    return _sheet(request, form, customer, title=_("分配客户"), verb=_("分配"))


@require_POST
@needs(Permission.LEAD_WRITE)
def claim_many(request: StaffRequest) -> HttpResponseBase:
    """``ids`` of leads; what couldn't be had is listed with its reasons."""
    ids = [int(said) for said in request.POST.getlist("ids") if said.isascii() and said.isdigit() and len(said) < 19]
    seen = set(Lead.objects.visible_to(request.principal).filter(pk__in=ids).values_list("pk", flat=True))
    wanted = [pk for pk in ids if pk in seen]
    try:
        result = actions.claim_many(leads=wanted, by=request.principal, now=timezone.now())
    except Refused as refusal:
        return refused(request, refusal.verdict, lead=None)
    if not result.refused:
        toast(request, _("已领取 %(count)s 条，可以开始跟进了") % {"count": len(result.claimed)})
        return redirect(f"{reverse('leads:list')}?tab=mine")
    context = {
        "claimed": result.claimed,
        "refused": [(lead, sentences(verdict)) for lead, verdict in result.refused],
        "who": request.principal,
        "back": f"{reverse('leads:list')}?tab=pool",
    }
    return screen(request, "leads/pool_claimed.html", context)


def _rules_now() -> tuple[PoolRules | None, PoolPolicy]:
    """Where nobody has set any, what is proposed counts from today on."""
    row = PoolRules.objects.select_related("changed_by").filter(pk=1).first()
    return row, pool_policy() if row is not None else PoolPolicy(counts_from=timezone.localdate())


def _rules(
    request: StaffRequest,
    form: RulesForm,
    *,
    policy: PoolPolicy,
    wanted: PoolPolicy | None = None,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    today, calendar = timezone.localdate(), workdays()
    next_year = today.year + 1
    context = {
        "form": form,
        "policy": policy,
        "taken": taken_by(Cadence(wanted, calendar), today=today) if wanted is not None else None,
        "before": taken_by(Cadence(policy, calendar), today=today) if wanted is not None else None,
        "row": PoolRules.objects.select_related("changed_by").filter(pk=1).first(),
        "is_lagging": pool_rules_lag() and PoolRules.objects.exists(),
        "tier_name": tier_name,
        "unannounced": next_year if today.month >= 10 and not calendar.is_announced(next_year) else None,
        "history": list(history_of("leads.poolrules:1")[:HISTORY]),
        **more,
    }
    return screen(request, "leads/pool_rules.html", context, region="rules", status=status)


def _conflicted(request: StaffRequest, conflict: Conflict, mine: PoolPolicy) -> HttpResponse:
    """Both sides; saving once more is then deliberate."""
    theirs = pool_policy()
    before, after = actions.flat_policy(theirs), actions.flat_policy(mine)
    rows = [
        (rule_field(name), said_rule(value), said_rule(before[name]))
        for name, value in after.items()
        if value != before[name]
    ]
    current = conflict.current
    assert isinstance(current, PoolRules)
    form = _again(request, version=current.version, token=_token(mine))
    who = current.changed_by.name if current.changed_by else ""
    return _rules(request, form, policy=theirs, wanted=mine, status=409, rows=rows, who=who)


def _again(request: StaffRequest, *, version: int | None, token: str) -> RulesForm:
    """What was typed, with the name of what it was previewed as; upon the version that stands now, if given."""
    data = request.POST.copy()
    data["token"] = token
    if version is not None:
        data["version"] = str(version)
    return RulesForm(data)


def _token(policy: PoolPolicy) -> str:
    return blake2b(json.dumps(policy.plain(), sort_keys=True).encode(), digest_size=16).hexdigest()


def _limits(who: Principal) -> dict[str, object]:
    """How much one may still claim today and hold, with the figures."""
    if who.user_id is None:
        return {}
    policy = pool_policy()
    claimer = claimer_of(who.user_id, policy=policy, now=timezone.now())
    return {
        "claimed": claimer.claimed_today, "claims": policy.claims_per_day,
        "held": claimer.held, "most": policy.hold_limit,
    }  # fmt: skip


def _page(request: StaffRequest, found: object) -> Page[Customer]:
    rows = found.defer("search_text", "attributes", "note", "address", "phone")  # type: ignore[attr-defined]
    try:
        return page_of(rows, sort=NEWEST, cursor=request.GET.get("cursor", ""))
    except BadCursor:
        return page_of(rows, sort=NEWEST)


def _pooled_or_seen(request: StaffRequest, pk: int) -> Customer:
    customer = Customer.objects.visible_to(request.principal, "claim").filter(pk=pk).first()
    if customer is None:
        customer = get_object_or_404(Customer, pk=pk)
        if request.POST.get("seen") != str(customer.public_id):
            raise Http404
    return customer


def _sheet(
    request: StaffRequest, form: object, customer: Customer, *, title: str, verb: str, hint: str = ""
) -> HttpResponse:
    bound = getattr(form, "is_bound", False)
    context = {"form": form, "customer": customer, "title": title, "verb": verb, "hint": hint}
    return screen(request, "leads/pool_verb.html", context, region="form", status=422 if bound else 200)
