from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.rules import Principal
from tuoke.services.exchange.reading import LIMITS
from tuoke.services.exchange.rules import UNITS, Problem, amount_range
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.queries import receivers
from tuoke.steps.leads.imports import words
from tuoke.steps.leads.imports.actions import Options
from tuoke.steps.leads.imports.models import DUPLICATES_NAMES, LeadImport
from tuoke.steps.leads.imports.rules import ATTRIBUTE, FIELDS, IGNORE, Kind, Mapping, Use, field_of
from tuoke.steps.leads.imports.rules.mapping import LIKELY, letter
from tuoke.steps.leads.imports.rules.runs import Duplicates

MOST_FILES = 20


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        return [super(_FilesField, self).clean(one, initial) for one in data or [None]]


class UploadForm(forms.Form):
    """``file`` holds one file or several."""

    file = _FilesField(
        label=_("文件"),
        widget=_FilesInput(attrs={"accept": ".xlsx,.xls,.csv", "class": "dropzone-input"}),
        error_messages={"required": _("请先选择文件"), "empty": _("文件是空的")},
    )

    def clean_file(self) -> list[UploadedFile[bytes]]:
        files: list[UploadedFile[bytes]] = self.cleaned_data["file"]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("一次最多 %(count)s 个文件") % {"count": MOST_FILES})
        for file in files:
            if (file.size or 0) > LIMITS.file_bytes:
                raise forms.ValidationError(_("%(name)s 太大；最多 200 MB") % {"name": file.name})
        return files


class SheetForm(forms.Form):
    sheets = forms.MultipleChoiceField(
        label=_("工作表"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一个工作表")},
    )

    def __init__(self, data: Any = None, *, lead_import: LeadImport) -> None:
        super().__init__(data, initial={"sheets": [name for name, _ in lead_import.sheets_taken]})
        self.fields["sheets"].choices = [(name, name) for name in lead_import.sheets]  # type: ignore[attr-defined]  # a MultipleChoiceField


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column as the page shows it."""

    letter: str
    header: str
    samples: list[str]
    field: BoundField
    unit: BoundField
    pattern: BoundField
    is_amount: bool
    is_likely: bool


class MappingForm(forms.Form):
    """What becomes of each column (``field_0``, ``unit_0``, ``pattern_0`` …) and of the leads."""

    owner = forms.ChoiceField(label=_("负责人"), required=False, help_text=_("文件里写明负责人的行，以文件为准"))
    duplicates = forms.ChoiceField(
        label=_("已有的线索"),
        choices=[(d.value, name) for d, name in DUPLICATES_NAMES.items()],
        help_text=_("同一客户、同一需求算同一条；完全相同的行总是跳过"),
    )
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), label=_("拓展计划"), required=False, empty_label=_("不属于任何计划")
    )

    def __init__(self, data: Any = None, *, lead_import: LeadImport, by: Principal) -> None:
        self._uses = lead_import.columns.uses
        self._samples: list[list[str]] = lead_import.samples
        self._people = receivers(by)
        initial: dict[str, Any] = {
            "owner": lead_import.owner_id or "",
            "duplicates": lead_import.duplicates,
            "campaign": lead_import.campaign_id,
        }
        for use in self._uses:
            initial |= {f"field_{use.column}": use.field, f"unit_{use.column}": use.unit}
            initial[f"pattern_{use.column}"] = use.pattern
        super().__init__(data, initial=initial)
        self.fields["owner"].choices = self._owners(by)  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["campaign"].queryset = Campaign.objects.all()  # type: ignore[attr-defined]  # a ModelChoiceField
        for use in self._uses:
            self._add(use)

    def _owners(self, by: Principal) -> list[tuple[str, Any]]:
        people = [(str(user.pk), user.name or user.username) for user in self._people.values()]
        return [("", _("放入公海")), *people]

    def _add(self, use: Use) -> None:
        number = use.column
        label = use.header or f"{letter(number)}"
        self.fields[f"field_{number}"] = forms.ChoiceField(label=label, choices=_FIELD_CHOICES, required=False)
        self.fields[f"unit_{number}"] = forms.ChoiceField(
            label=format_lazy(_("{column} 的单位"), column=label),
            required=False,
            choices=[("", _("单位")), *((u, u) for u in UNITS)],
        )
        self.fields[f"pattern_{number}"] = forms.CharField(
            label=_("提取规则"), required=False, max_length=200,
            widget=forms.TextInput(attrs={"placeholder": r"^(.+?)\d{4}年", "spellcheck": "false"}),
        )  # fmt: skip

    def column_rows(self) -> Iterator[ColumnRow]:
        for use, samples in zip(self._uses, self._samples, strict=True):
            name = str(self[f"field_{use.column}"].value() or "")
            field = field_of(name)
            yield ColumnRow(
                letter=letter(use.column),
                header=use.header,
                samples=samples,
                field=self[f"field_{use.column}"],
                unit=self[f"unit_{use.column}"],
                pattern=self[f"pattern_{use.column}"],
                is_amount=field is not None and field.kind is Kind.AMOUNT,
                is_likely=use.confidence == LIKELY and bool(use.field),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for use, samples in zip(self._uses, self._samples, strict=True):
            field = field_of(cleaned.get(f"field_{use.column}", ""))
            if field is None or field.kind is not Kind.AMOUNT:
                cleaned[f"unit_{use.column}"] = ""
            elif not cleaned.get(f"unit_{use.column}") and _needs_unit(samples):
                self.add_error(f"unit_{use.column}", _("这些金额没有单位，请选择一个"))
        if cleaned.get("owner"):
            cleaned["owner_user"] = self._people.get(int(cleaned["owner"]))
        return cleaned

    @property
    def mapping(self) -> Mapping:
        """After ``is_valid``."""
        return Mapping(
            tuple(
                replace(
                    use,
                    field=self.cleaned_data[f"field_{use.column}"],
                    unit=self.cleaned_data[f"unit_{use.column}"],
                    pattern=self.cleaned_data[f"pattern_{use.column}"],
                    confidence=100,
                )
                for use in self._uses
            )
        )

    @property
    def options(self) -> Options:
        """After ``is_valid``."""
        return Options(
            duplicates=Duplicates(self.cleaned_data["duplicates"]),
            owner=self.cleaned_data.get("owner_user"),
            campaign=self.cleaned_data["campaign"],
        )


_FIELD_CHOICES: list[tuple[str, Any]] = [
    (ATTRIBUTE, _("保留为其他信息")),
    (IGNORE, _("不导入")),
    *((field.name, words.FIELD_NAMES[field.name]) for field in FIELDS),
]


def _needs_unit(samples: list[str]) -> bool:
    read = [amount_range(sample) for sample in samples]
    return any(isinstance(value, Problem) and value.code == "unit_unknown" for value in read)
