"""Parse what people type about rounds. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput, DateTimeInput
from tuoke.services.exchange.fields import YuanField
from tuoke.spine.customers.fields import TextField
from tuoke.spine.customers.models import Contact
from tuoke.spine.customers.rules import Channel
from tuoke.spine.followups.models import ASKED
from tuoke.steps.negotiation.models import Concession
from tuoke.steps.negotiation.rounds.models import CHANNELS, Position, Round
from tuoke.steps.negotiation.rounds.rules import (
    EXTRAS_LIMIT,
    NOTE_LIMIT,
    NOTHING,
    PAYMENT_LIMIT,
    REASON_LIMIT,
    AgreementDraft,
    ConcessionDraft,
    RoundDraft,
)
from tuoke.steps.negotiation.rounds.words import sentence
from tuoke.steps.negotiation.rules import Side, Terms


class LinesField(TextField):
    """Short texts, one a line → tuple."""

    def to_python(self, value: Any) -> Any:
        return tuple(line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip())

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, tuple | list) else value


class ProseField(TextField):
    """Text of several lines, kept with the same line ends however it was sent."""

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class RefusableForm(SaysWhy):
    say = staticmethod(sentence)


def _price(label: Any) -> YuanField:
    return YuanField(
        label=label, required=False,
        widget=forms.TextInput({"placeholder": _("例如 182万"), "inputmode": "text", "autocomplete": "off"}),
    )  # fmt: skip


def _days(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, widget=forms.NumberInput({"min": 1, "inputmode": "numeric"}))


def _payment(label: Any) -> ProseField:
    widget = forms.Textarea({"rows": 2, "placeholder": _("例如 首付 40%，上线 40%，验收 20%")})
    return ProseField(label=label, required=False, max_length=PAYMENT_LIMIT, widget=widget)


def _extras(label: Any) -> ProseField:
    widget = forms.Textarea({"rows": 2, "placeholder": _("例如 两次管理员培训")})
    return ProseField(label=label, required=False, max_length=EXTRAS_LIMIT, widget=widget)


def _clauses(label: Any) -> LinesField:
    widget = forms.Textarea({"rows": 2, "placeholder": _("一行一条，例如 违约金：由 5% 改为 3%")})
    return LinesField(label=label, required=False, widget=widget)


class RoundForm(RefusableForm):
    """One round. Our side is filled in from what lies on the table; what stays as it was is no new offer."""

    held_at = forms.DateTimeField(label=_("什么时候谈的"), widget=DateTimeInput)
    channel = forms.ChoiceField(label=_("方式"), choices=CHANNELS, initial=Channel.OFFLINE_MEETING.value)
    contact = forms.TypedChoiceField(label=_("和谁谈"), required=False, coerce=int, empty_value=None)
    note = ProseField(
        label=_("谈了什么"), required=False, max_length=NOTE_LIMIT, widget=forms.Textarea({"rows": 3}),
        help_text=_("尽量用对方的原话。"),
    )  # fmt: skip
    outcome = forms.ChoiceField(
        label=_("同时记为跟进"), required=False, choices=[("", _("不记")), *ASKED],
        help_text=_("选了结果，“谈了什么”就同时写进跟进记录。"),
    )  # fmt: skip
    ours_price = _price(_("价格"))
    ours_delivery_days = _days(_("交付天数"))
    ours_payment = _payment(_("付款方式"))
    ours_extras = _extras(_("附加服务"))
    ours_clauses = _clauses(_("条款变动"))
    theirs_price = _price(_("价格"))
    theirs_delivery_days = _days(_("交付天数"))
    theirs_payment = _payment(_("付款方式"))
    theirs_extras = _extras(_("附加服务"))
    theirs_clauses = _clauses(_("条款变动"))
    reason = TextField(
        label=_("越过底线的理由"), required=False, max_length=REASON_LIMIT, widget=forms.Textarea({"rows": 2}),
        help_text=_("只有报价越过底线、或让步超出权限时才需要，写给审批的主管看。"),
    )  # fmt: skip
    seen = forms.IntegerField(required=False, min_value=0, max_value=10**6, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=0, max_value=10**6, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], asks_reason: bool, **more: Any) -> None:
        super().__init__(data, **more)
        choose(self, "contact", contacts)
        if not asks_reason:
            del self.fields["reason"]

    @property
    def why(self) -> str:
        return str(self.cleaned_data.get("reason", ""))

    @property
    def draft(self) -> RoundDraft:
        said = self.cleaned_data
        return RoundDraft(
            held_at=said["held_at"],
            channel=said["channel"],
            ours=self._terms("ours"),
            theirs=self._terms("theirs"),
            contact_id=said["contact"],
            note=said["note"],
            outcome=said.get("outcome", ""),
            seen=said.get("seen") or 0,
            **self._given(),
        )

    def _given(self) -> dict[str, Any]:
        return {}

    def _terms(self, side: str) -> Terms:
        said = self.cleaned_data
        return Terms(**{name: said[f"{side}_{name}"] for name in Terms.__dataclass_fields__})


class NewRoundForm(RoundForm):
    """With what was given: steps of the ladder, and one thing that stands on none."""

    taken = forms.TypedMultipleChoiceField(
        label=_("给出的让步"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    returned = forms.TypedMultipleChoiceField(
        label=_("其中已换到回报的"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    give = TextField(label=_("还给了什么"), required=False, max_length=200)
    get = TextField(
        label=_("换回什么"), required=False, max_length=200, help_text=_("什么也没换回来就空着，会标记出来。")
    )
    value = YuanField(
        label=_("对我们的代价"),
        required=False,
        widget=forms.TextInput({"placeholder": _("例如 8000 或 1万")}),
    )

    def __init__(self, data: Any = None, *, steps: Sequence[Concession], **more: Any) -> None:
        super().__init__(data, **more)
        for name in ("taken", "returned"):
            self.fields[name].choices = [(step.pk, step.give) for step in steps]  # type: ignore[attr-defined]  # a ChoiceField
        del self.fields["version"]

    def _given(self) -> dict[str, Any]:
        said = self.cleaned_data
        named = ConcessionDraft(said["give"], said["get"], said["value"])
        is_named = any((named.give.strip(), named.get.strip(), named.value is not None))
        return {
            "taken": tuple(said["taken"]),
            "returned": frozenset(said["returned"]),
            "named": (named,) if is_named else (),
        }

    @classmethod
    def initial_of(cls, ours: Terms, theirs: Terms, *, seen: int, now: datetime) -> dict[str, Any]:
        at = timezone.localtime(now).replace(second=0, microsecond=0)
        return {**_said(Side.OURS, ours), **_said(Side.THEIRS, theirs), "seen": seen, "held_at": at}


class EditRoundForm(RoundForm):
    """What was written down; follow-up and concessions have places of their own."""

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        for name in ("outcome", "seen"):
            del self.fields[name]

    @classmethod
    def initial_of(cls, row: Round, positions: Sequence[Position]) -> dict[str, Any]:
        found = {position.side: position.terms for position in positions}
        initial = {"held_at": timezone.localtime(row.held_at), "channel": row.channel, "note": row.note}
        initial |= {"contact": row.contact_id or "", "version": row.version}
        for side in Side:
            initial |= _said(side, found.get(side.value, NOTHING))
        return initial


class ConcessionForm(RefusableForm):
    """Something given in a round that is written down already."""

    step = forms.TypedChoiceField(
        label=_("让步阶梯里的哪一项"), required=False, coerce=int, empty_value=None, help_text=_("不在阶梯里就空着。")
    )
    give = TextField(label=_("给了什么"), required=False, max_length=200)
    get = TextField(
        label=_("换回什么"), required=False, max_length=200, help_text=_("什么也没换回来就空着，会标记出来。")
    )
    value = YuanField(
        label=_("对我们的代价"),
        required=False,
        widget=forms.TextInput({"placeholder": _("例如 8000 或 1万")}),
    )

    def __init__(self, data: Any = None, *, steps: Sequence[Concession], **more: Any) -> None:
        super().__init__(data, **more)
        self._steps = {step.pk: step for step in steps}
        said = [(step.pk, f"{step.give} → {step.get}" if step.get else step.give) for step in steps]
        self.fields["step"].choices = [("", _("不在阶梯里")), *said]  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def chosen(self) -> Concession | None:
        return self._steps.get(self.cleaned_data["step"])

    @property
    def draft(self) -> ConcessionDraft:
        said, step = self.cleaned_data, self.chosen
        if step is None:
            return ConcessionDraft(said["give"], said["get"], said["value"])
        value = step.value if said["value"] is None else said["value"]
        return ConcessionDraft(said["give"] or step.give, said["get"], value)


class AgreementForm(RefusableForm):
    price = _price(_("价格"))
    delivery_days = _days(_("交付天数"))
    payment = _payment(_("付款方式"))
    extras = _extras(_("附加服务"))
    clauses = _clauses(_("条款变动"))
    agreed_on = forms.DateField(label=_("谈定日期"), widget=DateInput)
    contact = forms.TypedChoiceField(label=_("和谁谈定"), required=False, coerce=int, empty_value=None)
    note = ProseField(label=_("备注"), required=False, max_length=NOTE_LIMIT, widget=forms.Textarea({"rows": 2}))
    reason = TextField(
        label=_("越过底线的理由"), required=False, max_length=REASON_LIMIT, widget=forms.Textarea({"rows": 2}),
        help_text=_("只有条件越过底线时才需要，写给审批的主管看。"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], asks_reason: bool, **more: Any) -> None:
        super().__init__(data, **more)
        choose(self, "contact", contacts)
        if not asks_reason:
            del self.fields["reason"]

    @property
    def why(self) -> str:
        return str(self.cleaned_data.get("reason", ""))

    @property
    def draft(self) -> AgreementDraft:
        said = self.cleaned_data
        terms = Terms(**{name: said[name] for name in Terms.__dataclass_fields__})
        return AgreementDraft(terms, said["agreed_on"], said["contact"], said["note"])

    @classmethod
    def initial_of(cls, terms: Terms, *, today: date, contact_id: int | None) -> dict[str, Any]:
        said = {name: getattr(terms, name) for name in Terms.__dataclass_fields__}
        return said | {"agreed_on": today, "contact": contact_id or ""}


class ReasonForm(RefusableForm):
    """Why, in words; whether it is needed the action says."""

    reason = TextField(label=_("理由"), required=False, max_length=REASON_LIMIT, widget=forms.Textarea({"rows": 3}))


def choose(form: forms.Form, field: str, people: Sequence[Contact]) -> None:
    said = [(c.pk, f"{c.name} · {c.position}" if c.position else c.name) for c in people]
    form.fields[field].choices = [("", "—"), *said]  # type: ignore[attr-defined]  # a ChoiceField


def _said(side: Side, terms: Terms) -> dict[str, Any]:
    return {f"{side.value}_{name}": getattr(terms, name) for name in Terms.__dataclass_fields__}
