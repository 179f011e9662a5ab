"""Parse what people type about signs and proposals to sign. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput
from tuoke.services.exchange.fields import YuanField
from tuoke.spine.customers.fields import TextField
from tuoke.spine.library.rules import SignalKind
from tuoke.steps.negotiation.models import Concession
from tuoke.steps.negotiation.signals.models import ANSWERS, KINDS, ClosingProposal, Signal
from tuoke.steps.negotiation.signals.rules import (
    EXTRA_LIMIT,
    NOTE_LIMIT,
    TEXT_LIMIT,
    Answer,
    AnswerDraft,
    ClosingDraft,
    SignalDraft,
)
from tuoke.steps.negotiation.signals.words import SENTENCES, sentence

LARGEST_ID = 2**63 - 1


class RefusableForm(SaysWhy):
    say = staticmethod(sentence)


class TickForm(RefusableForm):
    kind = forms.ChoiceField(label=_("客户露出了什么信号"), choices=KINDS, widget=forms.RadioSelect)
    said_on = forms.DateField(label=_("哪天"), widget=DateInput)
    note = TextField(
        label=_("客户怎么说的"),
        required=False,
        max_length=NOTE_LIMIT,
        widget=forms.Textarea({"rows": 2, "placeholder": _("最好是原话，例如“年前能不能切换完”")}),
    )

    @property
    def draft(self) -> SignalDraft:
        said = self.cleaned_data
        return SignalDraft(SignalKind(said["kind"]), said["said_on"], said["note"])


class ClosingForm(RefusableForm):
    """``version_id``: the item of the library that the text began as."""

    signal = forms.TypedChoiceField(label=_("因为哪个信号"), required=False, coerce=int, empty_value=None)
    text = TextField(
        label=_("怎么提的"),
        max_length=TEXT_LIMIT,
        error_messages={"required": SENTENCES["text_missing"]},
        help_text=_("写具体：哪天签、先做哪一步、谁来对接。"),
        widget=forms.Textarea({"rows": 5}),
    )
    offered_on = forms.DateField(label=_("哪天提的"), widget=DateInput)
    concession = forms.TypedChoiceField(label=_("附带让步清单里的一条"), required=False, coerce=int, empty_value=None)
    extra = TextField(
        label=_("或清单之外的好处"),
        required=False,
        max_length=EXTRA_LIMIT,
        help_text=_("给出去的好处就是让步：会记进让步清单，超出权限的要先批准。"),
        widget=forms.TextInput({"placeholder": _("例如 加赠一次夜班培训")}),
    )
    value = YuanField(
        label=_("对我们的代价"), required=False, widget=forms.TextInput({"inputmode": "decimal", "placeholder": "3000"})
    )
    returns = TextField(
        label=_("换回什么"),
        required=False,
        max_length=EXTRA_LIMIT,
        widget=forms.TextInput({"placeholder": _("例如 12 月 20 日前签约")}),
    )
    version_id = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, signals: Sequence[Signal], ladder: Sequence[Concession], **more: Any
    ) -> None:
        super().__init__(data, **more)
        named = [(one.pk, f"{one.kind_name} · {one.said_at:%m-%d}") for one in signals]
        _choose(self, "signal", named, empty=_("没有特定的信号"))
        _choose(self, "concession", [(one.pk, _step(one)) for one in ladder], empty=_("不附带"))

    @property
    def draft(self) -> ClosingDraft:
        said = self.cleaned_data
        return ClosingDraft(
            text=said["text"], offered_on=said["offered_on"], signal_id=said["signal"], version_id=said["version_id"],
            concession_id=said["concession"], extra=said["extra"], returns=said["returns"], value=said["value"],
        )  # fmt: skip


class AnswerForm(RefusableForm):
    answer = forms.ChoiceField(
        label=_("客户的答复"),
        choices=[(value, name) for value, name in ANSWERS if value],
        widget=forms.RadioSelect,
        error_messages={"required": SENTENCES["answer_missing"]},
    )
    answered_on = forms.DateField(label=_("哪天答复"), widget=DateInput)
    note = TextField(label=_("他怎么说"), required=False, max_length=NOTE_LIMIT, widget=forms.Textarea({"rows": 2}))
    version = forms.IntegerField(required=False, min_value=0, max_value=10**6, widget=forms.HiddenInput)

    @property
    def draft(self) -> AnswerDraft:
        said = self.cleaned_data
        return AnswerDraft(Answer(said["answer"]), said["answered_on"], said["note"])

    @classmethod
    def initial_of(cls, closing: ClosingProposal) -> dict[str, Any]:
        return {
            "answer": closing.answer,
            "answered_on": closing.answered_on,
            "note": closing.answer_note,
            "version": closing.version,
        }


def _choose(form: forms.Form, name: str, choices: Sequence[tuple[int, str]], *, empty: Any) -> None:
    form.fields[name].choices = [("", empty), *choices]  # type: ignore[attr-defined]  # a choice field


def _step(one: Concession) -> str:
    return f"{one.give} → {one.get}" if one.get else one.give
