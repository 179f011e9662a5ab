"""One line of the plan."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused, Verdict, no
from tuoke.base.ui.http import screen, toast
from tuoke.services.calendar.queries import workdays
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.answering import renewed
from tuoke.steps.contracts.kickoff import actions, queries, words
from tuoke.steps.contracts.kickoff.forms import DoneForm, MilestoneForm, MoveForm, PartsForm
from tuoke.steps.contracts.kickoff.models import KickoffPlan, Milestone, Shift
from tuoke.steps.contracts.kickoff.places import to_plan
from tuoke.steps.contracts.kickoff.rules import Bar, Move, Party, Raci, Span, days_of
from tuoke.steps.contracts.kickoff.views.showing import (
    NeedsConsent,
    asked_for,
    found_line,
    found_plan,
    pressed,
    shown,
    sides,
    typed,
)

MOST_PEOPLE = 200
_MAYBE_POST = require_http_methods(["GET", "HEAD", "POST"])


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
@once
def add(request: StaffRequest, pk: int) -> HttpResponseBase:
    plan = found_plan(request, pk)
    form = _form(request, plan)

    def act() -> str:
        actions.add_milestone(plan=plan, draft=form.draft, by=request.principal, now=timezone.now())
        return ""

    return asked_for(request, plan.opportunity, form, act, title=_("添加一项"), said=_("已加进计划"))


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """What it says and its dates; where others would move they are shown first. A stale version shows both sides (409)."""
    row = found_line(request, pk)
    form = _form(request, row.plan, row)

    def act() -> str:
        draft, by, now = form.draft, request.principal, timezone.now()
        if draft.faults():
            _ask_first(request, row, Bar(row.pk, draft.starts_on, draft.days, row.done_on))
        version = form.cleaned_data["version"] or 0
        _line, shift = actions.edit_milestone(milestone=row, version=version, draft=draft, by=by, now=now)
        return _undo_of(shift)

    return asked_for(
        request, row.plan.opportunity, form, act, title=row.name, said=_("已保存"), more={"line": row},
        two_sides=lambda conflict: sides(form, conflict),
    )  # fmt: skip


@require_POST
@needs(Permission.PROJECT_WRITE)
def move(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A bar was dragged, or moved with the keys: the fresh plan; 422 with the reasons, or with what would follow and a
    button that agrees to it; 409 where somebody saved first."""
    row, form = found_line(request, pk), MoveForm(request.POST)
    if not form.is_valid():
        return _refused(request, row, no("dates_missing"))
    said, by, now = form.cleaned_data, request.principal, timezone.now()
    if said["ends_on"] < said["starts_on"]:
        return _refused(request, row, no("ends_before_start"))
    days = 0 if row.is_milestone else days_of(Span(said["starts_on"], said["ends_on"]), calendar=workdays())
    try:
        _ask_first(request, row, Bar(row.pk, said["starts_on"], days, row.done_on))
        shift = actions.move(
            milestone=row, starts_on=said["starts_on"], days=days, version=said["version"], by=by, now=now
        )
    except NeedsConsent as asking:
        context = {"line": row, "following": asking.following, "said": said, "url": request.path}
        return screen(request, "kickoff/consent.html", context, region="consent", status=422)
    except Refused as refusal:
        return _refused(request, row, refusal.verdict)
    except Conflict:
        return screen(
            request, "kickoff/refused.html", {"line": row, "deal": row.plan.opportunity}, region="refused", status=409
        )
    toast(request, _moved_said(row, shift), undo_url=_undo_of(shift))
    deal = row.plan.opportunity
    return renewed(request, lambda: shown(request, deal), to=to_plan(deal))


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
def done(request: StaffRequest, pk: int) -> HttpResponseBase:
    row = found_line(request, pk)
    form = DoneForm(typed(request), initial={"done_on": min(row.ends_on, timezone.localdate())})
    moves: list[Move] = []

    def act() -> str:
        now = timezone.now()
        day = form.cleaned_data["done_on"]
        moves.extend(actions.complete_milestone(milestone=row, done_on=day, by=request.principal, now=now))
        return reverse("kickoff:reopen", args=[row.pk])

    title = _("完成 %(name)s") % {"name": row.name}
    return asked_for(request, row.plan.opportunity, form, act, title=title, said=_("已完成"), more={"line": row})


