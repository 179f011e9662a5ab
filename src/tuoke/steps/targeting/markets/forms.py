from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.kernel.verdict import Reason
from tuoke.base.ui.widgets import DateInput
from tuoke.services.exchange.rules import Span
from tuoke.spine.customers.fields import TextField
from tuoke.steps.targeting.markets import words
from tuoke.steps.targeting.markets.actions import AnalysisDraft
from tuoke.steps.targeting.markets.fields import (
    UNIT_CHOICES,
    LinesField,
    PriceField,
    ShareField,
    SizeField,
    points_in,
    yuan,
)
from tuoke.steps.targeting.markets.models import SOURCES, MarketAnalysis, Statement
from tuoke.steps.targeting.markets.queries import draft_of
from tuoke.steps.targeting.markets.rules import Source, SourceKind, StatementDraft, StatementKind, best_unit, in_unit


class RefusableForm(forms.Form):
    ELSEWHERE: ClassVar[Mapping[str, str]] = {"name": "competitor"}
    """Fields of what is written along (the catalogue's competitor), and where they are typed here."""

    def refuse(self, reasons: Iterable[Reason]) -> None:
        """Say each reason at the field that it names, else above the form."""
        for reason in reasons:
            where = str(reason.params.get("field") or "")
            where = where if where in self.fields else self.ELSEWHERE.get(where, where)
            self.add_error(where if where in self.fields else None, words.right(reason))


