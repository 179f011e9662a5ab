"""What the screens of this room share: the deal, the sheet as it is now, how a verb in one press is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.records.queries import saved_by
from tuoke.base.ui.conflicts import two_sides
from tuoke.base.ui.http import screen
from tuoke.base.ui.verbs import press
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.queries import standing_of
from tuoke.spine.library.rules import ProofStanding
from tuoke.steps.proposals.values import charts, queries, words
from tuoke.steps.proposals.values.places import to_values
from tuoke.steps.proposals.values.queries import Sheet
from tuoke.steps.proposals.values.rules import parse_frozen
from tuoke.steps.proposals.values.suggestions import suggested


def deal_of(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    visible = Opportunity.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def may_write(request: StaffRequest, deal: Opportunity) -> bool:
    who = request.principal
    if not who.may(Permission.OFFER_WRITE) or deal.is_given_up:
        return False
    return Opportunity.objects.visible_to(who, "write").filter(pk=deal.pk).exists()


def figures_of(deal: Opportunity, sheet: Sheet) -> dict[str, Any]:
    """The sums as they are said, and the charts; what a proposal would show."""
    found, years = sheet.worth, sheet.worth.spending.years
    stored = queries.stored(sheet)
    return {
        "yearly": words.said_money(found.yearly.likely),
        "yearly_band": words.said_band(found.yearly),
        "investment": words.said_money(found.spending.investment),
        "payback": words.said_months(found.payback[1]) if found.spending.investment is not None else "—",
        "payback_band": words.said_payback(found.payback) if found.spending.investment is not None else "",
        "net": words.said_money(found.net.likely if found.net else None),
        "net_band": words.said_band(found.net) if found.net else "",
        "is_gain": found.net is not None and found.net.likely >= 0,
        "charts": charts.charts_of(parse_frozen(stored)) if stored else (),
        "formula": words.formula(years=years, delay=found.spending.delay),
        "years": years,
    }


def shown(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    """The whole page, or its region ``values``."""
    sheet = queries.sheet_of(deal)
    writable = may_write(request, deal)
    taken = {item.name for item in sheet.items}
    proofs = standing_of([item.proof_id for item in sheet.items if item.proof_id], today=timezone.localdate())
    context = {
        "deal": deal,
        "sheet": sheet,
        "entries": [_row(entry, proofs) for entry in sheet.entries],
        "last": len(sheet.entries) - 1,
        "may_write": writable,
        "may_export": request.principal.may(Permission.EXPORT),
        "suggestions": suggested(deal.customer.industry, taken=taken) if writable else (),
        **figures_of(deal, sheet),
    }
    return screen(request, "values/page.html", context, region="values")


def pressed(
    request: StaffRequest, deal: Opportunity, act: Callable[[], object], *, said: str = "", undo_url: str = ""
) -> HttpResponseBase:
    """A verb in one press: do it, say so, show the region as it is now; a refusal is said and changes nothing."""
    press(request, act, say=words.sentences, said=said, undo_url=undo_url)
    return renewed(request, lambda: shown(request, deal), to=to_values(deal))


def conflict_of(form: BaseForm, theirs: dict[str, Any], current: Model | None) -> dict[str, Any]:
    return {"rows": two_sides(form, theirs, names=words.FIELD_NAMES), "who": saved_by(current) or _("同事")}


def _row(entry: queries.Entry, proofs: Mapping[int, ProofStanding]) -> dict[str, Any]:
    item = entry.item
    return {
        "item": item,
        "standing": found.value if (found := proofs.get(item.proof_id or 0)) else "",
        "is_share": entry.is_share,
        "is_orphan": entry.is_share and item.share_of is not None and item.share_of.withdrawn_at is not None,
        "change": words.said_change(current=item.current, expected=item.expected_likely, unit=item.unit),
        "unit_value": words.said_figure(item.unit_value),
        "times": words.said_figure(item.times_per_year),
        "percent": words.said_figure(item.percent),
        "benefit": entry.benefit.likely,
        "band": words.said_band(entry.benefit),
    }
