"""The words for this room's codes, what its fields are called, and the message that introduces the team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.spine.followups import words as followups
from tuoke.steps.contracts.teams.models import EVERY_NAMES, WEEKDAYS, ProjectContact, Rhythm
from tuoke.steps.contracts.teams.queries import RhythmShown
from tuoke.steps.contracts.teams.rules import Every, Side

SENTENCES: Mapping[str, StrOrPromise] = {
    "deal_closed": _("商机已输单或作废，这里的内容不再修改。需要继续时请先重新打开商机。"),
    "person_missing": _("请选择是谁。"),
    "role_missing": _("请写他在项目里是什么角色，例如 实施经理。"),
    "contact_elsewhere": _("这位联系人不属于该客户，请重新选择。"),
    "colleague_gone": _("这位同事已停用，请另选一位。"),
    "already_there": _("他已经在名单里了。"),
    "too_many": _("最多 %(most)s 条。"),
    "contact_withdrawn": _("他已经移出名单，请先恢复。"),
    "not_withdrawn": _("没有移除，不需要恢复。"),
    "already_withdrawn": _("这条记录已经撤回。"),
    "to_missing": _("请选择发给客户的哪几位。"),
    "subject_missing": _("请填写标题。"),
    "text_missing": _("请填写内容。"),
    "blank_left": _("还有〔〕里的内容没有填，补上再发。"),
    "team_missing": _("还没有我方的对口联系人，先加上再介绍。"),
    "contact_gone": _("%(name)s 设为勿扰，不能发给他。"),
    "sent_by_mail": _("邮件已经发出，不能撤回。"),
    "is_link": _("链接请在链接上停用。"),
    "plan_missing": _("还没有项目启动计划，先排出计划再给客户。"),
    "contact_missing": _("请选择给谁。"),
    "expires_missing": _("请填写链接有效期。"),
    "expiry_out_of_range": _("有效期在 %(least)s 到 %(most)s 天之间。"),
    "phone_missing": _("这位联系人没有手机号，不能用后四位验证。"),
    "day_missing": _("请填写是哪一天。"),
    "day_in_future": _("日期不能晚于今天（%(today)s）。"),
    "day_odd": _("请检查年份。"),
    "already_past": _("不能早于今天（%(today)s）。"),
    "percent_out_of_range": _("投入在 1% 到 100% 之间。"),
    "ends_before_start": _("结束日期不能早于开始日期。"),
    "booking_too_long": _("一次最多预订 %(most)s 天，请检查年份。"),
    "over_booked": _(
        "%(starts_on)s 到 %(ends_on)s 他已被占用 %(taken)s%%，最多还能预订 %(free)s%%。请改日期或降低投入。"
    ),
    "may_not_read": _("%(name)s 的账号看不到商机，不能预订他的时间。"),
    "not_asked": _("这个预订已经处理过了，请刷新页面。"),
    "not_standing": _("这个预订已经结束，不需要撤回。"),
    "reason_missing": _("请写一句为什么不能，对方好另作安排。"),
    "title_missing": _("请写名称，例如 周例会。"),
    "weekday_odd": _("请选周几。"),
    "until_missing": _("请填写到哪天为止，例如项目验收日。"),
    "rhythm_too_long": _("最长 %(most)s 天，请检查年份。"),
    "minutes_odd": _("请选一个时长。"),
    "owner_missing": _("请选谁来召集。"),
    "owner_elsewhere": _("只能由商机负责人或协作人召集，请先把他加为协作人。"),
    "nothing_to_come": _("按这样安排，今天以后一次会也没有。请检查日期。"),
    "starts_too_far": _("一年以后才开始，请检查年份。"),
    "rhythm_ended": _("这个安排已经停止，请先恢复。"),
    "rhythm_runs": _("这个安排没有停止，不需要恢复。"),
    "mail_off": _("还没有配置邮件发送。可以复制内容用别的方式发给客户，再登记为“当面或其他方式”。"),
    "to_no_address": _("有人没有邮箱，请补上邮箱，或登记为“当面或其他方式”。"),
    "to_left_alone": _("有人设为勿扰，不能发给他。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "text_broken": _("含有无法保存的字符，请删掉后再试。"),
}
_PERCENT = "percent_out_of_range"


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    if reason.code == _PERCENT:
        return str(said)
    return (
        followups.sentence(reason)
        if said is None
        else str(said) % {"limit": "", "length": "", "name": "", **reason.params}
    )


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


def rhythm_said(rhythm: Rhythm) -> str:
    """每周一 10:00，30 分钟."""
    at = rhythm.at.strftime("%H:%M")
    length = _now("%(minutes)s 分钟") % {"minutes": rhythm.minutes}
    if rhythm.every == Every.ONCE:
        return f"{rhythm.starts_on:%Y-%m-%d} {at} · {length}"
    day = {"every": EVERY_NAMES[Every(rhythm.every)], "weekday": dict(WEEKDAYS)[rhythm.weekday]}
    return f"{_now('%(every)s · %(weekday)s') % day} {at} · {length}"


def letter_of(contacts: Sequence[ProjectContact], rhythms: Sequence[RhythmShown], *, deal: str) -> tuple[str, str]:
    """The prepared message: (subject, text). What isn't known stands in 〔〕 and is asked for before it leaves."""
    ours = [one for one in contacts if one.side == Side.OURS]
    main = next((one for one in contacts if one.side == Side.THEIRS and one.is_main), None)
    subject = _now("%(deal)s：项目团队与沟通方式") % {"deal": deal}
    lines = [
        _now("%(name)s，您好！") % {"name": main.name if main else _now("〔称呼〕")},
        "",
        _now("感谢您的信任，项目现在启动。从今天起，这几位同事负责您的项目："),
        *(_introduced(one) for one in ours),
        "",
    ]
    if rhythms:
        lines += [
            _now("我们这样保持沟通："),
            *(f"· {one.rhythm.title}：{rhythm_said(one.rhythm)}" for one in rhythms),
            "",
        ]
    lines += [
        _now("紧急问题请直接打电话，我们两小时内回应。") if any(one.shows_phone and one.phone for one in ours) else "",
        _now("我仍然是您的商务对口，任何时候都可以找我。"),
    ]
    return subject, "\n".join(lines)


def _introduced(one: ProjectContact) -> str:
    said = f"· {one.role} {one.name}"
    if one.responsible_for:
        said += f"：{one.responsible_for}"
    return f"{said}（{one.phone}）" if one.shows_phone and one.phone else said
