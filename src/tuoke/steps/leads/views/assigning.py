"""分配规则: setting them, and giving out leads of the pool by them, with a preview."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.base.ui.http import screen, toast
from tuoke.spine.customers.models import Lead, LeadQuerySet
from tuoke.spine.customers.queries import name_of
from tuoke.steps.leads import actions
from tuoke.steps.leads.actions import PlanChanged
from tuoke.steps.leads.actions.assigning import ALL
from tuoke.steps.leads.filters import LeadFilter
from tuoke.steps.leads.imports.models import LeadImport
from tuoke.steps.leads.imports.queries import leads_of
from tuoke.steps.leads.models import AssignmentRule
from tuoke.steps.leads.pool_forms import AssignmentRuleForm
from tuoke.steps.leads.pool_words import LEFT, rule_field, said_rule
from tuoke.steps.leads.queries import Corner
from tuoke.steps.leads.queries.assignment import MOST, Assignment, assignment_rules, planned_assignment
from tuoke.steps.leads.words import sentences

SAMPLE = 200
HISTORY = 10


@dataclass(frozen=True, slots=True)
class Selection:
    """The leads that are given out, what they are called, and where they came from."""

    leads: LeadQuerySet
    name: str
    back: str


@require_GET
@needs(Permission.LEAD_ASSIGN)
def rules(request: StaffRequest) -> HttpResponse:
    """The rules in their order; whoever assigns sees them, whoever sets rules changes them."""
    context = {
        "rules": assignment_rules(),
        "may_set": request.principal.may(Permission.LEAD_RULES),
        "history": list(Event.objects.in_thread(ALL).order_by("-id")[:HISTORY]),
        "pool": f"{reverse('leads:assign_rules')}?tab=pool",
    }
    return screen(request, "leads/assignment.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.LEAD_RULES)
@once
def rule(request: StaffRequest, pk: int | None = None) -> HttpResponseBase:
    """A new rule, or one that is there."""
    found = get_object_or_404(AssignmentRule, pk=pk) if pk is not None else None
    form = AssignmentRuleForm(
        request.POST if request.method == "POST" else None,
        initial=AssignmentRuleForm.initial_of(found) if found else None,
    )
    if request.method == "GET" or not form.is_valid():
        return _rule(request, form, found)
    try:
        actions.save_assignment_rule(
            rule=found,
            version=form.cleaned_data["version"] or 0,
            draft=form.draft(),
            by=request.principal,
            now=timezone.now(),
        )
    except AssignmentRule.DoesNotExist as gone:
        raise Http404 from gone
    except Conflict as conflict:
        return _conflicted(request, form, conflict)
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return _rule(request, form, found)
    toast(request, _("已保存"))
    return redirect("leads:assignment")


@require_POST
@needs(Permission.LEAD_RULES)
def move(request: StaffRequest, pk: int) -> HttpResponseBase:
    """``to`` is up or down."""
    up = {"up": 1, "down": -1}.get(request.POST.get("to", ""), 0)
    found = get_object_or_404(AssignmentRule, pk=pk)
    actions.move_assignment_rule(rule=found, up=up, by=request.principal, now=timezone.now())
    return redirect("leads:assignment")


@require_POST
@needs(Permission.LEAD_RULES)
def remove(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(AssignmentRule, pk=pk)
    try:
        actions.remove_assignment_rule(rule=found, by=request.principal, now=timezone.now())
    except AssignmentRule.DoesNotExist as gone:
        raise Http404 from gone
    toast(request, _("已删除规则“%(name)s”") % {"name": found.name})
    return redirect("leads:assignment")


@require_http_methods(["GET", "POST"])
@needs(Permission.LEAD_ASSIGN)
def assign(request: StaffRequest) -> HttpResponseBase:
    """By the rules: the pool as it is filtered in the address (``?tab=pool&…``), or chosen ids (``?ids=1&ids=2``)."""
    return _assign(request, _chosen(request))


@require_http_methods(["GET", "POST"])
@needs(Permission.LEAD_ASSIGN)
def assign_import(request: StaffRequest, public_id: UUID) -> HttpResponseBase:
    """By the rules: what an import of one's own has brought into the pool."""
    if not request.principal.may(Permission.LEAD_IMPORT):
        raise PermissionDenied
    found = get_object_or_404(LeadImport.objects.visible_to(request.principal), public_id=public_id)
    name = _("导入“%(name)s”带来的线索") % {"name": found.name}
    return _assign(request, Selection(leads_of(found), name, found.get_absolute_url()))


