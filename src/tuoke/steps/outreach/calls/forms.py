"""Parse what is typed at the desk. Decides nothing: rules and actions refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.models import User
from tuoke.base.kernel.verdict import Verdict
from tuoke.base.ui.widgets import DateInput, TimeInput
from tuoke.spine.customers.fields import EmailField, PhoneField, TextField
from tuoke.spine.customers.models import CHANNEL_NAMES, CHANNELS, DECISION_ROLES, Contact, Lead
from tuoke.spine.customers.rules import CONTACT_LIMITS, Channel
from tuoke.spine.followups.models import ASKED, NextAction
from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.steps.outreach.calls import words
from tuoke.steps.outreach.calls.models import TALK_SHARE_NAMES
from tuoke.steps.outreach.calls.queries import Desk
from tuoke.steps.outreach.calls.rules import (
    SHORT_LIMIT,
    TEXT_LIMIT,
    CallDraft,
    Person,
    Reached,
    TalkShare,
    WantHow,
    called_back_at,
    next_try,
)

NEW = "new"
"""The choice of a contact who isn't there yet."""
SPOKEN = (Channel.PHONE, Channel.WECHAT, Channel.ONLINE_MEETING, Channel.VISIT)
LENGTHS = [("", "—"), (15, _("15 分钟")), (30, _("30 分钟")), (60, _("1 小时")), (120, _("2 小时"))]
DECIDER = [("", _("未知")), ("yes", _("是")), ("no", _("否"))]
WANTS = [
    (WantHow.KEEP.value, _("不改")),
    (WantHow.APPEND.value, _("补在后面")),
    (WantHow.REPLACE.value, _("换成新的")),
]
NO_WANT = [(WantHow.APPEND.value, _("写进去")), (WantHow.KEEP.value, _("不写"))]
MOST_SECONDS, MOST_ID = 2**31 - 1, 2**63 - 1
"""More holds no column; a clock that was left running is no reason to lose a call."""
LATEST = timedelta(days=14)
"""How old a draft may be that is sent in the end."""
_PERSON = {
    "name": "person_name", "contact": "person_name", "position": "person_position", "phone": "person_phone",
    "email": "person_email", "wechat": "person_wechat", "company": "person_name", "want": "want_how",
}  # fmt: skip
_FOLLOWED: Mapping[str, str] = {
    "summary": "note", "channel": "channel", "contact": "contact", "title": "next_title", "due": "next_on",
    "time": "next_time", "minutes": "next_minutes", "place": "next_place", "owner": "next_owner", "action": "action",
}  # fmt: skip
"""The field that a refusal of the follow-up is about, by the first word of its code."""


