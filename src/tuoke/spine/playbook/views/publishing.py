"""Publishing a draft, bringing one in and out as YAML."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, toast
from tuoke.spine.playbook import actions, queries, words
from tuoke.spine.playbook.actions import Overtaken
from tuoke.spine.playbook.forms import ImportForm, PublishForm
from tuoke.spine.playbook.models import PlaybookVersion
from tuoke.spine.playbook.rules import PlaybookError, Problem, drafts
from tuoke.spine.playbook.rules.editing import changes
from tuoke.spine.playbook.rules.text import MOST_CHARACTERS, Source, read, written
from tuoke.spine.playbook.showing import faults, sections
from tuoke.spine.playbook.views.shared import revision_in, tell, the_draft

MOST_FAULTS = 100


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAYBOOK_WRITE)
def publish(request: StaffRequest) -> HttpResponseBase:
    """The difference, why it is made, and what becomes of the deals that are under way."""
    draft = the_draft()
    form = PublishForm(request.POST if request.method == "POST" else None, initial={"note": draft.note})
    conflict = ""
    if request.method == "POST" and form.is_valid():
        try:
            version = actions.publish_draft(
                draft=draft,
                revision=revision_in(request),
                note=form.cleaned_data["note"],
                by=request.principal,
                now=timezone.now(),
            )
        except Overtaken:
            conflict = "overtaken"
        except Conflict as stale:
            conflict, draft = "changed", the_draft() if stale.current else draft
        except PlaybookError:
            form.add_error(None, _("草稿里还有要改的地方，见下面。"))
        except Refused as refused:
            for reason in refused.verdict.reasons:
                at = str(reason.params.get("field") or "")
                form.add_error(at if at in form.fields else None, words.said(reason))
        else:
            return _published(request, version)
    return _page(request, draft, form, conflict=conflict)


@require_POST
@needs(Permission.PLAYBOOK_WRITE)
def catch_up(request: StaffRequest) -> HttpResponseBase:
    """Make the draft's changes again on top of what was published since."""
    draft = the_draft()
    before = draft.content
    left = actions.catch_up(draft=draft, by=request.principal, now=timezone.now())
    if not left:
        toast(request, _("已并入最新版本，您的改动都还在。"))
        return redirect("playbook:draft")
    lost = sections(left, before=before, after=before)
    return screen(request, "playbook/draft_caught_up.html", {"draft": the_draft(), "sections": lost})


@require_safe
@needs(Permission.PLAYBOOK_WRITE)
def export(request: StaffRequest) -> HttpResponse:
    """The draft as YAML, also while it is unfinished."""
    answer = HttpResponse(written(_spelled(the_draft().content)), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="playbook-draft.yaml"'
    return answer


def _spelled(content: Any) -> Any:
    """In its one spelling where it is finished, so that keys stand in their order on every database; else as it is."""
    try:
        return drafts.canonical(content)
    except PlaybookError:
        return content


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAYBOOK_WRITE)
def bring(request: StaffRequest) -> HttpResponseBase:
    """The draft says what a YAML file says. A faulty file changes nothing; each fault is named with its line."""
    draft = the_draft()
    form = ImportForm(request.POST or None, request.FILES or None)
    found: list[tuple[int | None, str, str]] = []
    if request.method == "POST" and form.is_valid():
        source: Source | None = None
        try:
            source = read(_text_of(form), name=_("文件"))
            change = actions.replace_draft(
                draft=draft, content=source.content, revision=revision_in(request), by=request.principal,
                now=timezone.now(),
            )  # fmt: skip
        except PlaybookError as error:
            found = [
                (source.line_of(problem.path) if source else None, problem.path, words.problem_said(problem))
                for problem in error.problems[:MOST_FAULTS]
            ]
            form.add_error(None, _("文件里有 %(count)s 处要改，草稿没有变。") % {"count": len(error.problems)})
        except Conflict:
            draft = the_draft()
            form.add_error(None, _("有人刚改过草稿，没有导入。再按一次“导入”，就用文件的内容替换；替换后可以撤销。"))
            return _importing(request, draft, form, found, status=409)
        except Refused as refused:
            for reason in refused.verdict.reasons:
                form.add_error(None, words.said(reason))
        else:
            tell(request, change, _("已导入到草稿。"))
            return redirect("playbook:draft")
    return _importing(request, draft, form, found, status=422 if request.method == "POST" else 200)


def _text_of(form: ImportForm) -> str:
    file = form.cleaned_data["file"]
    if file is None:
        return str(form.cleaned_data["text"])
    raw = file.read(MOST_CHARACTERS * 3 + 1)
    try:
        return str(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        try:
            return str(raw.decode("gb18030"))
        except UnicodeDecodeError as error:
            problem = Problem(_("文件"), "not_yaml", _("不是文本文件"), "UTF-8")
            raise PlaybookError((problem,)) from error


def _importing(
    request: StaffRequest, draft: PlaybookVersion, form: ImportForm, found: object, *, status: int
) -> HttpResponse:
    return screen(request, "playbook/draft_import.html", {"draft": draft, "form": form, "found": found}, status=status)


def _published(request: StaffRequest, version: PlaybookVersion) -> HttpResponseBase:
    toast(request, _("第 %(number)s 版已发布，新商机从现在起按它走。") % {"number": version.number})
    url = queries.move_url(version) if request.POST.get("then") == "move" else ""
    return redirect(url) if url else redirect("playbook:version", version.number)


def _page(request: StaffRequest, draft: PlaybookVersion, form: PublishForm, *, conflict: str) -> HttpResponse:
    assert draft.base is not None
    old = drafts.canonical(draft.base.content)
    found = drafts.problems_of(draft.content)
    context = {
        "draft": draft,
        "form": form,
        "conflict": conflict,
        "sections": sections(changes(old, draft.content), before=old, after=draft.content),
        "faults": faults(found, draft.content),
        "waiting": draft.wishes.filter(done_at=None).count(),
        "left_behind": queries.left_behind(draft),
        "current": queries.current_version(),
    }
    status = 409 if conflict else 422 if request.method == "POST" else 200
    return screen(request, "playbook/draft_publish.html", context, status=status)
