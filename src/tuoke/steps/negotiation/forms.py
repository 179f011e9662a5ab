"""Parse what people type about a negotiation's plan. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.ui.refusals import SaysWhy
from tuoke.services.exchange.fields import YuanField, typed_yuan
from tuoke.spine.customers.fields import TextField
from tuoke.spine.customers.models import Contact
from tuoke.steps.negotiation.models import AUTHORITIES, DUTIES, KINDS, STANDS, BottomLine, Concession, Plan, Seat
from tuoke.steps.negotiation.rules import (
    Authority,
    ConcessionDraft,
    ConcessionKind,
    Duty,
    LineDraft,
    PlanDraft,
    SeatDraft,
    Side,
    Stand,
)
from tuoke.steps.negotiation.words import sentence


class RefusableForm(SaysWhy):
    say = staticmethod(sentence)


class PlanForm(RefusableForm):
    aim = TextField(
        label=_("这次谈判要达成什么"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3, "placeholder": _("例如 年内签约，两年服务期，首付不低于三成")}),
    )
    rounds = forms.IntegerField(
        label=_("计划谈几轮"), required=False, widget=forms.NumberInput({"min": 1, "max": 30, "placeholder": "3"})
    )
    note = TextField(
        label=_("备注"),
        required=False,
        max_length=1000,
        help_text=_("这里人人可见：不要写底线。"),
        widget=forms.Textarea({"rows": 2}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def draft(self) -> PlanDraft:
        said = self.cleaned_data
        return PlanDraft(said["aim"], said["rounds"], said["note"])

    @classmethod
    def initial_of(cls, plan: Plan | None) -> dict[str, Any]:
        if plan is None:
            return {"version": 0}
        return {name: getattr(plan, name) for name in ("aim", "rounds", "note", "version")}


class SeatForm(RefusableForm):
    """Somebody of ``side``; whom the other side's fields don't concern."""

    user = forms.TypedChoiceField(label=_("同事"), required=False, coerce=int, empty_value=None)
    contact = forms.TypedChoiceField(label=_("联系人"), required=False, coerce=int, empty_value=None)
    name = TextField(label=_("或者写姓名"), required=False, max_length=60, help_text=_("不在名单里的人，例如外部顾问"))
    duty = forms.ChoiceField(label=_("分工"), choices=DUTIES, required=False)
    authority = TextField(
        label=_("有权当场答应什么"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"placeholder": _("例如 培训与付款期次；价格要报主管")}),
    )
    stand = forms.ChoiceField(label=_("可能的态度"), choices=STANDS, required=False)
    position = TextField(
        label=_("可能的主张"),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 2, "placeholder": _("例如 先要一成折扣，再谈账期")}),
    )
    cares = TextField(
        label=_("他在意什么"),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 2, "placeholder": _("例如 今年的采购降本考核")}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, side: Side, users: Iterable[User] = (), contacts: Iterable[Contact] = (), **more: Any
    ) -> None:
        super().__init__(data, **more)
        self.side = side
        absent = ("contact", "stand", "position", "cares") if side is Side.OURS else ("user",)
        for name in absent:
            del self.fields[name]
        if side is Side.OURS:
            _choose(self, "user", [(person.pk, _said_colleague(person)) for person in users])
        else:
            self.fields["authority"].widget.attrs["placeholder"] = _("例如 五十万以内自己定；以上要报总经理")
            _choose(self, "contact", [(person.pk, _said_contact(person)) for person in contacts])

    @property
    def draft(self) -> SeatDraft:
        said = self.cleaned_data
        return SeatDraft(
            side=self.side,
            user_id=said.get("user"),
            contact_id=said.get("contact"),
            name=said["name"],
            duty=Duty(said["duty"]),
            authority=said["authority"],
            stand=Stand(said.get("stand", "")),
            position=said.get("position", ""),
            cares=said.get("cares", ""),
        )

    @classmethod
    def initial_of(cls, seat: Seat) -> dict[str, Any]:
        same = ("name", "duty", "authority", "stand", "position", "cares", "version")
        return {name: getattr(seat, name) for name in same} | {
            "user": seat.user_id or "",
            "contact": seat.contact_id or "",
        }


class ConcessionForm(RefusableForm):
    give = TextField(
        label=_("我们给什么"), max_length=200, widget=forms.TextInput({"placeholder": _("例如 加赠一次管理员培训")})
    )
    get = TextField(
        label=_("换回什么"),
        required=False,
        max_length=200,
        help_text=_("只换不送：没有交换条件的不算数。"),
        widget=forms.TextInput({"placeholder": _("例如 12 月 20 日前签约")}),
    )
    kind = forms.ChoiceField(label=_("类别"), choices=KINDS)
    value = YuanField(label=_("对我们的代价"), required=False, help_text=_("元，例如 8000 或 1.5万"))
    authority = forms.ChoiceField(label=_("谁可以答应"), choices=AUTHORITIES, initial=Authority.REP.value)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def draft(self) -> ConcessionDraft:
        said = self.cleaned_data
        return ConcessionDraft(
            give=said["give"],
            get=said["get"],
            kind=ConcessionKind(said["kind"]),
            value=said["value"],
            authority=Authority(said["authority"]),
        )

    @classmethod
    def initial_of(cls, concession: Concession) -> dict[str, Any]:
        names = ("give", "get", "kind", "authority", "version")
        return {name: getattr(concession, name) for name in names} | {"value": typed_yuan(concession.value)}


class LineForm(RefusableForm):
    """底线. Not kept as a draft in the browser: it may be somebody else's by the next morning."""

    lowest_price = YuanField(
        label=_("最低价格"),
        required=False,
        help_text=_("客户实付总价，含税，例如 45万 或 452,000"),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "decimal"}),
    )
    longest_days = forms.IntegerField(
        label=_("最长交付周期"),
        required=False,
        widget=forms.NumberInput({"min": 1, "max": 3650, "autocomplete": "off"}),
    )
    fixed_clauses = TextField(
        label=_("不可妥协条款"),
        required=False,
        max_length=5000,
        help_text=_("一行一条，冒号前是条款名，例如 知识产权：归我方所有"),
        widget=forms.Textarea({"rows": 4, "autocomplete": "off"}),
    )
    note = TextField(
        label=_("依据"),
        required=False,
        max_length=500,
        help_text=_("为什么定在这里，例如 成本核算、成交授权价；只有看得到底线的人能看到"),
        widget=forms.Textarea({"rows": 2, "autocomplete": "off"}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def draft(self) -> LineDraft:
        said = self.cleaned_data
        clauses = tuple(line.strip() for line in said["fixed_clauses"].splitlines() if line.strip())
        return LineDraft(said["lowest_price"], said["longest_days"], clauses, said["note"])

    @classmethod
    def initial_of(cls, line: BottomLine | None) -> dict[str, Any]:
        if line is None:
            return {"version": 0}
        return {
            "lowest_price": typed_yuan(line.lowest_price),
            "longest_days": line.longest_days,
            "fixed_clauses": "\n".join(line.fixed_clauses),
            "note": line.note,
            "version": line.version,
        }


class InsiderForm(RefusableForm):
    user = forms.TypedChoiceField(label=_("谁"), coerce=int)
    reason = TextField(
        label=_("为什么需要知道"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"placeholder": _("例如 核算底价")}),
    )

    def __init__(self, data: Any = None, *, people: Sequence[User], **more: Any) -> None:
        super().__init__(data, **more)
        _choose(self, "user", [(person.pk, _said_colleague(person)) for person in people])


def _said_colleague(person: User) -> str:
    return f"{person.name} · {person.department.name}" if person.department else person.name


def _said_contact(person: Contact) -> str:
    return f"{person.name} · {person.position}" if person.position else person.name


def _choose(form: forms.Form, field: str, said: Sequence[tuple[int, str]]) -> None:
    form.fields[field].choices = [("", "—"), *said]  # type: ignore[attr-defined]  # a ChoiceField
