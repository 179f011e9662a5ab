from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Verdict
from tuoke.base.ui.widgets import DateInput
from tuoke.services.calendar.rules import FIRST_YEAR, LAST_YEAR, NAME_LIMIT

SENTENCES: Mapping[str, StrOrPromise] = {
    "may_not_write": _("只有系统管理员和设定公海规则的人可以修改工作日历。"),
    "days_reversed": _("结束日期不能早于开始日期。"),
    "too_many_days": _("一次最多设置 %(limit)s 天。"),
    "too_long": _("名称最多 %(limit)s 个字。"),
    "name_missing": _("请写明是什么假，例如 公司年会。"),
}


class DaysForm(forms.Form):
    first = forms.DateField(label=_("从"), widget=DateInput)
    last = forms.DateField(label=_("到"), required=False, widget=DateInput, help_text=_("只有一天时不用填。"))
    kind = forms.ChoiceField(
        label=_("这几天"), choices=[("off", _("放假")), ("work", _("上班"))], initial="off", widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("名称"),
        required=False,
        max_length=NAME_LIMIT,
        widget=forms.TextInput({"placeholder": _("例如 公司年会、提前上班"), "autocomplete": "off"}),
    )

    def clean_first(self) -> date:
        return _in_reach(self.cleaned_data["first"])

    def clean_last(self) -> date | None:
        last: date | None = self.cleaned_data["last"]
        return last and _in_reach(last)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not name.isprintable() or any("\ud800" <= char <= "\udfff" for char in name):
            raise ValidationError(_("名称里有无法保存的字符，请删掉后再试。"))
        return name

    def values(self) -> dict[str, Any]:
        """What ``actions.set_days`` takes."""
        said = self.cleaned_data
        return {
            "first": said["first"], "last": said["last"] or said["first"], "is_workday": said["kind"] == "work",
            "name": said["name"],
        }  # fmt: skip

    def refuse(self, verdict: Verdict) -> None:
        for reason in verdict.reasons:
            field = str(reason.params.get("field", ""))
            said = str(SENTENCES.get(reason.code, reason.code)) % reason.params
            self.add_error(field if field in self.fields else None, said)


def _in_reach(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(
            _("请填 %(first)s 到 %(last)s 年之间的日期。"), params={"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    return day
