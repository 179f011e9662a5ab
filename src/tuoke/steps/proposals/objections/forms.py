"""Parse what people type about objections. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.customers.fields import TextField
from tuoke.spine.customers.models import Contact
from tuoke.spine.followups.models import FollowUp
from tuoke.spine.library.models import Item
from tuoke.spine.library.rules import ItemKind, ObjectionKind
from tuoke.steps.proposals.objections.actions import Raised
from tuoke.steps.proposals.objections.models import KINDS, RESULTS, DealObjection
from tuoke.steps.proposals.objections.rules import ObjectionDraft, Result
from tuoke.steps.proposals.objections.words import sentence

LARGEST_ID = 2**63 - 1


class RefusableForm(SaysWhy):
    say = staticmethod(sentence)
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    @property
    def seen(self) -> int:
        return self.cleaned_data["version"] or 0

    def keep_for(self, version: int) -> None:
        """Somebody else was first: what was typed stays, to be sent again about ``version``."""
        data = cast(QueryDict, self.data).copy()
        data["version"] = str(version)
        self.data = data
        self.add_error(None, _now("刚被别人改过，已显示最新内容，请再试一次。"))


class ObjectionForm(RefusableForm):
    """What the customer may say and what we answer; ``proofs`` are (version, item) to choose from."""

    kind = forms.ChoiceField(label=_("类型"), choices=KINDS)
    text = TextField(
        label=_("客户会怎么说"),
        required=False,
        widget=forms.Textarea({"rows": 2, "placeholder": _("“你们太贵了，超出我们的预算。”")}),
    )
    answer = TextField(
        label=_("我们怎么答"),
        required=False,
        widget=forms.Textarea({"rows": 7}),
        help_text=_("先认可，再说怎么做，最后给证据。改成这家客户听得进去的话。"),
    )
    proofs = forms.TypedMultipleChoiceField(
        label=_("拿什么证明"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("案例优先，其次第三方数据和认证。"),
    )
    backing = TextField(
        label=_("其他依据"),
        required=False,
        widget=forms.Textarea({"rows": 2, "placeholder": _("上周试用的记录、合同里的条款……")}),
        help_text=_("资料库里没有合适的，就写这里；最后才是我们自己的说法。"),
    )
    alternative = TextField(
        label=_("做不到时的替代办法"),
        required=False,
        widget=forms.Textarea({"rows": 2, "placeholder": _("做不到的直说：替代的做法、多久以后可以")}),
    )
    source = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, proofs: Sequence[tuple[int, Item]], **more: Any) -> None:
        super().__init__(data, **more)
        field = self.fields["proofs"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(version, _proof_name(item)) for version, item in proofs]

    @property
    def draft(self) -> ObjectionDraft:
        said = self.cleaned_data
        return ObjectionDraft(
            kind=ObjectionKind(said["kind"]),
            text=said["text"],
            answer=said["answer"],
            alternative=said["alternative"],
            backing=said["backing"],
            proofs=tuple(said["proofs"]),
            source=said["source"],
        )

    @staticmethod
    def initial_of(objection: DealObjection, proofs: Iterable[int]) -> dict[str, Any]:
        names = ("kind", "text", "answer", "alternative", "backing", "version")
        said = {name: getattr(objection, name) for name in names}
        return {**said, "proofs": list(proofs), "source": objection.source_id}


class NewObjectionForm(ObjectionForm):
    """One that isn't on the list yet; the customer may have said it already."""

    is_raised = forms.BooleanField(label=_("客户已经提出来了"), required=False)

    def __init__(
        self, data: Any = None, *, contacts: Sequence[Contact], followups: Sequence[FollowUp], today: date, **more: Any
    ) -> None:
        super().__init__(data, **more)
        _add_raised(self, contacts, followups, today=today)

    @property
    def raised(self) -> Raised | None:
        return _raised(self.cleaned_data) if self.cleaned_data["is_raised"] else None


class RaiseForm(RefusableForm):
    """The customer said it."""

    def __init__(
        self, data: Any = None, *, contacts: Sequence[Contact], followups: Sequence[FollowUp], today: date, **more: Any
    ) -> None:
        super().__init__(data, **more)
        _add_raised(self, contacts, followups, today=today)

    @property
    def raised(self) -> Raised:
        return _raised(self.cleaned_data)


class AnswerForm(RefusableForm):
    """We gave the answer."""

    on = forms.DateField(label=_("答复日期"), widget=DateInput)

    def __init__(self, data: Any = None, *, today: date, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["on"].initial = today


class SettleForm(AnswerForm):
    """What the customer said to it."""

    result = forms.ChoiceField(label=_("客户的反应"), required=False, choices=RESULTS, widget=forms.RadioSelect)
    result_note = TextField(
        label=_("客户怎么说"),
        required=False,
        widget=forms.Textarea({"rows": 2, "placeholder": _("他的原话，以及还差什么")}),
    )
    field_order = ("result", "result_note", "on", "version")

    def __init__(self, data: Any = None, *, today: date, **more: Any) -> None:
        super().__init__(data, today=today, **more)
        self.fields["on"].label = _now("日期")

    @property
    def result_said(self) -> Result:
        return Result(self.cleaned_data["result"])


class DismissForm(RefusableForm):
    """It doesn't apply to this customer."""

    reason = TextField(
        label=_("为什么不适用"),
        required=False,
        widget=forms.TextInput({"placeholder": _("客户已明确预算可以增加"), "maxlength": 200}),
    )


def _proof_name(item: Item) -> str:
    kind = _now("案例") if item.kind == ItemKind.CASE else _now("证据")
    said = {"kind": kind, "title": item.title}
    return (_now("%(kind)s · %(title)s（虚构示例，不算证据）") if item.is_example else "%(kind)s · %(title)s") % said


def _add_raised(form: forms.Form, contacts: Sequence[Contact], followups: Sequence[FollowUp], *, today: date) -> None:
    people = [(contact.pk, f"{contact.name} {contact.position}".strip()) for contact in contacts]
    told = [(one.pk, f"{one.at:%m-%d} {one.summary[:30]}") for one in followups]
    form.fields["contact"] = forms.TypedChoiceField(
        label=_("谁提的"), required=False, coerce=int, empty_value=None, choices=[("", _now("没有记名")), *people]
    )
    form.fields["raised_on"] = forms.DateField(
        label=_("哪天提的"), required=False, widget=DateInput, initial=today, help_text=_("空着就是今天。")
    )
    form.fields["followup"] = forms.TypedChoiceField(
        label=_("来自哪条跟进"), required=False, coerce=int, empty_value=None, choices=[("", _now("没有")), *told]
    )
    form.fields["raised_on"].widget.attrs["max"] = today.isoformat()


def _raised(said: dict[str, Any]) -> Raised:
    return Raised(said["raised_on"] or timezone.localdate(), said["contact"], said["followup"])
