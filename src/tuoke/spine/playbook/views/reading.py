from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen, toast
from tuoke.base.ui.parts import PathStep, Tab
from tuoke.spine.playbook import queries
from tuoke.spine.playbook.models import UNPUBLISHED, PlaybookVersion, Status
from tuoke.spine.playbook.rules import (
    PlaybookDoc,
    PlaybookError,
    ResolvedPlaybook,
    UnknownVariant,
    resolve,
    variant_named,
)
from tuoke.spine.playbook.rules.segments import WHOLE


@require_safe
@needs(Permission.PLAYBOOK_READ)
def index(request: StaffRequest) -> HttpResponse:
    """流程手册: the whole process on one page, as the chosen customer type runs it."""
    try:
        version = _version(request)
    except queries.NoPlaybook:
        return screen(request, "playbook/nothing.html", {})
    except PlaybookError:
        return _unfinished(request)
    reading = _reading(request, version)
    here = reverse("playbook:index")
    return screen(request, "playbook/index.html", {**reading.context(here=here), "path": reading.path(current="")})


@require_safe
@needs(Permission.PLAYBOOK_READ)
def step(request: StaffRequest, step: str) -> HttpResponse:
    """One step to learn from: goal, actions, scripts, example, mistakes, and what leaving it takes."""
    try:
        reading = _reading(request, _version(request))
        whole = reading.doc.step(step)
    except PlaybookError:
        return _unfinished(request)
    except (queries.NoPlaybook, KeyError) as error:
        raise Http404 from error
    resolved = reading.resolved
    runs = step in resolved
    position = reading.doc.steps.index(whole)
    context = {
        **reading.context(here=reverse("playbook:step", args=[step])),
        "path": reading.path(current=step),
        "step": resolved.step(step) if runs else whole,
        "runs": runs,
        "before": reading.doc.steps[position - 1] if position else None,
        "after": reading.doc.steps[position + 1] if position + 1 < len(reading.doc.steps) else None,
    }
    return screen(request, "playbook/step.html", context)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The published playbook through the eyes of one customer type."""

    version: PlaybookVersion
    resolved: ResolvedPlaybook
    asked: str
    may_write: bool

    @property
    def doc(self) -> PlaybookDoc:
        return self.resolved.doc

    @property
    def query(self) -> str:
        """What keeps the choices in links."""
        return self._query(self.resolved.variant.key)

    def _query(self, variant: str) -> str:
        said = {"variant": variant if variant != WHOLE else "", "version": self.asked}
        given = {name: value for name, value in said.items() if value}
        return f"?{urlencode(given)}" if given else ""

    def context(self, *, here: str) -> dict[str, object]:
        chosen = self.resolved.variant.key
        tabs = [
            Tab(variant.name, here + self._query(variant.key), variant.key == chosen) for variant in self.doc.variants
        ]
        return {
            "version": self.version,
            "doc": self.doc,
            "resolved": self.resolved,
            "variant": self.resolved.variant,
            "tabs": tabs,
            "query": self.query,
            "is_draft": self.version.status in UNPUBLISHED,
            "is_old": self.version.status == Status.RETIRED,
            "may_write": self.may_write,
        }

    def path(self, *, current: str) -> list[PathStep]:
        return [
            PathStep(
                number=whole.number,
                name=whole.name,
                state="current" if whole.key == current else "todo" if whole.key in self.resolved else "skipped",
                days=self._days(whole.key),
                url=reverse("playbook:step", args=[whole.key]) + self.query,
            )
            for whole in self.doc.steps
        ]

    def _days(self, step: str) -> str:
        if step not in self.resolved:
            return _("不走这一步")
        return _("标准 %(days)s 天") % {"days": self.resolved.step(step).standard_days}


def _reading(request: StaffRequest, version: PlaybookVersion) -> _Reading:
    """404 for a customer type that the playbook doesn't know."""
    doc = queries.document_for(version)
    try:
        resolved = resolve(doc, variant_named(doc, request.GET.get("variant", "")))
    except UnknownVariant as error:
        raise Http404 from error
    may_write = request.principal.may(Permission.PLAYBOOK_WRITE)
    return _Reading(version, resolved, request.GET.get("version", ""), may_write)


def _version(request: StaffRequest) -> PlaybookVersion:
    """The published version, an earlier one by its number, or the draft for those who write it; else 404."""
    asked = request.GET.get("version", "")
    if not asked:
        return queries.current_version()
    found = queries.version_named(asked, who=request.principal)
    if found is None:
        raise Http404
    return found


def _unfinished(request: StaffRequest) -> HttpResponse:
    """A draft that can't be read as a whole yet is shown where its faults are put right."""
    toast(request, _("草稿里还有要改的地方，改好后才能预览。"))
    return redirect("playbook:draft")
