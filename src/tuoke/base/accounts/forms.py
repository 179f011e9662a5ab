from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.rules import COMPANY_LIMITS, LOGO_LIMIT, CompanyDraft
from tuoke.base.kernel.verdict import Verdict
from tuoke.base.ui.widgets import PhoneInput

SENTENCES: Mapping[str, StrOrPromise] = {
    "may_not_write": _("只有系统管理员可以修改公司名片。"),
    "name_missing": _("请填写公司名称，客户会在页面最上方看到它。"),
    "too_long": _("最多 %(limit)s 个字。"),
    "broken": _("里面有无法保存的字符，请删掉后再试。"),
    "website_not_http": _("网址要以 https:// 或 http:// 开头，例如 https://www.example.com。"),
    "logo_too_large": _("图片太大：最多 %(limit)s KB，请压缩后再上传。"),
    "logo_not_image": _("这不是 PNG 或 JPEG 图片，请换一个文件。"),
}


class LoginForm(AllauthLoginForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("用户名")
        self.fields["password"].label = _("密码")
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("在这台设备上保持登录")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class CompanyForm(forms.Form):
    """The company's card; what is sound decide the rules."""

    name = forms.CharField(label=_("公司名称"), max_length=COMPANY_LIMITS["name"])
    phone = forms.CharField(label=_("电话"), required=False, max_length=COMPANY_LIMITS["phone"], widget=PhoneInput)
    address = forms.CharField(label=_("地址"), required=False, max_length=COMPANY_LIMITS["address"])
    website = forms.CharField(
        label=_("网址"),
        required=False,
        max_length=COMPANY_LIMITS["website"],
        widget=forms.TextInput({"placeholder": "https://", "inputmode": "url"}),
    )
    logo = forms.FileField(
        label=_("标志"),
        required=False,
        help_text=_("PNG 或 JPEG，最多 200 KB，横向、透明底最好看。不选就不变。"),
        widget=forms.FileInput({"accept": "image/png,image/jpeg"}),
    )
    without_logo = forms.BooleanField(label=_("去掉现在的标志"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def draft(self) -> CompanyDraft:
        said: dict[str, Any] = self.cleaned_data
        return CompanyDraft(**{name: said[name] for name in COMPANY_LIMITS}, logo=self._logo())

    def refuse(self, verdict: Verdict) -> None:
        for reason in verdict.reasons:
            field = str(reason.params.get("field", ""))
            said = str(SENTENCES.get(reason.code, reason.code)) % reason.params
            self.add_error(field if field in self.fields else None, said)

    def _logo(self) -> bytes | None:
        """A file that is too large isn't read whole: one byte too many is enough to refuse it."""
        if file := self.cleaned_data["logo"]:
            read: bytes = file.read(LOGO_LIMIT + 1)
            return read
        return b"" if self.cleaned_data["without_logo"] else None
