"""导入: file → columns → what will happen → run and report. Going back never loses anything."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
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
from tuoke.steps.leads.imports.queries import UNDO_DAYS, imports_of, leads_of, listed_rows, waiting_behind
from tuoke.steps.leads.imports.rejects import headers_of, rejects_of, write_rejects
from tuoke.steps.leads.imports.rules.runs import LISTED, LISTED_WHOLLY, Duplicates, Outcome, Status

PAGE = 50
QUIET = timedelta(seconds=30)
RECENT = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(Permission.LEAD_IMPORT)
@require_http_methods(["GET", "POST"])
def start_page(request: StaffRequest) -> HttpResponse:
    """The first step, and below it the imports so far. Several files at once wait in a queue."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        kept = _uploaded(request, form)
        if len(kept) == 1 and not form.errors:
            return redirect("imports:columns", kept[0].public_id)
        if not form.errors:
            messages.success(request, _("收到 %(count)s 个文件，逐个对应各列即可") % {"count": len(kept)})
            return redirect("imports:list")
    context = {"form": form, "steps": _steps(None, 1), "imports": list(imports_of(request.principal)[:RECENT])}
    return screen(request, "imports/start.html", context, status=422 if form.is_bound else 200)


def _uploaded(request: StaffRequest, form: UploadForm) -> list[LeadImport]:
    """Those that can be read; of the others the form says why not."""
    kept = []
    for file in form.cleaned_data["file"]:
        try:
            kept.append(actions.upload(file=file, by=request.principal, now=timezone.now()))
        except Unreadable as problem:
            several = len(form.cleaned_data["file"]) > 1
            said = words.unreadable(problem.code, problem.params)
            form.add_error("file", f"{file.name}：{said}" if several else said)
    return kept


@needs(Permission.LEAD_IMPORT)
@require_GET
def template(request: StaffRequest) -> FileResponse:
    """An empty file with every column; a star marks those of which one must be filled."""
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
    return _columns(request, lead_import, form, _sheets(lead_import))


