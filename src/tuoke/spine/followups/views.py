from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission, Scope
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, toast, wants_part
from tuoke.base.ui.parts import Tab
from tuoke.services.exchange.reading import Unreadable, open_table
from tuoke.services.exchange.rules import header_key
from tuoke.services.exchange.writing import write_table
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.paging import BadCursor, Page
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups import actions, queries
from tuoke.spine.followups.filters import FollowUpFilter
from tuoke.spine.followups.forms import (
    EditForm,
    FinishForm,
    FollowUpForm,
    ImportForm,
    NextStepForm,
    PlanForm,
    RescheduleForm,
)
from tuoke.spine.followups.hooks import cautions_of
from tuoke.spine.followups.models import FollowUp, NextAction, Subject
from tuoke.spine.followups.preferences import preferences_of
from tuoke.spine.followups.rules import TABLE_COLUMNS, FollowUpOutcome, Plan
from tuoke.spine.followups.words import quick_days, sentences, unreadable

KINDS: dict[str, type[Lead] | type[Customer] | type[Opportunity]] = {
    "deal": Opportunity,
    "lead": Lead,
    "customer": Customer,
}
PAGE = 30
MOST_EXPORTED = 50_000
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# Panels: regions of the pages of deals, leads and customers


@require_GET
@needs(Permission.FOLLOWUP_READ)
def panel(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """Region ``followups``. ``?changed=1`` comes after a write and tells the page around it."""
    subject = _subject(request, kind, pk)
    thread = queries.thread_of(request.principal, subject)
    context = _recording(request, kind, subject) | {"thread": thread, "preferences": preferences_of(thread.waiting)}
    context |= {"next": request.path, "region": "followups", "is_part": True}
    response = screen(request, "followups/panel.html", context, region="followups")
    if request.GET.get("changed"):
        response["HX-Trigger"] = "followups-changed, deal-changed"
    return response


@require_http_methods(["GET", "POST"])
@needs(Permission.FOLLOWUP_WRITE)
@once
def new(request: StaffRequest) -> HttpResponseBase:
    """记录跟进 on a page of its own; panels post here too (region ``record``)."""
    kind, subject = _asked(request)
    form = _followup_form(request, subject)
    if request.method == "POST" and form.is_valid() and _recorded(request, subject, form):
        toast(request, _("已记录跟进"))
        _caution(request, subject, form.plan)
        return _back(request, subject)
    context = _recording(request, kind, subject) | {"form": form}
    return screen(request, "followups/new.html", context, region="record", status=_status(form))


@require_http_methods(["GET", "POST"])
@needs(Permission.FOLLOWUP_WRITE)
@once
def plan(request: StaffRequest) -> HttpResponseBase:
    """安排下一步 without a follow-up (region ``plan``)."""
    kind, subject = _asked(request)
    form = PlanForm(_typed(request), **_next_step(request, subject), prefix=f"plan{subject.pk}")
    if request.method == "POST" and form.is_valid() and _planned(request, subject, form):
        toast(request, _("已安排下一步"))
        _caution(request, subject, form.plan)
        return _back(request, subject)
    name = _name(request, subject)
    context = {"form": form, "kind": kind, "subject": subject, "name": name, **_places(request, subject)}
    context["cautions"] = cautions_of(subject, timezone.localdate())
    return screen(request, "followups/plan.html", context, region="plan", status=_status(form))


# One next action


@require_http_methods(["GET", "POST"])
@needs(Permission.FOLLOWUP_WRITE)
def finish(request: StaffRequest, pk: int) -> HttpResponseBase:
    """完成: asks for the outcome and the next step in the same place (region ``finish``)."""
    action = _action(request, pk)
    initial = {"version": action.version, "channels": [action.channel] if action.channel else []}
    form = FinishForm(
        _typed(request), **_next_step(request, action.subject), initial=initial, prefix=f"finish{action.pk}"
    )
    context = {
        "form": form,
        "action": action,
        "name": _name(request, action.subject),
        "cautions": cautions_of(action.subject, timezone.localdate()),
        **_places(request, action.subject),
    }
    if request.method == "POST" and form.is_valid():
        try:
            if _finished(request, action, form):
                _say_finished(request, action, form)
                return _back(request, action.subject)
        except Conflict as conflict:
            context |= {"conflict": _now_is(conflict)}
            return screen(request, "followups/finish.html", context, region="finish", status=409)
    return screen(request, "followups/finish.html", context, region="finish", status=_status(form))


@require_http_methods(["GET", "POST"])
@needs(Permission.FOLLOWUP_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change a next action (region ``edit``). A stale version shows both sides."""
    action = _action(request, pk)
    form = _edit_form(request, action)
    context = {
        "form": form,
        "action": action,
        "name": _name(request, action.subject),
        "cautions": cautions_of(action.subject, timezone.localdate()),
        **_places(request, action.subject),
    }
    if request.method == "POST" and form.is_valid():
        try:
            if _edited(request, action, form):
                toast(request, _("已修改"))
                _caution(request, action.subject, form.plan)
                return _back(request, action.subject)
        except Conflict as conflict:
            context |= {"rows": _two_sides(form, _now_is(conflict))}
            return screen(request, "followups/edit.html", context, region="edit", status=409)
    return screen(request, "followups/edit.html", context, region="edit", status=_status(form))


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def reschedule(request: StaffRequest, pk: int) -> HttpResponseBase:
    """改期 in one press: ``due_on`` and ``version``."""
    action, form = _action(request, pk), RescheduleForm(request.POST)
    if not form.is_valid():
        return _said(request, action, _("日期请写成 2026-11-20"))
    try:
        actions.reschedule_action(action=action, **form.cleaned_data, by=request.principal, now=timezone.now())
    except Refused as refusal:
        return _said(request, action, " ".join(sentences(refusal.verdict)))
    except Conflict:
        return _said(request, action, _("这项刚被别人改过，已显示最新内容，请再试一次。"))
    toast(request, _("已改期"))
    _caution(request, action.subject, Plan(title=action.title, due_on=form.cleaned_data["due_on"]))
    return _back(request, action.subject)


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def cancel(request: StaffRequest, pk: int) -> HttpResponseBase:
    action = _action(request, pk)
    try:
        actions.cancel_action(action=action, version=action.version, by=request.principal, now=timezone.now())
    except Refused as refusal:
        return _said(request, action, " ".join(sentences(refusal.verdict)))
    toast(request, _("已取消"), undo_url=_undo(request, action))
    return _back(request, action.subject)


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def reopen(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Undo of 完成 and 取消."""
    action = _action(request, pk)
    try:
        actions.reopen_action(action=action, by=request.principal, now=timezone.now())
    except Refused as refusal:
        return _said(request, action, " ".join(sentences(refusal.verdict)))
    toast(request, _("已恢复到待办"))
    return _back(request, action.subject)


# The list 跟进记录, template 3 in and out


@require_GET
@needs(Permission.FOLLOWUP_READ)
def listing(request: StaffRequest) -> HttpResponse:
    filters, page = _listed(request)
    context = {
        "filter": filters,
        "rows": [(row, queries.party_name(row.subject, who=request.principal)) for row in page.rows],
        "next": page.next,
        "tabs": _tabs(request),
        "may_write": request.principal.may(Permission.FOLLOWUP_WRITE),
        "may_export": request.principal.may(Permission.EXPORT),
        "query": request.GET.urlencode(),
        "asked": any(request.GET.get(name) for name in filters.form.fields),
    }
    status = 200 if filters.form.is_valid() else 422
    return screen(request, "followups/list.html", context, region="list", status=status)


@require_GET
@needs(Permission.EXPORT)
def export(request: StaffRequest) -> HttpResponseBase:
    """《项目跟进记录表》 of what the list shows (or of one subject) as xlsx."""
    if asked := _asked_or_none(request):
        headers, rows = queries.record_table(request.principal, subject=asked[1])
    else:
        filters = _filtered(request)
        if not filters.form.is_valid():
            raise Http404
        found = FollowUp.objects.filter(pk__in=filters.qs.values("pk")[:MOST_EXPORTED])
        headers, rows = queries.record_table(request.principal, followups=found)
    target = BytesIO()
    write_table(target, headers=headers, rows=rows, sheet="项目跟进记录表", widths=(24, 12, 12, 14, 60, 36, 12, 12))
    response = HttpResponse(target.getvalue(), content_type=SHEET)
    response["Content-Disposition"] = f"attachment; {_file_name(f'项目跟进记录表-{timezone.localdate():%Y%m%d}.xlsx')}"
    return response


@require_http_methods(["GET", "POST"])
@needs(Permission.CUSTOMER_WRITE)
def import_(request: StaffRequest) -> HttpResponseBase:
    """Take a 《项目跟进记录表》 in and report every row that was refused (region ``import``)."""
    form = ImportForm(_typed(request), request.FILES or None)
    context: dict[str, Any] = {"form": form, "columns": TABLE_COLUMNS}
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        known = frozenset(map(header_key, TABLE_COLUMNS))
        try:
            with open_table(upload.temporary_file_path(), filename=upload.name, known_headers=known) as table:
                context["result"] = actions.import_table(table=table, by=request.principal, now=timezone.now())
        except Unreadable as problem:
            form.add_error("file", unreadable(problem))
        except Refused as refusal:
            form.add_error("file", " ".join(sentences(refusal.verdict)))
    return screen(request, "followups/import.html", context, region="import", status=_status(form))


# Reading what was asked


def _typed(request: StaffRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _subject(request: StaffRequest, kind: str, pk: int) -> Subject:
    visible: Any = KINDS[kind]._default_manager.all()
    related = {"deal": ["customer", "owner"], "lead": ["customer", "owner"], "customer": ["owner"]}[kind]
    found: Subject = get_object_or_404(visible.visible_to(request.principal).select_related(*related), pk=pk)
    return found


def _asked_or_none(request: StaffRequest) -> tuple[str, Subject] | None:
    """``?deal=12``, ``?lead=12`` or ``?customer=12``."""
    for kind in KINDS:
        if value := request.GET.get(kind):
            if not value.isascii() or not value.isdigit() or len(value) > 18:
                raise Http404
            return kind, _subject(request, kind, int(value))
    return None


def _asked(request: StaffRequest) -> tuple[str, Subject]:
    if asked := _asked_or_none(request):
        return asked
    raise Http404


def _action(request: StaffRequest, pk: int) -> NextAction:
    visible = NextAction.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("opportunity__customer", "customer", "lead", "owner"), pk=pk)


def _next_step(request: StaffRequest, subject: Subject) -> dict[str, Any]:
    return {
        "today": timezone.localdate(),
        "owners": queries.possible_owners(request.principal, subject),
        "owner_id": request.principal.user_id,
        "people": queries.contacts_of(subject),
    }


def _followup_form(request: StaffRequest, subject: Subject) -> FollowUpForm:
    waiting, step = queries.waiting_of(subject), _next_step(request, subject)
    due = [a.pk for a in waiting if a.due_on and a.due_on <= timezone.localdate() and a.owner_id == request.user.pk]
    return FollowUpForm(
        _typed(request),
        now=timezone.localtime(),
        contacts=step["people"],
        waiting=waiting,
        initial={"answers": due[0] if len(due) == 1 else ""},
        **step,
    )


def _edit_form(request: StaffRequest, action: NextAction) -> EditForm:
    initial = {
        "next_title": action.title,
        "next_pick": "other",
        "next_due_on": action.due_on,
        "next_time": action.due_time,
        "next_minutes": action.minutes,
        "next_channel": action.channel,
        "next_place": action.place,
        "version": action.version,
    }
    step = _next_step(request, action.subject) | {"owner_id": action.owner_id, "contact_id": action.contact_id}
    return EditForm(_typed(request), **step, initial=initial, prefix=f"edit{action.pk}")


def _recording(request: StaffRequest, kind: str, subject: Subject) -> dict[str, Any]:
    may_write = request.principal.may(Permission.FOLLOWUP_WRITE)
    return {
        "kind": kind,
        "subject": subject,
        "name": _name(request, subject),
        "may_write": may_write,
        "form": _followup_form(request, subject) if may_write and request.method == "GET" else None,
        "quick_days": quick_days(timezone.localdate()),
        "today": timezone.localdate(),
        "cautions": cautions_of(subject, timezone.localdate()) if may_write else [],
        **_places(request, subject),
    }


def _name(request: StaffRequest, subject: Subject) -> str:
    """How a page calls its subject: the customer and, for a deal, the deal."""
    party = queries.party_name(subject, who=request.principal)
    return f"{party} · {subject.name}" if isinstance(subject, Opportunity) else party


# Acting


def _recorded(request: StaffRequest, subject: Subject, form: FollowUpForm) -> bool:
    given = form.cleaned_data
    contact = next((c for c in queries.contacts_of(subject) if c.pk == given.get("contact")), None)
    answers = NextAction.objects.waiting().about(subject).filter(pk=given.get("answers") or 0).first()
    return _done(
        form,
        lambda: actions.record_followup(
            subject=subject,
            at=given["at"],
            channels=given["channels"],
            outcome=FollowUpOutcome(given["outcome"]),
            summary=given["summary"],
            contact=contact,
            plan=form.plan,
            answers=answers,
            by=request.principal,
            now=timezone.now(),
        ),
    )


def _planned(request: StaffRequest, subject: Subject, form: PlanForm) -> bool:
    wanted = form.plan or Plan(title="", due_on=None)
    return _done(
        form, lambda: actions.plan_action(subject=subject, plan=wanted, by=request.principal, now=timezone.now())
    )


def _finished(request: StaffRequest, action: NextAction, form: FinishForm) -> bool:
    given, by, now = form.cleaned_data, request.principal, timezone.now()
    if form.is_internal:
        return _done(
            form,
            lambda: actions.complete_action(
                action=action, version=given["version"], note=given["summary"], plan=form.plan, by=by, now=now
            ),
        )
    if action.version != given["version"]:
        raise Conflict(action)
    return _done(
        form,
        lambda: actions.record_followup(
            subject=action.subject,
            at=now,
            channels=given["channels"],
            outcome=FollowUpOutcome(given["outcome"]),
            summary=given["summary"],
            plan=form.plan,
            answers=action,
            by=by,
            now=now,
        ),
    )


def _say_finished(request: StaffRequest, action: NextAction, form: FinishForm) -> None:
    """Only what was finished inside the house can be taken back whole; a follow-up has been said."""
    if form.is_internal:
        toast(request, _("已完成"), undo_url=_undo(request, action))
    else:
        toast(request, _("已完成，并记入跟进"))


def _edited(request: StaffRequest, action: NextAction, form: EditForm) -> bool:
    wanted = replace(form.plan or Plan(title="", due_on=None), contact_id=action.contact_id)
    given = form.cleaned_data
    return _done(
        form,
        lambda: actions.edit_action(
            action=action, version=given["version"], plan=wanted, by=request.principal, now=timezone.now()
        ),
    )


def _caution(request: StaffRequest, subject: Subject, plan: Plan | None) -> None:
    """Say what speaks against the day for which a contact was just planned: said, never refused (S6.5)."""
    if plan is not None and plan.due_on is not None:
        for caution in cautions_of(subject, plan.due_on):
            messages.warning(request, caution.text)


def _done(form: NextStepForm, act: Callable[[], object]) -> bool:
    """Whether the action took it; a refusal is said at the fields."""
    try:
        act()
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return False
    return True


# Answering


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


def _places(request: StaffRequest, subject: Subject) -> dict[str, object]:
    """Where to go afterwards: ``?next=`` (default: the subject's page).

    ``is_part``: the form stands in another page, whose ``?region=`` htmx draws anew from ``next``.
    """
    given = _local(request.GET.get("next", ""))
    region = request.GET.get("region", "followups")
    return {
        "next": given or subject.get_absolute_url(),
        "region": region if region.isidentifier() and region.isascii() else "followups",
        "is_part": wants_part(request),
    }


def _back(request: StaffRequest, subject: Subject) -> HttpResponseBase:
    """A plain form goes back to its page; htmx to the address that draws its region, told that something changed."""
    place = str(_places(request, subject)["next"])
    if not wants_part(request):
        return redirect(place)
    return redirect(f"{place}{'&' if '?' in place else '?'}changed=1")


def _said(request: StaffRequest, action: NextAction, text: str) -> HttpResponseBase:
    """A one-press verb was refused: say why and show what is."""
    messages.error(request, text)
    return _back(request, action.subject)


def _undo(request: StaffRequest, action: NextAction) -> str:
    query = urlencode({"next": str(_places(request, action.subject)["next"])})
    return f"{reverse('followups:reopen', args=[action.pk])}?{query}"


def _local(url: str) -> str:
    return url if url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""


def _now_is(conflict: Conflict) -> NextAction:
    assert isinstance(conflict.current, NextAction)
    return conflict.current


def _two_sides(form: EditForm, current: NextAction) -> list[tuple[str, object, object]]:
    wanted, owner = form.plan, form.cleaned_data.get("next_owner")
    names = dict(form.fields["next_owner"].choices)  # type: ignore[attr-defined]  # a ChoiceField
    return [
        (_("下一步行动"), wanted.title if wanted else "", current.title),
        (_("完成时限"), wanted.due_on if wanted else "", current.due_on),
        (_("责任人"), names.get(owner, ""), current.owner.name if current.owner else current.owner_label),
    ]


# The list


def _is_mine(request: StaffRequest) -> bool:
    """One's own or all one may see, as asked; who sees more and recorded nothing himself begins with all."""
    who, asked = request.principal, request.GET.get("who", "")
    if asked or who.scope_of(Permission.FOLLOWUP_READ) <= Scope.SELF:
        return asked != "team"
    return queries.recorded(who, mine=True).exists()


def _filtered(request: StaffRequest) -> FollowUpFilter:
    return FollowUpFilter(request.GET, queryset=queries.recorded(request.principal, mine=_is_mine(request)))


def _listed(request: StaffRequest) -> tuple[FollowUpFilter, Page[FollowUp]]:
    filters = _filtered(request)
    if not filters.form.is_valid():
        return filters, Page([], None)
    try:
        page = queries.page_of_records(filters.qs, cursor=request.GET.get("cursor", ""), size=PAGE)
    except BadCursor:
        page = queries.page_of_records(filters.qs, cursor="", size=PAGE)
    return filters, page


def _tabs(request: StaffRequest) -> list[Tab]:
    if request.principal.scope_of(Permission.FOLLOWUP_READ) <= Scope.SELF:
        return []
    mine, here = _is_mine(request), reverse("followups:list")
    return [Tab(_("我的"), f"{here}?who=mine", current=mine), Tab(_("团队"), f"{here}?who=team", current=not mine)]


def _file_name(name: str) -> str:
    return f"filename*=UTF-8''{quote(name)}"
