from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, toast
from tuoke.spine.library import actions, hooks
from tuoke.spine.library.forms import FORMS, ItemForm, ObjectionForm, readable
from tuoke.spine.library.models import KIND_NAMES, Item
from tuoke.spine.library.queries import citable, current_of
from tuoke.spine.library.rules import NOTE_LIMIT, TAGS_OF, TOPICS, Content, ItemKind, ObjectionContent, places_for
from tuoke.spine.library.views.showing import found_item, kind_named, two_sides, version_in


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.LIBRARY_WRITE)
@once
def new(request: StaffRequest, kind: str) -> HttpResponseBase:
    """Tags may come in the address: where a filtered list was empty, the new item fits it."""
    of = kind_named(kind)
    asked = {name: request.GET.get(name, "") for name in (*TAGS_OF[of], *filter(None, [TOPICS.get(of)]))}
    form = _blank(of, request.POST or None, initial={name: value for name, value in asked.items() if value})
    del form.fields["note"]  # only a change has a reason
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_item(kind=of, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已加入资料库，半年后提醒您复核。"))
            return redirect(made)
    return _form(request, form, heading=_("新建%(kind)s") % {"kind": KIND_NAMES[of]})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.LIBRARY_WRITE)
@once
def variant(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Another way to say the same; begins with what ``pk`` says."""
    found = found_item(request, pk, "write")
    of = ItemKind(found.kind)
    said = current_of(found).parsed
    form = _blank(of, request.POST or None, initial=FORMS[of].initial_of(found, said), keeping=said)
    del form.fields["note"]
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_variant(item=found, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("变体已加入，通话台会把它们都列出来。"))
            return redirect(made)
    return _form(request, form, heading=_("加一个变体"), source=found)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.LIBRARY_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Another content becomes a new version. A stale version answers 409 with both sides; what was typed stays."""
    found = found_item(request, pk, "write")
    of = ItemKind(found.kind)
    said = current_of(found).parsed
    initial = FORMS[of].initial_of(found, said)
    if taken_up := _wishes(request, of, found):
        initial["note"] = "；".join(wish.title for wish in taken_up)[:NOTE_LIMIT]
    form = _blank(of, request.POST or None, initial=initial, keeping=said)
    if request.method == "POST" and form.is_valid():
        version, note = version_in(request), form.cleaned_data["note"]
        try:
            saved = actions.revise(
                item=found, version=version, draft=form.draft, by=request.principal, now=timezone.now(), note=note
            )
        except Conflict as conflict:
            return _conflict(request, form, conflict.current)
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已保存。"))
            return redirect(saved)
    return _form(request, form, heading=_("修改%(kind)s") % {"kind": KIND_NAMES[form.of]}, item=found)


def _wishes(request: StaffRequest, of: ItemKind, item: Item | None) -> list[hooks.Wish]:
    pk = item.pk if item else None
    return [wish for source in hooks.wishes for wish in source(request.principal, of.value, pk)]


def _blank(
    of: ItemKind, typed: QueryDict | None, *, initial: dict[str, Any], keeping: Content | None = None
) -> ItemForm:
    """The form of a kind; that of objections knows what may be cited. ``keeping``: what it cites already stays."""
    if of is not ItemKind.OBJECTION:
        return FORMS[of](typed, initial=initial)
    cited = keeping.proofs if isinstance(keeping, ObjectionContent) else ()
    return ObjectionForm(typed, initial=initial, proofs=citable(keeping=cited))


def _form(
    request: StaffRequest,
    form: ItemForm,
    *,
    heading: str,
    item: Item | None = None,
    status: int | None = None,
    **extra: Any,
) -> HttpResponse:
    context = {
        "form": form,
        "kind": form.of.value,
        "kind_name": KIND_NAMES[form.of],
        "heading": heading,
        "item": item,
        "wishes": [] if "source" in extra else _wishes(request, form.of, item),
        "version": item.version if item else 0,
        "placeholders": places_for(form.of),
        **extra,
    }
    return screen(request, "library/form.html", context, status=status or (422 if request.method == "POST" else 200))


def _conflict(request: StaffRequest, form: ItemForm, current: object) -> HttpResponse:
    assert isinstance(current, Item)
    theirs = readable(form.initial_of(current, current_of(current).parsed))
    sides = two_sides(current, readable(form.cleaned_data), theirs)
    heading = _("修改%(kind)s") % {"kind": KIND_NAMES[form.of]}
    return _form(request, form, heading=heading, item=current, status=409, **sides)
