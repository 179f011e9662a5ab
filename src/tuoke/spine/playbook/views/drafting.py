"""The editor: a draft of the next version, step by step (P3)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, toast
from tuoke.spine.playbook import actions, queries, words
from tuoke.spine.playbook.forms import PartForm, adding, form_for
from tuoke.spine.playbook.models import DraftChange, PlaybookVersion, Wish
from tuoke.spine.playbook.rules import MAX_REQUIRED
from tuoke.spine.playbook.rules.document import StepKey
from tuoke.spine.playbook.rules.drafts import fingerprint, problems_of
from tuoke.spine.playbook.rules.editing import LISTS, Node, Op, fields_of
from tuoke.spine.playbook.showing import faults, sections, titles_in
from tuoke.spine.playbook.views.shared import home_of, part_or_404, pressed, revision_in, tell, the_draft

PAGE = 50


@require_safe
@needs(Permission.PLAYBOOK_WRITE)
def overview(request: StaffRequest) -> HttpResponse:
    """The draft as a whole: its steps and customer types, what is still wrong, what waits to be written in."""
    draft = queries.open_draft()
    if draft is None:
        context: dict[str, Any] = {"draft": None, "discarded": queries.discarded_drafts()}
        return screen(request, "playbook/draft.html", context)
    content = draft.content
    context = {
        "draft": draft,
        "content": content,
        "steps": [(step, _required(step)) for step in content.get("steps", [])],
        "most": MAX_REQUIRED,
        "missing": [key for key in StepKey if key not in {step["key"] for step in content.get("steps", [])}],
        "faults": faults(problems_of(content), content),
        "wishes": queries.wishes_for(draft, content, "", who=request.principal),
        "open_wishes": queries.open_wishes(content, "", who=request.principal),
        "overtaken": _is_overtaken(draft),
    }
    return screen(request, "playbook/draft.html", context)


@require_safe
@needs(Permission.PLAYBOOK_WRITE)
def part(request: StaffRequest, kind: str, key: str) -> HttpResponse:
    """One step, or one customer type, with everything that can be changed in it."""
    if kind not in ("steps", "variants"):
        raise Http404
    draft, place = the_draft(), f"{kind}/{key}"
    found = part_or_404(draft.content, place)
    context = {
        "draft": draft,
        "content": draft.content,
        "place": place,
        "part": found,
        "steps": draft.content.get("steps", []),
        "names": titles_in(draft.content),
        "faults": [fault for fault in faults(problems_of(draft.content), draft.content) if fault.place == place],
        "wishes": queries.wishes_for(draft, draft.content, place, who=request.principal),
        "open_wishes": queries.open_wishes(draft.content, place, who=request.principal),
        "required": _required(found) if kind == "steps" else 0,
        "most": MAX_REQUIRED,
    }
    return screen(request, f"playbook/draft_{'step' if kind == 'steps' else 'variant'}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAYBOOK_WRITE)
def edit(request: StaffRequest, place: str = "") -> HttpResponseBase:
    """One part. Where somebody else changed the same part meanwhile, 409 with both sides; what was typed stays."""
    draft, which = the_draft(), request.GET.get("part", "")
    of = form_for(place, which)
    if of is None:
        raise Http404
    part_or_404(draft.content, place)
    before = fields_of(draft.content, place)
    form = of(
        request.POST if request.method == "POST" else None,
        content=draft.content,
        place=place,
        initial=of.initial_of(before),
    )
    seen = fingerprint({name: before.get(name) for name in of.names})
    if request.method == "POST" and form.is_valid():
        try:
            change = actions.change_draft(
                draft=draft,
                place=place,
                fields=form.said(),
                seen=request.POST.get("seen", ""),
                by=request.principal,
                now=timezone.now(),
            )
        except Conflict as conflict:
            return _conflict(request, form, conflict.current, place=place, which=which)
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            tell(request, change, _("已保存到草稿。"))
            return redirect(home_of(place))
    return _form(request, form, draft, place=place, which=which, seen=seen)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAYBOOK_WRITE)
@once
def add(request: StaffRequest, where: str) -> HttpResponseBase:
    draft, of = the_draft(), adding(where)
    if of is None:
        raise Http404
    if "/" in where:
        part_or_404(draft.content, "/".join(where.split("/")[:2]))
    form = of(request.POST if request.method == "POST" else None, content=draft.content, place=f"{where}/")
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.said().items() if value not in ("", [], {}, None)}
        try:
            place = actions.add_part(draft=draft, where=where, part=said, by=request.principal, now=timezone.now())
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已加入草稿。"))
            return redirect(home_of(place if "/" not in where else where))
    return _form(request, form, draft, place=where, which="", seen="", adds=True)


@require_POST
@needs(Permission.PLAYBOOK_WRITE)
def remove(request: StaffRequest, place: str) -> HttpResponseBase:
    draft = the_draft()
    back = home_of("/".join(place.split("/")[:2])) if place.count("/") > 1 else reverse("playbook:draft")
    return pressed(
        request,
        lambda: actions.remove_part(draft=draft, place=place, by=request.principal, now=timezone.now()),
        to=back,
        said=_("已从草稿里删除。"),
    )


@require_POST
@needs(Permission.PLAYBOOK_WRITE)
def move(request: StaffRequest, place: str) -> HttpResponseBase:
    draft, offset = the_draft(), -1 if request.POST.get("to") == "up" else 1
    back = home_of("/".join(place.split("/")[:2])) if place.count("/") > 1 else reverse("playbook:draft")
    return pressed(
        request,
        lambda: actions.move_part(draft=draft, place=place, offset=offset, by=request.principal, now=timezone.now()),
        to=back,
        said=_("已移动。"),
    )


@require_safe
@needs(Permission.PLAYBOOK_WRITE)
def history(request: StaffRequest) -> HttpResponse:
    """Every change of the draft, the newest first, with its difference and its way back."""
    draft = the_draft()
    before = request.GET.get("cursor", "")
    rows = DraftChange.objects.visible_to(request.principal).filter(version=draft).order_by("-revision")
    if before.isascii() and before.isdigit() and len(before) < 10:  # a number that fits
        rows = rows.filter(revision__lt=int(before))
    found = list(rows.select_related("undoes")[: PAGE + 1])
    undone = set(DraftChange.objects.filter(undoes__in=found).values_list("undoes_id", flat=True))
    content = draft.content
    context = {
        "draft": draft,
        "rows": [
            (change, sections([Op.read(op) for op in change.ops], before=content, after=content), change.pk in undone)
            for change in found[:PAGE]
        ],
        "next": found[PAGE - 1].revision if len(found) > PAGE else None,
    }
    return screen(request, "playbook/draft_changes.html", context)


@require_POST
@needs(Permission.PLAYBOOK_WRITE)
def undo(request: StaffRequest, pk: int) -> HttpResponseBase:
    draft = the_draft()
    change = get_object_or_404(DraftChange.objects.visible_to(request.principal).filter(version=draft), pk=pk)
    return pressed(
        request,
        lambda: actions.undo_change(draft=draft, change=change, by=request.principal, now=timezone.now()),
        to=reverse("playbook:draft_changes"),
        said=_("已撤销。"),
    )


@require_POST
@needs(Permission.PLAYBOOK_WRITE)
def start(request: StaffRequest) -> HttpResponseBase:
    actions.start_draft(by=request.principal, now=timezone.now())
    return redirect("playbook:draft")


@require_POST
@needs(Permission.PLAYBOOK_WRITE)
def discard(request: StaffRequest) -> HttpResponseBase:
    draft = the_draft()
    try:
        actions.discard_draft(draft=draft, revision=revision_in(request), by=request.principal, now=timezone.now())
    except Conflict:
        toast(request, _("有人刚改过草稿，没有放弃。请看过改动再决定。"))
        return redirect("playbook:draft_changes")
    toast(request, _("草稿已放弃。"), undo_url=reverse("playbook:draft_resume", args=[draft.pk]))
    return redirect("playbook:versions")


@require_POST
@needs(Permission.PLAYBOOK_WRITE)
def resume(request: StaffRequest, pk: int) -> HttpResponseBase:
    draft = get_object_or_404(PlaybookVersion.objects.visible_to(request.principal, "write"), pk=pk)
    try:
        actions.resume_draft(draft=draft, by=request.principal, now=timezone.now())
    except Refused as refused:
        toast(request, " ".join(words.said(reason) for reason in refused.verdict.reasons))
        return redirect("playbook:versions")
    return redirect("playbook:draft")


@require_POST
@needs(Permission.PLAYBOOK_WRITE)
def settle(request: StaffRequest, pk: int) -> HttpResponseBase:
    """An improvement is written into the draft, or isn't after all."""
    draft = the_draft()
    wish = get_object_or_404(Wish.objects.visible_to(request.principal).filter(version=draft), pk=pk)
    actions.settle_wish(
        draft=draft, wish=wish, is_done=request.POST.get("done") == "1", by=request.principal, now=timezone.now()
    )
    step = next((f"steps/{s['key']}" for s in draft.content.get("steps", []) if wish.key.startswith(s["key"])), "")
    return redirect(home_of(step))


