"""The gallery's forms: one field of each kind."""

from __future__ import annotations

from django import forms

from tuoke.base.ui.widgets import DateInput, MoneyInput, PhoneInput, SearchInput


class SampleForm(forms.Form):
    company = forms.CharField(label="公司", help_text="写全称，查重更准")
    phone = forms.RegexField(
        r"^\d{11}$", label="手机", widget=PhoneInput, error_messages={"invalid": "不是手机号：应为 11 位数字"}
    )
    amount = forms.DecimalField(label="预计金额", required=False, widget=MoneyInput)
    due = forms.DateField(label="预计签约", required=False, widget=DateInput)
    tier = forms.ChoiceField(label="客户分级", choices=[("a", "重点攻坚"), ("b", "常规跟进"), ("c", "培育")])
    channel = forms.MultipleChoiceField(
        label="方式",
        required=False,
        choices=[("call", "电话"), ("mail", "邮件"), ("meet", "会议")],
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label="沟通内容摘要",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "客户说了什么，态度如何"}),
    )
    remind = forms.BooleanField(label="3 天未跟进时提醒我", required=False)


class SampleFilters(forms.Form):
    q = forms.CharField(label="搜索", required=False, widget=SearchInput(attrs={"placeholder": "商机或客户"}))
    step = forms.ChoiceField(label="步骤", required=False, choices=[("", "全部步骤"), ("discovery", "深度沟通")])
    owner = forms.ChoiceField(label="负责人", required=False, choices=[("", "全部负责人"), ("1", "王芳")])
