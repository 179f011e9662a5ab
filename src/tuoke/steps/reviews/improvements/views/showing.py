"""What the views of improvements share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.kernel.verdict import Conflict
from tuoke.base.records.queries import history_of, saved_by
from tuoke.base.ui import verbs
from tuoke.base.ui.conflicts import two_sides
from tuoke.base.ui.http import after_post, screen
from tuoke.base.ui.verbs import Sheet, press
from tuoke.steps.reviews.improvements import queries, words
from tuoke.steps.reviews.improvements.forms import ImprovementRefusable
from tuoke.steps.reviews.improvements.models import Improvement, may_decide
from tuoke.steps.reviews.improvements.rules import CARRIED_OUT, OPEN, TO_BE_DONE, State, Target

HISTORY = 30


def found(request: StaffRequest, pk: int, action: str = "read") -> Improvement:
    related = ("owner", "proposed_by", "decided_by", "drafting_by", "department", "problem", "review__opportunity")
    visible = Improvement.objects.visible_to(request.principal, action).select_related(*related)
    return get_object_or_404(visible, pk=pk)


def shown(request: StaffRequest, row: Improvement, *, status: int = 200) -> HttpResponse:
    """The improvement's page, or its region ``improvement``."""
    who, state = request.principal, row.standing
    deal = queries.named_deals(who, [row]).get(row.review_id or 0)
    writes = Improvement.objects.visible_to(who, "write").filter(pk=row.pk).exists()
    decides = may_decide(who)
    carries = writes and row.withdrawn_at is None and (decides or row.owner_id == who.user_id)
    context = {
        "row": row,
        "deal": deal,
        "target_name": queries.target_name(row),
        "target_url": queries.target_url(who, row),
        "history": history_of(row).filter(kind__startswith="improvements.")[:HISTORY],
        "today": timezone.localdate(),
        "late": row.is_overdue(timezone.localdate()),
        "may_edit": writes and state is State.PROPOSED and row.withdrawn_at is None,
        "may_decide": decides and state is State.PROPOSED and row.withdrawn_at is None,
        "may_reconsider": decides and state in {State.ACCEPTED, State.DECLINED},
        "may_write": carries and state in TO_BE_DONE and row.target != Target.OTHER,
        "may_finish": carries and state in TO_BE_DONE,
        "may_assign": writes and state in OPEN and row.withdrawn_at is None,
        "may_undo": carries and state in CARRIED_OUT,
        "may_withdraw": writes and state not in CARRIED_OUT,
    }
    return screen(request, "improvements/show.html", context, region="improvement", status=status)


def asked(
    request: StaffRequest,
    row: Improvement,
    form: ImprovementRefusable,
    act: Callable[[], object],
    *,
    title: str,
    said: str,
    undo_url: str = "",
) -> HttpResponseBase:
    """A verb with a form (region ``improvement-verb``): in the sheet, or on a page of its own."""
    sheet = Sheet("improvements/verb.html", "improvement-verb", {"row": row, "title": title})
    return verbs.asked(
        request,
        form,
        act,
        sheet=sheet,
        then=lambda: _done(request, row),
        two_sides=partial(conflict_of, form),
        said=said,
        undo_url=undo_url,
    )


def pressed(
    request: StaffRequest, row: Improvement, act: Callable[[], object], *, said: str, undo_url: str = ""
) -> HttpResponseBase:
    press(request, act, say=words.sentences, said=said, undo_url=undo_url)
    return _done(request, row)


def _done(request: StaffRequest, row: Improvement) -> HttpResponse:
    return after_post(request, lambda: shown(request, found(request, row.pk)), to=row.get_absolute_url())


def conflict_of(form: ImprovementRefusable, conflict: Conflict) -> dict[str, Any]:
    current = conflict.current
    assert isinstance(current, Improvement)
    theirs = {name: getattr(current, f"{name}_id", None) or getattr(current, name, "") for name in words.FIELD_NAMES}
    rows = two_sides(form, theirs, names=words.FIELD_NAMES)
    return {"rows": rows, "who": saved_by(current), "version": current.version}
