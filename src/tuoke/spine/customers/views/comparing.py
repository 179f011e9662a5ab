"""Two records side by side: merge, link, tell apart, put off (S2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, toast
from tuoke.spine.customers import actions
from tuoke.spine.customers.actions import Choices
from tuoke.spine.customers.forms import ReviewForm
from tuoke.spine.customers.models import Customer, Lead, Pair
from tuoke.spine.customers.queries import weighings_of
from tuoke.spine.customers.queries.pairs import columns_of_pair, sides_of
from tuoke.spine.customers.queries.review import (
    kept_first,
    masked_for,
    neighbours_in_queue,
    same_people,
    seen_and_writable,
    shown_side,
    sides_asked,
)
from tuoke.spine.customers.rules.merging import Side, Weighing
from tuoke.spine.customers.rules.similarity import Likeness, Part, Sketch, compare
from tuoke.spine.customers.side_words import said_side
from tuoke.spine.customers.words import field_name, sentence

MODELS: dict[str, type[Lead] | type[Customer]] = {"lead": Lead, "customer": Customer}


@require_http_methods(["GET", "POST"])
@needs(Permission.LEAD_WRITE)
def compare_two(request: StaffRequest, one_kind: str, one: int, other_kind: str, other: int) -> HttpResponseBase:
    """Two records side by side; POST ``action``: merge, link, apart, later. ``?keep=`` names the one that is kept."""
    two = _Two.load(request, (one_kind, one), (other_kind, other))
    if request.method == "GET":
        return _compared(request, two)
    act = {"merge": _merge, "link": _link, "apart": _apart, "later": _later}.get(request.POST.get("action", ""))
    if act is None:
        raise Http404
    try:
        return act(request, two)
    except Conflict:
        return _compared(request, _Two.load(request, *two.keys), status=409, is_stale=True)
    except Refused as refusal:
        again = _Two.load(request, *two.keys)
        return _compared(request, again, status=422, problems=[sentence(r) for r in refusal.verdict.reasons])


def queue_query(request: StaffRequest) -> str:
    """The queue's filters as they stand in the address."""
    data = request.GET.copy()
    for name in ("cursor", "keep", "pair"):
        data.pop(name, None)
    return f"?{data.urlencode()}" if data else ""


@dataclass(frozen=True)
class _Two:
    """The two records of a comparison: ``kept`` first. ``hidden`` is the one that the viewer may not see."""

    kept: Lead | Customer
    gone: Lead | Customer
    keys: tuple[tuple[str, int], tuple[str, int]]
    writable: frozenset[tuple[str, int]]
    hidden: Lead | Customer | None
    pair: Pair | None

    @classmethod
    def load(cls, request: StaffRequest, one: tuple[str, int], other: tuple[str, int]) -> _Two:
        """404 unless both exist and one of them is the viewer's to write."""
        if one == other:
            raise Http404
        sides = (_record(*one), _record(*other))
        seen, writable = seen_and_writable(sides, who=request.principal)
        if not writable or any(side.merged_into_id for side in sides):
            raise Http404
        keys = (one, other)
        hidden = next((side for side, key in zip(sides, keys, strict=True) if key not in seen), None)
        pair = Pair.objects.filter(pk__in=_pair_keys(sides)).first()
        if hidden is not None and pair is None:
            raise Http404
        asked = request.GET.get("keep") or request.POST.get("keep")
        kept, gone = kept_first(*sides)
        if asked == f"{_kind(gone)}-{gone.pk}":
            kept, gone = gone, kept
        return cls(kept, gone, keys, frozenset(writable), hidden, pair)

    @property
    def is_mixed(self) -> bool:
        return type(self.kept) is not type(self.gone)

    def may_write(self, side: Lead | Customer) -> bool:
        return (_kind(side), side.pk) in self.writable


def _compared(
    request: StaffRequest, two: _Two, *, status: int = 200, problems: list[str] | None = None, is_stale: bool = False
) -> HttpResponse:
    who = request.principal
    context: dict[str, Any] = {
        "two": two,
        "kept": two.kept,
        "gone": two.gone,
        "sides": [shown_side(side, who=who) for side in (two.kept, two.gone)],
        "problems": problems or [],
        "is_stale": is_stale,
        "query": queue_query(request),
        "back": f"{reverse('customers:review')}{queue_query(request)}",
        "trail": _trail(request, two),
        "pair": two.pair,
    }
    if two.hidden is None:
        likeness = _likeness(two)
        context |= {
            "likeness": likeness,
            "rows": _rows(request, two),
            "may_merge": not two.is_mixed and two.may_write(two.kept) and two.may_write(two.gone),
            "may_link": two.is_mixed and two.may_write(_lead_of(two)) and _lead_of(two).customer_id is None,
            "people": _people(request, two),
            "swap": _swap(request, two),
        }
    return screen(request, "customers/compare.html", context, status=status)