@needs(Permission.LEAD_IMPORT)
@require_POST
def sheet(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Choose which sheets are taken in."""
    lead_import = _own(request, public_id)
    form = SheetForm(request.POST, lead_import=lead_import)
    if form.is_valid():
        try:
            actions.choose_sheets(
                lead_import=lead_import, sheets=form.cleaned_data["sheets"], by=request.principal, now=timezone.now()
            )
        except Unreadable as problem:
            form.add_error("sheets", words.unreadable(problem.code, problem.params))
        except Refused as refusal:
            for said in words.refusals(refusal.verdict):
                form.add_error("sheets", said)
        else:
            return redirect("imports:columns", public_id)
    if not lead_import.is_changeable:
        return redirect("imports:run", public_id)
    return _columns(request, lead_import, MappingForm(lead_import=lead_import, by=request.principal), form)


def _sheets(lead_import: LeadImport) -> SheetForm | None:
    return SheetForm(lead_import=lead_import) if len(lead_import.sheets) > 1 else None


def _columns(
    request: StaffRequest, lead_import: LeadImport, form: MappingForm, sheets: SheetForm | None
) -> HttpResponse:
    context = {
        "import": lead_import,
        "form": form,
        "sheets": sheets,
        "hidden_sheets": "、".join(lead_import.notes.get("hidden_sheets", ())),
        "hidden_rows": lead_import.notes.get("hidden_rows", 0),
        "steps": _steps(lead_import, 2),
    }
    wrong = form.is_bound or (sheets is not None and sheets.is_bound)
    return screen(request, "imports/columns.html", context, status=422 if wrong else 200)


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
    sheet, number = _cursor(request.GET.get("cursor", ""))
    found = listed_rows(lead_import, Outcome(outcome)).filter(Q(sheet__gt=sheet) | Q(sheet=sheet, number__gt=number))
    listed = list(found[: PAGE + 1])
    context = {
        "import": lead_import,
        "outcome": outcome,
        "title": _title(lead_import, Outcome(outcome)),
        "rows": [_shown(lead_import, row) for row in listed[:PAGE]],
        "next": f"{listed[PAGE - 1].sheet}.{listed[PAGE - 1].number}" if len(listed) > PAGE else None,
        "capped": Outcome(outcome) not in LISTED_WHOLLY and lead_import.counters.get(outcome, 0) > LISTED,
        "limit": LISTED,
        "back": reverse(_place(lead_import), args=[public_id]),
    }
    return screen(request, "imports/rows.html", context, region="rows")


@needs(Permission.LEAD_IMPORT)
@require_GET
def leads(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The leads that the import made, as far as one may see them."""
    lead_import = _own(request, public_id)
    after = request.GET.get("cursor", "")
    seen = leads_of(lead_import).visible_to(request.principal).select_related("owner").order_by("pk")
    listed = list(seen.filter(pk__gt=int(after) if after.isdecimal() and len(after) < 19 else 0)[: PAGE + 1])
    context = {
        "import": lead_import,
        "leads": listed[:PAGE],
        "next": str(listed[PAGE - 1].pk) if len(listed) > PAGE else None,
        "back": reverse(_place(lead_import), args=[public_id]),
    }
    return screen(request, "imports/leads.html", context, region="leads")


def _cursor(said: str) -> tuple[int, int]:
    sheet, _dot, number = said.partition(".")
    sound = sheet.isdecimal() and number.isdecimal() and len(said) < 16
    return (int(sheet), int(number)) if sound else (0, 0)


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


@needs(Permission.LEAD_IMPORT)
@require_POST
def undo(request: StaffRequest, public_id: UUID) -> HttpResponse:
    return _verb(request, public_id, actions.undo)


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
        "warnings": _warnings(lead_import),
        "figures": _figures(lead_import),
        "sheets": "、".join(name for name, _row in lead_import.sheets_taken) if lead_import.more_sheets else "",
        "can_undo": lead_import.is_undoable and timezone.now() - lead_import.created_at < UNDO_DAYS,
        "undo_days": UNDO_DAYS.days,
        "waiting": waiting_behind(lead_import, request.principal),
        "leads_url": reverse("imports:leads", args=[lead_import.public_id]),
        "may_assign": request.principal.may(Permission.LEAD_ASSIGN),
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
    updates = lead_import.duplicates in (Duplicates.UPDATE, Duplicates.FILL)
    found = []
    for outcome, note, tone, always in (
        (Outcome.CREATED, "", "", True),
        (Outcome.UPDATED, "", "", updates),
        (Outcome.CONFLICTS, _conflict_note(lead_import), "warn", False),
        (Outcome.SIMILAR, _("会新建，请确认不是同一家"), "warn", False),
        (Outcome.DUPLICATE, _("同一客户的同一需求，会跳过"), "", True),
        (Outcome.SKIPPED, _("完全相同，会跳过"), "", True),
        (Outcome.REJECTED, _("不会导入，可以改好再传"), "bad", True),
    ):
        value = getattr(tally, outcome.value)
        if not value and not always:
            continue
        href = _behind(lead_import, outcome) if value else ""
        found.append(Figure(_title(lead_import, outcome), value, href, "" if done else note, tone if value else ""))
    return found


def _title(lead_import: LeadImport, outcome: Outcome) -> str:
    done = lead_import.started_at is not None
    if outcome is Outcome.CREATED:
        return _("已新建") if done else _("将新建")
    if outcome is Outcome.UPDATED:
        return _("已更新") if done else _("将更新")
    return str(OUTCOME_NAMES[outcome])


def _behind(lead_import: LeadImport, outcome: Outcome) -> str:
    if outcome is Outcome.CREATED and lead_import.started_at is not None:
        return reverse("imports:leads", args=[lead_import.public_id])
    return reverse("imports:rows", args=[lead_import.public_id, outcome.value])


def _conflict_note(lead_import: LeadImport) -> str:
    return _("会改写成文件里的") if lead_import.duplicates == Duplicates.UPDATE else _("会保留已有的")


def _warnings(lead_import: LeadImport) -> list[str]:
    tally = lead_import.tally
    found = [words.shared_field(field, headers) for field, headers in lead_import.columns.shared().items()]
    if hidden := lead_import.notes.get("hidden_rows"):
        found.append(words.hidden_rows(hidden))
    if tally.owners_unknown:
        found.append(words.owners_unknown(tally.owners_unknown))
    if tally.sources_unknown:
        found.append(words.sources_unknown(tally.sources_unknown))
    return found


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
    over = lead_import is not None and lead_import.status in (Status.DONE, Status.UNDOING, Status.UNDONE)
    urls = [reverse("imports:list"), "", "", ""]
    if lead_import is not None and lead_import.is_changeable:
        urls[1] = reverse("imports:columns", args=[lead_import.public_id])
        if lead_import.status != Status.UPLOADED:
            urls[2] = reverse("imports:check", args=[lead_import.public_id])
    return [
        PathStep(number, name, _state(number, 5 if over else now), url=url)
        for number, (name, url) in enumerate(zip(names, urls, strict=True), start=1)
    ]


def _state(number: int, now: int) -> Literal["done", "current", "todo"]:
    return "current" if number == now else "done" if number < now else "todo"


@dataclass(frozen=True, slots=True)
class ShownRow:
    number: str
    cells: list[tuple[str, str]]
    reasons: list[str]


def _shown(lead_import: LeadImport, row: ReportRow) -> ShownRow:
    headers = headers_of(lead_import)
    padded = [*headers, *[""] * (len(row.cells) - len(headers))]
    cells = [(header, str(cell)) for header, cell in zip(padded, row.cells, strict=False) if cell not in (None, "")]
    sheets = lead_import.sheets_taken
    number = f"{sheets[row.sheet][0]} {row.number}" if len(sheets) > 1 else str(row.number)
    return ShownRow(number, cells[:12], [words.row_reason(*reason) for reason in row.reasons])


def _file(name: str, write: Any) -> FileResponse:
    target = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    write(target)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)
