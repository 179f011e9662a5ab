"""Parse what people type in a review. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.customers.fields import AmountField, TextField
from tuoke.spine.playbook.rules import ResolvedPlaybook
from tuoke.steps.reviews.models import CAUSES, Contribution, Problem, Review
from tuoke.steps.reviews.rules import LINE_LIMIT, TEXT_LIMIT, ContributionDraft, HeldDraft, ProblemDraft
from tuoke.steps.reviews.words import function_name, sentence


def _area(rows: int, hint: Any = "") -> forms.Textarea:
    return forms.Textarea({"rows": rows, "placeholder": hint})


class ReviewForm(SaysWhy):
    say = staticmethod(sentence)


class Versioned(ReviewForm):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=10**9)

    @property
    def version_seen(self) -> int:
        return self.cleaned_data["version"] or 0


class HeldForm(Versioned):
    held_on = forms.DateField(label=_("复盘会日期"), widget=DateInput)
    summary = TextField(
        label=_("结论"), max_length=TEXT_LIMIT, required=False,
        widget=_area(4, _("一两句话：结果为什么是这样，如果重来一次会在哪一天做不同的决定")),
    )  # fmt: skip
    cause = forms.ChoiceField(label=_("丢单的主要原因"), choices=[("", _("请选择")), *CAUSES], required=False)
    cause_text = TextField(
        label=_("原因说明"), max_length=TEXT_LIMIT, required=False,
        widget=_area(2, _("客户怎么说的，我们看到的又是什么")),
    )  # fmt: skip
    nothing_to_change = TextField(
        label=_("没有改进项的原因"), max_length=LINE_LIMIT, required=False,
        help_text=_("只有这次确实没有要改的做法时才填"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, given_up: bool, **more: Any) -> None:
        super().__init__(data, **more)
        if not given_up:
            del self.fields["cause"], self.fields["cause_text"]

    @property
    def draft(self) -> HeldDraft:
        said = {"cause": "", "cause_text": "", **self.cleaned_data}
        names = ("held_on", "summary", "cause", "cause_text", "nothing_to_change")
        return HeldDraft(**{name: said[name] for name in names})

    @classmethod
    def initial_of(cls, review: Review, *, today: Any) -> dict[str, Any]:
        names = ("summary", "cause", "cause_text", "nothing_to_change", "version")
        return {name: getattr(review, name) for name in names} | {"held_on": review.held_on or today}


class CostForm(ReviewForm):
    cost = AmountField(label=_("项目成本"), required=False, help_text=_("由财务提供；例如 31万。留空表示还不知道。"))


class AskForm(ReviewForm):
    people = forms.TypedMultipleChoiceField(
        label=_("请谁写"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    due_on = forms.DateField(label=_("请在这天前写"), widget=DateInput)

    def __init__(self, data: Any = None, *, people: Sequence[User], **more: Any) -> None:
        super().__init__(data, **more)
        said = [(user.pk, _named(user)) for user in people]
        self.fields["people"].choices = said  # type: ignore[attr-defined]  # a ChoiceField


class PartForm(Versioned):
    went_well = TextField(
        label=_("做得好的"), max_length=TEXT_LIMIT, required=False,
        widget=_area(3, _("哪一步比预想的顺，靠的是什么")),
    )  # fmt: skip
    went_wrong = TextField(
        label=_("要改的"), max_length=TEXT_LIMIT, required=False, widget=_area(3, _("哪一步慢了、返工了，为什么"))
    )
    advice = TextField(
        label=_("下次怎么做"), max_length=TEXT_LIMIT, required=False, widget=_area(3, _("一个可以照着做的改法"))
    )
    excuse = TextField(
        label=_("没有要写的？请说明原因"), max_length=LINE_LIMIT, required=False,
        help_text=_("例如 只参加了一次答疑。填了它，上面三项就留空。"),
    )  # fmt: skip

    @property
    def draft(self) -> ContributionDraft:
        return ContributionDraft(**{name: self.cleaned_data[name] for name in _WORDS})

    @classmethod
    def initial_of(cls, part: Contribution) -> dict[str, Any]:
        return {name: getattr(part, name) for name in (*_WORDS, "version")}


class ProblemForm(Versioned):
    text = TextField(label=_("出了什么问题"), max_length=TEXT_LIMIT, required=False, widget=_area(3))
    step = forms.ChoiceField(label=_("出在哪一步"), required=False)
    cause = TextField(
        label=_("为什么"), max_length=TEXT_LIMIT, required=False, widget=_area(3, _("再问一层为什么，直到能改"))
    )

    def __init__(self, data: Any = None, *, process: ResolvedPlaybook, **more: Any) -> None:
        super().__init__(data, **more)
        steps = [(step.key.value, step.name) for step in process.steps]
        self.fields["step"].choices = [("", _("不在某一步")), *steps]  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def draft(self) -> ProblemDraft:
        said = self.cleaned_data
        return ProblemDraft(said["text"], said["step"], said["cause"])

    @classmethod
    def initial_of(cls, problem: Problem) -> dict[str, Any]:
        return {name: getattr(problem, name) for name in ("text", "step", "cause", "version")}


class ReasonForm(ReviewForm):
    reason = TextField(label=_("为什么重新打开"), max_length=LINE_LIMIT, required=False)


_WORDS = ("went_well", "went_wrong", "advice", "excuse")


def _named(user: User) -> str:
    function = function_name(user.department.function) if user.department else ""
    return f"{user.name} · {function}" if function else user.name
