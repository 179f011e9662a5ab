"""Parse what people type about the first delivery. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput
from tuoke.services.files.fields import FilesField, FilesInput
from tuoke.services.files.rules import SCANS
from tuoke.spine.customers.fields import TextField
from tuoke.spine.customers.models import Contact
from tuoke.steps.contracts.deliveries.models import ANSWERS, KINDS, SEVERITIES, SIDES, DeliveryItem, Issue
from tuoke.steps.contracts.deliveries.rules import (
    LINE_LIMIT,
    MOST_CRITERIA,
    NOTE_LIMIT,
    SCORE_LEAST,
    SCORE_MOST,
    TITLE_LIMIT,
    Answer,
    IssueDraft,
    ItemDraft,
    ItemKind,
    PaperDraft,
    SendDraft,
    Severity,
    Side,
    lines_of,
)
from tuoke.steps.contracts.deliveries.words import sentence
from tuoke.steps.contracts.kickoff.models import Milestone

SCORES = [(str(score), str(score)) for score in range(SCORE_LEAST, SCORE_MOST + 1)]


class RefusableForm(SaysWhy):
    say = staticmethod(sentence)


class Versioned(RefusableForm):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=10**9)


class ItemForm(Versioned):
    kind = forms.ChoiceField(label=_("类型"), choices=KINDS, initial=ItemKind.GOLIVE.value)
    title = TextField(
        label=_("交付什么"), max_length=TITLE_LIMIT, widget=forms.TextInput({"placeholder": _("例如 首批两条产线上线")})
    )
    criteria = TextField(
        label=_("验收标准"), max_length=MOST_CRITERIA * (LINE_LIMIT + 1),
        widget=forms.Textarea({"rows": 5, "placeholder": _("附件二所列 12 项功能逐项通过\n培训两场，每场不少于三小时，含夜班")}),
        help_text=_("一行一条，客户照着逐条看。写数字、日期或清单，不写“尽快”“良好”。"),
    )  # fmt: skip
    due_on = forms.DateField(label=_("计划交付"), required=False, widget=DateInput)
    milestone = forms.TypedChoiceField(
        label=_("启动计划里的里程碑"), required=False, coerce=int, empty_value=None,
        help_text=_("客户验收后，这个里程碑自动完成"),
    )  # fmt: skip
    field_order = ["kind", "title", "criteria", "due_on", "milestone"]

    def __init__(self, data: Any = None, *, milestones: Sequence[Milestone], **more: Any) -> None:
        super().__init__(data, **more)
        said = [(one.pk, f"{one.name} · {one.ends_on:%m-%d}") for one in milestones]
        _choices(self, "milestone", [("", _("不关联")), *said])
        if not milestones:
            del self.fields["milestone"]

    @property
    def draft(self) -> ItemDraft:
        said = self.cleaned_data
        return ItemDraft(
            kind=ItemKind(said["kind"]),
            title=said["title"],
            criteria=lines_of(said["criteria"]),
            due_on=said["due_on"],
            milestone_id=said.get("milestone"),
        )

    @classmethod
    def initial_of(cls, item: DeliveryItem) -> dict[str, Any]:
        names = ("kind", "title", "due_on", "version")
        said = {name: getattr(item, name) for name in names}
        return said | {"criteria": "\n".join(item.criteria), "milestone": item.milestone_id}


class DeliverForm(RefusableForm):
    on = forms.DateField(label=_("哪一天交付的"), widget=DateInput)
    note = TextField(
        label=_("交付说明"), required=False, max_length=LINE_LIMIT,
        widget=forms.Textarea({"rows": 2, "placeholder": _("例如 两条产线已上线，账号和操作手册已发给车间主任")}),
        help_text=_("客户会看到"),
    )  # fmt: skip


class WithContact(RefusableForm):
    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, **more)
        said = [(c.pk, f"{c.name} · {c.position}" if c.position else c.name) for c in contacts]
        _choices(self, "contact", [("", "—"), *said])


class PaperForm(WithContact):
    answer = forms.ChoiceField(label=_("结果"), choices=ANSWERS, widget=forms.RadioSelect)
    contact = forms.TypedChoiceField(label=_("谁签的字"), coerce=int, empty_value=None)
    on = forms.DateField(label=_("哪一天"), widget=DateInput)
    note = TextField(
        label=_("条件或原因"), required=False, max_length=NOTE_LIMIT, widget=forms.Textarea({"rows": 3}),
        help_text=_("有条件通过或不通过时必填，会自动登记为问题"),
    )  # fmt: skip
    sheets = FilesField(
        label=_("签字单据"), required=False, widget=FilesInput({"accept": ",".join(f".{e}" for e in sorted(SCANS))}),
        help_text=_("扫描件或照片，可以选多个，也可以以后补传"),
    )  # fmt: skip

    @property
    def draft(self) -> PaperDraft:
        said = self.cleaned_data
        return PaperDraft(Answer(said["answer"]), said["contact"], said["on"], said["note"])


class ScoreForm(WithContact):
    score = forms.TypedChoiceField(label=_("评分"), choices=SCORES, coerce=int, widget=forms.RadioSelect)
    contact = forms.TypedChoiceField(label=_("谁填的"), coerce=int, empty_value=None)
    on = forms.DateField(label=_("哪一天"), widget=DateInput)
    comment = TextField(
        label=_("哪里和预想的不一样"), required=False, max_length=NOTE_LIMIT, widget=forms.Textarea({"rows": 3}),
        help_text=_("照客户写的原话录入"),
    )  # fmt: skip


class SettledForm(WithContact):
    """The customer told us that it is gone."""

    contact = forms.TypedChoiceField(label=_("谁确认的"), coerce=int, empty_value=None)
    on = forms.DateField(label=_("哪一天"), widget=DateInput)


class SendForm(WithContact):
    contact = forms.TypedChoiceField(label=_("发给谁"), coerce=int, empty_value=None)
    expires_on = forms.DateField(label=_("链接有效到"), widget=DateInput)
    message = TextField(
        label=_("留言"), required=False, max_length=NOTE_LIMIT, widget=forms.Textarea({"rows": 2}),
        help_text=_("显示在页面上方，可不填"),
    )  # fmt: skip
    challenge = forms.BooleanField(label=_("打开时验证手机后四位"), required=False, help_text=_("转发给别人就打不开"))

    @property
    def draft(self) -> SendDraft:
        said = self.cleaned_data
        return SendDraft(said["contact"], said["expires_on"], said["message"], said["challenge"])


class IssueForm(Versioned):
    title = TextField(
        label=_("什么问题"), max_length=LINE_LIMIT,
        widget=forms.TextInput({"placeholder": _("例如 第 12 项报表的格式和附件不一致")}),
    )  # fmt: skip
    severity = forms.ChoiceField(
        label=_("严重程度"), choices=SEVERITIES, initial=Severity.NORMAL.value, widget=forms.RadioSelect
    )
    found_by = forms.ChoiceField(
        label=_("谁发现的"), choices=SIDES, initial=Side.OURS.value, widget=forms.RadioSelect,
        help_text=_("谁发现，谁确认解决"),
    )  # fmt: skip
    item = forms.TypedChoiceField(label=_("哪一项"), required=False, coerce=int, empty_value=None)
    owner = forms.TypedChoiceField(label=_("责任人"), required=False, coerce=int, empty_value=None)
    due_on = forms.DateField(
        label=_("期限"), required=False, widget=DateInput, help_text=_("不填按严重程度：1、5、10 个工作日")
    )
    note = TextField(label=_("说明"), required=False, max_length=NOTE_LIMIT, widget=forms.Textarea({"rows": 2}))
    field_order = ["title", "severity", "found_by", "item", "owner", "due_on", "note"]

    def __init__(
        self,
        data: Any = None,
        *,
        items: Sequence[DeliveryItem],
        owners: Sequence[User],
        issue: Issue | None = None,
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        _choices(self, "item", [("", _("整个交付")), *((item.pk, item.title) for item in items)])
        people = [(user.pk, str(user)) for user in owners]
        if issue and issue.owner and issue.owner_id not in {pk for pk, _name in people}:
            people.append((issue.owner.pk, str(issue.owner)))
        _choices(self, "owner", [("", _("还没定")), *people])
        if issue:
            del self.fields["found_by"]
            self.fields["due_on"].help_text = ""

    @property
    def draft(self) -> IssueDraft:
        said = self.cleaned_data
        return IssueDraft(
            title=said["title"],
            severity=Severity(said["severity"]),
            note=said["note"],
            item_id=said["item"],
            owner_id=said["owner"],
            due_on=said["due_on"],
            found_by=Side(said.get("found_by", Side.OURS)),
        )

    @classmethod
    def initial_of(cls, issue: Issue) -> dict[str, Any]:
        names = ("title", "severity", "due_on", "note", "version")
        said = {name: getattr(issue, name) for name in names}
        return said | {"item": issue.item_id, "owner": issue.owner_id}


class SolveForm(RefusableForm):
    solution = TextField(
        label=_("怎么解决的"), max_length=NOTE_LIMIT,
        widget=forms.Textarea({"rows": 3, "placeholder": _("例如 报表模板已按附件二调整，请在“报表中心”查看")}),
        help_text=_("客户会看到，并由他确认"),
    )  # fmt: skip


class ReopenForm(RefusableForm):
    note = TextField(label=_("为什么重新打开"), max_length=NOTE_LIMIT, widget=forms.Textarea({"rows": 2}))


def _choices(form: forms.Form, field: str, choices: Sequence[tuple[Any, Any]]) -> None:
    form.fields[field].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
