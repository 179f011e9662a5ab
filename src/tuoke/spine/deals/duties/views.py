"""责任分工 of a deal (P4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import saved_by
from tuoke.base.ui.conflicts import two_sides
from tuoke.base.ui.http import after_post, screen, status_of, toast, typed, wants_part
from tuoke.spine.deals.duties import actions, queries, words
from tuoke.spine.deals.duties.forms import DutyForm, SendBackForm
from tuoke.spine.deals.duties.models import Duty
from tuoke.spine.deals.duties.rules import State
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.queries import process_of
from tuoke.spine.playbook.rules import DEAL_STEPS


@require_GET
@needs(Permission.DEAL_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """Who answers for what, step by step (region ``duties``)."""
    return _shown(request, _deal(request, pk))


@require_POST
@needs(Permission.DEAL_WRITE)
def lay_out(request: StaffRequest, pk: int) -> HttpResponseBase:
    """What the deal's playbook says, as lines to be filled."""
    deal, by, now = _deal(request, pk, action="write"), request.principal, timezone.now()
    return _pressed(request, deal, lambda: actions.lay_out(deal=deal, by=by, now=now), said=_("已按流程手册列出"))


@require_http_methods(["GET", "POST"])
@needs(Permission.DEAL_WRITE)
@once
def add(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One more line (region ``duty-form``)."""
    deal = _deal(request, pk, action="write")
    form = DutyForm(typed(request), **_choices(deal), initial={"step": deal.step})
    if request.method == "POST" and form.is_valid():
        try:
            actions.add(deal=deal, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refused:
            form.refuse(refused.verdict)
        else:
            return _after(request, deal, said=_("已添加"))
    return _asked(request, deal, form, url=reverse("deals:duty_add", args=[deal.pk]), title=_("添加一项责任"))


@require_http_methods(["GET", "POST"])
@needs(Permission.DEAL_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Person, day, standard … of a line (region ``duty-form``)."""
    duty = _duty(request, pk, action="write")
    deal, url = duty.opportunity, reverse("deals:duty_edit", args=[duty.pk])
    form = DutyForm(typed(request), **_choices(deal), initial=DutyForm.initial_of(duty))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            actions.change(duty=duty, draft=form.draft, version=version, by=request.principal, now=timezone.now())
        except Refused as refused:
            form.refuse(refused.verdict)
        except Conflict as conflict:
            context = _conflict(form, conflict)
            return _asked(request, deal, form, url=url, title=duty.what, status=409, **context)
        else:
            return _after(request, deal, said=_("已保存"))
    return _asked(request, deal, form, url=url, title=duty.what)


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def deliver(request: StaffRequest, pk: int) -> HttpResponseBase:
    duty, by, now = _duty(request, pk), request.principal, timezone.now()
    return _pressed(
        request, duty.opportunity, lambda: actions.deliver(duty=duty, by=by, now=now), said=_("已报告完成，等待验收")
    )


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def accept(request: StaffRequest, pk: int) -> HttpResponseBase:
    duty, by, now = _duty(request, pk), request.principal, timezone.now()
    return _pressed(request, duty.opportunity, lambda: actions.accept(duty=duty, by=by, now=now), said=_("已验收"))


@require_http_methods(["GET", "POST"])
@needs(Permission.FOLLOWUP_WRITE)
def send_back(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Not to the standard yet (region ``duty-form``)."""
    duty = _duty(request, pk)
    form = SendBackForm(typed(request))
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            actions.send_back(duty=duty, note=note, by=request.principal, now=timezone.now())
        except Refused as refused:
            form.refuse(refused.verdict)
        else:
            return _after(request, duty.opportunity, said=_("已退回"))
    return _asked(
        request, duty.opportunity, form, url=reverse("deals:duty_send_back", args=[duty.pk]),
        title=_("退回：%(what)s") % {"what": duty.what},
    )  # fmt: skip


@require_POST
@needs(Permission.DEAL_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    duty, by, now = _duty(request, pk, action="write"), request.principal, timezone.now()
    undo = reverse("deals:duty_restore", args=[duty.pk])
    return _pressed(
        request, duty.opportunity, lambda: actions.withdraw(duty=duty, by=by, now=now), said=_("已移除"), undo=undo
    )


@require_POST
@needs(Permission.DEAL_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    duty, by, now = _duty(request, pk, action="write"), request.principal, timezone.now()
    return _pressed(request, duty.opportunity, lambda: actions.restore(duty=duty, by=by, now=now), said=_("已恢复"))


def _deal(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    deals = Opportunity.objects.visible_to(request.principal, action)
    return get_object_or_404(deals.select_related("customer", "owner", "playbook_version"), pk=pk)


def _duty(request: StaffRequest, pk: int, *, action: str = "read") -> Duty:
    related = ("opportunity__customer", "opportunity__owner", "opportunity__playbook_version", "person", "accepter")
    return get_object_or_404(Duty.objects.visible_to(request.principal, action).select_related(*related), pk=pk)


def _shown(request: StaffRequest, deal: Opportunity, *, refused: Refused | None = None) -> HttpResponse:
    who, today = request.principal, timezone.localdate()
    duties = queries.duties_of(deal)
    may_write = not deal.is_given_up and Opportunity.objects.visible_to(who, "write").filter(pk=deal.pk).exists()
    acts = who.may(Permission.FOLLOWUP_WRITE) and not deal.is_given_up
    context = {
        "deal": deal,
        "steps": [(one, words.LACKS[one.lack]() if one.lack else "") for one in queries.by_step(deal, duties)],
        "dropped": [duty for duty in duties if duty.withdrawn_at is not None],
        "may_write": may_write,
        "delivers": {
            d.pk for d in duties if acts and d.state == State.OPEN and (may_write or d.person_id == who.user_id)
        },
        "judges": {
            d.pk
            for d in duties
            if acts and d.state == State.DELIVERED and who.user_id == (d.accepter_id or deal.owner_id)
        },
        "late": {duty.pk for duty in duties if duty.is_late(today)},
        "ships": any(step.responsibilities for step in process_of(deal).steps),
        "why_complex": [words.WHY_COMPLEX[code]() for code in queries.complexity_of(deal)],
        "refused": [words.refusal(reason) for reason in refused.verdict.reasons] if refused else [],
    }
    return screen(request, "deals/duties.html", context, region="duties", status=422 if refused else 200)


def _choices(deal: Opportunity) -> dict[str, Any]:
    steps = [(str(step.key), step.name) for step in process_of(deal).steps if step.key in DEAL_STEPS]
    return {"steps": steps, "people": queries.people_for(deal)}


def _asked(
    request: StaffRequest, deal: Opportunity, form: Any, *, url: str, title: str, status: int = 0, **more: Any
) -> HttpResponse:
    context = {"deal": deal, "form": form, "url": url, "title": title, "is_part": wants_part(request), **more}
    return screen(request, "deals/duty.html", context, region="duty-form", status=status or status_of(form))


def _pressed(
    request: StaffRequest, deal: Opportunity, act: Callable[[], object], *, said: str, undo: str = ""
) -> HttpResponseBase:
    try:
        act()
    except Refused as refused:
        return _shown(request, deal, refused=refused)
    return _after(request, deal, said=said, undo=undo)


def _after(request: StaffRequest, deal: Opportunity, *, said: str, undo: str = "") -> HttpResponse:
    toast(request, said, undo_url=undo)
    return after_post(request, lambda: _shown(request, deal), to=reverse("deals:duties", args=[deal.pk]))


def _conflict(form: DutyForm, conflict: Conflict) -> dict[str, Any]:
    assert isinstance(conflict.current, Duty)
    return {"rows": two_sides(form, DutyForm.initial_of(conflict.current)), "who": saved_by(conflict.current)}
