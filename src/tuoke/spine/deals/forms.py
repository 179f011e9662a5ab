from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.catalog.models import MARKETS, MOTIONS, SCALES, Competitor, Product
from tuoke.spine.catalog.rules import Market, Motion, Scale, Segment
from tuoke.spine.customers.fields import TextField
from tuoke.spine.deals.fields import AmountField, AmountRangeField
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import DUTY_LIMIT, MOST_SHARED, NAME_LIMIT, REASON_LIMIT


class DealForm(forms.Form):
    name = TextField(
        label=_("商机名称"), max_length=NAME_LIMIT, widget=forms.TextInput({"placeholder": _("例如 数据整合一期")})
    )
    amount = AmountField(
        label=_("预计金额"), required=False, help_text=_("最可能的成交额，例如 50万。"), widget=forms.TextInput
    )
    expected_close_on = forms.DateField(label=_("预计签约日期"), required=False, widget=DateInput)
    budget = AmountRangeField(label=_("客户预算"), required=False, help_text=_("例如 20-50万，不清楚就先空着。"))
    product = forms.ModelChoiceField(
        label=_("产品"), queryset=Product.objects.all(), required=False, empty_label=_("未定")
    )
    owner = forms.ModelChoiceField(label=_("负责人"), queryset=User.objects.none())
    market = forms.ChoiceField(label=_("市场"), choices=MARKETS, initial=Market.TOB.value, widget=forms.RadioSelect)
    scale = forms.ChoiceField(label=_("规模"), choices=SCALES, initial=Scale.SMALL.value, widget=forms.RadioSelect)
    motion = forms.ChoiceField(label=_("方式"), choices=MOTIONS, initial=Motion.NEW.value, widget=forms.RadioSelect)
    is_complex = forms.BooleanField(
        label=_("复杂项目"), required=False, help_text=_("需要多个部门一起交付：会多出技术签认和责任分工。")
    )
    note = TextField(label=_("备注"), required=False, max_length=5000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, colleagues: Iterable[User] | None, **kwargs: Any) -> None:
        """``colleagues`` None: the owner isn't asked for (editing; see transfer)."""
        super().__init__(*args, **kwargs)
        products = Product.objects.offered(keeping=self.initial.get("product"))
        self.fields["product"].queryset = products  # type: ignore[attr-defined]  # a ModelChoiceField
        if colleagues is None:
            del self.fields["owner"]
        else:
            _offer(self.fields["owner"], colleagues)

    @property
    def segment(self) -> Segment:
        values = self.cleaned_data
        return Segment(Market(values["market"]), Scale(values["scale"]), Motion(values["motion"]))

    @classmethod
    def initial_of(cls, deal: Opportunity) -> dict[str, Any]:
        same = ("name", "amount", "expected_close_on", "product", "market", "scale", "motion", "is_complex", "note")
        values = {field: getattr(deal, field) for field in same}
        known = deal.budget_low is not None or deal.budget_high is not None
        return {**values, "budget": (deal.budget_low, deal.budget_high) if known else ""}


class ReasonForm(forms.Form):
    reason = TextField(label=_("理由"), max_length=REASON_LIMIT, widget=forms.Textarea({"rows": 2}))


