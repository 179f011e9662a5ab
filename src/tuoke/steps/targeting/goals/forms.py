from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from tuoke.base.kernel.verdict import Reason
from tuoke.services.exchange import rules as exchange
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.fields import TextField, parsed
from tuoke.spine.customers.rules import said_yuan
from tuoke.steps.targeting.goals import words
from tuoke.steps.targeting.goals.hooks import Source
from tuoke.steps.targeting.goals.queries import Part, part_key
from tuoke.steps.targeting.goals.rules import Axis, Basis, Share, faults

BASES = [(basis.value, name) for basis, name in words.BASES.items()]
MOST_WEIGHT = Decimal(10) ** 6


class GoalField(TextField):
    """An amount of money (300万, 3000000) or a count (40), as the metric wants it."""

    def __init__(self, *, source: Source, **kwargs: Any) -> None:
        self._source = source
        hint = "300万" if source.is_money else "40"
        attrs = {"inputmode": "decimal", "autocomplete": "off", "maxlength": 40, "placeholder": hint}
        super().__init__(widget=forms.TextInput(attrs), **kwargs)

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        if not typed:
            return None
        if self._source.is_money:
            found = parsed(exchange.amount(typed, "元"), "amount")
        else:
            found = parsed(exchange.number(typed.removesuffix("个").strip()), "number_unclear")
        if found is None:
            raise ValidationError(words.right(Reason("not_a_number")))
        if verdict := faults(found, unit=self._source.unit):
            return found
        raise ValidationError([words.right(reason) for reason in verdict.reasons])

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        return said_yuan(value) if self._source.is_money and value else f"{value.normalize():f}"


class GoalForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = gettext_lazy("目标金额") if source.is_money else gettext_lazy("目标个数")
        self.fields["amount"] = GoalField(source=source, label=label)

    def refuse(self, reasons: Iterable[Reason]) -> None:
        for reason in reasons:
            self.add_error("amount" if reason.params.get("field") == "amount" else None, words.right(reason))


class BasisForm(forms.Form):
    """How to split, and where weights are asked for, one a part."""

    basis = forms.ChoiceField(label=gettext_lazy("怎么拆"), choices=BASES, initial=Basis.HEADS.value)

    def __init__(self, *args: Any, axis: Axis, names: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if axis is Axis.PERIODS:
            field = self.fields["basis"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [choice for choice in BASES if choice[0] != Basis.HEADS]
            field.initial = Basis.EVEN.value
        self._keys = [key for key, _name in names]
        for key, name in names:
            self.fields[f"weight_{key}"] = forms.DecimalField(
                label=name,
                required=False,
                min_value=0,
                max_value=MOST_WEIGHT,
                max_digits=9,
                decimal_places=2,
                initial=1,
            )

    @property
    def chosen(self) -> Basis:
        return Basis(self.cleaned_data["basis"])

    @property
    def weights(self) -> dict[str, Decimal]:
        """Empty inputs weigh nothing; nothing typed at all weighs the same."""
        said = {key: self.cleaned_data.get(f"weight_{key}") for key in self._keys}
        if all(weight is None for weight in said.values()):
            return dict.fromkeys(self._keys, Decimal(1))
        return {key: weight or Decimal(0) for key, weight in said.items()}

    @property
    def weight_fields(self) -> list[forms.BoundField]:
        return [self[f"weight_{key}"] for key in self._keys]


class PartsForm(forms.Form):
    """The parts of a split as they are going to be: what was proposed, or what somebody typed over it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    basis = forms.ChoiceField(widget=forms.HiddenInput({"id": "id_split_by"}), choices=BASES)  # BasisForm has id_basis

    def __init__(self, *args: Any, source: Source, axis: Axis, parts: Sequence[Part], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._parts = [(part_key(part.slot, axis), part) for part in parts]
        for key, part in self._parts:
            self.fields[f"amount_{key}"] = GoalField(
                source=source, label=said_part(part, axis), required=False, initial=part.proposed
            )
            self.fields[f"version_{key}"] = forms.IntegerField(
                widget=forms.HiddenInput, min_value=0, initial=part.version
            )

    @property
    def rows(self) -> list[tuple[Part, forms.BoundField, forms.BoundField]]:
        return [(part, self[f"amount_{key}"], self[f"version_{key}"]) for key, part in self._parts]

    @property
    def typed(self) -> list[Decimal | None]:
        """The amounts that can be read, for the difference while typing."""
        said = getattr(self, "cleaned_data", {})
        return [said.get(f"amount_{key}") for key, _part in self._parts]

    @property
    def shares(self) -> list[Share]:
        said = self.cleaned_data
        return [Share(part.slot, said[f"amount_{key}"], said[f"version_{key}"]) for key, part in self._parts]

    def refuse(self, reasons: Iterable[Reason]) -> None:
        for reason in reasons:
            name = f"amount_{reason.params.get('part', '')}"
            self.add_error(name if name in self.fields else None, words.right(reason))


def said_part(part: Part, axis: Axis) -> str:
    return part.name if axis is Axis.PEOPLE else words.short_period(part.slot.period)


class ScopeForm(forms.Form):
    """Which goals: the general ones or a campaign's; metric and period travel along."""

    metric = forms.CharField(widget=forms.HiddenInput, required=False)
    period = forms.CharField(widget=forms.HiddenInput, required=False)
    campaign = forms.ModelChoiceField(
        label=gettext_lazy("拓展计划"),
        queryset=Campaign.objects.all(),
        required=False,
        empty_label=gettext_lazy("全公司目标"),
    )
