"""Parse what people type about the decision chain. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.customers.fields import PhoneField, TextField
from tuoke.spine.customers.models import DECISION_ROLES, Contact
from tuoke.spine.customers.rules import ContactDraft
from tuoke.steps.discovery.decisions.models import (
    ATTITUDES,
    INFLUENCES,
    STANDINGS,
    PurchaseCriterion,
    PurchaseProcess,
    Stance,
)
from tuoke.steps.discovery.decisions.rules import (
    Attitude,
    CriterionDraft,
    Influence,
    ProcessDraft,
    StanceDraft,
    Standing,
)
from tuoke.steps.discovery.decisions.words import sentence

TENDER = [("", _("不清楚")), ("yes", _("要")), ("no", _("不要"))]
_TENDER = {"": None, "yes": True, "no": False}


class RefusableForm(SaysWhy):
    say = staticmethod(sentence)


class StanceForm(RefusableForm):
    """How somebody stands to the deal. ``version`` is that of his stance, 0 before anything was said."""

    influence = forms.ChoiceField(label=_("影响力"), choices=INFLUENCES, required=False, widget=forms.RadioSelect)
    attitude = forms.ChoiceField(label=_("对我们的态度"), choices=ATTITUDES, required=False, widget=forms.RadioSelect)
    since = forms.DateField(label=_("从什么时候起"), required=False, widget=DateInput, help_text=_("不填就从今天算起"))
    boss = forms.TypedChoiceField(label=_("向谁汇报"), required=False, coerce=int, empty_value=None)
    cares = TextField(
        label=_("他在意什么"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"placeholder": _("例如 今年的交付周期考核")}),
    )
    plan = TextField(
        label=_("怎么争取"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"placeholder": _("例如 请运维主管陪他看同行现场")}),
    )
    note = TextField(label=_("备注"), required=False, max_length=1000, widget=forms.Textarea({"rows": 2}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, others: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, **more)
        _choose(self, "boss", others, empty=_("不清楚"))

    @property
    def draft(self) -> StanceDraft:
        said = self.cleaned_data
        return StanceDraft(
            Influence(said["influence"]),
            Attitude(said["attitude"]),
            said["since"],
            said["cares"],
            said["plan"],
            said["note"],
        )

    @property
    def boss_id(self) -> int | None:
        return self.cleaned_data.get("boss")

    @classmethod
    def initial_of(cls, stance: Stance | None, *, boss_id: int | None) -> dict[str, Any]:
        if stance is None:
            return {"version": 0, "boss": boss_id or "", "influence": "", "attitude": ""}
        names = [*(field.name for field in fields(StanceDraft)), "version"]
        return {name: getattr(stance, name) for name in names} | {"boss": boss_id or ""}


class PersonForm(StanceForm):
    """Somebody new at the customer, with his place on the map."""

    name = TextField(label=_("姓名"), max_length=60, help_text=_("还不知道名字就先写职位，例如 采购经理"))
    position = TextField(label=_("职位"), required=False, max_length=60)
    role = forms.ChoiceField(
        label=_("决策链角色"),
        required=False,
        choices=DECISION_ROLES,
        help_text=_("决策人拍板，影响者左右意见，使用者天天用，反对者要先化解。"),
    )
    phone = PhoneField(label=_("电话"), required=False, max_length=40)
    wechat = TextField(label=_("微信"), required=False, max_length=60)
    field_order = ["name", "position", "role", "influence", "attitude", "boss", "phone", "wechat", "cares"]

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        for name in ("since", "plan", "note", "version"):
            del self.fields[name]

    @property
    def draft(self) -> StanceDraft:
        said = self.cleaned_data
        return StanceDraft(Influence(said["influence"]), Attitude(said["attitude"]), cares=said["cares"])

    @property
    def person(self) -> ContactDraft:
        said = self.cleaned_data
        names = ("name", "position", "role", "phone", "wechat")
        return ContactDraft(**{name: said[name] for name in names})


class CriterionForm(RefusableForm):
    text = TextField(
        label=_("客户看重什么"), max_length=120, widget=forms.TextInput({"placeholder": _("例如 三个月内上线")})
    )
    weight = forms.IntegerField(
        label=_("权重"),
        required=False,
        help_text=_("共 100；客户没说就空着"),
        widget=forms.NumberInput({"min": 0, "max": 100}),
    )
    contact = forms.TypedChoiceField(label=_("谁说的"), required=False, coerce=int, empty_value=None)
    own_words = TextField(label=_("客户原话"), required=False, max_length=500, widget=forms.Textarea({"rows": 2}))
    standing = forms.ChoiceField(
        label=_("我们的位置"), choices=STANDINGS, required=False, widget=forms.RadioSelect, initial=""
    )
    competitor = forms.TypedChoiceField(label=_("和谁比"), required=False, coerce=int, empty_value=None)
    note = TextField(label=_("备注"), required=False, max_length=500, widget=forms.Textarea({"rows": 2}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, contacts: Sequence[Contact], competitors: Sequence[Competitor], **more: Any
    ) -> None:
        super().__init__(data, **more)
        _choose(self, "contact", contacts, empty="—")
        rivals = [(rival.pk, rival.name) for rival in competitors]
        self.fields["competitor"].choices = [("", "—"), *rivals]  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def draft(self) -> CriterionDraft:
        said = self.cleaned_data
        return CriterionDraft(
            text=said["text"],
            weight=said["weight"],
            contact_id=said["contact"],
            own_words=said["own_words"],
            standing=Standing(said["standing"]),
            competitor_id=said["competitor"],
            note=said["note"],
        )

    @classmethod
    def initial_of(cls, criterion: PurchaseCriterion) -> dict[str, Any]:
        same = {
            name: getattr(criterion, name) for name in ("text", "weight", "own_words", "standing", "note", "version")
        }
        return same | {"contact": criterion.contact_id or "", "competitor": criterion.competitor_id or ""}


class ProcessForm(RefusableForm):
    tender = forms.ChoiceField(
        label=_("要招标吗"), choices=TENDER, required=False, widget=forms.RadioSelect, initial=""
    )
    rounds = forms.IntegerField(label=_("几轮评审"), required=False, widget=forms.NumberInput({"min": 0, "max": 20}))
    contract_checked_by = TextField(
        label=_("合同由谁审"),
        required=False,
        max_length=120,
        widget=forms.TextInput({"placeholder": _("例如 法务部，集团采购复核")}),
    )
    budget_source = TextField(
        label=_("预算从哪里出"),
        required=False,
        max_length=120,
        widget=forms.TextInput({"placeholder": _("例如 信息化专项，年初已批")}),
    )
    decision_on = forms.DateField(label=_("预计什么时候定"), required=False, widget=DateInput)
    note = TextField(label=_("备注"), required=False, max_length=1000, widget=forms.Textarea({"rows": 2}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def draft(self) -> ProcessDraft:
        said = {name: self.cleaned_data[name] for name in self.fields if name != "version"}
        return ProcessDraft(**said | {"tender": _TENDER[said["tender"]]})

    @classmethod
    def initial_of(cls, process: PurchaseProcess | None) -> dict[str, Any]:
        if process is None:
            return {"version": 0, "tender": ""}
        names = [*(field.name for field in fields(ProcessDraft)), "version"]
        tender = next(said for said, value in _TENDER.items() if value is process.tender)
        return {name: getattr(process, name) for name in names} | {"tender": tender}


def _choose(form: forms.Form, field: str, people: Sequence[Contact], *, empty: Any) -> None:
    said = [(c.pk, f"{c.name} · {c.position}" if c.position else c.name) for c in people]
    form.fields[field].choices = [("", empty), *said]  # type: ignore[attr-defined]  # a ChoiceField
