"""导入: file → columns → what will happen → run and report. Going back never loses anything."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen
from tuoke.base.ui.parts import PathStep
from tuoke.services.exchange.reading import Unreadable
from tuoke.services.exchange.writing import write_table
from tuoke.steps.leads.imports import actions, words
from tuoke.steps.leads.imports.forms import MappingForm, SheetForm, UploadForm
from tuoke.steps.leads.imports.models import OUTCOME_NAMES, LeadImport, ReportRow
from tuoke.steps.leads.imports.queries import imports_of, listed_rows
from tuoke.steps.leads.imports.rejects import headers_of, rejects_of, write_rejects
from tuoke.steps.leads.imports.rules.runs import LISTED, Outcome, Status

PAGE = 50
QUIET = timedelta(seconds=30)
RECENT = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(Permission.LEAD_IMPORT)
@require_http_methods(["GET", "POST"])
def start_page(request: StaffRequest) -> HttpResponse:
    """The first step, and below it the imports so far."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            lead_import = actions.upload(file=form.cleaned_data["file"], by=request.principal, now=timezone.now())
        except Unreadable as problem:
            form.add_error("file", words.unreadable(problem.code))
        else:
            return redirect("imports:columns", lead_import.public_id)
    context = {"form": form, "steps": _steps(None, 1), "imports": list(imports_of(request.principal)[:RECENT])}
    return screen(request, "imports/start.html", context, status=422 if form.is_bound else 200)


@needs(Permission.LEAD_IMPORT)
@require_GET
def template(request: StaffRequest) -> FileResponse:
    """An empty file with every column."""
    return _file("线索导入模板.xlsx", lambda target: write_table(target, headers=words.TEMPLATE_HEADERS, rows=[]))