class BackForm(ReasonForm):
    to = forms.ChoiceField(label=_("退回到"), widget=forms.RadioSelect)
    field_order = ["to", "reason"]

    def __init__(self, *args: Any, steps: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        field.choices = steps  # type: ignore[attr-defined]  # a ChoiceField
        field.initial = steps[0][0] if steps else None


class PauseForm(forms.Form):
    until = forms.DateField(label=_("暂停到"), widget=DateInput, help_text=_("到那天会回到待办里。"))
    reason = TextField(label=_("原因"), required=False, max_length=REASON_LIMIT, widget=forms.Textarea({"rows": 2}))


class WonForm(forms.Form):
    amount = AmountField(label=_("签约金额"), help_text=_("合同上的金额，例如 48万。"))


class GiveUpForm(forms.Form):
    """A cause to choose and room for the story; together they are the reason."""

    cause = forms.ChoiceField(label=_("主要原因"), widget=forms.RadioSelect)
    detail = TextField(
        label=_("补充说明"), required=False, max_length=REASON_LIMIT - 20, widget=forms.Textarea({"rows": 2})
    )
    causes: tuple[Any, ...] = ()
    other = _("其他")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].choices = [(str(cause), cause) for cause in (*self.causes, self.other)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("cause") == str(self.other) and not values.get("detail"):
            self.add_error("detail", _("选择“其他”时请写明原因。"))
        return values

    @property
    def reason(self) -> str:
        cause, detail = self.cleaned_data["cause"], self.cleaned_data["detail"].strip()
        if cause == str(self.other):
            return str(detail)
        return f"{cause}：{detail}" if detail else str(cause)


class LostForm(GiveUpForm):
    causes = (
        _("客户选择竞品"),
        _("价格"),
        _("预算取消或推迟"),
        _("需求变化"),
        _("决策链没有打通"),
        _("方案不匹配"),
        _("联系中断"),
    )
    lost_to = forms.ModelChoiceField(
        label=_("输给谁"),
        queryset=Competitor.objects.none(),
        required=False,
        empty_label=_("不知道，或没有选别家"),
        help_text=_("客户最后选的那一家，复盘时按它统计。"),
    )
    field_order = ["cause", "lost_to", "detail"]

    def __init__(self, *args: Any, competitors: Iterable[Competitor], named: Iterable[int] = (), **kwargs: Any) -> None:
        """``named``: those that this deal names as rivals, offered first."""
        super().__init__(*args, **kwargs)
        rows, first = list(competitors), set(named)
        field = self.fields["lost_to"]
        field.queryset = Competitor.objects.filter(pk__in=[row.pk for row in rows])  # type: ignore[attr-defined]
        ordered = sorted(rows, key=lambda row: row.pk not in first)
        field.choices = [("", field.empty_label), *((row.pk, row.name) for row in ordered)]  # type: ignore[attr-defined]


class VoidForm(GiveUpForm):
    causes = (_("重复录入"), _("不是真实需求"), _("信息有误"))


class NothingForm(forms.Form):
    """A verb that only wants to be sure."""


class TransferForm(forms.Form):
    owner = forms.ModelChoiceField(label=_("转给"), queryset=User.objects.none(), empty_label=_("请选择同事"))

    def __init__(self, *args: Any, colleagues: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["owner"], colleagues)


class MemberForm(forms.Form):
    user = forms.ModelChoiceField(label=_("同事"), queryset=User.objects.none(), empty_label=_("请选择同事"))
    duty = TextField(
        label=_("职责"),
        required=False,
        max_length=DUTY_LIMIT,
        widget=forms.TextInput({"placeholder": _("例如 技术方案签认")}),
    )
    starts_on = forms.DateField(label=_("从"), required=False, widget=DateInput)
    ends_on = forms.DateField(label=_("到"), required=False, widget=DateInput)

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["user"], people)


class ShareForm(MemberForm):
    """协同负责人: who, for how much of the credit, from – until."""

    share = forms.IntegerField(
        label=_("业绩占比 %"),
        help_text=_("签约额和签约数按这个比例计给他，其余归负责人，例如 30。"),
        widget=forms.NumberInput({"min": 1, "max": MOST_SHARED}),
    )
    field_order = ["user", "share", "duty", "starts_on", "ends_on"]

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, people=people, **kwargs)
        self.fields["duty"].widget.attrs["placeholder"] = _("例如 当地拜访，每周一碰头")


def _offer(field: forms.Field, people: Iterable[User]) -> None:
    """Exactly these people can be chosen."""
    keys = [person.pk for person in people]
    field.queryset = User.objects.filter(pk__in=keys).order_by("name")  # type: ignore[attr-defined]  # a ModelChoiceField
