"""What the desk says: refusals at their fields, the summary of a call, hints and what to do about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason
from tuoke.spine.customers import words as parties
from tuoke.spine.customers.models import CHANNEL_NAMES, DECISION_ROLE_NAMES, Contact, Lead
from tuoke.spine.customers.rules import Channel, DecisionRole, said_phone
from tuoke.spine.followups import words as followups
from tuoke.steps.leads import words as leads
from tuoke.steps.outreach.calls.rules import CallDraft, Hint, Person

FIELDS: Mapping[str, StrOrPromise] = {
    "current_solution": _("现用方案"),
    "pains": _("痛点"),
    "problem": _("想解决什么"),
    "time_frame": _("什么时候要"),
    "material": _("要准备的资料"),
    "listen_note": _("客户的原话"),
    "note": _("其他要点"),
}
SENTENCES: Mapping[str, StrOrPromise] = {
    "call_text_too_long": _("%(name)s最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "call_text_broken": _("%(name)s里有无法保存的字符，请删掉后再试。"),
    "call_too_many_lines": _("痛点和想解决的一共最多 %(limit)s 行，现在有 %(length)s 行。请把相近的合成一行。"),
    "call_line_too_long": _("%(name)s里有一行超过 %(limit)s 个字。一行写一件事，请分成几行。"),
    "call_seconds_wrong": _("通话时长应在 0 到 %(limit)s 小时之间。"),
    "call_script_unknown": _("所选的话术或开场白已经不在资料库里，请重新选择。"),
    "call_action_gone": _("所选的待办不属于这里，请重新选择。"),
    "call_person_elsewhere": _("您不能修改这位联系人的资料，请联系负责人。"),
    "call_left_alone": _("这位联系人要求勿扰，不能再约时间联系他。请改约别人，或改成内部事项。"),
    "call_duplicate": _("改过的联系方式和别的记录相同（共 %(hits)s 条）。核对后勾选“已核对，仍要保存”。"),
}
PARTS: Mapping[Hint, tuple[StrOrPromise, StrOrPromise]] = {
    Hint.NO_NEXT: (
        _("没有约定下一步"),
        _("趁印象还在，发一条消息确认今天谈的重点，并提一个具体时间。"),
    ),
    Hint.PRICE: (
        _("第一次沟通就报了价"),
        _("下次先把痛点和影响谈透，再谈价格；客户追问时给区间和影响因素。"),
    ),
    Hint.DRIFTED: (
        _("话题偏离了客户的痛点"),
        _("下次开头先复述客户说过的痛点，再问：这件事现在怎么样了？"),
    ),
    Hint.WE_TALKED: (
        _("我们说得比客户多"),
        _("准备三个开放问题，问完等客户说完再接话；一半以上的时间留给客户。"),
    ),
    Hint.LONG: (
        _("第一次通话超过了 20 分钟"),
        _("到 20 分钟主动收住，把没聊完的变成下一次的理由。"),
    ),
    Hint.SHORT: (
        _("第一次通话不到 5 分钟"),
        _("信息多半没问全。下次先问一句：现在方便聊一刻钟吗？"),
    ),
    Hint.NO_STATUS: (
        _("没有记下业务现状"),
        _("下次先问：这件事现在是怎么做的，最费神的是哪一段？"),
    ),
    Hint.NO_NEED: (
        _("没有记下初步需求"),
        _("下次问清想解决什么、希望什么时候见到效果。"),
    ),
    Hint.UNTIMED: (
        _("这次没有计时"),
        _("点电话号码拨出，计时会自动开始；也可以按 t。"),
    ),
}
"""What was noticed, and what to do about it."""
SCRIPT_PARTS = (_("我是谁"), _("能为你解决什么问题"), _("希望知晓什么信息"))
CALLBACKS = (("30", _("30 分钟后")), ("60", _("1 小时后")), ("afternoon", _("下午")), ("tomorrow", _("明天上午")))
_ATTEMPTS: Mapping[str, StrOrPromise] = {
    "no_answer": _("拨打电话，没接通"),
    "busy": _("拨打电话，占线"),
    "callback": _("客户不方便，约时间回拨"),
}


def sentence(reason: Reason) -> str:
    """A refusal in words, whoever refused."""
    if said := SENTENCES.get(reason.code):
        name = FIELDS.get(str(reason.params.get("field", "")), "")
        return str(said) % {**reason.params, "name": name}
    if reason.params.get("of") == "lead":
        return leads.sentence(reason)
    if reason.params.get("of") == "person":
        return parties.sentence(reason)
    return followups.sentence(reason)


def summary_of(draft: CallDraft) -> str:
    """沟通内容摘要, from what was noted: one line a matter, the rep's own words last."""
    if not draft.is_reached:
        attempt = str(_ATTEMPTS[draft.reached])
        return f"{attempt}。{draft.note.strip()}" if draft.note.strip() else attempt
    lines = [
        f"{FIELDS[name]}：{said}"
        for name in ("current_solution", "pains", "problem", "time_frame", "material", "listen_note")
        if (said := "；".join(line.strip() for line in getattr(draft, name).splitlines() if line.strip()))
    ]
    return "\n".join([*lines, draft.note.strip()]).strip()


def title_of(*, channel: str, name: str) -> str:
    """A next action that only has a time: what it is about."""
    if channel not in set(Channel):
        return gettext("再次联系%(name)s") % {"name": name}
    return gettext("%(channel)s联系%(name)s") % {"channel": CHANNEL_NAMES[Channel(channel)], "name": name}


def try_again(name: str) -> str:
    return gettext("再次拨打%(name)s") % {"name": name}


@dataclass(frozen=True, slots=True)
class Side:
    """A fact of the person that stands differently here and there; ``field`` is where it is typed, ``value`` what to put
    there to take theirs."""

    label: StrOrPromise
    mine: str
    theirs: str
    field: str
    value: str


def both_sides(draft: CallDraft, current: Contact | Lead) -> list[Side]:
    """What was typed and what somebody else has saved meanwhile, where they differ."""
    person = draft.person
    if person is None:
        return []
    is_lead = isinstance(current, Lead)
    found = [
        Side(parties.FIELDS[name], said(mine), said(theirs), f"id_person_{name}", said(theirs))
        for name, mine, theirs, said in (
            ("name", person.name, current.contact if isinstance(current, Lead) else current.name, str),
            ("position", person.position, current.position, str),
            ("phone", person.phone, current.phone, said_phone),
            ("email", person.email, current.email, str),
            ("wechat", person.wechat, current.wechat, str),
        )
        if mine != theirs
    ]
    return found if is_lead else [*found, *_choices_differ(person, current)]


def _choices_differ(person: Person, current: Contact | Lead) -> Iterator[Side]:
    assert isinstance(current, Contact)
    if person.role != current.role:
        mine, theirs = (str(DECISION_ROLE_NAMES[DecisionRole(r)]) for r in (person.role, current.role))
        yield Side(parties.FIELDS["role"], mine, theirs, "id_person_role", current.role)
    if person.preferred_channel != current.preferred_channel:
        named = {"": "—", **{c.value: str(name) for c, name in CHANNEL_NAMES.items()}}
        mine, theirs = named[person.preferred_channel], named[current.preferred_channel]
        yield Side(parties.FIELDS["preferred_channel"], mine, theirs, "id_person_channel", current.preferred_channel)
