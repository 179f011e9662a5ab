"""Parse what people type about the value. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.ui.refusals import SaysWhy
from tuoke.services.exchange.fields import YuanField
from tuoke.spine.customers.fields import TextField
from tuoke.spine.library.models import ItemVersion
from tuoke.steps.discovery.models import Need
from tuoke.steps.proposals.values.fields import FigureField
from tuoke.steps.proposals.values.models import BASES, DIRECTIONS, ValueItem, ValueModel
from tuoke.steps.proposals.values.rules import (
    NAME_LIMIT,
    NOTE_LIMIT,
    SOURCE_LIMIT,
    UNIT_LIMIT,
    YEARS_USUAL,
    Band,
    Basis,
    Direction,
    Figures,
    ItemDraft,
    Measure,
    Share,
    Spending,
)
from tuoke.steps.proposals.values.words import sentence


class RefusableForm(SaysWhy):
    say = staticmethod(sentence)


class LineForm(RefusableForm):
    """What a measured line and a share have in common."""

    name = TextField(
        label=_("什么会变好"), max_length=NAME_LIMIT, widget=forms.TextInput({"placeholder": _("例如 换线准备时间")})
    )
    basis = forms.ChoiceField(label=_("数据来自"), choices=BASES, initial="customer", widget=forms.RadioSelect)
    source = TextField(
        label=_("出处"),
        required=False,
        max_length=SOURCE_LIMIT,
        widget=forms.TextInput({"placeholder": _("例如 11 月 26 日访谈，生产总监说的")}),
    )
    need = forms.TypedChoiceField(label=_("对应的需求"), required=False, coerce=int, empty_value=None)
    proof = forms.TypedChoiceField(
        label=_("证据"), required=False, coerce=int, empty_value=None, help_text=_("资料库里的案例或第三方数据")
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, needs: Sequence[Need], proofs: Sequence[ItemVersion], **more: Any) -> None:
        super().__init__(data, **more)
        _choose(self, "need", [(need.pk, str(need)) for need in needs])
        _choose(self, "proof", [(proof.pk, proof.item.title) for proof in proofs])

    @property
    def figures(self) -> Figures:
        raise NotImplementedError

    @property
    def draft(self) -> ItemDraft:
        said = self.cleaned_data
        return ItemDraft(
            name=said["name"],
            basis=Basis(said["basis"]),
            figures=self.figures,
            unit=said.get("unit", ""),
            source=said["source"],
            need_id=said["need"],
            proof_id=said["proof"],
        )


class ItemForm(LineForm):
    """现在 → 之后. What isn't known of the cautious and the optimistic case is the likely one."""

    direction = forms.ChoiceField(
        label=_("变化"), choices=DIRECTIONS, initial=Direction.LESS.value, widget=forms.RadioSelect
    )
    current = FigureField(label=_("现在"))
    unit = TextField(
        label=_("单位"), max_length=UNIT_LIMIT, widget=forms.TextInput({"placeholder": _("分钟、单、小时")})
    )
    likely = FigureField(label=_("之后：最可能"))
    low = FigureField(label=_("保守"), required=False, help_text=_("改善最少；不填同最可能"))
    high = FigureField(label=_("乐观"), required=False, help_text=_("改善最多；不填同最可能"))
    unit_value = FigureField(label=_("每单位值多少元"), help_text=_("例如 停一分钟损失 60 元"))
    times = FigureField(label=_("一年几次"), help_text=_("例如 每天 11 次 × 250 天 = 2750"))
    field_order = ["name", "direction", "current", "unit", "likely", "low", "high", "unit_value", "times"]

    @property
    def figures(self) -> Measure:
        said = self.cleaned_data
        likely = said["likely"]
        low, high = (likely if said[name] is None else said[name] for name in ("low", "high"))
        return Measure(
            Direction(said["direction"]), said["current"], Band(low, likely, high), said["unit_value"], said["times"]
        )

    @classmethod
    def initial_of(cls, item: ValueItem) -> dict[str, Any]:
        same = ("name", "direction", "current", "unit", "unit_value", "basis", "source", "version")
        expected = {name: getattr(item, f"expected_{name}") for name in ("low", "likely", "high")}
        return {name: getattr(item, name) for name in same} | expected | {
            "times": item.times_per_year,
            "need": item.need_id or "",
            "proof": item.proof_id or "",
        }  # fmt: skip


class ShareForm(LineForm):
    """A percentage of what another line brings."""

    share_of = forms.TypedChoiceField(label=_("连带于哪一项"), coerce=int, empty_value=None)
    percent = FigureField(label=_("它的百分之几"), help_text=_("1 到 100"))
    field_order = ["name", "share_of", "percent"]

    def __init__(self, data: Any = None, *, others: Sequence[ValueItem], **more: Any) -> None:
        super().__init__(data, **more)
        _choose(self, "share_of", [(item.pk, item.name) for item in others])

    @property
    def figures(self) -> Share:
        return Share(self.cleaned_data["share_of"], self.cleaned_data["percent"])

    @classmethod
    def initial_of(cls, item: ValueItem) -> dict[str, Any]:
        same = ("name", "percent", "basis", "source", "version")
        links = {"share_of": item.share_of_id, "need": item.need_id or "", "proof": item.proof_id or ""}
        return {name: getattr(item, name) for name in same} | links


class SpendingForm(RefusableForm):
    """``offered``: an offer says what the investment is; what is typed waits until there is none."""

    investment = YuanField(label=_("初期投入"), required=False, help_text=_("例如 50万；有报价时以报价为准"))
    running = YuanField(label=_("每年运行费用"), required=False, help_text=_("维护、订阅、人手；没有就空着"))
    delay = forms.IntegerField(label=_("几个月后见效"), required=False, help_text=_("上线之前不计收益"))
    years = forms.IntegerField(label=_("算几年"), initial=YEARS_USUAL)
    note = TextField(label=_("假设与说明"), required=False, max_length=NOTE_LIMIT, widget=forms.Textarea({"rows": 2}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def spending(self) -> Spending:
        said = self.cleaned_data
        running = said["running"] if said["running"] is not None else Spending().running
        return Spending(said["investment"], running, said["delay"] or 0, said["years"])

    @classmethod
    def initial_of(cls, model: ValueModel | None) -> dict[str, Any]:
        if model is None:
            return {"version": 0, "years": YEARS_USUAL, "delay": 0}
        return {name: getattr(model, name) for name in ("investment", "running", "delay", "years", "note", "version")}


def _choose(form: forms.Form, field: str, choices: list[tuple[int, str]]) -> None:
    form.fields[field].choices = [("", "—"), *choices]  # type: ignore[attr-defined]  # a ChoiceField