@needs(Permission.LEAD_IMPORT)
@require_GET
def show(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Where the import stands."""
    return redirect(_place(_own(request, public_id)), public_id)


@needs(Permission.LEAD_IMPORT)
@require_http_methods(["GET", "POST"])
def columns(request: StaffRequest, public_id: UUID) -> HttpResponse:
    lead_import = _own(request, public_id)
    if not lead_import.is_changeable:
        return redirect("imports:run", public_id)
    form = MappingForm(request.POST or None, lead_import=lead_import, by=request.principal)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_mapping(
                lead_import=lead_import, mapping=form.mapping, options=form.options, by=request.principal,
                now=timezone.now(),
            )  # fmt: skip
            actions.check(lead_import=lead_import, by=request.principal, clock=timezone.now)
        except Refused as refusal:
            for said in words.refusals(refusal.verdict):
                form.add_error(None, said)
        else:
            return redirect("imports:check", public_id)
    sheets = SheetForm(lead_import=lead_import) if len(lead_import.sheets) > 1 else None
    context = {"import": lead_import, "form": form, "sheets": sheets, "steps": _steps(lead_import, 2)}
    return screen(request, "imports/columns.html", context, status=422 if form.is_bound else 200)


@needs(Permission.LEAD_IMPORT)
@require_POST
def sheet(request: StaffRequest, public_id: UUID) -> HttpResponse:
    lead_import = _own(request, public_id)
    form = SheetForm(request.POST, lead_import=lead_import)
    if form.is_valid():
        try:
            actions.choose_sheet(
                lead_import=lead_import, sheet=form.cleaned_data["sheet"], by=request.principal, now=timezone.now()
            )
        except Unreadable as problem:
            messages.error(request, words.unreadable(problem.code))
        except Refused as refusal:
            messages.error(request, " ".join(words.refusals(refusal.verdict)))
    return redirect("imports:columns", public_id)


@needs(Permission.LEAD_IMPORT)
@require_GET
def check(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What will happen."""
    lead_import = _own(request, public_id)
    if lead_import.status == Status.UPLOADED:
        return redirect("imports:columns", public_id)
    if not lead_import.is_changeable:
        return _answer_or_go(request, "imports:run", public_id)
    return _result(request, lead_import, "check", step=3)


@needs(Permission.LEAD_IMPORT)
@require_GET
def run(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """How far it is, then the report."""
    lead_import = _own(request, public_id)
    if lead_import.started_at is None:
        return redirect(_place(lead_import), public_id)
    return _result(request, lead_import, "run", step=4)


@needs(Permission.LEAD_IMPORT)
@require_GET
def rows(request: StaffRequest, public_id: UUID, outcome: str) -> HttpResponse:
    """The rows behind a figure."""
    lead_import = _own(request, public_id)
    if outcome not in {o.value for o in Outcome}:
        return redirect("imports:show", public_id)
    after = request.GET.get("cursor", "")
    at = int(after) if after.isdecimal() and len(after) < 10 else 0
    found = listed_rows(lead_import, Outcome(outcome)).filter(number__gt=at)
    listed = list(found[: PAGE + 1])
    context = {
        "import": lead_import,
        "outcome": outcome,
        "title": OUTCOME_NAMES[Outcome(outcome)],
        "rows": [_shown(lead_import, row) for row in listed[:PAGE]],
        "next": str(listed[PAGE - 1].number) if len(listed) > PAGE else None,
        "capped": outcome != Outcome.REJECTED and lead_import.counters.get(outcome, 0) > LISTED,
        "limit": LISTED,
        "back": reverse(_place(lead_import), args=[public_id]),
    }
    return screen(request, "imports/rows.html", context, region="rows")


@needs(Permission.LEAD_IMPORT)
@require_GET
def rejects(request: StaffRequest, public_id: UUID) -> FileResponse:
    """The rejected rows as a file that can be corrected and imported again."""
    lead_import = _own(request, public_id)
    stem = lead_import.name.rsplit(".", 1)[0]
    return _file(
        f"{stem}-{_('未导入')}.xlsx",
        lambda target: write_rejects(target, headers=headers_of(lead_import), rows=rejects_of(lead_import)),
    )


@needs(Permission.LEAD_IMPORT)
@require_POST
def start(request: StaffRequest, public_id: UUID) -> HttpResponse:
    return _verb(request, public_id, actions.start)


@needs(Permission.LEAD_IMPORT)
@require_POST
def cancel(request: StaffRequest, public_id: UUID) -> HttpResponse:
    return _verb(request, public_id, actions.cancel)


@needs(Permission.LEAD_IMPORT)
@require_POST
def resume(request: StaffRequest, public_id: UUID) -> HttpResponse:
    return _verb(request, public_id, actions.resume)


def _own(request: StaffRequest, public_id: UUID) -> LeadImport:
    found = LeadImport.objects.visible_to(request.principal).select_related("owner", "campaign")
    return get_object_or_404(found, public_id=public_id)


def _verb(request: StaffRequest, public_id: UUID, act: Any) -> HttpResponse:
    lead_import = _own(request, public_id)
    try:
        lead_import = act(lead_import=lead_import, by=request.principal, now=timezone.now())
    except Refused as refusal:
        messages.error(request, " ".join(words.refusals(refusal.verdict)))
        lead_import.refresh_from_db()
    return redirect(_place(lead_import), public_id)


def _result(request: StaffRequest, lead_import: LeadImport, region: str, *, step: int) -> HttpResponse:
    tally = lead_import.tally
    quiet = lead_import.is_busy and timezone.now() - lead_import.touched_at > QUIET
    context = {
        "import": lead_import,
        "tally": tally,
        "will": tally.created + tally.updated,
        "steps": _steps(lead_import, step),
        "quiet": quiet,
        "error": words.unreadable(lead_import.error["code"]) if lead_import.error else "",
        "warnings": _warnings(tally.owners_unknown, tally.sources_unknown),
        "figures": _figures(lead_import),
        "leads_url": reverse("leads:list") + ("" if lead_import.owner_id else "?tab=pool"),
    }
    return screen(request, f"imports/{region}.html", context, region=region)


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: int
    href: str
    note: str
    tone: str


def _figures(lead_import: LeadImport) -> list[Figure]:
    """What there is to count; a figure with rows behind it opens them."""
    tally, done = lead_import.tally, lead_import.started_at is not None
    found = [Figure(_("已新建") if done else _("将新建"), tally.created, "", "", "")]
    if lead_import.duplicates == "update" or tally.updated:
        found.append(Figure(_("已更新") if done else _("将更新"), tally.updated, "", "", ""))
    for outcome, note, tone in (
        (Outcome.SIMILAR, _("会新建，请确认不是同一家"), "warn"),
        (Outcome.DUPLICATE, _("同一客户的同一需求，会跳过"), ""),
        (Outcome.SKIPPED, _("完全相同，会跳过"), ""),
        (Outcome.REJECTED, _("不会导入，可以改好再传"), "bad"),
    ):
        value = getattr(tally, outcome.value)
        if outcome is Outcome.SIMILAR and (done or not value):
            continue
        href = reverse("imports:rows", args=[lead_import.public_id, outcome.value]) if value else ""
        found.append(Figure(str(OUTCOME_NAMES[outcome]), value, href, "" if done else note, tone if value else ""))
    return found


def _warnings(owners: int, sources: int) -> list[str]:
    return [
        said
        for count, said in ((owners, words.owners_unknown(owners)), (sources, words.sources_unknown(sources)))
        if count
    ]


def _place(lead_import: LeadImport) -> str:
    if lead_import.started_at is not None:
        return "imports:run"
    return "imports:columns" if lead_import.status == Status.UPLOADED else "imports:check"


def _answer_or_go(request: StaffRequest, name: str, public_id: UUID) -> HttpResponse:
    """A poll that finds the page outdated is sent on by htmx."""
    if not request.htmx:
        return redirect(name, public_id)
    return HttpResponse(headers={"HX-Redirect": reverse(name, args=[public_id])})


def _steps(lead_import: LeadImport | None, now: int) -> list[PathStep]:
    """The four steps; those that are open for changes are links."""
    names = (_("选择文件"), _("对应各列"), _("检查"), _("导入"))
    urls = [reverse("imports:list"), "", "", ""]
    if lead_import is not None and lead_import.is_changeable:
        urls[1] = reverse("imports:columns", args=[lead_import.public_id])
        if lead_import.status != Status.UPLOADED:
            urls[2] = reverse("imports:check", args=[lead_import.public_id])
    return [
        PathStep(number, name, "current" if number == now else "done" if number < now else "todo", url=url)
        for number, (name, url) in enumerate(zip(names, urls, strict=True), start=1)
    ]


@dataclass(frozen=True, slots=True)
class ShownRow:
    number: int
    cells: list[tuple[str, str]]
    reasons: list[str]


def _shown(lead_import: LeadImport, row: ReportRow) -> ShownRow:
    headers = headers_of(lead_import)
    padded = [*headers, *[""] * (len(row.cells) - len(headers))]
    cells = [(header, str(cell)) for header, cell in zip(padded, row.cells, strict=False) if cell not in (None, "")]
    return ShownRow(row.number, cells[:12], [words.row_reason(*reason) for reason in row.reasons])


def _file(name: str, write: Any) -> FileResponse:
    target = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    write(target)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)
