"""存量深挖: what is known from earlier deals, judged for this one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions import actions, queries, words
from tuoke.steps.discovery.decisions.models import FINDING_NAMES, KIND_NAMES
from tuoke.steps.discovery.decisions.places import to_known
from tuoke.steps.discovery.decisions.rules import CARRIED, Finding, KnownKind
from tuoke.steps.discovery.decisions.views.showing import common, found_deal, pressed


@require_GET
@needs(Permission.NEED_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything known from before, by kind, with what was judged (region ``known``)."""
    return _shown(request, found_deal(request, pk))


@require_POST
@needs(Permission.NEED_WRITE)
def judge(request: StaffRequest, pk: int, kind: str, ref: int) -> HttpResponseBase:
    """仍然成立 / 已变化 / 已解决 (``finding``, ``note``). A refusal keeps what was typed (422)."""
    deal, asked = found_deal(request, pk, action="write"), _kind(kind)
    said, note = _finding(request.POST.get("finding", "")), request.POST.get("note", "")
    by, now = request.principal, timezone.now()
    try:
        actions.judge_known(deal=deal, kind=asked, ref=ref, finding=said, note=note, by=by, now=now)
    except Refused as refusal:
        wrong = {"wrong": (asked.value, ref), "why": " ".join(words.sentences(refusal.verdict)), "note": note}
        return _shown(request, deal, status=422, **wrong, finding=said.value)
    return pressed(
        request,
        lambda: None,
        lambda: _shown(request, deal),
        to=to_known(deal),
        said=str(FINDING_NAMES[said]),
        undo_url=reverse("decisions:known_reopen", args=[pk, kind, ref]),
    )


@require_POST
@needs(Permission.NEED_WRITE)
def reopen(request: StaffRequest, pk: int, kind: str, ref: int) -> HttpResponseBase:
    deal, asked = found_deal(request, pk, action="write"), _kind(kind)
    by, now = request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.reopen_known(deal=deal, kind=asked, ref=ref, by=by, now=now),
        lambda: _shown(request, deal),
        to=to_known(deal),
        said=_("已撤销"),
    )


@require_POST
@needs(Permission.NEED_WRITE)
def hold_rest(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Whatever wasn't judged still holds."""
    deal, by, now = found_deal(request, pk, action="write"), request.principal, timezone.now()

    def act() -> None:
        count = actions.hold_the_rest(deal=deal, by=by, now=now)
        messages.success(request, _("%(count)s 条记为仍然成立") % {"count": count})

    return pressed(request, act, lambda: _shown(request, deal), to=to_known(deal))


@require_POST
@needs(Permission.NEED_WRITE)
def carry(request: StaffRequest, pk: int) -> HttpResponseBase:
    """What still holds becomes this deal's own."""
    deal, by, now = found_deal(request, pk, action="write"), request.principal, timezone.now()

    def act() -> None:
        criteria, stances = actions.carry_over(deal=deal, by=by, now=now)
        if criteria or stances:
            said = _("沿用了 %(criteria)s 条采购标准、%(stances)s 个人的态度")
            messages.success(request, said % {"criteria": criteria, "stances": stances})
        else:
            messages.info(request, _("没有新的可沿用：判为仍然成立的都已经在这个商机里了。"))

    return pressed(request, act, lambda: _shown(request, deal), to=to_known(deal))


def _shown(request: StaffRequest, deal: Opportunity, *, status: int = 200, **extra: Any) -> HttpResponse:
    earlier = queries.earlier_deals(request.principal, deal)
    items = queries.known_from_before(request.principal, deal, earlier=earlier)
    checks = queries.checks_of(deal)
    groups = [
        (kind, KIND_NAMES[kind], [(item, checks.get(item.key)) for item in items if item.kind is kind])
        for kind in KnownKind
    ]
    judged = sum(item.key in checks for item in items)
    held = [i for i in items if i.kind in CARRIED and i.key in checks and checks[i.key].finding == Finding.HOLDS]
    context = common(request, deal, current="known")
    context |= {
        "earlier": earlier,
        "groups": [group for group in groups if group[2]],
        "total": len(items),
        "judged": judged,
        "left": len(items) - judged,
        "carriable": len(held),
        "findings": [(finding.value, name) for finding, name in FINDING_NAMES.items()],
        **extra,
    }
    return screen(request, "decisions/known.html", context, region="known", status=status)


def _kind(said: str) -> KnownKind:
    try:
        return KnownKind(said)
    except ValueError as error:
        raise Http404 from error


def _finding(said: str) -> Finding:
    try:
        return Finding(said)
    except ValueError:
        return Finding.OPEN
