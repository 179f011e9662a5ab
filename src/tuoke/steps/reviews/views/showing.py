"""What the views of a review share: what they find, and how it is shown again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict
from tuoke.base.records.queries import saved_by
from tuoke.base.ui import verbs
from tuoke.base.ui.conflicts import two_sides
from tuoke.base.ui.http import screen
from tuoke.base.ui.parts import Line
from tuoke.base.ui.verbs import Sheet, press
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.reviews import queries, words
from tuoke.steps.reviews.charts import days_chart
from tuoke.steps.reviews.forms import ReviewForm
from tuoke.steps.reviews.models import Contribution, Problem, Review
from tuoke.steps.reviews.places import to_review

_DEAL = ("customer", "owner__department", "lost_to", "playbook_version", "outcome_department")


def found_deal(request: StaffRequest, pk: int) -> Opportunity:
    """Read by everybody who reads the deal; what is pressed on it is for whoever answers for it."""
    action = "write" if request.method == "POST" else "read"
    visible = Opportunity.objects.visible_to(request.principal, action).select_related(*_DEAL)
    return get_object_or_404(visible.defer("playbook_version__content"), pk=pk)


def found_review(request: StaffRequest, pk: int, action: str = "write") -> Review:
    related = [f"opportunity__{name}" for name in _DEAL]
    visible = Review.objects.visible_to(request.principal, action).select_related(*related)
    return get_object_or_404(visible.defer("opportunity__playbook_version__content"), pk=pk)


def found_part(request: StaffRequest, pk: int, action: str = "write") -> Contribution:
    related = [f"review__opportunity__{name}" for name in _DEAL]
    visible = Contribution.objects.visible_to(request.principal, action).select_related("user", *related)
    return get_object_or_404(visible.defer("review__opportunity__playbook_version__content"), pk=pk)


def found_problem(request: StaffRequest, pk: int) -> Problem:
    related = [f"review__opportunity__{name}" for name in _DEAL]
    visible = Problem.objects.visible_to(request.principal, "write").select_related(*related)
    return get_object_or_404(visible.defer("review__opportunity__playbook_version__content"), pk=pk)


def shown(request: StaffRequest, deal: Opportunity, *, status: int = 200) -> HttpResponse:
    """The review's page, or its region ``review``."""
    who = request.principal
    page = queries.page_of(who, deal, now=timezone.now())
    context = {
        "deal": deal,
        "page": page,
        "review": page.review,
        "content": page.content,
        "figures": page.content.figures,
        "chart": days_chart(page.content.figures.steps),
        "mine": page.mine(who),
        "against": [Line(said, "", "hard") for said in words.sentences(page.against)],
        "missing": [words.function_name(code) for code in page.missing],
        "today": timezone.localdate(),
        "sees_costs": who.may(Permission.OFFER_READ),
        "may_export": who.may(Permission.EXPORT),
        "improves": page.may_write,
    }
    return screen(request, "reviews/page.html", context, region="review", status=status)


def asked(
    request: StaffRequest,
    deal: Opportunity,
    form: ReviewForm,
    act: Callable[[], object],
    *,
    title: str,
    said: str,
    hint: str = "",
    undo_url: str = "",
) -> HttpResponseBase:
    """A verb with a form (region ``review-form``): in the sheet, or on a page of its own. A stale version shows both
    sides (409)."""
    sheet = Sheet("reviews/form.html", "review-form", {"deal": deal, "title": title, "hint": hint})
    return verbs.asked(
        request,
        form,
        act,
        sheet=sheet,
        then=lambda: _done(request, deal),
        two_sides=partial(conflict_of, form),
        said=said,
        undo_url=undo_url,
    )


def pressed(
    request: StaffRequest, deal: Opportunity, act: Callable[[], object], *, said: str, undo_url: str = ""
) -> HttpResponseBase:
    press(request, act, say=words.sentences, said=said, undo_url=undo_url)
    return _done(request, deal)


def _done(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    return renewed(request, lambda: shown(request, deal), to=to_review(deal))


def conflict_of(form: ReviewForm, conflict: Conflict) -> Mapping[str, Any]:
    current = conflict.current
    assert isinstance(current, Review | Contribution | Problem)
    theirs = {name: getattr(current, name, "") for name in words.FIELD_NAMES}
    rows = two_sides(form, theirs, names=words.FIELD_NAMES)
    return {"rows": rows, "who": saved_by(current), "version": current.version}
