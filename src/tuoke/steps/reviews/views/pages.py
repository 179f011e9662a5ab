"""复盘: its page, its meeting, its report."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import typed
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.reviews import actions, queries
from tuoke.steps.reviews.documents import TITLE, review_document
from tuoke.steps.reviews.forms import AskForm, CostForm, HeldForm, ReasonForm
from tuoke.steps.reviews.models import Report, Review
from tuoke.steps.reviews.rules import read
from tuoke.steps.reviews.views.showing import asked, found_deal, found_part, found_review, pressed, shown

_MAYBE_POST = require_http_methods(["GET", "HEAD", "POST"])
PAPERS = ("docx", "pdf")


@require_GET
@needs(Permission.REVIEW_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """The four dimensions of a deal's review (region ``review``)."""
    return shown(request, found_deal(request, pk))


@require_POST
@needs(Permission.REVIEW_WRITE)
def open_review(request: StaffRequest, pk: int) -> HttpResponseBase:
    deal, by = found_deal(request, pk), request.principal
    said = _("已开始复盘，参与过的同事都收到了通知")
    return pressed(request, deal, lambda: actions.open_review(deal=deal, by=by, now=timezone.now()), said=said)


@_MAYBE_POST
@needs(Permission.REVIEW_WRITE)
def hold(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The meeting and what it came to (region ``review-form``)."""
    review = _led(request, pk)
    deal, initial = review.opportunity, HeldForm.initial_of(review, today=timezone.localdate())
    form = HeldForm(typed(request), given_up=deal.is_given_up, initial=initial)
    return asked(
        request,
        deal,
        form,
        lambda: actions.hold(
            review=review, version=form.version_seen, draft=form.draft, by=request.principal, now=timezone.now()
        ),
        title=_("复盘会"),
        said=_("已保存"),
        hint=_("先看数字再听感受：今天只对事。每个问题追到一个可以改的做法。"),
    )


@_MAYBE_POST
@needs(Permission.REVIEW_WRITE)
def cost(request: StaffRequest, pk: int) -> HttpResponseBase:
    """What the project has cost (region ``review-form``); for finance and whoever answers for the deal."""
    if not queries.may_cost(request.principal):
        raise Http404
    review = found_review(request, pk)
    form = CostForm(typed(request), initial={"cost": review.cost})
    return asked(
        request,
        review.opportunity,
        form,
        lambda: actions.note_cost(
            review=review, cost=form.cleaned_data["cost"], by=request.principal, now=timezone.now()
        ),
        title=_("项目成本"),
        said=_("已保存，毛利率按它计算"),
    )


@_MAYBE_POST
@needs(Permission.REVIEW_WRITE)
def ask(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Ask colleagues for their parts (region ``review-form``)."""
    review = _led(request, pk)
    people = queries.askable(review.opportunity)
    form = AskForm(typed(request), people=people, initial={"due_on": review.due_on})
    return asked(
        request,
        review.opportunity,
        form,
        lambda: actions.ask(
            review=review,
            user_ids=form.cleaned_data["people"],
            due_on=form.cleaned_data["due_on"],
            by=request.principal,
            now=timezone.now(),
        ),
        title=_("请同事写他们的部分"),
        said=_("已通知他们"),
        hint=_("只列出看得到这个商机的人。要请别的同事，先在商机页把他加为协作人。"),
    )


@require_POST
@needs(Permission.REVIEW_WRITE)
def unask(request: StaffRequest, pk: int) -> HttpResponseBase:
    part, by = found_part(request, pk, "read"), request.principal
    deal = _led(request, part.review_id).opportunity
    return pressed(
        request, deal, lambda: actions.unask(part=part, by=by, now=timezone.now()), said=_("已收回，不再请他写")
    )


@require_POST
@needs(Permission.REVIEW_WRITE)
@once
def finish(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Freeze the report. ``version`` is what the page showed."""
    review, by = _led(request, pk), request.principal
    said = request.POST.get("version", "")
    version = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else review.version
    return pressed(
        request,
        review.opportunity,
        lambda: actions.finish(review=review, version=version, by=by, now=timezone.now()),
        said=_("《项目复盘报告》已定稿"),
    )


@_MAYBE_POST
@needs(Permission.REVIEW_WRITE)
def reopen(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Take a final review up again (region ``review-form``)."""
    review = _led(request, pk)
    form = ReasonForm(typed(request))
    return asked(
        request,
        review.opportunity,
        form,
        lambda: actions.reopen(
            review=review, reason=form.cleaned_data["reason"], by=request.principal, now=timezone.now()
        ),
        title=_("重新打开复盘"),
        said=_("可以继续修改；定稿的那一版还在"),
        hint=_("已定稿的报告保持原样；改完再定稿，就是下一版。"),
    )


@require_GET
@needs(Permission.EXPORT)
def export(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """《项目复盘报告》 as docx or pdf: the final one (``?number=`` an older one), else what it says now, as a draft."""
    if kind not in PAPERS or not request.principal.may(Permission.REVIEW_READ):
        raise Http404
    deal, said, target = found_deal(request, pk), request.GET.get("number", ""), BytesIO()
    reports = Report.objects.visible_to(request.principal).filter(review__opportunity=deal)
    if said:
        number = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
        report = get_object_or_404(reports, number=number)
        content = queries.as_seen(read(report.content), request.principal)
    else:
        seen = queries.page_of(request.principal, deal, now=timezone.now())
        content, number = seen.content, seen.reports[0].number if seen.review.is_final else 0
    write_document(target, review_document(content, number=number, today=timezone.localdate()), kind=kind)
    target.seek(0)
    name = f"{TITLE}-{deal.customer.name}.{kind}"
    return FileResponse(target, as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind])


def _led(request: StaffRequest, pk: int) -> Review:
    """For whoever answers for the deal; a colleague who has joined writes his own part only."""
    review = found_review(request, pk)
    writable = Opportunity.objects.visible_to(request.principal, "write")
    get_object_or_404(writable.only("pk"), pk=review.opportunity_id)
    return review
