from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Reason, Refused
from tuoke.base.records.queries import history_of, timeline_of
from tuoke.base.ui.http import after_post, screen, toast
from tuoke.base.ui.parts import Line
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.catalog.queries import campaign_owners, campaigns
from tuoke.spine.playbook.queries import NoPlaybook, ticks_of
from tuoke.spine.playbook.rules.kinds import TICK
from tuoke.steps.targeting import actions, words
from tuoke.steps.targeting.facts import judgement_of, step_doc
from tuoke.steps.targeting.forms import CampaignForm, NoteForm
from tuoke.steps.targeting.models import Aim, CustomerProfile
from tuoke.steps.targeting.queries import content_of, profile_of
from tuoke.steps.targeting.rules import dimensions_filled


@require_safe
@needs(Permission.PROFILE_READ)
def index(request: StaffRequest) -> HttpResponse:
    """拓展计划: the campaigns, and the ideal customers that they aim at."""
    profiles = list(CustomerProfile.objects.visible_to(request.principal).select_related("product", "owner"))
    aims = dict(Aim.objects.values_list("campaign_id", "profile_id"))
    names = {profile.pk: profile.name for profile in profiles}
    fallback = next((profile.name for profile in profiles if profile.is_default), "")
    contents = [(profile, content_of(profile)) for profile in profiles]
    context = {
        "campaigns": [(c, names.get(aims.get(c.pk, 0), fallback)) for c in campaigns()],
        "profiles": [(profile, content, dimensions_filled(content)) for profile, content in contents],
        "may_write": request.principal.may(Permission.PROFILE_WRITE),
    }
    return screen(request, "targeting/index.html", context)


@require_safe
@needs(Permission.PROFILE_READ)
def campaign(request: StaffRequest, campaign: int) -> HttpResponse:
    """One campaign: what it is for, step 1 with what is missing before it may start, and what happened."""
    return _campaign(request, _found(campaign))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROFILE_WRITE)
