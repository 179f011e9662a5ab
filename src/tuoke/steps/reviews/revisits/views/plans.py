"""The room of a deal, its rhythm, the survey, the second sale."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import colleagues
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.reviews.revisits import actions
from tuoke.steps.reviews.revisits.forms import EVERY, PlanForm, SecondForm, SurveyForm
from tuoke.steps.reviews.revisits.models import Revisit, RevisitPlan
from tuoke.steps.reviews.revisits.places import to_revisits
from tuoke.steps.reviews.revisits.rules import Opening
from tuoke.steps.reviews.revisits.rules.surveys import VALID_USUAL
from tuoke.steps.reviews.revisits.views.showing import answered, contacts_of, deal_of, people_for, pressed, shown


@require_safe
@needs(Permission.REVIEW_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """回访: what is due, what was heard, what was asked, what came of it (region ``revisits``)."""
    return shown(request, deal_of(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REVIEW_WRITE)
def plan(request: StaffRequest, pk: int) -> HttpResponseBase:
    """When this customer is visited, by whom (region ``plan-form``)."""
    deal = deal_of(request, pk)
    found = RevisitPlan.objects.select_related("owner").filter(opportunity=deal).first()
    due = Revisit.objects.due().filter(opportunity=deal).first()
    people = people_for(deal, found.owner if found else None)
    form = PlanForm(typed(request), deal=deal, people=people, initial=_kept(found, due))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.plan_series(
                deal=deal,
                version=said["version"],
                first_on=said["first_on"],
                every_months=said["every_months"],
                until_on=said["until_on"],
                owner_id=said["owner"],
                by=request.principal,
                now=timezone.now(),
            )
        except Conflict as conflict:
            return _stale(request, conflict, deal)
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("回访计划已保存"))
            return answered(request, deal)
    context = {"form": form, "deal": deal, "plan": found, "url": request.path}
    return screen(request, "revisits/plan.html", context, region="plan-form", status=status_of(form))


@require_POST
@needs(Permission.REVIEW_WRITE)
def end(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = _plan_of(request, pk)
    by, now, undo = request.principal, timezone.now(), reverse("revisits:resume", args=[pk])
    return pressed(
        request,
        found.opportunity,
        lambda: actions.end_series(plan=found, by=by, now=now),
        said=_("回访计划已结束"),
        undo_url=undo,
    )


@require_POST
@needs(Permission.REVIEW_WRITE)
def resume(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = _plan_of(request, pk)
    by, now = request.principal, timezone.now()
    return pressed(
        request, found.opportunity, lambda: actions.resume_series(plan=found, by=by, now=now), said=_("已恢复回访计划")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REVIEW_WRITE)
@once
def survey(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Make the private link of a survey (region ``survey-form``)."""
    deal = deal_of(request, pk)
    initial = {"expires_on": timezone.localdate() + VALID_USUAL, "contact": request.GET.get("contact")}
    form = SurveyForm(typed(request), contacts=contacts_of(deal), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.send_survey(deal=deal, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("问卷链接已生成，复制后发给客户"))
            return answered(request, deal)
    context = {"form": form, "deal": deal, "url": request.path}
    return screen(request, "revisits/survey.html", context, region="survey-form", status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.DEAL_WRITE)
@once
def second(request: StaffRequest, pk: int) -> HttpResponseBase:
    """二次销售: a deal of its own, linked to this one; it opens at once."""
    deal = deal_of(request, pk)
    visit = _found_on(request, deal)
    form = SecondForm(typed(request), owners=_owners(request.principal, deal), initial=_proposed(request, deal, visit))
    if request.method == "POST" and form.is_valid():
        draft = form.draft(revisit_id=visit.pk if visit else None)
        try:
            found = actions.open_second(deal=deal, draft=draft, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("二次商机已建立，已知的信息可以直接核对"))
            return redirect(found.get_absolute_url())
    context = {"form": form, "deal": deal, "visit": visit, "url": request.get_full_path()}
    return screen(request, "revisits/second.html", context, status=status_of(form))


def _plan_of(request: StaffRequest, pk: int) -> RevisitPlan:
    visible = RevisitPlan.objects.visible_to(request.principal, "write")
    return get_object_or_404(
        visible.select_related("opportunity__customer", "opportunity__owner", "owner"),
        opportunity__in=Opportunity.objects.filter(pk=pk),
    )


def _kept(found: RevisitPlan | None, due: Revisit | None) -> dict[str, object]:
    if found is None:
        return {"every_months": 1, "first_on": due.due_on if due else None}
    today = timezone.localdate()
    day = due.due_on if due and due.due_on >= today else None
    return {
        "version": found.version, "first_on": day, "every_months": found.every_months, "until_on": found.until_on,
        "owner": found.owner_id,
    }  # fmt: skip


def _found_on(request: StaffRequest, deal: Opportunity) -> Revisit | None:
    """The visit on which it was found, where the address names one."""
    said = request.GET.get("revisit", "")
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        return None
    return Revisit.objects.done().filter(opportunity=deal, pk=int(said)).first()


def _owners(who: Principal, deal: Opportunity) -> Iterable[User]:
    people = {user.pk: user for user in (*colleagues(who, Permission.DEAL_WRITE), deal.owner) if user.is_active}
    return sorted(people.values(), key=lambda user: (user.pk != deal.owner_id, user.name))


def _proposed(request: StaffRequest, deal: Opportunity, visit: Revisit | None) -> dict[str, object]:
    mine = deal.owner_id if deal.owner.is_active else request.principal.user_id
    kind = Opening.AGAIN.value if deal.is_given_up else Opening.MORE.value
    return {
        "name": _("%(customer)s二次合作") % {"customer": deal.customer.name},
        "kind": kind,
        "product": deal.product_id,
        "owner": mine,
        "note": visit.new_needs if visit else "",
    }


def _stale(request: StaffRequest, conflict: Conflict, deal: Opportunity) -> HttpResponse:
    now = conflict.current
    plan = now if isinstance(now, RevisitPlan) else None
    every = {str(months): str(name) for months, name in EVERY}
    typed_every = request.POST.get("every_months", "")
    rows = [
        (_("下一次"), request.POST.get("first_on", "—"), str(plan.first_on) if plan else "—"),
        (
            _("多久一次"),
            every.get(typed_every, typed_every),
            every.get(str(plan.every_months), str(plan.every_months)) if plan else "—",
        ),
        (
            _("到哪一天为止"),
            request.POST.get("until_on") or "—",
            str(plan.until_on) if plan and plan.until_on else "—",
        ),
    ]
    context = {"rows": rows, "deal": deal, "url": to_revisits(deal)}
    return screen(request, "revisits/conflict.html", context, region="conflict", status=409)
