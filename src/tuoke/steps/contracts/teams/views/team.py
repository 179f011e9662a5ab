"""Who works with whom, and what the customer was told of it."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import typed
from tuoke.services.notifications.queries import mail_is_on
from tuoke.steps.contracts.teams import actions, queries, words
from tuoke.steps.contracts.teams.forms import ContactForm, IntroductionForm, ShareForm
from tuoke.steps.contracts.teams.models import Introduction, PlanShare, ProjectContact
from tuoke.steps.contracts.teams.rules import LINK_USUAL, Side
from tuoke.steps.contracts.teams.views.showing import asked, contact_row, deal_of, pressed, shown

_MAYBE_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@needs(Permission.PROJECT_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """Team and talks of a deal (region ``team``)."""
    return shown(request, deal_of(request, pk))


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
@once
def add(request: StaffRequest, pk: int, side: str) -> HttpResponseBase:
    """``side``: ours or theirs."""
    if side not in set(Side):
        raise Http404
    deal = deal_of(request, pk)
    is_ours = side == Side.OURS
    people = queries.colleagues_of(deal) if is_ours else queries.customer_people(deal)
    form = ContactForm(typed(request), side=Side(side), people=people)
    return asked(
        request,
        deal,
        form,
        lambda: actions.add_contact(deal=deal, draft=form.draft, by=request.principal, now=timezone.now()),
        title=_("加一位同事") if is_ours else _("加一位客户方的人"),
        said=_("已加入名单"),
        lead="" if is_ours else _("名单里没有他？先在客户页面加为联系人。"),
    )


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A stale version shows both sides (409)."""
    row = contact_row(request, pk)
    form = ContactForm(typed(request), side=Side(row.side), people=[], row=row, initial=ContactForm.initial_of(row))

    def act() -> ProjectContact:
        version = form.cleaned_data["version"] or 0
        return actions.edit_contact(
            row=row, version=version, draft=form.draft, by=request.principal, now=timezone.now()
        )

    return asked(request, row.opportunity, form, act, title=row.name, said=_("已保存"))


@require_POST
@needs(Permission.PROJECT_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    row, by, now = contact_row(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        row.opportunity,
        lambda: actions.withdraw_contact(row=row, by=by, now=now),
        said=_("已把%(name)s移出名单") % {"name": row.name},
        undo_url=reverse("teams:restore", args=[pk]),
    )


@require_POST
@needs(Permission.PROJECT_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    row, by, now = contact_row(request, pk), request.principal, timezone.now()
    said = _("已恢复")
    return pressed(request, row.opportunity, lambda: actions.restore_contact(row=row, by=by, now=now), said=said)


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
@once
def introduce(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The prepared message: read, put right, sent or noted as handed over."""
    deal = deal_of(request, pk)
    contacts, today = queries.contacts_of(deal), timezone.localdate()
    subject, text = words.letter_of(contacts, queries.rhythms_of(deal, today=today), deal=deal.name)
    named = [one.contact_id for one in contacts if one.contact_id]
    form = IntroductionForm(
        typed(request),
        contacts=queries.customer_people(deal),
        mail_is_on=mail_is_on(),
        initial={"to": named, "subject": subject, "text": text, "on": today, "channel": "offline_meeting"},
    )
    return asked(
        request,
        deal,
        form,
        lambda: actions.introduce(deal=deal, draft=form.draft, by=request.principal, now=timezone.now()),
        ready=queries.ready_to_introduce(deal),
        title=_("向客户介绍团队"),
        lead=_("按名单和沟通安排写好的，改成您的话再发。"),
        said=_("已向客户介绍团队，跟进记录也写好了"),
        save=_("发出或登记"),
    )


@require_POST
@needs(Permission.PROJECT_WRITE)
def unintroduce(request: StaffRequest, pk: int) -> HttpResponseBase:
    visible = Introduction.objects.visible_to(request.principal, "write")
    row = get_object_or_404(visible.select_related("opportunity__customer", "opportunity__owner"), pk=pk)
    by, now, said = request.principal, timezone.now(), _("已撤回这条介绍记录")
    return pressed(request, row.opportunity, lambda: actions.withdraw_introduction(row=row, by=by, now=now), said=said)


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
@once
def share(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The plan for somebody of the customer."""
    deal, today = deal_of(request, pk), timezone.localdate()
    initial = {"expires_on": today + LINK_USUAL, "on": today}
    form = ShareForm(typed(request), contacts=queries.customer_people(deal), initial=initial)
    return asked(
        request,
        deal,
        form,
        lambda: actions.share_plan(deal=deal, draft=form.draft, by=request.principal, now=timezone.now()),
        ready=queries.ready_to_share(deal),
        title=_("把启动计划给客户"),
        lead=_("客户在手机上看计划、他要配合的事、双方联系人和例会时间；计划改了，他看到的也是新的。"),
        said=_("已给客户"),
    )


@require_POST
@needs(Permission.PROJECT_WRITE)
def unshare(request: StaffRequest, pk: int) -> HttpResponseBase:
    visible = PlanShare.objects.visible_to(request.principal, "write")
    row = get_object_or_404(visible.select_related("opportunity__customer", "opportunity__owner"), pk=pk)
    by, now, said = request.principal, timezone.now(), _("已撤回这条记录")
    return pressed(request, row.opportunity, lambda: actions.withdraw_share(share=row, by=by, now=now), said=said)
