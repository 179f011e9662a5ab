"""Parse what people set for cadence, pool and assignment. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import Department, User
from tuoke.base.accounts.queries import holders_of
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Verdict
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.customers.fields import TextField
from tuoke.steps.leads.actions import REASON_LIMIT
from tuoke.steps.leads.actions.assigning import RuleDraft
from tuoke.steps.leads.models import KIND_NAMES, AssignmentRule
from tuoke.steps.leads.pool_words import tier_name
from tuoke.steps.leads.rules.assignment import MOST_VALUES, NAME_LIMIT, RuleKind
from tuoke.steps.leads.rules.pool import MOST_DAYS, MOST_HELD, MOST_WEIGHT, TIERS, Pace, PoolPolicy
from tuoke.steps.leads.words import sentence

RETURN_REASONS = (
    ("unreachable", _("联系不上")),
    ("no_need", _("没有需求")),
    ("no_budget", _("没有预算")),
    ("not_target", _("不是目标客户")),
    ("too_early", _("时机还早")),
    ("no_time", _("精力不够")),
    ("other", _("其他")),
)


class _Refusable(forms.Form):
    def refuse(self, verdict: Verdict) -> None:
        """Say every reason of a refusal, at its field where it has one."""
        for reason in verdict.reasons:
            field = str(reason.params.get("field", ""))
            self.add_error(field if field in self.fields else None, sentence(reason))


class ReturnForm(_Refusable):
    """A reason from the short list, own words, or both."""

    kind = forms.ChoiceField(label=_("为什么退回"), required=False, choices=RETURN_REASONS, widget=forms.RadioSelect)
    reason = TextField(
        label=_("补充说明"), required=False, max_length=REASON_LIMIT - 20, widget=forms.Textarea({"rows": 2}),
        help_text=_("留给下一位领取的人：试过什么、什么时候再联系合适。"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("kind") in ("", "other") and not said.get("reason", "x").strip():
            self.add_error("reason", _("请写明理由，一两句话就够。"))
        return said

    @property
    def said(self) -> str:
        kind, more = self.cleaned_data["kind"], self.cleaned_data["reason"].strip()
        name = str(dict(RETURN_REASONS)[kind]) if kind not in ("", "other") else ""
        return "：".join(filter(None, (name, more)))


def _days(label: Any, *, low: int = 1, blank: Any = "", **more: Any) -> forms.IntegerField:
    attrs = {"inputmode": "numeric", "placeholder": blank} if blank else {"inputmode": "numeric"}
    return forms.IntegerField(
        label=label, min_value=low, max_value=MOST_DAYS, required=not blank, widget=forms.NumberInput(attrs), **more
    )


class RulesForm(_Refusable):
    """All numbers of ``PoolPolicy``. ``version`` is what was seen; a field that is left empty switches its rule off."""

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    token = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    warn_days = _days(_("提前几个工作日提醒"), low=0)
    keeps_planned = forms.BooleanField(
        label=_("有下一步行动的不收回"), required=False, help_text=_("行动的日期在今天或以后才算；过期的计划不算。")
    )
    recycles_customers = forms.BooleanField(
        label=_("客户也自动收回"), required=False, help_text=_("有进行中或已成交商机的客户永远不收回。")
    )
    counts_from = forms.DateField(
        label=_("从哪天起算"), required=False, widget=DateInput,
        help_text=_("这天以前没有跟进的时间不计。留空则全部计算，沉默很久的会马上收回。"),
    )  # fmt: skip
    hold_limit = forms.IntegerField(
        label=_("每人最多持有"), required=False, min_value=1, max_value=MOST_HELD,
        widget=forms.NumberInput({"placeholder": _("不限")}), help_text=_("跟进中的线索加客户。"),
    )  # fmt: skip
    counts_customers = forms.BooleanField(label=_("客户也计入持有上限"), required=False)
    counts_pursued = forms.BooleanField(
        label=_("有进行中或已成交商机的客户也计入"), required=False, help_text=_("上一项勾选时才有作用。")
    )
    claims_per_day = forms.IntegerField(
        label=_("每人每天最多领取"), required=False, min_value=1, max_value=MOST_HELD,
        widget=forms.NumberInput({"placeholder": _("不限")}), help_text=_("按领取记录数：领了又退也算一次。"),
    )  # fmt: skip
    cool_down_days = _days(
        _("交出后几天内不能再领同一家"),
        low=0,
        help_text=_("自然日，0 为不限。中间换过别人也照样算；同一家公司的其他线索也算。"),
    )
    wait_days = _days(_("进公海几天后才能领取"), low=0, help_text=_("自然日，0 为马上可以领。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for tier in TIERS:
            name, said = tier or "untiered", {"tier": tier_name(tier)}
            self.fields[f"touch_{name}"] = _days(_("%(tier)s：每几个工作日联系一次") % said, blank=_("不提醒"))
            self.fields[f"recycle_{name}"] = _days(_("%(tier)s：几个工作日没有跟进就收回") % said, blank=_("不收回"))
            self.fields[f"weight_{name}"] = forms.IntegerField(
                label=_("%(tier)s：负荷权重") % said, min_value=0, max_value=MOST_WEIGHT
            )

    def rows(self) -> Iterator[tuple[str, Any, Any, Any]]:
        """A line for each tier: its name, cadence, return, weight."""
        for tier in TIERS:
            name = tier or "untiered"
            yield tier_name(tier), self[f"touch_{name}"], self[f"recycle_{name}"], self[f"weight_{name}"]

    def policy(self) -> PoolPolicy:
        said = dict(self.cleaned_data)
        names = {tier: tier or "untiered" for tier in TIERS}
        paces = {tier: Pace(said.pop(f"touch_{n}"), said.pop(f"recycle_{n}")) for tier, n in names.items()}
        weights = {tier: said.pop(f"weight_{n}") for tier, n in names.items()}
        for name in ("version", "token"):
            said.pop(name)
        return PoolPolicy(**said, paces=paces, weights=weights)

    @classmethod
    def initial_of(cls, policy: PoolPolicy, version: int) -> dict[str, Any]:
        said = {name: value for name, value in policy.plain().items() if name not in ("paces", "weights")}
        for tier in TIERS:
            name, pace = tier or "untiered", policy.pace(tier)
            said |= {f"touch_{name}": pace.touch_every, f"recycle_{name}": pace.recycle_after}
            said[f"weight_{name}"] = policy.weight(tier)
        return said | {"version": version}


class AssignmentRuleForm(_Refusable):
    """One assignment rule; ``values`` one a line."""

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    name = TextField(label=_("名称"), max_length=NAME_LIMIT, widget=forms.TextInput({"autocomplete": "off"}))
    kind = forms.ChoiceField(
        label=_("方式"), choices=[(kind.value, name) for kind, name in KIND_NAMES.items()], widget=forms.RadioSelect,
        initial=RuleKind.REGION.value,
        help_text=_("按地区、按行业：只管写明的地区或行业，分给其中负荷最轻的人。轮流：所有线索依次分。按负荷：所有线索分给负荷最轻的人。"),
    )  # fmt: skip
    values = TextField(
        label=_("地区或行业"), required=False, max_length=2000, widget=forms.Textarea({"rows": 4}),
        help_text=_("每行一个，例如 江苏、苏州、制造。线索的地区或行业里含有这几个字就算，写省也包括省内的市；轮流和按负荷不用填。"),
    )  # fmt: skip
    people = forms.ModelMultipleChoiceField(
        label=_("人员"), required=False, queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    departments = forms.ModelMultipleChoiceField(
        label=_("部门"), required=False, queryset=Department.objects.none(), widget=forms.CheckboxSelectMultiple,
        help_text=_("部门里现在和以后的人，含下级部门。"),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = User.objects.filter(is_active=True).select_related("department").order_by("name")
        sellers = [user.pk for user in holders_of(Permission.LEAD_WRITE, among=active)]
        self.fields["people"].queryset = User.objects.filter(pk__in=sellers).order_by("name")  # type: ignore[attr-defined]
        self.fields["departments"].queryset = Department.objects.order_by("code")  # type: ignore[attr-defined]

    def clean_values(self) -> list[str]:
        lines = [line.strip() for part in self.cleaned_data["values"].splitlines() for line in part.split("、")]
        found = list(dict.fromkeys(line for line in lines if line))
        if len(found) > MOST_VALUES:
            raise ValidationError(_("最多写 %(limit)s 个。"), params={"limit": MOST_VALUES})
        return found

    def draft(self) -> RuleDraft:
        said = self.cleaned_data
        return RuleDraft(
            name=said["name"],
            kind=RuleKind(said["kind"]),
            values=said["values"] if said["kind"] in (RuleKind.REGION, RuleKind.INDUSTRY) else (),
            people=[user.pk for user in said["people"]],
            departments=[department.pk for department in said["departments"]],
            is_active=said["is_active"],
        )

    @classmethod
    def initial_of(cls, rule: AssignmentRule) -> Mapping[str, Any]:
        return {
            "version": rule.version,
            "name": rule.name,
            "kind": rule.kind,
            "values": "\n".join(rule.values),
            "people": [user.pk for user in rule.people.all()],
            "departments": [department.pk for department in rule.departments.all()],
            "is_active": rule.is_active,
        }
