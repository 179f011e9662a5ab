"""演示与试用: what was shown to the customer, and what he tries himself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms as django_forms
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict
from tuoke.base.records.queries import saved_by
from tuoke.base.ui import verbs
from tuoke.base.ui.conflicts import two_sides
from tuoke.base.ui.http import screen
from tuoke.base.ui.verbs import Sheet, press
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.demos import actions, queries, words
from tuoke.steps.proposals.demos.forms import (
    DemoForm,
    EndForm,
    ExtendForm,
    HeldForm,
    RefusableForm,
    TrialForm,
    UsageForm,
)
from tuoke.steps.proposals.demos.models import Demo, Trial
from tuoke.steps.proposals.demos.places import to_demos
from tuoke.steps.proposals.demos.rules import DemoState

_MAYBE_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@needs(Permission.PROPOSAL_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """What is planned, held and tried (region ``demos``)."""
    return _shown(request, _deal(request, pk))


@_MAYBE_POST
@needs(Permission.PROPOSAL_WRITE)
@once
def plan(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Arrange a demonstration (region ``demo-form``)."""
    deal = _deal(request, pk, action="write")
    form = DemoForm(_typed(request), contacts=queries.people_of(deal))
    return _asked(
        request,
        deal,
        form,
        lambda: actions.plan_demo(deal=deal, draft=form.draft, by=request.principal, now=timezone.now()),
        title=_("安排演示"),
        said=_("已安排，也进了下一步行动"),
    )


