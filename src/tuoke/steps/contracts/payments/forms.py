"""Parse what people type about payments. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput, SearchInput
from tuoke.services.exchange import rules as exchange
from tuoke.services.exchange.fields import YuanField
from tuoke.services.exchange.rules import cents
from tuoke.spine.customers.fields import TextField
from tuoke.steps.contracts.kickoff.models import Milestone
from tuoke.steps.contracts.payments.models import METHODS, Instalment
from tuoke.steps.contracts.payments.queries import Filters
from tuoke.steps.contracts.payments.rules import (
    MOST_DAYS_AFTER,
    MOST_REMIND,
    NAME_LIMIT,
    NOTE_LIMIT,
    PAYER_LIMIT,
    REASON_LIMIT,
    REFERENCE_LIMIT,
    USUAL_REMIND,
    InstalmentDraft,
    Method,
    ReceiptDraft,
)
from tuoke.steps.contracts.payments.words import sentence

STATES = [
    ("open", _("未结清")),
    ("overdue", _("逾期")),
    ("soon", _("30 天内到期")),
    ("waiting", _("等定日期")),
    ("settled", _("已结清")),
    ("all", _("全部")),
]


class ShareOrYuanField(YuanField):
    """30% of ``whole``, or yuan as people type them."""

    whole: Decimal | None = None

    def to_python(self, value: Any) -> Any:
        said = str(value or "").strip().replace("％", "%")
        if not said.endswith("%"):
            return super().to_python(value)
        share = exchange.percent(said)
        if not isinstance(share, Decimal) or not 0 < share <= 1 or self.whole is None:
            raise ValidationError(_("比例看不明白，请写成 30% 或 15万。"))
        return cents(self.whole * share)


class RefusableForm(SaysWhy):
    say = staticmethod(sentence)


class InstalmentForm(RefusableForm):
    name = TextField(
        label=_("名称"), max_length=NAME_LIMIT, widget=forms.TextInput({"placeholder": _("例如 首付款、验收款")})
    )
    amount = ShareOrYuanField(label=_("金额"), help_text=_("可以写比例，例如 30%，按合同金额折算。"))
    on = forms.DateField(label=_("到期日期"), required=False, widget=DateInput)
    milestone = forms.TypedChoiceField(label=_("或者按里程碑"), required=False, coerce=int, empty_value=None)
    days_after = forms.IntegerField(
        label=_("里程碑之后几天"), required=False, min_value=0, max_value=MOST_DAYS_AFTER, initial=0
    )
    in_workdays = forms.BooleanField(label=_("按工作日计算"), required=False)
    remind_days = forms.IntegerField(
        label=_("提前几天提醒"), required=False, min_value=0, max_value=MOST_REMIND, initial=USUAL_REMIND
    )
    method = forms.ChoiceField(label=_("付款方式"), required=False, choices=METHODS)
    note = TextField(label=_("备注"), required=False, max_length=NOTE_LIMIT, widget=forms.Textarea({"rows": 2}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=10**9)

    def __init__(
        self, data: Any = None, *, milestones: Sequence[Milestone], whole: Decimal | None, event: str = "", **more: Any
    ) -> None:
        super().__init__(data, **more)
        self._event = event
        said = [(one.pk, f"{one.name} · {one.done_on or one.ends_on:%Y-%m-%d}") for one in milestones]
        self.fields["milestone"].choices = [("", _("不按里程碑")), *said]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["amount"].whole = whole  # type: ignore[attr-defined]  # a ShareOrYuanField
        if not milestones:
            del self.fields["milestone"]
        if not milestones and not event:  # what waits for something keeps its days until the plan has a line for it
            del self.fields["days_after"], self.fields["in_workdays"]

    @property
    def draft(self) -> InstalmentDraft:
        said = self.cleaned_data
        remind = said["remind_days"]
        return InstalmentDraft(
            said["name"], said["amount"], on=said["on"], milestone=said.get("milestone"),
            days_after=said.get("days_after") or 0, in_workdays=said.get("in_workdays", False),
            remind_days=USUAL_REMIND if remind is None else remind,
            method=Method(said["method"]), note=said["note"], event=self._event,
        )  # fmt: skip

    @classmethod
    def initial_of(cls, row: Instalment) -> dict[str, Any]:
        names = ("name", "amount", "days_after", "in_workdays", "remind_days", "method", "note", "version")
        on = None if row.milestone_id else row.due_on
        return {name: getattr(row, name) for name in names} | {"on": on, "milestone": row.milestone_id}


class MoneyForm(RefusableForm):
    """What came in or went back, and for which instalment."""

    amount = YuanField(label=_("金额"))
    received_on = forms.DateField(label=_("日期"), widget=DateInput)
    instalment = forms.TypedChoiceField(label=_("记到哪一期"), required=False, coerce=int, empty_value=None)
    method = forms.ChoiceField(label=_("方式"), required=False, choices=METHODS)
    reference = TextField(label=_("流水号或凭证号"), required=False, max_length=REFERENCE_LIMIT)
    payer = TextField(
        label=_("付款方"), required=False, max_length=PAYER_LIMIT, help_text=_("和合同里的客户名称不同时填写。")
    )
    note = TextField(label=_("备注"), required=False, max_length=NOTE_LIMIT, widget=forms.Textarea({"rows": 2}))
    blank = _("按到期先后自动分到各期")

    def __init__(self, data: Any = None, *, instalments: Sequence[Instalment], **more: Any) -> None:
        super().__init__(data, **more)
        said = [(one.pk, self.said(one)) for one in instalments]
        self.fields["instalment"].choices = [("", self.blank), *said]  # type: ignore[attr-defined]  # a ChoiceField

    @staticmethod
    def said(row: Instalment) -> str:
        return _("%(name)s · 还差 ¥%(rest)s") % {"name": row.name, "rest": f"{row.rest:,.2f}"}

    @property
    def draft(self) -> ReceiptDraft:
        said = self.cleaned_data
        return ReceiptDraft(
            said["amount"], said["received_on"], Method(said["method"]), said["reference"], said["payer"], said["note"]
        )


class RefundForm(MoneyForm):
    blank = _("没有记到任何一期的钱")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["note"].label = _("为什么退款")
        self.fields["note"].required = True
        del self.fields["payer"]

    @staticmethod
    def said(row: Instalment) -> str:
        return _("%(name)s · 已到账 ¥%(received)s") % {"name": row.name, "received": f"{row.received:,.2f}"}

    @property
    def draft(self) -> ReceiptDraft:
        said = self.cleaned_data
        return ReceiptDraft(
            said["amount"], said["received_on"], Method(said["method"]), said["reference"], note=said["note"]
        )


class WithdrawForm(RefusableForm):
    reason = TextField(
        label=_("为什么撤销"), max_length=REASON_LIMIT, widget=forms.TextInput({"placeholder": _("例如 金额输错")})
    )


class AssignForm(RefusableForm):
    instalment = forms.TypedChoiceField(label=_("改记到哪一期"), required=False, coerce=int, empty_value=None)

    def __init__(self, data: Any = None, *, instalments: Sequence[Instalment], **more: Any) -> None:
        super().__init__(data, **more)
        said = [(one.pk, MoneyForm.said(one)) for one in instalments]
        self.fields["instalment"].choices = [("", _("不记到任何一期")), *said]  # type: ignore[attr-defined]  # a ChoiceField


class ListForm(forms.Form):
    """Narrows the lists; owners are offered to whoever sees more than his own."""

    q = TextField(
        label=_("商机或客户"), required=False, max_length=100, widget=SearchInput({"placeholder": _("商机或客户")})
    )
    state = forms.ChoiceField(label=_("状态"), required=False, choices=STATES)
    owner = forms.ModelChoiceField(
        label=_("负责人"), required=False, queryset=User.objects.none(), empty_label=_("所有负责人")
    )
    first = forms.DateField(label=_("从"), required=False, widget=DateInput)
    last = forms.DateField(label=_("到"), required=False, widget=DateInput)

    def __init__(self, data: Any = None, *, who: Principal, **more: Any) -> None:
        super().__init__(data, **more)
        scope = who.scope_of(Permission.PAYMENT_READ)
        if scope < Scope.DEPARTMENT:
            del self.fields["owner"]
            return
        people = User.objects.filter(is_active=True).order_by("name")
        if scope is not Scope.ALL:
            people = people.filter(department_id__in=who.department_ids(scope))
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField

    @property
    def wanted(self) -> Filters:
        said = self.cleaned_data
        owner = said.get("owner")
        return Filters(
            said.get("state") or "open", said["q"].strip(), owner.pk if owner else None, said["first"], said["last"]
        )


class ReceivedForm(ListForm):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        del self.fields["state"]
