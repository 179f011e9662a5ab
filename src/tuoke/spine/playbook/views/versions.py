"""版本: what was published when and why, and what changed in each."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen, toast
from tuoke.spine.playbook import actions, queries, words
from tuoke.spine.playbook.models import PlaybookVersion
from tuoke.spine.playbook.rules.drafts import canonical
from tuoke.spine.playbook.rules.editing import changes
from tuoke.spine.playbook.rules.text import written
from tuoke.spine.playbook.showing import sections


@require_safe
@needs(Permission.PLAYBOOK_READ)
def listing(request: StaffRequest) -> HttpResponse:
    who = request.principal
    may_write = who.may(Permission.PLAYBOOK_WRITE)
    found = queries.versions_of()
    uses = queries.uses_of(found, who=who)
    context = {
        "versions": [(version, uses.get(version.pk)) for version in found],
        "shows_uses": bool(uses) or who.may(Permission.DEAL_READ),
        "may_write": may_write,
        "draft": queries.open_draft() if may_write else None,
        "discarded": queries.discarded_drafts() if may_write else [],
        "move_url": queries.move_url(found[0]) if may_write and found else "",
    }
    return screen(request, "playbook/versions.html", context)


@require_safe
@needs(Permission.PLAYBOOK_READ)
def detail(request: StaffRequest, number: int) -> HttpResponse:
    """What changed against the version before it."""
    version = _numbered(request, number)
    earlier = queries.versions_of()
    before = next((one for one in earlier if one.number is not None and one.number < number), None)
    found = []
    if before is not None:
        old, new = canonical(before.content), canonical(version.content)
        found = sections(changes(old, new), before=old, after=new)
    context = {
        "version": version,
        "before": before,
        "sections": found,
        "may_write": request.principal.may(Permission.PLAYBOOK_WRITE),
        "use": queries.uses_of([version], who=request.principal).get(version.pk),
    }
    return screen(request, "playbook/version.html", context)


@require_safe
@needs(Permission.PLAYBOOK_READ)
def export(request: StaffRequest, number: int) -> HttpResponse:
    """The version as YAML, in the one spelling in which it can be compared and brought back."""
    version = _numbered(request, number)
    return yaml_answer(version.content, name=f"playbook-v{version.number}")


@require_POST
@needs(Permission.PLAYBOOK_WRITE)
def draft(request: StaffRequest, number: int) -> HttpResponseBase:
    """Begin a draft that says what this version said."""
    version = _numbered(request, number)
    try:
        actions.start_draft(by=request.principal, now=timezone.now(), like=version)
    except Refused as refused:
        toast(request, " ".join(words.said(reason) for reason in refused.verdict.reasons))
        return redirect("playbook:versions")
    toast(request, _("已按第 %(number)s 版起草。") % {"number": number})
    return redirect("playbook:draft")


def yaml_answer(content: dict[str, object], *, name: str) -> HttpResponse:
    answer = HttpResponse(written(canonical(content)), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return answer


def _numbered(request: StaffRequest, number: int) -> PlaybookVersion:
    found = queries.version_named(str(number), who=request.principal)
    if found is None:
        raise Http404
    return found
