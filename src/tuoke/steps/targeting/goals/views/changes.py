from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of
from tuoke.base.ui.http import after_post, screen, toast
from tuoke.steps.targeting.goals import actions, words
from tuoke.steps.targeting.goals.forms import BasisForm, GoalForm, PartsForm, said_part
from tuoke.steps.targeting.goals.models import Goal
from tuoke.steps.targeting.goals.queries import Proposal, part_key, proposal
from tuoke.steps.targeting.goals.rules import Axis, Basis, difference
from tuoke.steps.targeting.goals.views.asked import Asked, asked
from tuoke.steps.targeting.goals.views.boards import goal_page


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.GOAL_WRITE)
def edit(request: StaffRequest, metric: str, period: str, holder: str) -> HttpResponseBase:
    place = asked(request, metric, period, holder)
    place.to_change()
    row = place.row
    initial = {"amount": row.goal, "version": row.version}
    form = GoalForm(request.POST or None, source=place.source, initial=initial)
    if request.method != "POST":
        return _form(place, form)
    if not form.is_valid():
        return _form(place, form, status=422)
    said = form.cleaned_data
    try:
        actions.set_goal(
            slot=place.slot, amount=said["amount"], version=said["version"], by=request.principal, now=timezone.now()
        )
    except Goal.DoesNotExist as error:
        raise Http404 from error
    except Refused as refused:
        form.refuse(refused.verdict.reasons)
        return _form(place, form, status=422)
    except Conflict as conflict:
        return _stale(place, form, conflict.current)
    toast(request, _("目标已保存。"))
    return redirect(place.url("goal"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.GOAL_WRITE)
def split(request: StaffRequest, metric: str, period: str, holder: str, axis: str) -> HttpResponseBase:
    """The parts of a goal: GET proposes them on a basis, POST gives them what is in the inputs (region ``split``)."""
    place, along = _to_split(request, metric, period, holder, axis)
    if request.method != "POST":
        return _proposed(place, along)
    offered = _offered(place, along, Basis.BY_HAND, {})
    form = PartsForm(request.POST, source=place.source, axis=along, parts=offered.parts)
    if not form.is_valid():
        return _split(place, along, offered, form, status=422)
    try:
        actions.split_goal(
            slot=place.slot,
            version=form.cleaned_data["version"],
            axis=along,
            basis=Basis(form.cleaned_data["basis"]),
            shares=form.shares,
            by=request.principal,
            now=timezone.now(),
        )
    except Goal.DoesNotExist as error:
        raise Http404 from error
    except Refused as refused:
        form.refuse(refused.verdict.reasons)
        return _split(place, along, offered, form, status=422)
    except Conflict as conflict:
        return _split_stale(place, along, form, conflict.current)
    toast(request, _("已拆解。"))
    return redirect(place.url("goal"))


@require_POST
@needs(Permission.GOAL_WRITE)
def gap(request: StaffRequest, metric: str, period: str, holder: str, axis: str) -> HttpResponse:
    """What the inputs add up to while somebody types; nothing is written."""
    place, along = _to_split(request, metric, period, holder, axis)
    offered = _offered(place, along, Basis.BY_HAND, {})
    form = PartsForm(request.POST, source=place.source, axis=along, parts=offered.parts)
    form.is_valid()
    return screen(
        request, "goals/split.html", {**place.context, **_sums(offered.total, form.typed)}, region="difference"
    )


@require_POST
@needs(Permission.GOAL_WRITE)
def withdraw(request: StaffRequest, metric: str, period: str, holder: str) -> HttpResponseBase:
    place = asked(request, metric, period, holder)
    found = place.goal(action="write")
    if found is None:
        raise Http404
    try:
        actions.withdraw_goal(goal=found, version=_version(request), by=request.principal, now=timezone.now())
    except Conflict:
        stale = _("目标刚刚被别人改过，没有撤销。下面是现在的内容。")
        return goal_page(place, status=409, refused=[stale])
    except Refused as refused:
        return goal_page(place, status=422, refused=[words.right(reason) for reason in refused.verdict.reasons])
    toast(request, _("目标已撤销。"), undo_url=place.url("restore"))
    return after_post(request, lambda: goal_page(asked(request, metric, period, holder)), to=place.url("goal"))


@require_POST
@needs(Permission.GOAL_WRITE)
def restore(request: StaffRequest, metric: str, period: str, holder: str) -> HttpResponseBase:
    place = asked(request, metric, period, holder)
    found = place.goal(action="write")
    if found is None:
        raise Http404
    actions.restore_goal(goal=found, by=request.principal, now=timezone.now())
    toast(request, _("目标已恢复。"))
    return after_post(request, lambda: goal_page(asked(request, metric, period, holder)), to=place.url("goal"))


def _form(place: Asked, form: GoalForm, *, status: int = 200, **extra: Any) -> HttpResponse:
    context = {**place.context, "form": form, "node": place.node, "row": place.row, "back": place.url("goal"), **extra}
    return screen(place.request, "goals/edit.html", context, region="form", status=status)


def _stale(place: Asked, form: GoalForm, current: object) -> HttpResponse:
    """Both sides; the version moves on, so that saving once more is a decision."""
    assert isinstance(current, Goal)
    mine = form.cleaned_data["amount"]
    again = GoalForm({"amount": form["amount"].data, "version": current.version}, source=place.source)
    again.is_valid()
    rows = [(_("目标"), f"{mine:,f}", f"{current.amount:,f}" if current.is_standing else "")]
    return _form(place, again, rows=rows, who=_last_actor(current), url=place.url("goal"), status=409)


def _to_split(request: StaffRequest, metric: str, period: str, holder: str, axis: str) -> tuple[Asked, Axis]:
    place = asked(request, metric, period, holder)
    if axis not in set(Axis):
        raise Http404
    place.to_change()
    along = Axis(axis)
    if not (place.node.children if along is Axis.PEOPLE else place.slot.period.parts):
        raise Http404
    return place, along


def _offered(place: Asked, axis: Axis, basis: Basis, weights: dict[str, Decimal]) -> Proposal:
    total = place.row.goal or Decimal(0)
    return proposal(place.known, place.node, place.slot, axis=axis, basis=basis, total=total, weights=weights)


def _proposed(place: Asked, axis: Axis) -> HttpResponse:
    """On the basis that was chosen; first as it is split already, else by heads or evenly."""
    bare = _offered(place, axis, Basis.BY_HAND, {})
    names = [(part_key(part.slot, axis), said_part(part, axis)) for part in bare.parts]
    asked_for = _asked_basis(place.request.GET, [key for key, _name in names])
    form = BasisForm(asked_for, axis=axis, names=names)
    if asked_for is not None and not form.is_valid():
        return _split(place, axis, bare, None, basis_form=form, status=422)
    if asked_for is not None:
        basis, weights = form.chosen, form.weights
    else:
        is_split = any(part.now is not None for part in bare.parts)
        by_default = Basis.HEADS if axis is Axis.PEOPLE else Basis.EVEN
        basis, weights = Basis.BY_HAND if is_split else by_default, {}
        form = BasisForm(axis=axis, names=names, initial={"basis": basis.value})
    offered = bare if basis is Basis.BY_HAND else _offered(place, axis, basis, weights)
    parts = PartsForm(
        source=place.source,
        axis=axis,
        parts=offered.parts,
        initial={"version": place.row.version, "basis": basis.value},
    )
    return _split(place, axis, offered, parts, basis_form=form)


def _asked_basis(query: QueryDict, keys: list[str]) -> dict[str, str] | None:
    """What was chosen; weights that nobody has typed yet begin alike."""
    if "basis" not in query:
        return None
    typed = {name: str(query[name]) for name in (f"weight_{key}" for key in keys) if name in query}
    return {"basis": str(query["basis"])} | (typed or {f"weight_{key}": "1" for key in keys})


def _split(
    place: Asked, axis: Axis, offered: Proposal, form: PartsForm | None, *, status: int = 200, **extra: Any
) -> HttpResponse:
    names = [(part_key(part.slot, axis), said_part(part, axis)) for part in offered.parts]
    shown = form or PartsForm(
        source=place.source, axis=axis, parts=offered.parts,
        initial={"version": place.row.version, "basis": Basis.BY_HAND.value},
    )  # fmt: skip
    typed = shown.typed if shown.is_bound else [part.proposed for part in offered.parts]
    context = {
        **place.context,
        "node": place.node,
        "row": place.row,
        "axis": axis.value,
        "axis_name": words.AXES[axis],
        "form": shown,
        "basis_form": extra.pop("basis_form", None)
        or BasisForm(axis=axis, names=names, initial={"basis": Basis.BY_HAND}),
        "impossible": offered.impossible,
        "back": place.url("goal"),
        "here": place.url("split", axis.value),
        "gap_url": place.url("gap", axis.value),
        **_sums(offered.total, typed),
        **extra,
    }
    return screen(place.request, "goals/split.html", context, region="split", status=status)


def _split_stale(place: Asked, axis: Axis, form: PartsForm, current: object) -> HttpResponse:
    """Somebody changed the whole or a part since the preview: what was typed beside what is now."""
    assert isinstance(current, Goal)
    fresh = asked(place.request, place.slot.metric, str(place.slot.period), place.slot.holder.key)
    offered = _offered(fresh, axis, Basis.BY_HAND, {})
    typed = dict(zip([part_key(part.slot, axis) for part in offered.parts], form.typed, strict=True))
    rows = [
        (said_part(part, axis), _said(typed[part_key(part.slot, axis)]), _said(part.now))
        for part in offered.parts
        if typed[part_key(part.slot, axis)] != part.now
    ]
    kept = {f"amount_{key}": form[f"amount_{key}"].data for key in typed}
    seen = {f"version_{part_key(part.slot, axis)}": part.version for part in offered.parts}
    again = PartsForm(
        {**kept, **seen, "version": fresh.row.version, "basis": form.cleaned_data["basis"]},
        source=fresh.source, axis=axis, parts=offered.parts,
    )  # fmt: skip
    again.is_valid()
    extra = {"rows": rows, "who": _last_actor(current), "url": fresh.url("goal")}
    return _split(fresh, axis, offered, again, status=409, **extra)


def _sums(total: Decimal, typed: list[Decimal | None]) -> dict[str, Any]:
    given = [amount for amount in typed if amount is not None]
    return {"total": total, "sum": sum(given, Decimal(0)), "left": difference(total, typed) if given else total}


def _said(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,f}"


def _last_actor(goal: Goal) -> str:
    last = history_of(goal).first()
    return last.actor_name if last else ""


def _version(request: StaffRequest) -> int:
    try:
        return int(request.POST.get("version", "")[:12])
    except ValueError as error:
        raise Http404 from error
