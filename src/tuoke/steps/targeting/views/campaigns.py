from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Reason, Refused
from tuoke.base.records.queries import history_of, timeline_of
from tuoke.base.ui.http import after_post, screen, toast
from tuoke.base.ui.parts import Line
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.catalog.queries import campaign_owners, campaigns
from tuoke.spine.playbook.queries import NoPlaybook, ticks_of
from tuoke.spine.playbook.rules.kinds import TICK
from tuoke.steps.targeting import actions, hooks, words
from tuoke.steps.targeting.facts import judgement_of, step_doc
from tuoke.steps.targeting.forms import CampaignForm, NoteForm
from tuoke.steps.targeting.models import Aim, CustomerProfile
from tuoke.steps.targeting.queries import content_of, due_reviews, profile_of
from tuoke.steps.targeting.rules import Facet, dimensions_filled


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
        "due": due_reviews(request.principal, timezone.localdate()),
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
@once
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
    profile, today = profile_of(found), timezone.localdate()
    parts = _parts(request, found, profile, today)
    context: dict[str, Any] = {
        "campaign": found,
        "profile": profile,
        "parts": [(part, part.review_by is not None and part.review_by <= today) for part in parts],
        "events": timeline_of(thread=found),
        "may_write": request.principal.may(Permission.PROFILE_WRITE),
        "leads": [figure for told in hooks.campaign_leads for figure in told(found, request.principal)],
    }
    places = _places(parts, profile)
    context["refused"] = [_line(reason, places) for reason in refused]
    try:
        judgement, ticks = judgement_of(found), ticks_of(found)
    except NoPlaybook:
        return screen(request, "targeting/campaign.html", context, region="campaign", status=status)
    context |= {
        "step": step_doc(),
        "ticked": ticks,
        "criteria": [
            (f, ticks.get(f.criterion.key), f.criterion.kind == TICK, "" if f.met else places.get(f.criterion.kind, ""))
            for f in judgement.findings
        ],
        "open": bool(judgement),
        "missing": len(judgement.verdict.reasons),
        "urls": _action_urls(parts),
    }
    return screen(request, "targeting/campaign.html", context, region="campaign", status=status)


def _parts(request: StaffRequest, found: Campaign, profile: CustomerProfile | None, today: date) -> list[hooks.Part]:
    """What a campaign consists of: what other rooms tell, with the profile behind the market analysis."""
    others = [part for told in hooks.campaign_parts for part in told(found, request.principal, today)]
    return [*others[:1], _profile_part(profile), *others[1:]]


def _profile_part(profile: CustomerProfile | None) -> hooks.Part:
    dimensions = dimensions_filled(content_of(profile)) if profile else 0
    said = {"name": profile.name if profile else "", "number": profile.number if profile else 0, "n": dimensions}
    return hooks.Part(
        key="profile",
        title=_("目标客户画像"),
        state="done" if dimensions == len(Facet) else "begun" if dimensions else "missing",
        text=_("%(name)s · 版本 %(number)s · 已填 %(n)s/5 个维度") % said if profile else _("还没有画像"),
        url=profile.get_absolute_url() if profile else reverse("targeting:index"),
        review_by=profile.review_by if profile else None,
        kinds=("profile_dimensions",),
    )


def _places(parts: list[hooks.Part], profile: CustomerProfile | None) -> dict[str, str]:
    """Where each kind of criterion is put right. A review date is set where the first part lacks one."""
    places = {kind: part.url for part in parts for kind in part.kinds if part.url}
    undated = next((part for part in parts if part.review_by is None and part.key in ("market", "profile")), None)
    if undated is not None:
        places["review_dates_set"] = undated.url
    edit = reverse("targeting:profile_edit", args=[profile.pk]) if profile else reverse("targeting:profile_new")
    places["profile_dimensions"] = edit
    if undated is not None and undated.key == "profile":
        places["review_dates_set"] = edit
    return places


_ACTIONS = {"targeting-market": "market", "targeting-profile": "profile", "targeting-resources": "goals"}
"""Key actions of the shipped playbook and the part in which each is done."""


def _action_urls(parts: list[hooks.Part]) -> dict[str, str]:
    urls = {part.key: part.url for part in parts}
    return {action: urls[part] for action, part in _ACTIONS.items() if urls.get(part)}


def _line(reason: Reason, places: dict[str, str]) -> Line:
    """A refusal in words, with the way to the place where it is put right."""
    if "criterion" not in reason.params:
        return Line(words.right(reason))
    url = places.get(reason.code, "") if reason.code != TICK else f"#{reason.params['criterion']}"
    return Line(words.unmet(reason), url, "hard" if reason.params["required"] else "soft")


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