# What is done


def _merge(request: StaffRequest, two: _Two) -> HttpResponseBase:
    if two.hidden is not None or two.is_mixed:
        raise Http404
    choices = Choices(sides_asked(weighings_of(two.kept, two.gone), _sides_said(request)), _folded(request))
    about: dict[str, Any] = {
        "kept_version": _number(request, "kept_version"), "gone_version": _number(request, "gone_version"),
        "by": request.principal, "now": timezone.now(), "choices": choices,
    }  # fmt: skip
    if isinstance(two.kept, Lead) and isinstance(two.gone, Lead):
        done = actions.merge_leads(kept=two.kept, gone=two.gone, **about)
    else:
        assert isinstance(two.kept, Customer)
        assert isinstance(two.gone, Customer)
        done = actions.merge_customers(kept=two.kept, gone=two.gone, **about)
    toast(request, _("已合并"), undo_url=reverse("customers:merge", args=[done.pk]))
    return _onward(request, two, to=two.kept.get_absolute_url())


def _link(request: StaffRequest, two: _Two) -> HttpResponseBase:
    if two.hidden is not None or not two.is_mixed:
        raise Http404
    lead = _lead_of(two)
    customer = two.gone if two.kept is lead else two.kept
    assert isinstance(customer, Customer)
    version = _number(request, "kept_version" if two.kept is lead else "gone_version")
    actions.link_lead(lead=lead, version=version, customer=customer, by=request.principal, now=timezone.now())
    toast(request, _("已关联客户"), undo_url=reverse("customers:unlink", args=[lead.pk]))
    return _onward(request, two, to=lead.get_absolute_url())


def _apart(request: StaffRequest, two: _Two) -> HttpResponseBase:
    if two.hidden is not None:
        raise Http404
    mine, other = (two.kept, two.gone) if two.may_write(two.kept) else (two.gone, two.kept)
    reason = request.POST.get("reason", "")
    actions.tell_apart(party=mine, others=[other], reason=reason, by=request.principal, now=timezone.now())
    toast(request, _("已记下：不是同一家，不会再提示"))
    return _onward(request, two, to=reverse("customers:review"))


def _later(request: StaffRequest, two: _Two) -> HttpResponseBase:
    if two.pair is None:
        raise Http404
    actions.put_off(pair=two.pair, by=request.principal, now=timezone.now())
    toast(request, _("一周后再提示"))
    return _onward(request, two, to=reverse("customers:review"))


def _onward(request: StaffRequest, two: _Two, *, to: str) -> HttpResponseBase:
    """From the queue on to its next pair, else to the record."""
    if two.pair is None or "pair" not in request.GET:
        return redirect(to)
    _before, behind = _around(request, two.pair)
    return redirect(_address(behind, request) if behind else f"{reverse('customers:review')}{queue_query(request)}")


# What is shown


def _rows(request: StaffRequest, two: _Two) -> list[dict[str, Any]]:
    """Every field of which one side at least says something; of a lead beside a customer those that both have."""
    who = request.principal
    hidden = [masked_for(side, who=who) for side in (two.kept, two.gone)]
    referrers = _referrers_seen(two, who=who)
    chosen = _sides_said(request)
    rows = []
    for weighing in _weighings(two):
        said = [
            said_side(weighing.group, side, is_masked=mask, referrers=referrers)
            for side, mask in zip((two.kept, two.gone), hidden, strict=True)
        ]
        if any(said):
            side = chosen.get(weighing.group.name) or weighing.proposed.value
            rows.append({
                "name": weighing.group.name, "label": field_name(weighing.group.name), "kept": said[0], "gone": said[1],
                "side": side, "differs": said[0] != said[1], "is_conflict": weighing.is_conflict,
                "joins": weighing.group.joins and weighing.is_conflict, "is_locked": not said[1] or not said[0],
            })  # fmt: skip
    return rows


