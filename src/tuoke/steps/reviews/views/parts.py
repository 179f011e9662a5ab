"""What several departments write: their own parts, and the problems that they found."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import typed
from tuoke.spine.deals.queries import process_of
from tuoke.steps.reviews import actions
from tuoke.steps.reviews.forms import PartForm, ProblemForm
from tuoke.steps.reviews.views.showing import asked, found_part, found_problem, found_review, pressed

_MAYBE_POST = require_http_methods(["GET", "HEAD", "POST"])


@_MAYBE_POST
@needs(Permission.REVIEW_WRITE)
def write(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One's own part (region ``review-form``)."""
    part = found_part(request, pk)
    form = PartForm(typed(request), initial=PartForm.initial_of(part))
    return asked(
        request,
        part.review.opportunity,
        form,
        lambda: actions.write_part(
            part=part, version=form.version_seen, draft=form.draft, by=request.principal, now=timezone.now()
        ),
        title=_("我的部分"),
        said=_("已保存，谢谢"),
    )


@_MAYBE_POST
@needs(Permission.REVIEW_WRITE)
@once
def add(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One's own part, unasked (region ``review-form``)."""
    review = found_review(request, pk)
    form = PartForm(typed(request))
    return asked(
        request,
        review.opportunity,
        form,
        lambda: actions.add_own_part(review=review, draft=form.draft, by=request.principal, now=timezone.now()),
        title=_("加上我的看法"),
        said=_("已保存，谢谢"),
    )


@_MAYBE_POST
@needs(Permission.REVIEW_WRITE)
@once
def add_problem(request: StaffRequest, pk: int) -> HttpResponseBase:
    review = found_review(request, pk)
    form = ProblemForm(typed(request), process=process_of(review.opportunity))
    return asked(
        request,
        review.opportunity,
        form,
        lambda: actions.add_problem(review=review, draft=form.draft, by=request.principal, now=timezone.now()),
        title=_("记一个问题"),
        said=_("已记下。接着写：改什么能让它不再发生？"),
    )


@_MAYBE_POST
@needs(Permission.REVIEW_WRITE)
def edit_problem(request: StaffRequest, pk: int) -> HttpResponseBase:
    problem = found_problem(request, pk)
    deal = problem.review.opportunity
    form = ProblemForm(typed(request), process=process_of(deal), initial=ProblemForm.initial_of(problem))
    return asked(
        request,
        deal,
        form,
        lambda: actions.edit_problem(
            problem=problem, version=form.version_seen, draft=form.draft, by=request.principal, now=timezone.now()
        ),
        title=_("修改问题"),
        said=_("已保存"),
    )


@require_POST
@needs(Permission.REVIEW_WRITE)
def withdraw_problem(request: StaffRequest, pk: int) -> HttpResponseBase:
    problem, by = found_problem(request, pk), request.principal
    return pressed(
        request,
        problem.review.opportunity,
        lambda: actions.withdraw_problem(problem=problem, by=by, now=timezone.now()),
        said=_("已撤下"),
        undo_url=reverse("reviews:restore_problem", args=[pk]),
    )


@require_POST
@needs(Permission.REVIEW_WRITE)
def restore_problem(request: StaffRequest, pk: int) -> HttpResponseBase:
    problem, by = found_problem(request, pk), request.principal
    return pressed(
        request,
        problem.review.opportunity,
        lambda: actions.restore_problem(problem=problem, by=by, now=timezone.now()),
        said=_("已恢复"),
    )