def new_campaign(request: StaffRequest) -> HttpResponseBase:
    today = timezone.localdate()
    initial = {"owner": request.principal.user_id, "starts_on": today, "ends_on": today + timedelta(days=90)}
    form = CampaignForm(request.POST or None, owners=campaign_owners(), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.plan_campaign(
                plan=form.plan, profile=form.cleaned_data["profile"], by=request.principal, now=timezone.now()
            )
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("计划已建立。下一步：看看启动前还差什么。"))
            return redirect("targeting:campaign", made.pk)
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROFILE_WRITE)
def edit_campaign(request: StaffRequest, campaign: int) -> HttpResponseBase:
    found = _found(campaign)
    aim = Aim.objects.select_related("profile").filter(campaign=found).first()
    initial = CampaignForm.initial_of(found, aim.profile if aim else None)
    form = CampaignForm(request.POST or None, owners=[*campaign_owners(), found.owner], initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.replan_campaign(
                campaign=found,
                version=_version(request),
                plan=form.plan,
                profile=form.cleaned_data["profile"],
                by=request.principal,
                now=timezone.now(),
            )
        except Conflict as conflict:
            return _conflict(request, form, conflict.current)
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已保存。"))
            return redirect("targeting:campaign", found.pk)
    return _form(request, form, found)


@require_POST
@needs(Permission.PROFILE_WRITE)
def start(request: StaffRequest, campaign: int) -> HttpResponseBase:
    """Start the campaign; a closed gate answers 422 with every reason and where it is put right."""
    found = _found(campaign)
    try:
        actions.start(campaign=found, by=request.principal, now=timezone.now())
    except Refused as refused:
        return _campaign(request, found, refused=refused.verdict.reasons, status=422)
    toast(request, _("计划已启动，可以开始收线索了。"))
    return redirect("targeting:campaign", found.pk)


@require_POST
@needs(Permission.PROFILE_WRITE)
def tick(request: StaffRequest, campaign: int) -> HttpResponseBase:
    return _ticking(request, campaign, actions.tick)


@require_POST
@needs(Permission.PROFILE_WRITE)
def untick(request: StaffRequest, campaign: int) -> HttpResponseBase:
    def take_back(*, note: str, **given: Any) -> None:
        actions.untick(**given)

    return _ticking(request, campaign, take_back)


def _ticking(request: StaffRequest, campaign: int, verb: Any) -> HttpResponseBase:
    found, form = _found(campaign), NoteForm(request.POST)
    if not form.is_valid():
        return _campaign(request, found, refused=(Reason("unknown_item"),), status=422)
    try:
        verb(campaign=found, **form.cleaned_data, by=request.principal, now=timezone.now())
    except Refused as refused:
        return _campaign(request, found, refused=refused.verdict.reasons, status=422)
    here = reverse("targeting:campaign", args=[campaign])
    return after_post(request, lambda: _campaign(request, found), to=here)


def _campaign(
    request: StaffRequest, found: Campaign, *, refused: tuple[Reason, ...] = (), status: int = 200
) -> HttpResponse:
    profile = profile_of(found)
    context: dict[str, Any] = {
        "campaign": found,
        "profile": profile,
        "content": content_of(profile) if profile else None,
        "dimensions": dimensions_filled(content_of(profile)) if profile else 0,
        "events": timeline_of(thread=found),
        "may_write": request.principal.may(Permission.PROFILE_WRITE),
        "refused": [_line(reason, profile) for reason in refused],
    }
    try:
        judgement, ticks = judgement_of(found), ticks_of(found)
    except NoPlaybook:
        return screen(request, "targeting/campaign.html", context, region="campaign", status=status)
    lines = [
        (f, ticks.get(f.criterion.key), f.criterion.kind == TICK, "" if f.met else _fix(f.criterion.kind, profile))
        for f in judgement.findings
    ]
    context |= {
        "step": step_doc(),
        "ticked": ticks,
        "criteria": lines,
        "open": bool(judgement),
        "missing": len(judgement.verdict.reasons),
        "urls": {"targeting-profile": _fix("profile_dimensions", profile)},
    }
    return screen(request, "targeting/campaign.html", context, region="campaign", status=status)


def _line(reason: Reason, profile: CustomerProfile | None) -> Line:
    """A refusal in words, with the way to the place where it is put right."""
    if "criterion" not in reason.params:
        return Line(words.right(reason))
    url = _fix(reason.code, profile) if reason.code != TICK else f"#{reason.params['criterion']}"
    return Line(words.unmet(reason), url, "hard" if reason.params["required"] else "soft")


def _fix(kind: str, profile: CustomerProfile | None) -> str:
    if kind != "profile_dimensions":
        return ""
    return reverse("targeting:profile_edit", args=[profile.pk]) if profile else reverse("targeting:profile_new")


def _form(request: StaffRequest, form: CampaignForm, found: Campaign | None = None, **extra: Any) -> HttpResponse:
    status = extra.pop("status", 422 if request.method == "POST" else 200)
    context = {"form": form, "campaign": found, "version": found.version if found else 0, **extra}
    return screen(request, "targeting/campaign_form.html", context, status=status)


def _conflict(request: StaffRequest, form: CampaignForm, current: object) -> HttpResponse:
    assert isinstance(current, Campaign)
    plan, last = form.plan, history_of(current).first()
    pairs = {
        name: (getattr(plan, name), getattr(current, name)) for name in ("name", "company_goal", "starts_on", "ends_on")
    }
    pairs["owner"] = (form.cleaned_data["owner"], current.owner)
    pairs["product"] = (form.cleaned_data["product"], current.product)
    rows = [(words.FIELDS[name], mine, theirs) for name, (mine, theirs) in pairs.items() if mine != theirs]
    url = reverse("targeting:campaign_edit", args=[current.pk])
    who = last.actor_name if last else ""
    return _form(request, form, current, rows=rows, who=who, url=url, status=409)


def _found(pk: int) -> Campaign:
    """Campaigns are the company's: whoever may read profiles (``@needs``) reads them all."""
    return get_object_or_404(Campaign.objects.select_related("owner", "product"), pk=pk)


def _version(request: StaffRequest) -> int:
    try:
        return int(request.POST.get("version", ""))
    except ValueError as error:
        raise Http404 from error