@require_POST
@needs(Permission.PROJECT_WRITE)
def reopen(request: StaffRequest, pk: int) -> HttpResponseBase:
    row, by, now = found_line(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        row.plan.opportunity,
        lambda: actions.reopen_milestone(milestone=row, by=by, now=now),
        said=_("已撤销完成"),
    )


@require_POST
@needs(Permission.PROJECT_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    row, by, now = found_line(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        row.plan.opportunity,
        lambda: actions.withdraw_milestone(milestone=row, by=by, now=now),
        said=_("已移出计划"),
        undo_url=reverse("kickoff:restore", args=[pk]),
    )


@require_POST
@needs(Permission.PROJECT_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    row, by, now = found_line(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        row.plan.opportunity,
        lambda: actions.restore_milestone(milestone=row, by=by, now=now),
        said=_("已恢复"),
    )


@require_POST
@needs(Permission.PROJECT_WRITE)
def order(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One place up or down (``to``)."""
    row, by, now = found_line(request, pk), request.principal, timezone.now()
    keys = [line.key for line in queries.sheet_of(row.plan).lines]
    if row.pk in keys:
        at = keys.index(row.pk)
        other = max(at - 1, 0) if request.POST.get("to") == "up" else min(at + 1, len(keys) - 1)
        keys[at], keys[other] = keys[other], keys[at]
    return pressed(
        request,
        row.plan.opportunity,
        lambda: actions.order_milestones(plan=row.plan, keys=keys, by=by, now=now),
        said=_("顺序已调整"),
    )


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
def parts(request: StaffRequest, pk: int) -> HttpResponseBase:
    """责任分工 of one line."""
    row = found_line(request, pk)
    given = {Party(party): Raci(raci) for party, raci in row.parts.values_list("party", "raci")}
    form = PartsForm(typed(request), given=given)

    def act() -> str:
        actions.set_parts(milestone=row, parts=form.parts, by=request.principal, now=timezone.now())
        return ""

    title = _("责任分工 %(name)s") % {"name": row.name}
    return asked_for(
        request, row.plan.opportunity, form, act, title=title, said=_("分工已保存"), more={"is_division": True}
    )


def _form(request: StaffRequest, plan: KickoffPlan, row: Milestone | None = None) -> MilestoneForm:
    deal, today = plan.opportunity, timezone.localdate()
    sheet = queries.sheet_of(plan)
    lags: Mapping[int, int] = {link.before: link.lag for link in sheet.links if row and link.after == row.pk}
    team = queries.team_of(deal, today=today)
    if row and row.owner and row.owner not in team:
        team.append(row.owner)  # who has left the deal stays named until somebody else is
    last = sheet.lines[-1] if sheet.lines else None
    initial = {
        "starts_on": last.ends_on if last else plan.starts_on,
        "days": 1,
        "kind": "task",
        "phase": last.phase if last else "",
    }
    return MilestoneForm(
        typed(request),
        team=team,
        contacts=list(Contact.objects.filter(customer_id=deal.customer_id).order_by("id")[:MOST_PEOPLE]),
        lines=[line for line in sheet.lines if row is None or line.key != row.pk],
        lags=lags,
        initial=MilestoneForm.initial_of(row, lags) if row else initial,
    )


def _ask_first(request: StaffRequest, row: Milestone, bar: Bar) -> None:
    """Raises NeedsConsent where others would move and nobody has agreed to it yet."""
    if request.POST.get("agreed") or row.done_on:
        return
    following = queries.preview(row, bar)
    if following:
        names = dict(Milestone.objects.filter(pk__in=[move.key for move in following]).values_list("pk", "name"))
        raise NeedsConsent(
            [(names[one.key], one.before.starts_on.isoformat(), one.after.starts_on.isoformat()) for one in following]
        )


def _refused(request: StaffRequest, row: Milestone, verdict: Verdict) -> HttpResponse:
    context = {"line": row, "deal": row.plan.opportunity, "reasons": words.sentences(verdict)}
    return screen(request, "kickoff/refused.html", context, region="refused", status=422)


def _undo_of(shift: Shift | None) -> str:
    return reverse("kickoff:undo", args=[shift.pk]) if shift else ""


def _moved_said(row: Milestone, shift: Shift | None) -> str:
    others = len(shift.moves) - 1 if shift else 0
    if shift is None:
        return _("日期没有变化")
    if others <= 0:
        return _("“%(name)s”已改期") % {"name": row.name}
    said = {"name": row.name, "count": others}
    return ngettext("“%(name)s”已改期，顺延了 %(count)s 项", "“%(name)s”已改期，顺延了 %(count)s 项", others) % said