class AnalysisForm(RefusableForm):
    goal = TextField(
        label=_("服务的企业战略目标"),
        required=False,
        widget=forms.Textarea({"rows": 3, "placeholder": _("例如 全年新签 1200 万，其中 SaaS 行业占一半")}),
    )
    owner = forms.ModelChoiceField(label=_("负责人"), queryset=User.objects.none())
    review_by = forms.DateField(
        label=_("复核日期"), required=False, widget=DateInput, help_text=_("到这一天重新看一遍市场是否变了。")
    )

    def __init__(self, *args: Any, owners: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(pk__in=[person.pk for person in owners]).order_by("name")

    @property
    def draft(self) -> AnalysisDraft:
        said = self.cleaned_data
        return AnalysisDraft(said["goal"], said["owner"].pk, said["review_by"])

    @staticmethod
    def initial_of(analysis: MarketAnalysis) -> dict[str, Any]:
        return {"goal": analysis.goal, "owner": analysis.owner_id, "review_by": analysis.review_by}


class StatementForm(RefusableForm):
    """What every statement has: its source. Each kind adds what it says; see ``FORMS``."""

    kind: ClassVar[StatementKind]
    source_kind = forms.ChoiceField(
        label=_("来源类型"), choices=[("", _("请选择")), *SOURCES],
        error_messages={"required": _("请选择来源类型。没有来源的判断不能保存。")},
    )  # fmt: skip
    reference = TextField(
        label=_("出处"),
        widget=forms.TextInput(
            {"placeholder": _("报告或文章的标题、受访客户，或 https:// 链接"), "autocomplete": "off"}
        ),
        error_messages={"required": words.right(Reason("reference_missing"))},
    )
    sourced_on = forms.DateField(
        label=_("来源日期"), widget=DateInput, help_text=_("报告发布、访谈进行的日期。"),
        error_messages={"required": _("请填来源日期：报告发布、访谈进行的那一天。")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name not in StatementForm.base_fields])

    @property
    def said_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in StatementForm.base_fields]

    @property
    def source_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in StatementForm.base_fields]

    @property
    def rival(self) -> str:
        return str(self.cleaned_data.get("competitor", ""))

    @property
    def draft(self) -> StatementDraft:
        said = self.cleaned_data
        source = Source(SourceKind(said["source_kind"]), said["reference"], said["sourced_on"])
        return StatementDraft(kind=self.kind, source=source, **self._said(said))

    @classmethod
    def initial_of(cls, statement: Statement) -> dict[str, Any]:
        draft = draft_of(statement)
        source = {"source_kind": draft.source.kind.value, "reference": draft.source.reference}
        return cls._typed(draft, statement) | source | {"sourced_on": draft.source.on}

    def _said(self, said: Mapping[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def _typed(cls, draft: StatementDraft, statement: Statement) -> dict[str, Any]:
        raise NotImplementedError

    def _read_amount(self, said: dict[str, Any], name: str = "amount") -> None:
        """The typed amount in yuan into ``said``; what can't be read is told at its field."""
        if typed := said.get(name):
            try:
                said[name] = yuan(typed, said.get("unit", ""))
            except ValidationError as wrong:
                self.add_error(name, wrong)
        else:
            said[name] = None


class SizeForm(StatementForm):
    kind = StatementKind.SIZE
    title = TextField(
        label=_("口径"), max_length=120, widget=forms.TextInput({"placeholder": _("全国企业级 SaaS，按年度收入")}),
        help_text=_("这个数算的是什么：范围、产品、按收入还是按合同。"),
    )  # fmt: skip
    year = forms.IntegerField(
        label=_("年份"), widget=forms.NumberInput({"placeholder": "2025", "inputmode": "numeric"})
    )
    amount = SizeField(label=_("金额"), placeholder="380")
    unit = forms.ChoiceField(label=_("单位"), choices=UNIT_CHOICES, required=False)
    text = TextField(label=_("说明"), required=False, widget=forms.Textarea({"rows": 2}))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        self._read_amount(said)
        return said

    def _said(self, said: Mapping[str, Any]) -> dict[str, Any]:
        return {name: said[name] for name in ("title", "year", "amount", "text")} | {"unit": said["unit"] or "亿元"}

    @classmethod
    def _typed(cls, draft: StatementDraft, statement: Statement) -> dict[str, Any]:
        same = ("title", "year", "unit", "text")
        return {name: getattr(draft, name) for name in same} | {"amount": _plain(draft.amount, draft.unit)}


class GrowthForm(StatementForm):
    kind = StatementKind.GROWTH
    title = TextField(
        label=_("口径"), max_length=120, widget=forms.TextInput({"placeholder": _("全国企业级 SaaS，按年度收入")})
    )
    points = TextField(
        label=_("逐年规模"),
        widget=forms.Textarea({"rows": 5, "placeholder": "2022：210\n2023：262\n2024：320"}),
        help_text=_("一行一年，至少两年；可以从报告里整段粘贴。"),
    )
    unit = forms.ChoiceField(label=_("单位"), choices=UNIT_CHOICES, required=False)
    text = TextField(label=_("说明"), required=False, widget=forms.Textarea({"rows": 2}))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if typed := said.get("points"):
            try:
                said["points"] = points_in(typed, said.get("unit", ""))
            except ValidationError as wrong:
                self.add_error("points", wrong)
        return said

    def _said(self, said: Mapping[str, Any]) -> dict[str, Any]:
        return {name: said[name] for name in ("title", "points", "text")} | {"unit": said["unit"] or "亿元"}

    @classmethod
    def _typed(cls, draft: StatementDraft, statement: Statement) -> dict[str, Any]:
        unit = draft.unit or best_unit([point.amount for point in draft.points])
        lines = [f"{point.year}：{_plain(point.amount, unit)}" for point in draft.points]
        return {"title": draft.title, "text": draft.text, "unit": unit, "points": "\n".join(lines)}


class SegmentForm(StatementForm):
    kind = StatementKind.SEGMENT
    title = TextField(
        label=_("细分市场"), max_length=120, widget=forms.TextInput({"placeholder": _("离散制造 200-800 人")})
    )
    share = ShareField(
        label=_("占比"), required=False, widget=forms.TextInput({"placeholder": "35%", "autocomplete": "off"})
    )
    amount = SizeField(label=_("规模"), placeholder="46", required=False)
    unit = forms.ChoiceField(label=_("单位"), choices=UNIT_CHOICES, required=False)
    text = TextField(
        label=_("为什么值得做"),
        widget=forms.Textarea({"rows": 3, "placeholder": _("增长快、预算充足、我们有同行案例")}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        self._read_amount(said)
        return said

    def _said(self, said: Mapping[str, Any]) -> dict[str, Any]:
        unit = (said["unit"] or "亿元") if said["amount"] is not None else ""
        return {name: said[name] for name in ("title", "share", "amount", "text")} | {"unit": unit}

    @classmethod
    def _typed(cls, draft: StatementDraft, statement: Statement) -> dict[str, Any]:
        same = ("title", "share", "unit", "text")
        return {name: getattr(draft, name) for name in same} | {"amount": _plain(draft.amount, draft.unit)}


class CompetitorForm(StatementForm):
    kind = StatementKind.COMPETITOR
    competitor = TextField(
        label=_("竞品"), max_length=80, widget=forms.TextInput({"autocomplete": "off", "list": "known-competitors"}),
        help_text=_("选目录里已有的，或写一个新的：保存时加入竞品目录。"),
    )  # fmt: skip
    price = PriceField(
        label=_("在这个市场的价格"), required=False, widget=forms.TextInput({"placeholder": _("20万-40万")})
    )
    strengths = LinesField(
        label=_("优势"), placeholder=_("一行一条"), help_text=_("三项都空着，就带入竞品目录里写的。")
    )
    weaknesses = LinesField(label=_("劣势"), placeholder=_("一行一条"))
    counters = LinesField(label=_("我们的应对"), placeholder=_("一行一条"))

    def _said(self, said: Mapping[str, Any]) -> dict[str, Any]:
        return {name: said[name] for name in ("price", "strengths", "weaknesses", "counters")}

    @classmethod
    def _typed(cls, draft: StatementDraft, statement: Statement) -> dict[str, Any]:
        same = ("price", "strengths", "weaknesses", "counters")
        rival = statement.competitor.name if statement.competitor else ""
        return {name: getattr(draft, name) for name in same} | {"competitor": rival}


class UnmetForm(StatementForm):
    kind = StatementKind.UNMET
    text = TextField(
        label=_("未被满足的需求"),
        widget=forms.Textarea({"rows": 3, "placeholder": _("排产变更后，现有系统要人工改 5 张表，客户希望自动联动")}),
    )
    title = TextField(
        label=_("谁的需求"), required=False, max_length=120, widget=forms.TextInput({"placeholder": _("生产计划主管")})
    )

    def _said(self, said: Mapping[str, Any]) -> dict[str, Any]:
        return {"text": said["text"], "title": said["title"]}

    @classmethod
    def _typed(cls, draft: StatementDraft, statement: Statement) -> dict[str, Any]:
        return {"text": draft.text, "title": draft.title}


FORMS: Mapping[StatementKind, type[StatementForm]] = {
    form.kind: form for form in (SizeForm, GrowthForm, SegmentForm, CompetitorForm, UnmetForm)
}


def readable(said: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, or stands, as lines to compare."""
    lines: dict[str, str] = {}
    for name, value in said.items():
        if isinstance(value, Span):
            lines[name] = str(PriceField().prepare_value(value))
        elif isinstance(value, tuple | list):
            lines[name] = "\n".join(map(str, value))
        elif isinstance(value, Decimal):
            lines[name] = f"{value.normalize():f}"
        else:
            lines[name] = "" if value is None else str(value)
    return lines


def _plain(amount: Decimal | None, unit: str) -> str:
    return "" if amount is None else in_unit(amount, unit or "元").replace(",", "")
