from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tuoke.base.kernel.verdict import Reason
from tuoke.spine.deals.changeovers import rules, words
from tuoke.spine.playbook.models import PlaybookVersion
from tuoke.spine.playbook.rules import DEAL_STEPS, PlaybookDoc, StepKey
from tuoke.spine.playbook.words import STEP


class ChangeoverForm(forms.Form):
    """From which versions, and where deals of a lost step go on."""

    sources = forms.TypedMultipleChoiceField(coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        *args: Any,
        versions: Sequence[PlaybookVersion],
        counts: Mapping[int, int],
        lost: Mapping[StepKey, int],
        doc: PlaybookDoc,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lost = tuple(lost)
        sources = self.fields["sources"]
        sources.label = _("换哪些版本上的商机")
        sources.error_messages["required"] = _("至少选一个版本。")
        sources.choices = [  # type: ignore[attr-defined]  # a choice field
            (version.pk, _("第 %(number)s 版：%(count)s 个") % {"number": version.number, "count": counts[version.pk]})
            for version in versions
            if counts.get(version.pk)
        ]
        steps = [(step.key.value, step.name) for step in doc.steps if step.key in DEAL_STEPS]
        for step, count in lost.items():
            near = rules.suggested(step, doc)
            self.fields[f"to_{step}"] = forms.ChoiceField(
                label=_("“%(step)s”不在新版本里，这 %(count)s 个商机接着走") % {"step": STEP[step], "count": count},
                choices=[("", _("请选择")), *steps],
                initial=near.value if near else "",
                required=False,
                help_text=_("往前放不会漏掉关口：之前每一步的条件推进时都会再判断一遍。"),
            )

    @property
    def mapped(self) -> dict[str, str]:
        return {step.value: self.cleaned_data[f"to_{step}"] for step in self.lost if self.cleaned_data[f"to_{step}"]}

    def step_fields(self) -> list[forms.BoundField]:
        return [self[f"to_{step}"] for step in self.lost]

    def refuse(self, reasons: Iterable[Reason]) -> None:
        for reason in reasons:
            at = f"to_{reason.params.get('step', '')}"
            self.add_error(at if at in self.fields else None, words.said(reason))
