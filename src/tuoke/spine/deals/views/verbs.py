"""Verbs that ask something first: in the sheet, or on a page of their own."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import colleagues, holders_of
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import no
from tuoke.base.ui.formats import full_amount
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.deals import actions, forms, hooks, queries, rules
from tuoke.spine.deals.hooks import Signed
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.views.answers import (
    Ask,
    answered,
    asked,
    number,
    sent,
    writable,
)
from tuoke.spine.playbook.rules import StepKey, variant_for


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def move_back(request: StaffRequest, pk: int) -> HttpResponse:
    deal = writable(request, pk)
    process = queries.process_of(deal)
    steps = [(str(key), process.step(key).name) for key in rules.earlier_steps(deal.standing, process)]
    form = forms.BackForm(sent(request), steps=steps)
    ask = Ask(_("退回到更早的一步"), _("退回"), _("已退回"), _("退回不会丢失任何记录，理由会留在时间线里。"))
    return asked(
        request,
        deal,
        form,
        ask,
        lambda: actions.move_back(
            deal=deal,
            to=form.cleaned_data["to"],
            reason=form.cleaned_data["reason"],
            by=request.principal,
            now=timezone.now(),
        ),
        refused=rules.may_move_back(deal.standing, process, to=steps[0][0] if steps else "", reason="-"),
    )


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def pause(request: StaffRequest, pk: int) -> HttpResponse:
    deal = writable(request, pk)
    form = forms.PauseForm(sent(request))
    ask = Ask(_("暂停商机"), _("暂停"), _("已暂停"), _("暂停期间不催办，到期后回来继续。"))
    return asked(
        request,
        deal,
        form,
        ask,
        lambda: actions.pause(
            deal=deal,
            until=form.cleaned_data["until"],
            reason=form.cleaned_data["reason"],
            by=request.principal,
            now=timezone.now(),
        ),
    )


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def won(request: StaffRequest, pk: int) -> HttpResponse:
    deal = writable(request, pk)
    signed = queries.signed_for(deal)
    form: Form = (
        forms.NothingForm(sent(request)) if signed else forms.WonForm(sent(request), initial={"amount": deal.amount})
    )
    text = _("合同已经签署。签约日期记为今天，之后继续走交付和复盘。")
    ask = Ask(_("签约成交"), _("确认赢单"), _("恭喜签约！"), _said_again(signed) if signed else text)
    return asked(
        request,
        deal,
        form,
        ask,
        lambda: actions.close_won(
            deal=deal, amount=form.cleaned_data.get("amount"), by=request.principal, now=timezone.now()
        ),
        refused=rules.may_win(deal.standing) and queries.against_winning(deal),
    )


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def lost(request: StaffRequest, pk: int) -> HttpResponse:
    deal = writable(request, pk)
    named = [key for find in hooks.rivals_named for key in find(deal)]
    listed = Competitor.objects.visible_to(request.principal).listed()
    form = forms.LostForm(sent(request), competitors=listed, named=named)
    text = _("未完成的下一步行动会一并取消，商机直接进入复盘。以后可以重新打开。")
    return asked(
        request,
        deal,
        form,
        Ask(_("输单"), _("标为输单"), _("已标为输单"), text, "danger"),
        lambda: actions.close_lost(
            deal=deal,
            reason=form.reason,
            lost_to=form.cleaned_data["lost_to"],
            by=request.principal,
            now=timezone.now(),
        ),
        refused=queries.may_be_given_up(deal, reason="-"),
    )


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def void(request: StaffRequest, pk: int) -> HttpResponse:
    deal = writable(request, pk)
    form = forms.VoidForm(sent(request))
    text = _("只用于本来就不是商机的记录。跟丢的商机请选输单，这样复盘才有意义。")
    return asked(
        request,
        deal,
        form,
        Ask(_("作废"), _("作废"), _("已作废"), text, "danger"),
        lambda: actions.close_void(deal=deal, reason=form.reason, by=request.principal, now=timezone.now()),
        refused=queries.may_be_given_up(deal, reason="-"),
    )


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    deal = writable(request, pk)
    form = forms.ReasonForm(sent(request))
    text: StrOrPromise = _("商机回到关闭之前所在的步骤，结果和签约日期清空。")
    if signed := queries.signed_for(deal):
        text = f"{text}{_stands(signed)}"
    ask = Ask(_("重新打开"), _("重新打开"), _("已重新打开"), text)
    return asked(
        request,
        deal,
        form,
        ask,
        lambda: actions.reopen(deal=deal, reason=form.cleaned_data["reason"], by=request.principal, now=timezone.now()),
        refused=queries.may_be_reopened(deal, reason="-"),
    )


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def transfer(request: StaffRequest, pk: int) -> HttpResponse:
    deal = writable(request, pk)
    people = [user for user in colleagues(request.principal, Permission.DEAL_WRITE) if user.pk != deal.owner_id]
    form = forms.TransferForm(sent(request), colleagues=people)
    ask = Ask(_("转给同事"), _("转移"), _("已转移"), _("步骤、记录和协作人都不变，只换负责人；未完成的行动一起移交。"))
    return asked(
        request,
        deal,
        form,
        ask,
        lambda: actions.transfer(deal=deal, owner=form.cleaned_data["owner"], by=request.principal, now=timezone.now()),
    )


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def join(request: StaffRequest, pk: int) -> HttpResponse:
    deal = writable(request, pk)
    everybody = User.objects.filter(is_active=True).exclude(pk=deal.owner_id).order_by("name")
    people = holders_of(Permission.DEAL_READ, among=everybody)
    form = forms.MemberForm(sent(request), people=people)
    ask = Ask(_("邀请协作人"), _("加入"), _("已加入"), _("协作人可以查看这个商机和它的客户，直到结束日期。"))
    return asked(
        request,
        deal,
        form,
        ask,
        lambda: actions.join(deal=deal, by=request.principal, now=timezone.now(), **form.cleaned_data),
    )


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def share_credit(request: StaffRequest, pk: int) -> HttpResponse:
    """协同负责人; ``?user=`` changes what was agreed with one."""
    deal = writable(request, pk)
    everybody = User.objects.filter(is_active=True).exclude(pk=deal.owner_id).order_by("name")
    people = holders_of(Permission.DEAL_WRITE, among=everybody)
    form = forms.ShareForm(sent(request), people=people, initial=_agreed(request, deal))
    left = rules.MOST_SHARED - sum(m.share or 0 for m in deal.memberships.agreed(timezone.localdate()))
    text = _("协同负责人和负责人一样推进这个商机，按约定的比例分业绩。现在还能分出 %(left)s%%。") % {"left": left}
    return asked(
        request,
        deal,
        form,
        Ask(_("协同负责人"), _("约定"), _("已约定"), text),
        lambda: actions.share_credit(deal=deal, by=request.principal, now=timezone.now(), **form.cleaned_data),
        refused=actions.may_give(deal, request.principal),
    )


def _agreed(request: StaffRequest, deal: Opportunity) -> dict[str, Any]:
    """What was agreed with the colleague that is asked about."""
    asked_for = request.GET.get("user", "")
    if not asked_for:
        return {}
    member = get_object_or_404(deal.memberships, user_id=number(asked_for))
    return {name: getattr(member, name) for name in ("user", "share", "duty", "starts_on", "ends_on")}


@needs(Permission.DEAL_WRITE)
@require_POST
def leave(request: StaffRequest, pk: int, user_pk: int) -> HttpResponse:
    deal = writable(request, pk)
    user = get_object_or_404(User, pk=user_pk, memberships__opportunity=deal)
    return answered(
        request,
        deal,
        lambda: actions.leave(deal=deal, user=user, by=request.principal, now=timezone.now()),
        said=_("已移出"),
    )


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def change_version(request: StaffRequest, pk: int) -> HttpResponse:
    """Move a running deal to the published version, with the difference shown (P3)."""
    deal = writable(request, pk)
    running = deal.playbook_version
    newer = queries.newer_version(deal)
    refused = rules.may_edit(deal.standing)
    if newer is None:
        newer, refused = running, refused & no("same_version", number=running.number)
    after = queries.process_for(newer, variant_for(newer.document(), deal.segment, is_complex=deal.is_complex).key)
    change = rules.difference(queries.process_of(deal), after, since=StepKey(deal.step))
    text = _("勾选、豁免和记录都保留；之后按新版的条件判断。")
    return asked(
        request,
        deal,
        forms.NothingForm(sent(request)),
        Ask(_("换到新版流程"), _("换到新版"), _("已换到新版流程"), text),
        lambda: actions.change_version(deal=deal, version=newer, by=request.principal, now=timezone.now()),
        refused=refused,
        change=change,
    )


def _said_again(signed: Signed) -> str:
    said = {"number": signed.number, "day": signed.on.isoformat(), "amount": full_amount(signed.amount)}
    return _("按已签的合同 %(number)s 赢单：金额 %(amount)s，签约日期 %(day)s。不用重新签署。") % said


def _stands(signed: Signed) -> str:
    said = {"number": signed.number, "day": signed.on.isoformat()}
    return (
        _("合同 %(number)s（%(day)s 签署）仍然有效：误关的商机可以按它直接赢单；条件变了用补充协议；不做了先解除合同。")
        % said
    )
