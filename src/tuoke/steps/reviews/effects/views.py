"""效果: whether a new version of the process has made anything better (S8.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import after_post, screen
from tuoke.spine.playbook.models import PlaybookVersion
from tuoke.spine.playbook.rules import PlaybookDoc
from tuoke.steps.reviews.effects import actions, queries, words
from tuoke.steps.reviews.effects.rules import MIN_IN_STRATUM, Finding, Measure, Verdict

WIDTH = 180
"""Of the drawn interval, in the drawing's own units."""


class VersionField(forms.ModelChoiceField[PlaybookVersion]):
    def label_from_instance(self, obj: PlaybookVersion) -> str:
        assert obj.published_at is not None
        day = timezone.localdate(obj.published_at).isoformat()
        return _("第 %(number)s 版（%(day)s 发布）") % {"number": obj.number, "day": day}


class VersionsForm(forms.Form):
    """Which two versions: one of the published ones and an earlier one of the same playbook."""

    before = VersionField(PlaybookVersion.objects.none(), label=gettext_lazy("改前"), empty_label=None)
    after = VersionField(PlaybookVersion.objects.none(), label=gettext_lazy("改后"), empty_label=None)

    def __init__(self, data: Any, *, versions: Any) -> None:
        super().__init__(data)
        for name in ("before", "after"):
            field = self.fields[name]
            assert isinstance(field, VersionField)
            field.queryset = versions


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval as it is drawn: from ``left`` so wide, the difference at ``at``; no change is in the middle."""

    left: int
    width: int
    at: int


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    found: Finding
    before: str
    after: str
    change: str
    range: str
    verdict: str
    tone: str
    sentence: str
    bar: Bar | None


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EFFECT_READ)
def index(request: StaffRequest) -> HttpResponseBase:
    """Two versions compared (region ``effect``); POST has them measured anew."""
    versions = queries.versions_of()
    latest = versions.first()
    previous = queries.versions_of(latest).first() if latest else None
    if latest is None or previous is None:
        return screen(request, "effects/index.html", {"latest": latest, "form": None}, region="effect")
    asked = request.POST if request.method == "POST" else request.GET
    usual = {"before": previous.pk, "after": latest.pk}
    form = VersionsForm(asked if {"before", "after"} & set(asked) else usual, versions=versions)
    if not form.is_valid():
        return screen(request, "effects/index.html", {"latest": latest, "form": form}, region="effect", status=422)
    before, after = form.cleaned_data["before"], form.cleaned_data["after"]
    if request.method == "POST":
        try:
            actions.ask(before=before, after=after, by=request.principal, now=timezone.now())
        except Refused as refused:
            for reason in refused.verdict.reasons:
                form.add_error(None, words.refusal(reason))
            context = {"latest": latest, "form": form}
            return screen(request, "effects/index.html", context, region="effect", status=422)
    here = f"{reverse('effects:index')}?before={before.pk}&after={after.pk}"
    context = {"latest": latest, "form": form, "here": here, **_shown(request.principal, before, after)}

    def answer() -> HttpResponse:
        return screen(request, "effects/index.html", context, region="effect")

    return after_post(request, answer, to=here) if request.method == "POST" else answer()


def _shown(who: Principal, before: PlaybookVersion, after: PlaybookVersion) -> dict[str, Any]:
    context: dict[str, Any] = {"before": before, "after": after}
    found = queries.measurement_of(who, before=before, after=after)
    context["measurement"] = found
    now = timezone.now()
    context["is_running"] = found is not None and found.is_running(now)
    context["is_due"] = found is None or not (found.is_running(now) or found.is_fresh(now))
    if found is None or not found.content:
        return context
    told = queries.read(found.content)
    names = _step_names(after.document(), before.document())
    order = {key: place for place, key in enumerate(names)}
    rows = [_row(one, names) for one in sorted(told.findings, key=lambda f: order.get(f.question.step, -1))]
    return context | {
        "summary": words.summary(told.findings),
        "said": [row for row in rows if row.found.verdict in (Verdict.BETTER, Verdict.WORSE)],
        "untold": [row for row in rows if row.found.verdict in (Verdict.UNTOLD, Verdict.TOO_FEW)],
        "whole": [row for row in rows if not row.found.question.step],
        "steps": [
            (name, [row for row in rows if row.found.question.step == key])
            for key, name in names.items()
            if any(row.found.question.step == key for row in rows)
        ],
        "counted": told.counted,
        "left_out": found_rate.left_out if (found_rate := told.find(Measure.WIN_RATE)) else 0,
        "least": MIN_IN_STRATUM,
        "horizon": told.horizon,
        "reads_all": found.reader_id is None,
    }


def _row(found: Finding, names: dict[str, str]) -> Row:
    measure = found.question.measure
    return Row(
        name=words.short(measure),
        found=found,
        before=words.value(found.before, measure),
        after=words.value(found.after, measure),
        change=words.change(found.difference, measure),
        range=words.interval(found),
        verdict=words.verdict(found.verdict),
        tone=words.TONES[found.verdict],
        sentence=words.sentence(found, names),
        bar=_bar(found),
    )


def _bar(found: Finding) -> Bar | None:
    if found.low is None or found.high is None or found.difference is None:
        return None
    reach = max(abs(found.low), abs(found.high)) or 1.0
    left, right, at = (round((one / reach + 1) * WIDTH / 2) for one in (found.low, found.high, found.difference))
    return Bar(left, max(2, right - left), at)


def _step_names(*docs: PlaybookDoc) -> dict[str, str]:
    """By key, in the order of the process; the later version's names where both have one."""
    return {str(step.key): step.name for doc in reversed(docs) for step in doc.steps}
