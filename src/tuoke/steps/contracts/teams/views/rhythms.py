"""When both sides talk."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import typed
from tuoke.steps.contracts.teams import actions, queries
from tuoke.steps.contracts.teams.forms import RhythmForm
from tuoke.steps.contracts.teams.models import Rhythm
from tuoke.steps.contracts.teams.views.showing import asked, deal_of, pressed, rhythm_of

_MAYBE_POST = require_http_methods(["GET", "HEAD", "POST"])
USUAL = timedelta(days=90)


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
@once
def start(request: StaffRequest, pk: int) -> HttpResponseBase:
    deal, today = deal_of(request, pk), timezone.localdate()
    contacts = queries.contacts_of(deal)
    initial = {
        "starts_on": today, "until": today + USUAL, "at": "10:00", "owner": deal.owner_id,
        "contacts": [one.pk for one in contacts],
    }  # fmt: skip
    form = RhythmForm(typed(request), owners=queries.possible_owners(deal), contacts=contacts, initial=initial)
    return asked(
        request,
        deal,
        form,
        lambda: actions.start_rhythm(deal=deal, draft=form.draft, by=request.principal, now=timezone.now()),
        title=_("约定沟通机制"),
        lead=_(
            "接下来几次会自动进下一步行动和日历；逢假期顺延到同一周的工作日，整周放假就跳过。单独一次可以改期或取消。"
        ),
        said=_("已约定，接下来的会已经排好"),
    )


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A stale version shows both sides (409)."""
    rhythm = rhythm_of(request, pk)
    deal = rhythm.opportunity
    chosen = list(rhythm.contacts.filter(withdrawn_at=None).values_list("pk", flat=True))
    owners = queries.possible_owners(deal)
    form = RhythmForm(
        typed(request), owners=owners, contacts=queries.contacts_of(deal), initial=RhythmForm.initial_of(rhythm, chosen)
    )

    def act() -> Rhythm:
        version = form.cleaned_data["version"] or 0
        return actions.change_rhythm(
            rhythm=rhythm, version=version, draft=form.draft, by=request.principal, now=timezone.now()
        )

    return asked(
        request,
        deal,
        form,
        act,
        title=rhythm.title,
        lead=_("还没开的会按新的安排重排；单独改过或取消的不动。"),
        said=_("已保存，接下来的会已经重排"),
    )


@require_POST
@needs(Permission.PROJECT_WRITE)
def end(request: StaffRequest, pk: int) -> HttpResponseBase:
    rhythm, by, now = rhythm_of(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        rhythm.opportunity,
        lambda: actions.end_rhythm(rhythm=rhythm, by=by, now=now),
        said=_("“%(title)s”已停止，还没开的会也取消了") % {"title": rhythm.title},
        undo_url=reverse("teams:resume", args=[pk]),
    )


@require_POST
@needs(Permission.PROJECT_WRITE)
def resume(request: StaffRequest, pk: int) -> HttpResponseBase:
    rhythm, by, now = rhythm_of(request, pk), request.principal, timezone.now()
    said = _("已恢复，接下来的会已经排好")
    return pressed(request, rhythm.opportunity, lambda: actions.resume_rhythm(rhythm=rhythm, by=by, now=now), said=said)
