"""Parse what people type about needs. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.kernel.verdict import Verdict
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.customers.fields import TextField
from tuoke.spine.customers.models import Contact
from tuoke.steps.discovery.models import KINDS, PRIORITIES
from tuoke.steps.discovery.rules import NeedDraft, NeedKind, Priority
from tuoke.steps.discovery.words import sentence

FIELDS: Mapping[str, str] = {"description": "description", "confirmed": "confirmed_on", "contact": "contact"}
"""The field that a refusal is about, by the first word of its code."""


class NeedForm(forms.Form):
    kind = forms.ChoiceField(label=_("需求类型"), choices=KINDS, widget=forms.RadioSelect)
    description = TextField(label=_("需求描述"), widget=forms.Textarea(attrs={"rows": 3}))
    priority = forms.ChoiceField(
        label=_("优先级"), choices=PRIORITIES, widget=forms.RadioSelect, initial=Priority.MEDIUM.value
    )
    contact = forms.TypedChoiceField(label=_("谁提出的"), required=False, coerce=int, empty_value=None)
    confirmed_on = forms.DateField(
        label=_("确认时间"), required=False, widget=DateInput, help_text=_("客户确认这条需求的日期；还没确认就空着")
    )

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, **more)
        said = [(c.pk, f"{c.name} · {c.position}" if c.position else c.name) for c in contacts]
        self.fields["contact"].choices = [("", "—"), *said]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["description"].widget.attrs["placeholder"] = _("用客户的话写：什么事、多少、影响什么")
        if not contacts:
            del self.fields["contact"]

    @property
    def draft(self) -> NeedDraft:
        given = self.cleaned_data
        return NeedDraft(
            kind=NeedKind(given["kind"]),
            description=given["description"],
            priority=Priority(given["priority"]),
            contact_id=given.get("contact"),
            confirmed_on=given.get("confirmed_on"),
        )

    def refuse(self, verdict: Verdict) -> None:
        """Say every reason of a refusal at the field that it is about."""
        for reason in verdict.reasons:
            name = FIELDS.get(reason.code.split("_")[0], "")
            self.add_error(name if name in self.fields else None, sentence(reason))


class EditNeedForm(NeedForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionForm(forms.Form):
    """A one-press verb: the version that was seen, and the day where it needs one."""

    version = forms.IntegerField()
    on = forms.DateField(required=False)


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("文件"),
        help_text=_("xlsx、xls 或 csv，第一行是列名"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": _("请选择一个文件。"), "empty": _("文件是空的，请选择有内容的文件。")},
    )