def _assign(request: StaffRequest, selection: Selection | None) -> HttpResponseBase:
    if selection is None:
        return redirect(f"{reverse('leads:list')}?tab=pool")
    if request.method == "GET":
        return _preview(request, selection, planned_assignment(selection.leads, who=request.principal))
    token, who = request.POST.get("token", ""), request.principal
    try:
        done = actions.assign_by_rules(leads=selection.leads, token=token, by=who, now=timezone.now())
    except PlanChanged as changed:
        return _preview(request, selection, changed.now, reasons=sentences(changed.verdict), status=409)
    except Refused as refusal:
        found = planned_assignment(selection.leads, who=who)
        return _preview(request, selection, found, reasons=sentences(refusal.verdict), status=422)
    toast(request, _("已分配 %(count)s 条线索") % {"count": len(done.plan.given)})
    return redirect(selection.back)


def _chosen(request: StaffRequest) -> Selection | None:
    """None where the filter makes no sense."""
    back = f"{reverse('leads:list')}?tab=pool"
    ids = [int(said) for said in request.GET.getlist("ids") if said.isascii() and said.isdigit() and len(said) < 19]
    if ids:
        return Selection(Lead.objects.filter(pk__in=ids), _("选中的 %(count)s 条线索") % {"count": len(set(ids))}, back)
    asked = request.GET.copy()
    for passing in ("cursor", "view", "sort"):
        asked.pop(passing, None)
    found = LeadFilter(asked, who=request.principal, corner=Corner.POOL)
    if not found.is_valid():
        return None
    name = _("公海里筛选出的线索") if _narrows(asked) else _("公海里的全部线索")
    chosen = Lead.objects.filter(pk__in=found.asked().found.order_by().values("pk")) if _narrows(asked) else None
    return Selection(
        chosen if chosen is not None else Lead.objects.in_pool(),
        name,
        f"{back}&{asked.urlencode()}" if _narrows(asked) else back,
    )


def _narrows(asked: QueryDict) -> bool:
    return any(value for name, value in asked.items() if name != "tab")


def _preview(
    request: StaffRequest,
    selection: Selection,
    found: Assignment,
    *,
    reasons: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    total = len(found.plan.given) + len(found.plan.left)
    context = {
        "selection": selection,
        "found": found,
        "total": total,
        "too_many": total > MOST,
        "most": MOST,
        "left": [(LEFT[code], count) for code, count in found.left.items()],
        "left_count": len(found.plan.left),
        "rows": _sample(found, request.principal),
        "sample": SAMPLE,
        "reasons": reasons or [],
        "may_set": request.principal.may(Permission.LEAD_RULES),
    }
    return screen(request, "leads/assignment_preview.html", context, region="plan", status=status)


def _sample(found: Assignment, who: Principal) -> list[tuple[Lead, str, str, StrOrPromise]]:
    """The first leads: which one, to whom, by which rule or why to nobody."""
    people = {share.person.pk: share.person.name for share in found.shares}
    names = {rule.pk: rule.name for rule, _count in found.by_rule}
    to: dict[int, tuple[str, StrOrPromise]] = {
        one.item: (people[one.person], names[one.rule]) for one in found.plan.given[:SAMPLE]
    }
    to |= {one.item: ("", LEFT[one.code]) for one in found.plan.left[: max(0, SAMPLE - len(to))]}
    leads = Lead.objects.defer("search_text", "attributes", "note").in_bulk(list(to))
    return [(leads[pk], name_of(leads[pk], who=who), *said) for pk, said in to.items() if pk in leads]


def _rule(
    request: StaffRequest, form: AssignmentRuleForm, found: AssignmentRule | None, *, status: int = 0, **more: object
) -> HttpResponse:
    wrong = 422 if form.is_bound and form.errors else 200
    return screen(request, "leads/assignment_rule.html", {"form": form, "rule": found, **more}, status=status or wrong)


def _conflicted(request: StaffRequest, form: AssignmentRuleForm, conflict: Conflict) -> HttpResponse:
    current = conflict.current
    assert isinstance(current, AssignmentRule)
    theirs = AssignmentRuleForm.initial_of(current)
    mine = form.cleaned_data
    rows = [
        (rule_field(name), said_rule(mine[name]), said_rule(theirs[name]))
        for name in ("name", "kind", "is_active")
        if mine[name] != theirs[name]
    ]
    data = request.POST.copy()
    data["version"] = str(current.version)
    return _rule(request, AssignmentRuleForm(data), current, status=409, rows=rows, is_stale=True)
