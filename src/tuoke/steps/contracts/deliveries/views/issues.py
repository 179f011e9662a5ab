"""How the customer found it, and what went wrong until it is closed."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import typed
from tuoke.spine.deals.doors import is_open
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.deliveries import actions, queries
from tuoke.steps.contracts.deliveries.forms import IssueForm, ReopenForm, ScoreForm, SettledForm, SolveForm
from tuoke.steps.contracts.deliveries.models import DeliveryItem, Issue
from tuoke.steps.contracts.deliveries.rules import Side, may_close, may_reopen, may_solve
from tuoke.steps.contracts.deliveries.views.showing import asked, feedback_of, issue_of, pressed, worked_on

_MAYBE_POST = require_http_methods(["GET", "HEAD", "POST"])


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
@once
def score(request: StaffRequest, pk: int) -> HttpResponseBase:
    """What the customer wrote on his sheet is entered; the seller gives no score."""
    deal = worked_on(request, pk)
    form = ScoreForm(typed(request), contacts=queries.people_of(deal), initial={"on": timezone.localdate()})

    def act() -> object:
        said = form.cleaned_data
        return actions.score_on_paper(
            deal=deal,
            score=said["score"],
            comment=said["comment"],
            contact_id=said["contact"],
            on=said["on"],
            by=request.principal,
            now=timezone.now(),
        )

    return asked(
        request,
        deal,
        form,
        act,
        ready=queries.ready_to_score(deal),
        title=_("录入客户填写的反馈表"),
        lead=_("满意度由客户本人给出，不由销售代填：照他填写的反馈表录入，记下是谁、哪一天。"),
        said=_("客户评分已录入"),
    )


@require_POST
@needs(Permission.PROJECT_WRITE)
def unscore(request: StaffRequest, pk: int) -> HttpResponseBase:
    feedback, by, now = feedback_of(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        feedback.opportunity,
        lambda: actions.take_back_score(feedback=feedback, by=by, now=now),
        said=_("录入的评分已撤回"),
    )


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
@once
def add(request: StaffRequest, pk: int) -> HttpResponseBase:
    deal = worked_on(request, pk)
    initial = {"item": request.GET.get("item", "")}
    form = IssueForm(typed(request), items=_items(deal), owners=queries.possible_owners(deal), initial=initial)
    return asked(
        request,
        deal,
        form,
        lambda: actions.add_issue(deal=deal, draft=form.draft, by=request.principal, now=timezone.now()),
        ready=is_open(deal),
        title=_("登记问题"),
        said=_("问题已登记"),
    )


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A stale version shows both sides (409)."""
    issue = issue_of(request, pk)
    deal = issue.opportunity
    form = IssueForm(
        typed(request), items=_items(deal), owners=queries.possible_owners(deal), issue=issue,
        initial=IssueForm.initial_of(issue),
    )  # fmt: skip

    def act() -> Issue:
        version = form.cleaned_data["version"] or 0
        return actions.edit_issue(
            issue=issue, version=version, draft=form.draft, by=request.principal, now=timezone.now()
        )

    ready = queries.ready_to_edit_issue(issue)
    return asked(request, deal, form, act, ready=ready, title=_("修改问题"), said=_("已保存"))


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
def solve(request: StaffRequest, pk: int) -> HttpResponseBase:
    issue = issue_of(request, pk)
    form = SolveForm(typed(request), initial={"solution": issue.solution})
    is_theirs = issue.found_by == "theirs"
    return asked(
        request,
        issue.opportunity,
        form,
        lambda: actions.solve_issue(
            issue=issue, solution=form.cleaned_data["solution"], by=request.principal, now=timezone.now()
        ),
        ready=queries.stands_issue(issue) & may_solve(issue.state),
        title=_("解决了：%(title)s") % {"title": issue.title},
        said=_("已标为解决，等客户确认") if is_theirs else _("已标为解决"),
    )


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
def settle(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The customer said, not behind his link, that it is gone."""
    issue = issue_of(request, pk)
    contacts = queries.people_of(issue.opportunity)
    form = SettledForm(typed(request), contacts=contacts, initial={"on": timezone.localdate()})
    return asked(
        request,
        issue.opportunity,
        form,
        lambda: actions.close_for_customer(
            issue=issue,
            contact_id=form.cleaned_data["contact"],
            on=form.cleaned_data["on"],
            by=request.principal,
            now=timezone.now(),
        ),
        ready=queries.stands_issue(issue) & may_close(issue.state, found_by=issue.found_by, side=Side.THEIRS),
        title=_("客户确认已解决：%(title)s") % {"title": issue.title},
        said=_("问题已关闭"),
    )


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
def reopen(request: StaffRequest, pk: int) -> HttpResponseBase:
    issue = issue_of(request, pk)
    form = ReopenForm(typed(request))
    return asked(
        request,
        issue.opportunity,
        form,
        lambda: actions.reopen_issue(
            issue=issue, note=form.cleaned_data["note"], by=request.principal, now=timezone.now()
        ),
        ready=queries.stands_issue(issue) & may_reopen(issue.state),
        title=_("重新打开：%(title)s") % {"title": issue.title},
        said=_("问题已重新打开"),
    )


@require_POST
@needs(Permission.PROJECT_WRITE)
def close(request: StaffRequest, pk: int) -> HttpResponseBase:
    issue, by, now = issue_of(request, pk), request.principal, timezone.now()
    said = _("问题已关闭")
    return pressed(request, issue.opportunity, lambda: actions.close_issue(issue=issue, by=by, now=now), said=said)


@require_POST
@needs(Permission.PROJECT_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    issue, by, now = issue_of(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        issue.opportunity,
        lambda: actions.withdraw_issue(issue=issue, by=by, now=now),
        said=_("已移除这个问题"),
        undo_url=reverse("deliveries:restore_issue", args=[pk]),
    )


@require_POST
@needs(Permission.PROJECT_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    issue, by, now = issue_of(request, pk), request.principal, timezone.now()
    said = _("已恢复")
    return pressed(request, issue.opportunity, lambda: actions.restore_issue(issue=issue, by=by, now=now), said=said)


def _items(deal: Opportunity) -> list[DeliveryItem]:
    return list(DeliveryItem.objects.standing().filter(opportunity=deal))