def _referrers_seen(two: _Two, *, who: Principal) -> set[int]:
    ids = {side.referrer_id for side in (two.kept, two.gone) if isinstance(side, Lead) and side.referrer_id}
    return set(Customer.objects.visible_to(who).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


def _weighings(two: _Two) -> list[Weighing]:
    if not two.is_mixed:
        return weighings_of(two.kept, two.gone)
    lead = _lead_of(two)
    customer = two.gone if two.kept is lead else two.kept
    found = weighings_of(customer, customer)
    return [w for w in found if w.group.name != "name" and all(hasattr(lead, column) for column in w.group.columns)]


def _people(request: StaffRequest, two: _Two) -> list[dict[str, Any]]:
    """Contacts of the gone customer, and who of the kept one's each may be."""
    if not isinstance(two.kept, Customer) or not isinstance(two.gone, Customer):
        return []
    guessed = _folded(request) if request.method == "POST" else same_people(two.kept, two.gone)
    mine = list(two.kept.contacts.order_by("id"))
    return [
        {"person": person, "mine": mine, "same": guessed.get(person.pk)} for person in two.gone.contacts.order_by("id")
    ]


def _trail(request: StaffRequest, two: _Two) -> dict[str, str]:
    if two.pair is None or "pair" not in request.GET:
        return {}
    before, behind = _around(request, two.pair)
    return {
        "previous": _address(before, request) if before else "",
        "next": _address(behind, request) if behind else "",
    }


def _around(request: StaffRequest, pair: Pair) -> tuple[Pair | None, Pair | None]:
    asked = ReviewForm(request.GET).asked()
    return neighbours_in_queue(pair, request.principal, today=timezone.localdate(), **asked)


def _address(pair: Pair, request: StaffRequest) -> str:
    sides = [part for side in pair.sides for part in (_kind(side), side.pk)]
    joined = "&" if queue_query(request) else "?"
    return f"{reverse('customers:compare', args=sides)}{queue_query(request)}{joined}pair=1"


def _swap(request: StaffRequest, two: _Two) -> str:
    data = request.GET.copy()
    data["keep"] = f"{_kind(two.gone)}-{two.gone.pk}"
    return f"{request.path}?{data.urlencode()}"


# Small things


def _record(kind: str, pk: int) -> Lead | Customer:
    model = MODELS.get(kind)
    if model is None:
        raise Http404
    more = ("owner", "source__parent", "campaign", "referrer") if model is Lead else ("owner",)
    found: Lead | Customer = get_object_or_404(model._default_manager.select_related(*more), pk=pk)  # type: ignore[assignment]  # of a model of MODELS
    return found


def _pair_keys(sides: tuple[Lead | Customer, Lead | Customer]) -> list[int]:
    columns = columns_of_pair(sides_of(sides[0]), sides_of(sides[1]))
    return list(Pair.objects.filter(**columns).values_list("pk", flat=True))


def _lead_of(two: _Two) -> Lead:
    found = two.kept if isinstance(two.kept, Lead) else two.gone
    assert isinstance(found, Lead)
    return found


def _likeness(two: _Two) -> Likeness:
    """As it was found, where it was: a customer's people have been looked at, too."""
    found = compare(_sketch(two.kept), _sketch(two.gone))
    if two.pair is None or two.pair.score <= found.score:
        return found
    return Likeness(two.pair.score, tuple(Part(code, points) for code, points in two.pair.how))


def _sketch(party: Lead | Customer) -> Sketch:
    return Sketch.of(party) if isinstance(party, Lead) else Sketch.of_customer(party)


def _kind(party: Lead | Customer) -> str:
    return "lead" if isinstance(party, Lead) else "customer"


def _sides_said(request: StaffRequest) -> dict[str, str]:
    found = {n.removeprefix("side-"): v for n, v in request.POST.items() if n.startswith("side-")}
    return {name: value for name, value in found.items() if value in {side.value for side in Side}}


def _folded(request: StaffRequest) -> dict[int, int]:
    found = {}
    for name, said in request.POST.items():
        value = str(said)
        other = name.removeprefix("same-")
        if name.startswith("same-") and _is_id(other) and _is_id(value):
            found[int(other)] = int(value)
    return found


def _number(request: StaffRequest, name: str) -> int:
    value = request.POST.get(name, "")
    return int(value) if _is_id(value) else 0


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
