"""Parse what people type about a kick-off plan. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.kernel.verdict import Verdict
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.customers.fields import TextField
from tuoke.spine.customers.models import Contact
from tuoke.steps.contracts.kickoff.models import KINDS, PARTIES, PARTY_NAMES, RACI, Milestone
from tuoke.steps.contracts.kickoff.queries import Line
from tuoke.steps.contracts.kickoff.rules import (
    LINE_LIMIT,
    MOST_DAYS,
    MOST_LAG,
    NAME_LIMIT,
    PHASE_LIMIT,
    TEXT_LIMIT,
    MilestoneDraft,
    MilestoneKind,
    Party,
    Raci,
    Template,
    Wait,
)
from tuoke.steps.contracts.kickoff.words import field_of, sentence


class RefusableForm(forms.Form):
    def refuse(self, verdict: Verdict) -> None:
        """Say every reason of a refusal, at its field where it has one."""
        for reason in verdict.reasons:
            field = field_of(reason)
            self.add_error(field if field in self.fields else None, sentence(reason))


class StartForm(RefusableForm):
    template = forms.ChoiceField(label=_("从哪份模板开始"), required=False, widget=forms.RadioSelect)
    starts_on = forms.DateField(label=_("哪天启动"), widget=DateInput, help_text=_("签约后两个工作日内开启动会"))

    def __init__(self, data: Any = None, *, templates: Sequence[Template], **more: Any) -> None:
        super().__init__(data, **more)
        said = [(one.key, f"{one.name}：{one.summary}") for one in templates]
        self.fields["template"].choices = [*said, ("", _("空白计划，自己逐项添加"))]  # type: ignore[attr-defined]


class MilestoneForm(RefusableForm):
    name = TextField(label=_("名称"), max_length=NAME_LIMIT, widget=forms.TextInput({"autocomplete": "off"}))
    kind = forms.ChoiceField(
        label=_("类型"), choices=KINDS, initial=MilestoneKind.TASK.value, widget=forms.RadioSelect,
        help_text=_("任务占工作日，里程碑是某一天要达到的结果"),
    )  # fmt: skip
    starts_on = forms.DateField(label=_("开始（里程碑：哪天）"), widget=DateInput)
    days = forms.IntegerField(
        label=_("几个工作日"), min_value=0, max_value=MOST_DAYS, required=False, initial=1, help_text=_("里程碑不用填")
    )
    phase = TextField(label=_("阶段"), max_length=PHASE_LIMIT, required=False)
    party = forms.ChoiceField(label=_("由哪一方做"), choices=[("", "—"), *PARTIES], required=False)
    owner = forms.TypedChoiceField(label=_("我方负责人"), required=False, coerce=int, empty_value=None)
    contact = forms.TypedChoiceField(label=_("客户方负责人"), required=False, coerce=int, empty_value=None)
    waits = forms.TypedMultipleChoiceField(
        label=_("要等哪几项完成"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple({"class": "kickoff-waits"}),
    )
    lag = forms.IntegerField(label=_("之后再隔几个工作日"), required=False, min_value=0, max_value=MOST_LAG, initial=0)
    acceptance = TextField(
        label=_("完成的标准"), max_length=TEXT_LIMIT, required=False, widget=forms.Textarea({"rows": 2})
    )
    note = TextField(label=_("备注"), max_length=TEXT_LIMIT, required=False, widget=forms.Textarea({"rows": 2}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=10**9)

    def __init__(
        self, data: Any = None, *, team: Sequence[User], contacts: Sequence[Contact], lines: Sequence[Line],
        lags: Mapping[int, int] | None = None, **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **more)
        self.lags = dict(lags or {})
        people = [(user.pk, user.name or user.username) for user in team]
        theirs = [(c.pk, f"{c.name} · {c.position}" if c.position else c.name) for c in contacts]
        self.fields["owner"].choices = [("", _("未定")), *people]  # type: ignore[attr-defined]
        self.fields["contact"].choices = [("", _("未定")), *theirs]  # type: ignore[attr-defined]
        self.fields["waits"].choices = [(line.key, f"{line.name}（{line.ends_on:%m-%d}）") for line in lines]  # type: ignore[attr-defined]
        if not lines:
            del self.fields["waits"], self.fields["lag"]

    @property
    def draft(self) -> MilestoneDraft:
        said = self.cleaned_data
        kind = MilestoneKind(said["kind"])
        return MilestoneDraft(
            name=said["name"],
            kind=kind,
            starts_on=said["starts_on"],
            days=0 if kind is MilestoneKind.MILESTONE else said["days"] or 0,
            phase=said["phase"],
            party=Party(said["party"]) if said["party"] else None,
            owner_id=said["owner"],
            contact_id=said["contact"],
            acceptance=said["acceptance"],
            note=said["note"],
            waits=tuple(Wait(before, self._lag_of(before)) for before in said.get("waits", ())),
        )

    def _lag_of(self, before: int) -> int:
        """One number for all of them; where it isn't touched, each keeps its own."""
        said = self.cleaned_data.get("lag") or 0
        return self.lags[before] if before in self.lags and "lag" not in self.changed_data else said

    @classmethod
    def initial_of(cls, row: Milestone, lags: Mapping[int, int]) -> dict[str, Any]:
        names = ("name", "kind", "starts_on", "days", "phase", "party", "acceptance", "note", "version")
        return {name: getattr(row, name) for name in names} | {
            "owner": row.owner_id, "contact": row.contact_id, "waits": list(lags), "lag": max(lags.values(), default=0),
        }  # fmt: skip


class MoveForm(forms.Form):
    """What a dragged bar says: its first day and its last."""

    starts_on = forms.DateField()
    ends_on = forms.DateField()
    version = forms.IntegerField(min_value=0, max_value=10**9)


class DoneForm(RefusableForm):
    done_on = forms.DateField(label=_("哪天完成的"), widget=DateInput)


class ShiftForm(RefusableForm):
    starts_on = forms.DateField(
        label=_("改到哪天启动"), widget=DateInput, help_text=_("没有完成的每一项一起移动，间隔的工作日不变")
    )


class NoteForm(RefusableForm):
    note = TextField(label=_("说明"), max_length=LINE_LIMIT, required=False, widget=forms.Textarea({"rows": 3}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=10**9)


class PartsForm(RefusableForm):
    """One line of the division of work: a choice for each party."""

    def __init__(self, data: Any = None, *, given: Mapping[Party, Raci], **more: Any) -> None:
        super().__init__(data, **more)
        letters = [(value, f"{value} · {name}" if value else name) for value, name in RACI]
        for party, name in PARTY_NAMES.items():
            self.fields[party.value] = forms.ChoiceField(
                label=name, choices=letters, required=False, initial=given.get(party, Raci.NONE).value
            )

    @property
    def parts(self) -> dict[Party, Raci]:
        return {party: Raci(self.cleaned_data[party.value]) for party in Party}
