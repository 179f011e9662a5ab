"""Departures from what was agreed: accepted by a manager, or held against terms that were agreed anew."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import typed
from tuoke.steps.contracts import actions, queries
from tuoke.steps.contracts.forms import AcceptForm
from tuoke.steps.contracts.models import AcceptedDifference
from tuoke.steps.contracts.views.showing import asked, contract_of, finding_of, pressed
from tuoke.steps.contracts.words import finding_line


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONTRACT_WRITE)
def accept(request: StaffRequest, pk: int) -> HttpResponseBase:
    """接受一处不一致, with the reason (region ``ask``); ``?key=`` and ``?seal=`` name it as it read on the page."""
    contract = contract_of(request, pk, action="write")
    named = {name: request.GET.get(name, "")[:80] for name in ("key", "seal")}
    form = AcceptForm(typed(request), initial=named)
    found = finding_of(queries.standing(contract), named["key"], named["seal"])
    by, now = request.principal, timezone.now()
    return asked(
        request,
        contract,
        form,
        lambda: actions.accept(
            contract=contract, key=form.cleaned_data["key"], seal=form.cleaned_data["seal"],
            reason=form.cleaned_data["reason"], by=by, now=now,
        ),
        title=_("接受这一处不一致"),
        hint=finding_line(found) if found else _("这一处已经变了，请按最新的内容再看一次。"),
        button=_("接受"),
        said=_("已接受，写进了时间线"),
    )  # fmt: skip


@require_POST
@needs(Permission.CONTRACT_WRITE)
def withdraw_acceptance(request: StaffRequest, pk: int) -> HttpResponseBase:
    visible = AcceptedDifference.objects.visible_to(request.principal, "write")
    accepted = get_object_or_404(visible.select_related("contract__opportunity__customer"), pk=pk)
    by, now = request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.withdraw_acceptance(accepted=accepted, by=by, now=now),
        accepted.contract,
        said=_("已取消接受"),
    )


@require_POST
@needs(Permission.CONTRACT_WRITE)
def anew(request: StaffRequest, pk: int) -> HttpResponseBase:
    """按新谈定的条件核对."""
    contract, by, now = contract_of(request, pk, action="write"), request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.compare_anew(contract=contract, by=by, now=now),
        contract,
        said=_("已改按现行的条件核对"),
    )
