"""What the screens of this room share: the deal, the sheet that is typed in, how a verb in one press is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core import signing
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import YES, Verdict
from tuoke.base.ui.http import screen
from tuoke.base.ui.verbs import press
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.returns import charts, queries, words
from tuoke.steps.negotiation.returns.models import Calculation
from tuoke.steps.negotiation.returns.places import to_returns
from tuoke.steps.negotiation.returns.rules import (
    FREE_LINES,
    MOST_RIVALS,
    Figures,
    as_typed,
    marked,
    parse_figures,
    result_of,
)
from tuoke.steps.proposals.values.words import formula

_SALT = "tuoke.returns.base"
CONTACTS_MOST = 200


def deal_of(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    visible = Opportunity.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def calculation_of(request: StaffRequest, pk: int, *, action: str = "read") -> Calculation:
    visible = Calculation.objects.visible_to(request.principal, action)
    related = ("opportunity__customer", "opportunity__owner", "based_on", "share")
    return get_object_or_404(visible.select_related(*related), pk=pk)


def contacts_of(deal: Opportunity) -> list[Contact]:
    return list(Contact.objects.filter(customer_id=deal.customer_id).order_by("id")[:CONTACTS_MOST])


def may_write(request: StaffRequest, deal: Opportunity) -> bool:
    who = request.principal
    if not who.may(Permission.NEGOTIATION_WRITE) or deal.is_given_up:
        return False
    return Opportunity.objects.visible_to(who, "write").filter(pk=deal.pk).exists()


def base_in(given: Mapping[str, str], deal: Opportunity) -> Figures:
    """The lines that the sent form was drawn for: it carries them, signed. Else those of today."""
    try:
        return parse_figures(signing.loads(given.get("base", ""), salt=_SALT))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return queries.base_of(deal)


def sheet_context(
    base: Figures, *, values: Mapping[str, str] | None = None, figures: Figures | None = None, verdict: Verdict = YES
) -> dict[str, Any]:
    """The inputs with what stands in them and what is wrong with it, and what the figures come to."""
    shown = as_typed(base) if values is None else values
    figures = figures or base
    wrong = {field: words.sentence(reason) for field, reason in marked(verdict).items()}
    return {
        "base": signing.dumps(base.store(), salt=_SALT, compress=True),
        "fields": {name: Cell(name, shown.get(name, ""), wrong.get(name, "")) for name in PLAIN_FIELDS},
        "lines": _lines(base, figures, shown, wrong),
        "free": [_cells(("free_name", "free_amount"), place, shown, wrong) for place in range(FREE_LINES)],
        "rivals": [_cells(RIVAL_FIELDS, place, shown, wrong) for place in range(MOST_RIVALS)],
        "problems": words.problems(verdict, base),
        **outcome_context(figures, verdict & figures.faults() if values is not None else figures.faults()),
    }


def outcome_context(figures: Figures, verdict: Verdict) -> dict[str, Any]:
    """What it comes to; nothing while a figure is missing or wrong."""
    if verdict.reasons or not figures.savings:
        return {"result": None, "is_blank": not figures.savings}
    result = result_of(figures)
    return {
        "result": result,
        "figures": figures,
        "yearly": words.said_money(result.yearly),
        "payback": words.said_months(result.payback),
        "net": words.said_money(result.net),
        "cost": words.said_money(result.total_cost),
        "costs": words.said_costs(figures),
        "years": figures.years,
        "charts": charts.charts_of(figures, result),
        "formula": formula(years=figures.years, delay=figures.delay),
    }


class Cell:
    """One input: its name, what stands in it, what is wrong with it."""

    def __init__(self, name: str, value: str, wrong: str) -> None:
        self.name, self.value, self.wrong = name, value, wrong


PLAIN_FIELDS = ("investment", "one_off", "running", "delay", "years", "title", "note")
RIVAL_FIELDS = ("rival_name", "rival_price", "rival_running", "rival_other")


def pressed(
    request: StaffRequest,
    deal: Opportunity,
    act: Callable[[], object],
    shown: Callable[[], HttpResponse],
    *,
    said: str,
    undo_url: str = "",
) -> HttpResponseBase:
    """A verb in one press: do it, say so, show the region as it is now; a refusal is said and changes nothing."""
    press(request, act, say=words.sentences, said=said, undo_url=undo_url)
    return renewed(request, lambda: shown(), to=to_returns(deal))


def typed_in(request: StaffRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def shown(
    request: StaffRequest,
    deal: Opportunity,
    *,
    base: Figures | None = None,
    sheet: dict[str, Any] | None = None,
    calculation: Calculation | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page (region ``returns``). ``calculation``: the one whose figures stand in the sheet; with neither
    figures nor a sheet of its own it opens with the newest kept one."""
    overview = queries.overview_of(deal, now=timezone.now())
    if sheet is None and base is None:
        calculation = calculation or next(iter(overview.standing), None)
        base = calculation.figures if calculation else queries.base_of(deal)
    sheet = sheet or sheet_context(base if base is not None else queries.base_of(deal))
    context = {
        "deal": deal,
        "overview": overview,
        "calculation": calculation,
        "may_write": may_write(request, deal),
        "may_export": request.principal.may(Permission.EXPORT),
        **sheet,
    }
    return screen(request, "returns/page.html", context, region="returns", status=status)


def _lines(base: Figures, figures: Figures, shown: Mapping[str, str], wrong: Mapping[str, str]) -> list[dict[str, Any]]:
    lines = []
    for place, saving in enumerate(base.savings):
        names = ("current", "expected", "unit_value", "times") if saving.is_measured else ("amount",)
        now = figures.savings[place] if place < len(figures.savings) else saving
        cells = _cells(names, place, shown, wrong)
        is_sound = not any(cell.wrong for cell in cells.values()) and bool(now.faults(place=place))
        lines.append({"saving": saving, "yearly": now.yearly if is_sound else None, **cells})
    return lines


def _cells(names: tuple[str, ...], place: int, shown: Mapping[str, str], wrong: Mapping[str, str]) -> dict[str, Cell]:
    keys = {name: f"{name}-{place}" for name in names}
    return {name: Cell(key, shown.get(key, ""), wrong.get(key, "")) for name, key in keys.items()}
