"""Parse what people type around a visit. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput, SearchInput
from tuoke.spine.catalog.models import Product
from tuoke.spine.customers.fields import TextField
from tuoke.spine.customers.models import CHANNELS, Contact
from tuoke.spine.deals.fields import AmountField
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import NAME_LIMIT
from tuoke.steps.reviews.revisits.actions import SecondDraft
from tuoke.steps.reviews.revisits.models import OPENING_NAMES, USAGE_NAMES
from tuoke.steps.reviews.revisits.rules import Opening, SurveyDraft, Usage, VisitDraft
from tuoke.steps.reviews.revisits.rules.surveys import MESSAGE_LIMIT
from tuoke.steps.reviews.revisits.rules.visits import REASON_LIMIT, TEXT_LIMIT
from tuoke.steps.reviews.revisits.words import sentence

EVERY = [
    (1, _("每月一次")), (2, _("每两个月一次")), (3, _("每季度一次")), (6, _("每半年一次")), (12, _("每年一次")),
    (0, _("只回访一次")),
]  # fmt: skip
SCORES = [("", _("没有打分")), *[(n, _("%(score)s 分") % {"score": n}) for n in range(10, -1, -1)]]


class RefusableForm(SaysWhy):
    say = staticmethod(sentence)


class VisitForm(RefusableForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=10**6)
    done_on = forms.DateField(label=_("回访日期"), widget=DateInput)
    channel = forms.ChoiceField(label=_("方式"), choices=[("", "—"), *CHANNELS])
    contact = forms.TypedChoiceField(label=_("和谁谈的"), coerce=int, empty_value=None, required=False)
    usage = TextField(
        label=_("使用情况"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(
            {"rows": 3, "placeholder": _("谁天天在用，谁还没用起来，卡在哪里；当初定的指标现在到多少")}
        ),
    )
    usage_level = forms.ChoiceField(
        label=_("用得多还是少"),
        required=False,
        choices=[("", USAGE_NAMES[Usage.UNKNOWN]), *[(u.value, name) for u, name in USAGE_NAMES.items() if u.value]],
    )
    satisfaction = forms.TypedChoiceField(
        label=_("客户打几分"), coerce=int, empty_value=None, required=False, choices=SCORES,
        help_text=_("客户亲口说的才填；想要更准，把问卷发给他"),
    )  # fmt: skip
    new_needs = TextField(
        label=_("新的需求"),
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(
            {"rows": 2, "placeholder": _("账号快用满、新厂区、新部门……写下客户的原话；不推销，另约时间")}
        ),
    )

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, **more)
        _choose(self, contacts)

    @property
    def draft(self) -> VisitDraft:
        said = self.cleaned_data
        return VisitDraft(
            done_on=said["done_on"], channel=said["channel"], contact_id=said["contact"], usage=said["usage"],
            usage_level=said["usage_level"], satisfaction=said["satisfaction"], new_needs=said["new_needs"],
        )  # fmt: skip


class PlanForm(RefusableForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=10**6)
    first_on = forms.DateField(label=_("下一次"), widget=DateInput)
    every_months = forms.TypedChoiceField(label=_("多久一次"), coerce=int, choices=EVERY)
    until_on = forms.DateField(
        label=_("到哪一天为止"), required=False, widget=DateInput, help_text=_("不填就一直回访下去")
    )
    owner = forms.TypedChoiceField(label=_("由谁回访"), coerce=int, empty_value=None, required=False)

    def __init__(self, data: Any = None, *, deal: Opportunity, people: Iterable[User], **more: Any) -> None:
        super().__init__(data, **more)
        _send(self, deal, people)
        every = self.fields["every_months"]
        kept = self.initial.get("every_months")
        if kept is not None and kept not in dict(EVERY):
            every.choices = [*EVERY, (kept, _("每 %(count)s 个月一次") % {"count": kept})]  # type: ignore[attr-defined]


class PostponeForm(RefusableForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**6)
    due_on = forms.DateField(label=_("改到"), widget=DateInput)
    owner = forms.TypedChoiceField(label=_("由谁回访"), coerce=int, empty_value=None, required=False)

    def __init__(self, data: Any = None, *, deal: Opportunity, people: Iterable[User], **more: Any) -> None:
        super().__init__(data, **more)
        _send(self, deal, people)


class SkipForm(RefusableForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**6)
    reason = TextField(
        label=_("为什么跳过"),
        max_length=REASON_LIMIT,
        widget=forms.TextInput({"placeholder": _("例如 上周刚开过验收会")}),
    )


class SurveyForm(RefusableForm):
    contact = forms.TypedChoiceField(label=_("发给谁"), coerce=int, empty_value=None)
    expires_on = forms.DateField(label=_("链接有效到"), widget=DateInput)
    message = TextField(
        label=_("留言"), required=False, max_length=MESSAGE_LIMIT, widget=forms.Textarea({"rows": 2}),
        help_text=_("显示在问卷上方，可不填"),
    )  # fmt: skip
    challenge = forms.BooleanField(label=_("打开时验证手机后四位"), required=False, help_text=_("转发给别人就打不开"))

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, **more)
        _choose(self, contacts)

    @property
    def draft(self) -> SurveyDraft:
        said = self.cleaned_data
        return SurveyDraft(said["contact"], said["expires_on"], said["message"], said["challenge"])


class SecondForm(RefusableForm):
    name = TextField(label=_("商机名称"), max_length=NAME_LIMIT)
    kind = forms.ChoiceField(
        label=_("哪一种机会"), choices=[("", "—"), *[(o.value, name) for o, name in OPENING_NAMES.items()]]
    )
    product = forms.ModelChoiceField(label=_("产品"), queryset=Product.objects.none(), required=False, empty_label="—")
    amount = AmountField(label=_("预计金额"), required=False)
    expected_close_on = forms.DateField(label=_("预计签约日期"), required=False, widget=DateInput)
    owner = forms.TypedChoiceField(label=_("负责人"), coerce=int)
    note = TextField(label=_("备注"), required=False, max_length=TEXT_LIMIT, widget=forms.Textarea({"rows": 3}))

    def __init__(self, data: Any = None, *, owners: Iterable[User], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["product"].queryset = Product.objects.offered()  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["owner"].choices = [(user.pk, str(user)) for user in owners]  # type: ignore[attr-defined]

    def draft(self, *, revisit_id: int | None) -> SecondDraft:
        said = self.cleaned_data
        return SecondDraft(
            name=said["name"], kind=Opening(said["kind"]), owner_id=said["owner"], amount=said["amount"],
            expected_close_on=said["expected_close_on"], product_id=said["product"].pk if said["product"] else None,
            revisit_id=revisit_id, note=said["note"],
        )  # fmt: skip


class RhythmForm(RefusableForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=10**6)
    every_months = forms.IntegerField(label=_("每隔几个月"))
    first_after_days = forms.IntegerField(label=_("签约后几天第一次"))
    lasts_months = forms.IntegerField(label=_("持续几个月"), required=False, help_text=_("不填就一直回访下去"))


class ListForm(forms.Form):
    """What the list is narrowed to; everything is said in the address."""

    tab = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    q = forms.CharField(
        label=_("搜索"),
        required=False,
        max_length=80,
        widget=SearchInput({"placeholder": _("商机或客户名称，可用拼音首字母"), "autocomplete": "off"}),
    )
    who = forms.ChoiceField(label=_("谁的回访"), required=False, choices=[("", _("全部")), ("mine", _("我的回访"))])
    when = forms.ChoiceField(
        label=_("什么时候"),
        required=False,
        choices=[("", _("所有日期")), ("late", _("已逾期")), ("week", _("七天以内")), ("month", _("三十天以内"))],
    )


def _choose(form: forms.Form, people: Sequence[Contact]) -> None:
    said = [(c.pk, f"{c.name} · {c.position}" if c.position else c.name) for c in people]
    form.fields["contact"].choices = [("", "—"), *said]  # type: ignore[attr-defined]  # a ChoiceField


def _send(form: forms.Form, deal: Opportunity, people: Iterable[User]) -> None:
    of_owner = _("商机负责人（%(name)s）") % {"name": deal.owner}
    form.fields["owner"].choices = [("", of_owner), *((user.pk, str(user)) for user in people)]  # type: ignore[attr-defined]
