"""签署 and 解除."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import typed
from tuoke.steps.contracts import actions, hooks, queries
from tuoke.steps.contracts.forms import SignForm, TerminateForm, sign_initial
from tuoke.steps.contracts.views.showing import asked, contract_of, lacking_of


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONTRACT_WRITE)
def sign(request: StaffRequest, pk: int) -> HttpResponseBase:
    """双方已签好 (region ``ask``): the newest version, on which day."""
    contract = contract_of(request, pk, action="write")
    initial = sign_initial(queries.latest_version(contract), today=timezone.localdate())
    form, by, now = SignForm(typed(request), initial=initial), request.principal, timezone.now()
    hint = _(
        "签署后合同不再改动，变更走补充协议；主合同签署后商机自动赢单，金额以合同为准。"
        "签好的扫描件可以上传到合同页的“附件”。"
    )
    return asked(
        request,
        contract,
        form,
        lambda: actions.sign(contract=contract, draft=form.draft, by=by, now=now),
        title=_("登记签署"),
        hint=hint,
        button=_("双方已签署"),
        said=_("恭喜签约！"),
        lacking=lacking_of(
            contract,
            queries.readiness(contract, timezone.localdate()),
            who=by,
            page=contract.get_absolute_url(),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONTRACT_WRITE)
def terminate(request: StaffRequest, pk: int) -> HttpResponseBase:
    """解除 (region ``ask``)."""
    contract = contract_of(request, pk, action="write")
    form, by, now = TerminateForm(typed(request)), request.principal, timezone.now()
    hint = _("解除后它的金额不再计入。商机的结果不变；需要时另行重新打开商机。")
    ends = [said for say in hooks.said_of_ending if (said := say(contract, by))] if contract.is_signed else []
    return asked(
        request,
        contract,
        form,
        lambda: actions.terminate(
            contract=contract, on=form.cleaned_data["on"], reason=form.cleaned_data["reason"], by=by, now=now
        ),
        title=_("解除合同"),
        hint=hint,
        ends=ends,
        button=_("解除"),
        said=_("已解除"),
        tone="danger",
    )