@_MAYBE_POST
@needs(Permission.PROPOSAL_WRITE)
@once
def trial(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Open a trial (region ``demo-form``)."""
    deal = _deal(request, pk, action="write")
    initial = {"starts_on": timezone.localdate()}
    form = TrialForm(_typed(request), contacts=queries.people_of(deal), initial=initial)
    return _asked(
        request,
        deal,
        form,
        lambda: actions.open_trial(deal=deal, draft=form.draft, by=request.principal, now=timezone.now()),
        title=_("开通试用"),
        said=_("已记下，到期前三天提醒"),
    )


@_MAYBE_POST
@needs(Permission.PROPOSAL_WRITE)
@once
def held(request: StaffRequest, pk: int) -> HttpResponseBase:
    """What came of it; of one that was held, put right (region ``demo-form``). A stale version shows both sides (409)."""
    demo = _demo(request, pk)
    deal, today = demo.opportunity, timezone.localdate()
    form = HeldForm(_typed(request), contacts=queries.people_of(deal), initial=HeldForm.initial_of(demo, today=today))

    def act() -> None:
        version, by, now = form.cleaned_data["version"] or 0, request.principal, timezone.now()
        if demo.state == DemoState.HELD:
            actions.edit_held(demo=demo, version=version, draft=form.draft, by=by, now=now)
        else:
            actions.hold_demo(demo=demo, version=version, draft=form.draft, channel=form.channel_said, by=by, now=now)

    said = _("已保存") if demo.state == DemoState.HELD else _("已记下，跟进记录也写好了")
    if demo.state == DemoState.HELD:
        form.fields["channel"].required = False
        form.fields["channel"].widget = django_forms.HiddenInput()
    return _asked(request, deal, form, act, title=_("演示的结果"), said=said)


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def cancel(request: StaffRequest, pk: int) -> HttpResponseBase:
    demo, by, now = _demo(request, pk), request.principal, timezone.now()
    undo = reverse("demos:restore", args=[pk])
    act: Callable[[], object] = lambda: actions.cancel_demo(demo=demo, by=by, now=now)  # noqa: E731
    return _pressed(request, demo.opportunity, act, said=_("演示已取消，下一步行动也取消了"), undo_url=undo)


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    demo, by, now = _demo(request, pk), request.principal, timezone.now()
    act: Callable[[], object] = lambda: actions.restore_demo(demo=demo, by=by, now=now)  # noqa: E731
    return _pressed(request, demo.opportunity, act, said=_("已恢复"))


@_MAYBE_POST
@needs(Permission.PROPOSAL_WRITE)
def extend(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = _trial(request, pk)
    form = ExtendForm(_typed(request))
    return _asked(
        request,
        found.opportunity,
        form,
        lambda: actions.extend_trial(
            trial=found, to=form.cleaned_data["expires_on"], by=request.principal, now=timezone.now()
        ),
        title=_("延长试用 %(account)s") % {"account": found.account},
        said=_("已延期"),
    )


@_MAYBE_POST
@needs(Permission.PROPOSAL_WRITE)
def usage(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = _trial(request, pk)
    form = UsageForm(_typed(request), initial=UsageForm.initial_of(found))
    return _asked(
        request,
        found.opportunity,
        form,
        lambda: actions.note_usage(
            trial=found,
            version=form.cleaned_data["version"] or 0,
            usage=form.cleaned_data["usage"],
            by=request.principal,
            now=timezone.now(),
        ),
        title=_("使用情况 %(account)s") % {"account": found.account},
        said=_("已保存"),
    )


@_MAYBE_POST
@needs(Permission.PROPOSAL_WRITE)
def end(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = _trial(request, pk)
    form = EndForm(_typed(request))
    return _asked(
        request,
        found.opportunity,
        form,
        lambda: actions.end_trial(
            trial=found, note=form.cleaned_data["end_note"], by=request.principal, now=timezone.now()
        ),
        title=_("结束试用 %(account)s") % {"account": found.account},
        said=_("试用已结束"),
        undo_url=reverse("demos:reopen", args=[pk]),
    )


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def reopen(request: StaffRequest, pk: int) -> HttpResponseBase:
    found, by, now = _trial(request, pk), request.principal, timezone.now()
    act: Callable[[], object] = lambda: actions.reopen_trial(trial=found, by=by, now=now)  # noqa: E731
    return _pressed(request, found.opportunity, act, said=_("试用继续"))


def _deal(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    visible = Opportunity.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def _demo(request: StaffRequest, pk: int) -> Demo:
    visible = Demo.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("contact", "opportunity__customer", "opportunity__owner"), pk=pk)


def _trial(request: StaffRequest, pk: int) -> Trial:
    visible = Trial.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("contact", "opportunity__customer", "opportunity__owner"), pk=pk)


def _typed(request: StaffRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _asked(
    request: StaffRequest,
    deal: Opportunity,
    form: RefusableForm,
    act: Callable[[], object],
    *,
    title: str,
    said: str,
    undo_url: str = "",
) -> HttpResponseBase:
    """A verb with a form (region ``demo-form``): in the sheet, or on a page of its own."""
    sheet = Sheet("demos/form.html", "demo-form", {"deal": deal, "title": title})
    return verbs.asked(
        request,
        form,
        act,
        sheet=sheet,
        then=lambda: _done(request, deal),
        two_sides=partial(_conflict, form),
        said=said,
        undo_url=undo_url,
    )


def _pressed(
    request: StaffRequest, deal: Opportunity, act: Callable[[], object], *, said: str, undo_url: str = ""
) -> HttpResponseBase:
    press(request, act, say=words.sentences, said=said, undo_url=undo_url)
    return _done(request, deal)


def _done(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    return renewed(request, lambda: _shown(request, deal), to=to_demos(deal))


def _shown(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    who, today = request.principal, timezone.localdate()
    found = queries.shown_in(who, deal)
    context = {
        "deal": deal,
        "shown": found,
        "running": [
            (one, queries.days_left(one, today=today), queries.ends_soon(one, today=today)) for one in found.running
        ],
        "may_write": _may_write(request, deal),
        "today": today,
    }
    return screen(request, "demos/demos.html", context, region="demos")


def _may_write(request: StaffRequest, deal: Opportunity) -> bool:
    """Whether his verbs are drawn; the actions ask again."""
    if not request.principal.may(Permission.PROPOSAL_WRITE) or deal.is_given_up:
        return False
    return Opportunity.objects.visible_to(request.principal, "write").filter(pk=deal.pk).exists()


def _conflict(form: RefusableForm, conflict: Conflict) -> dict[str, Any]:
    current = conflict.current
    assert isinstance(current, Demo | Trial)
    theirs = {name: getattr(current, name, "") for name in words.FIELD_NAMES}
    rows = two_sides(form, theirs, names=words.FIELD_NAMES)
    return {"rows": rows, "who": saved_by(current), "version": current.version}
