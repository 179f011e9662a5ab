"""What the screens of this room share: the deal, how a form and a press are answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import YES, Conflict, Verdict
from tuoke.base.records.queries import history_of
from tuoke.base.ui import verbs
from tuoke.base.ui.http import screen
from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.verbs import Sheet, press
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.kickoff.models import KickoffPlan
from tuoke.steps.contracts.teams import queries, words
from tuoke.steps.contracts.teams.models import ProjectContact, Rhythm
from tuoke.steps.contracts.teams.places import to_team

MISSING: Mapping[str, tuple[StrOrPromise, str, tuple[str, ...]]] = {
    "team_missing": (_lazy("添加我方联系人"), "teams:add", ("ours",)),
    "plan_missing": (_lazy("去排启动计划"), "kickoff:page", ()),
}
"""What is missing for a verb → what to press for it: its words, its address, what that takes beside the deal."""

_DEAL = ("opportunity__customer", "opportunity__owner")


def deal_of(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    """Everybody who has joined the deal works on its project (P4); ``write`` where only its own side may."""
    who, deals = request.principal, Opportunity.objects
    posted = request.method == "POST" and action == "read"
    visible = deals.worked_on_by(who, Permission.PROJECT_WRITE) if posted else deals.visible_to(who, action)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def contact_row(request: StaffRequest, pk: int) -> ProjectContact:
    visible = ProjectContact.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("user", "contact", *_DEAL), pk=pk)


def rhythm_of(request: StaffRequest, pk: int) -> Rhythm:
    visible = Rhythm.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("owner", *_DEAL), pk=pk)


def shown(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    """The whole page (region ``team``)."""
    who, now, today = request.principal, timezone.now(), timezone.localdate()
    may_work = who.may(Permission.PROJECT_WRITE) and not deal.is_given_up
    overview = queries.overview_of(deal, now=now, today=today)
    context = {
        "deal": deal,
        "overview": overview,
        "may_write": may_work,
        "may_book": may_work and Opportunity.objects.visible_to(who, "write").filter(pk=deal.pk).exists(),
        "has_plan": KickoffPlan.objects.filter(opportunity=deal).exists(),
        "rhythms": [(one, words.rhythm_said(one.rhythm)) for one in overview.rhythms],
        "bookings": [(one, queries.may_decide(who, one)) for one in overview.bookings],
        "today": today,
    }
    return screen(request, "teams/page.html", context, region="team")


def asked(
    request: StaffRequest,
    deal: Opportunity,
    form: SaysWhy,
    act: Callable[[], object],
    *,
    title: str,
    said: str,
    lead: str = "",
    save: str = "",
    ready: Verdict = YES,
) -> HttpResponseBase:
    """A verb with a form (region ``team-form``): in the sheet, or on a page of its own. What isn't ``ready`` for it gets
    what is missing, and the way there, in place of a form that would refuse whatever is typed."""
    context: dict[str, Any] = {"deal": deal, "title": title, "lead": lead, "save": save or _("保存")}
    if not form.is_bound and not ready:
        context["missing"] = [(words.sentence(reason), *_way_to(reason.code, deal)) for reason in ready.reasons]
        return screen(request, "teams/form.html", context, region="team-form")
    sheet = Sheet("teams/form.html", "team-form", context)
    return verbs.asked(
        request,
        form,
        act,
        sheet=sheet,
        then=lambda: _done(request, deal),
        two_sides=partial(_two_sides, form),
        said=said,
    )


def pressed(
    request: StaffRequest, deal: Opportunity, act: Callable[[], object], *, said: str, undo_url: str = ""
) -> HttpResponseBase:
    """A verb in one press: a refusal is said and changes nothing."""
    press(request, act, say=words.sentences, said=said, undo_url=undo_url)
    return _done(request, deal)


def _done(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    return renewed(request, lambda: shown(request, deal), to=to_team(deal))


def _way_to(code: str, deal: Opportunity) -> tuple[StrOrPromise, str]:
    """(words, address); empty where nothing can be done about it."""
    if code not in MISSING:
        return "", ""
    said, name, more = MISSING[code]
    return said, reverse(name, args=[deal.pk, *more])


def _two_sides(form: SaysWhy, conflict: Conflict) -> dict[str, Any]:
    """Both sides where they differ, as the form says them."""
    current = conflict.current
    assert isinstance(current, ProjectContact | Rhythm)
    rows = []
    for name, field in form.fields.items():
        if name in ("version", "contacts"):
            continue
        mine, theirs = form[name].value(), getattr(current, f"{name}_id", getattr(current, name, ""))
        theirs = f"{theirs:%H:%M}" if name == "at" else theirs
        choices = {str(value): str(text) for value, text in getattr(field, "choices", [])}
        said = [choices.get(str(one), _yes_no(one)) for one in (mine, theirs)]
        if said[0] != said[1]:
            rows.append((field.label, *said))
    last = history_of(current).first()
    return {"rows": rows, "who": last.actor_name if last else "", "version": current.version}


def _yes_no(value: object) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return "" if value is None else str(value)
