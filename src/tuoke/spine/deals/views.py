from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any, cast
from urllib.parse import urlencode

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import colleagues, holders_of
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused, Verdict
from tuoke.base.ui.http import after_post, screen, toast, wants_part
from tuoke.services.exchange.writing import write_table
from tuoke.services.search.queries import narrowed
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals import actions, forms, page, queries, rules, words
from tuoke.spine.deals.filters import BoardFilter, DealFilter
from tuoke.spine.deals.models import OUTCOME_NAMES, Opportunity
from tuoke.spine.deals.queries import BadCursor
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.playbook.rules import ResolvedPlaybook

CUSTOMERS_OFFERED = 12
EXPORT_LIMIT = 50_000


# The page of a deal


@needs(Permission.DEAL_READ)
@require_GET
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """The heart: where the deal stands, what to do next, what is missing, what happened."""
    return _page(request, _readable(request, pk))


@needs(Permission.DEAL_READ)
@require_GET
def timeline(request: StaffRequest, pk: int) -> HttpResponse:
    """Older events, appended to the timeline; without a script the whole page with the older ones."""
    deal = _readable(request, pk)
    before = request.GET.get("before", "")
    if not before.isdigit():
        raise Http404
    events, older = queries.events_of(deal, before=int(before))
    if wants_part(request):
        told = page.entries(events, process=queries.process_of(deal))
        return screen(request, "deals/detail.html", {"deal": deal, "events": told, "older": older}, region="events")
    return _page(request, deal, events=(events, older))


@needs(Permission.DEAL_WRITE)
@require_POST
def tick(request: StaffRequest, pk: int) -> HttpResponse:
    deal, item, note = _writable(request, pk), request.POST.get("item", ""), request.POST.get("note", "")
    return _done(
        request,
        deal,
        lambda: actions.tick(deal=deal, item=item, note=note, by=request.principal, now=timezone.now()),
    )


@needs(Permission.DEAL_WRITE)
@require_POST
def untick(request: StaffRequest, pk: int) -> HttpResponse:
    deal, item = _writable(request, pk), request.POST.get("item", "")
    return _done(
        request,
        deal,
        lambda: actions.untick(deal=deal, item=item, by=request.principal, now=timezone.now()),
    )


@needs(Permission.DEAL_WAIVE)
@require_POST
def waive(request: StaffRequest, pk: int) -> HttpResponse:
    deal, criterion, reason = _writable(request, pk), request.POST.get("criterion", ""), request.POST.get("reason", "")
    return _done(
        request,
        deal,
        lambda: actions.waive(deal=deal, criterion=criterion, reason=reason, by=request.principal, now=timezone.now()),
        said=_("已豁免"),
    )


@needs(Permission.DEAL_WRITE)
@require_POST
def resume(request: StaffRequest, pk: int) -> HttpResponse:
    deal = _writable(request, pk)
    return _done(
        request, deal, lambda: actions.resume(deal=deal, by=request.principal, now=timezone.now()), said=_("已恢复跟进")
    )


# Through the gate


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def advance(request: StaffRequest, pk: int) -> HttpResponse:
    """GET says what is missing, with the manager's waivers; POST goes."""
    deal = _writable(request, pk)
    following = rules.next_step(deal.standing, queries.process_of(deal))
    to = request.POST.get("to", following or "")
    return _gate(
        request,
        deal,
        lambda waivers: actions.advance(deal=deal, to=to, waivers=waivers, by=request.principal, now=timezone.now()),
        to=following or "",
        url=reverse("deals:advance", args=[pk]),
    )


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def finish(request: StaffRequest, pk: int) -> HttpResponse:
    deal = _writable(request, pk)
    return _gate(
        request,
        deal,
        lambda waivers: actions.finish(deal=deal, waivers=waivers, by=request.principal, now=timezone.now()),
        to="",
        url=reverse("deals:finish", args=[pk]),
    )


# Verbs that ask something