class CallForm(forms.Form):
    """The fields of S3.4. ``quick`` says that nobody was reached, or when to call back; then nothing else is asked."""

    once = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    started_at = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    seconds = forms.IntegerField(required=False, min_value=0, max_value=MOST_SECONDS, widget=forms.HiddenInput)
    minutes = forms.IntegerField(label=_("通话时长（分钟）"), required=False, min_value=0, max_value=24 * 60)
    known_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    contact = forms.ChoiceField(label=_("和谁通话"), required=False)
    person_name = TextField(label=_("姓名"), required=False, max_length=CONTACT_LIMITS["name"])
    person_position = TextField(label=_("职位"), required=False, max_length=CONTACT_LIMITS["position"])
    person_phone = PhoneField(label=_("电话"), required=False, max_length=CONTACT_LIMITS["phone"])
    person_email = EmailField(label=_("邮箱"), required=False, max_length=CONTACT_LIMITS["email"])
    person_wechat = TextField(label=_("微信"), required=False, max_length=CONTACT_LIMITS["wechat"])
    person_channel = forms.ChoiceField(label=_("偏好渠道"), required=False, choices=[("", _("未知")), *CHANNELS])
    person_role = forms.ChoiceField(label=_("决策链角色"), required=False, choices=DECISION_ROLES)
    person_decides = forms.ChoiceField(label=_("是决策人"), required=False, choices=DECIDER)
    confirmed = forms.BooleanField(label=_("已核对，仍要保存"), required=False)
    current_solution = TextField(
        label=_("现用方案"), required=False, max_length=TEXT_LIMIT, widget=forms.Textarea({"rows": 2})
    )
    pains = TextField(
        label=_("痛点（一行一条）"), required=False, max_length=TEXT_LIMIT, widget=forms.Textarea({"rows": 3})
    )
    problem = TextField(
        label=_("想解决什么（一行一条）"), required=False, max_length=TEXT_LIMIT, widget=forms.Textarea({"rows": 2})
    )
    time_frame = TextField(label=_("什么时候要"), required=False, max_length=SHORT_LIMIT)
    want_how = forms.ChoiceField(label=_("写进线索的需求"), required=False, choices=WANTS, widget=forms.RadioSelect)
    next_title = TextField(label=_("下一步"), required=False)
    next_on = forms.DateField(label=_("哪天"), required=False, widget=DateInput)
    next_time = forms.TimeField(label=_("几点"), required=False, widget=TimeInput)
    next_minutes = forms.TypedChoiceField(
        label=_("时长"), choices=LENGTHS, coerce=int, empty_value=None, required=False
    )
    next_channel = forms.ChoiceField(label=_("方式"), choices=[("", "—"), *CHANNELS], required=False)
    next_place = TextField(label=_("地点或会议链接"), required=False)
    next_owner = forms.TypedChoiceField(label=_("责任人"), required=False, coerce=int, empty_value=None)
    material = TextField(label=_("要准备的资料"), required=False, max_length=SHORT_LIMIT)
    listen_note = TextField(
        label=_("客户的原话"), required=False, max_length=TEXT_LIMIT, widget=forms.Textarea({"rows": 1})
    )
    note = TextField(label=_("其他要点"), required=False, max_length=TEXT_LIMIT, widget=forms.Textarea({"rows": 1}))
    talk_share = forms.ChoiceField(
        label=_("谁说得多"),
        required=False,
        choices=[(share.value, name) for share, name in TALK_SHARE_NAMES.items()],
        widget=forms.RadioSelect,
    )
    price_pitched = forms.BooleanField(label=_("报了价"), required=False)
    drifted = forms.BooleanField(label=_("聊偏了"), required=False)
    action = forms.TypedChoiceField(label=_("完成待办"), required=False, coerce=int, empty_value=None)
    channel = forms.ChoiceField(
        label=_("方式"), choices=[(c.value, CHANNEL_NAMES[c]) for c in SPOKEN], widget=forms.RadioSelect
    )
    outcome = forms.ChoiceField(label=_("结果"), choices=ASKED, required=False, widget=forms.RadioSelect)
    script = forms.IntegerField(required=False, min_value=1, max_value=MOST_ID, widget=forms.HiddenInput)
    opening = forms.IntegerField(required=False, min_value=1, max_value=MOST_ID)
    quick = forms.CharField(max_length=20, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        desk: Desk,
        owners: Sequence[User],
        now: datetime,
        next_workday: date,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={**_known(desk), **(initial or {})})
        self.desk, self.now, self.next_workday = desk, now, next_workday
        self._choose(owners)
        if isinstance(desk.subject, Lead):
            self._drop("contact", "person_channel", "person_role")
            if not desk.subject.want:
                self.fields["want_how"].choices = NO_WANT  # type: ignore[attr-defined]  # a ChoiceField
        else:
            self._drop("person_decides", "want_how", "confirmed")
        if not desk.may_write_person:
            for name in [name for name in self.fields if name.startswith("person_")]:
                self.fields[name].disabled = True

    def _drop(self, *names: str) -> None:
        for name in names:
            del self.fields[name]

    def _choose(self, owners: Sequence[User]) -> None:
        people: list[tuple[str, StrOrPromise]] = [(str(c.pk), _named(c)) for c in self.desk.contacts]
        if self.desk.may_write_person:
            people.append((NEW, _("＋ 新联系人")))
        waiting = [(action.pk, _said(action)) for action in self.desk.waiting]
        for name, choices in (
            ("contact", people if people else [("", "—")]),
            ("action", [("", _("不对应待办")), *waiting]),
            ("next_owner", [(user.pk, user.name) for user in owners]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def clean_quick(self) -> str:
        said: str = self.cleaned_data["quick"]
        kind, _colon, when = said.partition(":")
        if said and (kind not in set(Reached) or kind == Reached.REACHED):
            raise forms.ValidationError(_("请重新选择。"))
        if kind == Reached.CALLBACK and when != "own":
            try:
                called_back_at(when, at=timezone.localtime(self.now), next_workday=self.next_workday)
            except ValueError:
                raise forms.ValidationError(_("请选择什么时候回拨。")) from None
        return said

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("outcome") and not given.get("quick") and "quick" not in self.errors:
            self.add_error("outcome", _("请选择结果：推进、停滞、成交还是拒绝（按 1-4）。"))
        if self._is_new(given) and not given.get("person_name") and "person_name" not in self.errors:
            self.add_error("person_name", _("请写新联系人的姓名。"))
        if given.get("quick") == "callback:own" and not (given.get("next_on") and given.get("next_time")):
            self.add_error("next_on", _("请写约好回拨的日期和时间。"))
        return given

    def _is_new(self, given: Mapping[str, Any]) -> bool:
        """A new contact: chosen, and something said of him."""
        said = ("person_name", "person_position", "person_phone", "person_email", "person_wechat")
        return given.get("contact") == NEW and any(given.get(name) for name in said)

    def refuse(self, verdict: Verdict) -> None:
        """Say every reason of a refusal at the field that it is about."""
        for reason in verdict.reasons:
            field = str(reason.params.get("field", ""))
            name = _PERSON.get(field, field) if "of" in reason.params else field
            name = name or _FOLLOWED.get(reason.code.split("_")[0], "")
            self.add_error(name if name in self.fields else None, words.sentence(reason))

    # What was asked for

    def draft(self) -> CallDraft:
        given = self.cleaned_data
        reached = Reached(given["quick"].partition(":")[0] or Reached.REACHED)
        contact = given.get("contact") or ""
        same = (
            "current_solution", "pains", "problem", "time_frame", "material", "listen_note", "note", "price_pitched",
            "drifted", "channel",
        )  # fmt: skip
        draft = CallDraft(
            **{name: given[name] for name in same},
            token=given["once"],
            version=given["known_version"],
            started_at=self._started_at(),
            outcome=FollowUpOutcome(given["outcome"]) if reached is Reached.REACHED else FollowUpOutcome.STALLED,
            summary="",
            reached=reached,
            seconds=given["seconds"] or (given["minutes"] or 0) * 60,
            contact_id=int(contact) if contact.isdigit() else None,
            person=self._person(contact),
            accepts_duplicate=bool(given.get("confirmed")),
            want_how=WantHow(given.get("want_how") or WantHow.KEEP),
            talk_share=TalkShare(given["talk_share"]),
            script_id=given["script"],
            opening_id=given["opening"],
            action_id=given["action"],
            plan=self._plan() if reached is Reached.REACHED else self._again(reached),
        )
        return _summed_up(draft)

    def _started_at(self) -> datetime:
        """When the call began, as the browser noted it; never later than now, never older than a draft may be."""
        try:
            said = datetime.fromisoformat(self.cleaned_data["started_at"])
        except ValueError:
            return self.now
        if timezone.is_naive(said) or not self.now - LATEST <= said <= self.now:
            return self.now
        return said

    def _person(self, contact: str) -> Person | None:
        given = self.cleaned_data
        is_lead = isinstance(self.desk.subject, Lead)
        if not self.desk.may_write_person or not (is_lead or contact.isdigit() or self._is_new(given)):
            return None
        return Person(
            name=given["person_name"],
            position=given["person_position"],
            phone=given["person_phone"],
            email=given["person_email"],
            wechat=given["person_wechat"],
            preferred_channel=given.get("person_channel", ""),
            role=given.get("person_role", ""),
            decision_maker={"yes": True, "no": False}.get(given.get("person_decides", "")),
        )

    @property
    def _name(self) -> str:
        """Whom the next action is about."""
        return self.cleaned_data.get("person_name") or self.desk.name

    def _plan(self) -> Plan | None:
        given = self.cleaned_data
        if not (given["next_title"] or given["next_on"]):
            return None
        title = given["next_title"] or words.title_of(channel=given["next_channel"], name=self._name)
        return self._planned(title, given["next_on"], given["next_time"], channel=given["next_channel"])

    def _again(self, reached: Reached) -> Plan:
        """The next try, in the calendar."""
        given, at = self.cleaned_data, timezone.localtime(self.now)
        when = given["quick"].partition(":")[2]
        if when == "own":
            on, time = given["next_on"], given["next_time"]
        elif reached is Reached.CALLBACK:
            on, time = called_back_at(when, at=at, next_workday=self.next_workday)
        else:
            on, time = next_try(reached, at=at, next_workday=self.next_workday)
        return Plan(
            title=words.try_again(self._name), due_on=on, due_time=time, owner_id=given["next_owner"],
            channel=given["channel"],
        )  # fmt: skip

    def _planned(self, title: str, on: Any, time: Any, *, channel: str) -> Plan:
        given = self.cleaned_data
        return Plan(
            title=title, due_on=on, due_time=time, owner_id=given["next_owner"], channel=channel,
            minutes=given["next_minutes"], place=given["next_place"],
        )  # fmt: skip


def _summed_up(draft: CallDraft) -> CallDraft:
    return replace(draft, summary=words.summary_of(draft))


def _known(desk: Desk) -> dict[str, Any]:
    """What stands in the fields when the desk opens."""
    person: Contact | Lead | None = desk.subject if isinstance(desk.subject, Lead) else desk.contact
    known: dict[str, Any] = {"channel": Channel.PHONE.value, "want_how": WantHow.KEEP.value}
    if isinstance(person, Lead):
        decides = {True: "yes", False: "no"}.get(person.decision_maker, "") if person.decision_maker is not None else ""
        known |= {"person_name": person.contact, "person_decides": decides}
        known["want_how"] = WantHow.KEEP.value if person.want else WantHow.APPEND.value
    elif person is not None:
        known |= {
            "contact": str(person.pk), "person_name": person.name, "person_role": person.role,
            "person_channel": person.preferred_channel,
        }  # fmt: skip
        if person.preferred_channel in {c.value for c in SPOKEN}:
            known["channel"] = person.preferred_channel
    else:
        known["contact"] = NEW
        return known
    same = ("position", "phone", "email", "wechat")
    return known | {f"person_{name}": getattr(person, name) for name in same} | {"known_version": person.version}


def _named(contact: Contact) -> str:
    return f"{contact.name} · {contact.position}" if contact.position else contact.name


def _said(action: NextAction) -> str:
    return f"{action.title} · {action.due_on:%m-%d}" if action.due_on else action.title
