"""The files of one thing: a page, or a region of the thing's own page; each file as a download, never shown in place."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import after_post, screen, toast
from tuoke.services.files import actions, queries, words
from tuoke.services.files.forms import AttachForm, WithdrawForm
from tuoke.services.files.models import File
from tuoke.services.files.queries import Shelf

SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"


@require_GET
@needs(Permission.TODAY)
def index(request: StaffRequest, kind: str, subject: str) -> HttpResponse:
    return _shown(request, _shelf(request, kind, subject))


@require_POST
@needs(Permission.TODAY)
@once
def attach(request: StaffRequest, kind: str, subject: str) -> HttpResponseBase:
    """``file`` (one or several), ``note``."""
    shelf = _writable(request, kind, subject)
    form = AttachForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, shelf, form=form)
    said = form.cleaned_data
    try:
        kept = actions.attach_all(
            subject=subject, kind=kind, uploads=said["file"], note=said["note"], by=request.principal,
            now=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return _shown(request, shelf, form=form)
    toast(request, _("已保存“%(name)s”") % {"name": kept[0].name} if len(kept) == 1 else _("文件都已保存"))
    return after_post(request, lambda: _shown(request, _shelf(request, kind, subject)), to=shelf.place.url)


@require_GET
@needs(Permission.TODAY)
def download(request: StaffRequest, public_id: UUID) -> HttpResponseBase:
    """Always saved, never opened in place: what somebody sent isn't a page of ours."""
    file = _found(request, public_id)
    try:
        content = file.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


@require_POST
@needs(Permission.TODAY)
def withdraw(request: StaffRequest, public_id: UUID) -> HttpResponseBase:
    """``reason``, if there is one."""
    file, form = _found(request, public_id, action="write"), WithdrawForm(request.POST)
    if not form.is_valid():
        reasons = [str(error) for errors in form.errors.values() for error in errors]
        return _shown(request, _shelf(request, file.kind, file.subject), reasons=reasons)
    try:
        actions.withdraw(file=file, reason=form.cleaned_data["reason"], by=request.principal, now=timezone.now())
    except Refused as refusal:
        return _shown(request, _shelf(request, file.kind, file.subject), reasons=words.sentences(refusal.verdict))
    undo = reverse("files:restore", args=[file.public_id])
    toast(request, _("已撤下“%(name)s”，还可以恢复") % {"name": file.name}, undo_url=undo)
    return _back(request, file)


@require_POST
@needs(Permission.TODAY)
def restore(request: StaffRequest, public_id: UUID) -> HttpResponseBase:
    file = _found(request, public_id, action="write")
    try:
        actions.restore(file=file, by=request.principal, now=timezone.now())
    except Refused as refusal:
        return _shown(request, _shelf(request, file.kind, file.subject), reasons=words.sentences(refusal.verdict))
    toast(request, _("已恢复“%(name)s”") % {"name": file.name})
    return _back(request, file)


def _back(request: StaffRequest, file: File) -> HttpResponse:
    shelf = _shelf(request, file.kind, file.subject)
    return after_post(request, lambda: _shown(request, shelf), to=shelf.place.url)


def _shown(
    request: StaffRequest, shelf: Shelf, *, form: AttachForm | None = None, reasons: list[str] | None = None
) -> HttpResponse:
    context = {"shelf": shelf, "form": form, "reasons": reasons or []}
    return screen(request, "files/files.html", context, region="files", status=422 if form or reasons else 200)


def _shelf(request: StaffRequest, kind: str, subject: str) -> Shelf:
    try:
        return queries.shelf_of(subject, kind=kind, who=request.principal)
    except File.DoesNotExist:
        raise Http404 from None


def _writable(request: StaffRequest, kind: str, subject: str) -> Shelf:
    shelf = _shelf(request, kind, subject)
    if not shelf.may_write:
        raise Http404
    return shelf


def _found(request: StaffRequest, public_id: UUID, *, action: str = "read") -> File:
    try:
        return queries.file_seen(public_id, who=request.principal, action=action)
    except File.DoesNotExist:
        raise Http404 from None