@dataclass(frozen=True, slots=True)
class Ask:
    """What a verb says about itself before it is done."""

    title: StrOrPromise
    submit: StrOrPromise
    done: StrOrPromise
    text: StrOrPromise = ""
    tone: str = "primary"


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def move_back(request: StaffRequest, pk: int) -> HttpResponse:
    deal = _writable(request, pk)
    process = queries.process_of(deal)
    steps = [(str(key), process.step(key).name) for key in rules.earlier_steps(deal.standing, process)]
    form = forms.BackForm(_sent(request), steps=steps)
    ask = Ask(_("退回到更早的一步"), _("退回"), _("已退回"), _("退回不会丢失任何记录，理由会留在时间线里。"))
    return _ask(
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
    deal = _writable(request, pk)
    form = forms.PauseForm(_sent(request))
    ask = Ask(_("暂停商机"), _("暂停"), _("已暂停"), _("暂停期间不催办，到期后回来继续。"))
    return _ask(
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
    deal = _writable(request, pk)
    form = forms.WonForm(_sent(request), initial={"amount": deal.amount})
    ask = Ask(
        _("签约成交"), _("确认赢单"), _("恭喜签约！"), _("合同已经签署。签约日期记为今天，之后继续走交付和复盘。")
    )
    return _ask(
        request,
        deal,
        form,
        ask,
        lambda: actions.close_won(
            deal=deal, amount=form.cleaned_data["amount"], by=request.principal, now=timezone.now()
        ),
        refused=rules.may_win(deal.standing),
    )


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def lost(request: StaffRequest, pk: int) -> HttpResponse:
    deal = _writable(request, pk)
    form = forms.LostForm(_sent(request))
    text = _("未完成的下一步行动会一并取消，商机直接进入复盘。以后可以重新打开。")
    return _ask(
        request,
        deal,
        form,
        Ask(_("输单"), _("标为输单"), _("已标为输单"), text, "danger"),
        lambda: actions.close_lost(deal=deal, reason=form.reason, by=request.principal, now=timezone.now()),
    )


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def void(request: StaffRequest, pk: int) -> HttpResponse:
    deal = _writable(request, pk)
    form = forms.VoidForm(_sent(request))
    text = _("只用于本来就不是商机的记录。跟丢的商机请选输单，这样复盘才有意义。")
    return _ask(
        request,
        deal,
        form,
        Ask(_("作废"), _("作废"), _("已作废"), text, "danger"),
        lambda: actions.close_void(deal=deal, reason=form.reason, by=request.principal, now=timezone.now()),
    )


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    deal = _writable(request, pk)
    form = forms.ReasonForm(_sent(request))
    ask = Ask(_("重新打开"), _("重新打开"), _("已重新打开"), _("商机回到关闭之前所在的步骤，结果和签约日期清空。"))
    return _ask(
        request,
        deal,
        form,
        ask,
        lambda: actions.reopen(deal=deal, reason=form.cleaned_data["reason"], by=request.principal, now=timezone.now()),
        refused=rules.may_reopen(deal.standing, reason="-"),
    )


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def transfer(request: StaffRequest, pk: int) -> HttpResponse:
    deal = _writable(request, pk)
    people = [user for user in colleagues(request.principal, Permission.DEAL_WRITE) if user.pk != deal.owner_id]
    form = forms.TransferForm(_sent(request), colleagues=people)
    ask = Ask(_("转给同事"), _("转移"), _("已转移"), _("步骤、记录和协作人都不变，只换负责人；未完成的行动一起移交。"))
    return _ask(
        request,
        deal,
        form,
        ask,
        lambda: actions.transfer(deal=deal, owner=form.cleaned_data["owner"], by=request.principal, now=timezone.now()),
    )


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def join(request: StaffRequest, pk: int) -> HttpResponse:
    deal = _writable(request, pk)
    everybody = User.objects.filter(is_active=True).exclude(pk=deal.owner_id).order_by("name")
    people = holders_of(Permission.DEAL_READ, among=everybody)
    form = forms.MemberForm(_sent(request), people=people)
    ask = Ask(_("邀请协作人"), _("加入"), _("已加入"), _("协作人可以查看这个商机和它的客户，直到结束日期。"))
    return _ask(
        request,
        deal,
        form,
        ask,
        lambda: actions.join(deal=deal, by=request.principal, now=timezone.now(), **form.cleaned_data),
    )


@needs(Permission.DEAL_WRITE)
@require_POST
def leave(request: StaffRequest, pk: int, user_pk: int) -> HttpResponse:
    deal = _writable(request, pk)
    user = get_object_or_404(User, pk=user_pk, memberships__opportunity=deal)
    return _done(
        request,
        deal,
        lambda: actions.leave(deal=deal, user=user, by=request.principal, now=timezone.now()),
        said=_("已移出"),
    )


# New and edit


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """A deal with a customer; without ``?customer=`` the customer is chosen first."""
    who = request.principal
    customers = Customer.objects.visible_to(who)
    if not request.GET.get("customer"):
        found = narrowed(customers, "customer", request.GET.get("q", "")).order_by("-id")[:CUSTOMERS_OFFERED]
        choice = {"customers": found, "query": request.GET.get("q", "")}
        return screen(request, "deals/choose_customer.html", choice, region="list")
    customer = get_object_or_404(customers, pk=_number(request.GET["customer"]))
    people = colleagues(who, Permission.DEAL_WRITE)
    initial = {"owner": who.user_id, "name": "", "market": customer.market}
    form = forms.DealForm(_sent(request), colleagues=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            deal = actions.open_deal(
                customer=customer,
                lead=None,
                segment=form.segment,
                by=who,
                now=timezone.now(),
                budget_low=values["budget"].low,
                budget_high=values["budget"].high,
                **{key: values[key] for key in _PLAIN},
                owner=values["owner"],
            )
        except Refused as refused:
            _blame(form, refused.verdict, None)
        else:
            toast(request, gettext("商机已建立"))
            return redirect(deal)
    context: dict[str, Any] = {"form": form, "customer": customer}
    return screen(request, "deals/form.html", context, status=422 if form.is_bound else 200)


_PLAIN = ("name", "amount", "expected_close_on", "product", "is_complex", "note")


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """409 with both sides where somebody saved first; what was typed stays."""
    deal = _writable(request, pk)
    form = forms.DealForm(_sent(request), colleagues=None, initial=forms.DealForm.initial_of(deal))
    context: dict[str, Any] = {"form": form, "deal": deal, "customer": deal.customer, "version": deal.version}
    if request.method != "POST" or not form.is_valid():
        context["version"] = request.POST.get("version", deal.version)
        return screen(request, "deals/form.html", context, status=422 if form.is_bound else 200)
    values = form.cleaned_data
    try:
        actions.edit_deal(
            deal=deal,
            version=_number(request.POST.get("version", "")),
            segment=form.segment,
            budget_low=values["budget"].low,
            budget_high=values["budget"].high,
            by=request.principal,
            now=timezone.now(),
            **{key: values[key] for key in _PLAIN},
        )
    except Refused as refused:
        _blame(form, refused.verdict, queries.process_of(deal))
        return screen(request, "deals/form.html", context, status=422)
    except Conflict:
        context |= {"conflict": _differences(form, deal), "url": deal.get_absolute_url()}
        return screen(request, "deals/form.html", context, status=409)
    toast(request, gettext("已保存"))
    return redirect(deal)


# Board and list


@needs(Permission.DEAL_READ)
@require_GET
def board(request: StaffRequest) -> HttpResponse:
    return _board(request)


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """A card put elsewhere: the same verbs as on the deal's page. GET offers the places, for touch and keyboard.

    ``to`` is a step, or "won". Refused: 422 with every reason and its remedy. Back needs a reason and asks for it.
    ``version``, if sent, must be the present one.
    """
    deal = _writable(request, pk)
    to, reason, now = request.POST.get("to", ""), request.POST.get("reason", ""), timezone.now()
    version = request.POST.get("version", "")
    process = queries.process_of(deal)
    earlier = rules.earlier_steps(deal.standing, process)
    context: dict[str, Any] = {
        "deal": deal,
        "to": to,
        "move_url": _move_url(request, pk),
        "board_url": _board_url(request),
    }
    if request.method == "GET":
        context |= page.places(deal, process)
        return screen(request, "deals/move.html", context, region="form")
    if version and version != str(deal.version):
        return screen(request, "deals/move.html", {**context, "is_stale": True}, region="form", status=409)
    if to == deal.step:
        return _board(request)
    if to in earlier and not reason.strip():
        context |= {
            "back_to": process.step(to),
            "form": forms.ReasonForm(request.POST if "reason" in request.POST else None),
        }
        return screen(request, "deals/move.html", context, region="form", status=422)
    try:
        if to == Outcome.WON:
            actions.close_won(deal=deal, by=request.principal, now=now)
        elif to in earlier:
            actions.move_back(deal=deal, to=to, reason=reason, by=request.principal, now=now)
        else:
            actions.advance(deal=deal, to=to, waivers={}, by=request.principal, now=now)
    except Refused as refused:
        unmet = [reason for reason in refused.verdict.reasons if "kind" in reason.params]
        context |= {
            "lines": words.lines(unmet, deal=deal, process=process),
            "refusals": words.sentences(refused.verdict, process),
            "is_manager": queries.is_manager_of(request.principal, deal),
        }
        return screen(request, "deals/move.html", context, region="form", status=422)
    name = gettext("赢单") if to == Outcome.WON else process.step(to).name
    toast(request, gettext("%(deal)s 已移到 %(step)s") % {"deal": deal.name, "step": name})
    return after_post(request, lambda: _board(request), to=_board_url(request))


@needs(Permission.DEAL_READ)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    found = _filtered(request)
    context: dict[str, Any] = {"filter": found, "query": request.GET.urlencode(), "rows": [], "next": None}
    if not found.form.is_valid():
        return screen(request, "deals/list.html", context, region="list", status=422)
    sort = request.GET.get("sort", "")
    try:
        rows, following = queries.page_of(found.qs, sort=sort, cursor=request.GET.get("cursor", ""))
    except BadCursor as bad:
        raise Http404 from bad
    steps = {step.key.value: step for step in queries.playbook_in_use().steps}
    said = queries.badges_of([deal.pk for deal in rows], now=timezone.now())
    context |= {"rows": [(deal, steps.get(deal.step), said.get(deal.pk, ())) for deal in rows], "next": following}
    context["is_first"] = not request.GET.get("cursor")
    return screen(request, "deals/list.html", context, region="list")


@needs(Permission.EXPORT)
@require_GET
def export(request: StaffRequest) -> HttpResponse:
    """The list as it is filtered, as xlsx."""
    found = _filtered(request)
    if not found.form.is_valid():
        return screen(request, "deals/list.html", {"filter": found, "rows": [], "next": None}, status=422)
    deals = queries.sorted_by(found.qs, sort=request.GET.get("sort", ""))
    steps = {step.key.value: step.name for step in queries.playbook_in_use().steps}
    headers = (
        "商机名称",
        "客户名称",
        "步骤",
        "结果",
        "预计金额(元)",
        "预计签约日期",
        "产品",
        "负责人",
        "部门",
        "结果日期",
        "原因",
        "建立时间",
    )
    related = deals.select_related("customer", "product", "owner", "department")[:EXPORT_LIMIT]
    rows = (
        (
            deal.name,
            deal.customer.name,
            steps.get(deal.step, deal.step),
            str(OUTCOME_NAMES[Outcome(deal.outcome)]),
            deal.amount,
            deal.expected_close_on,
            deal.product.name if deal.product else None,
            deal.owner.name,
            deal.department.name if deal.department else None,
            deal.outcome_on,
            deal.outcome_reason or None,
            timezone.localtime(deal.created_at).replace(tzinfo=None, microsecond=0),
        )
        for deal in related.iterator(chunk_size=2000)
    )
    response = HttpResponse(content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    name = f"商机-{timezone.localdate():%Y%m%d}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    write_table(cast(IO[bytes], response), headers=headers, rows=rows, kind="xlsx", sheet="商机")
    return response


# Below: how they answer


def _readable(request: StaffRequest, pk: int) -> Opportunity:
    return get_object_or_404(queries.detailed(request.principal), pk=pk)


def _writable(request: StaffRequest, pk: int) -> Opportunity:
    """Someone else's deal is not there; one that may only be read says so."""
    deal = _readable(request, pk)
    if not Opportunity.objects.visible_to(request.principal, "write").filter(pk=pk).exists():
        raise Http404
    return deal


def _page(
    request: StaffRequest,
    deal: Opportunity,
    *,
    status: int = 200,
    refusals: list[str] | None = None,
    events: tuple[Any, Any] | None = None,
) -> HttpResponse:
    """The page, or by htmx the parts that a verb may have changed."""
    now = timezone.now()
    shown = queries.deal_page(deal, who=request.principal, step=request.GET.get("step", ""))
    context = {
        "deal": deal,
        "page": shown,
        "events": page.entries(events[0] if events else shown.events, process=shown.process),
        "older": events[1] if events else shown.older,
        "refusals": refusals,
        "typed": request.POST,
        **page.of_page(shown, now=now),
    }
    return screen(request, "deals/detail.html", context, region="after", status=status)


def _fresh_page(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _readable(request, pk))


def _done(
    request: StaffRequest, deal: Opportunity, act: Callable[[], object], *, said: StrOrPromise = ""
) -> HttpResponse:
    """One verb in one press: the fresh page, or 422 with the reasons on it."""
    try:
        act()
    except Refused as refused:
        said_why = words.sentences(refused.verdict, queries.process_of(deal))
        return _page(request, _readable(request, deal.pk), status=422, refusals=said_why)
    if said:
        toast(request, str(said))
    step = request.GET.get("step", "")
    to = f"{deal.get_absolute_url()}?{urlencode({'step': step})}" if step else deal.get_absolute_url()
    return after_post(request, lambda: _fresh_page(request, deal.pk), to=to)


def _ask(
    request: StaffRequest,
    deal: Opportunity,
    form: django_forms.Form,
    ask: Ask,
    act: Callable[[], object],
    *,
    refused: Verdict | None = None,
) -> HttpResponse:
    """A verb with a form, in the sheet or on a page of its own. ``refused``: why it can't be asked at all."""
    process = queries.process_of(deal)
    context: dict[str, Any] = {"deal": deal, "form": form, "ask": ask, "url": request.path}
    if refused is not None and not refused:
        context["refusals"] = words.sentences(refused, process)
        return screen(request, "deals/ask.html", context, region="form", status=422 if form.is_bound else 200)
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refused as said_no:
            _blame(form, said_no.verdict, process)
        else:
            toast(request, str(ask.done))
            return after_post(request, lambda: _fresh_page(request, deal.pk), to=deal.get_absolute_url())
    return screen(request, "deals/ask.html", context, region="form", status=422 if form.is_bound else 200)


def _gate(
    request: StaffRequest, deal: Opportunity, act: Callable[[dict[str, str]], object], *, to: str, url: str
) -> HttpResponse:
    """The gate: what is missing and who may let it pass. The verb pressed on the deal's page is answered there."""
    process = queries.process_of(deal)
    typed = {key[len("waive-") :]: str(value) for key, value in request.POST.items() if key.startswith("waive-")}
    refusals: list[str] = []
    status = 200
    if request.method == "POST":
        try:
            act({key: reason for key, reason in typed.items() if reason.strip()})
        except Refused as refused:
            refusals = words.sentences(refused.verdict, process)
            status = 422
        else:
            name = process.step(to).name if to else ""
            said = gettext("已推进到 %(step)s") % {"step": name} if to else gettext("复盘完成")
            toast(request, said)
            return after_post(request, lambda: _fresh_page(request, deal.pk), to=deal.get_absolute_url())
    if status == 422 and "asked" not in request.POST and wants_part(request):
        return _page(request, _readable(request, deal.pk), status=422, refusals=refusals)
    judgement = queries.gate_judgement(deal)
    context = {
        "deal": deal,
        "to": process.step(to) if to else None,
        "url": url,
        "judgement": judgement,
        "rows": page.rows(judgement, deal=deal, process=process, typed=typed),
        "advice": words.lines(judgement.advice, deal=deal, process=process),
        "refusals": refusals,
        "is_manager": queries.is_manager_of(request.principal, deal),
    }
    return screen(request, "deals/advance.html", context, region="form", status=status)


def _board(request: StaffRequest) -> HttpResponse:
    who, now = request.principal, timezone.now()
    found = BoardFilter(request.GET, queryset=Opportunity.objects.visible_to(who), who=who)
    context: dict[str, Any] = {"filter": found, "query": request.GET.urlencode(), "columns": []}
    if not found.form.is_valid():
        return screen(request, "deals/board.html", context, region="board", status=422)
    columns = queries.board(found.qs, now=now)
    ended = queries.won_column(found.qs, name=gettext("本月赢单"), now=now, today=timezone.localdate())
    context |= {
        "columns": columns,
        "won": ended,
        "total": sum(column.total for column in columns),
        "count": sum(column.count for column in columns),
        "may_move": who.may(Permission.DEAL_WRITE),
        "asked": f"?{request.GET.urlencode()}" if request.GET else "",
        "today": timezone.localdate(),
    }
    return screen(request, "deals/board.html", context, region="board")


def _filtered(request: StaffRequest) -> DealFilter:
    deals = Opportunity.objects.visible_to(request.principal).real()
    return DealFilter(request.GET, queryset=deals, who=request.principal)


def _sent(request: StaffRequest) -> QueryDict | None:
    """What a form is bound to: an empty POST is one, too."""
    return request.POST if request.method == "POST" else None


def _move_url(request: StaffRequest, pk: int) -> str:
    query = request.GET.urlencode()
    return reverse("deals:move", args=[pk]) + (f"?{query}" if query else "")


def _board_url(request: StaffRequest) -> str:
    query = request.GET.urlencode()
    return reverse("deals:board") + (f"?{query}" if query else "")


def _blame(form: django_forms.Form, verdict: Verdict, process: ResolvedPlaybook | None) -> None:
    """Every refusal on the form, beside its field where it has one."""
    fields = {
        "name_missing": "name",
        "name_too_long": "name",
        "amount_negative": "amount",
        "amount_missing": "amount",
        "budget_range": "budget",
        "date_not_future": "until",
        "reason_missing": "reason",
        "reason_too_long": "detail" if "detail" in form.fields else "reason",
        "dates_crossed": "ends_on",
        "duty_too_long": "duty",
        "not_a_colleague": "owner",
        "owner_inactive": "owner",
    }
    for reason in verdict.reasons:
        field = fields.get(reason.code)
        said = ValidationError(words.sentence(reason, process), code=reason.code)
        form.add_error(field if field in form.fields else None, said)


def _differences(form: forms.DealForm, deal: Opportunity) -> list[tuple[StrOrPromise, str, str]]:
    """What was typed against what is stored now, where they differ."""
    now_stored = forms.DealForm(initial=forms.DealForm.initial_of(deal), colleagues=None)
    rows = []
    for name, field in form.fields.items():
        mine = words.shown(field, form.cleaned_data.get(name))
        theirs = words.shown(field, now_stored.initial.get(name))
        if mine != theirs:
            rows.append((field.label or name, mine, theirs))
    return rows


def _number(value: str) -> int:
    """A number from the address or a hidden field; what is none is not there."""
    if not value.isdecimal() or len(value) > 18:
        raise Http404
    return int(value)
