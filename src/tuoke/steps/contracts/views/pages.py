"""The room's page: the deal's contract, or how to begin one."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.queries import is_manager_of
from tuoke.spine.deals.rules import may_win
from tuoke.steps.contracts import queries
from tuoke.steps.contracts.models import Contract
from tuoke.steps.contracts.views.showing import contract_of, deal_of, may_write, shown
from tuoke.steps.negotiation.rounds.queries import agreed_terms


@require_safe
@needs(Permission.CONTRACT_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """The contract of the deal (region ``contract``); before there is one, what it would be drafted from."""
    deal = deal_of(request, pk)
    found = queries.current_contract(deal)
    return shown(request, found) if found is not None else empty(request, deal)


@require_safe
@needs(Permission.CONTRACT_READ)
def contract(request: StaffRequest, pk: int) -> HttpResponse:
    """One of a deal's contracts: an amendment, or one that was taken back (region ``contract``)."""
    return shown(request, contract_of(request, pk))


def empty(request: StaffRequest, deal: Opportunity, *, status: int = 200) -> HttpResponse:
    who = request.principal
    writes = may_write(who, deal)
    context = {
        "deal": deal,
        "agreed": agreed_terms(deal),
        "may_write": writes and deal.is_running,
        "may_record": writes and bool(may_win(deal.standing)) and is_manager_of(who, deal),
        "withdrawn": list(Contract.objects.filter(opportunity=deal, state="withdrawn")[:20]),
        "today": timezone.localdate(),
    }
    return screen(request, "contracts/empty.html", context, region="contract", status=status)
