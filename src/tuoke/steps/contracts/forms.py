"""Parse what people type about a contract. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput
from tuoke.services.exchange.fields import YuanField
from tuoke.spine.customers.fields import TextField
from tuoke.spine.customers.models import Contact
from tuoke.steps.contracts.models import PARTS, Contract, ContractVersion
from tuoke.steps.contracts.rules import (
    NOTE_LIMIT,
    PARTY_LIMIT,
    REASON_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    ClauseDraft,
    HeadDraft,
    PaperDraft,
    SignDraft,
)
from tuoke.steps.contracts.words import sentence

MOST_TYPED = 200_000


class RefusableForm(SaysWhy):
    say = staticmethod(sentence)


class DeltaField(YuanField):
    """By how much: 8万, -5万, 减少5万."""

    def to_python(self, value: Any) -> Any:
        said = str(value or "").strip().replace("－", "-").replace("−", "-")
        is_less = said.startswith(("-", "减少", "减"))
        found = super().to_python(said.lstrip("+-").removeprefix("减少").removeprefix("减").removeprefix("增加"))
        return -found if is_less and found is not None else found

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if hasattr(value, "normalize") else value


class VersionForm(forms.Form):
    version = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)


class HeadForm(RefusableForm):
    title = TextField(label=_("合同名称"), required=False, max_length=TITLE_LIMIT)
    amount = YuanField(label=_("合同金额"), required=False, widget=forms.TextInput({"placeholder": _("例如 48万")}))
    tax_note = TextField(
        label=_("税"), required=False, max_length=NOTE_LIMIT,
        widget=forms.TextInput({"placeholder": _("例如 含 6% 增值税")}),
    )  # fmt: skip
    their_party = TextField(label=_("客户名称（甲方）"), required=False, max_length=PARTY_LIMIT)
    our_party = TextField(label=_("我方名称（乙方）"), required=False, max_length=PARTY_LIMIT)
    their_signer_id = forms.TypedChoiceField(label=_("客户签字人"), required=False, coerce=int, empty_value=None)
    our_signer_id = forms.TypedChoiceField(label=_("我方签字人"), required=False, coerce=int, empty_value=None)
    starts_on = forms.DateField(label=_("生效日期"), required=False, widget=DateInput)
    ends_on = forms.DateField(label=_("到期日期"), required=False, widget=DateInput)
    delivery_days = forms.IntegerField(
        label=_("交付天数"), required=False, widget=forms.NumberInput({"min": 1, "inputmode": "numeric"}),
        help_text=_("从生效日期算起；写了交付日期就不用填。"),
    )  # fmt: skip
    delivery_on = forms.DateField(label=_("交付日期"), required=False, widget=DateInput)
    version = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, contract: Contract, contacts: Sequence[Contact], people: Sequence[User]
    ) -> None:
        names = (*HeadDraft.__dataclass_fields__, "version")
        super().__init__(data, initial={name: getattr(contract, name) for name in names})
        if contract.is_amendment:
            self.fields["amount"] = DeltaField(
                label=_("金额变动"), required=False, widget=forms.TextInput({"placeholder": _("例如 8万 或 -5万")}),
                help_text=_("合同总额因此增加或减少多少；没有变动写 0。"),
            )  # fmt: skip
        known = [(c.pk, f"{c.name} · {c.position}" if c.position else c.name) for c in contacts]
        self.fields["their_signer_id"].choices = [("", "—"), *known]  # type: ignore[attr-defined]  # a ChoiceField
        ours = [(person.pk, person.name) for person in people]
        self.fields["our_signer_id"].choices = [("", "—"), *ours]  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def draft(self) -> HeadDraft:
        return HeadDraft(**{name: self.cleaned_data[name] for name in HeadDraft.__dataclass_fields__})


class ClauseForm(RefusableForm):
    part = forms.ChoiceField(label=_("属于哪一部分"), choices=PARTS)
    title = TextField(label=_("条款名称"), required=False, max_length=TITLE_LIMIT)
    text = TextField(
        label=_("条款内容"), required=False, max_length=TEXT_LIMIT, widget=forms.Textarea({"rows": 6}),
        help_text=_("写数字、日期和清单；〔〕里的内容签署前要填好。"),
    )  # fmt: skip

    @property
    def draft(self) -> ClauseDraft:
        said = self.cleaned_data
        return ClauseDraft(said["part"], said["title"], said["text"])


class EditClauseForm(ClauseForm):
    version = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)


class OrderForm(forms.Form):
    order = forms.RegexField(r"^\d{1,18}(,\d{1,18}){0,199}$", max_length=4000)

    @property
    def ids(self) -> list[int]:
        return [int(said) for said in self.cleaned_data["order"].split(",")]


class MoveForm(forms.Form):
    to = forms.ChoiceField(choices=[("up", "up"), ("down", "down")])


class NoteForm(RefusableForm):
    note = TextField(label=_("这一版改了什么"), required=False, max_length=NOTE_LIMIT)


class ReasonForm(RefusableForm):
    reason = TextField(label=_("理由"), required=False, max_length=REASON_LIMIT, widget=forms.Textarea({"rows": 3}))


class AcceptForm(ReasonForm):
    """``key`` and ``seal`` name the finding as it read when the page was drawn."""

    key = forms.CharField(max_length=80, widget=forms.HiddenInput)
    seal = forms.CharField(max_length=64, widget=forms.HiddenInput)


class SignForm(RefusableForm):
    signed_on = forms.DateField(label=_("签署日期"), widget=DateInput, help_text=_("双方都签好的那一天。"))
    version_id = forms.IntegerField(min_value=0, max_value=2**62, widget=forms.HiddenInput)

    @property
    def draft(self) -> SignDraft:
        return SignDraft(self.cleaned_data["version_id"], self.cleaned_data["signed_on"])


class TerminateForm(ReasonForm):
    on = forms.DateField(label=_("解除日期"), widget=DateInput)


class PaperForm(RefusableForm):
    title = TextField(label=_("合同名称"), required=False, max_length=TITLE_LIMIT)
    amount = YuanField(label=_("合同金额"), required=False, widget=forms.TextInput({"placeholder": _("例如 48万")}))
    signed_on = forms.DateField(label=_("签署日期"), widget=DateInput)
    starts_on = forms.DateField(label=_("生效日期"), required=False, widget=DateInput)
    ends_on = forms.DateField(label=_("到期日期"), required=False, widget=DateInput)
    reason = TextField(
        label=_("为什么补录"), required=False, max_length=REASON_LIMIT, widget=forms.Textarea({"rows": 2}),
        help_text=_("例如 系统启用前已在纸上签好。条款没有逐条核对过，“条款与谈判一致”不会因此满足。"),
    )  # fmt: skip

    @property
    def draft(self) -> PaperDraft:
        return PaperDraft(**{name: self.cleaned_data[name] for name in PaperDraft.__dataclass_fields__})


class TitleForm(RefusableForm):
    title = TextField(
        label=_("补充协议名称"), required=False, max_length=TITLE_LIMIT,
        widget=forms.TextInput({"placeholder": _("例如 增购 20 台扫码终端")}),
    )  # fmt: skip


class ReturnedForm(RefusableForm):
    """The customer's version: pasted, or a file from which its text is read."""

    text = forms.CharField(
        label=_("客户发回的合同文字"), required=False, max_length=MOST_TYPED,
        widget=forms.Textarea({"rows": 12, "placeholder": _("把客户发回的全文粘贴在这里")}),
    )  # fmt: skip
    file = forms.FileField(
        label=_("或者选择文件（docx、txt）"), required=False, widget=forms.ClearableFileInput({"accept": ".docx,.txt"})
    )


class AgainstForm(forms.Form):
    against = forms.TypedChoiceField(label=_("与这一版比较"), required=False, coerce=int, empty_value=None)

    def __init__(self, data: Any = None, *, versions: Sequence[ContractVersion]) -> None:
        super().__init__(data)
        said = [(v.number, _("第 %(number)s 版") % {"number": v.number}) for v in versions]
        self.fields["against"].choices = [("", "—"), *said]  # type: ignore[attr-defined]  # a ChoiceField


def sign_initial(version: ContractVersion | None, *, today: date) -> dict[str, Any]:
    return {"signed_on": today, "version_id": version.pk if version else 0}
