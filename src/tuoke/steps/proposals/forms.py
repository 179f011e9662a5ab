"""Parse what people type into a proposal. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.kernel.verdict import Verdict
from tuoke.spine.customers.fields import TextField
from tuoke.steps.discovery.models import KIND_NAMES, Need
from tuoke.steps.discovery.rules import NeedKind
from tuoke.steps.proposals.models import PARTS, ProposalVersion
from tuoke.steps.proposals.rules import SectionDraft, heading_of
from tuoke.steps.proposals.words import sentence

FIELDS: Mapping[str, str] = {"title": "title", "text": "text", "note": "note", "part": "part", "need": "needs"}
"""The field that a refusal is about, by the first word of its code."""
PICKS_MOST = 100


class RefusableForm(forms.Form):
    def refuse(self, verdict: Verdict) -> None:
        """Say every reason of a refusal at the field that it is about."""
        for reason in verdict.reasons:
            name = FIELDS.get(reason.code.split("_")[0], "")
            self.add_error(name if name in self.fields else None, sentence(reason))


class BeginForm(RefusableForm):
    """``picks`` are keys of the proposed sections; with ``blank`` none of them is taken."""

    title = TextField(label=_("方案标题"))
    picks = forms.CharField(required=False, max_length=40 * PICKS_MOST, widget=forms.HiddenInput)
    blank = forms.BooleanField(required=False, widget=forms.HiddenInput)


class TitleForm(RefusableForm):
    title = TextField(label=_("方案标题"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class SectionForm(RefusableForm):
    title = TextField(label=_("小节标题"))
    part = forms.ChoiceField(label=_("放在哪一部分"), choices=PARTS, initial="solution")
    text = TextField(
        label=_("正文"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("写进客户的数字、流程名和原话；〔〕里的内容要换成真实的"),
    )
    needs = forms.TypedMultipleChoiceField(
        label=_("回应哪些需求"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, listed: Sequence[Need], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["needs"].choices = [(need.pk, _named(need)) for need in listed]  # type: ignore[attr-defined]
        if not listed:
            del self.fields["needs"]

    @property
    def draft(self) -> SectionDraft:
        given = self.cleaned_data
        return SectionDraft(given["part"], given["title"], given["text"], tuple(given.get("needs") or ()))


class EditSectionForm(SectionForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionForm(forms.Form):
    """A one-press verb: the version that was seen."""

    version = forms.IntegerField()


class TakeForm(forms.Form):
    """The need for which a block is taken; 0 or none: for no one in particular."""

    need = forms.IntegerField(required=False, min_value=0, max_value=2**62)


class OrderForm(forms.Form):
    """Ids with commas between them, in their new order."""

    order = forms.RegexField(regex=r"^\d{1,18}(,\d{1,18})*$", max_length=20_000)

    @property
    def ids(self) -> list[int]:
        return [int(part) for part in self.cleaned_data["order"].split(",")]


class MoveForm(forms.Form):
    to = forms.ChoiceField(choices=[("up", "up"), ("down", "down")])


class FreezeForm(RefusableForm):
    note = TextField(label=_("这一版改了什么"), required=False)


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("查找"), required=False, max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )


class BlocksForm(SearchForm):
    part = forms.ChoiceField(label=_("哪一部分"), required=False, choices=[("", _("全部")), *PARTS])


class AttachForm(RefusableForm):
    item = forms.IntegerField(min_value=1, max_value=2**62)
    note = TextField(label=_("说明"), required=False)


class CompareForm(forms.Form):
    """The version to compare with; empty: the one before."""

    against = forms.TypedChoiceField(label=_("和哪一版比较"), required=False, coerce=int, empty_value=None)

    def __init__(self, data: Any = None, *, others: Sequence[ProposalVersion], **more: Any) -> None:
        super().__init__(data, **more)
        names = [(other.number, _("第 %(number)s 版") % {"number": other.number}) for other in others]
        self.fields["against"].choices = [("", _("不比较")), *names]  # type: ignore[attr-defined]  # a ChoiceField


def _named(need: Need) -> str:
    return f"{KIND_NAMES[NeedKind(need.kind)]} · {heading_of(need.description)}"
