"""Parse what people type about a deal's competitors. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.kernel.verdict import Verdict
from tuoke.services.exchange.rules import Span
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.customers.fields import AmountRangeField, TextField
from tuoke.steps.discovery.decisions.models import STANDINGS
from tuoke.steps.discovery.decisions.rules import Standing
from tuoke.steps.proposals.rivals.models import THREATS, Rival
from tuoke.steps.proposals.rivals.rules import TEXT_LIMIT, WHY_LIMIT, RivalDraft, Threat
from tuoke.steps.proposals.rivals.words import sentence


class LinesField(TextField):
    """Short statements, one a line → tuple."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, max_length=5000, widget=forms.Textarea({"rows": 4}), **more)

    def to_python(self, value: Any) -> Any:
        lines = (line.strip(" \t-*•·") for line in (super().to_python(value) or "").splitlines())
        return tuple(dict.fromkeys(filter(None, lines)))

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, tuple | list) else value


class RivalForm(forms.Form):
    threat = forms.ChoiceField(label=_("威胁"), choices=THREATS, required=False, widget=forms.RadioSelect)
    price = AmountRangeField(
        label=_("他们的报价"), required=False, max_length=60, help_text=_("整个项目，例如 20-50万；不知道就空着。")
    )
    strengths = LinesField(label=_("他们的优势"), help_text=_("一行一条，写客户会在意的。"))
    weaknesses = LinesField(label=_("他们的劣势"), help_text=_("一行一条，要有依据。只给自己人看。"))
    our_difference = TextField(
        label=_("我们的差异"),
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("一行一条，会写进给客户的方案：只说我们怎么做，不点别家的名。"),
    )
    note = TextField(
        label=_("应对与备注"), required=False, max_length=TEXT_LIMIT, widget=forms.Textarea({"rows": 2}),
        help_text=_("只给自己人看。"),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=10**9)

    @property
    def draft(self) -> RivalDraft:
        said = self.cleaned_data
        price: Span[Any] = said["price"]
        return RivalDraft(
            Threat(said["threat"]),
            price.low,
            price.high,
            said["strengths"],
            said["weaknesses"],
            said["our_difference"],
            said["note"],
        )

    @classmethod
    def initial_of(cls, rival: Rival) -> dict[str, Any]:
        names = ("threat", "strengths", "weaknesses", "our_difference", "note", "version")
        is_known = rival.price_low is not None or rival.price_high is not None
        price = (rival.price_low, rival.price_high) if is_known else ""
        return {name: getattr(rival, name) for name in names} | {"price": price}

    def refuse(self, verdict: Verdict) -> None:
        """Say every reason of a refusal, at its field where it has one."""
        for reason in verdict.reasons:
            field = str(reason.params.get("field", ""))
            self.add_error(field if field in self.fields else None, sentence(reason))


class AddForm(forms.Form):
    """Whom the customer looks at too: one of the catalogue, filled with what it says of him."""

    competitor = forms.ModelChoiceField(
        label=_("竞品"), queryset=Competitor.objects.none(), empty_label=_("请选择竞品")
    )

    def __init__(self, data: Any = None, *, competitors: Iterable[Competitor], **more: Any) -> None:
        super().__init__(data, **more)
        keys = [one.pk for one in competitors]
        self.fields["competitor"].queryset = Competitor.objects.filter(pk__in=keys)  # type: ignore[attr-defined]


class MarkForm(forms.Form):
    standing = forms.ChoiceField(label=_("他们的位置"), choices=STANDINGS, required=False)
    note = TextField(label=_("凭什么这样说"), required=False, max_length=WHY_LIMIT)

    @property
    def standing_said(self) -> Standing:
        return Standing(self.cleaned_data["standing"])
