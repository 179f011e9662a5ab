"""Parse what people type about interviews. Decides nothing: rules and actions refuse."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.kernel.verdict import Reason
from tuoke.base.ui.widgets import DateInput, DateTimeInput, TimeInput
from tuoke.spine.customers.fields import TextField
from tuoke.spine.customers.models import CHANNELS, Contact
from tuoke.spine.followups.forms import FIELDS as FOLLOWUP_FIELDS
from tuoke.spine.followups.forms import NextStepForm
from tuoke.spine.followups.models import ASKED, NextAction
from tuoke.spine.followups.rules import SUMMARY_LIMIT, FollowUpOutcome, Plan
from tuoke.spine.library.rules import Dimension
from tuoke.steps.discovery.interviews import words
from tuoke.steps.discovery.interviews.actions import Closing
from tuoke.steps.discovery.interviews.models import DIMENSIONS, Answer, Outline, OutlineQuestion
from tuoke.steps.discovery.interviews.rules import AnswerDraft, OutlineDraft, QuestionDraft
from tuoke.steps.discovery.models import KINDS, PRIORITIES
from tuoke.steps.discovery.rules import NeedDraft, NeedKind, Priority

_BULLET = re.compile(r"^\s*(?:[-*•·–—]|\d{1,2}[.、)）])\s*")


class RefusableForm(forms.Form):
    ELSEWHERE: ClassVar[Mapping[str, str]] = {}
    """Where a reason of another package is said here, by its field or by the first word of its code."""

    def refuse(self, reasons: Iterable[Reason]) -> None:
        """Say each reason at the field that it is about, else above the form."""
        for reason in reasons:
            where = str(reason.params.get("field") or reason.code.split("_")[0])
            where = self.ELSEWHERE.get(where, where)
            self.add_error(where if where in self.fields else None, words.right(reason))


class OutlineForm(RefusableForm):
    """``action`` is a meeting that stands in the calendar already; else a day of one's own."""

    ELSEWHERE = {"due": "on", "title": "title", "minutes": "at"}
    title = TextField(label=_("提纲名称"), widget=forms.TextInput({"placeholder": _("例如：生产总监访谈，排产与交期")}))
    action = forms.TypedChoiceField(
        label=_("哪一次会议"), required=False, coerce=int, empty_value=None,
        help_text=_("日历里已有的会议；没有就在下面选日期。"),
    )  # fmt: skip
    on = forms.DateField(label=_("日期"), required=False, widget=DateInput)
    at = forms.TimeField(label=_("时间"), required=False, widget=TimeInput)
    in_calendar = forms.BooleanField(label=_("同时排进日历和待办"), required=False, initial=True)
    contacts = forms.TypedMultipleChoiceField(
        label=_("客户方参会人"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    users = forms.TypedMultipleChoiceField(
        label=_("我方参会人"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        data: Any = None,
        *,
        meetings: Sequence[NextAction],
        contacts: Sequence[Contact],
        colleagues: Sequence[User],
        is_new: bool,
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        _offer(self, "action", [("", "—"), *((action.pk, _meeting(action)) for action in meetings)])
        _offer(self, "contacts", [(contact.pk, _person(contact)) for contact in contacts])
        _offer(self, "users", [(user.pk, user.name) for user in colleagues])
        for name, offered in (("action", meetings), ("contacts", contacts), ("users", colleagues)):
            if not offered:
                del self.fields[name]
        if not is_new:
            del self.fields["in_calendar"]

    @property
    def draft(self) -> OutlineDraft:
        said = self.cleaned_data
        action = said.get("action")
        return OutlineDraft(
            title=said["title"],
            on=None if action else said["on"],
            at=None if action else said["at"],
            action_id=action,
            contact_ids=tuple(said.get("contacts", ())),
            user_ids=tuple(said.get("users", ())),
        )

    @property
    def goes_into_calendar(self) -> bool:
        return bool(self.cleaned_data.get("in_calendar"))

    @staticmethod
    def initial_of(outline: Outline, contacts: Sequence[Contact], colleagues: Sequence[User]) -> dict[str, Any]:
        return {
            "title": outline.title, "action": outline.next_action_id, "on": outline.meets_on, "at": outline.meets_at,
            "contacts": [one.pk for one in contacts], "users": [one.pk for one in colleagues],
        }  # fmt: skip


class QuestionForm(RefusableForm):
    dimension = forms.ChoiceField(label=_("维度"), choices=DIMENSIONS, widget=forms.RadioSelect)
    text = TextField(
        label=_("问题"), widget=forms.Textarea({"rows": 2, "placeholder": _("问一件具体的事，让对方多说")})
    )
    probes = TextField(
        label=_("追问"), required=False, widget=forms.Textarea({"rows": 2, "placeholder": _("一行一条")}),
        help_text=_("对方答得笼统时接着问：最近一次是什么时候、花了多久、谁受影响。"),
    )  # fmt: skip

    @property
    def draft(self) -> QuestionDraft:
        said = self.cleaned_data
        lines = (_BULLET.sub("", line).strip() for line in said["probes"].splitlines())
        return QuestionDraft(Dimension(said["dimension"]), said["text"], tuple(filter(None, lines)))

    @staticmethod
    def initial_of(question: OutlineQuestion) -> dict[str, Any]:
        return {"dimension": question.dimension, "text": question.text, "probes": "\n".join(question.probes)}


class AnswerForm(RefusableForm):
    """One field of the interview. ``place`` names it on the page; ``base`` is the version that it showed."""

    text = TextField(label=_("回答"), required=False, strip=False)
    contact = forms.TypedChoiceField(label=_("谁说的"), required=False, coerce=int, empty_value=None)
    own_words = forms.BooleanField(label=_("客户原话"), required=False)
    slot = forms.IntegerField(min_value=0, max_value=99, required=False)
    base = forms.IntegerField(min_value=0, required=False)
    writer = TextField(required=False, max_length=36)
    place = forms.RegexField(r"^\d{1,12}-\d{1,2}$", required=False)

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, **more)
        _offer(self, "contact", [("", "—"), *((contact.pk, _person(contact)) for contact in contacts)])

    @property
    def draft(self) -> AnswerDraft:
        said = self.cleaned_data
        text = said["text"].replace("\r\n", "\n")
        return AnswerDraft(text, said.get("contact"), said["own_words"])


class CorrectionForm(AnswerForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    text = TextField(label=_("回答"), widget=forms.Textarea({"rows": 4}))

    @staticmethod
    def initial_of(answer: Answer) -> dict[str, Any]:
        return {
            "text": answer.text, "contact": answer.contact_id or "", "own_words": answer.own_words,
            "version": answer.version,
        }  # fmt: skip


class NotesForm(RefusableForm):
    notes = TextField(required=False, strip=False)
    base = forms.IntegerField(min_value=0, required=False)
    writer = TextField(required=False, max_length=36)

    @property
    def text(self) -> str:
        return str(self.cleaned_data["notes"]).replace("\r\n", "\n")


class FinishForm(NextStepForm):
    """How the interview ended, and what comes next."""

    at = forms.DateTimeField(label=_("访谈时间"), widget=DateTimeInput)
    minutes = forms.IntegerField(label=_("用时"), required=False, min_value=1, max_value=24 * 60)
    contact = forms.TypedChoiceField(label=_("主要和谁谈"), required=False, coerce=int, empty_value=None)
    channels = forms.MultipleChoiceField(label=_("跟进方式"), choices=CHANNELS, widget=forms.CheckboxSelectMultiple)
    outcome = forms.ChoiceField(label=_("结果"), choices=ASKED, widget=forms.RadioSelect)
    summary = TextField(
        label=_("沟通内容摘要"), widget=forms.Textarea({"rows": 8}),
        help_text=_("按回答拟好的，请删改成一看就懂的几句话。"), max_length=SUMMARY_LIMIT,
    )  # fmt: skip
    next_contact = forms.TypedChoiceField(label=_("约谁"), required=False, coerce=int, empty_value=None)

    def __init__(self, data: Any = None, *, contacts: Sequence[Contact], **more: Any) -> None:
        super().__init__(data, **more)
        said = [("", "—"), *((contact.pk, _person(contact)) for contact in contacts)]
        for name in ("contact", "next_contact"):
            _offer(self, name, said)
            if not contacts:
                del self.fields[name]

    @property
    def closing(self) -> Closing:
        said = self.cleaned_data
        return Closing(
            at=said["at"],
            channels=tuple(said["channels"]),
            outcome=FollowUpOutcome(said["outcome"]),
            summary=said["summary"],
            minutes=said["minutes"],
            contact_id=said.get("contact"),
            plan=self.plan,
        )

    @property
    def plan(self) -> Plan | None:
        plan = super().plan
        return replace(plan, contact_id=self.cleaned_data.get("next_contact")) if plan else None

    def refuse_all(self, reasons: Iterable[Reason]) -> None:
        for reason in reasons:
            where = str(reason.params.get("field") or FOLLOWUP_FIELDS.get(reason.code.split("_")[0], ""))
            self.add_error(where if where in self.fields else None, words.right(reason))


class NeedForm(RefusableForm):
    kind = forms.ChoiceField(label=_("需求类型"), choices=KINDS, widget=forms.RadioSelect)
    description = TextField(label=_("需求描述"), widget=forms.Textarea({"rows": 3}))
    priority = forms.ChoiceField(
        label=_("优先级"), choices=PRIORITIES, widget=forms.RadioSelect, initial=Priority.MEDIUM.value
    )
    pain = TextField(
        label=_("背后的痛点"), required=False,
        widget=forms.Textarea({"rows": 2, "placeholder": _("为什么会这样、现在怎么应付")}),
    )  # fmt: skip
    impact = TextField(
        label=_("业务影响"), required=False,
        widget=forms.Textarea({"rows": 2, "placeholder": _("多花多少时间或钱、丢了什么单、谁受影响")}),
    )  # fmt: skip

    def draft(self, answer: Answer) -> NeedDraft:
        said = self.cleaned_data
        return NeedDraft(
            kind=NeedKind(said["kind"]),
            description=said["description"],
            priority=Priority(said["priority"]),
            contact_id=answer.contact_id,
            pain=said["pain"],
            impact=said["impact"],
            said_by_customer=answer.own_words,
        )


def _offer(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


def _person(contact: Contact) -> str:
    return f"{contact.name} · {contact.position}" if contact.position else contact.name


def _meeting(action: NextAction) -> str:
    day: date | None = action.due_on
    when = f"{day:%m-%d}" if day else ""
    when += f" {action.due_time:%H:%M}" if action.due_time else ""
    return f"{when.strip()} {action.title}".strip()