def _required(step: Node) -> int:
    return sum(criterion.get("required") is not False for criterion in step.get("criteria", []))


def _is_overtaken(draft: PlaybookVersion) -> PlaybookVersion | None:
    current = queries.current_version()
    return current if current.pk != draft.base_id else None


def _form(
    request: StaffRequest,
    form: PartForm,
    draft: PlaybookVersion,
    *,
    place: str,
    which: str,
    seen: str,
    adds: bool = False,
    status: int | None = None,
    **more: Any,
) -> HttpResponse:
    names = titles_in(draft.content)
    parts = place.split("/")
    last = which or (parts[-1] if adds else "")
    of_list = words.LIST.get(last) or words.FIELD.get(last)
    title = of_list or names.get(parts[-1]) or words.place_name(place, draft.content)
    context = {
        "form": form,
        "draft": draft,
        "place": place,
        "which": which,
        "seen": seen,
        "adds": adds,
        "heading": (_("增加：%(name)s") if adds else _("修改：%(name)s")) % {"name": title},
        "owner": words.place_name("/".join(parts[:2]), draft.content) if len(parts) > 1 else "",
        "back": home_of(place if len(parts) > 1 and parts[0] in LISTS["playbook"] else ""),
        **more,
    }
    return screen(
        request, "playbook/draft_form.html", context, status=status or (422 if request.method == "POST" else 200)
    )


def _conflict(request: StaffRequest, form: PartForm, current: object, *, place: str, which: str) -> HttpResponse:
    assert isinstance(current, PlaybookVersion)
    try:
        theirs = fields_of(current.content, place)
    except LookupError:
        theirs = {}
    names, mine = titles_in(current.content), form.said()
    rows = [
        (words.FIELD.get(name, name), words.shown(name, value, names), words.shown(name, theirs.get(name), names))
        for name, value in mine.items()
        if (value or None) != (theirs.get(name) or None)
    ]
    seen = fingerprint({name: theirs.get(name) for name in form.names}) if theirs else ""
    gone = "" if theirs else _("这一项已被删除，您填写的内容还在下面，可以复制到新的一项。")
    return _form(
        request, form, current, place=place, which=which, seen=seen, status=409, rows=rows, who=current.changed_by,
        gone=gone,
    )  # fmt: skip
