from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen
from tuoke.services.exchange.limits import LIMITS, MB, Unreadable
from tuoke.services.exchange.reading import open_table
from tuoke.services.exchange.results import ImportResult
from tuoke.steps.targeting import actions, words
from tuoke.steps.targeting.forms import HistoryForm
from tuoke.steps.targeting.queries import history_summary
from tuoke.steps.targeting.rules.history import KNOWN_HEADERS

ON_SCREEN = replace(LIMITS, rows=20_000, file_bytes=20 * MB)
"""What one request may read; larger files go through ``tuoke import history``."""

REJECTS_SHOWN = 50


@require_safe
@needs(Permission.PROFILE_READ)
def history(request: StaffRequest) -> HttpResponse:
    """What closed deals tell: win rates with their intervals, overall and by field."""
    return _page(request, HistoryForm())


@require_POST
@needs(Permission.PROFILE_WRITE)
def import_history(request: StaffRequest) -> HttpResponse:
    """Take a file of closed deals in and say what became of its rows."""
    form = HistoryForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    upload = form.cleaned_data["file"]
    try:
        with open_table(
            upload.temporary_file_path(), filename=upload.name, known_headers=KNOWN_HEADERS, limits=ON_SCREEN
        ) as table:
            result = actions.import_history(table=table, mapping=None, by=request.principal, now=timezone.now())
    except Unreadable as problem:
        form.add_error("file", words.unreadable(problem))
        return _page(request, form, status=422)
    except Refused as refused:
        for reason in refused.verdict.reasons:
            form.add_error("file", words.right(reason))
        return _page(request, form, status=422)
    return _page(request, HistoryForm(), result=result)


def _page(
    request: StaffRequest, form: HistoryForm, *, result: ImportResult | None = None, status: int = 200
) -> HttpResponse:
    summary = history_summary(request.principal)
    context = {
        "form": form,
        "summary": summary,
        "overall": round(100 * summary.rate.share),
        "cuts": [(words.FIELDS[cut.field], cut) for cut in summary.cuts if cut.groups],
        "silent": [words.FIELDS[cut.field] for cut in summary.cuts if not cut.groups],
        "result": result,
        "rejects": result.rejects[:REJECTS_SHOWN] if result else [],
        "reasons": [(words.code(code), number) for code, number in result.reasons.most_common()] if result else [],
        "may_write": request.principal.may(Permission.PROFILE_WRITE),
    }
    return screen(request, "targeting/history.html", context, status=status)
