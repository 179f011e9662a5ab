"""Parse what people type about improvements. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.customers.fields import TextField
from tuoke.steps.reviews.improvements.models import TARGETS, Improvement
from tuoke.steps.reviews.improvements.rules import LINE_LIMIT, TEXT_LIMIT, TITLE_LIMIT, ImprovementDraft, Target
from tuoke.steps.reviews.improvements.words import sentence
from tuoke.steps.reviews.models import Problem

FORM = "improvement-form"


class ImprovementRefusable(SaysWhy):
    say = staticmethod(sentence)


class WithOwner(ImprovementRefusable):
    owner = forms.TypedChoiceField(label=_("负责人"), coerce=int, empty_value=None, required=False)
    due_on = forms.DateField(label=_("期限"), widget=DateInput, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=10**9)

    def __init__(self, data: Any = None, *, people: Sequence[User], **more: Any) -> None:
        super().__init__(data, **more)
        said = [(user.pk, f"{user.name} · {user.department}" if user.department else user.name) for user in people]
        self.fields["owner"].choices = [("", _("请选择")), *said]  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def version_seen(self) -> int:
        return self.cleaned_data["version"] or 0


class ImprovementForm(WithOwner):
    """``targets`` are those of the chosen kind; another kind reloads them (``relist_url``), keeping what was typed."""

    problem = forms.TypedChoiceField(label=_("回答哪个问题"), coerce=int, empty_value=None, required=False)
    title = TextField(
        label=_("改什么"), max_length=TITLE_LIMIT, required=False,
        widget=forms.TextInput({"placeholder": _("例如 谈判前先请财务给出两套付款方案")}),
    )  # fmt: skip
    target = forms.ChoiceField(label=_("改在哪里"), choices=TARGETS)
    target_key = forms.ChoiceField(label=_("具体哪一条"), required=False)
    proposal = TextField(
        label=_("改成什么"), max_length=TEXT_LIMIT, required=False,
        widget=forms.Textarea({"rows": 4, "placeholder": _("写到别人照着就能做：新的说法、新的条件、新的先后")}),
        help_text=_("全公司负责改流程的人都会看到，请不要写客户的名称。"),
    )  # fmt: skip
    why = TextField(
        label=_("为什么"), max_length=TEXT_LIMIT, required=False,
        widget=forms.Textarea({"rows": 2, "placeholder": _("从哪件事看出来的，有没有数字")}),
    )  # fmt: skip
    field_order = ["problem", "title", "target", "target_key", "proposal", "why", "owner", "due_on"]

    def __init__(
        self,
        data: Any = None,
        *,
        targets: Sequence[tuple[str, str]],
        problems: Sequence[Problem],
        relist_url: str,
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        if problems:
            said = [(one.pk, one.text[:80]) for one in problems]
            self.fields["problem"].choices = [("", _("不针对某个问题")), *said]  # type: ignore[attr-defined]
        else:
            del self.fields["problem"]
        if targets:
            self.fields["target_key"].choices = [("", _("新写一条，或还不确定")), *targets]  # type: ignore[attr-defined]
        else:
            del self.fields["target_key"]
        self.fields["target"].widget.attrs |= {
            "hx-get": relist_url, "hx-trigger": "change", "hx-include": f"#{FORM}", "hx-target": f"#{FORM}",
            "hx-swap": "outerHTML",
        }  # fmt: skip

    @property
    def draft(self) -> ImprovementDraft:
        said = self.cleaned_data
        return ImprovementDraft(
            title=said["title"],
            target=Target(said["target"]),
            proposal=said["proposal"],
            why=said["why"],
            target_key=said.get("target_key", ""),
            owner_id=said["owner"],
            due_on=said["due_on"],
            problem_id=said.get("problem"),
        )

    @classmethod
    def initial_of(cls, row: Improvement) -> dict[str, Any]:
        names = ("title", "target", "target_key", "proposal", "why", "due_on", "version")
        return {name: getattr(row, name) for name in names} | {"owner": row.owner_id, "problem": row.problem_id}


class AssignForm(WithOwner):
    @classmethod
    def initial_of(cls, row: Improvement) -> dict[str, Any]:
        return {"owner": row.owner_id, "due_on": row.due_on, "version": row.version}


class DecisionForm(ImprovementRefusable):
    decision = forms.ChoiceField(
        label=_("决定"), choices=[("accepted", _("采纳")), ("declined", _("不采纳"))], widget=forms.RadioSelect
    )
    reason = TextField(
        label=_("理由"), max_length=LINE_LIMIT, required=False, help_text=_("不采纳时必须写，提的人会看到")
    )


class DoneForm(ImprovementRefusable):
    note = TextField(
        label=_("怎么落实的"), max_length=LINE_LIMIT, required=False,
        widget=forms.TextInput({"placeholder": _("例如 12 月 3 日例会上讲过，全组已照做")}),
    )  # fmt: skip
